"""The prescription page: list and patient at the start, findings with matrix, load and enzymes in the middle, detail at the end,
and below it what the student writes.

What was not checked is always visible; so is the intended use. Only the editor is there when the window shows; the other parts
are made in the turn of the event loop after that, so that nobody waits for them to type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from desktop.prescription.choice import Selection
from desktop.prescription.list.editor import ListEditor
from desktop.prescription.view_model import PrescriptionViewModel
from desktop.widgets.message_bar import MessageBar
from desktop.widgets.tab_stops import go_to_next_stop
from desktop.widgets.tabs import LazyTabs

if TYPE_CHECKING:
    from desktop.prescription.detail.panel import DetailPanel
    from desktop.prescription.findings_panel import FindingsPanel
    from desktop.prescription.list.panel import ListPanel
    from desktop.prescription.not_checked import NotCheckedPanel
    from desktop.prescription.patient.panel import PatientPanel
    from desktop.reasoning.panel import ReasoningPanel

# How the width is shared between the three columns.
_SHARES = (4, 4, 5)


class PrescriptionPage(QWidget):
    """The page over its view model. `furnished` follows the making of everything but the editor."""

    furnished = Signal()
    list: ListPanel
    findings: FindingsPanel
    not_checked: NotCheckedPanel
    detail: DetailPanel
    student: ReasoningPanel

    def __init__(self, model: PrescriptionViewModel) -> None:
        super().__init__()
        self._model = model
        self.selection = Selection()
        self.is_furnished = False
        self._patient: PatientPanel | None = None
        self.editor = ListEditor()
        self.left = LazyTabs(self.tr("The list and the patient"))
        self.middle = LazyTabs(self.tr("Views of the findings"))
        self.fault = MessageBar(self.tr("What went wrong"))
        self.remarks = MessageBar(self.tr("What of the opened file is not in the list"))
        self.notice = QLabel()
        self.notice.setWordWrap(True)
        self.notice.setTextFormat(Qt.TextFormat.PlainText)
        self._furnishing = QTimer(self)
        self._furnishing.setSingleShot(True)
        self._furnishing.setInterval(0)
        self._furnishing.timeout.connect(self._furnish)
        self._lay_out()
        model.changed.connect(self._show_state)
        self.fault.dismiss.clicked.connect(model.dismiss_message)

    def _lay_out(self) -> None:
        self._list_place = QWidget()
        column = QVBoxLayout(self._list_place)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.editor)
        self._list_place.setFocusProxy(self.editor)
        self.left.add(self.tr("Medicines"), lambda: self._list_place)
        self.left.add(self.tr("Patient"), self._make_patient)
        self._places = tuple(QWidget() for _ in range(2))
        self._splitter = splitter = QSplitter(Qt.Orientation.Horizontal)
        for part, share in zip((self.left, *self._places), _SHARES, strict=True):
            # The shares alone decide the widths; otherwise a long text of one part would.
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            splitter.addWidget(part)
            splitter.setStretchFactor(splitter.count() - 1, share)
        splitter.setChildrenCollapsible(False)
        page = QVBoxLayout(self)
        for bar in (self.fault, self.remarks):
            page.addWidget(bar)
        page.addWidget(splitter, 1)
        page.addWidget(self.notice)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rest is made once the editor can be seen."""
        super().paintEvent(event)
        if not self.is_furnished and not self._furnishing.isActive():
            self._furnishing.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing waits behind a page that is gone."""
        self._furnishing.stop()
        super().hideEvent(event)

    def _furnish(self) -> None:
        from desktop.prescription.detail.panel import DetailPanel
        from desktop.prescription.findings_panel import FindingsPanel
        from desktop.prescription.list.panel import ListPanel
        from desktop.prescription.not_checked import NotCheckedPanel
        from desktop.reasoning.column import DetailColumn
        from desktop.reasoning.panel import ReasoningPanel

        given = (self._model, self.selection)
        self.list = ListPanel(*given, self.editor)
        place = self._list_place.layout()
        assert place is not None
        place.addWidget(self.list)
        self.findings, self.not_checked, self.detail = FindingsPanel(*given), NotCheckedPanel(*given), DetailPanel(*given)
        self.middle.add(self.tr("Findings"), lambda: self.findings)
        self.middle.add(self.tr("Matrix"), self._make_matrix)
        self.middle.add(self.tr("Load"), self._make_load)
        self.middle.add(self.tr("Enzymes"), self._make_enzymes)
        middle, end = (QVBoxLayout(place) for place in self._places)
        middle.addWidget(self.middle, 1)
        middle.addWidget(self.not_checked)
        self.student = ReasoningPanel(*given)
        end.addWidget(DetailColumn(self.detail, self.student), 1)
        for column in (middle, end):
            column.setContentsMargins(0, 0, 0, 0)
        self._share_width()
        self.detail.replace_line.connect(self.list.replace_line)
        self.findings.tree.activated.connect(lambda _index: self.go_to_detail())
        self._model.list_started.connect(self.detail.forget_ticks)
        self.is_furnished = True
        self.furnished.emit()

    def focusNextPrevChild(self, to_next: bool) -> bool:
        """Tab goes through the page as it is read; Qt's own chain has at its end what was made last."""
        if not self.is_furnished:
            return super().focusNextPrevChild(to_next)
        parts = (self.fault, self.remarks, self.left, self.middle, self.not_checked, self.detail, self.student)
        return go_to_next_stop(self, parts, to_next=to_next) or super().focusNextPrevChild(to_next)

    def _share_width(self) -> None:
        """A new part asks for the width that its text would like; the shares hold until a person moves a border."""
        self._splitter.setSizes([share * self.width() for share in _SHARES])

    def _make_patient(self) -> QWidget:
        from desktop.prescription.patient.panel import PatientPanel

        self._patient = panel = PatientPanel(self._model, self.selection)
        # What was typed for the person before, and does not count yet, must not reach the next one.
        self._model.list_started.connect(lambda: panel.fill(self._model.patient))
        return panel

    def flush(self) -> None:
        """Take what was typed a moment ago and still waits for a pause."""
        if self._patient is not None:
            self._patient.apply()

    def _make_matrix(self) -> QWidget:
        from desktop.prescription.matrix.matrix_panel import MatrixPanel

        return MatrixPanel(self._model, self.selection)

    def _make_load(self) -> QWidget:
        from desktop.prescription.matrix.load_panel import LoadPanel

        return LoadPanel(self._model, self.selection)

    def _make_enzymes(self) -> QWidget:
        from desktop.prescription.matrix.enzyme_panel import EnzymePanel

        return EnzymePanel(self._model, self.selection)

    def go_to(self, tabs: LazyTabs, number: int) -> None:
        """Open a tab and move the focus into it; before the page is furnished there may be none."""
        if number < tabs.count():
            tabs.setCurrentIndex(number)
            tabs.currentWidget().setFocus()

    def go_to_detail(self) -> None:
        """Move the focus into the detail."""
        if self.is_furnished:
            self.detail.setFocus()

    def go_to_not_checked(self) -> None:
        """Move the focus to what was not checked."""
        if self.is_furnished:
            self.not_checked.setFocus()

    def _show_state(self) -> None:
        # A fault of the list stands with the findings; here stands one that concerns no check, such as an unreadable file.
        message = self._model.message
        self.fault.say((f"⚠ {message}",) if message else ())
        self.notice.setText(self._model.notice)
        # Data of a patient count while another tab hides them: the tab itself says so.
        known = self._model.patient.model_dump(exclude_defaults=True) if self._model.patient is not None else {}
        title = self.tr("Patient ({0} known)").format(len(known)) if known else self.tr("Patient")
        if self.left.count() > 1 and self.left.tabText(1) != title:
            self.left.setTabText(1, title)
