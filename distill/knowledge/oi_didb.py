"""Reader of the Organ Impairment – Drug-Drug Interaction Database (OI-DIDB), doi 10.1002/psp4.55.

Input: the supplement's workbook `oi_ddi_database.xlsx`, sheet `Data`: three header rows, one row per compound
(a compound may stand twice, by route). Where a cell is a plain number, bound or range it becomes a `Figure`;
whatever else stands there (amounts of total radioactivity, metabolic ratios) is no figure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import openpyxl

SHEET = "Data"
HEADER_ROWS = 3
HEPATIC_STAGES = ("mild", "moderate", "severe")
RENAL_STAGES = ("mild", "moderate", "severe", "end_stage")

_HEADERS = {(2, 0): "CAS number", (2, 1): "NAME", (2, 2): "fe", (2, 5): "F", (2, 9): "Enzyme(s)", (2, 11): "Transporter(s)"}
_HEADERS_FOR_CHANGES = {(2, 15): "inhibitor", (2, 18): "ΔAUC(%)", (2, 26): "ΔAUC(%)"}
_FIGURE = re.compile(r"(?P<sign>[<>]?)\s*(?P<low>\d*\.?\d+)(?:\s*-\s*(?P<high>\d*\.?\d+))?")
_ROUTE_NOTE = re.compile(r"\s*\((?:route of administration not specified|oral|sq|inhalation|transdermal|po)\)$")
_NONE_FOUND = ("negligible", "not detected")
_CYP = re.compile(r"(?:CYP|CTP)?\s?(?P<family>[1-4])(?P<letter>[A-Z])(?P<members>\d*(?:/\d+)*)")
_UGT = re.compile(r"UGT\s?(?P<member>\d[AB]\d+)?")
_KNOWN_UGT = frozenset({"UGT1A1", "UGT1A4", "UGT1A9", "UGT2B7"})
_TRANSPORTERS = {
    "P-GP": "P-gp",
    "BCRP": "BCRP",
    "OATP1B1": "OATP1B1/1B3",
    "OATP1B3": "OATP1B1/1B3",
    "OAT1": "OAT",
    "OAT3": "OAT",
    "OCT2": "OCT2/MATE",
    "MATE1": "OCT2/MATE",
    "MATE2K": "OCT2/MATE",
}
_MEASURED_ENZYMES = frozenset({"CYP1A2", "CYP2B6", "CYP2C8", "CYP2C9", "CYP2C19", "CYP2D6", "CYP2E1", "CYP3A4"})


class OiDidbError(ValueError):
    """The workbook is not the one this reader knows; names the file and the place."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path


@dataclass(frozen=True)
class Figure:
    """A number as printed. `value` is the number, the mean of a printed range, or the printed bound."""

    value: float
    kind: Literal["exact", "range", "upper_bound", "lower_bound"]
    printed: str


@dataclass(frozen=True)
class Compound:
    """One row of the sheet. Changes are percent of the AUC without the change: +100 doubles it.

    `enzymes` and `transporters` are target codes of the knowledge tables, in the order printed; what has no
    code is left out. `hepatic` and `renal` hold only stages with a plain number.
    """

    row: int
    name: str
    fe_iv: Figure | None
    fe_other: Figure | None
    f_oral: Figure | None
    enzymes: tuple[str, ...]
    transporters: tuple[str, ...]
    interaction_route: str
    auc_change: float | None
    inhibitor: str
    hepatic: dict[str, float]
    renal: dict[str, float]

    @property
    def auc_ratio(self) -> float | None:
        """AUC with the inhibitor over AUC without it (dimensionless); None where the sheet gives no number."""
        return None if self.auc_change is None else ratio(self.auc_change)


def ratio(change_percent: float) -> float:
    """Turn a change in percent into a ratio, to four decimals: 100 gives 2.0, -50 gives 0.5."""
    return round(1 + change_percent / 100, 4)


