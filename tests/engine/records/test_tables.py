"""Tables as spreadsheets and other programs write them; what is not in the list is in a remark."""

from pathlib import Path

import pytest

from engine.prescriptions.parser import parse_prescription
from engine.prescriptions.terms import SigTerms, sig_terms
from tests.engine.records.driving import opened_content

TERMS = Path(__file__).resolve().parents[3] / "resources" / "knowledge" / "sig_terms.tsv"


@pytest.fixture(scope="module")
def terms() -> SigTerms:
    lines = TERMS.read_text(encoding="utf-8").splitlines()[1:]
    return sig_terms([(term, kind, value) for term, kind, value, _ in (line.split("\t") for line in lines)])


def test_columns_become_a_line_that_is_read(tmp_path: Path, terms: SigTerms) -> None:
    table = "Medication;Dose;Unit;Route;Frequency;PRN\nSimvastatin;40;mg;oral;once daily;no\n"
    table += "Ibuprofen;400;mg;oral;3 times daily;yes\n"
    (one,) = opened_content(tmp_path, table.encode(), "a.txt")
    assert one.text == "Simvastatin 40 mg oral once daily\nIbuprofen 400 mg oral 3 times daily as needed"
    assert one.remarks == ()
    first, second = parse_prescription(one.text, terms).items
    assert (first.name_text, first.dose_mg, first.route, first.frequency_per_day) == ("Simvastatin", 40.0, "oral", 1.0)
    assert (second.dose_mg, second.as_needed) == (400.0, True)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_any_delimiter_and_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    table = f"drug{delimiter}dose (mg)\r\nSimvastatin{delimiter}40\r\n"
    (one,) = opened_content(tmp_path, table.encode(encoding), "a.csv")
    assert one.text == "Simvastatin 40 mg"


def test_spreadsheet_in_german_with_its_own_first_line(tmp_path: Path) -> None:
    table = "sep=;\r\nArzneimittel;Stärke;Einnahme\r\nRamipril;5 mg;1-0-0\r\n"
    (one,) = opened_content(tmp_path, table.encode("cp1252"), "a.csv")
    assert one.text == "Ramipril 5 mg 1-0-0"


def test_a_cell_cannot_add_a_line_or_cut_one(tmp_path: Path) -> None:
    (one,) = opened_content(tmp_path, b'drug,sig\nSimvastatin,"40 mg;\nWarfarin 5 mg"\n', "a.csv")
    assert one.text == "Simvastatin 40 mg, Warfarin 5 mg"
    (one,) = opened_content(tmp_path, "drug,sig\nSimvastatin,40 mg\uff1bWarfarin 5 mg\n".encode(), "a.csv")
    assert one.text == "Simvastatin 40 mg,Warfarin 5 mg"


def test_people_are_told_apart(tmp_path: Path) -> None:
    table = b"patient_id,drug,dose\n7,Aspirin,75 mg\n8,Warfarin,5 mg\n7,Digoxin,125 mcg\n"
    first, second = opened_content(tmp_path, table, "a.csv")
    assert (first.title, first.text) == ("7", "Aspirin 75 mg\nDigoxin 125 mcg")
    assert (second.title, second.text) == ("8", "Warfarin 5 mg")


def test_what_is_stopped_is_named_and_left_out(tmp_path: Path) -> None:
    table = b"drug,status\nAspirin,active\nWarfarin,stopped\nDigoxin,perhaps\n"
    (one,) = opened_content(tmp_path, table, "a.csv")
    assert one.text == "Aspirin\nDigoxin"
    assert one.remarks == (
        "Left out, because the table says that they are not taken: Warfarin.",
        "The table does not say clearly whether these are taken; they are in the list: Digoxin.",
    )
    (one,) = opened_content(tmp_path, b"drug,discontinued\nAspirin,no\nWarfarin,2026-01-02\n", "a.csv")
    assert one.text == "Aspirin"


@pytest.mark.parametrize(
    ("cell", "taken", "clear"),
    [
        ("N/A", True, True),
        ("-", True, True),
        ("Ongoing", True, True),
        ("unknown", True, False),
        ("to be reviewed", True, False),
        ("x", False, True),
        ("YES", False, True),
        ("01/02/26", False, True),
        ("3 May 2024", False, True),
    ],
)
def test_only_what_is_clearly_stopped_is_left_out(tmp_path: Path, cell: str, taken: bool, clear: bool) -> None:
    (one,) = opened_content(tmp_path, f"drug,stopped\nWarfarin,{cell}\nAspirin,no\n".encode(), "a.csv")
    assert one.text == ("Warfarin\nAspirin" if taken else "Aspirin")
    assert any("does not say clearly" in remark for remark in one.remarks) != clear


@pytest.mark.parametrize("head", ["Medication, as of 12 January", "Prescription | Dr Example", "Drug; allergy to penicillin"])
def test_a_heading_with_a_comma_makes_no_table_of_plain_lines(tmp_path: Path, head: str) -> None:
    text = f"{head}\nwarfarin 5 mg, take 1 at night | after meals\n"
    (one,) = opened_content(tmp_path, text.encode(), "a.txt")
    assert one.text == text


def test_a_bare_number_of_times_a_day_is_said(tmp_path: Path, terms: SigTerms) -> None:
    (one,) = opened_content(tmp_path, b"drug,dose,times per day\nMetformin,500 mg,2\n", "a.csv")
    assert one.text == "Metformin 500 mg 2 times daily"
    (item,) = parse_prescription(one.text, terms).items
    assert (item.dose_mg, item.frequency_per_day) == (500.0, 2.0)


def test_ragged_rows_and_unread_columns_are_named(tmp_path: Path) -> None:
    table = b"drug,dose,ward\nAspirin,75 mg,4B\nWarfarin,5,mg,daily\n,5 mg,4B\nDigoxin\n\n"
    (one,) = opened_content(tmp_path, table, "a.csv")
    assert one.text == "Aspirin 75 mg\nDigoxin"
    assert one.remarks == (
        "Rows without a medicine's name are left out: 4.",
        "Rows with more cells than the headings are left out: 3.",
        "Columns that are not read: ward.",
    )


def test_hospital_orders_are_one_list_an_admission(tmp_path: Path) -> None:
    table = b"hadm_id,drug,dose_val_rx,dose_unit_rx,route\n1,Aspirin,81,mg,PO\n2,Warfarin,5,mg,PO\n"
    assert [one.title for one in opened_content(tmp_path, table, "orders.csv")] == ["Admission 1", "Admission 2"]


def test_a_name_beside_the_drug_is_not_a_medicine(tmp_path: Path) -> None:
    (one,) = opened_content(tmp_path, b"name,drug\nA. Muster,Aspirin\n", "a.csv")
    assert one.text == "Aspirin"
    assert one.remarks == ("Columns that are not read: name.",)
