"""What to do and to watch, to be ticked off. Ticks are kept for this session only."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPalette
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.prescription.detail.block import MARGINS

_CHECKED = Qt.CheckState.Checked


class _Words(QLabel):
    """A text that wraps, as a check box's own does not; a click ticks the box."""

    def __init__(self, box: QCheckBox, text: str) -> None:
        super().__init__(text)
        self._box = box
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """As on the box itself."""
        if self.rect().contains(event.position().toPoint()):
            self._box.toggle()


def _outline(box: QCheckBox, palette: QPalette) -> None:
    """Qt's own style draws the outline of a box a little darker than the window: in dark it cannot be seen."""
    changed = QPalette()
    changed.setColor(QPalette.ColorRole.Window, palette.color(QPalette.ColorRole.Text))
    box.setPalette(changed)


class Checklist(QWidget):
    """Boxes with texts. `ticked` carries the text and whether it is done."""

    ticked = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.boxes: list[QCheckBox] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(*MARGINS)
        self._title = QLabel(self.tr("What to do and to watch"))
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._title.setWordWrap(True)
        self._column.addWidget(self._title)
        self._rows = QVBoxLayout()
        self._column.addLayout(self._rows)
        self._note = QLabel(self.tr("Ticks are for this session; they are not saved, printed or exported."))
        self._note.setWordWrap(True)
        self._column.addWidget(self._note)
        self._items: tuple[str, ...] = ()
        self._lines: list[QWidget] = []

    def show_items(self, items: tuple[str, ...], done: frozenset[str]) -> None:
        """Show these texts; those in `done` are ticked. The same texts again keep the focus."""
        if items != self._items:
            self._items = items
            for line in self._lines:
                line.hide()
                line.deleteLater()
            self._lines, self.boxes = [], []
            for item in items:
                self._add(item)
        for item, box in zip(items, self.boxes, strict=True):
            box.blockSignals(True)
            box.setChecked(item in done)
            box.blockSignals(False)
        self.setVisible(bool(items))

    def changeEvent(self, event: QEvent) -> None:
        """Other colours of the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for box in self.boxes:
                _outline(box, self.palette())

    def _add(self, item: str) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        box = QCheckBox()
        text = item[:1].upper() + item[1:]
        box.setAccessibleName(text)
        _outline(box, self.palette())
        box.checkStateChanged.connect(lambda state, item=item: self.ticked.emit(item, state == _CHECKED))
        row.addWidget(box, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(_Words(box, text), 1)
        self._rows.addWidget(line)
        self._lines.append(line)
        self.boxes.append(box)
