"""The preview of an export: text that can be read aloud, put in a little a turn, so that the window goes on meanwhile."""

from __future__ import annotations

import re
import time
from collections import deque

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextBrowser

from engine.reports.markup import pieces

_TURN_S = 0.01
_BODY_POINTS = re.compile(r"body \{[^}]*font-size: ([0-9.]+)pt")
# Enough to see what goes out; thousands of rows would take much memory for a look at the first of them.
MOST_CHARACTERS = 150_000


class Preview(QTextBrowser):
    """Shows a document of ours; `loading` says whether more is to come."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.document().setUndoRedoEnabled(False)
        self.document().setIndentWidth(2 * self.fontMetrics().averageCharWidth())
        # Tables as wide as the page and their frames are a pixel wider than the page.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # One that comes while the text grows would make Qt lay out everything again.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName(self.tr("Preview"))
        self._waiting: deque[str] = deque()
        self._cut = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    @property
    def loading(self) -> bool:
        """Whether more of the document is to come."""
        return self._timer.isActive()

    def show_document(self, html: str) -> None:
        """Show a document in place of the one before; what is longer than can be looked at ends with a sentence that says so."""
        self.stop()
        head, found = pieces(html)
        css = head.partition("<style>")[2].partition("</style>")[0]
        self.clear()
        self.document().setDefaultStyleSheet(css)
        # Qt gives what is put in piece by piece nothing of the rule for the body.
        size = _BODY_POINTS.search(css)
        if size is not None:
            font = self.font()
            font.setPointSizeF(float(size[1]))
            self.document().setDefaultFont(font)
        taken = 0
        for piece, _table_head in found:
            taken += len(piece)
            self._cut = taken > MOST_CHARACTERS
            if self._cut:
                break
            self._waiting.append(piece)
        self._go_on()

    def stop(self) -> None:
        """Take nothing more in."""
        self._timer.stop()
        self._waiting.clear()
        self._cut = False

    def _go_on(self) -> None:
        until_s = time.monotonic() + _TURN_S
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        while self._waiting and time.monotonic() < until_s:
            self._add(cursor, self._waiting.popleft())
        if self._cut and not self._waiting:
            self._cut = False
            self._add(cursor, f"<p><b>{self.tr('The preview ends here. The export is saved whole.')}</b></p>")
        if self._waiting:
            self._timer.start()

    def _add(self, cursor: QTextCursor, piece: str) -> None:
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if cursor.block().length() > 1:
            # What comes next takes nothing over from the paragraph or list before.
            cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        begun = cursor.position()
        cursor.insertHtml(piece.strip())
        if piece.startswith("<ul>") and begun:
            # Qt leaves an empty line before a list that does not begin a document.
            gap = QTextCursor(self.document())
            gap.setPosition(begun)
            if gap.block().length() == 1:
                gap.deleteChar()
