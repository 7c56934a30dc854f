"""The tables of substances and names: form, and every *file* row re-read at its locator.

A code must stand at one of the locators of its row, a name must be written at its locator, and the names table must
lead from what is written there back to the substance.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

import pytest

from distill.knowledge.ansm_2016 import read_classes, read_interactions
from distill.knowledge.ansm_2019 import read_memberships
from distill.knowledge.drugbank_vocabulary import read_vocabulary
from distill.knowledge.nlm_labels import Label, read_labels
from engine.knowledge.resolve import normal_form
from tests.knowledge_rows import Provenance, cells, provenance, published, table

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RXNORM = re.compile(r"[1-9]\d*")
ATC = re.compile(r"[A-Z]\d\d[A-Z]{2}\d\d")
UNII = re.compile(r"[A-Z0-9]{10}")
NAME_KINDS = {"inn", "usan", "ban", "synonym", "salt", "brand", "abbreviation", "french"}
ROUTES = {"-", "oral", "iv", "im", "sc", "inhaled", "nasal", "ophthalmic", "otic", "topical"}
ROUTES |= {"transdermal", "rectal", "vaginal", "buccal", "intrathecal"}
# Written so in a source and left out of the names: no prescription holds it, or it is an ordinary word.
NOT_A_NAME = {"or": "gold", "Trinitrine known as Nitroglycerin in the US": "glyceryl-trinitrate"}
# Salts of a dialysis fluid, which its label lists among the ingredients.
CARRIERS = {"calcium", "magnesium", "sodium-chloride", "sodium-lactate"}


class Found(NamedTuple):
    """What stands at a locator: the names there and the codes beside them."""

    names: tuple[str, ...]
    rxnorm: tuple[str, ...] = ()
    atc: tuple[str, ...] = ()
    unii: str = ""


@lru_cache(maxsize=1)
def substances() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in table("substances")}


@lru_cache(maxsize=1)
def meaning() -> dict[str, frozenset[str]]:
    """Normal form of a name to the substances that it means."""
    return {normal_form(row["name"]): frozenset(row["substances"].split("+")) for row in table("names")}


@lru_cache(maxsize=2)
def molecules(kind: str) -> dict[int, str]:
    path = published(f"ansm-thesaurus/{kind}_fr_2019.tsv")
    return {row.line: row.molecule for row in read_memberships(path)}


@lru_cache(maxsize=1)
def english_interactions() -> dict[int, tuple[Found, ...]]:
    edition = read_interactions(published("ansm-thesaurus/interactions_en_2016.xml"))
    return {
        number: tuple(Found((side.written,), (side.code,), side.atc) for side in (one.side1, one.side2) if side.kind == "drug")
        for number, one in enumerate(edition.interactions, start=1)
    }


@lru_cache(maxsize=1)
def english_members() -> dict[str, tuple[Found, ...]]:
    edition = read_classes(published("ansm-thesaurus/classes_en_2016.xml"))
    found: dict[str, tuple[Found, ...]] = {}
    for one in edition.classes:
        for member in one.members:
            key = f"{one.name} / {member.name}"
            found[key] = (*found.get(key, ()), Found((member.name,), (member.rxnorm,), member.atc))
    return found


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Found]:
    drugs = read_vocabulary(published("drugbank/drugbank_vocabulary.csv"))
    return {drug.drugbank_id: Found(drug.all_names, unii=drug.unii) for drug in drugs}


@lru_cache(maxsize=1)
def labels() -> dict[str, Label]:
    return {label.set_id: label for label in read_labels(published("fda-labels-annotated"))}


def at(place: Provenance) -> tuple[Found, ...]:
    """What stands at a locator. Raises KeyError where nothing does."""
    if place.source == "ansm-2019":
        kind, _, line = place.locator.partition(" line ")
        return (Found((molecules(kind)[int(line)],)),)
    if place.source == "ansm-2016":
        kind, _, where = place.locator.partition(" ")
        return english_members()[where] if kind == "class" else english_interactions()[int(where)]
    if place.source == "drugbank-vocabulary":
        return (vocabulary()[place.locator],)
    set_id, _, where = place.locator.partition("#")
    label = labels()[set_id]
    if where == "label":
        return (Found((label.label_drug, label.generic)),)
    return tuple(Found((mention.text,), mention.rxnorm) for mention in label.sentence(where).mentions)


def file_rows(name: str) -> list[tuple[dict[str, str], list[Provenance]]]:
    """Rows with at least one *file* source, and those sources."""
    rows = [(row, [p for p in provenance(row) if p.basis == "file"]) for row in table(name)]
    return [(row, places) for row, places in rows if places]


def ingredients(written: str) -> set[str]:
    """Substances of a label's own statement of its ingredients ('A hydrochloride and B')."""
    parts = re.split(r" and |, | ?/ ?", written.casefold())
    whole = meaning().get(normal_form(written))
    return set(whole or ()).union(*(meaning().get(normal_form(part.removeprefix("and ")), ()) for part in parts))


def test_substances_are_well_formed() -> None:
    rows = table("substances")
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids) >= 1300
    assert len({row["name"] for row in rows}) == len(rows)
    kinds = {"medicine", "herbal", "food", "supplement", "habit"}
    offences = [
        row["id"]
        for row in rows
        if not SLUG.fullmatch(row["id"])
        or row["kind"] not in kinds
        or not all(RXNORM.fullmatch(code) for code in cells(row["rxnorm"]))
        or not all(ATC.fullmatch(code) for code in cells(row["atc"]))
        or not all(UNII.fullmatch(code) for code in cells(row["unii"]))
    ]
    assert offences == []


