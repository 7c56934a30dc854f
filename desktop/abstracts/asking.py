"""The questions of the page: which file or folder, where the run is kept, where an export goes, whether to throw a run away."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from desktop.abstracts.runs import ExportFormat


def _tr(text: str) -> str:
    return QCoreApplication.translate("AskingOfMany", text)


def ask_for_file(window: QWidget) -> Path | None:
    """A file with many abstracts; None where the person changes their mind."""
    pattern = _tr("Abstracts (*.nbib *.xml *.xml.gz *.gz *.txt *.pdf);;Runs of Coprescribe (*.run);;All files (*)")
    name, _chosen = QFileDialog.getOpenFileName(window, _tr("Choose an export of PubMed"), "", pattern)
    return Path(name) if name else None


def ask_for_folder(window: QWidget) -> Path | None:
    """A folder with abstracts."""
    name = QFileDialog.getExistingDirectory(window, _tr("Choose a folder with abstracts"))
    return Path(name) if name else None


def ask_for_place(window: QWidget, present: Path) -> Path | None:
    """Another place for the run; a run that lies there is gone on with, so nothing is replaced."""
    options = QFileDialog.Option.DontConfirmOverwrite
    pattern = _tr("Runs (*{0})").format("".join(present.suffixes[-1:]))
    name, _chosen = QFileDialog.getSaveFileName(
        window, _tr("Where the run's file is kept"), str(present), pattern, options=options
    )
    if not name:
        return None
    path = Path(name)
    return path if path.suffix == present.suffix else path.with_name(path.name + present.suffix)


def ask_for_export(window: QWidget, beside: Path) -> tuple[ExportFormat, Path] | None:
    """The format and the file of an export."""
    patterns = {
        "csv": _tr("Table (*.csv)"),
        "json": _tr("Data (*.json)"),
        "html": _tr("Web page, one file (*.html)"),
    }
    name, chosen = QFileDialog.getSaveFileName(
        window, _tr("Export what was read"), str(beside.with_suffix(".csv")), ";;".join(patterns.values())
    )
    if not name:
        return None
    path = Path(name)
    forms: tuple[ExportFormat, ...] = get_args(ExportFormat)
    for form in forms:
        if path.suffix.lower() == f".{form}":
            return form, path
    form = next((one for one in forms if patterns[one] == chosen), "csv")
    completed = path.with_name(f"{path.name}.{form}")
    # The dialog asked about the name as it was typed, and not about this one.
    if completed.exists() and not _agreed(window, _tr("A file of that name is there already. Replace it?")):
        return None
    return form, completed


def ask_whether_anew(window: QWidget, done: int) -> bool:
    """Whether what was read may be thrown away."""
    return _agreed(window, _tr("Start again and throw away what was read ({0} records)?").format(f"{done:,}"))


def _agreed(window: QWidget, question: str) -> bool:
    return QMessageBox.question(window, "Coprescribe", question) == QMessageBox.StandardButton.Yes
