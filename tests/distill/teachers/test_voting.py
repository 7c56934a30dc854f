"""The vote: a weighted mean of those who speak, how unsure it is, and weights that make known labels likeliest."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from distill.teachers.protocol import LABELS, SEVERITIES, Judgement, check_distribution, even
from distill.teachers.voting import (
    Vote,
    VoteSettings,
    fitted_weights,
    likeliest,
    vote_of,
    with_regulator,
)
from engine.reasoning.language import AXES, DIRECTIONS, Label

NONE = Label("none", "none", "none")
SETTINGS = VoteSettings(weights={"one": dict.fromkeys(AXES, 0.75), "other": dict.fromkeys(AXES, 0.25)})


def says(teacher: str, severity: dict[str, float], *, item: str = "pair", abstains: bool = False, wording: int = 0) -> Judgement:
    return Judgement(item, teacher, "1", severity, {"none": 1.0}, {"none": 1.0}, abstains=abstains, wording=wording)


def test_a_vote_is_the_weighted_mean() -> None:
    vote = vote_of("pair", [says("one", {"major": 1.0}), says("other", {"none": 1.0})], SETTINGS)
    assert vote.severity == pytest.approx({"contraindicated": 0.0, "major": 0.75, "moderate": 0.0, "minor": 0.0, "none": 0.25})
    assert vote.voters == ("one", "other")
    # Two voters who are sure, and each of another label: all that the vote is unsure of is that they disagree.
    assert vote.entropy == pytest.approx(-0.75 * math.log2(0.75) - 0.25 * math.log2(0.25))
    assert vote.disagreement == pytest.approx(vote.entropy)


def test_those_who_agree_do_not_disagree() -> None:
    unsure = {"major": 0.5, "moderate": 0.5}
    vote = vote_of("pair", [says("one", unsure), says("other", unsure)], SETTINGS)
    assert vote.entropy == pytest.approx(1.0)
    assert vote.disagreement == pytest.approx(0.0, abs=1e-12)


def test_who_abstains_does_not_count() -> None:
    vote = vote_of("pair", [says("one", even(SEVERITIES), abstains=True), says("other", {"minor": 1.0})], SETTINGS)
    assert vote.severity["minor"] == pytest.approx(1.0)
    assert vote.voters == ("other",)
    nobody = vote_of("pair", [says("one", even(SEVERITIES), abstains=True)], SETTINGS)
    assert (nobody.voters, nobody.disagreement) == ((), 0.0)
    assert nobody.severity == pytest.approx(even(SEVERITIES))


def test_several_wordings_share_the_weight_of_their_teacher() -> None:
    asked_twice = [says("one", {"major": 1.0}, wording=wording) for wording in (0, 1)]
    vote = vote_of("pair", [*asked_twice, says("other", {"none": 1.0})], SETTINGS)
    assert vote.severity["none"] == pytest.approx(0.25)


def test_strangers_and_other_pairs_are_refused() -> None:
    for strange in (says("nobody", {"none": 1.0}), says("one", {"none": 1.0}, item="another")):
        with pytest.raises(ValueError, match="no judgement of this pair"):
            vote_of("pair", [strange], SETTINGS)


def test_a_teacher_for_research_does_not_vote_by_default() -> None:
    weights = {"structure": dict.fromkeys(AXES, 1.0)}
    with pytest.raises(ValidationError, match="may not ship"):
        VoteSettings(weights=weights)
    assert VoteSettings(weights=weights, allow_research=True).allow_research


@pytest.mark.parametrize("wrong", [{"one": {"severity": 1.0}}, {"one": dict.fromkeys(AXES, -1.0)}, {}])
def test_weights_that_cannot_be(wrong: dict[str, dict[str, float]]) -> None:
    with pytest.raises(ValidationError):
        VoteSettings.model_validate({"weights": wrong})


def test_weights_are_fitted_to_the_truth() -> None:
    # Of ten truths the first teacher is right about eight, the other about two, and each is sure: the best mix is 8 to 2.
    judged = [
        (NONE, [says("one", {"none" if place < 8 else "major": 1.0}), says("other", {"none" if place >= 8 else "major": 1.0})])
        for place in range(10)
    ]
    fitted = fitted_weights(judged)
    assert fitted["one"]["severity"] == pytest.approx(0.8, abs=0.01)
    assert fitted["other"]["severity"] == pytest.approx(0.2, abs=0.01)
    assert fitted == fitted_weights(judged)


def test_a_teacher_that_is_always_wrong_keeps_a_trace() -> None:
    fitted = fitted_weights([(NONE, [says("one", {"none": 1.0}), says("other", {"major": 1.0})])] * 5)
    assert 0.0 < fitted["other"]["severity"] < 0.02


def test_nobody_to_weigh() -> None:
    with pytest.raises(ValueError, match="no teacher says anything"):
        fitted_weights([(NONE, [says("one", even(SEVERITIES), abstains=True)])])


def test_the_record_has_its_share() -> None:
    weights = with_regulator({"one": dict.fromkeys(AXES, 0.6), "other": dict.fromkeys(AXES, 0.4)}, 0.7)
    assert weights["regulator"]["severity"] == 0.7
    assert sum(weights[name]["severity"] for name in weights) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        with_regulator({}, 1.5)


shares = st.lists(st.floats(0.01, 1.0), min_size=5, max_size=5).map(
    lambda parts: dict(zip(SEVERITIES, (part / sum(parts) for part in parts), strict=True))
)


@given(shares, shares, st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_every_vote_is_a_distribution(one: dict[str, float], other: dict[str, float], first: float, second: float) -> None:
    settings = VoteSettings(weights={"one": dict.fromkeys(AXES, first), "other": dict.fromkeys(AXES, second)})
    vote = vote_of("pair", [says("one", one), says("other", other)], settings)
    for axis in AXES:
        check_distribution(vote.of(axis), LABELS[axis])
    assert 0.0 <= vote.disagreement <= vote.entropy + 1e-9
    assert vote.entropy <= math.log2(len(SEVERITIES)) + 1e-9
    assert Vote.model_validate_json(vote.model_dump_json()) == vote


def test_of_equal_labels_the_first_is_likeliest() -> None:
    assert likeliest(even(DIRECTIONS)) == DIRECTIONS[0]
