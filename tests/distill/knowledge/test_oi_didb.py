"""The OI-DIDB reader: cells, a small workbook of our own, and the publisher's workbook where it is at hand."""

from pathlib import Path

import openpyxl
import pytest

from distill.knowledge import oi_didb

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
WORKBOOK = DATA / "organ-impairment-ddi" / "oi_ddi_database.xlsx"


def small_workbook(path: Path, cells: dict[tuple[int, int], object], sheet: str = "Data") -> Path:
    """A workbook with the headers that the reader looks for and the given cells (row, column from 1)."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    headers = {1: "CAS number", 2: "NAME", 3: "fe", 6: "F", 10: "Enzyme(s)", 12: "Transporter(s)"}
    for column, words in {**headers, 16: "inhibitor", 19: "ΔAUC(%)", 27: "ΔAUC(%)"}.items():
        page.cell(2, column).value = words
    for (row, column), value in cells.items():
        page.cell(row, column).value = str(value) if not isinstance(value, int | float) else value
    page.cell(8, 40).value = "beyond what is read"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("printed", "value", "kind"),
    [
        ("0.08", 0.08, "exact"),
        ("0.831325301204819", 0.8313, "exact"),
        ("<0.01", 0.01, "upper_bound"),
        (">0.90", 0.9, "lower_bound"),
        ("0.50 - 0.68", 0.59, "range"),
        ("0.07 (route of administration not specified)", 0.07, "exact"),
        ("negligible", 0.0, "exact"),
    ],
)
def test_a_cell_with_a_number_is_a_figure(printed: str, value: float, kind: str) -> None:
    """Exact numbers, bounds and ranges are told apart; a range gives its mean."""
    found = oi_didb.figure(printed)
    assert found is not None
    assert (found.value, found.kind, found.printed) == (value, kind, printed)


@pytest.mark.parametrize("printed", ["", "Trace", "0.05 (total radioactivity)", "0.63 (EM); 0.94 (PM)", "PL"])
def test_any_other_cell_is_no_figure(printed: str) -> None:
    """A fraction of radioactivity is not a fraction of the medicine."""
    assert oi_didb.figure(printed) is None


def test_enzymes_become_target_codes() -> None:
    """Spelling variants fold into one code; enzymes without a code are left out."""
    assert oi_didb.enzyme_targets("CYP 3A4, 2C19, CYP2D6") == ("CYP3A4", "CYP2C19", "CYP2D6")
    assert oi_didb.enzyme_targets("CYP2A6, CYP3A4/5, CYP2C9/18/19") == ("CYP3A4", "CYP2C9", "CYP2C19")
    assert oi_didb.enzyme_targets("UGT1A9, UGT2B4, UGT") == ("UGT1A9", "UGT")
    assert oi_didb.enzyme_targets("Non P450 metabolism, CYP3A4") == ("CYP3A4",)
    assert oi_didb.enzyme_targets("Not specified") == ()
    assert oi_didb.enzyme_targets("CYP2C, CYP 1A, FMO") == ()


def test_transporters_become_target_codes() -> None:
    """OCT1 is not OCT2: it has no code."""
    assert oi_didb.transporter_targets("P-gp (citalopram)") == ("P-gp",)
    assert oi_didb.transporter_targets("MATE1, MATE2K, OAT1, OCT1") == ("OCT2/MATE", "OAT")
    assert oi_didb.transporter_targets("OCT1") == ()


def test_a_small_workbook(tmp_path: Path) -> None:
    """Figures, changes and text cells end up where they belong; a metabolic ratio is no change of the AUC."""
    cells: dict[tuple[int, int], object] = {
        (4, 2): "examplin ",
        (4, 3): 0.2,
        (4, 10): "CYP3A4",
        (4, 13): "po",
        (4, 14): 350,
        (4, 16): "ketoconazole",
        (4, 19): "-9.7 [MR]",
        (4, 20): 100,
        (4, 29): 51.7,
        (5, 2): "second",
        (5, 14): "No DDI Study with AUC or CL Change in DIDB",
    }
    first, second = oi_didb.read(small_workbook(tmp_path / "small.xlsx", cells))
    assert (first.row, first.name, first.auc_ratio, first.inhibitor) == (4, "examplin", 4.5, "ketoconazole")
    assert first.hepatic == {"moderate": 100.0}
    assert first.renal == {"severe": 51.7}
    assert first.fe_iv == oi_didb.Figure(0.2, "exact", "0.2")
    assert second.auc_ratio is None


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    """A missing sheet or a moved header is named."""
    with pytest.raises(oi_didb.OiDidbError, match="no sheet Data"):
        oi_didb.read(small_workbook(tmp_path / "a.xlsx", {}, sheet="Other"))
    with pytest.raises(oi_didb.OiDidbError, match="row 2, column 16"):
        oi_didb.read(small_workbook(tmp_path / "b.xlsx", {(2, 16): "precipitant"}))


def test_the_publishers_workbook() -> None:
    """Rows that were read by eye."""
    if not WORKBOOK.is_file():
        pytest.skip("the OI-DIDB workbook is not at hand")
    compounds = {compound.row: compound for compound in oi_didb.read(WORKBOOK)}
    assert len(compounds) == 271
    midazolam = compounds[150]
    assert midazolam.name == "midazolam (po)"
    assert midazolam.enzymes == ("CYP3A4",)
    assert midazolam.auc_ratio == pytest.approx(26.909)
    escitalopram = compounds[4]
    assert escitalopram.hepatic == {"mild": 51.7, "moderate": 69.1}
    assert escitalopram.transporters == ("P-gp",)
    assert compounds[36].hepatic == {}
