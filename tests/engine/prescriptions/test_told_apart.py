"""What must not be run together: two dosed medicines, a datum of the person and a medicine, one taken and one not."""

from __future__ import annotations

import time

import pytest

from engine.prescriptions.choosing import choose, medicines_in_remark
from engine.prescriptions.model import ParsedItem, ParsedPrescription
from engine.prescriptions.parser import parse_prescription
from engine.prescriptions.terms import SigTerms

MEDICINES = frozenset(
    {
        *("aspirin", "clopidogrel", "warfarin", "amiodarone", "valsartan", "aliskiren", "digoxin", "apixaban", "cetirizine"),
        *("ibuprofen", "penicillin", "methotrexate", "paracetamol", "tramadol", "dipyridamole", "dorzolamide", "timolol"),
        *("insulin glargine", "iron"),
    }
)
PRODUCTS = frozenset(
    {"aspirin clopidogrel", "aliskiren valsartan", "aspirin dipyridamole", "dorzolamide timolol", "paraffin liquid"}
)
JOINS = str.maketrans(dict.fromkeys(",/+&", " "))


def knows(name: str) -> bool:
    """Exact lookup without punctuation, as the store does it: a product of two is known under its joined names."""
    plain = " ".join(name.casefold().replace(" and ", " ").replace(" plus ", " ").translate(JOINS).split())
    return plain in MEDICINES or plain in PRODUCTS


def one(text: str, terms: SigTerms) -> ParsedItem:
    """The single item of a line."""
    (item,) = parse_prescription(text, terms).items
    return item


def taken(text: str, terms: SigTerms) -> list[tuple[str, float | None]]:
    """(name, single dose in mg) of each medicine of a text of which the line does not say that it is not taken."""
    choices = [c for item in parse_prescription(text, terms).items for c in choose(item, knows).choices]
    return [(choice.item.name_text.casefold(), choice.item.dose_mg) for choice in choices if not choice.item.negated]


def not_taken(text: str, terms: SigTerms) -> list[str]:
    """Known names of which the line says that they are not taken."""
    choices = [c for item in parse_prescription(text, terms).items for c in choose(item, knows).choices]
    return [choice.name.strip(",/ ") for choice in choices if choice.item.negated and choice.name is not None]


def remarks(parsed: ParsedPrescription) -> list[str]:
    """Medicines named in what was left out."""
    left = [*parsed.ignored, *(item.remark for item in parsed.items)]
    return [name for remark in left for name in medicines_in_remark(remark, knows)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("aspirin 75mg, clopidogrel 75mg", [("aspirin", 75), ("clopidogrel", 75)]),
        ("aspirin 75 mg od and clopidogrel 75 mg od", [("aspirin", 75), ("clopidogrel", 75)]),
        ("aspirin 75 mg + clopidogrel 75 mg", [("aspirin", 75), ("clopidogrel", 75)]),
        ("aspirin 75 mg/clopidogrel 75 mg", [("aspirin", 75), ("clopidogrel", 75)]),
        ("aspirin 75 mg clopidogrel 75 mg", [("aspirin", 75), ("clopidogrel", 75)]),
        ("aspirin od, clopidogrel od", [("aspirin", None), ("clopidogrel", None)]),
        ("aliskiren 10 mg po, valsartan 20 mg po", [("aliskiren", 10), ("valsartan", 20)]),
        ("aspirin, clopidogrel", [("aspirin", None), ("clopidogrel", None)]),
        ("aspirin and clopidogrel", [("aspirin", None), ("clopidogrel", None)]),
        ("aspirin plus clopidogrel 75 mg", [("aspirin", None), ("clopidogrel", 75)]),
        ("aspirin & clopidogrel", [("aspirin", None), ("clopidogrel", None)]),
        ("aspirin with clopidogrel 75 mg", [("aspirin", None), ("clopidogrel", 75)]),
    ],
)
def test_two_medicines_do_not_become_a_product_of_both(text: str, found: list[tuple[str, float | None]], terms: SigTerms) -> None:
    assert taken(text, terms) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("aspirin/clopidogrel 75 mg", [("aspirin/clopidogrel", 75)]),
        ("aspirin + clopidogrel tablets", [("aspirin+clopidogrel", None)]),
        ("aspirin and dipyridamole 25/200 mg", [("aspirin and dipyridamole", 25)]),
        ("paraffin, liquid", [("paraffin", None)]),
        ("aspirin/dipyridamole 25/200 mg bd, warfarin 5 mg", [("aspirin/dipyridamole", 25), ("warfarin", 5)]),
    ],
)
def test_a_product_stays_one(text: str, found: list[tuple[str, float | None]], terms: SigTerms) -> None:
    assert taken(text, terms) == found


