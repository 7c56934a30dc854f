"""The dictionary in running text: whole words, longest first, doubtful where a name is also something else."""

from __future__ import annotations

import pytest

from engine.application import Application
from engine.reading.name_index import SHORTEST_NAME


def found(application: Application, text: str) -> list[tuple[str, bool]]:
    return [(text[one.start : one.end], one.doubtful) for one in application.lexicon.names.find(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Warfarin and LIPITOR with aspirins.", ["Warfarin", "LIPITOR"]),
        ("St. John's wort or St John’s wort", ["St. John's wort", "St John’s wort"]),
        ("5-fluorouracil, warfarin-treated rats", ["5-fluorouracil", "warfarin"]),
        ("insulin glargine with magnesium\nhydroxide", ["insulin glargine", "magnesium\nhydroxide"]),
        ("trimethoprim/sulfamethoxazole", ["trimethoprim/sulfamethoxazole"]),
        ("CYP3A4 and P-glycoprotein, cytochrome P450 2D6", ["CYP3A4", "P-glycoprotein", "cytochrome P450 2D6"]),
        ("warfarine-like swarfarin", []),
    ],
)
def test_whole_words_and_the_longest_first(application: Application, text: str, names: list[str]) -> None:
    assert [name for name, doubtful in found(application, text) if not doubtful] == names


def test_a_list_of_two_is_not_their_combination(application: Application) -> None:
    combined = "amoxicillin clavulanate"
    assert [name for name, _doubtful in found(application, combined)] == [combined]
    assert len(found(application, "amoxicillin, clavulanate")) != 1


@pytest.mark.parametrize(
    "text",
    [
        "iron",
        "insulin",
        "smoking",
        "MTX",
        "ASA",
        "vitamin D",
        "milk",
        "foster care",
        "cipro",
        "Foster care",
        "warfarin-like",
        "aspirin receptor",
        "gold",
    ],
)
def test_what_is_also_something_else_is_doubtful(application: Application, text: str) -> None:
    names = found(application, text)
    assert names
    assert all(doubtful for _name, doubtful in names)


def test_abbreviations_only_as_they_are_written(application: Application) -> None:
    assert found(application, "mtx asa ns abc, the same") == []


def test_every_name_of_the_knowledge_is_found_as_it_is_written(application: Application) -> None:
    index = application.lexicon.names
    missed = [row.name for row in application.store.names if index.named(row.name) is None]
    assert [name for name in missed if len(name) >= SHORTEST_NAME] == []
    rows = [row for row in application.store.names if len(row.name) >= SHORTEST_NAME]
    for row in rows[:: len(rows) // 500]:
        known = index.named(row.name)
        assert known is not None
        assert known.substances == row.substances


def test_doubtful_names_and_proteins_of_the_tables_are_names(application: Application) -> None:
    folder = application.installation.resources / "reading"
    for line in (folder / "doubtful_names.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, why = line.split("\t")
        assert why in ("body", "everyday")
        assert application.lexicon.names.named(name) is not None, name
    targets = {row[1] for row in application.store.rows("enzyme_roles")}
    for line in (folder / "proteins.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, target = line.split("\t")
        assert target == "-" or target in targets
        known = application.lexicon.names.named(name)
        assert known is not None, name
        assert known.kind == "protein", name
