"""Reader of the French edition.

Hand-made irregularities, the property that no line is lost, and the real file.
"""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.knowledge.ansm_2019 import (
    Edition2019,
    Entry,
    Heading,
    read_interactions,
    read_memberships,
    read_text,
)
from distill.knowledge.ansm_2019_rules import merge
from distill.knowledge.ansm_text import AnsmError, name_key
from tests.ansm_files import ansm_file

WHERE = Path("made.txt")
TITLE = "Thesaurus des \n\ninteractions médicamenteuses\n\n Version : Septembre 2019\n\n\n\n2\n"
FOOT = "ANSM - Septembre 2019 \nThesaurus des interactions médicamenteuses\n\nwww.ansm.sante.fr {}/249\n\n\n\n{}\n"


def read(text: str) -> Edition2019:
    return read_text(TITLE + text, WHERE)


def only(text: str) -> Entry:
    edition = read("SUBSTANCE\n" + text)
    assert len(edition.entries) == 1
    return edition.entries[0]


def repairs(edition: Edition2019) -> str:
    return "\n".join(repair.what for repair in edition.repairs)


def test_a_description_glued_to_its_level_is_the_right_column() -> None:
    entry = only("+ AUTRE CHOSE\n\nAssociation DECONSEILLEEMajoration de \n\nl’effet.\n")
    assert (entry.level_tag, entry.partner, entry.page) == (("ASDEC",), "AUTRE CHOSE", 2)
    assert (entry.body_left, entry.body_right, entry.split) == ("", "Majoration de l’effet.", "glued")


def test_two_paragraphs_are_management_and_description() -> None:
    entry = only("+ X Y\nPrécaution d'emploi\nSurveillance \nclinique.\n\nRisque accru.\n")
    assert (entry.body_left, entry.body_right) == ("Surveillance clinique.", "Risque accru.")
    assert entry.text == "Surveillance clinique. Risque accru."


def test_a_cell_left_blank_gives_no_management() -> None:
    entry = only("+ X Y\nCONTRE-INDICATION\n \n\nRisque accru.\n")
    assert (entry.body_left, entry.body_right, entry.split) == ("", "Risque accru.", "blank cell")


def test_conditions_of_several_levels_stay_in_the_left_column() -> None:
    entry = only(
        "+ X Y\nCI - ASDEC - APEC\nContre-indication :\n- si a\n\nAssociation déconseillée :\n- si b\n\n"
        "A prendre en compte :\n- sinon\n\nMajoration du risque.\n\nPar ailleurs, autre effet.\n"
    )
    assert entry.level_tag == ("CI", "ASDEC", "APEC")
    assert entry.body_left.endswith("- sinon")
    assert entry.body_right == "Majoration du risque. Par ailleurs, autre effet."


def test_a_level_named_in_the_text_and_missing_from_the_tag_is_listed() -> None:
    edition = read("HA\n+ X Y\nCI - PE\nA prendre en compte :\n- si a\n\nRisque.\n")
    assert "the text names APEC" in repairs(edition)


def test_a_wrapped_partner_is_one_name() -> None:
    edition = read("HA\n+ SUBSTANCES À ABSORPTION RÉDUITE,\nANTIACIDES\nA prendre en compteEffet.\n")
    assert edition.entries[0].partner == "SUBSTANCES À ABSORPTION RÉDUITE, ANTIACIDES"
    assert "wraps" in repairs(edition)


def test_a_capital_line_inside_a_text_is_no_heading() -> None:
    edition = read("HA\n+ X Y\nCONTRE-INDICATION\nInhibiteur du \nCYP3A4.\n\nRisque.\n")
    assert [heading.name for heading in edition.headings] == ["HA"]
    assert edition.entries[0].body_left == "Inhibiteur du CYP3A4."


def test_an_entry_without_a_level_takes_it_from_the_sentence_and_gives_the_list_back() -> None:
    edition = read(
        'ANTICHOLINES\n(voir aussi "bradycardisants")\n+ MEDICAMENTS\n'
        "Il convient de prendre en compte ce risque.\n\n(a, b)\n+ X Y\n\nPrécaution d'emploiEffet.\n"
    )
    first, heading = edition.entries[0], edition.headings[0]
    assert (first.level_tag, first.level_raw, first.split) == (("APEC",), "", "none")
    assert (heading.members, heading.see_also) == (("a", "b"), ("bradycardisants",))
    assert len(edition.entries) == 2
    assert all(what in repairs(edition) for what in ("no level line", "after its first entries", "quotation"))


