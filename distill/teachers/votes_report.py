"""How far each teacher and their vote agree with the regulator's record, and how sure the votes are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from distill.corpora.pairs import PairRecord, PairSplit
from distill.evaluation.counts import mean_f1
from distill.teachers.protocol import LABELS, Judgement
from distill.teachers.voting import Vote, VoteSettings, distribution_of, likeliest, vote_of
from engine.reasoning.language import AXES, Axis

_LEAST = 1e-6
_EDGES_BITS = (0.25, 0.5, 1.0, 1.5)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one teacher with the record, on pairs that it was not told of.

    `coverage`: share of the pairs on which it does not abstain; the other figures are over these alone. `macro_f1`: over the
    labels that occur. `log_loss`: in nats.
    """

    pairs: int
    coverage: float
    accuracy: Mapping[Axis, float]
    macro_f1: Mapping[Axis, float]
    log_loss: Mapping[Axis, float]


def agreements(
    records: Sequence[PairRecord], said: Mapping[str, Sequence[Judgement]], settings: VoteSettings
) -> dict[str, Agreement]:
    """Of each teacher by name, and of their vote as "vote".

    Raises:
        ValueError: there are no pairs.
    """
    if not records:
        raise ValueError("there are no pairs to agree on")
    names = sorted({one.teacher for found in said.values() for one in found})
    found: dict[str, Agreement] = {}
    for name in names:
        # The first of differently worded questions stands for the teacher.
        spoken = {
            item: next((one for one in given if one.teacher == name and not one.abstains), None) for item, given in said.items()
        }
        found[name] = _agreement(records, spoken)
    votes = {record.id: vote_of(record.id, said[record.id], settings) for record in records}
    found["vote"] = _agreement(records, {item: vote if vote.voters else None for item, vote in votes.items()})
    return found


def _agreement(records: Sequence[PairRecord], said: Mapping[str, Judgement | Vote | None]) -> Agreement:
    spoken = [(record, one) for record in records if (one := said[record.id]) is not None]
    accuracy: dict[Axis, float] = {}
    macro_f1: dict[Axis, float] = {}
    log_loss: dict[Axis, float] = {}
    for axis in AXES:
        given = [distribution_of(one, axis) for _record, one in spoken]
        truths = [record.label.on(axis) for record, _one in spoken]
        answers = [likeliest(one) for one in given]
        accuracy[axis] = _share(answer == truth for answer, truth in zip(answers, truths, strict=True))
        macro_f1[axis] = mean_f1(truths, answers)
        losses = [-math.log(max(one[truth], _LEAST)) for one, truth in zip(given, truths, strict=True)]
        log_loss[axis] = math.fsum(losses) / len(losses) if losses else 0.0
    return Agreement(len(records), len(spoken) / len(records), accuracy, macro_f1, log_loss)


def agreement_lines(by_split: Mapping[PairSplit, Mapping[str, Agreement]]) -> list[str]:
    """One Markdown table: a row for each split and teacher, figures in percent but for the log loss of the severity (nats)."""
    head = ("split", "pairs", "teacher", "coverage", *(f"{axis} {what}" for axis in AXES for what in ("accuracy", "macro-F1")))
    lines = [f"| {' | '.join(head)} | severity log loss |", f"|{'---|' * (len(head) + 1)}"]
    for split, found in by_split.items():
        for name, one in found.items():
            cells = [split, str(one.pairs), name, _percent(one.coverage)]
            for axis in AXES:
                cells += [_percent(one.accuracy[axis]), _percent(one.macro_f1[axis])]
            lines.append(f"| {' | '.join(cells)} | {one.log_loss['severity']:.3f} |")
    return lines


def entropy_lines(votes: Iterable[Vote]) -> list[str]:
    """How sure the votes are: how many there are between bounds of entropy (bits), with their mean disagreement (bits)."""
    groups: dict[int, list[Vote]] = {place: [] for place in range(len(_EDGES_BITS) + 1)}
    for vote in votes:
        groups[sum(vote.entropy > edge for edge in _EDGES_BITS)].append(vote)
    highest = math.log2(len(LABELS["severity"]))
    bounds = (0.0, *_EDGES_BITS, highest)
    lines = ["| entropy of the severity, bits | votes | mean disagreement, bits |", "|---|---|---|"]
    for place, found in groups.items():
        mean = math.fsum(vote.disagreement for vote in found) / len(found) if found else 0.0
        lines.append(f"| {bounds[place]:.2f} to {bounds[place + 1]:.2f} | {len(found)} | {mean:.3f} |")
    return lines


def rejection_lines(said: Iterable[Judgement]) -> list[str]:
    """Answers of large models that were not taken, by teacher and reason; a teacher abstains where all its answers were so."""
    counts = Counter((one.teacher, one.rejected) for one in said if one.rejected)
    if not counts:
        return ["No answer of a teacher was rejected."]
    lines = ["| teacher | answers not taken because | pairs |", "|---|---|---|"]
    rows = sorted(counts.items(), key=lambda one: (one[0][0], -one[1], one[0][1]))
    return lines + [f"| {name} | {reason.replace('_', ' ')} | {count} |" for (name, reason), count in rows]


def weight_lines(settings: VoteSettings) -> list[str]:
    """The weights as a Markdown table."""
    lines = [f"| teacher | {' | '.join(AXES)} |", f"|{'---|' * (len(AXES) + 1)}"]
    for name, weights in sorted(settings.weights.items()):
        lines.append(f"| {name} | {' | '.join(f'{weights[axis]:.3f}' for axis in AXES)} |")
    return lines


def _share(right: Iterable[bool]) -> float:
    found = list(right)
    return sum(found) / len(found) if found else 0.0


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"
