"""The neighbour teacher: alike by facts, never its own neighbour, sides mapped, silent where nothing is like the pair."""

from collections.abc import Callable

import pytest

from distill.corpora.pair_inputs import OTHER_SIDE, PairInputs
from distill.corpora.pairs import NO_LABEL, PairRecord, pair_id
from distill.teachers.neighbours import NeighbourSettings, NeighbourTeacher
from distill.teachers.protocol import PairItem
from distill.teachers.voting import likeliest
from engine.application import Application
from engine.reasoning.language import DIRECTIONS, Label

RAISED = Label("contraindicated", "B_increase", "pk.metabolism")


def record(first: str, second: str, label: Label) -> PairRecord:
    return PairRecord(pair_id(first, second), first, second, label)


TRAINING = (
    record("erythromycin", "simvastatin", RAISED),
    record("itraconazole", "lovastatin", RAISED),
    record("digoxin", "metformin", NO_LABEL),
    record("levothyroxine", "metformin", NO_LABEL),
)


@pytest.fixture
def inputs(application: Application) -> PairInputs:
    return PairInputs(application.store)


def teacher_of(
    inputs: PairInputs, records: tuple[PairRecord, ...] = TRAINING, one_sided: float = 0.9, least: float = 0.2
) -> NeighbourTeacher:
    pairs = [(inputs.item(one), one.label) for one in records]
    return NeighbourTeacher(pairs, NeighbourSettings(neighbours=2, one_sided=one_sided, least=least))


def item(inputs: PairInputs, first: str, second: str) -> PairItem:
    return inputs.item(record(first, second, NO_LABEL))


def test_a_pair_is_labelled_as_those_alike(inputs: PairInputs) -> None:
    said = teacher_of(inputs).judge(item(inputs, "clarithromycin", "simvastatin"))
    assert (likeliest(said.severity), likeliest(said.direction)) == ("contraindicated", "B_increase")
    assert sum(said.severity.values()) == pytest.approx(1.0)


def test_the_other_way_round_the_sides_change_places(inputs: PairInputs) -> None:
    teacher = teacher_of(inputs)
    names = ("clarithromycin", "simvastatin")
    one, other = (teacher.judge(item(inputs, *order)) for order in (names, names[::-1]))
    assert {OTHER_SIDE[side]: one.direction[side] for side in DIRECTIONS} == pytest.approx(other.direction)
    assert one.severity == pytest.approx(other.severity)


def test_a_pair_is_not_its_own_neighbour(inputs: PairInputs) -> None:
    # The odd label stands on the pair itself alone: whoever looked there would repeat it.
    odd = record("clarithromycin", "simvastatin", Label("minor", "none", "unknown"))
    teacher = teacher_of(inputs, (*TRAINING, odd))
    for names in (("clarithromycin", "simvastatin"), ("simvastatin", "clarithromycin")):
        said = teacher.judge(item(inputs, *names))
        assert likeliest(said.severity) == "contraindicated"
        assert said.severity["minor"] < 0.1


def test_sharing_a_medicine_is_worth_less(inputs: PairInputs) -> None:
    # The same precipitant in one, another medicine on both sides in the other.
    one_sided = record("clarithromycin", "lovastatin", Label("minor", "B_increase", "pk.metabolism"))
    records = (one_sided, record("itraconazole", "simvastatin", RAISED))
    asked = item(inputs, "clarithromycin", "atorvastatin")
    shares = [teacher_of(inputs, records, one_sided=factor).judge(asked).severity["minor"] for factor in (1.0, 0.5)]
    assert shares[0] > shares[1]


def test_it_keeps_silent_where_nothing_is_alike(inputs: PairInputs) -> None:
    assert teacher_of(inputs, TRAINING[2:], least=0.9).judge(item(inputs, "clarithromycin", "simvastatin")).abstains


def test_no_label_is_impossible(inputs: PairInputs) -> None:
    said = teacher_of(inputs).judge(item(inputs, "clarithromycin", "simvastatin"))
    assert min(said.severity.values()) > 0.0


def test_its_version_is_that_of_its_pairs_and_settings(inputs: PairInputs) -> None:
    versions = {teacher_of(inputs).version, teacher_of(inputs, TRAINING[1:]).version, teacher_of(inputs, least=0.1).version}
    assert len(versions) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: NeighbourSettings(neighbours=0),
        lambda: NeighbourSettings(doubt=0.0),
        lambda: NeighbourSettings(one_sided=1.5),
        lambda: NeighbourSettings(least=-0.1),
    ],
)
def test_settings_that_cannot_be(wrong: Callable[[], NeighbourSettings]) -> None:
    with pytest.raises(ValueError, match=r"there is a neighbour|between 0 and 1"):
        wrong()