def test_a_heading_has_intro_wrapped_classes_and_members() -> None:
    edition = read(
        "HA-HA\nVoir aussi : antiarythmiques - médicaments mixtes adrénergiques-\nsérotoninergiques - \nx\n\n"
        "HB HB\nCertains sont (parfois) actifs.\n\nAutre alinéa.\n"
        "(a, sodium \n(picosulfate de), b)\n\nHC HC\n(anpu\n"
    )
    first, second, third = edition.headings
    assert first.see_also == ("antiarythmiques", "médicaments mixtes adrénergiques-sérotoninergiques", "x")
    assert second.members == ("a", "sodium (picosulfate de)", "b")
    assert second.intro == "Certains sont (parfois) actifs. Autre alinéa."
    assert third.members == ("anpu",)
    assert "not closed" in repairs(edition)


def test_lost_signs_are_put_back_and_listed() -> None:
    edition = read("HA\n+ X Y\nA prendre en compte\n�- Pour des doses ( 1g par \n�prise et/ou 3g par jour)\n\nRisque.\n")
    assert edition.entries[0].body_left == "- Pour des doses (>= 1g par prise et/ou >= 3g par jour)"
    assert "signs lost" in repairs(edition)


def test_pages_are_counted_and_a_number_in_a_text_is_text() -> None:
    entry = "+ {}\nA prendre en compteEffet de \n\n24\nheures.\n\n"
    edition = read("HA\n" + entry.format("X Y") + FOOT.format(2, 3) + entry.format("Z T"))
    assert [one.page for one in edition.entries] == [2, 3]
    assert {one.text for one in edition.entries} == {"Effet de 24 heures."}
    assert edition.repairs == ()


def test_a_page_out_of_order_is_listed() -> None:
    edition = read("HA\n" + FOOT.format(9, 5) + "+ X Y\nA prendre en compteEffet.\n")
    assert "footer of page 9" in repairs(edition)
    assert "page 5 follows page 2" in repairs(edition)


@pytest.mark.parametrize("text", ["+ X Y\nA prendre en compteEffet.\n", "du texte sans titre\n"])
def test_text_that_belongs_nowhere_is_refused_with_file_and_line(text: str) -> None:
    with pytest.raises(AnsmError, match=r"made\.txt, line 10:"):
        read(text)


def test_a_table_row_without_a_molecule_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "t.tsv"
    table.write_text('"molecule"\t"famille"\n"fer"\t""\n', encoding="utf-8")
    assert read_memberships(table)[0].line == 2
    table.write_text('"molecule"\t"famille"\n""\t"x"\n', encoding="utf-8")
    with pytest.raises(AnsmError, match="line 2"):
        read_memberships(table)
    table.write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(AnsmError, match="line 1"):
        read_memberships(table)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes("ligne\nété".encode("latin-1"))
    with pytest.raises(AnsmError, match="line 2: not UTF-8"):
        read_interactions(path)


def test_mirrors_become_one_rule_and_disagreements_are_listed() -> None:
    both = "+ {}\nA prendre en compteEffet{}.\n\n"
    edition = read(
        "FERS\n"
        + both.format("ZINC (SELS)", "")
        + both.format("OR PUR", "")
        + both.format("AUTRES FERS", "")
        + "OR PUR\n"
        + both.format("FER", " tout autre")
        + "ZINC (SEL)\n+ FER\n\nA prendre en compte\n \n\nEffet.\n"
    )
    rules, differences = merge(edition)
    assert [(rule.id, rule.a, rule.b) for rule in rules] == [
        ("r0001", "FERS", "ZINC (SELS)"),
        ("r0002", "FERS", "OR PUR"),
        ("r0003", "FERS", "AUTRES FERS"),
    ]
    assert [rule.mirrored for rule in rules] == [True, True, False]
    assert rules[2].within_class
    assert [(one.rule, one.kind) for one in differences] == [("r0002", "text")]


