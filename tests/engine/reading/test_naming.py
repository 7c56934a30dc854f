"""Names of a sentence: student and dictionary merged, resolved as written, and short forms as the text defines them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.application import Application
from engine.reading.definitions import abbreviates
from engine.reading.model import Entity
from engine.reading.naming import Namer, pico_spans
from engine.reading.tagging import Tagged


def namer(application: Application) -> Namer:
    return Namer(application.lexicon, lambda substance: application.store.substance(substance).name)


def tag(text: str, name: str, kind: str = "drug", head: str = "drug-names") -> Tagged:
    start = text.index(name)
    return Tagged(start, start + len(name), head, kind, 0.9)


def shown(entities: tuple[Entity, ...]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(one.text, one.kind, one.source, one.substance_ids) for one in entities]


def test_the_dictionary_alone(application: Application) -> None:
    found = namer(application).entities("Coumadin and aspirin raise INR; iron and insulin do not; CYP2C9 does.", ())
    assert shown(found) == [
        ("Coumadin", "brand", "dictionary", ("warfarin",)),
        ("aspirin", "drug", "dictionary", ("acetylsalicylic-acid",)),
        ("CYP2C9", "protein", "dictionary", ()),
    ]
    assert [one.name for one in found] == ["warfarin", "acetylsalicylic acid", "CYP2C9"]
    assert all(one.probability is None for one in found)


def test_both_and_the_student_alone(application: Application) -> None:
    text = "Iron lowers levothyroxine, xyzolumab and NSAIDs."
    tags = [tag(text, "Iron"), tag(text, "levothyroxine"), tag(text, "xyzolumab"), tag(text, "NSAIDs", "group")]
    assert shown(namer(application).entities(text, tags)) == [
        ("Iron", "drug", "both", ("iron",)),
        ("levothyroxine", "drug", "both", ("levothyroxine",)),
        ("xyzolumab", "drug", "student", ()),
        ("NSAIDs", "group", "both", ()),
    ]


@pytest.mark.parametrize(
    ("name", "substances"),
    [
        ("warfarin sodium", ("warfarin",)),
        ("lidocaine hydrochloride", ("lidocaine",)),
        ("heparins", ("heparin",)),
        ("MTX", ("methotrexate",)),
        ("mtx", ()),
        ("warfarinn", ()),
        ("calcium sulfonate", ()),
        ("co-trimoxazole", ("sulfamethoxazole", "trimethoprim")),
        ("R-methadone", ("methadone",)),
        ("(S)-warfarin", ("warfarin",)),
        ("(R)-(+)-verapamil hydrochloride", ("verapamil",)),
        ("S(\u2212)-warfarin", ("warfarin",)),
        ("R-methadon", ()),
        ("r-methadone", ()),
        ("S-adenosylmethionine", ("s-adenosylmethionine",)),
    ],
)
def test_resolution_is_by_what_is_written(application: Application, name: str, substances: tuple[str, ...]) -> None:
    text = f"They took {name} daily."
    (entity,) = namer(application).entities(text, [tag(text, name)])
    assert (entity.text, entity.substance_ids) == (name, substances)


@pytest.mark.parametrize("kind", ["group", "drug", "drug_n"])
@pytest.mark.parametrize(
    "name", ["SSRIs", "SSRI", "selective serotonin reuptake inhibitors", "Selective serotonin re-uptake inhibitor"]
)
def test_a_group_has_the_medicines_that_a_source_counts_to_it(application: Application, name: str, kind: str) -> None:
    text = f"{name} were given."
    (entity,) = namer(application).entities(text, [tag(text, name, kind)])
    assert (entity.kind, entity.substance_ids, entity.name) == ("group", (), None)
    assert {"sertraline", "citalopram"} <= set(entity.members) == set(entity.meant)
    rows = application.store.memberships
    for member in entity.members:
        assert any(row.class_id == "ssris" and row.provenance.traced for row in rows.get(member))


def test_a_group_counts_only_where_the_student_sees_a_name(application: Application) -> None:
    text = "Opioid withdrawal and statin therapy; heparins and exolimumab drugs."
    assert namer(application).entities(text, ()) == ()
    tags = [tag(text, "statin", "group"), tag(text, "heparins", "group"), tag(text, "exolimumab drugs", "group")]
    found = namer(application).entities(text, tags)
    assert [(one.text, one.source, bool(one.members), one.substance_ids) for one in found] == [
        ("statin", "both", True, ()),
        ("heparins", "student", False, ()),
        ("exolimumab drugs", "student", False, ()),
    ]


def test_what_a_group_is_named_after_stands_where_the_group_does_not(application: Application) -> None:
    text = "Potent CYP3A4 inhibitors and vitamin K antagonists."
    assert [one.text for one in namer(application).entities(text, ())] == ["CYP3A4"]
    tags = [tag(text, "CYP3A4 inhibitors", "group"), tag(text, "vitamin K antagonists", "group")]
    found = namer(application).entities(text, tags)
    assert [(one.text, one.kind, bool(one.members)) for one in found] == [
        ("CYP3A4 inhibitors", "group", True),
        ("vitamin K antagonists", "group", True),
    ]


def test_a_short_form_of_a_group_has_its_members(application: Application) -> None:
    names = namer(application)
    text = "Angiotensin receptor blockers (AReB) were given."
    assert "losartan" in names.entities(text, [tag(text, "Angiotensin receptor blockers", "group")])[0].members
    (entity,) = names.entities("AReB raised potassium.", ())
    assert entity.kind == "group"
    assert "losartan" in entity.members


def test_the_longer_of_two_that_overlap(application: Application) -> None:
    text = "Calcium channel blockers and St John's wort."
    found = namer(application).entities(text, [tag(text, "Calcium channel blockers", "group"), tag(text, "John")])
    assert shown(found) == [
        ("Calcium channel blockers", "group", "both", ()),
        ("St John's wort", "drug", "dictionary", ("st-johns-wort",)),
    ]


def test_the_head_for_medicines_stands_before_that_for_chemicals(application: Application) -> None:
    text = "Insulin, toluene and aspirin."
    tags = [
        tag(text, "Insulin", "drug"),
        tag(text, "Insulin", "Chemical", "chemicals"),
        tag(text, "toluene", "Chemical", "chemicals"),
        tag(text, "aspirin", "Chemical", "chemicals"),
    ]
    assert [(one.text, one.kind) for one in namer(application).entities(text, tags)] == [
        ("Insulin", "drug"),
        ("toluene", "chemical"),
        ("aspirin", "drug"),
    ]


def test_how_sure_the_head_for_chemicals_is_of_a_medicine(application: Application) -> None:
    text = "Xone, empiric care and toluene."
    tags = [
        tag(text, "Xone", "drug"),
        replace(tag(text, "Xone,", "Chemical", "chemicals"), probability=0.75),
        tag(text, "empiric", "brand"),
        tag(text, "toluene", "Chemical", "chemicals"),
    ]
    names = Namer(application.lexicon, str, chemicals=True)
    found = names.entities(text, tags)
    assert [(one.text, one.chemical_probability) for one in found] == [("Xone", 0.75), ("empiric", 0.0), ("toluene", None)]
    # Without that head its silence says nothing.
    assert {one.chemical_probability for one in namer(application).entities(text, tags)} == {None}


def test_diseases_and_trial_spans(application: Application) -> None:
    text = "Adults with vitamin D deficiency."
    tags = [tag(text, "vitamin D deficiency", "Disease", "diseases"), tag(text, "Adults", "PAR", "pico")]
    found = namer(application).entities(text, tags)
    assert shown(found) == [("vitamin D deficiency", "disease", "student", ())]
    assert [(one.kind, text[one.start : one.end]) for one in pico_spans(tags)] == [("PAR", "Adults")]


def test_a_short_form_is_what_the_text_defines(application: Application) -> None:
    reader = namer(application)
    first = reader.entities("Mitoxantrone (MTX) was given.", ())
    assert [(one.text, one.substance_ids) for one in first] == [("Mitoxantrone", ("mitoxantrone",)), ("MTX", ("mitoxantrone",))]
    later = reader.entities("MTX raised it, mtx did not.", ())
    assert [(one.text, one.name) for one in later] == [("MTX", "mitoxantrone")]
    assert namer(application).entities("MTX raised it.", ()) == ()


@pytest.mark.parametrize(
    ("kind", "head", "source"),
    [("group", "drug-names", "both"), ("drug_n", "drug-names", "both"), ("Disease", "diseases", "dictionary")],
)
def test_the_text_knows_its_short_form_better_than_the_student(
    application: Application, kind: str, head: str, source: str
) -> None:
    reader, text = namer(application), "MTX nephropathy was seen."
    reader.entities("Mitoxantrone (MTX) was given.", ())
    assert shown(reader.entities(text, [tag(text, "MTX", kind, head)])) == [("MTX", "drug", source, ("mitoxantrone",))]


def test_a_short_form_that_is_defined_in_two_ways_means_nothing(application: Application) -> None:
    reader = namer(application)
    reader.entities("Mitoxantrone (MTX) was given.", ())
    reader.entities("Methotrexate (MTX) was given.", ())
    text = "MTX was given."
    assert reader.entities(text, ()) == ()
    (entity,) = reader.entities(text, [tag(text, "MTX")])
    assert entity.substance_ids == ()


def test_a_group_has_a_short_form_too(application: Application) -> None:
    reader = namer(application)
    text = "Tricyclic antidepressants (TCAs) were given."
    reader.entities(text, [tag(text, "Tricyclic antidepressants", "group")])
    assert [(one.text, one.kind) for one in reader.entities("TCAs again.", ())] == [("TCAs", "group")]


@pytest.mark.parametrize(("short", "name"), [("MTX", "methotrexate"), ("CsA", "cyclosporine A"), ("5-FU", "5-fluorouracil")])
def test_short_forms(short: str, name: str) -> None:
    assert abbreviates(short, name)
    assert not abbreviates(short, "warfarin")
    assert not abbreviates(short.lower(), name)


def test_an_enzyme_is_no_medicine_whatever_the_student_says(application: Application) -> None:
    text = "CYP2C9 and CYP3A4 inhibitors."
    tags = [tag(text, "CYP2C9"), tag(text, "CYP3A4 inhibitors", "group")]
    assert [(one.text, one.kind) for one in namer(application).entities(text, tags)] == [
        ("CYP2C9", "protein"),
        ("CYP3A4 inhibitors", "group"),
    ]


def test_signs_are_no_part_of_a_name(application: Application) -> None:
    text = "It was -warfarin, or - or 12."
    tags = [tag(text, "-warfarin,"), tag(text, "- "), tag(text, "12")]
    assert shown(namer(application).entities(text, tags)) == [("warfarin", "drug", "both", ("warfarin",))]


def test_a_short_form_of_something_else_is_no_medicine(application: Application) -> None:
    reader = namer(application)
    reader.entities("Risk by the American Society of Anesthesiologists (ASA) score.", ())
    text = "ASA was high."
    (entity,) = reader.entities(text, [tag(text, "ASA")])
    assert entity.substance_ids == ()
    (entity,) = namer(application).entities(text, [tag(text, "ASA")])
    assert entity.substance_ids == ("acetylsalicylic-acid",)


def test_two_letters_stand_for_nothing_unless_the_text_says_so(application: Application) -> None:
    text = "The result was NS."
    (entity,) = namer(application).entities(text, [tag(text, "NS")])
    assert entity.substance_ids == ()
    found = namer(application).entities("Folic acid (FA) and FA again.", ())
    assert [one.name for one in found] == ["folic acid"] * 3


@pytest.mark.parametrize("sign", ["-", "\u2011"])
def test_what_is_free_of_a_medicine_does_not_name_it(application: Application, sign: str) -> None:
    text = f"Aspirin{sign}free therapy, statin-na\u00efve patients and aspirin-induced asthma."
    tags = [Tagged(0, 7, "drug-names", "drug", 0.99)]
    assert [(one.start, one.text) for one in Namer(application.lexicon, str).entities(text, tags)] == [
        (text.index("aspirin"), "aspirin")
    ]
