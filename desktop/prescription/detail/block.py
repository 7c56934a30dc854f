"""A text as tall as it is, whose chips open cards in place: by mouse, or with Tab and Enter; Esc closes them.

One text instead of a widget for each step: it can be read and copied as a whole, and is built in a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QEvent, QRect, Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser

from desktop.prescription.detail.markup import FACT_LINK, Ink, ink_of

Render = Callable[[Ink, frozenset[str]], str]
_INDENT_PIXELS = 18
# Of the parts beside a text, in line with the margin that a text has itself.
MARGINS = (4, 4, 4, 4)


class TextBlock(QTextBrowser):
    """Shows what `render` makes of the colours and of the open links. `followed` carries where the cursor went (in the block)."""

    followed = Signal(QRect)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        # Nothing is edited; the keyboard can select what is copied.
        self.setTextInteractionFlags(self.textInteractionFlags() | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.document().setIndentWidth(_INDENT_PIXELS)
        self._key: Hashable = None
        self._render: Render = lambda _ink, _shown: ""
        self._open: tuple[str, ...] = ()
        self._html = ""
        self.anchorClicked.connect(self._toggle)
        self.cursorPositionChanged.connect(self._follow)
        self.selectionChanged.connect(self._follow)

    def show_text(self, key: Hashable, render: Render) -> None:
        """Show a text. Cards stay open, and the cursor stays, while `key` and the text are the same."""
        if key != self._key:
            self._key, self._open = key, ()
        self._render = render
        self._draw()

    def links(self) -> tuple[str, ...]:
        """The links in the order of the text."""
        return tuple(dict.fromkeys(link for link, _start, _end in self._anchors()))

    def _draw(self) -> None:
        html = self._render(ink_of(self.palette()), frozenset(self._open))
        # The same text again would lose the place that a person reads.
        if html != self._html:
            self._html = html
            self.setHtml(html)
            self._fit()

    def _anchors(self) -> list[tuple[str, int, int]]:
        found: list[tuple[str, int, int]] = []
        block = self.document().begin()
        while block.isValid():
            pieces = block.begin()
            while not pieces.atEnd():
                piece = pieces.fragment()
                link = piece.charFormat().anchorHref()
                if link:
                    found.append((link, piece.position(), piece.position() + piece.length()))
                pieces += 1
            block = block.next()
        return found

    def _toggle(self, url: QUrl) -> None:
        link = url.toString()
        if link.startswith(f"{FACT_LINK}:"):
            self._open = tuple(one for one in self._open if one != link) if link in self._open else (*self._open, link)
            self._draw_at(link)

    def _draw_at(self, link: str) -> None:
        """Draw anew with the cursor on the chip, so that Tab goes on from there."""
        self._draw()
        for found, start, end in self._anchors():
            if found == link:
                cursor = QTextCursor(self.document())
                cursor.setPosition(start)
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                self.setTextCursor(cursor)
                return

    def _follow(self) -> None:
        if self.hasFocus():
            self.followed.emit(self.cursorRect().translated(self.viewport().pos()))

    def _fit(self) -> None:
        width = self.viewport().width()
        self.document().setTextWidth(width)
        # The document's size is no whole number, and one pixel less would scroll.
        self.setFixedHeight(int(self.document().size().height()) + 2 + 2 * self.frameWidth())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the card that was opened last; what is left of it goes on to the window."""
        if event.key() == Qt.Key.Key_Escape and self._open:
            *rest, last = self._open
            self._open = tuple(rest)
            self._draw_at(last)
            event.accept()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A new width wraps anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Other colours or another font: the text is drawn and measured anew."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        elif event.type() == QEvent.Type.FontChange:
            self._fit()
