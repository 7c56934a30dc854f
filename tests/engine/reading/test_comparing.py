"""What the knowledge says: documented, contradicted, no record, not checked."""

from __future__ import annotations

import pytest

from engine.application import Application
from engine.reading.comparing import Comparer
from engine.reading.model import Direction, Entity
from engine.reading.tables import read_table


def named(*substances: str, kind: str = "drug") -> Entity:
    text = " ".join(substances)
    return Entity(0, len(text), text, kind, "both", 0.9, substances, text)


def group(application: Application, name: str) -> Entity:
    known = application.lexicon.groups.named(name)
    assert known is not None
    return Entity(0, len(name), name, "group", "both", 0.9, members=known.substances)


def test_a_documented_pair_has_its_rules_and_the_highest_severity(application: Application) -> None:
    found = Comparer(application.store).compare(named("clarithromycin"), named("simvastatin"))
    report = application.check("clarithromycin 500 mg po\nsimvastatin 40 mg po")
    (finding,) = (one for one in report.interactions if one.documented)
    assert (found.state, found.severity) == ("documented", finding.severity)
    rules = {rule.id for rule in application.store.all_rules()}
    assert found.rules
    assert set(found.rules) <= rules


@pytest.mark.parametrize(
    ("obj", "direction", "exposure", "state"),
    [
        ("warfarin", "decrease", True, "contradicted"),
        ("warfarin", "decrease", False, "contradicted"),
        ("warfarin", "increase", True, "documented"),
        ("cimetidine", "decrease", True, "other_object"),
        ("cimetidine", "increase", False, "other_object"),
        ("cimetidine", None, False, "documented"),
        (None, None, False, "documented"),
    ],
)
def test_only_the_opposite_for_the_same_object_contradicts(
    application: Application, obj: str | None, direction: Direction | None, exposure: bool, state: str
) -> None:
    entity = None if obj is None else named(obj)
    found = Comparer(application.store).compare(named("cimetidine"), named("warfarin"), entity, direction, exposure=exposure)
    assert found.state == state
    assert found.rules


def test_no_rule_on_the_change_of_one_side_has_two_medicines_on_both(application: Application) -> None:
    """Of such a pair one orientation alone would be kept, and a right sentence on the other would be told as turned round."""
    store = application.store
    members: dict[str, set[str]] = {}
    for row in store.rows("class_members"):
        members.setdefault(f"@{row[0]}", set()).add(str(row[1]))
    directed = [rule for rule in store.all_rules() if rule.object in ("a", "b")]
    assert any(rule.a in members and rule.b in members for rule in directed)
    for rule in directed:
        assert len(members.get(rule.a, {rule.a}) & members.get(rule.b, {rule.b})) < 2


def test_a_pair_whose_rules_speak_of_both_is_documented_for_either(application: Application) -> None:
    store = application.store
    for rule in store.all_rules():
        if rule.object == "both" and not (rule.a + rule.b).count("@"):
            for obj in (rule.a, rule.b):
                found = Comparer(store).compare(named(rule.a), named(rule.b), named(obj), "increase")
                assert found.state == "documented"
            return
    pytest.fail("the knowledge has no such rule")


def test_the_level_of_a_prodrug_is_never_contradicted(application: Application) -> None:
    store = application.store
    prodrugs = {row[0] for row in store.rows("pk_properties") if row[1] == "prodrug"}
    opposite: dict[str, Direction] = {"increase": "decrease", "decrease": "increase"}
    asked = 0
    for rule in store.all_rules():
        obj = {"a": rule.a, "b": rule.b}.get(rule.object or "")
        if obj in prodrugs and rule.direction in opposite and not (rule.a + rule.b).count("@"):
            found = Comparer(store).compare(named(rule.a), named(rule.b), named(obj), opposite[rule.direction], exposure=True)
            assert found.state in ("documented", "other_direction")
            asked += found.state == "other_direction"
    assert asked


