"""Reader of the English edition: hand-made faults of the XML, and the real files."""

from collections import Counter
from pathlib import Path

import pytest

from distill.knowledge.ansm_2016 import (
    ClassesEn,
    InteractionsEn,
    clean_atc,
    read_classes,
    read_classes_text,
    read_interactions,
    read_interactions_text,
    read_severity,
    undefined_classes,
)
from distill.knowledge.ansm_2016_rules import merge
from distill.knowledge.ansm_text import AnsmError
from tests.ansm_files import ansm_file

WHERE = Path("made.xml")


def drug(name: str, atc: str = "") -> str:
    return f'<DRUG name="{name}" rxcui="1">{atc}</DRUG>'


def element(one: str, two: str, severity: str = "<SEVERITY>Not recommended</SEVERITY>", comment: str = "") -> str:
    return (
        f"<INTERACTION>\n<SOURCE><SOURCE_FILE>f.html\n</SOURCE_FILE></SOURCE>\n<DRUG1>{one}</DRUG1>\n"
        f"<DRUG2>{two}</DRUG2>\n<DESCRIPTION>Some\n effect</DESCRIPTION>{severity}{comment}\n</INTERACTION>\n"
    )


def read(*elements: str) -> InteractionsEn:
    return read_interactions_text("<INTERACTIONS>\n" + "".join(elements) + "</INTERACTIONS>\n", WHERE)


def repairs(edition: InteractionsEn | ClassesEn) -> str:
    return "\n".join(repair.what for repair in edition.repairs)


def test_a_plain_element_is_read_as_written() -> None:
    code = '<CLASS name="FIBRATES " code="C10" />'
    edition = read(element(drug("IRON ", '<ATC code="B03A"/>'), code, comment="<COMMENT>Wait.</COMMENT>"))
    one = edition.interactions[0]
    assert (one.line, one.source_file, one.description, one.comment) == (2, "f.html", "Some effect", "Wait.")
    assert (one.side1.kind, one.side1.name, one.side1.code, one.side1.atc) == ("drug", "IRON", "1", ("B03A",))
    assert (one.side2.kind, one.side2.name, one.side2.code) == ("class", "FIBRATES", "C10")
    assert (one.severity, one.levels, edition.repairs) == ("ASDEC", ("ASDEC",), ())


@pytest.mark.parametrize(
    ("raw", "levels", "noted"),
    [
        (" CONTRAINDICATION", ("CI",), False),
        ("C0NTRAINDICATION", ("CI",), True),
        ("Contraindication:", ("CI",), True),
        ("Not recommended with:", ("ASDEC",), True),
        ("Nor recommended", ("ASDEC",), True),
        ("Precaution for use.", ("PE",), True),
        ("Tale into account", ("APEC",), True),
        ("Contraindication - Not recommended - Precaution for use", ("CI", "ASDEC", "PE"), True),
        ("To know the risks, consult the document", (), True),
        (None, (), True),
    ],
)
def test_a_severity_is_read_and_every_doubt_is_noted(raw: str | None, levels: tuple[str, ...], noted: bool) -> None:
    found, note = read_severity(raw, "")
    assert found == levels
    assert (note is not None) == noted


def test_a_condition_in_the_place_of_a_level_takes_the_level_of_its_comment() -> None:
    assert read_severity("With doses > 20 mg", "-Contraindication ")[0] == ("CI",)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("B01AE07", "B01AE07"),
        ("VO3AX03", "V03AX03"),
        ("GO2AB01", "G02AB01"),
        ("J01A", "J01A"),
        ("L01XE1", None),
        ("05AR07", None),
        ("1037042", None),
        ("MYCOPHEN", None),
        ("", None),
    ],
)
def test_an_atc_code_is_mended_or_dropped(raw: str, code: str | None) -> None:
    assert clean_atc(raw) == code


def test_dropped_codes_and_read_names_are_listed() -> None:
    edition = read(element(drug("ALRRAZOLAM", '<ATC code="L01XE1"/>'), '<CLASS name="X" code="1"/><ATC code="D02AA"/>'))
    one = edition.interactions[0]
    assert (one.side1.name, one.side1.written, one.side2.atc) == ("ALPRAZOLAM", "ALRRAZOLAM", ("D02AA",))
    assert all(what in repairs(edition) for what in ("not ATC codes", "read as 'ALPRAZOLAM'", "beside X"))


def test_an_element_left_open_does_not_swallow_the_next() -> None:
    broken = element(drug("A"), '<DRUG name="B" rxcui="2">')
    edition = read(broken, element(drug("C"), drug("D")))
    assert [(one.side1.name, one.side2.name) for one in edition.interactions] == [("A", "B"), ("C", "D")]
    assert "XML: Opening and ending tag mismatch" in repairs(edition)
    assert 3 <= edition.repairs[0].line <= 9


