"""The tables of pharmacodynamic tags and of patient rules: form, and every *file* row re-read in the data at hand.

A row whose source is a file is checked against that file: the class, entry or sentence at its locator must exist,
must name the substance and must speak of the effect. Without the data those tests are skipped and counted.
"""

import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

from distill.knowledge import oi_didb
from distill.knowledge.ansm_2019 import read_memberships
from distill.knowledge.nlm_labels import read_labels
from engine.interactions.conditions import parse_condition
from tests.ansm_files import ansm_file
from tests.knowledge_rows import edition, memberships, rows

ROOT = Path(__file__).resolve().parents[3]
TABLES = ROOT / "resources" / "knowledge"
DATA = ROOT.parent / "shared" / "data"
QT_GRADES = {"known", "possible", "conditional"}
GRADES = {"strong", "moderate", "weak", "-"}
STAGES = ("mild", "moderate", "severe")

# Class of the French edition -> the tag that membership supports.
CLASS_TAGS = {
    "substances susceptibles de donner des torsades de pointes": "qt_prolongation",
    "médicaments sédatifs": "cns_depression",
    "barbituriques": "cns_depression respiratory_depression",
    "benzodiazépines et apparentés": "cns_depression respiratory_depression",
    "hypnotiques": "cns_depression",
    "morphiniques": "respiratory_depression",
    "analgésiques morphiniques agonistes": "cns_depression",
    "médicaments à l'origine d'un syndrome sérotoninergique": "serotonergic",
    "inhibiteurs sélectifs de la recapture de la sérotonine": "serotonergic",
    "médicaments mixtes adrénergiques-sérotoninergiques": "serotonergic",
    "IMAO irréversibles": "serotonergic",
    "IMAO-A réversibles, y compris oxazolidinones et bleu de méthylène": "serotonergic",
    "IMAO-B": "serotonergic",
    "triptans": "serotonergic",
    "antiagrégants plaquettaires": "bleeding",
    "anticoagulants oraux": "bleeding",
    "héparines": "bleeding",
    "inhibiteurs directs de la thrombine à indication spécifique": "bleeding",
    "thrombolytiques": "bleeding",
    "anti-inflammatoires non stéroïdiens": "bleeding",
    "médicaments abaissant la pression artérielle": "hypotension",
    "médicaments à l'origine d'une hypotension orthostatique": "hypotension",
    "antihypertenseurs alpha-bloquants": "hypotension",
    "dérivés nitrés et apparentés": "hypotension",
    "alphabloquants à visée urologique": "hypotension",
    "inhibiteurs de la phosphodiesterase de type 5": "hypotension",
    "bradycardisants": "bradycardia",
    "hyperkaliémiants": "potassium_up",
    "hypokaliémiants": "potassium_down",
    "hyponatrémiants": "sodium_down",
    "médicaments abaissant le seuil épileptogène": "seizure_threshold",
    "médicaments atropiniques": "anticholinergic",
    "antiparkinsoniens anticholinergiques": "anticholinergic",
    "antispasmodiques urinaires": "anticholinergic",
    "médicaments néphrotoxiques": "nephrotoxicity",
    "médicaments ototoxiques": "ototoxicity",
    "cytotoxiques": "myelotoxicity",
    "immunosuppresseurs": "immunosuppression",
    "globulines antilymphocytaires": "immunosuppression",
    "anti-TNF alpha": "immunosuppression",
    "antipurines": "immunosuppression",
    "glucocorticoïdes (sauf hydrocortisone)": "immunosuppression",
    "inhibiteurs de l'HMG-CoA réductase (statines)": "myopathy",
    "fibrates": "myopathy",
    "insuline": "hypoglycaemia",
    "sulfamides hypoglycémiants": "hypoglycaemia",
    "glinides": "hypoglycaemia",
    "gliptines": "hypoglycaemia",
}

# Words of an entry that speak of the effect, in French.
ENTRY_WORDS = {
    "qt_prolongation": "torsades",
    "bleeding": "hémorrag",
    "nephrotoxicity": "néphrotox|insuffisance rénale aiguë",
    "immunosuppression": "immunodépr|maladie vaccinale|maladie généralisée|risque infectieux",
    "myelotoxicity": "hématologique|myélosupp",
    "hepatotoxicity": "hépatotox",
    "hypoglycaemia": "hypoglyc",
    "cns_depression": "sédati",
    "respiratory_depression": "dépression respiratoire",
    "myopathy": "musculaire|rhabdomyolyse",
    "serotonergic": "sérotoninergique",
}