def test_a_product_within_a_list_shares_its_strengths(terms: SigTerms) -> None:
    item = one("aspirin/valsartan 25/200 mg, warfarin 5 mg", terms)
    assert [(c.item.name_text, c.item.dose_mg) for c in choose(item, knows).choices] == [
        ("aspirin", 25),
        ("valsartan", 200),
        ("warfarin", 5),
    ]


@pytest.mark.parametrize(
    ("text", "found", "left"),
    [
        ("Weight 70 kg, warfarin 5 mg", [("warfarin", 5)], []),
        ("Weight: 70 kg, height 170 cm, warfarin, aspirin 75 mg", [("warfarin", None), ("aspirin", 75)], []),
        ("Weight 70 kg warfarin 5 mg", [("warfarin", 5)], []),
        ("Weight 70 kg, warfarin", [], ["warfarin"]),
        ("DOB: 01/02/1950, warfarin 5 mg od", [("warfarin", 5)], []),
        ("NKDA. Warfarin 5 mg od", [("warfarin", 5)], []),
        ("NKDA. Take 2 tablets of paracetamol 500 mg daily", [("paracetamol", 1000)], []),
        ("Dr: warfarin 5 mg", [("warfarin", 5)], []),
        ("Dr: Smith, warfarin 5 mg", [("warfarin", 5)], []),
        (
            "Allergic to aspirin, takes warfarin 5 mg and amiodarone 200 mg",
            [("warfarin", 5), ("amiodarone", 200)],
            ["aspirin"],
        ),
        ("Allergies: penicillin. Warfarin 5 mg od", [("warfarin", 5)], ["penicillin"]),
        ("Allergies: penicillin, aspirin", [], ["penicillin", "aspirin"]),
        ("Allergies: aspirin 300 mg, ibuprofen 400 mg", [], ["aspirin", "ibuprofen"]),
        ("Allergies: aspirin. Warfarin", [], ["aspirin", "Warfarin"]),
        ("BP 120/80 mmHg, HR 72 bpm", [], []),
    ],
)
def test_a_datum_of_the_person_swallows_no_medicine(
    text: str, found: list[tuple[str, float | None]], left: list[str], terms: SigTerms
) -> None:
    assert taken(text, terms) == found
    assert remarks(parse_prescription(text, terms)) == left


@pytest.mark.parametrize("text", ["Weight 70 kg, warfarin 5 mg", "NKDA. Warfarin 5 mg od"])
def test_the_line_is_shown_whole_and_the_remark_apart(text: str, terms: SigTerms) -> None:
    item = one(text, terms)
    assert item.line == text
    assert item.remark
    assert text.startswith(item.remark)


def test_names_in_a_remark_are_longest_first_and_short_words_none() -> None:
    def also_knows(name: str) -> bool:
        return name in {"insulin", "insulin glargine", "K", "vitamin K"}

    assert medicines_in_remark("K, insulin glargine; vitamin  K!", also_knows) == ("insulin glargine", "vitamin K")
    assert medicines_in_remark("", also_knows) == ()


