"""The editor of the abstract: plain text whose highlights lie over it, so that typing, undo and the cursor never feel them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QResizeEvent, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextDocumentLayout, QPlainTextEdit, QTextEdit, QToolTip

from desktop.abstract.text_looks import chosen_format, name_format, sentence_format, unread_format
from desktop.abstract.text_marks import NameMark, Stretch, TextMarks

ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def has_files(source: QMimeData) -> bool:
    """Whether it holds files of this machine."""
    return any(url.isLocalFile() for url in source.urls())


class AbstractEditor(QPlainTextEdit):
    """Plain text with highlights.

    Only what can be seen is highlighted; once the text is changed, the highlights that are there move along with it until those
    of the next reading come. `describe` gives the words of a name. `read_asked` follows Ctrl+Enter, `went_to` a click on a name,
    `pasted` carries what is pasted.
    """

    read_asked = Signal()
    went_to = Signal(object)
    pasted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._marks: TextMarks | None = None
        self._chosen: tuple[int, int] | None = None
        self._moved = False
        self.describe: Callable[[NameMark], str] = lambda _mark: ""
        self.setAccessibleName(self.tr("Abstract"))
        self.setPlaceholderText(self.tr("Paste an abstract, drop a file here, or open one."))
        # Qt's default wrapping takes minutes over one very long word.
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.setTabChangesFocus(True)
        self._keep_room()
        self.textChanged.connect(self._text_changed)
        self.verticalScrollBar().valueChanged.connect(self._highlight)

    @property
    def marks(self) -> TextMarks | None:
        """The marks that belong to the text as it is; None while it has changed since."""
        return None if self._moved else self._marks

    def replace_text(self, text: str) -> None:
        """Put another text in the place of this one; undo brings the older one back."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def show_marks(self, marks: TextMarks | None, chosen: tuple[int, int] | None) -> None:
        """Highlight a reading of the text as it is, and the relation that is chosen in it."""
        self._marks, self._chosen, self._moved = marks, chosen, False
        self._highlight()

    def go_to(self, chosen: tuple[int, int]) -> None:
        """Scroll to the names of a relation; the cursor stays where it is."""
        if self.marks is None:
            return
        lines = [self._line_of(stretch.start) for stretch in self.marks.pair(chosen)]
        bar, seen = self.verticalScrollBar(), max(1, self.viewport().height() // self.fontMetrics().lineSpacing())
        if min(lines) < bar.value() or max(lines) >= bar.value() + seen:
            bar.setValue(max(0, min(lines) - seen // 3))

    def _line_of(self, place: int) -> int:
        """The line on the screen, from the first of the text; Qt's scroll bar counts the same."""
        block = self.document().findBlock(place)
        layout = self.document().documentLayout()
        if isinstance(layout, QPlainTextDocumentLayout):
            layout.ensureBlockLayout(block)
        line = block.layout().lineForTextPosition(place - block.position())
        return block.firstLineNumber() + (line.lineNumber() if line.isValid() else 0)

    def _keep_room(self) -> None:
        """Less than three lines would be no text."""
        margins = 2 * (int(self.document().documentMargin()) + self.frameWidth())
        self.setMinimumHeight(3 * self.fontMetrics().lineSpacing() + margins)

    def _text_changed(self) -> None:
        self._moved = self._marks is not None

    def _highlight(self) -> None:
        if self._moved:
            return
        if self._marks is None:
            self.setExtraSelections([])
            return
        # An abstract is one line to Qt, however long it is: what can be seen is asked by places on the screen.
        view: QRect = self.viewport().rect()
        first = self.cursorForPosition(view.topLeft()).position()
        last = self.cursorForPosition(view.bottomRight()).position()
        self.setExtraSelections(self._selections(self._marks, first, last))

    def _selections(self, marks: TextMarks, first: int, last: int) -> list[QTextEdit.ExtraSelection]:
        palette = self.palette()
        made = [
            self._selection(stretch, unread_format(palette))
            for stretch in marks.unread
            if stretch.start <= last and stretch.end >= first
        ]
        if self._chosen is not None:
            made.append(self._selection(marks.sentence(self._chosen), sentence_format(palette)))
        seen = marks.names_between(first, last)
        pair = marks.pair(self._chosen) if self._chosen is not None else ()
        places = {(stretch.start, stretch.end) for stretch in pair}
        formats = {kind: name_format(kind, palette) for kind in {mark.entity.kind for mark in seen}}
        made += [self._selection(mark, formats[mark.entity.kind]) for mark in seen if (mark.start, mark.end) not in places]
        made += [self._selection(m, chosen_format(m.entity.kind, palette)) for m in seen if (m.start, m.end) in places]
        return made

    def _selection(self, where: Stretch | NameMark, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(where.start)
        cursor.setPosition(where.end, QTextCursor.MoveMode.KeepAnchor)
        made.cursor, made.format = cursor, look
        return made

    def mark_at(self, place: int) -> NameMark | None:
        """The shortest name at a place of the text."""
        marks = self.marks
        found = marks.names_at(place) if marks is not None else ()
        return found[0] if found else None

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Whether it holds text; files are for the page, which opens them."""
        return not has_files(source) and (source.hasText() or source.hasHtml())

    def insertFromMimeData(self, source: QMimeData) -> None:
        """What is pasted is made plain by the page."""
        self.pasted.emit(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter reads at once; all other keys are the editor's own."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in ENTER_KEYS:
            self.read_asked.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a name goes to what is stated of it."""
        super().mouseReleaseEvent(event)
        mark = self._mark_below(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and mark is not None and not self.textCursor().hasSelection():
            self.went_to.emit(mark)

    def event(self, event: QEvent) -> bool:
        """A name under the mouse says what it is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            mark = self._mark_below(self.viewport().mapFromGlobal(event.globalPos()))
            QToolTip.showText(event.globalPos(), self.describe(mark) if mark is not None else "", self)
            return True
        return super().event(event)

    def _mark_below(self, place: QPoint) -> NameMark | None:
        cursor = self.cursorForPosition(place)
        # Qt gives the nearest letter, however far away that is.
        near = self.fontMetrics().horizontalAdvance("m")
        reach = self.cursorRect(cursor).adjusted(-near, 0, near, 0)
        return self.mark_at(cursor.position()) if reach.contains(place) else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other parts can be seen."""
        super().resizeEvent(event)
        self._highlight()

    def changeEvent(self, event: QEvent) -> None:
        """Other colours highlight anew."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_marks"):
            self._keep_room()
            self._highlight()
