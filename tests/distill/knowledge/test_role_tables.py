"""The tables of enzyme roles, PK properties, AUC changes and organ function: form, and every *file* row re-read.

A *file* row is checked against the place that it names: the compound, assertion, class, rule or sentence must exist,
name the substance and carry the role, figure or property. Without the data those tests are skipped and counted.
"""

import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

from distill.knowledge import dikb, oi_didb
from distill.knowledge.ansm_2019 import read_memberships
from distill.knowledge.nlm_labels import read_labels
from tests.ansm_files import ansm_file
from tests.knowledge_rows import edition, memberships, rows

ROOT = Path(__file__).resolve().parents[3]
TABLES = ROOT / "resources" / "knowledge"
DATA = ROOT.parent / "shared" / "data"

SUBSTRATE_STRENGTHS = {"sensitive", "major", "minor", "-"}
MODIFIER_STRENGTHS = {"strong", "moderate", "weak", "-"}

# Class of the French edition -> the roles that its name states, with their strength.
CLASS_ROLES = {
    "inhibiteurs puissants du CYP3A4": {("CYP3A4", "inhibitor", "strong")},
    "substrats à risque du CYP3A4": {("CYP3A4", "substrate", "major")},
    "inducteurs enzymatiques": {("CYP3A4", "inducer", "-")},
    "anticonvulsivants inducteurs enzymatiques": {("CYP3A4", "inducer", "-")},
    "triptans métabolisés par la MAO": {("MAO-A", "substrate", "-")},
    "IMAO-A réversibles, y compris oxazolidinones et bleu de méthylène": {("MAO-A", "inhibitor", "-")},
    "IMAO irréversibles": {("MAO-A", "inhibitor", "-"), ("MAO-B", "inhibitor", "-")},
    "IMAO-B": {("MAO-B", "inhibitor", "-")},
    "inhibiteurs de la xanthine oxydase": {("XO", "inhibitor", "-")},
    "inhibiteurs de la catéchol-O-méthyltransférase (COMT)": {("COMT", "inhibitor", "-")},
}
ACID_CLASSES = {"antisécrétoires inhibiteurs de la pompe à protons", "antisécrétoires antihistaminiques H2"}
STRONG_CYP3A4_INHIBITORS = "INHIBITEURS PUISSANTS DU CYP3A4"

# Compounds of OI-DIDB, and names in labels, that differ from the international name of the substance.
COMPOUND_NAMES = {
    "escitalopram": "(s)-citalopram",
    "esomeprazole": "(s)-omeprazole",
    "nebivolol": "d-nebivolol",
    "ibandronic-acid": "ibandronate",
    "mycophenolate-mofetil": "mycophenolic acid",
    "oseltamivir": "oseltamivir carboxylate",
    "tenofovir-disoproxil": "tenofovir",
    "clomethiazole": "chlormethiazole",
    "aciclovir": "acyclovir",
    "hydroxycarbamide": "hydroxyurea",
    "phenazone": "antipyrine",
    "glibenclamide": "glyburide",
    "rifampicin": "rifampin",
    "ciclosporin": "cyclosporin",
    "valproic-acid": "valproate",
    "indometacin": "indomethacin",
    "st-johns-wort": "john",
    "rifapentine": "rifapentin",
    "levomepromazine": "methotrimeprazine",
    "mefenamic-acid": "mefanamic acid",
    "naproxen": "s-naproxen",
    "paracetamol": "acetaminophen",
    "milk-thistle": "milk thistle",
    "dipyridamole": "dipyrimadole",
    "peginterferon-alfa-2a": "peginterferon",
}
TARGET_WORDS = {
    "CYP3A4": r"CYP ?3A|P450IIIA4|P ?450 ?3A4|P4503A4",
    "CYP2D6": r"CYP2D6|P450IID6",
    "CYP2C9": r"2C9|CYP 2C9",
    "CYP2C19": r"2C19",
    "CYP2C8": r"2C8",
    "CYP1A2": r"1A2",
    "P-gp": r"P-gp|P-glycoprotein",
    "MAO-A": r"MAO",
}
ROLE_WORDS = {
    "substrate": r"metaboli|substrate|metabolic pathway|inhibit|induc|dependent|elimination",
    "inhibitor": r"inhibit|interfere",
    "inducer": r"induc",
}


