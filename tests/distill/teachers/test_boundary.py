"""Boundary cases: which pairs are listed, why, in which order, and what people get to see of them."""

import csv
import io

from distill.teachers.boundary import Bounds, boundary_cases, boundary_counts, boundary_csv
from distill.teachers.protocol import Judgement, PairItem
from distill.teachers.voting import VoteSettings, vote_of
from engine.reasoning.language import AXES
from tests.distill.teachers.pairs import item

SETTINGS = VoteSettings(weights={"regulator": dict.fromkeys(AXES, 0.6), "neighbours": dict.fromkeys(AXES, 0.4)})


def judged(pair: PairItem, record: dict[str, float] | None, others: dict[str, float]) -> list[Judgement]:
    rest = ({"none": 1.0}, {"none": 1.0})
    said = [] if record is None else [Judgement(pair.id, "regulator", "1", record, *rest)]
    return [*said, Judgement(pair.id, "neighbours", "1", others, *rest)]


CALM, GAP, UNEXPLAINED, UNSURE = (item(number) for number in range(4))
SAID = {
    CALM.id: judged(CALM, {"major": 1.0}, {"major": 0.9, "moderate": 0.1}),
    GAP.id: judged(GAP, {"none": 0.8, "minor": 0.2}, {"major": 0.9, "none": 0.1}),
    UNEXPLAINED.id: judged(UNEXPLAINED, {"contraindicated": 1.0}, {"none": 0.95, "minor": 0.05}),
    UNSURE.id: judged(UNSURE, None, {"major": 0.25, "moderate": 0.25, "minor": 0.25, "none": 0.25}),
}
PAIRS = (CALM, GAP, UNEXPLAINED, UNSURE)
VOTES = {pair.id: vote_of(pair.id, SAID[pair.id], SETTINGS) for pair in PAIRS}


def test_each_case_has_its_reasons() -> None:
    cases = boundary_cases(PAIRS, VOTES, SAID)
    reasons = {case.item.id: case.reasons for case in cases}
    assert CALM.id not in reasons
    assert "gap" in reasons[GAP.id]
    assert "unexplained" in reasons[UNEXPLAINED.id]
    assert reasons[UNSURE.id] == ("unsure",)
    assert [case.vote.disagreement for case in cases] == sorted((case.vote.disagreement for case in cases), reverse=True)


def test_bounds_decide() -> None:
    assert boundary_cases(PAIRS, VOTES, SAID, Bounds(entropy=9.0, disagreement=9.0, sure=0.99)) == ()


def test_counts() -> None:
    counts = boundary_counts(boundary_cases(PAIRS, VOTES, SAID))
    assert (counts["all"], counts["gap"], counts["unexplained"]) == (3, 1, 1)


def test_the_list_shows_all_that_a_person_needs() -> None:
    rows = list(csv.DictReader(io.StringIO(boundary_csv(boundary_cases(PAIRS, VOTES, SAID)))))
    assert len(rows) == 3
    gap = next(row for row in rows if row["pair"] == GAP.id)
    assert (gap["A"], gap["B"]) == ("Onemycin 1", "Twostatin 1")
    assert gap["neighbours"] == "major 0.90, none 1.00"
    assert "F2 A inhibitor CYP3A4 strong" in gap["facts"]
    unsure = next(row for row in rows if row["pair"] == UNSURE.id)
    assert unsure["regulator"] == "abstains"
