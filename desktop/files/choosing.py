"""A file with several lists asks which one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.widgets.chooser import Chooser, ChooserWords


def _tr(text: str) -> str:
    return QCoreApplication.translate("ListChooser", text)


class ListChooser(Chooser):
    """Asks for one of several lists, given as (title, number of lines); `chosen` carries its place."""

    def __init__(self, rows: Sequence[tuple[str, int]], parent: QWidget) -> None:
        words = ChooserWords(
            _tr("Choose a list"),
            _tr("The file holds several &lists. Choose one:"),
            _tr("Show only lists with these letters"),
            _tr("Lists in the file"),
            _tr("{0} of {1} lists are shown."),
        )
        super().__init__([_label(title, lines) for title, lines in rows], words, parent)


def _label(title: str, lines: int) -> str:
    words = _tr("1 line") if lines == 1 else _tr("{0} lines").format(lines)
    return f"{title} · {words}"
