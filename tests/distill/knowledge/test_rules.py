"""Documented rules: every row whose basis is *file* is read again at its locator, and the tables as a whole hold together."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import pytest

from distill.knowledge import ansm_2016, ansm_2019
from distill.knowledge.ansm_text import name_key
from distill.knowledge.nlm_labels import read_labels
from distill.knowledge.second_coding import coded_fields, read_second_coding
from distill.knowledge.tables import TableSet
from engine.installation import find_installation
from engine.knowledge.tables import LEVELS
from tests.knowledge_rows import published, table

LEVEL_OF_TAG = dict(zip(("CI", "ASDEC", "PE", "APEC"), LEVELS, strict=True))
# The printed tag leaves a level out that the text of the entry gives.
# "isosorbide" among the nitrates is the mononitrate: the dinitrate has a line of its own, and isosorbide itself is a diuretic.
MEANT = {"isosorbide": "isosorbide-mononitrate"}
# The thesaurus lists caffeine a second time as the caffeine of tea.
STATED_TWICE = [{"caffeine", "dipyridamole"}]
LEVELS_BEYOND_THE_TAG = {"ANTISPASMODIQUES URINAIRES + INHIBITEURS PUISSANTS DU CYP3A4"}


def levels_of_rules() -> Iterator[tuple[dict[str, str], set[str]]]:
    stated: dict[str, set[str]] = {}
    for row in table("rule_levels"):
        stated.setdefault(row["rule"], set()).add(row["level"])
    for rule in table("rules"):
        yield rule, stated[rule["id"]]


@lru_cache(maxsize=1)
def french_entries() -> dict[str, ansm_2019.Entry]:
    edition = ansm_2019.read_interactions(published("ansm-thesaurus/interactions_fr_2019.txt"))
    return {f"p{entry.page} {entry.heading} + {entry.partner}": entry for entry in edition.entries}


@lru_cache(maxsize=1)
def english_entries() -> dict[str, ansm_2016.InteractionEn]:
    edition = ansm_2016.read_interactions(published("ansm-thesaurus/interactions_en_2016.xml"))
    return {f"interaction {place}": entry for place, entry in enumerate(edition.interactions, start=1)}


def test_the_tables_have_no_fault() -> None:
    assert [str(fault) for fault in TableSet(find_installation().knowledge_tables).faults] == []


def test_french_rules_are_read_again() -> None:
    entries = french_entries()
    read = 0
    for rule, levels in levels_of_rules():
        if rule["source"] != "ansm-2019":
            continue
        entry = entries[rule["locator"]]
        wanted = {LEVEL_OF_TAG[tag] for tag in entry.level_tag} or {"take_into_account"}
        if not any(beyond in rule["locator"] for beyond in LEVELS_BEYOND_THE_TAG):
            assert levels == wanted, rule
        read += 1
    assert read >= 1500


def test_english_rules_are_read_again() -> None:
    entries = english_entries()
    read = 0
    for rule, levels in levels_of_rules():
        if rule["source"] != "ansm-2016":
            continue
        entry = entries[rule["locator"]]
        assert levels == {LEVEL_OF_TAG[tag] for tag in entry.levels}, rule
        assert entry.description, rule
        read += 1
    assert read >= 90


def test_label_rules_are_read_again() -> None:
    rules = [rule for rule in table("rules") if rule["source"] == "nlm-labels"]
    if not rules:
        pytest.skip("no rule comes from the annotated labels")
    labels = {label.set_id: label for label in read_labels(published("fda-labels-annotated"))}
    for rule in rules:
        set_id, _, place = rule["locator"].partition("#")
        text = labels[set_id].sentence(place).text.casefold()
        assert "contraindicated" in text or "avoid" in text or "should not" in text or len(text) > 20, rule


def test_class_members_are_read_again() -> None:
    rows = ansm_2019.read_memberships(published("ansm-thesaurus/classes_fr_2019.tsv"))
    by_line = {row.line: row for row in rows}
    meanings: dict[str, set[str]] = {}
    for row in table("names"):
        meanings.setdefault(name_key(row["name"]), set()).update(row["substances"].split("+"))
    read = 0
    for member in table("class_members"):
        if member["source"] != "ansm-2019" or not member["locator"].startswith("classes line "):
            continue
        molecule = by_line[int(member["locator"].removeprefix("classes line "))].molecule
        meant = {MEANT[molecule]} if molecule in MEANT else meanings.get(name_key(molecule), set())
        assert member["substance"] in meant, (member, molecule)
        read += 1
    assert read >= 1500


def test_every_mirrored_pair_stands_once() -> None:
    seen: set[tuple[str, str, frozenset[str]]] = set()
    for rule in (row for row in table("rules") if row["source"] == "ansm-2019"):
        key = (rule["source"], rule["locator"], frozenset((rule["a"], rule["b"])))
        assert key not in seen, rule
        seen.add(key)
    pairs = Counter(frozenset((rule["a"], rule["b"])) for rule in table("rules") if rule["source"] == "ansm-2019")
    assert [set(pair) for pair, count in pairs.items() if count > 1] == STATED_TWICE


def test_the_tables_say_what_the_second_coding_settled() -> None:
    rules = {row["id"]: row for row in table("rules")}
    levels: dict[str, list[dict[str, str]]] = {}
    for row in table("rule_levels"):
        levels.setdefault(row["rule"], []).append(row)
    coded = read_second_coding(find_installation().knowledge_tables)
    assert len({row.rule for row in coded}) == 200
    for row in coded:
        assert coded_fields(rules[row.rule], levels[row.rule])[row.field] == row.settled, row
        assert row.first == row.second or row.reason != "-"
