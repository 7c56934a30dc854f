"""Counts by year as a chart that is a table: every bar stands in a row with its figures, which can be read, copied and heard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
)

from desktop.abstracts.rows_view import give_most
from desktop.abstracts.states import empty_text
from desktop.abstracts.view_model import ManyAbstractsModel
from desktop.prescription.matrix.states import Stack, Words, plain_label
from desktop.widgets.following import FollowingPanel
from engine.reading.batch_model import YearCount

Index = QModelIndex | QPersistentModelIndex
# Years without an abstract stand between the others, so that the eye sees the gap; over centuries nobody needs them.
_LONGEST_GAPLESS = 150
_BAR = 3
_PAD = 4


def with_gaps(years: Sequence[YearCount]) -> tuple[YearCount, ...]:
    """The years from the first to the last with none left out; those without a year come last."""
    known = {row.year: row for row in years if row.year is not None}
    rest = tuple(row for row in years if row.year is None)
    if not known:
        return rest
    first, last = min(known), max(known)
    span = range(first, last + 1) if last - first < _LONGEST_GAPLESS else sorted(known)
    return (*(known.get(year, YearCount(year, 0, 0)) for year in span), *rest)


class YearsModel(QAbstractTableModel):
    """Year, abstracts, statements, and a column for the bars."""

    def __init__(self) -> None:
        super().__init__()
        self.years: tuple[YearCount, ...] = ()
        self._titles = (self.tr("Year"), self.tr("Abstracts"), self.tr("Statements"), self.tr("Bars"))

    @property
    def most(self) -> int:
        """The largest figure of all, at least 1."""
        return max((max(row.abstracts, row.relations) for row in self.years), default=1) or 1

    def show(self, years: Sequence[YearCount]) -> None:
        """Show other counts."""
        filled = with_gaps(years)
        if filled == self.years:
            return
        if [row.year for row in filled] == [row.year for row in self.years]:
            self.years = filled
            self.dataChanged.emit(self.index(0, 0), self.index(len(filled) - 1, _BAR))
            return
        self.beginResetModel()
        self.years = filled
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """One row a year."""
        return 0 if parent is not None and parent.isValid() else len(self.years)

    def columnCount(self, parent: Index | None = None) -> int:
        """Three figures and the bars."""
        return 0 if parent is not None and parent.isValid() else len(self._titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text of a cell; the bars say their figures to whoever cannot see them."""
        if not index.isValid():
            return None
        row = self.years[index.row()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in {1, 2}:
            return Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
        if index.column() == _BAR:
            spoken = role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}
            return self.said(row) if spoken else None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            year = str(row.year) if row.year is not None else self.tr("No year")
            return (year, f"{row.abstracts:,}", f"{row.relations:,}")[index.column()]
        return None

    def said(self, row: YearCount) -> str:
        """A year in words."""
        year = str(row.year) if row.year is not None else self.tr("No year")
        return self.tr("{0}: abstracts {1}, statements {2}").format(year, f"{row.abstracts:,}", f"{row.relations:,}")

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Titles."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self._titles[section]
        return None


class _Bars(QStyledItemDelegate):
    """Two bars in a cell: filled for abstracts, hatched below for statements."""

    def __init__(self, view: QTableView, years: YearsModel) -> None:
        super().__init__(view)
        self._view, self._years = view, years

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw them."""
        super().paint(painter, option, index)
        row = self._years.years[index.row()]
        box: QRect = option.rect.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        palette = self._view.palette()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        colour: QColor = palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        half = max(2, box.height() // 2 - 1)
        painter.save()
        for figure, top, style in (
            (row.abstracts, box.top(), Qt.BrushStyle.SolidPattern),
            (row.relations, box.top() + half + 1, Qt.BrushStyle.BDiagPattern),
        ):
            if not figure:
                continue
            bar = QRect(box.left(), top, max(2, box.width() * figure // self._years.most), half)
            bar = QStyle.visualRect(self._view.layoutDirection(), box, bar)
            painter.fillRect(bar, QBrush(colour, style))
            painter.setPen(colour)
            painter.drawRect(bar.adjusted(0, 0, -1, -1))
        painter.restore()


class YearsTab(FollowingPanel):
    """How many abstracts and statements each year has."""

    def __init__(self, model: ManyAbstractsModel) -> None:
        super().__init__(model.rows, model.rows)
        self.model = model
        self.state = plain_label()
        self.years = YearsModel()
        self.view = QTableView()
        self.view.setModel(self.years)
        self.view.setAccessibleName(self.tr("Abstracts and statements by year"))
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setTabKeyNavigation(False)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.horizontalHeader().setStretchLastSection(True)
        self.view.horizontalHeader().setHighlightSections(False)
        self.view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.view.setItemDelegateForColumn(_BAR, _Bars(self.view, self.years))
        self.words = Words(self.tr("The current year in words, and the bars"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        stack = Stack((self.state,), self.view, self.words)
        give_most(stack)
        column.addWidget(stack)
        self.setFocusProxy(self.view)
        self.view.selectionModel().currentChanged.connect(lambda _now, _before: self._say())
        model.changed.connect(self._tell_state)
        self._fit()
        self._tell_state()

    @property
    def settled(self) -> bool:
        """Whether everything that can be seen is there."""
        return self.fresh

    def refresh(self) -> None:
        """Show the counts that the run has now."""
        row = self.view.currentIndex().row()
        self.years.show(self.model.summary.years if self.model.summary is not None else ())
        if 0 <= row < self.years.rowCount() and not self.view.currentIndex().isValid():
            self.view.selectRow(row)
        self._tell_state()
        self._say()

    def _tell_state(self) -> None:
        said = empty_text(self.model)
        if not said and not self.years.years:
            said = self.tr("No abstract was read yet.")
        elif not said:
            said = self.tr("Years of publication: {0}.").format(sum(1 for row in self.years.years if row.year is not None))
        self.state.setText(said)

    def _say(self) -> None:
        number = self.view.currentIndex().row()
        now = f"<b>{self.years.said(self.years.years[number])}</b><br>" if 0 <= number < len(self.years.years) else ""
        self.words.say(
            now + self.tr("The filled bar counts abstracts, the hatched one statements on two names; both have one scale.")
        )

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        self.view.verticalHeader().setDefaultSectionSize(metrics.height() + 2 * _PAD)
        for number in range(_BAR):
            title = str(self.years.headerData(number, Qt.Orientation.Horizontal))
            wide = max(metrics.horizontalAdvance(title), metrics.horizontalAdvance(self.tr("No year")))
            self.view.horizontalHeader().resizeSection(number, wide + 8 * _PAD)

    def changeEvent(self, event: QEvent) -> None:
        """Another font needs other sizes."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()