# Words of a label's sentence that speak of the effect.
SENTENCE_WORDS = {
    "qt_prolongation": r"torsade|QTc?\b",
    "bleeding": r"bleed|platelet",
    "hypotension": r"hypotens|syncope|lower blood pressure",
    "bradycardia": r"bradycard|heart rate|heart block",
    "potassium_up": r"hyperkal|increases? in serum potassium",
    "potassium_down": r"hypokal|reduce serum potassium",
    "sodium_down": r"hyponat",
    "nephrotoxicity": r"renal",
    "ototoxicity": r"hearing|ototox",
    "anticholinergic": r"anticholinergic",
    "cns_depression": r"sedat",
}

# International name -> the name that US labels use.
US_NAMES = {
    "torasemide": "torsemide",
    "indometacin": "indomethacin",
    "acetylsalicylic-acid": "aspirin",
    "sodium-polystyrene-sulfonate": "sodium polystyrene sulfonate",
    "potassium-citrate": "potassium citrate",
    "isosorbide-dinitrate": "isosorbide dinitrate",
    "isosorbide-mononitrate": "isosorbide mononitrate",
}

# French names under which entries stand, where they are not the members of a class.
ENTRY_NAMES = {
    "ethanol": "ALCOOL (BOISSON OU EXCIPIENT)",
    "insulin": "INSULINE",
    "dimethyl-fumarate": "DIMÉTHYLE ( FUMARATE DE)",
    "sodium-oxybate": "OXYBATE DE SODIUM",
    "mycophenolate-sodium": "MYCOPHENOLATE SODIQUE",
    "nicotinic-acid": "ACIDE NICOTINIQUE",
}


class Tag(NamedTuple):
    """A row of pd_tags.tsv."""

    substance: str
    tag: str
    grade: str
    source: str
    locator: str
    basis: str


class Rule(NamedTuple):
    """A row of patient_rules.tsv."""

    id: str
    subject: str
    condition: str
    statement: str
    managements: str
    source: str
    locator: str
    basis: str


TAGS = [Tag(*row) for row in rows("pd_tags")]
RULES = [Rule(*row) for row in rows("patient_rules")]


def codes(name: str) -> set[str]:
    """The keys of a vocabulary or of the substances."""
    return {row[0] for row in rows(name)}


@lru_cache
def french_names() -> dict[str, frozenset[str]]:
    """The French molecule names under which a substance stands, by its id, from the locators of substances.tsv."""
    by_line = {row.line: row.molecule.lower() for row in read_memberships(ansm_file("substances_fr_2019.tsv"))}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows("substances"):
        names[row[0]].update(by_line[int(line)] for line in re.findall(r"substances line (\d+)", row[7]))
    return {substance: frozenset(found) for substance, found in names.items()}


@lru_cache
def classes() -> dict[str, frozenset[str]]:
    """The molecules of each French class; names in lower case."""
    members: defaultdict[str, set[str]] = defaultdict(set)
    for molecule, famille in memberships().values():
        members[famille.lower()].add(molecule.lower())
    return {name: frozenset(found) for name, found in members.items()}


@lru_cache
def sentences() -> dict[str, tuple[str, str]]:
    """Names of the label and text of each sentence, by locator."""
    folder = DATA / "fda-labels-annotated"
    if not folder.is_dir():
        pytest.skip("the annotated labels are not at hand")
    return {
        f"{label.set_id}#{sentence.locator_id}": (f"{label.label_drug} {label.generic}", sentence.text)
        for label in read_labels(folder)
        for sentence in label.sentences
    }


@lru_cache
def compounds() -> dict[str, oi_didb.Compound]:
    """Rows of OI-DIDB by locator."""
    path = DATA / "organ-impairment-ddi" / "oi_ddi_database.xlsx"
    if not path.is_file():
        pytest.skip("OI-DIDB is not at hand")
    return {f"Data!{row.row}": row for row in oi_didb.read(path)}


def entry_text(locator: str) -> str:
    """The text of the entry, or the introduction of the heading, at `p4 HEADING + PARTNER`; fails where there is none."""
    found = re.fullmatch(r"p(\d+) (.+)", locator)
    assert found is not None, locator
    page, name = int(found[1]), found[2]
    for entry in edition().entries:
        if entry.page == page and f"{entry.heading} + {entry.partner}" == name:
            return entry.text
    for heading in edition().headings:
        if heading.page == page and heading.name == name:
            return heading.intro
    raise AssertionError(f"nothing at {locator}")


