"""The prescription page: editor and line states on the left, findings in the middle, detail on the right.

What was not checked is always visible; so is the intended use.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.prescription.detail import detail_html
from desktop.prescription.view_model import PrescriptionViewModel, line_statuses
from desktop.widgets.severity import LOOKS, label
from engine.report import SEVERITY_ORDER, Interaction, Report

_FINDING_ROLE = Qt.ItemDataRole.UserRole
_EMPTY_DETAIL = "Choose a finding to see the reasoning step by step and the facts behind it."
_EMPTY_PAGE = "Type or paste medicines on the left, one a line."


class PrescriptionPage(QWidget):
    """The page over its view model."""

    def __init__(self, model: PrescriptionViewModel, notice: str) -> None:
        super().__init__()
        self._model = model
        self.editor = QPlainTextEdit()
        self.editor.setAccessibleName(self.tr("Medicines, one a line"))
        self.editor.setPlaceholderText(self.tr("Simvastatin 40 mg nocte\nClarithromycin 500 mg bd x7d"))
        self.lines = self._make_lines()
        self.confirm_button = QPushButton(self.tr("&Confirm the selected name"))
        self.confirm_button.setEnabled(False)
        self.fault = QLabel()
        self.fault.setWordWrap(True)
        self.findings = self._make_findings()
        self.summary = QLabel(self.tr(_EMPTY_PAGE))
        self.summary.setWordWrap(True)
        self.not_checked = QLabel()
        self.not_checked.setWordWrap(True)
        self.not_checked.setAccessibleName(self.tr("Not checked"))
        self.detail = QTextBrowser()
        self.detail.setAccessibleName(self.tr("Detail of the finding"))
        self.detail.setOpenLinks(False)
        self.detail.setPlainText(self.tr(_EMPTY_DETAIL))
        self.notice = QLabel(notice)
        self.notice.setWordWrap(True)
        for text in (self.fault, self.summary, self.not_checked, self.notice):
            text.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        self._connect()

    def _make_lines(self) -> QTableWidget:
        table = QTableWidget(0, 3)
        table.setHorizontalHeaderLabels([self.tr("Line"), self.tr("State"), self.tr("Taken for")])
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.verticalHeader().hide()
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        table.setWordWrap(True)
        table.setAccessibleName(self.tr("State of each line"))
        table.setTabKeyNavigation(False)
        return table

    def _make_findings(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setColumnCount(1)
        tree.setHeaderHidden(True)
        tree.setWordWrap(True)
        tree.setAccessibleName(self.tr("Findings, worst first"))
        return tree

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.addWidget(self.editor, 2)
        column.addWidget(self.fault)
        column.addWidget(self.lines, 3)
        column.addWidget(self.confirm_button)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.addWidget(self.summary)
        column.addWidget(self.findings, 1)
        column.addWidget(self.not_checked)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        for part, stretch in ((left, 3), (middle, 3), (self.detail, 4)):
            splitter.addWidget(part)
            splitter.setStretchFactor(splitter.count() - 1, stretch)
        splitter.setChildrenCollapsible(False)
        page = QVBoxLayout(self)
        page.addWidget(splitter, 1)
        page.addWidget(self.notice)

    def _connect(self) -> None:
        self.editor.textChanged.connect(lambda: self._model.set_text(self.editor.toPlainText()))
        self._model.report_changed.connect(self._show_report)
        self._model.fault_changed.connect(self._show_fault)
        self._model.busy_changed.connect(self._show_busy)
        self.findings.currentItemChanged.connect(self._show_detail)
        self.lines.itemSelectionChanged.connect(self._selection_changed)
        self.lines.itemActivated.connect(lambda _item: self._confirm())
        self.confirm_button.clicked.connect(self._confirm)

    def _show_busy(self, busy: bool) -> None:
        if busy and self._model.report is None:
            self.summary.setText(self.tr("Checking…"))

    def _show_fault(self, sentence: str) -> None:
        self.fault.setText(sentence)
        self.fault.setVisible(bool(sentence))
        if sentence:
            self.summary.setText(self.tr("The list as it stands now was not checked: {0}").format(sentence))

    def _show_report(self, report: Report | None) -> None:
        self.findings.clear()
        self.lines.setRowCount(0)
        self.detail.setPlainText(self.tr(_EMPTY_DETAIL))
        self.not_checked.clear()
        if report is None:
            self.summary.setText(self.tr(_EMPTY_PAGE))
            return
        self._fill_lines(report)
        self._fill_findings(report)
        self._fill_not_checked(report)

    def _fill_lines(self, report: Report) -> None:
        rows = line_statuses(report)
        self.lines.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for place, text in enumerate((row.line, row.state, row.detail)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setData(_FINDING_ROLE, row.confirmable)
                self.lines.setItem(number, place, item)
        self.lines.resizeRowsToContents()

    def _fill_findings(self, report: Report) -> None:
        count = len(report.interactions)
        checked = self.tr("{0} pairs checked").format(report.pairs_checked)
        if count:
            self.summary.setText(self.tr("{0} findings; {1}").format(count, checked))
        else:
            self.summary.setText(self.tr("None found in what was checked ({0}). Absence is no proof.").format(checked))
        for severity in SEVERITY_ORDER:
            members = [one for one in report.interactions if one.severity == severity]
            if not members:
                continue
            look = LOOKS[severity]
            group = QTreeWidgetItem([f"{label(severity)} ({len(members)})"])
            group.setBackground(0, QBrush(QColor(look.background)))
            group.setForeground(0, QBrush(QColor(look.text)))
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.findings.addTopLevelItem(group)
            for finding in members:
                group.addChild(self._finding_item(finding))
            group.setExpanded(True)

    def _finding_item(self, finding: Interaction) -> QTreeWidgetItem:
        origin = self.tr("documented") if finding.documented else self.tr("inferred")
        text = f"{LOOKS[finding.severity].shape} {' + '.join(finding.drugs)} — {finding.effect} ({origin})"
        item = QTreeWidgetItem([text])
        item.setToolTip(0, text)
        item.setData(0, _FINDING_ROLE, finding)
        return item

    def _fill_not_checked(self, report: Report) -> None:
        if report.not_checked:
            lines = "; ".join(f"{row.line} ({row.reason})" for row in report.not_checked)
            text = self.tr("Not checked: {0}. {1} pairs were not checked.").format(lines, report.pairs_not_checked)
        else:
            text = self.tr("Not checked: nothing; every line was recognised.")
        assumed = "\n".join(report.assumed)
        self.not_checked.setText(f"{text}\n{assumed}" if assumed else text)

    def _show_detail(self, item: QTreeWidgetItem | None) -> None:
        finding = item.data(0, _FINDING_ROLE) if item is not None else None
        if isinstance(finding, Interaction):
            self.detail.setHtml(detail_html(finding))

    def _selected_name(self) -> str | None:
        items = self.lines.selectedItems()
        name = items[0].data(_FINDING_ROLE) if items else None
        return name if isinstance(name, str) else None

    def _selection_changed(self) -> None:
        self.confirm_button.setEnabled(self._selected_name() is not None)

    def _confirm(self) -> None:
        name = self._selected_name()
        if name is not None:
            self._model.confirm(name)
