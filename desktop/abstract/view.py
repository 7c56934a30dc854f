"""The abstract page: the text over its relations at the start, the chosen relation over what explains it at the end.

What was not read is always visible; so is what read it, on which terms, and the intended use.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from desktop.abstract.choice import RelationSelection, carried, first_relation
from desktop.abstract.export import ReadingExporter
from desktop.abstract.opening_paste import plain_paste
from desktop.abstract.relations_detail import RelationDetail
from desktop.abstract.relations_panel import RelationsPanel
from desktop.abstract.text_panel import TextPanel
from desktop.abstract.text_words import provenance_words
from desktop.abstract.view_model import AbstractViewModel
from desktop.widgets.fitted_text import FittedText
from desktop.widgets.message_bar import MessageBar
from desktop.widgets.tabs import LazyTabs
from desktop.widgets.wrapped_label import WrappedLabel
from engine.errors import InputError

if TYPE_CHECKING:
    from desktop.abstract.opening_chooser import AbstractChooser
    from desktop.abstract.opening_work import Opened
    from engine.abstracts.model import Abstract
    from engine.reading.model import Reading

# How the width is shared between the two columns, and the height inside each.
_COLUMNS, _START, _END = (6, 5), (5, 4), (2, 3)


class AbstractPage(QWidget):
    """The page over its view model.

    `check_asked` carries two names for the prescription page, `many_asked` a file that holds more abstracts than one is chosen
    from.
    """

    check_asked = Signal(str, str)
    many_asked = Signal(object)

    def __init__(self, model: AbstractViewModel) -> None:
        super().__init__()
        self.model = model
        self.selection = RelationSelection()
        self.chooser: AbstractChooser | None = None
        self.fault = MessageBar(self.tr("What went wrong"))
        self.remarks = MessageBar(self.tr("What is to be known of this text"))
        self._remarked: tuple[str, ...] = ()
        self._source_remarks: tuple[str, ...] = ()
        # The choice is carried over before any panel looks at the newer reading.
        model.read.connect(self._carry_choice)
        self.text = TextPanel(model, self.selection)
        self.relations = RelationsPanel(model, self.selection)
        self.detail = RelationDetail(model, self.selection)
        self.tabs = LazyTabs(self.tr("What explains the relation"))
        self.exporter = ReadingExporter(model, self)
        self.made_by = FittedText(self.tr("What read the text, and its terms"), share=16)
        self.notice = WrappedLabel()
        self._furnishing = QTimer(self)
        self._furnishing.setSingleShot(True)
        self._furnishing.setInterval(0)
        self._furnishing.timeout.connect(self._furnish)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.text)
        self._show_state()

    def _lay_out(self) -> None:
        start = self._split(Qt.Orientation.Vertical, (self.text, self.relations), _START)
        end = self._split(Qt.Orientation.Vertical, (self.detail, self.tabs), _END)
        beside = QWidget()
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(end, 1)
        column.addWidget(self.made_by)
        columns = self._split(Qt.Orientation.Horizontal, (start, beside), _COLUMNS)
        self._splitters = ((columns, _COLUMNS), (start, _START), (end, _END))
        page = QVBoxLayout(self)
        for bar in (self.fault, self.remarks):
            page.addWidget(bar)
        page.addWidget(columns, 1)
        page.addWidget(self.notice)

    def _split(self, way: Qt.Orientation, parts: tuple[QWidget, ...], shares: tuple[int, ...]) -> QSplitter:
        made = QSplitter(way)
        for part, share in zip(parts, shares, strict=True):
            # The shares alone decide the widths; otherwise a long text of one part would.
            sideways = way is Qt.Orientation.Horizontal
            policy = QSizePolicy.Policy.Ignored if sideways else QSizePolicy.Policy.Preferred
            part.setSizePolicy(policy, QSizePolicy.Policy.Preferred)
            made.addWidget(part)
            made.setStretchFactor(made.count() - 1, share)
        made.setChildrenCollapsible(False)
        return made

    def _connect(self) -> None:
        model = self.model
        model.changed.connect(self._show_state)
        model.opened.connect(self._show_source)
        model.many.connect(self._choose_one)
        self.fault.dismiss.clicked.connect(model.dismiss_message)
        self.text.editor.pasted.connect(self._paste)
        self.text.open_asked.connect(self.choose_file)
        self.text.export_asked.connect(self.exporter.export)
        self.exporter.said.connect(self._say_export)
        self.detail.check_asked.connect(self.check_asked)

    @property
    def is_furnished(self) -> bool:
        """Whether all parts are there."""
        return self.tabs.count() > 0

    def paintEvent(self, event: QPaintEvent) -> None:
        """What explains a relation is made once the text can be seen."""
        super().paintEvent(event)
        if not self.is_furnished and not self._furnishing.isActive():
            self._furnishing.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing waits behind a page that is gone."""
        self._furnishing.stop()
        super().hideEvent(event)

    def _furnish(self) -> None:
        self.tabs.add(self.tr("Explanation"), self._make_explanation)
        self.tabs.add(self.tr("Network"), self._make_network)
        # A new part asks for the room that its text would like; the shares hold until a person moves a border.
        for splitter, shares in self._splitters:
            whole = splitter.width() if splitter.orientation() is Qt.Orientation.Horizontal else splitter.height()
            splitter.setSizes([share * whole for share in shares])

    def _make_explanation(self) -> QWidget:
        from desktop.abstract.explanation.panel import ExplanationPanel

        return ExplanationPanel(self.model, self.selection)

    def _make_network(self) -> QWidget:
        from desktop.abstract.network.panel import NetworkPanel

        return NetworkPanel(self.model, self.selection)

    def choose_file(self) -> None:
        """Ask for a file and open it."""
        pattern = self.tr("Abstracts ({0});;All files (*)").format("*.txt *.nbib *.xml *.pdf *.html *.htm *.gz")
        name, _filter = QFileDialog.getOpenFileName(self, self.tr("Open an abstract"), "", pattern)
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Open a file in the background; a folder is for the page of many abstracts."""
        if path.is_dir():
            self.many_asked.emit(path)
        else:
            self.model.open_path(path)

    def show_text(self, text: str) -> None:
        """Put a text in the place of the present one; it is read at once."""
        self.text.editor.replace_text(text)
        self.model.read_now()

    def accepts(self, mime: QMimeData) -> bool:
        """Whether what is dragged over the page is a file of this machine."""
        return any(url.isLocalFile() for url in mime.urls())

    def drop(self, mime: QMimeData) -> None:
        """Open the one file that was dropped."""
        paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if len(paths) == 1:
            self.open_path(paths[0])
        else:
            self.model.meet_fault(self.tr("Drop one file at a time, or use the page of many abstracts."))

    def _paste(self, mime: QMimeData) -> None:
        try:
            text, remarks = plain_paste(mime)
        except InputError as error:
            self.model.meet_fault(error.sentence)
            return
        cursor = self.text.editor.textCursor()
        cursor.insertText(text)
        self.text.editor.setTextCursor(cursor)
        self.text.editor.ensureCursorVisible()
        self._source_remarks = remarks

    def _show_source(self, abstract: Abstract) -> None:
        self._source_remarks = (abstract.remark,) if abstract.remark else ()

    def _choose_one(self, opened: Opened) -> None:
        if opened.more:
            self.model.meet_fault(
                self.tr("The file holds more than {0} abstracts: the page of many abstracts reads them all.").format(
                    len(opened.abstracts)
                )
            )
            self.many_asked.emit(opened.path)
            return
        from desktop.abstract.opening_chooser import AbstractChooser

        if self.chooser is not None:
            self.chooser.reject()
        self.chooser = AbstractChooser(opened.abstracts, self)
        self.chooser.chosen.connect(lambda place: self.model.take(opened.abstracts[place]))
        self.chooser.all_asked.connect(lambda: self.many_asked.emit(opened.path))
        self.chooser.finished.connect(self._chooser_closed)
        self.chooser.open()

    def _chooser_closed(self) -> None:
        if self.chooser is not None:
            self.chooser.deleteLater()
            self.chooser = None

    def _carry_choice(self, before: Reading | None, now: Reading | None) -> None:
        self.selection.select(carried(before, now, self.selection.chosen) or first_relation(now))

    def _say_export(self, sentence: str) -> None:
        self.text.status.summary.setText(sentence) if sentence else self.text.status.show_state()

    def _show_state(self) -> None:
        model = self.model
        self.fault.say((f"⚠ {model.message}",) if model.message else ())
        remarks = (*self._source_remarks, *(model.reading.remarks if model.reading is not None else ()))
        if not model.text.strip():
            remarks = self._source_remarks = ()
        if remarks != self._remarked:
            # Said once a text: a person who has taken note of them need not do so at each key.
            self._remarked = remarks
            self.remarks.say(remarks)
        self.made_by.show_text(provenance_words(model.reading))
        self.notice.setText(model.notice)
        self.notice.setVisible(bool(model.notice))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A taller window leaves more room; the shares hold."""
        super().resizeEvent(event)
        self.made_by.fit()
