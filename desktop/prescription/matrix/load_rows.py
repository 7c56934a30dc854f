"""Rows of the load panel: a harm, the medicines that add to it, and a bar of one block for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from desktop.widgets.badge import Badge
from desktop.widgets.wrapped import ENTRY_ROLE, PAYLOAD_ROLE, Entry, Index, WrappedDelegate, row_pen

if TYPE_CHECKING:
    from engine.interactions.overview import Contributor, Load

ADDS_UP = "Σ"
ALONE = "1"
_FIRM = frozenset({"known", "strong"})
_PAD = 4


def _said(text: str) -> str:
    return QCoreApplication.translate("LoadRows", text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _named(contributor: Contributor) -> str:
    return f"{contributor.name} ({contributor.grade or _said('grade not stated')})"


def load_entry(load: Load) -> Entry:
    """A harm as it is shown and read aloud: number of medicines, names, grades; weak ones apart."""
    counted = load.counted
    weak = [one.name for one in load.contributors if not one.counted]
    number = _said("1 medicine") if len(counted) == 1 else _said("{0} medicines").format(len(counted))
    text = f"{number}: {', '.join(map(_named, counted))}" if counted else _said("no medicine more than weakly")
    if weak:
        text = _said("{0}; weak, not counted: {1}").format(text, ", ".join(weak))
    return Entry(_capital(load.effect), text, Badge(ADDS_UP if load.adds_up else ALONE if len(counted) == 1 else "·"))


def load_html(load: Load) -> str:
    """The facts behind one harm."""
    from engine.reasoning.wording import traced

    rows = "".join(
        f"<li>{escape(one.fact.text)} — <i>{escape(traced(*one.fact.provenance))}</i></li>" for one in load.contributors
    )
    serious = _said("The outcome is serious.") if load.seriousness == "yes" else _said("The outcome is not serious as a rule.")
    return f"<p><b>{escape(_capital(load.effect))}</b>. {serious}</p><ul>{rows}</ul>"


@dataclass(frozen=True, slots=True)
class Bar:
    """Blocks of one bar: firm (known, strong), others that count, and weak ones that do not.

    `longest` is the number of blocks of the panel's longest bar.
    """

    firm: int
    others: int
    weak: int
    longest: int


def bar_of(load: Load, longest: int) -> Bar:
    """The blocks of a harm."""
    firm = sum(1 for one in load.counted if one.grade in _FIRM)
    return Bar(firm, len(load.counted) - firm, len(load.contributors) - len(load.counted), longest)


class BarDelegate(WrappedDelegate):
    """Draws an entry with its bar below the text."""

    def _height(self) -> int:
        return self._tree.fontMetrics().height() // 2 + _PAD

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Text and bar."""
        size = super().sizeHint(option, index)
        return size if self._bar(index) is None else QSize(size.width(), size.height() + self._height() + _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw entry and bar."""
        super().paint(painter, option, index)
        bar, entry = self._bar(index), index.data(ENTRY_ROLE)
        if bar is None or not isinstance(entry, Entry):
            return
        left = option.rect.left() + _PAD + self._badge_width(entry)
        width = self._text_width(index, entry)
        # As wide as letters while all fit; a very long bar has thinner blocks.
        block = max(2, min(self._tree.fontMetrics().horizontalAdvance("mm"), width // max(1, bar.longest)))
        top = option.rect.bottom() - self._height() - _PAD // 2
        painter.save()
        pen = row_pen(self._tree, option)
        kinds = (Qt.BrushStyle.SolidPattern,) * bar.firm + (Qt.BrushStyle.Dense4Pattern,) * bar.others
        kinds += (Qt.BrushStyle.NoBrush,) * bar.weak
        for number, pattern in enumerate(kinds):
            box = QRect(left + number * block, top, max(1, block - 2), self._height() - _PAD)
            if self._tree.isRightToLeft():
                box.moveRight(option.rect.right() - (left - option.rect.left()) - number * block)
            painter.setPen(QPen(pen, 1))
            painter.setBrush(QBrush(QColor(pen), pattern))
            painter.drawRect(box)
        painter.restore()

    def _bar(self, index: Index) -> Bar | None:
        payload = index.data(PAYLOAD_ROLE)
        return payload.bar if isinstance(payload, LoadRow) else None


@dataclass(frozen=True, slots=True)
class LoadRow:
    """What an item of the tree stands for."""

    load: Load
    bar: Bar