@pytest.mark.parametrize(
    "text",
    [
        element(drug("A"), drug("B") + drug("C")),
        element(drug("A"), "stray words" + drug("B")),
        element(drug("A"), drug("B")).replace("<DESCRIPTION>", "stray words<DESCRIPTION>"),
        element(drug("A"), drug("B")).replace("DRUG2", "DRUG3"),
        element(drug("A"), drug("B")) + drug("OUTSIDE"),
        "<INTERACTION>" + element(drug("A"), drug("B")),
        element(drug("A"), drug("B")) + "</INTERACTION>\n",
        "<INTERACTION>\n",
    ],
)
def test_what_would_be_lost_is_refused(text: str) -> None:
    with pytest.raises(AnsmError, match=r"made\.xml, line \d"):
        read(text)


def test_a_class_keeps_members_left_open_or_without_a_name() -> None:
    classes = read_classes_text(
        '<CLASSES>\n<CLASS name="S " code="C01CA">\n<DRUG name="" rxnorm="3992">\n'
        '<DRUG name="Dopamine" rxnorm="3628">\n'
        '<ATC code="C01CA04" />\n</DRUG>\n<DRUG name="" rxnorm="7512">\n</CLASS>\n'
        '<CLASS name="T" code="T">\n<DRUG name="anfacine" rxnorm="">\n'
        '<ATC code=""" />\n</DRUG>\n</CLASS>\n</CLASSES>\n',
        WHERE,
    )
    first, second = classes.classes
    assert [member.name for member in first.members] == ["Adrenaline", "Dopamine", "Noradrenaline"]
    assert [member.atc for member in first.members] == [(), ("C01CA04",), ()]
    assert [member.line for member in first.members] == [3, 4, 7]
    assert [member.name for member in second.members] == ["Guanfacine"]
    assert all(what in repairs(classes) for what in ("without a name", "no RxNorm", "XML: ", "'anfacine'"))


def test_mirrors_with_several_levels_become_one_rule() -> None:
    with_comment = "<SEVERITY>Precaution for use</SEVERITY><COMMENT>oral</COMMENT>"
    edition = read(
        element(drug("A"), drug("B")),
        element(drug("A"), drug("B"), with_comment),
        element(drug("B"), drug("A")),
        element(drug("C"), '<CLASS name="OTHER FIBRATES" code="x"/>'),
        element(drug("C"), drug("D")),
    )
    rules, differences = merge(edition)
    assert [(rule.id, rule.levels, rule.entries) for rule in rules] == [
        ("e0001", ("ASDEC", "PE"), (0, 1, 2)),
        ("e0002", ("ASDEC",), (3,)),
        ("e0003", ("ASDEC",), (4,)),
    ]
    assert [(one.rule, one.kind) for one in differences] == [
        ("e0001", "level"),
        ("e0001", "text"),
        ("e0003", "no mirror"),
    ]


@pytest.fixture(scope="module")
def interactions() -> InteractionsEn:
    return read_interactions(ansm_file("interactions_en_2016.xml"))


@pytest.fixture(scope="module")
def classes() -> ClassesEn:
    return read_classes(ansm_file("classes_en_2016.xml"))


def test_the_real_interactions_are_all_read(interactions: InteractionsEn) -> None:
    assert len(interactions.interactions) == 2886
    assert Counter(one.severity for one in interactions.interactions) == {
        "PE": 1202,
        "ASDEC": 764,
        "CI": 506,
        "APEC": 410,
        None: 4,
    }
    kinds = Counter(side.kind for one in interactions.interactions for side in (one.side1, one.side2))
    assert kinds == {"drug": 3846, "class": 1926}
    noted = [repair.what for repair in interactions.repairs if "severity" in repair.what.casefold()]
    assert len(noted) == 51


def test_the_real_classes_are_all_read(classes: ClassesEn) -> None:
    assert len({one.name for one in classes.classes}) == 160
    assert len(classes.classes) == 161
    assert sum(len(one.members) for one in classes.classes) == 1945
    assert all(member.name for one in classes.classes for member in one.members)
    assert any("defined again" in repair.what and "same members" in repair.what for repair in classes.repairs)


def test_every_class_used_is_defined_or_resolved(interactions: InteractionsEn, classes: ClassesEn) -> None:
    undefined = undefined_classes(interactions, classes)
    assert len(undefined) == 44
    assert [one.name for one in undefined if one.resolution is None] == []


def test_the_real_mirrors_are_merged(interactions: InteractionsEn) -> None:
    rules, differences = merge(interactions)
    assert len(rules) == 1461
    found = Counter(one.kind for one in differences)
    assert (found["no mirror"], found["level"]) == (14, 5)
