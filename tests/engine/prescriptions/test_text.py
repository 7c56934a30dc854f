"""From a pasted text to items: separators, numbering, headings, directions on their own line, odd characters, limits, speed."""

from __future__ import annotations

import time

import pytest

from engine.errors import InputError
from engine.prescriptions.parser import MAX_CHARACTERS, MAX_ITEMS, MAX_LINES, parse_prescription
from engine.prescriptions.terms import SigTerms


def names(text: str, terms: SigTerms) -> list[str]:
    """Names of the items, as written."""
    return [item.name_text for item in parse_prescription(text, terms).items]


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r", ";", "\uff1b", "\u2028", "\x0b", "\n\n\n", " ;\n"])
def test_lines_are_separated(separator: str, terms: SigTerms) -> None:
    assert names(f"aspirin 75 mg{separator}warfarin 5 mg", terms) == ["aspirin", "warfarin"]


def test_line_numbers_count_lines_and_not_semicolons(terms: SigTerms) -> None:
    items = parse_prescription("aspirin; warfarin\n\ndigoxin", terms).items
    assert [item.line_number for item in items] == [1, 1, 3]
    assert [item.line for item in items] == ["aspirin", "warfarin", "digoxin"]


@pytest.mark.parametrize(
    "marker",
    [
        *("1. ", "1) ", "1.", "(1) ", "[1] ", "1: ", "1 - ", "12. ", "#1. ", "a) ", "a. ", "(b) ", "ii) "),
        *("- ", "* ", "• ", "– ", "-", "•", "→ ", "☐ ", "[ ] ", "[x] ", "1. - ", "▪ ", "➤ "),
    ],
)
def test_numbering_is_passed_over_and_kept_in_the_line(marker: str, terms: SigTerms) -> None:
    items = parse_prescription(f"{marker}warfarin 5 mg", terms).items
    assert [(item.name_text, item.dose_mg) for item in items] == [("warfarin", 5)]
    assert items[0].line == f"{marker}warfarin 5 mg".strip()


@pytest.mark.parametrize("text", ["1.5 mg warfarin", "5-FU 10 mg", "2 x 5 mg warfarin", "1-0-1 warfarin 5 mg"])
def test_figures_that_are_no_numbering(text: str, terms: SigTerms) -> None:
    (item,) = parse_prescription(text, terms).items
    assert item.name_text in ("warfarin", "5-FU")
    assert item.dose_mg in (1.5, 10, 5)


@pytest.mark.parametrize(
    "line",
    [
        *("Medications:", "Current medications", "MEDICATIONS ON ADMISSION:", "Rx:", "Drug Dose Route Frequency", "Ordonnance :"),
        *("Traitement habituel :", "PRN meds:", "1.", "-", "---", "***", "💊", "12/03/2024", "Date: 12/03/2024", "(1)"),
        *("Allergies: penicillin", "Allergic to aspirin", "NKDA", "No known drug allergies", "Weight 70 kg", "DOB: 01/02/1950"),
        *("eGFR 45", "BP: 120/80", "Patient: Jane Doe", "Dr: Smith"),
    ],
)
def test_what_is_no_medicine_is_ignored_and_kept(line: str, terms: SigTerms) -> None:
    parsed = parse_prescription(f"{line}\n\nwarfarin 5 mg", terms)
    assert parsed.ignored == (line,)
    assert [item.name_text for item in parsed.items] == ["warfarin"]


@pytest.mark.parametrize(
    "text", ["Medications: warfarin 5 mg", "Rx: warfarin 5 mg", "Drug: warfarin 5 mg", "Home meds: warfarin 5 mg"]
)
def test_a_heading_before_a_medicine_is_passed_over(text: str, terms: SigTerms) -> None:
    assert names(text, terms) == ["warfarin"]


def test_directions_on_the_next_line_belong_to_the_medicine(terms: SigTerms) -> None:
    text = "1. Simvastatin 20mg tablets\n   Take one at night\n2. Warfarin 1 mg tablets\n   3 tablets daily"
    items = parse_prescription(text, terms).items
    assert [(item.name_text, item.dose_mg, item.frequency_per_day) for item in items] == [
        ("Simvastatin", 20, 1),
        ("Warfarin", 3, 1),
    ]
    assert items[0].line == "1. Simvastatin 20mg tablets\nTake one at night"


def test_directions_of_nothing_are_ignored(terms: SigTerms) -> None:
    parsed = parse_prescription("Take one at night\nwarfarin\n\n2 tablets daily", terms)
    assert parsed.ignored == ("Take one at night", "2 tablets daily")
    assert parsed.items[0].frequency_per_day is None


def test_a_semicolon_inside_a_strength_does_not_lose_it(terms: SigTerms) -> None:
    (item,) = parse_prescription("Albuterol 0.083%;3mL Vial 1 neb q6h", terms).items
    assert item.line == "Albuterol 0.083%;3mL Vial 1 neb q6h"
    assert (item.route, item.frequency_per_day) == ("inhaled", 4)


