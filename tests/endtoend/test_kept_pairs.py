"""The kept list of pairs: drawn from the sources by reading, never from this program, and not bent to it.

`tests/data/kept_pairs.tsv` holds three kinds of pairs. *serious*: the worst finding is at least as severe as `expected`.
*bound*: the dose, the route or the level of the source forbids more than `expected`. *near_miss*: medicines beside an
interacting one that do not share its enzyme, transporter or effect; at most 5 % of them may exceed `minor`.
Where two sources differ, the expectation of a serious pair is the lower one. How the list is changed: a row is corrected
only where its source was misread, and the corrected row quotes the place; a disagreement of the program is mended there.
"""

import csv
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.application import Application
from engine.report import SEVERITY_ORDER, Severity, severity_rank

TABLE = Path(__file__).resolve().parents[1] / "data" / "kept_pairs.tsv"
SEVERITIES: dict[str, Severity] = {severity: severity for severity in SEVERITY_ORDER}
SIZES = {"serious": 60, "bound": 40, "near_miss": 60}
NEAR_MISSES_THAT_MAY_EXCEED = 0.05


class Pair(NamedTuple):
    """A row of the list."""

    kind: str
    text: str
    expected: Severity
    source: str


class Outcome(NamedTuple):
    """What the program says of a pair: `worst` over the two lines, and the lines that it did not recognise."""

    pair: Pair
    worst: Severity
    unrecognised: tuple[str, ...]

    def described(self) -> str:
        """One line for the message of a failing test."""
        return f"{self.pair.text}: {self.worst}, the source has {self.pair.expected} ({self.pair.source})"


def kept_pairs() -> list[Pair]:
    """The rows of the list, in its order."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Pair(row["kind"], row["text"], SEVERITIES[row["expected"]], row["source"]) for row in rows]


def outcome(application: Application, pair: Pair) -> Outcome:
    """Check one pair; findings between the ingredients of one product do not count."""
    report = application.check(pair.text)
    lines: dict[str, set[str]] = {}
    for drug in report.drugs:
        lines.setdefault(drug.name, set()).add(drug.line)
    between = [found for found in report.interactions if len(lines[found.drugs[0]] | lines[found.drugs[1]]) > 1]
    worst: Severity = min((found.severity for found in between), key=severity_rank, default="none")
    wanted = [line.strip() for line in pair.text.split(";")]
    recognised = {drug.line for drug in report.drugs} - {entry.line for entry in report.not_checked}
    return Outcome(pair, worst, tuple(line for line in wanted if line not in recognised))


@pytest.fixture(scope="module")
def outcomes(application: Application) -> list[Outcome]:
    """Every pair of the list, checked once."""
    return [outcome(application, pair) for pair in kept_pairs()]


def report_share(capsys: pytest.CaptureFixture[str], what: str, met: int, of: int) -> None:
    """Print a share past pytest's capture: the figure is wanted when the test passes too."""
    with capsys.disabled():
        print(f"\nkept pairs, {what}: {met} of {of} ({met / of:.1%})")


def test_the_list_is_whole() -> None:
    """The list has its size, every row a source, and no pair stands twice."""
    pairs = kept_pairs()
    assert {kind: sum(pair.kind == kind for pair in pairs) for kind in SIZES} == SIZES
    assert len({pair.text for pair in pairs}) == len(pairs) == sum(SIZES.values())
    assert all(pair.source and pair.text.count(";") == 1 for pair in pairs)


def test_both_medicines_are_recognised(outcomes: list[Outcome], capsys: pytest.CaptureFixture[str]) -> None:
    """Brands, abbreviations, routes and salts as a pharmacist writes them are understood."""
    unrecognised = [line for result in outcomes for line in result.unrecognised]
    report_share(capsys, "lines recognised", 2 * len(outcomes) - len(unrecognised), 2 * len(outcomes))
    assert not unrecognised, "\n".join(unrecognised)


def test_serious_pairs_are_found(outcomes: list[Outcome], capsys: pytest.CaptureFixture[str]) -> None:
    """No well-known serious pair is missed or called less severe than its source."""
    serious = [result for result in outcomes if result.pair.kind == "serious"]
    missed = [result.described() for result in serious if severity_rank(result.worst) > severity_rank(result.pair.expected)]
    report_share(capsys, "serious pairs found at their level", len(serious) - len(missed), len(serious))
    assert not missed, "\n".join(missed)


def test_bounds_are_kept(outcomes: list[Outcome], capsys: pytest.CaptureFixture[str]) -> None:
    """A lower dose, another route or a mere precaution is not called more severe than the source has it."""
    bound = [result for result in outcomes if result.pair.kind == "bound"]
    broken = [result.described() for result in bound if severity_rank(result.worst) < severity_rank(result.pair.expected)]
    report_share(capsys, "bounds kept", len(bound) - len(broken), len(bound))
    assert not broken, "\n".join(broken)


def test_near_misses_raise_no_alarm(outcomes: list[Outcome], capsys: pytest.CaptureFixture[str]) -> None:
    """At most one near miss in twenty is called more than minor."""
    near = [result for result in outcomes if result.pair.kind == "near_miss"]
    alarms = [result.described() for result in near if severity_rank(result.worst) < severity_rank(result.pair.expected)]
    report_share(capsys, "near misses at most minor", len(near) - len(alarms), len(near))
    assert len(alarms) <= NEAR_MISSES_THAT_MAY_EXCEED * len(near), "\n".join(alarms)