def figure(printed: str) -> Figure | None:
    """Read one cell: `0.08`, `<0.01`, `0.50 - 0.68`. None where it is anything else."""
    text = _ROUTE_NOTE.sub("", printed.strip())
    if text in _NONE_FOUND:
        return Figure(0.0, "exact", printed)
    found = _FIGURE.fullmatch(text)
    if found is None:
        return None
    low = float(found["low"])
    if found["high"] is not None:
        return Figure(round((low + float(found["high"])) / 2, 4), "range", printed)
    if found["sign"] == "<":
        return Figure(low, "upper_bound", printed)
    if found["sign"] == ">":
        return Figure(low, "lower_bound", printed)
    return Figure(round(low, 4), "exact", printed)


def enzyme_targets(printed: str) -> tuple[str, ...]:
    """Give the target codes in printed order: `CYP 3A4, 2C19, UGT` gives CYP3A4, CYP2C19, UGT."""
    targets: list[str] = []
    for part in re.split(r"[,;]", printed):
        text = part.strip()
        if text.startswith("UGT"):
            targets.extend(_ugt(text))
        elif not text.lower().startswith("non"):
            targets.extend(_cyp(text))
    return tuple(dict.fromkeys(targets))


def _ugt(text: str) -> list[str]:
    found = _UGT.match(text)
    member = found["member"] if found is not None else None
    code = f"UGT{member}"
    return [code] if code in _KNOWN_UGT else ["UGT"]


def _cyp(text: str) -> list[str]:
    found = _CYP.match(text)
    if found is None:
        return []
    stem = f"CYP{found['family']}{found['letter']}"
    if stem == "CYP3A":
        # The sheet writes CYP3A, CYP3A4, CYP3A5 and CYP3A4/5 for one and the same pathway.
        return ["CYP3A4"]
    members = [member for member in found["members"].split("/") if member]
    return [code for code in (f"{stem}{member}" for member in members) if code in _MEASURED_ENZYMES]


def transporter_targets(printed: str) -> tuple[str, ...]:
    """Give the target codes in printed order; `OCT1` and others without a code are left out."""
    names = [re.sub(r"\(.*?\)", "", part).strip().upper() for part in printed.split(",")]
    return tuple(dict.fromkeys(_TRANSPORTERS[name] for name in names if name in _TRANSPORTERS))


def read(path: Path) -> tuple[Compound, ...]:
    """Read the workbook's compounds in sheet order.

    Raises OiDidbError if the sheet or a header is not where this reader expects it.
    """
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        if SHEET not in book.sheetnames:
            raise OiDidbError(path, f"has no sheet {SHEET}")
        rows = [tuple(row) for row in book[SHEET].iter_rows(max_col=35, values_only=True)]
    finally:
        book.close()
    for (line, column), words in {**_HEADERS, **_HEADERS_FOR_CHANGES}.items():
        if len(rows) < line or _text(rows[line - 1], column) != words:
            raise OiDidbError(path, f"sheet {SHEET}, row {line}, column {column + 1} does not say {words!r}")
    return tuple(_compound(number, row) for number, row in enumerate(rows, 1) if number > HEADER_ROWS and _text(row, 1))


def _compound(number: int, row: Sequence[object]) -> Compound:
    return Compound(
        row=number,
        name=_text(row, 1),
        fe_iv=figure(_text(row, 2)),
        fe_other=figure(_text(row, 3)),
        f_oral=figure(_text(row, 5)),
        enzymes=enzyme_targets(_text(row, 9)),
        transporters=transporter_targets(_text(row, 11)),
        interaction_route=_text(row, 12),
        auc_change=_number(row, 13),
        inhibitor=_text(row, 15),
        hepatic=_changes(row, 18, HEPATIC_STAGES),
        renal=_changes(row, 26, RENAL_STAGES),
    )


def _changes(row: Sequence[object], first: int, stages: Sequence[str]) -> dict[str, float]:
    found = {stage: _number(row, first + offset) for offset, stage in enumerate(stages)}
    return {stage: change for stage, change in found.items() if change is not None}


def _number(row: Sequence[object], column: int) -> float | None:
    value = row[column] if column < len(row) else None
    return float(value) if isinstance(value, int | float) else None


def _text(row: Sequence[object], column: int) -> str:
    value = row[column] if column < len(row) else None
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value).strip()