@pytest.mark.parametrize(
    ("first", "second", "direction"), [("rifampicin", "simvastatin", "increase"), ("clarithromycin", "simvastatin", "decrease")]
)
def test_a_direction_that_no_rule_has_is_never_ticked(
    application: Application, first: str, second: str, direction: Direction
) -> None:
    found = Comparer(application.store).compare(named(first), named(second), named(second), direction, exposure=True)
    assert found.state == "other_direction"


def test_a_level_does_not_contradict_a_rule_on_effects(application: Application) -> None:
    store = application.store
    opposite: dict[str, Direction] = {"increase": "decrease", "decrease": "increase"}
    for rule in store.all_rules():
        kinetic = any(mechanism.kind.startswith("pk.") for mechanism in rule.mechanisms)
        obj = {"a": rule.a, "b": rule.b}.get(rule.object or "")
        if obj and not kinetic and rule.direction in opposite and not (rule.a + rule.b).count("@"):
            pair = named(rule.a), named(rule.b)
            found = Comparer(store).compare(*pair, named(obj), opposite[rule.direction], exposure=True)
            assert found.state == "other_direction"
            return
    pytest.fail("the knowledge has no such rule")


def test_no_record_and_not_checked(application: Application) -> None:
    comparer = Comparer(application.store)
    pairs = comparer.compare(named("paracetamol"), named("amoxicillin"))
    assert (pairs.state, pairs.rules, pairs.severity) == ("no_record", (), None)
    assert comparer.compare(named(kind="group"), named("warfarin")).state == "not_checked"
    uncovered = next(one.id for one in application.store.all_substances() if not application.store.covers(one.id))
    assert comparer.compare(named(uncovered), named("warfarin")).state == "not_checked"


def test_a_combination_is_compared_by_its_parts(application: Application) -> None:
    found = Comparer(application.store).compare(named("sulfamethoxazole", "trimethoprim"), named("methotrexate"))
    assert found.state == "documented"


def test_the_order_of_the_names_does_not_matter(application: Application) -> None:
    first, second = named("simvastatin"), named("clarithromycin")
    assert Comparer(application.store).compare(first, second) == Comparer(application.store).compare(second, first)


def protein(target: str | None) -> Entity:
    return Entity(0, 6, "an enzyme", "protein", "dictionary", name=target)


@pytest.mark.parametrize(
    ("medicine", "target", "label", "state"),
    [
        ("clarithromycin", "CYP3A4", "INHIBITOR", "documented"),
        ("simvastatin", "CYP3A4", "SUBSTRATE", "documented"),
        ("rifampicin", "CYP3A4", "INDIRECT-UPREGULATOR", "documented"),
        ("rifampicin", "CYP3A4", "INHIBITOR", "contradicted"),
        ("ketoconazole", "CYP3A4", "ACTIVATOR", "contradicted"),
        ("azithromycin", "CYP1A2", "INHIBITOR", "no_record"),
        ("warfarin", "CYP3A4", "PRODUCT-OF", "not_compared"),
        ("warfarin", None, "INHIBITOR", "not_checked"),
    ],
)
def test_roles_at_enzymes(application: Application, medicine: str, target: str | None, label: str, state: str) -> None:
    comparer = Comparer(application.store)
    found = comparer.compare_role(named(medicine), protein(target), label)
    assert found == comparer.compare_role(protein(target), named(medicine), label)
    assert found.state == state
    assert bool(found.rules) == (state in ("documented", "contradicted"))
    assert all(key.startswith(f"enzyme_roles/{medicine}/{target}/") for key in found.rules)


def test_a_role_that_no_source_gives_is_not_documented(application: Application) -> None:
    store = application.store
    for substance in store.all_substances():
        rows = store.enzyme_roles.get(substance.id)
        if rows and all(row.provenance.basis == "recalled" for row in rows):
            found = Comparer(store).compare_role(named(substance.id), protein(rows[0].target), "INHIBITOR")
            assert (found.state, found.rules) == ("no_record", ())
            return
    pytest.fail("every role has a source")


def test_a_medicine_that_is_not_known_has_no_role(application: Application) -> None:
    assert Comparer(application.store).compare_role(named(), protein("CYP3A4"), "INHIBITOR").state == "not_checked"


