"""The popup that completes names while a person types. Answers come from the background; late ones are dropped.

Nothing is chosen beforehand: Enter stays a new line until a row is chosen with the arrow keys, so that no medicine is written
that nobody chose. Tab takes the chosen row, or the first.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QCompleter, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.prescription.list.editor import ListEditor
from desktop.prescription.view_model import PrescriptionViewModel
from desktop.tasks import Task, fault_sentence
from desktop.widgets.contrast import legible
from engine.cancellation import Progress

if TYPE_CHECKING:
    from engine.knowledge.completion import Completer, Completion

_PAD = 4
_ROWS = 6
_ITEM_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class CompletionModel(QAbstractListModel):
    """Completions as rows: the name to write, and a whole sentence for screen readers."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: tuple[Completion, ...] = ()

    def show(self, found: tuple[Completion, ...]) -> None:
        """Show other completions."""
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """How many there are."""
        return 0 if parent is not None and parent.isValid() else len(self._found)

    def texts(self, row: int) -> tuple[str, str, str]:
        """What is shown of a row: name, what kind of name it is, and what it stands for."""
        found = self._found[row]
        kinds = {
            "inn": self.tr("ingredient"),
            "usan": self.tr("US name"),
            "ban": self.tr("British name"),
            "brand": self.tr("brand"),
            "abbreviation": self.tr("abbreviation"),
            "synonym": self.tr("synonym"),
            "salt": self.tr("salt"),
            "french": self.tr("French name"),
        }
        said = []
        if found.substances != (found.name,):
            more = len(found.substances) - 3
            named = " + ".join(found.substances[:3]) + (self.tr(" and {0} more").format(more) if more > 0 else "")
            said.append(f"= {named}")
        if found.words:
            said.append(found.words)
        if found.confused_with:
            said.append(self.tr("looks like: {0}").format(", ".join(found.confused_with)))
        return found.tall_man, kinds[found.kind], " · ".join(said)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name to write, or the whole row in words."""
        if not index.isValid() or index.row() >= len(self._found):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._found[index.row()].name
        name, kind, meaning = self.texts(index.row())
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{name}, {kind}{', ' if meaning else ''}{meaning}"
        return (name, kind, meaning) if role == _ITEM_ROLE else None


class CompletionDelegate(QStyledItemDelegate):
    """Two rows of text: the name with its kind at the far end, and below it what it stands for."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def _fonts(self) -> tuple[QFont, QFont]:
        bold = QFont(self._view.font())
        bold.setBold(True)
        return bold, self._view.font()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for the whole of both rows."""
        texts = index.data(_ITEM_ROLE)
        bold, plain = (QFontMetrics(font) for font in self._fonts())
        if not isinstance(texts, tuple):
            return QSize(0, 0)
        name, kind, meaning = texts
        upper = bold.horizontalAdvance(name) + 4 * _PAD + plain.horizontalAdvance(kind)
        return QSize(max(upper, plain.horizontalAdvance(meaning)) + 4 * _PAD, bold.height() + plain.height() + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one completion."""
        texts = index.data(_ITEM_ROLE)
        if not isinstance(texts, tuple):
            return
        name, kind, meaning = texts
        palette = self._view.palette()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        back = palette.color(QPalette.ColorRole.Highlight if chosen else QPalette.ColorRole.Base)
        front = palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        painter.save()
        place: QRect = option.rect
        painter.fillRect(place, back)
        painter.setPen(legible(front, back))
        inner = place.adjusted(2 * _PAD, _PAD, -2 * _PAD, -_PAD)
        near, far = Qt.AlignmentFlag.AlignLeading, Qt.AlignmentFlag.AlignTrailing
        bold, plain = self._fonts()
        painter.setFont(bold)
        painter.drawText(inner, near | Qt.AlignmentFlag.AlignTop, name)
        painter.setFont(plain)
        painter.drawText(inner, far | Qt.AlignmentFlag.AlignTop, kind)
        shown = QFontMetrics(plain).elidedText(meaning, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, near | Qt.AlignmentFlag.AlignBottom, shown)
        painter.restore()


