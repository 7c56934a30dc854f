"""MIMIC-style prescription tables, invented ones: each order stands in a line or in a remark, and nothing is invented."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.cancellation import Progress
from engine.checking import CheckOptions
from engine.errors import InputError
from engine.records.mimic import is_mimic, mimic_lists, order_line
from engine.records.model import MedicationList

HEADER = (
    *("row_id", "subject_id", "hadm_id", "icustay_id", "startdate", "enddate", "drug_type", "drug", "drug_name_poe"),
    *("drug_name_generic", "formulary_drug_cd", "gsn", "ndc", "prod_strength", "dose_val_rx", "dose_unit_rx", "form_val_disp"),
    *("form_unit_disp", "route"),
)


def order(
    drug: str,
    strength: str = "",
    dose: str = "",
    form: str = "",
    route: str = "",
    *,
    stay: str = "1",
    kind: str = "MAIN",
    first: str = "2101-01-01 00:00:00",
    last: str = "2101-01-03 00:00:00",
) -> list[str]:
    """A row; dose and form are written "5 mg"."""
    value, _, unit = dose.partition(" ")
    number, _, container = form.partition(" ")
    return ["7", "9", stay, "", first, last, kind, drug, "", "", "X", "0", "0", strength, value, unit, number, container, route]


def read(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> tuple[MedicationList, ...]:
    steps = mimic_lists(header, rows)
    while True:
        try:
            assert isinstance(next(steps), Progress)
        except StopIteration as finished:
            lists: tuple[MedicationList, ...] = finished.value
            return lists


WARFARIN = order("Warfarin", "5mg Tablet", "5 mg", "1 TAB", "PO")
FLUID = order("D5W", "250mL Bag", "250 mL", "250 mL", "IV", kind="BASE")


def test_the_columns_tell_such_a_table() -> None:
    assert is_mimic(HEADER)
    assert is_mimic([f"\ufeff {name.upper()} " for name in HEADER])
    assert is_mimic(("subject_id", "hadm_id", "starttime", "stoptime", "drug", "dose_val_rx", "dose_unit_rx", "route"))
    assert not is_mimic(("name", "dose", "route"))
    assert not is_mimic(())


def test_each_admission_is_a_list_and_each_order_a_line() -> None:
    lists = read([WARFARIN, order("Aspirin", "81mg Tab", "81 mg", "1 TAB", "PO", stay="2"), FLUID])
    assert [one.title for one in lists] == ["Admission 1", "Admission 2"]
    assert lists[0].text == "Warfarin 5mg Tablet 5 mg 1 TAB PO\nD5W 250mL Bag 250 mL 250 mL IV"
    assert lists[1].text == "Aspirin 81mg Tab 81 mg 1 TAB PO"
    assert any("not given together" in remark for remark in lists[0].remarks)
    assert "Fluids and additives of infusions are lines of their own: 1." in lists[0].remarks


def test_the_same_order_is_one_line_and_is_counted() -> None:
    other_dose = order("Warfarin", "5mg Tablet", "2.5 mg", "0.5 TAB", "PO")
    (one,) = read([WARFARIN, other_dose, order("WARFARIN", "5mg  Tablet", "5 mg", "1 TAB", "PO"), WARFARIN])
    assert one.text.splitlines() == ["Warfarin 5mg Tablet 5 mg 1 TAB PO", "Warfarin 5mg Tablet 2.5 mg 0.5 TAB PO"]
    assert "4 orders are written as 2 lines: orders that say the same are one line." in one.remarks


@pytest.mark.parametrize("drug", ["Vial", "Soln.", "AMP", "Syringe (IV Room)", "Syringe (Chemo)", "Epidural Bag"])
def test_a_container_is_a_remark(drug: str) -> None:
    (one,) = read([WARFARIN, order(drug, "Send Vial", "1 VIAL", "1 VIAL", "IV", kind="BASE")])
    assert one.text == "Warfarin 5mg Tablet 5 mg 1 TAB PO"
    assert f"Containers that were ordered, not medicines: 1 × {drug}." in one.remarks


@pytest.mark.parametrize(
    "drug", ["Syringe (0.9% Sodium Chloride)", "Heparin Syringe", "Solution of iodine", "D5W (Glass Bottle)"]
)
def test_a_container_of_something_is_a_line(drug: str) -> None:
    (one,) = read([order(drug, "", "1 mL", "1 mL", "IV", kind="BASE")])
    assert one.text.startswith(drug)


def test_an_order_without_a_name_is_a_remark() -> None:
    (one,) = read([order("", "5mg Tablet", "5 mg", "1 TAB", "PO")])
    assert one.text == ""
    assert "Orders that name no medicine: 5mg Tablet 5 mg 1 TAB PO." in one.remarks


def test_another_column_names_what_the_first_does_not() -> None:
    row = order("", "5mg Tablet", "5 mg", "1 TAB", "PO")
    row[HEADER.index("drug_name_generic")] = "Warfarin"
    assert read([row])[0].text == "Warfarin 5mg Tablet 5 mg 1 TAB PO"


def test_a_repeated_last_word_of_the_name_is_written_once() -> None:
    assert order_line({"drug": "Example DS", "prod_strength": "DS Tablet", "route": "PO"}) == "Example DS Tablet PO"
    assert order_line({"drug": "Example", "prod_strength": "DS Tablet", "route": "PO"}) == "Example DS Tablet PO"


def test_a_cell_never_cuts_its_line() -> None:
    (one,) = read([order("Salbutamol\nneb", "0.083%;3mL Vial", "1 NEB", "1 VIAL", "IH")])
    assert one.text == "Salbutamol neb 0.083%, 3mL Vial 1 NEB 1 VIAL IH"


def test_an_order_without_an_admission_is_kept() -> None:
    (one,) = read([order("Aspirin", stay="")])
    assert one.title == "Orders without an admission"
    assert one.text == "Aspirin"


@pytest.mark.parametrize("row", [WARFARIN[:-1], [*WARFARIN, "x"]])
def test_a_row_of_another_width_is_refused(row: list[str]) -> None:
    with pytest.raises(InputError, match=r"Row 2 below the header has \d+ cells, where the header has 19"):
        read([WARFARIN, row])


def test_blank_rows_are_no_orders() -> None:
    assert read([[], [" "] * 19, WARFARIN])[0].text == "Warfarin 5mg Tablet 5 mg 1 TAB PO"
    assert read([]) == ()


CELLS = st.text(st.characters(codec="utf-8"), max_size=12)


def squeezed(text: str) -> str:
    """The text without what a line may write in another way: case, spaces and the signs that would cut it."""
    return re.sub(r"[\s,;\uff1b]", "", text).casefold()


@given(st.lists(st.lists(CELLS, min_size=len(HEADER), max_size=len(HEADER)), max_size=8))
def test_no_order_is_lost(rows: list[list[str]]) -> None:
    said = squeezed("".join(f"{one.text}{' '.join(one.remarks)}" for one in read(rows)))
    for row in rows:
        assert squeezed(row[HEADER.index("drug")]) in said
    lines = [line for one in read(rows) for line in one.text.split("\n") if line]
    assert len(lines) <= len(rows)


def test_each_line_is_read_as_one_medicine_of_its_own(application: Application) -> None:
    rows = [WARFARIN, order("Vial", "Send Vial", "1 VIAL", "1 VIAL", "IV", kind="BASE"), FLUID]
    rows += [
        order("Aspirin", "81mg Tab", "162 mg", "2 TAB", "PO/NG"),
        order("Heparin", "5000 Units / mL", "5000 UNIT", "1 mL", "SC"),
    ]
    (one,) = read(rows)
    report = application.check(one.text, None, CheckOptions(with_alternatives=False))
    assert [(drug.line_number, drug.name, drug.route) for drug in report.drugs] == [
        (1, "warfarin", "oral"),
        (2, "glucose", "iv"),
        (3, "acetylsalicylic acid", "oral"),
        (4, "heparin", "sc"),
    ]
    assert [drug.dose_mg for drug in report.drugs[::2]] == [5.0, 162.0]
