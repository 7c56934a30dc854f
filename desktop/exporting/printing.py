"""Printing through Qt's print dialog, where this installation of Qt has one. Pages are painted a piece at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog

from desktop.exporting.pages import Foot, a4, paint_pages
from engine.cancellation import Progress
from engine.errors import CoprescribeError

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter
    from PySide6.QtWidgets import QWidget


# Long enough to get on, short enough not to be felt; a piece more may come on top.
_TURN_S = 0.015


def printing_available() -> bool:
    """Whether this Qt can print."""
    return find_spec("PySide6.QtPrintSupport") is not None


class PrintJob(QObject):
    """Paints a little in each turn of the event loop: a printer belongs to the UI thread, which must not wait for it."""

    def __init__(self, owner: QObject, printer: QPrinter, on_end: Callable[[str], None]) -> None:
        super().__init__(owner)
        self.printer = printer
        self._on_end = on_end
        self._steps: Generator[Progress, None, int] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)

    def start(self, html: str, foot: Foot) -> None:
        """Begin; `on_end` is called with an empty text or the sentence of a fault."""
        self.printer.setPageLayout(a4())
        self._steps = paint_pages(html, foot, self.printer)
        self._timer.start()

    def _step(self) -> None:
        if self._steps is None:
            return
        until_s = time.monotonic() + _TURN_S
        try:
            while time.monotonic() < until_s:
                next(self._steps)
        except StopIteration:
            self._end("")
        except CoprescribeError as error:
            self._end(error.sentence)
        else:
            self._timer.start()

    def _end(self, sentence: str) -> None:
        self._steps = None
        self._on_end(sentence)
        self.deleteLater()


def ask_printer(parent: QWidget, on_chosen: Callable[[QPrinter], None]) -> None:
    """Open the print dialog without waiting for it."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(a4())
    dialog = QPrintDialog(printer, parent)
    dialog.accepted.connect(lambda: on_chosen(printer))
    dialog.finished.connect(dialog.deleteLater)
    QDialog.open(dialog)