class NameCompletion(QObject):
    """Completes names in an editor, once the knowledge is open and its index is built."""

    def __init__(self, editor: ListEditor, model: PrescriptionViewModel) -> None:
        super().__init__(editor)
        self._editor = editor
        self._model = model
        self._index: Completer | None = None
        self._task: Task[tuple[Completion, ...]] | None = None
        self._place: tuple[int, int, int, str] | None = None
        self.rows = CompletionModel(self)
        self._completer = QCompleter(self)
        self._completer.setModel(self.rows)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(_ROWS)
        self._completer.setWidget(editor)
        self.popup = QListView()
        self.popup.setUniformItemSizes(True)
        self.popup.setAccessibleName(self.tr("Names that complete what you type"))
        self._completer.setPopup(self.popup)
        self.popup.setItemDelegate(CompletionDelegate(self.popup))
        self._completer.activated.connect(self._take)
        editor.key_filter = self._key
        editor.typed.connect(self._look)
        editor.left.connect(self.close)
        editor.cursorPositionChanged.connect(self._look_whether_left)
        model.opened.connect(self._build)
        if model.ready:
            self._build()

    @property
    def ready(self) -> bool:
        """Whether the index is built."""
        return self._index is not None

    @property
    def open(self) -> bool:
        """Whether names are offered."""
        return self.popup.isVisible()

    def close(self) -> None:
        """Offer nothing, and drop an answer that is under way."""
        self._place = None
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self.popup.isVisible():
            self.popup.hide()

    def _build(self) -> None:
        application = self._model.application
        if application is None:
            return
        store = application.store

        def work() -> Generator[Progress, None, Completer]:
            yield Progress(0, 0)
            from engine.knowledge.completion import Completer

            return Completer(store)

        self._model.tasks.start(work, self._built, self._failed)

    def _built(self, index: Completer) -> None:
        self._index = index

    def _failed(self, error: BaseException) -> None:
        self._model.meet_fault(fault_sentence(error))

    def _look(self) -> None:
        """Ask for names for the word at the cursor."""
        self.close()
        index = self._index
        if index is None:
            return
        from engine.knowledge.completion import typed_name

        cursor = self._editor.textCursor()
        text, column = cursor.block().text(), cursor.positionInBlock()
        typed = typed_name(text[:column])
        if not typed or cursor.hasSelection() or text[column : column + 1].isalnum():
            return
        place = (cursor.blockNumber(), column - len(typed), column, typed)
        self._place = place

        def work() -> Generator[Progress, None, tuple[Completion, ...]]:
            yield Progress(0, 0)
            return index.complete(typed)

        def done(found: tuple[Completion, ...]) -> None:
            if place == self._place:
                self._show(found, typed)

        self._task = self._model.tasks.start(work, done, self._failed)

    def _show(self, found: tuple[Completion, ...], typed: str) -> None:
        self._task = None
        only = [each for each in found if each.name.casefold() != typed.casefold()]
        if not only or not self._editor.isVisible():
            self.close()
            return
        self.rows.show(found)
        widest = max(self.popup.sizeHintForColumn(0), self._editor.fontMetrics().averageCharWidth() * 24)
        widest += self.popup.verticalScrollBar().sizeHint().width() + 2 * self.popup.frameWidth()
        place = self._editor.cursorRect()
        place.translate(self._editor.viewport().pos())
        place.setWidth(min(widest, self._editor.screen().availableGeometry().width()))
        self._completer.complete(place)
        self.popup.setCurrentIndex(QModelIndex())

    def _look_whether_left(self) -> None:
        """A cursor that goes elsewhere leaves the word that was to be completed."""
        if self._place is None or not self.open:
            return
        line, _, column, _ = self._place
        cursor = self._editor.textCursor()
        if cursor.blockNumber() != line or cursor.positionInBlock() < column:
            self.close()

    def _key(self, key: int) -> bool:
        """Take a key that belongs to the popup; whether it did."""
        if not self.open:
            return False
        row = self.popup.currentIndex().row()
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            count = self.rows.rowCount()
            last = count - 1 if row < 0 else row - 1
            self._choose((row + 1) % count if key == Qt.Key.Key_Down else last % count)
        elif key == Qt.Key.Key_Tab or (row >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
            self._take(str(self.rows.data(self.rows.index(max(row, 0)))))
        else:
            return False
        return True

    def _choose(self, row: int) -> None:
        model = self.popup.model()
        self.popup.setCurrentIndex(model.index(row, 0))

    def _take(self, name: str) -> None:
        """Write a name in the place of what was typed."""
        place = self._place
        self.close()
        if place is None:
            return
        line, start, end, typed = place
        if self._editor.line_text(line)[start:end] == typed:
            self._editor.replace_part(line, start, end, name)


def shown_rows(completion: NameCompletion) -> list[str]:
    """What the popup shows, row by row, as a screen reader reads it."""
    rows = completion.rows
    return [str(rows.data(rows.index(number), Qt.ItemDataRole.AccessibleTextRole)) for number in range(rows.rowCount())]
