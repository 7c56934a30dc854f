"""The sentence with its words by weight: a ground, and below each word a bar, filled or hollow, so that no colour is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextLine,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.abstract.text_marks import Offsets
from desktop.widgets.contrast import legible
from engine.reports.reading_trust import signed
from engine.reports.reading_weights import LEAST_SHARE, WordWeight, ground_of, word_weights

if TYPE_CHECKING:
    from engine.explain.model import Explanation

_PAD = 6
_ROLE = QPalette.ColorRole


@dataclass(frozen=True, slots=True)
class DrawnWord:
    """A word with its weight, half-open in UTF-16 units of the sentence; `fixed`: one of the two names."""

    start: int
    end: int
    weight: WordWeight
    fixed: bool


def drawn_words(text: str, explanation: Explanation) -> tuple[DrawnWord, ...]:
    """The words of an explanation where Qt finds them."""
    offsets = Offsets(text)
    rows = zip(word_weights(explanation), explanation.spans, explanation.fixed, strict=True)
    return tuple(DrawnWord(offsets.utf16(start), offsets.utf16(end), weight, fixed) for weight, (start, end), fixed in rows)


class WordsPicture(QWidget):
    """Draws one sentence. Where no explanation is given, its words are plain."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setBackgroundRole(_ROLE.Base)
        self.setAutoFillBackground(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._text = ""
        self._words: tuple[DrawnWord, ...] = ()
        self._names: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        """The sentence that is drawn."""
        return self._text

    @property
    def coloured(self) -> tuple[str, ...]:
        """The words that are drawn with a ground."""
        return tuple(word.weight.word for word in self._words if abs(word.weight.share) >= LEAST_SHARE)

    def show_sentence(self, text: str, names: tuple[tuple[int, int], ...], explanation: Explanation | None) -> None:
        """Draw a sentence with the two names (in characters) boxed, and the words by weight where they may be trusted."""
        offsets = Offsets(text)
        self._text = text
        self._words = drawn_words(text, explanation) if explanation is not None else ()
        self._names = tuple((offsets.utf16(start), offsets.utf16(end)) for start, end in names)
        said = [f"{word.weight.word} {signed(word.weight.weight, 3)}" for word in self._words if word.weight.weight]
        self.setAccessibleDescription("; ".join([text, *said]))
        self.updateGeometry()
        self.update()

    @property
    def _bar(self) -> int:
        """Pixels of the longest bar below a word."""
        return max(4, self.fontMetrics().height() // 3)

    def laid_out(self, width: int) -> tuple[QTextLayout, list[QTextLine], float]:
        """The sentence in lines of a width, and the height of all of them."""
        layout = QTextLayout(self._text, self.font())
        option = QTextOption(Qt.AlignmentFlag.AlignLeading)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(list(self._formats()))
        lines, y = [], float(_PAD)
        layout.beginLayout()
        line = layout.createLine()
        while line.isValid():
            line.setLineWidth(max(1, width - 2 * _PAD))
            line.setPosition(QPointF(_PAD, y))
            # Room for the bar below the line.
            y += line.height() + self._bar + 3
            lines.append(line)
            line = layout.createLine()
        layout.endLayout()
        return layout, lines, y + _PAD

    def _formats(self) -> Iterator[QTextLayout.FormatRange]:
        for start, end in self._names:
            bold = QTextCharFormat()
            bold.setFontWeight(QFont.Weight.Bold)
            yield _range(start, end, bold)
        for word in self._words:
            ground = self._ground(word)
            if ground is not None:
                ink = QTextCharFormat()
                ink.setForeground(legible(self.palette().color(_ROLE.Text), ground))
                yield _range(word.start, word.end, ink)

    def _ground(self, word: DrawnWord) -> QColor | None:
        base = self.palette().color(_ROLE.Base)
        ground = ground_of(word.weight.share, (base.red(), base.green(), base.blue()))
        return QColor(*ground) if ground is not None else None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grounds and bars first, then the letters, then the boxes of the names."""
        painter = QPainter(self)
        layout, lines, _height = self.laid_out(self.width())
        text = self.palette().color(_ROLE.Text)
        for word in self._words:
            ground = self._ground(word)
            if ground is not None:
                for place in places_of(lines, word.start, word.end):
                    painter.fillRect(place, ground)
                    self._draw_bar(painter, place, word.weight.share, text)
        painter.setPen(text)
        layout.draw(painter, QPointF(0, 0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(text, 1.5))
        for start, end in self._names:
            for place in places_of(lines, start, end):
                painter.drawRect(place.adjusted(-1, 0, 1, 0))
        painter.end()

    def _draw_bar(self, painter: QPainter, place: QRectF, share: float, colour: QColor) -> None:
        """As tall as the weight; filled where the word speaks for the class, hollow where it speaks against it."""
        tall = max(2.0, abs(share) * self._bar)
        bar = QRectF(place.left() + 1, place.bottom() + 1, max(2.0, place.width() - 2), tall)
        if share > 0:
            painter.fillRect(bar, colour)
        else:
            painter.setPen(QPen(colour, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(bar.adjusted(0, 0, -1, -1))

    def event(self, event: QEvent) -> bool:
        """A tool tip says the weight of the word under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            said = self.said_at(event.pos())
            QToolTip.showText(event.globalPos(), said, self) if said else QToolTip.hideText()
            return True
        return super().event(event)

    def said_at(self, place: QPoint) -> str:
        """The word at a place with its weight; empty where there is none."""
        _layout, lines, _height = self.laid_out(self.width())
        for word in self._words:
            if word.weight.weight and any(box.contains(QPointF(place)) for box in places_of(lines, word.start, word.end)):
                return f"{word.weight.word}: {signed(word.weight.weight, 3)}"
        return ""

    def changeEvent(self, event: QEvent) -> None:
        """Other letters need another height."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """Height follows from width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Pixels that the sentence needs."""
        return int(self.laid_out(width)[2] + 0.999)

    def sizeHint(self) -> QSize:
        """As tall as it is at its present width."""
        return QSize(self.minimumSizeHint().width(), self.heightForWidth(max(self.width(), self.minimumSizeHint().width())))

    def minimumSizeHint(self) -> QSize:
        """Some letters wide."""
        return QSize(self.fontMetrics().horizontalAdvance("m" * 8), self.fontMetrics().height())


def _range(start: int, end: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, end - start, look
    return made


def places_of(lines: list[QTextLine], start: int, end: int) -> Iterator[QRectF]:
    """Where a part of the text is drawn: one box a line."""
    for line in lines:
        first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
        if first < last:
            left, right = sorted((_across(line, first), _across(line, last)))
            yield QRectF(left, line.y(), right - left, line.height())


def _across(line: QTextLine, place: int) -> float:
    # PySide gives the place back beside the pixels, and its types do not say so.
    found: object = line.cursorToX(place)
    pixels = found[0] if isinstance(found, tuple) else found
    if not isinstance(pixels, float):
        raise TypeError("a place of a line is no number of pixels")
    return pixels
