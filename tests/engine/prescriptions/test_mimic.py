"""Hospital orders as they were written (MIMIC-III demo): the parser's reading against the columns of the same row."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from engine.prescriptions.model import ParsedItem
from engine.prescriptions.parser import parse_prescription
from engine.prescriptions.terms import SigTerms

ORDERS = Path("/work/shared/data/mimic3-demo/PRESCRIPTIONS.csv.gz")
ROUTES = {
    **dict.fromkeys(("IV", "IV DRIP", "IV BOLUS", "IVPCA"), "iv"),
    **dict.fromkeys(("PO", "ORAL", "PO/NG", "NG"), "oral"),
    **dict.fromkeys(("SC", "SUBCUT"), "sc"),
    "IM": "im",
    "PR": "rectal",
    "TP": "topical",
    "SL": "buccal",
    "VG": "vaginal",
    "TD": "transdermal",
    "IH": "inhaled",
}
TO_MG = {"mg": 1.0, "g": 1000.0, "gm": 1000.0, "mcg": 0.001}
# Containers and diluents that stand in the drug column.
NO_NAMES = ("Vial", "Bag", "Epidural Bag", "Syringe", "Soln", "Soln.", "AMP")

pytestmark = pytest.mark.skipif(not ORDERS.exists(), reason="the MIMIC-III demo is not here")

Row = dict[str, str]


def read_orders(terms: SigTerms) -> list[tuple[Row, ParsedItem | None]]:
    """Each distinct order as one line, with its item."""
    with gzip.open(ORDERS, "rt", encoding="utf-8", newline="") as file:
        rows = {_line(row): row for row in csv.DictReader(file)}
    found: list[tuple[Row, ParsedItem | None]] = []
    for line, row in rows.items():
        items = parse_prescription(line, terms).items
        found.append((row, items[0] if items else None))
    return found


def _line(row: Row) -> str:
    columns = ("drug", "prod_strength", "dose_val_rx", "dose_unit_rx", "form_val_disp", "form_unit_disp", "route")
    return " ".join(row[column] for column in columns)


@pytest.fixture(scope="module")
def orders(terms: SigTerms) -> list[tuple[Row, ParsedItem | None]]:
    return read_orders(terms)


def test_only_containers_are_left_without_a_name(orders: list[tuple[Row, ParsedItem | None]]) -> None:
    assert len(orders) > 2000
    assert {row["drug"] for row, item in orders if item is None} <= set(NO_NAMES)


def test_names_are_those_of_the_drug_column(orders: list[tuple[Row, ParsedItem | None]]) -> None:
    strange = {
        row["drug"] for row, item in orders if item is not None and item.name_text and not _begins_in(item.name_text, row["drug"])
    }
    assert len(strange) < 10, strange


def _begins_in(name: str, drug: str) -> bool:
    return name.split()[0].casefold().strip(".,") in drug.casefold()


def test_routes_are_those_of_the_route_column(orders: list[tuple[Row, ParsedItem | None]]) -> None:
    known = [(row, item) for row, item in orders if item is not None and item.parts_kind is None and row["route"] in ROUTES]
    wrong = [(_line(row), item.route) for row, item in known if item.route not in (ROUTES[row["route"]], None)]
    unknown = [_line(row) for row, item in known if item.route is None]
    # Lines such as "Vancomycin Oral Liquid … PO/NG" agree; "Nasal … IH" names two routes and must stay unknown.
    assert wrong == []
    assert len(unknown) < 0.02 * len(known)


def test_doses_are_those_of_the_dose_columns(orders: list[tuple[Row, ParsedItem | None]]) -> None:
    right = wrong = silent = 0
    for row, item in orders:
        wanted = _wanted_mg(row)
        if item is None or item.parts_kind not in (None, "also") or wanted is None:
            continue
        if item.dose_mg is None:
            silent += 1
        elif item.dose_mg == pytest.approx(wanted, rel=0.02):
            right += 1
        else:
            wrong += 1
    assert right > 1000
    # A wrong dose is worse than none.
    assert wrong == 0
    assert silent < 0.01 * right, (right, silent)


def _wanted_mg(row: Row) -> float | None:
    """The ordered dose in mg, the higher end of a range; None where it is no mass."""
    factor = TO_MG.get(row["dose_unit_rx"])
    highest = row["dose_val_rx"].replace(",", "").split("-")[-1]
    try:
        return None if factor is None else float(highest) * factor
    except ValueError:
        return None
