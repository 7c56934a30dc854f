"""The report's tables on labels, pace, calibration, steps and rationales: figures in words, and what was not measured said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from distill.corpora.pairs import TEST_SPLITS, PairSplit
from distill.evaluation.pair_report_drawing import reliability_figure, risk_figure, severity_figure
from distill.evaluation.pair_report_following import Following, Share
from distill.evaluation.pair_report_page import NOT_MEASURED, Block, Heading, Picture, Table, Words, pace, percent
from distill.evaluation.pair_report_rows import COVERAGE, SPLIT_NAMES, Row
from distill.evaluation.pair_report_simulating import Simulated
from distill.evaluation.pair_report_students import MeasuredReasoner
from engine.reasoning.language import AXES

_SPLITS = tuple(SPLIT_NAMES.values())
# Two are compared that answer as many pairs, but for this share.
_AS_MANY = 0.99
_OTHER_PAIRS = "of fewer pairs"
# Who is drawn in curves: more lines than these hide each other.
_DRAWN = ("labeller", "reasoner", "gradient boosting", "vote of the teachers")


def label_blocks(rows: Sequence[Row], missing: Sequence[str], vote: Row | None) -> Iterator[Block]:
    """Who labels how well. `missing`: rows that were not measured."""
    yield Heading("Labels")
    yield _severity_table(rows, missing, vote)
    yield Picture("severity", "Macro-F1 of severity with 95 % intervals, by who labels and by split.", severity_figure(rows))
    for axis in AXES:
        head = ("who", *(f"accuracy, {split}" for split in _SPLITS), *(f"macro-F1, {split}" for split in _SPLITS))
        names = (f"{axis}_accuracy", f"{axis}_macro_f1")
        told = tuple((row.name, *(_cell(row, split, name) for name in names for split in TEST_SPLITS)) for row in rows)
        yield Table(f"{axis.capitalize()}, %", head, told)
    for row in rows:
        if row.remark:
            yield Words(f"{row.name}: {row.remark}.")
    partly = [row for row in rows if any(part["answered"] < 1.0 for part in row.figures.values())]
    for row in partly:
        shares = ", ".join(f"{name} {_cell(row, split, 'answered')} %" for name, split in zip(_SPLITS, TEST_SPLITS, strict=True))
        yield Words(f"{row.name} does not answer every pair, and its figures are of those that it answers: {shares}.")


def _severity_table(rows: Sequence[Row], missing: Sequence[str], vote: Row | None) -> Table:
    head = ("who", *_SPLITS, *(f"of the vote, {split}" for split in _SPLITS))
    told = [(row.name, *(_interval(row, split) for split in TEST_SPLITS), *_of_vote(row, vote)) for row in rows]
    told += [(name, *(NOT_MEASURED for _cell in head[1:])) for name in missing]
    return Table("Macro-F1 of severity, % (95 % interval), and as a percentage of the teachers' vote", head, tuple(told))


def _interval(row: Row, split: PairSplit) -> str:
    part = row.figures.get(split)
    if part is None:
        return NOT_MEASURED
    low, high = percent(part["severity_macro_f1_low"]), percent(part["severity_macro_f1_high"])
    return f"{percent(part['severity_macro_f1'])} ({low} to {high})"


def _of_vote(row: Row, vote: Row | None) -> Iterator[str]:
    for split in TEST_SPLITS:
        known = None if vote is None else vote.figures.get(split)
        own = row.figures.get(split)
        if known is None or own is None:
            yield NOT_MEASURED
        elif own["answered"] < _AS_MANY * known["answered"]:
            # One that answers only some pairs is not beside a vote on all of them.
            yield _OTHER_PAIRS
        else:
            yield f"{100 * own['severity_macro_f1'] / max(1e-9, known['severity_macro_f1']):.0f}"


def _cell(row: Row, split: PairSplit, name: str) -> str:
    return percent(row.figures.get(split, {}).get(name))


def pace_blocks(rows: Sequence[Row], reasoners: Sequence[MeasuredReasoner]) -> Iterator[Block]:
    """Labels and answers per second."""
    yield Heading("Pace")
    told = tuple((row.name, pace(row.labels_per_s), pace(row.batched_per_s)) for row in rows)
    caption = "Labels per second of one processor core; facts are at hand, other programs on the machine do not count"
    yield Table(caption, ("who", "one pair at a time", "many at once"), told)
    for one in reasoners:
        answers, tokens = f"{one.answers_per_s:.1f} whole answers with their steps", f"{one.tokens_per_s:.0f} tokens"
        yield Words(f"{one.row.name}: {answers} a second, {tokens} a second, prompts included, in this program alone.")


def calibration_blocks(rows: Sequence[Row]) -> Iterator[Block]:
    """Whether probabilities mean what they say."""
    yield Heading("Calibration")
    head = ("who", *(f"{axis}, {split}" for axis in AXES for split in _SPLITS))
    told = tuple((row.name, *(_error(row, split, f"{axis}_ece") for axis in AXES for split in TEST_SPLITS)) for row in rows)
    yield Table("Expected calibration error (15 bins; 0 is best)", head, told)
    parts = {"none": '"none"', "other": "an interaction"}
    head = ("who", *(f"{words}, {split}" for words in parts.values() for split in _SPLITS))
    told = tuple(
        (row.name, *(_error(row, split, f"severity_ece_{part}") for part in parts for split in TEST_SPLITS)) for row in rows
    )
    yield Table("The same of severity, apart for answers of no interaction and of any", head, told)
    names = ("severity_accuracy", "severity_selective")
    head = ("who", *(f"all, {split}" for split in _SPLITS), *(f"surest {COVERAGE:.0%}, {split}" for split in _SPLITS))
    told = tuple((row.name, *(_cell(row, split, name) for name in names for split in TEST_SPLITS)) for row in rows)
    yield Table(f"Accuracy of severity, %, when all and when the surest {COVERAGE:.0%} of pairs are answered", head, told)
    drawn = [row for name in _DRAWN for row in rows if row.name == name]
    words = "How often severities are right, by how sure they are. Points of fewer than ten answers are left out."
    yield Picture("reliability", words, reliability_figure(drawn))
    words = "How often severities are wrong when only the surest share of pairs is answered; the line is at 95 %."
    yield Picture("risk", words, risk_figure(drawn))


def _error(row: Row, split: PairSplit, name: str) -> str:
    part = row.figures.get(split)
    return NOT_MEASURED if part is None or name not in part else f"{part[name]:.3f}"


def step_blocks(reasoners: Sequence[MeasuredReasoner]) -> Iterator[Block]:
    """What the verifier says of the steps."""
    yield Heading("Steps")
    yield Words(
        "Each step is judged by the verifier that gives the badges. Wrong direction: a step says that exposure "
        "or effect goes one way, and the facts of the pair, cited or not, lead the other way alone, whatever a source "
        "documents; its share is of all steps, and of those that say which exposure or effect goes which way."
    )
    head = (
        "who",
        "split",
        "steps",
        "supported",
        "contradicted",
        "no record",
        "wrong direction",
        "of directed",
        "answers with steps",
    )
    rows: list[tuple[str, ...]] = []
    for one in reasoners:
        rows += _step_rows(f"{one.row.name}, its own label", one.steps)
        rows += _step_rows(f"{one.row.name}, the labeller's label", one.steps_shipped)
    yield Table("Steps, %", head, tuple(rows))
    unfinished = [(one.row.name, split, part["answers_unfinished"]) for one in reasoners for split, part in one.steps.items()]
    cut = [f"{name}, {SPLIT_NAMES[split]}: {percent(share)} %" for name, split, share in unfinished if share]
    yield Words(f"Answers that were cut off before their end: {'; '.join(cut) if cut else 'none'}.")


def _step_rows(name: str, steps: Mapping[PairSplit, Mapping[str, float]]) -> Iterator[tuple[str, ...]]:
    names = ("steps_supported", "steps_contradicted", "steps_no_record", "wrong_direction", "wrong_direction_directed")
    if not steps:
        yield (name, "all", *(NOT_MEASURED for _one in range(len(names) + 2)))
    for words, split in zip(_SPLITS, TEST_SPLITS, strict=True):
        part = steps.get(split)
        if part is not None:
            shares = (percent(part[one], 2) for one in names)
            yield (name, words, f"{part['steps']:.0f}", *shares, percent(part["answers_with_steps"]))


def following_blocks(reasoners: Sequence[MeasuredReasoner]) -> Iterator[Block]:
    """Whether labels follow when the facts are changed that a rationale names."""
    yield Heading("Do labels follow the facts that the rationale names?")
    yield Words(
        "Facts that the reasoner's steps cite are changed, and the label is asked for again. Dropping them should change "
        "the label more often than dropping as many others; another order should change nothing; with inhibitors made "
        "inducers the direction should turn (other facts may still hold it); with A and B exchanged the direction should "
        "go with the medicines."
    )
    head = (
        "who",
        "cited facts dropped: label changes",
        "as many others dropped: label changes",
        "order changed: label stays",
        "inhibitor for inducer: direction turns",
        "A and B exchanged: label goes with them",
    )
    rows = [_following_row(one.row.name, one.following) for one in reasoners]
    rows += [
        _following_row(f"labeller, on the rationales of {one.row.name}", one.labeller_following)
        for one in reasoners
        if one.labeller_following is not None
    ]
    yield Table("Share of pairs, % (pairs)", head, tuple(rows))


def _following_row(name: str, found: Following) -> tuple[str, ...]:
    parts = (found.dropped, found.dropped_others, found.shuffled, found.turned, found.exchanged)
    return (name, *(_share(part) for part in parts))


def _share(part: Share) -> str:
    return NOT_MEASURED if part.value is None else f"{percent(part.value)} ({part.pairs})"


def simulating_blocks(reasoners: Sequence[MeasuredReasoner]) -> Iterator[Block]:
    """Whether the steps tell the label."""
    yield Heading("Do the steps tell the label?")
    yield Words(
        "A logistic regression that sees only the codes of the steps (neither facts nor what to do) guesses the label "
        "that the reasoner gave, in five parts each guessed from the others; beside it a guess that sees nothing: the "
        "most frequent label. An answer that says that there is no interaction has no steps, so pairs with a step are "
        "shown alone too."
    )
    head = ("who", "among", "part of the label", "pairs", "from the steps", "from nothing")
    rows = tuple(_simulated_row(one.row.name, part) for one in reasoners for part in one.simulated)
    yield Table("How often the reasoner's label is guessed, %", head, rows)


def _simulated_row(name: str, part: Simulated) -> tuple[str, ...]:
    return name, part.among, part.axis, str(part.pairs), percent(part.told), percent(part.nothing)
