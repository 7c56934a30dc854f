"""The prescription page: editor and line states on the left, findings in the middle, detail on the right.

What was not checked is always visible; so is the intended use. A check that takes longer than a blink shows its progress and
can be stopped.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QTextOption
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop.prescription.findings import FindingsTree
from desktop.prescription.lines import LinesList
from desktop.prescription.not_checked import NotCheckedPanel
from desktop.prescription.rows import Row, groups_of
from desktop.prescription.view_model import Phase, PrescriptionViewModel, line_statuses

_BLINK_MS = 300
_BAR_PIXELS = 6
_INDENT_PIXELS = 22


class PrescriptionPage(QWidget):
    """The page over its view model."""

    def __init__(self, model: PrescriptionViewModel) -> None:
        super().__init__()
        self._model = model
        self._shown_html = ""
        self.editor = QPlainTextEdit()
        # Qt's default wrapping takes minutes over one very long word.
        self.editor.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.editor.setAccessibleName(self.tr("Medicines, one a line"))
        self.editor.setPlaceholderText(self.tr("Simvastatin 40 mg nocte\nClarithromycin 500 mg bd x7d"))
        self.editor.setTabChangesFocus(True)
        self.lines = LinesList(self.tr("State of each line"))
        self.confirm_button = QPushButton(self.tr("&Confirm the selected name"))
        self.confirm_button.setEnabled(False)
        self.fault = self._text_label()
        self.findings = FindingsTree(self.tr("Findings, worst first"))
        self.summary = self._text_label()
        self.notice = self._text_label()
        self.not_checked = NotCheckedPanel()
        self.detail = QTextBrowser()
        self.detail.setAccessibleName(self.tr("Detail of the finding"))
        self.detail.setOpenLinks(False)
        self.detail.document().setIndentWidth(_INDENT_PIXELS)
        self.detail.setPlaceholderText(self.tr("Choose a finding to see the reasoning step by step and the facts behind it."))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(_BAR_PIXELS)
        self.bar.setAccessibleName(self.tr("Progress of the check"))
        self.stop_button = QPushButton(self.tr("&Stop"))
        for widget in (self.bar, self.stop_button):
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            widget.setSizePolicy(policy)
            widget.hide()
        self._blink = QTimer(self)
        self._blink.setSingleShot(True)
        self._blink.setInterval(_BLINK_MS)
        self._lay_out()
        self._connect()
        self._show_state()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing waits behind a page that is gone."""
        self._blink.stop()
        super().hideEvent(event)

    def _text_label(self) -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _headed(self, heading: str, of: QWidget) -> QLabel:
        label = QLabel(heading)
        font = label.font()
        font.setBold(True)
        label.setFont(font)
        label.setBuddy(of)
        return label

    def _lay_out(self) -> None:
        left, middle, right = QWidget(), QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.addWidget(self._headed(self.tr("&Medicines, one a line"), self.editor))
        column.addWidget(self.editor, 2)
        column.addWidget(self.fault)
        column.addWidget(self._headed(self.tr("State of each &line"), self.lines))
        column.addWidget(self.lines, 3)
        column.addWidget(self.confirm_button)
        column = QVBoxLayout(middle)
        column.addWidget(self._headed(self.tr("F&indings, worst first"), self.findings))
        row = QHBoxLayout()
        row.addWidget(self.summary, 1)
        row.addWidget(self.stop_button)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.findings, 1)
        column.addWidget(self.not_checked)
        column = QVBoxLayout(right)
        column.addWidget(self._headed(self.tr("&Detail and sources"), self.detail))
        column.addWidget(self.detail, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        for part, stretch in ((left, 4), (middle, 4), (right, 5)):
            # Stretch alone decides the widths; otherwise a long text of one part would.
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            splitter.addWidget(part)
            splitter.setStretchFactor(splitter.count() - 1, stretch)
        splitter.setChildrenCollapsible(False)
        page = QVBoxLayout(self)
        page.addWidget(splitter, 1)
        page.addWidget(self.notice)
        order = (
            *(self.editor, self.lines, self.confirm_button, self.stop_button),
            *(self.findings, self.detail, self.not_checked.text),
        )
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.editor.textChanged.connect(lambda: self._model.set_text(self.editor.toPlainText()))
        self._model.changed.connect(self._show_state)
        self._model.progressed.connect(self._show_progress)
        self._blink.timeout.connect(self._show_bar)
        self.stop_button.clicked.connect(self._model.stop)
        self.findings.chosen.connect(self._show_detail)
        self.lines.itemSelectionChanged.connect(lambda: self.confirm_button.setEnabled(self.lines.selected_name() is not None))
        self.lines.name_activated.connect(self._model.confirm)
        self.confirm_button.clicked.connect(self._confirm)

    def _show_state(self) -> None:
        phase, report = self._model.phase, self._model.report
        self.summary.setText(self._summary())
        # A fault of the list stands in the summary; here stands one that concerns no check, such as an unreadable file.
        other_fault = "" if phase in {Phase.FAULT, Phase.UNUSABLE} else self._model.fault
        self.fault.setText(other_fault and f"⚠ {other_fault}")
        self.fault.setVisible(bool(other_fault))
        self.notice.setText(self._model.notice)
        self._show_busy()
        if phase is Phase.CHECKING and report is not None:
            return
        self.findings.show_groups(groups_of(report) if report is not None else ())
        self.lines.show_lines(line_statuses(report) if report is not None else ())
        self.not_checked.show_state(phase, report)

    def _summary(self) -> str:
        phase, report = self._model.phase, self._model.report
        if phase is Phase.OPENING:
            return self.tr("Opening the knowledge… You can type already.")
        if phase is Phase.EMPTY:
            return self.tr("Type or paste medicines on the left, one a line.")
        if phase is Phase.STOPPED:
            return self.tr("The check was stopped: this list is not checked. F5 checks it.")
        if phase in {Phase.FAULT, Phase.UNUSABLE}:
            return self.tr("⚠ Nothing was checked: {0}").format(self._model.fault)
        if phase is Phase.CHECKING:
            if report is None:
                return self.tr("Checking…")
            return self.tr("Checking… Until then, what is shown belongs to the list before the change.")
        if report is None:
            return ""
        pairs = (
            self.tr("1 pair checked") if report.pairs_checked == 1 else self.tr("{0} pairs checked").format(report.pairs_checked)
        )
        count = len(report.interactions)
        if report.pairs_checked == 0:
            return self.tr("No pair was checked, so nothing is said about interactions.")
        if count == 0:
            return self.tr("None found in what was checked ({0}). Absence is no proof.").format(pairs)
        return (self.tr("1 finding; {0}") if count == 1 else self.tr("{1} findings; {0}")).format(pairs, count)

    def _show_busy(self) -> None:
        if not self._model.busy:
            self._blink.stop()
            self.bar.hide()
            self.stop_button.hide()
        elif not self.bar.isVisible() and not self._blink.isActive():
            self._blink.start()

    def _show_bar(self) -> None:
        self.bar.setRange(0, 0)
        self.bar.show()
        # Opening cannot be stopped halfway: there would be nothing to use.
        self.stop_button.setVisible(self._model.phase is Phase.CHECKING)

    def _show_progress(self, done: int, total: int) -> None:
        # After the last pair the alternatives are still looked for: how long is not known.
        self.bar.setRange(0, total if done < total else 0)
        self.bar.setValue(done)

    def _show_detail(self, row: Row | None) -> None:
        html = row.html() if row is not None else ""
        # The same text again would lose the place that a person reads.
        if html != self._shown_html:
            self._shown_html = html
            self.detail.setHtml(html)

    def _confirm(self) -> None:
        name = self.lines.selected_name()
        if name is not None:
            self._model.confirm(name)
