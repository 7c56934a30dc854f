"""The labeller as a row of the report, from its shipped file."""

from __future__ import annotations

from collections.abc import Sequence

from distill.corpora.pairs import PairRecord
from distill.evaluation.labels import LabelAnswer
from distill.evaluation.pair_report_pairs import ReportPairs
from distill.evaluation.pair_report_rows import Row, Speed, row_of, timed
from engine.reasoning.labelling import Labeller
from engine.reasoning.language import AXES, Label
from engine.reasoning.pair_facts import PairFacts

# Asked one at a time for the pace.
_TIMED = 200


def labeller_row(labeller: Labeller, pairs: ReportPairs) -> Row:
    """Ask the labeller about all pairs.

    Raises:
        ResourceError: the model cannot be run.
    """
    pairs.note("labeller")
    told = [pairs.inputs.facts(record) for record in pairs.every()]
    _labels, batched = timed(lambda: list(labeller.probabilities(told, "severity")))
    some = told[:: max(1, len(told) // _TIMED)]
    _some, alone = timed(lambda: [labeller.said_of(one) for one in some])
    answers = {split: _answers(labeller, records, pairs) for split, records in pairs.records.items()}
    return row_of("labeller", "student", answers, Speed(alone, batched))


def labels_of(labeller: Labeller, several: Sequence[PairFacts]) -> list[Label]:
    """The labels that it gives: those that may be written."""
    return [labeller.said_of(facts).label for facts in several]


def _answers(labeller: Labeller, records: Sequence[PairRecord], pairs: ReportPairs) -> list[LabelAnswer]:
    facts = [pairs.inputs.facts(record) for record in records]
    shares = {part: labeller.probabilities(facts, part).tolist() for part in AXES}
    found = []
    for place, record in enumerate(records):
        said = {part: dict(zip(labeller.labels(part), shares[part][place], strict=True)) for part in AXES}
        found.append(LabelAnswer(record.label, said["severity"], said["direction"], said["mechanism"]))
    return found