def stands_in(substance: str, locator: str) -> bool:
    """Whether a side of the entry is the substance, a class that holds it, or the class `@id` itself."""
    sides = [side.strip().lower() for side in locator.split(" ", 1)[1].split(" + ")]
    if substance.startswith("@"):
        line = {row[0]: row[4] for row in rows("classes")}[substance[1:]].removeprefix("classes line ")
        return memberships()[int(line)][1].lower() in sides
    if ENTRY_NAMES.get(substance, "").lower() in sides:
        return True
    names = french_names().get(substance, frozenset())
    plain = {_plain(side) for side in sides}
    if any(_plain(name) in plain for name in names):
        return True
    return any(names & classes().get(side, frozenset()) for side in sides)


def _plain(name: str) -> str:
    return name.lower().translate(str.maketrans("éèêàâîïôûç", "eeeaaiiouc"))


def names_substance(substance: str, label: str, text: str) -> bool:
    """Whether the label's names or the sentence name the substance."""
    name = US_NAMES.get(substance, substance).replace("-", " ").lower()
    return name[:9] in f"{label} {text}".lower()


def test_tags_are_in_form() -> None:
    """Sorted, unique, closed codes, recalled rows without a locator, at least 700 substances."""
    keys = [(row.substance, row.tag, row.source) for row in TAGS]
    assert keys == sorted(set(keys))
    assert {row.tag for row in TAGS} == codes("vocabulary_tags")
    assert {row.substance for row in TAGS} <= codes("substances")
    assert len({row.substance for row in TAGS}) >= 700
    for row in TAGS:
        assert row.grade in (QT_GRADES if row.tag == "qt_prolongation" else GRADES), row
        assert row.basis in {"file", "read", "recalled"}, row
        assert (row.basis == "recalled") == (row.source == "recalled") == (row.locator == "-"), row


def test_a_tag_has_one_grade() -> None:
    """Two sources of one tag do not contradict each other."""
    grades: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in TAGS:
        grades[row.substance, row.tag].add(row.grade)
    assert not {key: found for key, found in grades.items() if len(found) > 1}


def test_read_rows_name_text_section_and_date() -> None:
    """Title or address; section; date, or that no date was seen."""
    read = [(row.source, row.locator) for row in TAGS if row.basis == "read"]
    read += [(row.source, row.locator) for row in RULES if row.basis == "read"]
    assert read
    for source, locator in read:
        assert source.endswith("-read"), locator
        dated = re.fullmatch(r"[^;]+; [^;]+; .*\d{4}-\d{2}(-\d{2})?", locator)
        assert dated or re.search(r"; section [^;]+; .+$", locator), locator


def test_tags_from_ansm_classes() -> None:
    """The line of the class table holds the substance in a class that supports the tag."""
    checked = 0
    for row in TAGS:
        found = re.fullmatch(r"classes line (\d+)", row.locator)
        if found is None:
            continue
        molecule, famille = memberships()[int(found[1])]
        assert row.tag in CLASS_TAGS[famille].split(), row
        assert molecule.lower() in french_names()[row.substance], (row, molecule)
        checked += 1
    assert checked >= 800


def test_tags_from_ansm_entries() -> None:
    """The entry exists, the substance stands on one of its sides and the text speaks of the effect."""
    found = [row for row in TAGS if row.source == "ansm-2019" and row.locator.startswith("p")]
    assert len(found) >= 100
    for row in found:
        assert re.search(ENTRY_WORDS[row.tag], entry_text(row.locator), re.IGNORECASE), row
        assert stands_in(row.substance, row.locator), row


def test_tags_from_labels() -> None:
    """The sentence exists, it or its label names the substance, and it speaks of the effect."""
    found = [row for row in TAGS if row.source == "nlm-labels"]
    assert len(found) >= 70
    for row in found:
        label, text = sentences()[row.locator]
        assert names_substance(row.substance, label, text), (row, label)
        assert re.search(SENTENCE_WORDS[row.tag], text, re.IGNORECASE), (row, text)


def test_every_file_tag_was_re_read() -> None:
    """No *file* row escapes the tests above."""
    assert {row.source for row in TAGS if row.basis == "file"} == {"ansm-2019", "nlm-labels"}


