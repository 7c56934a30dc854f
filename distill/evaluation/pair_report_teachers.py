"""The teachers and their vote on the pairs of the report. The regulator's record, which is the truth here, takes no part.

Teachers that run here are made from the training pairs and asked anew, so that their pace is measured; what others said, such as
large models, is read from the files of their run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from distill.corpora.pairs import PairSplit
from distill.evaluation.labels import LabelAnswer
from distill.evaluation.pair_report_pairs import ReportPairs
from distill.evaluation.pair_report_rows import Row, Speed, row_of, timed
from distill.teachers.mechanism import MechanismTeacher, measure_sureness
from distill.teachers.neighbours import NeighbourTeacher
from distill.teachers.panel import VOTES, VotingSettings
from distill.teachers.protocol import Judgement, PairItem, Teacher
from distill.teachers.run_file import judgements_of
from distill.teachers.votes import VoteHeader, read_votes
from distill.teachers.voting import REGULATOR, Vote, VoteSettings, distribution_of, vote_of
from engine.errors import InputError
from engine.reasoning.language import AXES, Label

VOTE = "vote of the teachers"
Said = dict[str, list[Judgement]]


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows of the teachers, their vote last. `findings`: what a reader must know of them."""

    rows: tuple[Row, ...]
    findings: tuple[str, ...]


def votes_folder(run: Path) -> Path:
    """Where the votes of a run lie: in the folder itself, or in its `votes`.

    Raises:
        InputError: in neither.
    """
    for folder in (run, run / "votes"):
        if (folder / VOTES).is_file():
            return folder
    raise InputError(f"There is no run of teachers in '{run}'.")


def teacher_rows(pairs: ReportPairs, run: Path) -> Judged:
    """Ask the teachers of a run about the pairs, and let them vote with the weights of that run.

    Raises:
        InputError: the run cannot be used, or belongs to other knowledge.
    """
    folder = votes_folder(run)
    header, _votes = read_votes(folder / VOTES)
    if header.knowledge_digest != pairs.store.digest:
        raise InputError(f"The votes in '{folder}' belong to other knowledge.")
    items = {split: list(pairs.inputs.items(records)) for split, records in pairs.records.items()}
    said: dict[PairSplit, Said] = {split: {item.id: [] for item in told} for split, told in items.items()}
    rows, findings = [], []
    panel = [teacher for teacher in _panel(pairs) if teacher.name in header.settings.weights]
    for teacher in panel:
        if header.teachers.get(teacher.name) != teacher.version:
            findings.append(f"The teacher '{teacher.name}' is of another version than in the run.")
        pairs.note(f"teacher {teacher.name}")
        rows.append(_asked(teacher, items, said, pairs))
    for name in sorted(set(header.settings.weights) - {teacher.name for teacher in panel} - {REGULATOR}):
        row = _read(name, header, folder, items, said, pairs)
        rows += [] if row is None else [row]
        findings += [f"The teacher '{name}' has not judged any of these pairs: not measured."] if row is None else []
    return Judged((*rows, _voted(rows, said, header.settings, pairs)), tuple(findings))


def _panel(pairs: ReportPairs) -> tuple[Teacher, ...]:
    pairs.note("teachers learn from the training pairs")
    learned = [(pairs.inputs.item(record), record.label) for record in pairs.corpus.records("train")]
    sureness = measure_sureness(pairs.store, learned)
    return MechanismTeacher(pairs.store, sureness), NeighbourTeacher(learned, VotingSettings().neighbours)


def _asked(
    teacher: Teacher, items: Mapping[PairSplit, Sequence[PairItem]], said: Mapping[PairSplit, Said], pairs: ReportPairs
) -> Row:
    every = [item for told in items.values() for item in told]
    # The first answers make what a teacher keeps for all later ones.
    teacher.judge(every[0])
    judged, pace = timed(lambda: [teacher.judge(item) for item in every])
    for split, told in items.items():
        wanted = {item.id for item in told}
        for one in judged:
            if one.item in wanted:
                said[split][one.item].append(one)
    return _row(teacher.name, said, Speed(alone=pace), pairs)


def _read(
    name: str,
    header: VoteHeader,
    folder: Path,
    items: Mapping[PairSplit, Sequence[PairItem]],
    said: Mapping[PairSplit, Said],
    pairs: ReportPairs,
) -> Row | None:
    """What a teacher that is not asked again said in its run; None where it said nothing of these pairs."""
    found = False
    for split, told in items.items():
        path = folder / f"{split}.run"
        # Opening a run that is not there would begin one.
        for item, judgements in (judgements_of(path, told) if path.is_file() else {}).items():
            kept = [one for one in judgements if one.teacher == name and one.version == header.teachers.get(name)]
            said[split][item] += kept
            found = found or bool(kept)
    return _row(name, said, Speed(), pairs) if found else None


def _row(name: str, said: Mapping[PairSplit, Said], speed: Speed, pairs: ReportPairs) -> Row:
    answers: dict[PairSplit, list[LabelAnswer]] = {}
    for split, records in pairs.records.items():
        spoken = {item: _spoken(name, given) for item, given in said[split].items()}
        answers[split] = [_answer(record.label, one) for record in records if (one := spoken[record.id]) is not None]
    asked = {split: len(records) for split, records in pairs.records.items()}
    return row_of(f"teacher: {name}", "teacher", answers, speed, asked)


def _spoken(name: str, given: Sequence[Judgement]) -> Judgement | None:
    """What a teacher says of a pair; the first of differently worded questions stands for it."""
    return next((one for one in given if one.teacher == name and not one.abstains), None)


def _voted(rows: Sequence[Row], said: Mapping[PairSplit, Said], settings: VoteSettings, pairs: ReportPairs) -> Row:
    """The vote; its pace is that of asking all of them, one after the other."""
    answers: dict[PairSplit, list[LabelAnswer]] = {}
    for split, records in pairs.records.items():
        votes = {record.id: vote_of(record.id, said[split][record.id], settings) for record in records}
        answers[split] = [_answer(record.label, votes[record.id]) for record in records if votes[record.id].voters]
    paces = [row.labels_per_s for row in rows]
    known = [pace for pace in paces if pace is not None]
    pace = 1.0 / sum(1.0 / one for one in known) if known and len(known) == len(paces) else None
    asked = {split: len(records) for split, records in pairs.records.items()}
    return row_of(VOTE, "teacher", answers, Speed(alone=pace), asked)


def _answer(truth: Label, said: Judgement | Vote) -> LabelAnswer:
    severity, direction, mechanism = (distribution_of(said, axis) for axis in AXES)
    return LabelAnswer(truth, severity, direction, mechanism)
