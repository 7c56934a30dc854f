"""A file with several abstracts asks which one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QDialogButtonBox, QWidget

from desktop.widgets.chooser import Chooser, ChooserWords

if TYPE_CHECKING:
    from engine.abstracts.model import Abstract

_MOST_CHARACTERS = 200


def _tr(text: str) -> str:
    return QCoreApplication.translate("AbstractChooser", text)


class AbstractChooser(Chooser):
    """Asks for one of several abstracts; `chosen` carries its place, `all_asked` follows the wish to read all of them."""

    all_asked = Signal()

    def __init__(self, abstracts: Sequence[Abstract], parent: QWidget) -> None:
        words = ChooserWords(
            _tr("Choose an abstract"),
            _tr("The file holds several &abstracts. Choose one, or read them all."),
            _tr("Show only abstracts with these letters"),
            _tr("Abstracts in the file"),
            _tr("{0} of {1} abstracts are shown."),
        )
        super().__init__([title_words(abstract) for abstract in abstracts], words, parent)
        self.all_button = self.buttons.addButton(_tr("&Read all"), QDialogButtonBox.ButtonRole.ActionRole)
        self.all_button.setToolTip(_tr("Hands the file over to the page of many abstracts"))
        self.all_button.clicked.connect(self._ask_for_all)

    def _ask_for_all(self) -> None:
        self.reject()
        self.all_asked.emit()


def title_words(abstract: Abstract) -> str:
    """An abstract in one line: title, or the beginning of its text, with number and year."""
    title = " ".join((abstract.title or abstract.text[: 2 * _MOST_CHARACTERS]).split())
    if len(title) > _MOST_CHARACTERS:
        title = title[: _MOST_CHARACTERS - 1] + "…"
    known = [f"PMID {abstract.pmid}" if abstract.pmid else "", str(abstract.year) if abstract.year is not None else ""]
    if abstract.is_fault:
        title = _tr("Not readable: {0}").format(abstract.remark)
    return " · ".join((title or _tr("Record {0}").format(abstract.place), *filter(None, known)))
