"""The editor of the list: plain text, one medicine a line, with a gutter; paste from anywhere; lines that move."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QMimeData, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit

from desktop.prescription.list.gutter import Gutter, Mark
from desktop.prescription.list.moves import chosen_lines, lines_of, move_lines, replace_span, rewrite
from desktop.prescription.list.signs import CHECKING
from engine.errors import InputError

_NOTHING = Mark("", "", "")
_DROP_PIXELS = 3
# What the check takes for the end of a line and the editor does not.
_OTHER_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028]")
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def _plain(block: QTextBlock) -> str:
    """The text of a line as the whole text gives it, which has common spaces for all."""
    return block.text().replace("\u00a0", " ")


def _has_files(source: QMimeData) -> bool:
    return any(url.isLocalFile() for url in source.urls())


class ListEditor(QPlainTextEdit):
    """Plain text with a gutter. `typed` follows each key that changed the text; the asked signals follow their keys.

    `refused` carries the sentence of a paste that was not taken, `replaced` comes before a paste that takes the place of the
    whole list. `key_filter` sees each key first and may take it.
    """

    typed = Signal()
    left = Signal()
    confirm_asked = Signal()
    correct_asked = Signal()
    refused = Signal(str)
    replaced = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.key_filter: Callable[[int], bool] = lambda _key: False
        self._marks: list[Mark] = []
        self._by_text: dict[str, int] = {}
        self._otherwise = Mark("", CHECKING, self.tr("Being checked"))
        self._drop_before: int | None = None
        self.setAccessibleName(self.tr("Medicines, one a line"))
        self.setPlaceholderText(
            self.tr("Type or paste one medicine a line, such as “simvastatin 40 mg nocte”.\nDrag a line by its sign to move it.")
        )
        # Qt's default wrapping takes minutes over one very long word.
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.setTabChangesFocus(True)
        self.gutter = Gutter(self, self)
        self.updateRequest.connect(self._follow)
        self.textChanged.connect(self.gutter.update)
        self._make_room()

    def set_list(self, text: str) -> None:
        """Show another list; what was undone before belongs to the list before."""
        self.setPlainText(_OTHER_LINE_ENDS.sub("\n", text))

    def set_otherwise(self, mark: Mark) -> None:
        """The mark of lines that have changed since the last check."""
        self._otherwise = mark
        self.gutter.update()

    def set_marks(self, marks: list[Mark], otherwise: Mark | None = None) -> None:
        """Signs of the lines as they were checked, one a line from the first; `otherwise` is for lines that changed since."""
        self._marks = marks
        self._by_text = {mark.text: number for number, mark in reversed(list(enumerate(marks)))}
        self._otherwise = otherwise or Mark("", CHECKING, self.tr("Being checked"))
        block = self.document().firstBlock()
        while block.isValid():
            block.setUserState(block.blockNumber())
            block = block.next()
        self.gutter.update()

    def mark_of(self, line: int) -> Mark:
        """The mark of a line (from 0): of the last check while the line is as it was then."""
        known = self.checked_line(line)
        if known is not None:
            return self._marks[known]
        return self._otherwise if self.line_text(line).strip() else _NOTHING

    def checked_line(self, line: int) -> int | None:
        """The number that a line (from 0) had when it was checked; None where it has changed since."""
        block = self.document().findBlockByNumber(line)
        state, text = block.userState(), _plain(block)
        if 0 <= state < len(self._marks) and self._marks[state].text == text:
            return state
        # A line that was moved, or before which one was begun, is a new one to the document.
        return self._by_text.get(text)

    def line_checked_as(self, number: int) -> int | None:
        """Where the line now stands (from 0) that was line `number` when it was checked; None where it has changed."""
        if self.checked_line(number) == number:
            return number
        block = self.document().firstBlock()
        while block.isValid():
            if self.checked_line(block.blockNumber()) == number:
                return block.blockNumber()
            block = block.next()
        return None

    def visible_lines(self) -> Iterator[tuple[int, QRect]]:
        """Number and place of each line that can be seen; places as tall as one row."""
        block = self.firstVisibleBlock()
        bottom, row = self.viewport().rect().bottom(), self.fontMetrics().height()
        while block.isValid():
            place = self._place(block)
            if place.top() > bottom:
                return
            yield block.blockNumber(), QRect(place.left(), place.top(), place.width(), row)
            block = block.next()

    def _place(self, block: QTextBlock) -> QRect:
        return self.blockBoundingGeometry(block).translated(self.contentOffset()).toRect()

    def gap_at(self, y: int) -> int:
        """The line before which something dropped at this height would stand."""
        after = 0
        block = self.firstVisibleBlock()
        while block.isValid():
            place = self._place(block)
            if place.center().y() > y:
                return block.blockNumber()
            after = block.blockNumber() + 1
            if place.top() > self.viewport().rect().bottom():
                break
            block = block.next()
        return after

    def show_drop(self, before: int | None) -> None:
        """Show where the dragged line would stand; None hides it."""
        self._drop_before = before
        if before is not None:
            # Near an edge the text moves along.
            line = QTextCursor(self.document().findBlockByNumber(min(before, self.blockCount() - 1)))
            rect = self.cursorRect(line)
            bar = self.verticalScrollBar()
            if rect.bottom() >= self.viewport().height():
                bar.setValue(bar.value() + 1)
            elif rect.top() <= 0:
                bar.setValue(bar.value() - 1)
        self.viewport().update()

    def drop(self, line: int, before: int) -> None:
        """Move a line to stand before another."""
        move_lines(self, line, line, before)

    def replace_line(self, line: int, text: str) -> None:
        """Put another text on a line (from 0); one step for undo."""
        if 0 <= line < self.blockCount():
            rewrite(self.document(), line, line, [" ".join(text.split("\n"))])

    def replace_part(self, line: int, start: int, end: int, text: str) -> None:
        """Put another text in the place of a part of a line (from 0); one step for undo."""
        replace_span(self.document(), line, start, end, text)

    def move_chosen(self, by: int) -> None:
        """Move the line of the cursor, or the selected lines, one up (-1) or down (+1)."""
        first, last = chosen_lines(self.textCursor())
        move_lines(self, first, last, first - 1 if by < 0 else last + 2)

    def line_text(self, line: int) -> str:
        """Text of a line (from 0)."""
        return lines_of(self.document(), line, line)[0]

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Whether it holds text; files are for the window, which opens them."""
        return not _has_files(source) and (source.hasText() or source.hasHtml())

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take what was pasted or dropped as plain lines; a text too long is refused in one sentence."""
        from engine.records.pasting import text_of_paste
        from engine.records.strikes import on_own_lines

        if _has_files(source):
            self.refused.emit(self.tr("A file was copied, not a text: open it from the menu, or drop it on the window."))
            return
        try:
            text = text_of_paste(source.text() if source.hasText() else None, source.html() if source.hasHtml() else None)
        except InputError as error:
            self.refused.emit(error.sentence)
            return
        cursor = self.textCursor()
        if self.toPlainText().strip() and not self._left_by(cursor).strip():
            self.replaced.emit()
        cursor.beginEditBlock()
        first, last = cursor.selectionStart(), cursor.selectionEnd()
        before, after = self.document().findBlock(first), self.document().findBlock(last)
        # What is struck out is read as such only from the beginning of a line, and to its end.
        text = on_own_lines(text, before.text()[: first - before.position()], after.text()[last - after.position() :])
        cursor.insertText(text)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _left_by(self, cursor: QTextCursor) -> str:
        """What stays of the text when the selection goes."""
        if not cursor.hasSelection():
            return self.toPlainText()
        rest = QTextCursor(self.document())
        rest.setPosition(cursor.selectionStart(), QTextCursor.MoveMode.KeepAnchor)
        before = rest.selectedText()
        rest.setPosition(cursor.selectionEnd())
        rest.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        return before + rest.selectedText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the completion, of the state of the line, and of moving lines; all others are the editor's own."""
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        alt, control = modifiers == Qt.KeyboardModifier.AltModifier, modifiers == Qt.KeyboardModifier.ControlModifier
        if modifiers == Qt.KeyboardModifier.NoModifier and (self._took(key) or self.key_filter(key)):
            event.accept()
        elif modifiers == Qt.KeyboardModifier.ShiftModifier and key in _ENTER:
            # Qt would write a separator that is no line of its own.
            self.textCursor().insertBlock()
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_chosen(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_F2 or (alt and key in _ENTER):
            self.correct_asked.emit()
        elif control and key in _ENTER:
            self.confirm_asked.emit()
        else:
            super().keyPressEvent(event)
            if event.text().strip() or key in (Qt.Key.Key_Backspace, Qt.Key.Key_Space, *_ENTER):
                self.typed.emit()
            return
        event.accept()

    def _took(self, key: int) -> bool:
        return key == Qt.Key.Key_Escape and self.gutter.let_go()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Letters that are composed are typed too."""
        super().inputMethodEvent(event)
        if event.commitString():
            self.typed.emit()

    def focusNextPrevChild(self, to_next: bool) -> bool:
        """Tab takes a completion where one is offered, and otherwise goes on."""
        return (to_next and self.key_filter(Qt.Key.Key_Tab)) or super().focusNextPrevChild(to_next)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing is offered where nobody types."""
        super().focusOutEvent(event)
        self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The gutter stands beside the text, whichever way it is written."""
        super().resizeEvent(event)
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        """Another font or direction needs another gutter."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LayoutDirectionChange) and hasattr(self, "gutter"):
            self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, and over it the place where a dragged line would stand."""
        super().paintEvent(event)
        if self._drop_before is not None:
            at_end = self._drop_before >= self.blockCount()
            place = self._place(self.document().findBlockByNumber(min(self._drop_before, self.blockCount() - 1)))
            y = place.bottom() if at_end else place.top()
            painter = QPainter(self.viewport())
            colour: QColor = self.palette().color(QPalette.ColorRole.Text)
            painter.fillRect(0, max(0, y - _DROP_PIXELS // 2), self.viewport().width(), _DROP_PIXELS, colour)

    def _make_room(self) -> None:
        width = self.gutter.needed_width()
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.setViewportMargins(0 if mirrored else width, 0, width if mirrored else 0, 0)
        view = self.viewport().geometry()
        beside = view.right() + 1 if mirrored else view.left() - width
        self.gutter.setGeometry(beside, view.top(), width, view.height())

    def _follow(self, rect: QRect, dy: int) -> None:
        if dy:
            self.gutter.scroll(0, dy)
        else:
            self.gutter.update(0, rect.y(), self.gutter.width(), rect.height())