TAGS = [
    "CONTRE-INDICATION",
    "Association DECONSEILLEE",
    "Précaution d'emploi",
    "A prendre en compte",
    "CI - PE",
]
LINES = st.sampled_from(
    [
        "Surveillance ",
        "clinique.",
        "",
        " ",
        "CYP3A4.",
        "- avec (x)",
        "(a, b)",
        "Risque accru.",
        "12",
        "�( 1g",
        "AB CD",
    ]
)
BLOCKS = st.one_of(
    st.builds("+ {}\n{}\n{}".format, st.sampled_from(["FER", "X Y"]), st.sampled_from(TAGS), LINES),
    st.builds("{}\n{}".format, st.sampled_from(["HA", "HB (SELS)", "Voir aussi : a - b"]), LINES),
    LINES,
    st.just("www.ansm.sante.fr 2/249\n\n3"),
)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(st.lists(BLOCKS, max_size=30))
def test_no_line_is_ever_lost(blocks: list[str]) -> None:
    text = TITLE + "HA HA\n" + "\n".join(blocks)
    edition = read_text(text, WHERE)
    lines = text.split("\n")
    records: list[Heading | Entry] = [*edition.headings, *edition.entries]
    groups = [edition.title, edition.furniture, *(one.lines for one in records)]
    claimed = Counter(number for group in groups for number in group)
    assert claimed == Counter(number for number, line in enumerate(lines, 1) if line.strip())
    assert len(edition.entries) == sum(line.startswith("+") for line in lines)
    for entry in edition.entries:
        written = squeezed("".join(lines[number - 1] for number in entry.lines)).removeprefix("+")
        kept = squeezed(entry.partner + entry.level_raw + entry.body_left + entry.body_right)
        assert kept.replace(">=", "") == written.replace("�", "")


@pytest.fixture(scope="module")
def edition() -> Edition2019:
    return read_interactions(ansm_file("interactions_fr_2019.txt"))


def test_the_real_file_gives_every_entry_and_every_letter(edition: Edition2019) -> None:
    lines = ansm_file("interactions_fr_2019.txt").read_text(encoding="utf-8").split("\n")
    assert len(edition.entries) == sum(line.startswith("+ ") for line in lines) == 3035
    assert len(edition.headings) == 576
    assert len(edition.repairs) == 13
    for entry in edition.entries:
        written = squeezed("".join(lines[number - 1] for number in entry.lines)).removeprefix("+")
        kept = squeezed(entry.partner + entry.level_raw + entry.body_left + entry.body_right)
        assert kept == written or "�" in written, entry
        assert entry.level_tag
        assert entry.body_right
    assert {entry.page for entry in edition.entries} <= set(range(2, 250))


def test_the_levels_of_the_real_file_are_those_counted_by_hand(edition: Edition2019) -> None:
    found = Counter(" - ".join(entry.level_tag) for entry in edition.entries)
    assert found == {
        "PE": 1215,
        "ASDEC": 769,
        "CI": 504,
        "APEC": 430,
        "ASDEC - PE": 57,
        "CI - ASDEC": 29,
        "ASDEC - APEC": 15,
        "CI - PE": 8,
        "CI - ASDEC - PE": 4,
        "CI - ASDEC - APEC": 3,
        "CI - APEC": 1,
    }


def test_the_real_headings_name_the_members_of_the_class_table(edition: Edition2019) -> None:
    table: dict[str, set[str]] = {}
    for row in read_memberships(ansm_file("classes_fr_2019.tsv")):
        table.setdefault(name_key(row.famille), set()).add(name_key(row.molecule))
    listed = {name_key(heading.name): heading for heading in edition.headings}
    assert len(table) == 164
    assert [name for name in table if not listed[name].members] == ["insuline"]
    del table["insuline"]
    for name, members in table.items():
        assert {name_key(member) for member in listed[name].members} == members, name
    unlisted = [heading.name for heading in edition.headings if heading.members and name_key(heading.name) not in table]
    assert unlisted == ["ALCOOL (BOISSON OU EXCIPIENT)", "PAMPLEMOUSSE (JUS ET FRUIT)"]


def test_the_real_substances_that_interact_by_themselves_have_a_heading(edition: Edition2019) -> None:
    headings = {name_key(heading.name) for heading in edition.headings}
    rows = read_memberships(ansm_file("substances_fr_2019.tsv"))
    assert len(rows) == 2145
    own = [row for row in rows if row.famille == "Interactions en propre seulement"]
    assert len(own) == 139
    assert [row for row in own if name_key(row.molecule) not in headings] == []


def test_the_real_mirrors_agree(edition: Edition2019) -> None:
    rules, differences = merge(edition)
    assert len(rules) == 1532
    assert sum(rule.mirrored for rule in rules) == 1502
    assert Counter(one.kind for one in differences) == {"no mirror": 7, "text": 1, "repeated": 1}
    sides = {name_key(name) for rule in rules for name in (rule.a, rule.b)}
    assert {name_key(heading.name) for heading in edition.headings} <= sides
