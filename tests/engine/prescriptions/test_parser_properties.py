"""Whatever is typed: nothing is lost, nothing but an InputError is raised, and the parser's own lines read the same again."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.prescriptions.choosing import choose
from engine.prescriptions.cleaning import fragments, matching_form, without_controls
from engine.prescriptions.model import ParsedItem, ParsedPrescription
from engine.prescriptions.parser import parse_prescription
from engine.prescriptions.terms import SigTerms

WORDS = """
warfarin aspirin co-amoxiclav 5-FU tabs tablet caps drops cream inhaler patch vial od OD OS OU bd tds prn stat weekly q6h q4-6h
x7d every once twice daily /day per po PR sc iv and with w/ 1. 2) a) • Medications: Allergies: please the is ignore mg ml mg/kg
5/7 70/30 1-0-1 1/2-0-0-1 ½ 2 12 + , / . ( ) [ ] : - ; # % = * mane nocte 8am 08:00 mon matin à é µg 💊 12/03/2024 1e999 ⅷ ﷺ ٣ २
99999999999999999999
"""
PHRASES = """
insulin glargine|Zocor (simvastatin)|potassium chloride|75 mg|1 g|500/125 mg|250 mg/5 mL|10 mL|1,000 units|0,5 mg|1 1/2|eye drops
q 8 h|x 7 days|x 3|for 5/7|every 6 hours|a day|max 4 g/day|disp 30|for pain|5 mg/kg/day|pendant 7 jours|'; DROP TABLE x; --
"""
PIECES = (*WORDS.split(), *PHRASES.strip().replace("\n", "|").split("|"), "\n", "\r\n", "\u202e", "\u200b", "\x00", "\t")

pieces = st.lists(st.sampled_from(PIECES), max_size=25).flatmap(lambda found: st.sampled_from([" ".join(found), "".join(found)]))
texts = st.one_of(pieces, st.text(max_size=300), st.lists(pieces, max_size=6).map("\n".join))
thorough = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def shape(parsed: ParsedPrescription) -> list[ParsedItem]:
    """Items without their place in the text."""
    return [without_place(item) for item in parsed.items]


def without_place(item: ParsedItem) -> ParsedItem:
    """The item and its parts without line numbers."""
    parts, beside = (tuple(without_place(one) for one in found) for found in (item.parts, item.beside))
    return replace(item, line_number=0, parts=parts, beside=beside)


def figures(item: ParsedItem) -> list[float | None]:
    """Every figure of an item and its parts."""
    own = [
        *(item.strength_mg, item.strength_value, item.strength_volume_ml, item.dose_mg, item.dose_value),
        *(item.dose_mg_per_day, item.max_mg_per_day, item.units_per_dose, item.units_per_day),
        *(item.frequency_per_day, item.duration_days, *item.strengths_mg),
    ]
    return own + [figure for part in item.parts for figure in figures(part)]


@thorough
@given(text=texts)
def test_every_line_is_in_one_place(text: str, terms: SigTerms) -> None:
    parsed = parse_prescription(text, terms)
    kept: list[str] = [*parsed.ignored]
    for item in parsed.items:
        kept.extend(fragment.text for fragment in fragments(item.line))
    wanted = [fragment.text for fragment in fragments(without_controls(text)[0])]
    assert Counter(kept) == Counter(wanted)
    assert (parsed.empty_reason is None) == bool(parsed.items)


@thorough
@given(text=texts)
def test_own_lines_read_the_same_again(text: str, terms: SigTerms) -> None:
    parsed = parse_prescription(text, terms)
    again = parse_prescription("\n".join(item.line for item in parsed.items), terms)
    assert shape(again) == shape(parsed)
    assert again.ignored == ()


@thorough
@given(text=texts)
def test_figures_are_sane(text: str, terms: SigTerms) -> None:
    for item in parse_prescription(text, terms).items:
        for figure in figures(item):
            assert figure is None or (math.isfinite(figure) and figure >= 0)
        assert item.dose_mg is None or item.dose_unit == "mg"
        assert item.route_source is None or item.route is not None
        assert item.problem is not None or item.name_candidates or item.parts_kind == "list"


@thorough
@given(text=texts)
def test_choosing_loses_no_item(text: str, terms: SigTerms) -> None:
    for item in parse_prescription(text, terms).items:
        for knows in (lambda name: False, lambda name: True, lambda name: len(name) % 2 == 0):
            assert choose(item, knows).choices


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts, copies=st.integers(min_value=1, max_value=400))
def test_nothing_but_an_input_error_is_raised(text: str, copies: int, terms: SigTerms) -> None:
    sentence = "."
    try:
        parse_prescription(f"{text}\n" * copies, terms)
    except InputError as refused:
        sentence = refused.sentence
    assert sentence.endswith(".")


@thorough
@given(text=st.text(max_size=200))
def test_the_matching_form_is_stable(text: str) -> None:
    form = matching_form(text)
    assert matching_form(form) == form