@pytest.mark.parametrize("name", ["NSAIDs", "ACE inhibitor", "loop diuretics", "angiotensin II receptor antagonist"])
def test_a_group_is_documented_by_rules_that_hold_for_each_member(application: Application, name: str) -> None:
    comparer, several, lithium = Comparer(application.store), group(application, name), named("lithium")
    assert len(several.members) > 1
    for found in (comparer.compare(several, lithium), comparer.compare(lithium, several)):
        assert (found.state, found.severity) == ("documented", "major")
        for member in several.members:
            assert set(found.rules) <= set(comparer.compare(named(member), lithium).rules)


def test_a_group_of_which_some_members_alone_are_documented_is_not_checked(application: Application) -> None:
    comparer, statins = Comparer(application.store), group(application, "statins")
    assert comparer.compare(named("simvastatin"), named("itraconazole")).state == "documented"
    assert comparer.compare(named("rosuvastatin"), named("itraconazole")).state == "no_record"
    found = comparer.compare(statins, named("itraconazole"))
    assert (found.state, found.rules, found.severity) == ("not_checked", (), None)


def test_a_group_whose_members_have_rules_of_their_own_is_documented_by_all(application: Application) -> None:
    comparer, several, others = Comparer(application.store), group(application, "SSRIs"), group(application, "MAOIs")
    pairs = [comparer.compare(named(one), named(other)) for one in several.members for other in others.members]
    assert not set.intersection(*(set(one.rules) for one in pairs))
    found = comparer.compare(several, others)
    assert (found.state, found.severity) == ("documented", "contraindicated")
    assert set(found.rules) == {rule for one in pairs for rule in one.rules}


def test_two_groups_and_a_group_of_which_nothing_is_recorded(application: Application) -> None:
    comparer = Comparer(application.store)
    found = comparer.compare(group(application, "NSAIDs"), group(application, "SSRIs"))
    assert found.state == "documented"
    assert comparer.compare(group(application, "statins"), named("paracetamol")).state == "no_record"
    # Two of one group: the rules of two of its members.
    assert comparer.compare(group(application, "NSAID"), group(application, "NSAIDs")).state == "documented"


@pytest.mark.parametrize(
    ("obj", "direction", "state"),
    [
        ("lithium", "increase", "documented"),
        ("lithium", "decrease", "contradicted"),
        ("NSAIDs", "increase", "other_object"),
        (None, None, "documented"),
    ],
)
def test_what_changes_with_a_group(application: Application, obj: str | None, direction: Direction | None, state: str) -> None:
    several = group(application, "NSAIDs")
    changed = {"lithium": named("lithium"), "NSAIDs": several, None: None}[obj]
    found = Comparer(application.store).compare(several, named("lithium"), changed, direction, exposure=True)
    assert found.state == state


def test_every_group_stands_for_several_medicines(application: Application) -> None:
    """And is not written as a medicine is, which would stand; one with an unknown member is refused anyway."""
    path = application.installation.resources / "reading" / "groups.tsv"
    for name, _members in read_table(path, ("name", "members")):
        assert len(group(application, name).members) > 1, name
        assert application.lexicon.names.named(name) is None, name


@pytest.mark.parametrize(
    ("name", "target", "label", "state"),
    [
        ("rifamycins", "CYP3A4", "INDIRECT-UPREGULATOR", "documented"),
        ("azole antifungals", "CYP3A4", "INHIBITOR", "documented"),
        ("rifamycins", "CYP3A4", "INHIBITOR", "contradicted"),
        ("statins", "CYP3A4", "SUBSTRATE", "not_checked"),
        ("SGLT2 inhibitors", "CYP1A2", "INHIBITOR", "no_record"),
    ],
)
def test_a_group_has_the_roles_that_all_its_members_have(
    application: Application, name: str, target: str, label: str, state: str
) -> None:
    several = group(application, name)
    found = Comparer(application.store).compare_role(several, protein(target), label)
    assert found.state == state
    expected = set(several.members) if state in ("documented", "contradicted") else set()
    assert {key.split("/")[1] for key in found.rules} == expected