def test_control_characters_are_spaces_and_noted(terms: SigTerms) -> None:
    parsed = parse_prescription("warfarin\x005\x1bmg\x7f po\x00", terms)
    assert parsed.items[0].line == "warfarin 5 mg  po"
    assert parsed.items[0].dose_mg == 5
    assert parsed.notes == ("Control characters in the text were read as spaces.",)
    assert parse_prescription("warfarin\t5\tmg", terms).notes == ()


def test_invisible_characters_are_kept_and_do_not_hide_a_name(terms: SigTerms) -> None:
    text = "\u202ewar\u200bfa\u00adrin\u2066 5\u00a0mg\ufeff"
    (item,) = parse_prescription(text, terms).items
    assert item.name_text == "warfarin"
    assert item.dose_mg == 5
    assert item.line.strip("\ufeff") == text.strip().strip("\ufeff")


@pytest.mark.parametrize(
    "text",
    [
        "".join(chr(ord(sign) + 0xFEE0) for sign in "warfarin") + " \uff15mg",
        "“warfarin” 5 mg",
        "warfarin® 5 mg",
        "WARFARIN 5 MG",
        "💊 warfarin 5 mg 💊",
        "warfarin_5_mg",
    ],
)
def test_signs_and_widths_do_not_hide_a_name(text: str, terms: SigTerms) -> None:
    (item,) = parse_prescription(text, terms).items
    assert (item.name_text.casefold(), item.dose_mg) == ("warfarin", 5)


def test_other_scripts_are_names_too(terms: SigTerms) -> None:
    assert names("阿司匹林 100 mg\nβαρφαρίνη 5 mg\nवारफरिन 5 mg", terms) == ["阿司匹林", "βαρφαρίνη", "वारफरिन"]


@pytest.mark.parametrize(("text", "reason"), [("", "empty"), (" \n;\t", "empty"), ("Medications:\n1.", "names a medicine")])
def test_emptiness_is_explained(text: str, reason: str, terms: SigTerms) -> None:
    parsed = parse_prescription(text, terms)
    assert parsed.items == ()
    assert reason in str(parsed.empty_reason)


def test_a_long_line_is_kept_whole_and_not_read(terms: SigTerms) -> None:
    line = "warfarin " * 250
    parsed = parse_prescription(f"aspirin\n{line}\ndigoxin", terms)
    long = parsed.items[1]
    assert long.line == line.strip()
    assert long.name_candidates == ()
    assert "2,249" in str(long.problem)
    assert [item.name_text for item in parsed.items] == ["aspirin", "", "digoxin"]


def test_a_long_line_of_semicolons_is_read(terms: SigTerms) -> None:
    assert len(parse_prescription("warfarin 5 mg daily; " * 300, terms).items) == 300


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("a" * (MAX_CHARACTERS + 1), "2,000,000 characters"),
        ("warfarin\n" * (MAX_ITEMS + 1), "500 medicines"),
        ("warfarin;" * (MAX_ITEMS + 1), "500 medicines"),
        ("\n".join(["abcd 1 mg, efgh 2 mg, ijkl 3 mg"] * 200), "500 medicines"),
        ("1.\n" * (MAX_LINES + 1), "5,000 lines"),
    ],
)
def test_more_than_the_limits_is_refused_by_name(text: str, limit: str, terms: SigTerms) -> None:
    with pytest.raises(InputError) as refused:
        parse_prescription(text, terms)
    assert limit in refused.value.sentence


def test_the_limits_themselves_are_allowed(terms: SigTerms) -> None:
    assert len(parse_prescription("warfarin\n" * MAX_ITEMS, terms).items) == MAX_ITEMS
    assert parse_prescription(" " * MAX_CHARACTERS, terms).items == ()


HARD = [
    *("warfarin ", "9", "1,000,", "1-0-1 ", "½", "((a) ", "a.", "aaaa-aaaa-", "x2 ", "every ", "one and a half ", "max "),
    *("q6h ", "1 1/2 ", "5 mg/5 ml ", "\ufdfa", "e\u0301", "mg", "1/", "d'", ". ", "for 5/7 ", "(s)"),
]


@pytest.mark.parametrize("piece", HARD)
def test_a_line_of_a_hundred_thousand_characters_takes_no_time(piece: str, terms: SigTerms) -> None:
    text = (piece * 100_000)[:100_000]
    begun = time.process_time()
    parse_prescription(text, terms)
    assert time.process_time() - begun < 0.2


@pytest.mark.parametrize("piece", HARD)
def test_time_grows_with_the_line_and_no_faster(piece: str, terms: SigTerms) -> None:
    def seconds(length: int) -> float:
        text = ("z " + piece * length)[:length]
        best = 1e9
        for _ in range(3):
            begun = time.process_time()
            parse_prescription(text, terms)
            best = min(best, time.process_time() - begun)
        return best

    # Quadratic work would take sixteen times as long; a good margin for a busy machine.
    assert seconds(1_980) < 10 * seconds(495) + 0.01
