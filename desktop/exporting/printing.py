"""Printing through Qt's print dialog, where this installation of Qt has one."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from desktop.exporting.pages import a4

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter
    from PySide6.QtWidgets import QWidget


def printing_available() -> bool:
    """Whether this Qt can print."""
    return find_spec("PySide6.QtPrintSupport") is not None


def ask_printer(parent: QWidget, on_chosen: Callable[[QPrinter], None]) -> None:
    """Open the print dialog without waiting for it."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(a4())
    dialog = QPrintDialog(printer, parent)
    dialog.accepted.connect(lambda: on_chosen(printer))
    dialog.finished.connect(dialog.deleteLater)
    QDialog.open(dialog)
