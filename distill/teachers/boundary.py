"""Boundary cases: pairs over which the teachers are unsure or at odds, listed for people who can judge them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from distill.teachers.protocol import SEVERITIES, Judgement, PairItem
from distill.teachers.voting import REGULATOR, Vote, distribution_of, likeliest

# `unsure`: the vote is spread. `divided`: the voters disagree. `gap`: no rule names the pair, and the others would warn.
# `unexplained`: a rule names the pair as serious, and the others see nothing.
Reason = Literal["unsure", "divided", "gap", "unexplained"]
REASONS: tuple[Reason, ...] = get_args(Reason)
_WARNING = frozenset({"contraindicated", "major", "moderate"})
_SERIOUS = frozenset({"contraindicated", "major"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where on a pair is listed. `entropy`, `disagreement`: in bits, of the severity. `sure`: least share of a teacher's
    warning, or of its "none", that stands against the record."""

    entropy: float = 1.5
    disagreement: float = 0.4
    sure: float = 0.7


@dataclass(frozen=True, slots=True)
class BoundaryCase:
    """One pair with why it is listed and what each teacher says."""

    item: PairItem
    vote: Vote
    judgements: tuple[Judgement, ...]
    reasons: tuple[Reason, ...]


def boundary_cases(
    items: Iterable[PairItem],
    votes: Mapping[str, Vote],
    said: Mapping[str, Sequence[Judgement]],
    bounds: Bounds | None = None,
) -> tuple[BoundaryCase, ...]:
    """Pairs to be looked at, those over which the teachers disagree most first."""
    bounds = bounds or Bounds()
    found = []
    for item in items:
        vote, judgements = votes[item.id], tuple(one for one in said[item.id] if not one.abstains)
        reasons = _reasons(vote, judgements, bounds)
        if reasons:
            found.append(BoundaryCase(item, vote, judgements, reasons))
    return tuple(sorted(found, key=lambda case: (-case.vote.disagreement, -case.vote.entropy, case.item.id)))


def _reasons(vote: Vote, judgements: Sequence[Judgement], bounds: Bounds) -> tuple[Reason, ...]:
    record = next((likeliest(distribution_of(one, "severity")) for one in judgements if one.teacher == REGULATOR), None)
    others = [distribution_of(one, "severity") for one in judgements if one.teacher != REGULATOR]
    holds: dict[Reason, bool] = {
        "unsure": vote.entropy >= bounds.entropy,
        "divided": vote.disagreement >= bounds.disagreement,
        "gap": record == "none" and _all(others, _WARNING, bounds.sure),
        "unexplained": record in _SERIOUS and _all(others, frozenset({"none"}), bounds.sure),
    }
    return tuple(reason for reason in REASONS if holds[reason])


def _all(others: Sequence[Mapping[str, float]], labels: frozenset[str], sure: float) -> bool:
    """Whether all other teachers, of which there is one, hold these labels for likely."""
    return bool(others) and all(sum(one[label] for label in labels) >= sure for one in others)


def boundary_csv(cases: Sequence[BoundaryCase]) -> str:
    """The cases as CSV: the pair, the reasons, the vote, what each teacher says, and the facts with their numbers."""
    teachers = sorted({one.teacher for case in cases for one in case.judgements})
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ["pair", "A", "B", "reasons", *(f"vote {level}" for level in SEVERITIES), "entropy_bits", "disagreement_bits"]
    writer.writerow([*head, *teachers, "facts"])
    for case in cases:
        vote, facts = case.vote, case.item.facts
        said = {one.teacher: _said(one) for one in case.judgements}
        shares = [f"{vote.severity.get(level, 0.0):.3f}" for level in SEVERITIES]
        writer.writerow(
            [
                *(case.item.id, facts.first.name, facts.second.name, " ".join(case.reasons), *shares),
                *(f"{vote.entropy:.3f}", f"{vote.disagreement:.3f}", *(said.get(name, "abstains") for name in teachers)),
                "; ".join(f"{fact.id} {fact.side} {' '.join(fact.codes)}" for fact in facts.facts),
            ]
        )
    return out.getvalue()


def boundary_counts(cases: Iterable[BoundaryCase]) -> dict[str, int]:
    """How many cases there are in all and for each reason."""
    listed = list(cases)
    counts = Counter(reason for case in listed for reason in case.reasons)
    return {"all": len(listed)} | {reason: counts[reason] for reason in REASONS}


def _said(judgement: Judgement) -> str:
    severity, direction = distribution_of(judgement, "severity"), distribution_of(judgement, "direction")
    level, change = likeliest(severity), likeliest(direction)
    return f"{level} {severity[level]:.2f}, {change} {direction[change]:.2f}"