class Role(NamedTuple):
    """A row of enzyme_roles.tsv."""

    substance: str
    target: str
    role: str
    strength: str
    source: str
    locator: str
    basis: str


class Property(NamedTuple):
    """A row of pk_properties.tsv."""

    substance: str
    property: str
    value: str
    unit: str
    source: str
    locator: str
    basis: str


ROLES = [Role(*row) for row in rows("enzyme_roles")]
PROPERTIES = [Property(*row) for row in rows("pk_properties")]


@lru_cache
def compounds() -> dict[str, oi_didb.Compound]:
    """Rows of OI-DIDB by locator."""
    path = DATA / "organ-impairment-ddi" / "oi_ddi_database.xlsx"
    if not path.is_file():
        pytest.skip("the OI-DIDB workbook is not at hand")
    return {f"Data!{row.row}": row for row in oi_didb.read(path)}


@lru_cache
def assertions() -> dict[str, dikb.Assertion]:
    """Standing assertions of the DIKB by locator."""
    path = DATA / "dikb" / "dikb_evidence.sql"
    if not path.is_file():
        pytest.skip("the DIKB dump is not at hand")
    return {f"assertion {item.id}": item for item in dikb.standing(dikb.read(path))}


@lru_cache
def french_names() -> dict[str, frozenset[str]]:
    """The French names of a substance without accents, by its id, from the locators of substances.tsv."""
    by_line = {row.line: row.molecule for row in read_memberships(ansm_file("substances_fr_2019.tsv"))}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows("substances"):
        names[row[0]].update(plain(by_line[int(line)]) for line in re.findall(r"substances line (\d+)", row[7]))
    return {substance: frozenset(found) for substance, found in names.items()}


@lru_cache
def sentences() -> dict[str, str]:
    """Names of the label and text of each sentence, by locator."""
    folder = DATA / "fda-labels-annotated"
    if not folder.is_dir():
        pytest.skip("the annotated labels are not at hand")
    return {
        f"{label.set_id}#{sentence.locator_id}": f"{label.label_drug} {label.generic} | {sentence.text}"
        for label in read_labels(folder)
        for sentence in label.sentences
    }


def plain(name: str) -> str:
    """Lower case without French accents."""
    return name.lower().translate(str.maketrans("éèêàâîïôûç", "eeeaaiiouc"))


def named(substance: str, written: str) -> bool:
    """Whether a name as written in a source is the substance's (or begins so: salts, routes and codes follow)."""
    name = COMPOUND_NAMES.get(substance, substance).lower()
    return substance in written.lower().replace(" ", "-") or name in written.lower()


def rule_text(locator: str) -> str:
    """The text of the French entry at `p4 HEADING + PARTNER`; fails where there is none."""
    page, name = locator.removeprefix("p").split(" ", 1)
    for entry in edition().entries:
        if entry.page == int(page) and f"{entry.heading} + {entry.partner}" == name:
            return entry.text
    raise AssertionError(f"nothing at {locator}")


def stands_in(substance: str, locator: str) -> bool:
    """Whether a side of the rule is the substance or a class that holds it."""
    sides = {plain(side.strip()) for side in locator.split(" ", 1)[1].split(" + ")}
    names = french_names()[substance]
    classes = {plain(famille) for molecule, famille in memberships().values() if plain(molecule) in names}
    return bool(sides & (names | classes))


def by_source(source: str) -> list[Role]:
    """Role rows of a source."""
    return [row for row in ROLES if row.source == source]


def test_roles_are_in_form() -> None:
    """Sorted, unique, known substances, strengths that fit the role, recalled rows without a locator."""
    keys = [(row.substance, row.target, row.role, row.source) for row in ROLES]
    assert keys == sorted(set(keys))
    substances = {row[0] for row in rows("substances")}
    assert {row.substance for row in ROLES} | {row.substance for row in PROPERTIES} <= substances
    assert len({row.substance for row in ROLES}) >= 450
    for row in ROLES:
        assert row.strength in (SUBSTRATE_STRENGTHS if row.role == "substrate" else MODIFIER_STRENGTHS), row
        assert (row.basis == "recalled") == (row.source == "recalled") == (row.locator == "-"), row
        assert row.basis in {"file", "read", "recalled"}, row


