"""The export dialog: what, in which format, which points for the patient, a preview, and then where to."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.exporting.kinds import Content, ExportKind, content_words, format_words, formats_of
from desktop.exporting.preview import Preview
from desktop.exporting.printing import printing_available
from desktop.widgets.severity import LOOKS, WEIGHTS, word_of

if TYPE_CHECKING:
    from desktop.exporting.work import Prepared

_TYPING_PAUSE_MS = 250
_CLOSE = QDialogButtonBox.StandardButton.Close
_KEY_ROLE = Qt.ItemDataRole.UserRole


class ExportDialog(QDialog):
    """Shows what is chosen and asks for it; the exporter does the work. `wanted` asks for a new preview."""

    wanted = Signal()
    saving = Signal()
    printing = Signal()
    copying = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export or print"))
        self.content = QComboBox()
        for content in Content:
            self.content.addItem(content_words(content), content)
        self.format = QComboBox()
        self.title = QLineEdit()
        self.title.setMaxLength(120)
        self.title.setPlaceholderText(self.tr("None"))
        self.remark = QLineEdit()
        self.remark.setMaxLength(400)
        self.remark.setPlaceholderText(self.tr("None"))
        self.points = QListWidget()
        self.points.setWordWrap(True)
        self.points.setAccessibleName(self.tr("Points on the patient's sheet"))
        self.points_label = QLabel(self.tr("&Points on the sheet"))
        self.points_label.setBuddy(self.points)
        self.points_remark = QLabel(self.tr("What was not checked stands on the sheet in any case."))
        self.points_remark.setWordWrap(True)
        self.preview = Preview()
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.wanted)
        self._build()
        self._content_changed()
        self.content.setFocus()

    def _build(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        for label, field in (
            (self.tr("&What"), self.content),
            (self.tr("&Format"), self.format),
            (self.tr("&Title (optional)"), self.title),
            (self.tr("&Remark (optional)"), self.remark),
        ):
            form.addRow(label, field)
            field.setAccessibleName(label.replace("&", ""))
        for box in (self.content, self.format):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        left = QWidget()
        column = QVBoxLayout(left)
        column.addLayout(form)
        column.addWidget(self.points_label)
        column.addWidget(self.points, 1)
        column.addWidget(self.points_remark)
        column.addStretch()
        area = QScrollArea()
        area.setWidget(left)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Wide enough for what cannot wrap; a scroll bar takes its room from the same width.
        area.setMinimumWidth(left.minimumSizeHint().width() + area.verticalScrollBar().sizeHint().width())
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(area)
        split.addWidget(self.preview)
        split.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.addWidget(split, 1)
        whole.addWidget(self.bar)
        whole.addWidget(self.status)
        buttons = self._buttons()
        whole.addWidget(buttons)
        # Only widgets of one window have an order.
        for before, after in pairwise((self.save, self.print, self.copy, buttons.button(_CLOSE))):
            QWidget.setTabOrder(before, after)
        metrics = self.fontMetrics()
        self.resize(min(150 * metrics.averageCharWidth() + 120, 1200), min(46 * metrics.lineSpacing(), 760))
        split.setSizes([self.width() // 4, self.width() * 3 // 4])
        self.content.currentIndexChanged.connect(self._content_changed)
        self.title.textEdited.connect(self._pause.start)
        self.remark.textEdited.connect(self._pause.start)
        self.points.itemChanged.connect(lambda _item: self._pause.start())

    def _buttons(self) -> QDialogButtonBox:
        self.save = QPushButton(self.tr("&Save…"))
        self.save.setDefault(True)
        self.print = QPushButton(self.tr("&Print…"))
        self.copy = QPushButton(self.tr("&Copy the summary"))
        self.copy.setToolTip(self.tr("The findings in short, as text for the clipboard"))
        self.print.setVisible(printing_available())
        box = QDialogButtonBox(_CLOSE)
        box.addButton(self.save, QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton(self.print, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        box.rejected.connect(self.reject)
        self.save.clicked.connect(self.saving)
        self.print.clicked.connect(self.printing)
        self.copy.clicked.connect(self.copying)
        return box

    @property
    def kind(self) -> ExportKind:
        """What is chosen."""
        kind = self.format.currentData()
        assert isinstance(kind, ExportKind)
        return kind

    def choose(self, kind: ExportKind) -> None:
        """Choose a content and its format."""
        self.content.setCurrentIndex(self.content.findData(kind.content))
        self.format.setCurrentIndex(formats_of(kind.content).index(kind))

    @property
    def chosen(self) -> Collection[str]:
        """Keys of the points that are ticked."""
        items = (self.points.item(number) for number in range(self.points.count()))
        return frozenset(item.data(_KEY_ROLE) for item in items if item.checkState() is Qt.CheckState.Checked)

    def _content_changed(self) -> None:
        content = self.content.currentData()
        self.format.clear()
        for kind in formats_of(content):
            self.format.addItem(format_words(kind), kind)
        for widget in (self.points_label, self.points, self.points_remark):
            widget.setVisible(content is Content.SHEET)
        self.wanted.emit()

    def offer(self, prepared: Prepared) -> None:
        """List the points that the sheet can have; the usual ones are ticked."""
        self.points.blockSignals(True)
        self.points.clear()
        for point in prepared.items:
            worst = WEIGHTS["contraindicated"] if point.urgent else None
            look = LOOKS[point.severity] if point.severity is not None else worst
            item = QListWidgetItem(f"{look.shape} {word_of(look)}: {point.title}" if look else point.title)
            item.setData(_KEY_ROLE, point.key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if point.usual else Qt.CheckState.Unchecked)
            self.points.addItem(item)
        self.points.blockSignals(False)

    def show_work(self, sentence: str, *, busy: bool, usable: bool) -> None:
        """Say what is going on; `usable` lets save, print and copy."""
        self.status.setText(sentence)
        self.bar.setVisible(busy)
        self.bar.setRange(0, 0)
        for button in (self.save, self.print, self.copy):
            button.setEnabled(usable)
        if usable:
            self.save.setDefault(True)
        # A table and data are for programs.
        if usable:
            self.print.setEnabled(self.content.currentData() not in {Content.TABLE, Content.DATA})

    def show_progress(self, done: int, total: int) -> None:
        """How far the work is."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def done(self, result: int) -> None:
        """Nothing waits behind a dialog that is gone."""
        self._pause.stop()
        self.preview.stop()
        super().done(result)