def test_patient_rules_are_in_form() -> None:
    """Numbered, without repeats, closed codes, a condition that the engine reads, never recalled."""
    assert len(RULES) >= 80
    assert [row.id for row in RULES] == [f"pr{number:04d}" for number in range(1, len(RULES) + 1)]
    assert len({row[1:5] for row in RULES}) == len(RULES)
    managements = codes("vocabulary_managements")
    for row in RULES:
        kind, name = row.subject[0], row.subject[1:]
        known = codes({"#": "vocabulary_tags", "@": "classes"}.get(kind, "substances"))
        assert (name if kind in "#@" else row.subject) in known, row
        assert all(atom.subject == "patient" for atom in parse_condition(row.condition)), row
        assert set(row.managements.split(";")) <= managements, row
        assert row.basis in {"file", "read"}, row


def test_statements_are_used_and_in_form() -> None:
    """Each statement names the medicine, has a known weight and is used."""
    assert {row.statement for row in RULES} == codes("vocabulary_statements")
    for _code, words, weight in rows("vocabulary_statements"):
        assert words.count("{drug}") == 1, words
        assert weight in {"contraindicated", "caution", "information"}, words


def test_patient_rules_from_ansm() -> None:
    """The entry, heading or class line exists and concerns the substance or the tag."""
    found = [row for row in RULES if row.source == "ansm-2019"]
    assert found
    for row in found:
        line = re.fullmatch(r"classes line (\d+)", row.locator)
        if line is not None:
            assert memberships()[int(line[1])][0].lower() in french_names()[row.subject], row
            continue
        assert entry_text(row.locator), row
        assert row.subject.startswith("#") or stands_in(row.subject, row.locator), row


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("alcohol", "alcool"),
        ("age_years", "âgé"),
        ("egfr_ml_min", "rénal"),
        ("potassium_mmol_l", "kali"),
        ("qtc_ms", "QT"),
    ],
)
def test_ansm_texts_speak_of_the_datum(field: str, words: str) -> None:
    """The text at the locator names the patient's datum of the condition."""
    for row in RULES:
        atoms = parse_condition(row.condition)
        if row.source == "ansm-2019" and row.locator.startswith("p") and field in {atom.field for atom in atoms}:
            text = f"{row.locator} {entry_text(row.locator)}"
            assert re.search(words, text, re.IGNORECASE), (row, text)


def test_patient_rules_from_labels() -> None:
    """The sentence exists, names the substance and holds the number of the condition wherever it gives one."""
    found = [row for row in RULES if row.source == "nlm-labels"]
    assert len(found) >= 30
    for row in found:
        label, text = sentences()[row.locator]
        assert row.subject.startswith("#") or names_substance(row.subject, label, text) or "thiazide" in text.lower(), row
        for atom in parse_condition(row.condition):
            if re.fullmatch(r"[\d.]+", atom.value) and f"{row.subject} {atom.field}" not in NUMBER_NOT_IN_SENTENCE:
                assert re.search(rf"(?<![\d.]){atom.value.removesuffix('.0')}(?:\.0)?(?![\d])", text), (row, text)


# Sentences that speak of low or high potassium or of severe renal impairment without a number; the condition then
# takes the limit that other sentences of the same set use for that word (3.5 and 5.5 mmol/L, 30 mL/min).
NUMBER_NOT_IN_SENTENCE = {
    "digoxin potassium_mmol_l",
    "dofetilide potassium_mmol_l",
    "potassium potassium_mmol_l",
    "lidocaine egfr_ml_min",
    "furosemide egfr_ml_min",
}


def test_patient_rules_from_oi_didb() -> None:
    """The compound's figures at the stages of the condition reach the statement's factor."""
    stages = {
        "egfr_ml_min": {"90": "mild", "60": "moderate", "30": "severe"},
        "child_pugh": {"A": "mild", "B": "moderate", "C": "severe"},
    }
    found = [row for row in RULES if row.source == "oi-didb"]
    assert len(found) >= 50
    for row in found:
        compound = compounds()[row.locator]
        factor = 5 if "five_times" in row.statement else 2
        atom = parse_condition(row.condition)[0]
        stage = stages[atom.field][atom.value.split("|")[0]]
        changes = compound.renal if atom.field == "egfr_ml_min" else compound.hepatic
        assert row.statement.endswith("renal" if atom.field == "egfr_ml_min" else "hepatic"), row
        assert oi_didb.ratio(changes[stage]) >= factor, (row, compound)
        worse = [changes[each] for each in STAGES[STAGES.index(stage) + 1 :] if each in changes]
        assert all(oi_didb.ratio(change) >= factor for change in worse), (row, compound)
        assert re.sub(r"[^a-z]", "", row.subject)[:6] in re.sub(r"[^a-z]", "", compound.name.lower()) or row.subject in {
            "esomeprazole",
            "hydroxycarbamide",
        }, (row, compound.name)