LABEL_ABBREVIATIONS = {"hydrochlorothiazide": "HCTZ"}
LABELS_READ = {"fda-label-read", "ema-smpc-read", "maker-label-read"}


def test_read_roles_name_table_row_and_date() -> None:
    """The table: title, row, date. A label: title, address, section and date, or that no date was seen."""
    read = [row for row in ROLES if row.basis == "read"]
    assert len(read) >= 300
    for row in read:
        if row.source != "fda-ddi-table":
            assert row.source in LABELS_READ
            assert re.search(r"; section [^;]+; [^;]+$", row.locator), row
            continue
        assert re.fullmatch(r"[^;]+; Table 1, [^;]+; content current as of \d{4}-\d{2}-\d{2}", row.locator), row


def test_roles_from_oi_didb() -> None:
    """The compound's row lists the target; a strength follows from the change that the row states."""
    found = by_source("oi-didb")
    assert len(found) >= 400
    for row in found:
        compound = compounds()[row.locator]
        assert named(row.substance, compound.name), (row, compound.name)
        assert row.role == "substrate"
        assert row.target in (*compound.enzymes, *compound.transporters), (row, compound)
        if row.strength != "-":
            assert compound.auc_ratio is not None
            assert compound.auc_ratio >= (5 if row.strength == "sensitive" else 2), (row, compound)


def test_roles_from_dikb() -> None:
    """The assertion stands against its contrary and says the role."""
    slots = {"substrate": "substrate|clearance_enzyme", "inhibitor": "inhibit"}
    found = by_source("dikb")
    assert len(found) >= 100
    for row in found:
        assertion = assertions()[row.locator]
        assert named(row.substance, assertion.subject), (row, assertion)
        assert re.search(slots[row.role], assertion.slot), (row, assertion)
        assert "not" not in assertion.slot
        assert assertion.value.upper().replace("CYP3A5", "CYP3A4") == row.target, (row, assertion)


def test_roles_from_ansm() -> None:
    """A class line holds the substance in a class that states the role; a rule says that exposure rises."""
    found = by_source("ansm-2019")
    assert len(found) >= 120
    for row in found:
        line = re.fullmatch(r"classes line (\d+)", row.locator)
        if line is not None:
            molecule, famille = memberships()[int(line[1])]
            assert plain(molecule) in french_names()[row.substance], (row, molecule)
            assert (row.target, row.role, row.strength) in CLASS_ROLES[famille], (row, famille)
            continue
        assert STRONG_CYP3A4_INHIBITORS in row.locator
        assert (row.target, row.role) == ("CYP3A4", "substrate")
        assert stands_in(row.substance, row.locator), row
        assert re.search("métabolisme|concentrations|inhibiteur", rule_text(row.locator)), row


def test_roles_from_labels() -> None:
    """The sentence or its label names the substance; the sentence names the target and the role."""
    found = by_source("nlm-labels")
    assert len(found) >= 100
    for row in found:
        text = sentences()[row.locator]
        assert named(row.substance, text), (row, text)
        said = text.split(" | ", 1)[1]
        assert re.search(TARGET_WORDS[row.target], said), (row, said)
        assert re.search(ROLE_WORDS[row.role], said, re.IGNORECASE), (row, said)


def test_no_file_role_escapes() -> None:
    """Each source with *file* rows has its test above."""
    assert {row.source for row in ROLES if row.basis == "file"} == {"oi-didb", "dikb", "ansm-2019", "nlm-labels"}
    assert {row.source for row in PROPERTIES if row.basis == "file"} == {"oi-didb", "ansm-2019", "nlm-labels"}


def test_properties_are_in_form() -> None:
    """Sorted, unique; figures are fractions; a prodrug's activating target is a target that it is a substrate of."""
    keys = [(row.substance, row.property, row.source) for row in PROPERTIES]
    assert keys == sorted(set(keys))
    substrates = {(row.substance, row.target) for row in ROLES if row.role == "substrate"}
    for row in PROPERTIES:
        if row.property in {"fe", "f_oral"}:
            assert 0 <= float(row.value) <= 1, row
            assert row.unit.startswith("fraction"), row
        elif row.property == "half_life_h":
            assert 0.1 <= float(row.value) <= 2000, row
            assert row.unit == "h", row
        elif row.property == "prodrug" and row.value != "yes":
            assert (row.substance, row.value) in substrates, row
        else:
            assert row.value in {"yes", "object", "precipitant", "raises_ph"}, row