@pytest.mark.parametrize(
    ("text", "denied", "found"),
    [
        ("NOT on warfarin", ["warfarin"], []),
        ("no longer on amiodarone", ["amiodarone"], []),
        ("no longer on amiodarone, warfarin 5 mg od", ["amiodarone"], ["warfarin"]),
        ("never aspirin", ["aspirin"], []),
        ("no aspirin", ["aspirin"], []),
        ("previously on warfarin", ["warfarin"], []),
        ("warfarin stopped 2019", ["warfarin"], []),
        ("warfarin 5 mg od (stopped)", ["warfarin"], []),
        ("warfarin 5 mg; stopped", ["warfarin"], []),
        ("warfarin 5 mg od, discontinued in May", ["warfarin"], []),
        ("warfarin 5 mg stopped, aspirin 75 mg started", ["warfarin"], ["aspirin"]),
        ("stopped amiodarone and warfarin", ["amiodarone", "warfarin"], []),
        ("stopped amiodarone, warfarin 5 mg", ["amiodarone"], ["warfarin"]),
        ("not on aspirin, clopidogrel or warfarin 5 mg", ["aspirin", "clopidogrel", "warfarin"], []),
        ("Patient is allergic to aspirin and takes warfarin", ["aspirin"], ["warfarin"]),
        ("aspirin 75 mg: intolerant to clopidogrel", ["clopidogrel"], ["aspirin"]),
        ("The patient was previously on warfarin but now takes apixaban 5 mg bd", ["warfarin"], ["apixaban"]),
        ("ibuprofen 400 mg - not taking", ["ibuprofen"], []),
        ("aspirin (no longer taken), warfarin 5 mg", ["aspirin"], ["warfarin"]),
        ("ne prend plus warfarin", ["warfarin"], []),
        ("insulin glargine 10 units discontinued", ["insulin glargine"], []),
    ],
)
def test_what_the_line_says_is_not_taken(text: str, denied: list[str], found: list[str], terms: SigTerms) -> None:
    assert sorted(not_taken(text, terms)) == sorted(denied)
    assert [name for name, _ in taken(text, terms)] == found
    doubts = [note for item in parse_prescription(text, terms).items for note in (*item.notes, *choose(item, knows).doubts)]
    for name in denied:
        assert any(f"“{name}”: the line says that it is not taken." == note for note in doubts)
    assert not any("treated as taken" in note for note in doubts)


@pytest.mark.parametrize(
    "text",
    [
        "cetirizine 10 mg od for allergies",
        "warfarin 5 mg od, previously 3 mg",
        "warfarin 5 mg as previously",
        "methotrexate 10 mg weekly, not on Sundays",
        "ibuprofen 400 mg tds, not on an empty stomach",
        "ibuprofen 400 mg prn, never more than 3 a day",
        "ibuprofen 400 mg prn, not more than 3 a day",
        "warfarin must not be stopped",
        "warfarin never stopped",
        "warfarin - to be stopped 5 days before surgery",
        "warfarin 5 mg, hold if INR > 4",
        "warfarin stopped if bleeding",
        "warfarin 5 mg od. Never smoked",
        "warfarin 5 mg od. Stopped smoking",
        "aspirin 75 mg do not crush",
    ],
)
def test_what_is_not_said_outright_leaves_a_medicine_as_taken(text: str, terms: SigTerms) -> None:
    assert not_taken(text, terms) == []
    assert len(taken(text, terms)) == 1


def test_a_medicine_to_be_stopped_is_named_in_the_note(terms: SigTerms) -> None:
    (note,) = one("warfarin 5 mg, hold if INR > 4", terms).notes
    assert note == "“warfarin”: the line says that something is stopped or held; it is treated as taken."


@pytest.mark.parametrize(
    ("text", "per_day"),
    [
        ("tramadol 50 mg prn", None),
        ("tramadol 50 mg once as needed", None),
        ("tramadol 50 mg qds prn", 200),
        ("tramadol 50 mg prn max 400 mg/day", 400),
        ("paracetamol 1 g q4h prn max 4 g/day", 4000),
        ("paracetamol 500 mg 1-1-1 prn", 1500),
    ],
)
def test_as_needed_is_no_daily_amount_but_at_most_a_bound(text: str, per_day: float | None, terms: SigTerms) -> None:
    item = one(text, terms)
    assert item.as_needed
    assert item.dose_mg_per_day == per_day
    assert any("Taken as needed" in note for note in item.notes) == (per_day is not None)


@pytest.mark.parametrize(
    "piece",
    [
        "stopped ",
        "not on ",
        "never aspirin, ",
        "no longer (",
        "aspirin stopped ",
        "not on a, b, c or d; ",
        "allergic to a. takes b 5 mg, ",
    ],
)
def test_reading_stays_linear(piece: str, terms: SigTerms) -> None:
    line = (piece * 2_000)[:1_990]
    begin = time.process_time()
    for text in (line, f"Allergies: {line}"[:1_990]):
        for item in parse_prescription(text, terms).items:
            choose(item, knows)
    assert time.process_time() - begin < 2
