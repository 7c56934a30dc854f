"""The map of shared enzymes: roles as the check believes them, every fact at hand, and meetings of different medicines only."""

import pytest

from engine.application import Application
from engine.interactions.enzymes import EnzymeMember, SharedEnzyme, shared_enzymes

LIST = "simvastatin 40 mg\nclarithromycin 500 mg\nwarfarin 5 mg\namiodarone 200 mg"


def enzymes_of(application: Application, text: str) -> dict[str, SharedEnzyme]:
    """The map of a list, by enzyme, in its order."""
    report = application.checker.check(text)
    return {one.target: one for one in shared_enzymes(application.store, report.drugs)}


def member(name: str, role: str, strength: str | None = None) -> EnzymeMember:
    """A role without facts."""
    roles = {"substrate": "substrate", "inhibitor": "inhibitor", "inducer": "inducer"}
    assert role in roles
    if role == "substrate":
        return EnzymeMember(0, name, name, "substrate", strength, ())
    return EnzymeMember(0, name, name, "inhibitor" if role == "inhibitor" else "inducer", strength, ())


def test_roles_are_those_that_the_check_believes(application: Application) -> None:
    found = enzymes_of(application, LIST)["CYP3A4"]
    roles = {(one.name, one.role): one.strength for one in found.members}
    assert roles["simvastatin", "substrate"] == "sensitive"
    assert roles["clarithromycin", "inhibitor"] == "strong"
    assert found.modified
    assert {one.name for one in found.modifiers} == {"clarithromycin", "amiodarone"}


def test_each_role_holds_every_row_at_hand_with_the_believed_one_first(application: Application) -> None:
    for enzyme in enzymes_of(application, LIST).values():
        for one in enzyme.members:
            rows = [row for row in application.store.enzyme_roles.get(one.substance) if row.target == enzyme.target]
            assert 1 <= len(one.facts) <= len([row for row in rows if row.role == one.role])
            assert all(fact.source and fact.text for fact in one.facts)
            if one.strength:
                assert one.strength in one.facts[0].text


def test_where_a_change_is_most_to_be_expected_comes_first(application: Application) -> None:
    found = list(enzymes_of(application, LIST).values())
    assert found[0].target == "CYP3A4"
    kinds = [0 if one.modified else 1 if one.modifiers else 2 for one in found]
    assert kinds == sorted(kinds)


def test_the_order_does_not_depend_on_anything_but_the_list(application: Application) -> None:
    assert list(enzymes_of(application, LIST)) == list(enzymes_of(application, LIST))


@pytest.mark.parametrize(
    "text",
    [
        "simvastatin 40 mg",
        # The same ingredient on two lines does not meet itself.
        "warfarin 5 mg\nwarfarin 3 mg",
        # Ingredients of one product are no meeting.
        "co-codamol 30/500",
        # Nothing of what is used locally reaches the enzymes as the facts describe it.
        "clarithromycin 500 mg\nhydrocortisone 1 % cream",
        "xyzolumab",
        "",
    ],
)
def test_one_medicine_meets_nothing(application: Application, text: str) -> None:
    assert enzymes_of(application, text) == {}


def test_a_medicine_on_two_lines_stands_on_both(application: Application) -> None:
    found = enzymes_of(application, "warfarin 5 mg\nwarfarin 3 mg\namiodarone 200 mg")["CYP2C9"]
    assert [one.row for one in found.members if one.name == "warfarin" and one.role == "substrate"] == [0, 1]


@pytest.mark.parametrize(
    ("members", "modified"),
    [
        ((member("a", "inhibitor"), member("b", "substrate")), True),
        ((member("a", "inducer"), member("b", "substrate")), True),
        # A medicine that inhibits its own breakdown changes no other one.
        ((member("a", "inhibitor"), member("a", "substrate")), False),
        ((member("a", "inhibitor"), member("b", "inhibitor")), False),
        ((member("a", "substrate"), member("b", "substrate")), False),
    ],
)
def test_a_change_needs_a_modifier_and_another_medicine(members: tuple[EnzymeMember, ...], modified: bool) -> None:
    assert SharedEnzyme("CYP3A4", members).modified == modified


@pytest.mark.parametrize(
    ("role", "strength", "rank"),
    [
        ("inhibitor", "strong", 3),
        ("inducer", "weak", 1),
        ("substrate", "sensitive", 3),
        ("substrate", "minor", 1),
        ("substrate", None, 0),
    ],
)
def test_the_rank_of_a_strength(role: str, strength: str | None, rank: int) -> None:
    assert member("a", role, strength).rank == rank