def test_properties_from_files() -> None:
    """Fractions are those of the compound's row; absorption properties follow from classes and rules."""
    for row in (row for row in PROPERTIES if row.basis == "file"):
        if row.source == "oi-didb":
            compound = compounds()[row.locator]
            of_mouth = row.property in {"f_oral", "absorption_binding"}
            figure = compound.f_oral if of_mouth else compound.fe_iv or compound.fe_other
            assert named(row.substance, compound.name), row
            assert figure is not None
            if row.property == "absorption_binding":
                # What is swallowed reaches the blood.
                assert (row.value, figure.value > 0) == ("object", True), row
                continue
            assert float(row.value) == pytest.approx(figure.value, abs=1e-4), row
        elif row.source == "nlm-labels":
            assert named(row.substance, sentences()[row.locator]), row
        elif row.locator.startswith("classes line "):
            molecule, famille = memberships()[int(row.locator.removeprefix("classes line "))]
            assert famille in ACID_CLASSES
            assert plain(molecule) in french_names()[row.substance], row
        else:
            assert stands_in(row.substance, row.locator), row
            assert re.search("absorption", rule_text(row.locator)), row


def test_who_binds_others_in_the_gut_is_traced() -> None:
    """A source says of each that others are to be taken apart from it; none of them is itself one that is bound."""
    binding = [row for row in PROPERTIES if row.property == "absorption_binding"]
    binders = {row.substance for row in binding if row.value == "precipitant"}
    assert {"sodium-polystyrene-sulfonate", "calcium-polystyrene-sulfonate", "patiromer", "activated-charcoal"} <= binders
    assert not [row for row in binding if row.value == "precipitant" and row.basis == "recalled"]
    bound = {row.substance for row in binding if row.value == "object"}
    assert not binders & bound
    assert not {one for one in bound if one.startswith("insulin") or one.endswith("mab")}
    assert not {"heparin", "enoxaparin", "gentamicin", "vancomycin", "macrogol", "timolol"} & bound


def test_auc_changes() -> None:
    """The ratio is the one that the place states, with object and precipitant named there."""
    found = rows("auc_changes")
    assert len(found) >= 200
    for obj, precipitant, ratio, _, source, locator, basis in found:
        assert float(ratio) > 0
        if basis == "read":
            assert source in LABELS_READ
            assert re.search(r"; section [^;]+; [^;]+$", locator), locator
            continue
        assert basis == "file"
        if source == "oi-didb":
            compound = compounds()[locator]
            assert named(obj, compound.name), locator
            assert named(precipitant, compound.inhibitor), (precipitant, compound.inhibitor)
            assert float(ratio) == pytest.approx(compound.auc_ratio, rel=1e-3), locator
        elif source == "dikb":
            assertion = assertions()[locator]
            assert assertion.slot == "increases_auc"
            assert named(obj, assertion.value), locator
            assert named(precipitant, assertion.subject), locator
            assert float(ratio) == pytest.approx(assertion.number, rel=1e-3), locator
        else:
            assert source == "nlm-labels"
            text = sentences()[locator]
            assert named(obj, text), (obj, text)
            assert named(precipitant, text) or LABEL_ABBREVIATIONS.get(precipitant, "?") in text, (precipitant, text)
            percent = f"{round(abs(float(ratio) - 1) * 100)}%"
            ways = (percent, f"{float(ratio):g}-fold", f"{ratio} fold", f"factors of {ratio}")
            assert any(way in text for way in ways), (ratio, text)


def test_organ_function() -> None:
    """Each stage's ratio is that of the compound's row."""
    found = rows("organ_function")
    assert len(found) >= 600
    for substance, organ, stage, ratio, source, locator, basis in found:
        assert (source, basis) == ("oi-didb", "file")
        compound = compounds()[locator]
        assert named(substance, compound.name), locator
        changes = compound.hepatic if organ == "hepatic" else compound.renal
        assert float(ratio) == pytest.approx(oi_didb.ratio(changes[stage]), rel=1e-3), locator