@pytest.mark.parametrize("column", ["rxnorm", "unii"])
def test_no_two_substances_share_a_code(column: str) -> None:
    counted = Counter(row[column] for row in table("substances") if row[column] != "-")
    assert [code for code, times in counted.items() if times > 1] == []


def test_a_substance_without_a_file_has_no_codes() -> None:
    coded = [
        row["id"]
        for row in table("substances")
        if row["basis"] == "recalled" and {row["rxnorm"], row["atc"], row["unii"]} != {"-"}
    ]
    assert coded == []


@pytest.mark.parametrize("name", ["substances", "names"])
def test_sources_are_known_and_of_their_basis(name: str) -> None:
    kinds = {row["id"]: row["kind"] for row in table("sources")}
    for row in table(name):
        for place in provenance(row):
            assert kinds[place.source] == place.basis, row
            assert (place.locator == "-") == (place.basis == "recalled"), row


def test_names_are_well_formed_and_mean_one_thing() -> None:
    rows = table("names")
    assert [(row["name"], row["substances"]) for row in rows] == sorted((row["name"], row["substances"]) for row in rows)
    forms = Counter(normal_form(row["name"]) for row in rows)
    assert [form for form, times in forms.items() if times > 1 or not form] == []
    for row in rows:
        meant = row["substances"].split("+")
        assert meant == sorted(set(meant)), row
        assert set(meant) <= set(substances()), row
        assert row["kind"] in NAME_KINDS, row
        assert row["route"] in ROUTES, row


def test_every_substance_is_reached_by_its_own_name() -> None:
    lost = [key for key in substances() if meaning().get(normal_form(key)) != frozenset({key})]
    assert lost == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("acetaminophen", "paracetamol"),
        ("adrenaline", "epinephrine"),
        ("noradrenaline", "norepinephrine"),
        ("frusemide", "furosemide"),
        ("rifampin", "rifampicin"),
        ("cyclosporine", "ciclosporin"),
        ("albuterol", "salbutamol"),
        ("meperidine", "pethidine"),
        ("glyburide", "glibenclamide"),
        ("thyroxine", "levothyroxine"),
        ("divalproex sodium", "valproic-acid"),
        ("acyclovir", "aciclovir"),
        ("lignocaine", "lidocaine"),
        ("torsemide", "torasemide"),
        ("phenobarbitone", "phenobarbital"),
        ("bendrofluazide", "bendroflumethiazide"),
        ("isoproterenol", "isoprenaline"),
        ("dothiepin", "dosulepin"),
        ("metoprolol tartrate", "metoprolol"),
        ("HCTZ", "hydrochlorothiazide"),
        ("GTN", "glyceryl-trinitrate"),
        ("KCl", "potassium"),
        ("co-trimoxazole", "sulfamethoxazole+trimethoprim"),
        ("SMX-TMP", "sulfamethoxazole+trimethoprim"),
        ("co-careldopa", "carbidopa+levodopa"),
        ("piperacillin/tazobactam", "piperacillin+tazobactam"),
        ("nirmatrelvir/ritonavir", "nirmatrelvir+ritonavir"),
        ("millepertuis", "st-johns-wort"),
        ("heparin flush", "heparin"),
        ("chlorpromazine", "chlorpromazine"),
        ("chlorpropamide", "chlorpropamide"),
        ("hydralazine", "hydralazine"),
        ("hydroxyzine", "hydroxyzine"),
    ],
)
def test_variants_and_look_alikes(written: str, meant: str) -> None:
    assert meaning()[normal_form(written)] == set(meant.split("+"))


@pytest.mark.parametrize("ambiguous", ["penicillin", "PCN", "LMWH", "mycophenolate", "tenofovir", "or"])
def test_a_name_of_several_medicines_is_not_guessed(ambiguous: str) -> None:
    assert normal_form(ambiguous) not in meaning()


def test_every_substance_of_a_file_is_there() -> None:
    rows = file_rows("substances")
    published("ansm-thesaurus/substances_fr_2019.tsv")
    assert len(rows) > 1300
    for row, places in rows:
        found = [one for place in places for one in at(place)]
        assert set(cells(row["rxnorm"])) <= {code for one in found for code in one.rxnorm}, row
        assert set(cells(row["atc"])) <= {code for one in found for code in one.atc}, row
        assert set(cells(row["unii"])) <= {one.unii for one in found}, row
        for place in places:
            written = [name for one in at(place) for name in one.names]
            known = {substance for name in written for substance in meaning().get(normal_form(name), ())}
            known |= {NOT_A_NAME[name] for name in written if name in NOT_A_NAME}
            assert row["id"] in known, (row, place, written)


def test_every_name_of_a_file_is_written_there() -> None:
    published("ansm-thesaurus/substances_fr_2019.tsv")
    for row, places in file_rows("names"):
        for place in places:
            written = {normal_form(name) for one in at(place) for name in one.names}
            assert normal_form(row["name"]) in written, (row, written)


def test_brands_of_labels_have_the_ingredients_of_their_label() -> None:
    published("fda-labels-annotated")
    differing = [
        (row["name"], row["substances"], label.generic)
        for row, places in file_rows("names")
        for place in places
        if place.source == "nlm-labels" and row["kind"] == "brand"
        for label in [labels()[place.locator.partition("#")[0]]]
        if set(row["substances"].split("+")) not in (stated := ingredients(label.generic), stated - CARRIERS)
    ]
    assert differing == []


def test_every_molecule_of_the_french_edition_is_known() -> None:
    unknown = [
        molecule
        for kind in ("classes", "substances")
        for molecule in molecules(kind).values()
        if normal_form(molecule) not in meaning() and molecule not in NOT_A_NAME
    ]
    assert unknown == []
