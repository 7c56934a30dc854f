"""The bar over a table with which a person says which rows to see and in which order. It wraps where there is little room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from desktop.abstracts.columns import Column
from desktop.abstracts.words import KNOWLEDGE_STATES, label_words, state_words
from desktop.prescription.filters_bar import Chooser, Wrapping
from engine.reading.batch_model import Query

_TYPING_PAUSE_MS = 250
_MOST_LETTERS = 80
_FIELD_LETTERS = 26


class _Field(QLineEdit):
    """A field as wide as some letters, whatever else stands in the bar."""

    def sizeHint(self) -> QSize:
        """Room for its placeholder."""
        wide = self.fontMetrics().horizontalAdvance(self.placeholderText() + "m" * 4)
        return QSize(max(wide, _FIELD_LETTERS * self.fontMetrics().averageCharWidth()), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The same: a placeholder that is cut off says nothing."""
        return self.sizeHint()


class FilterBar(QWidget):
    """`changed` follows what a person chooses, after a pause in typing."""

    changed = Signal()

    def __init__(self, query: Query, columns: Sequence[Column]) -> None:
        super().__init__()
        self.query = query
        self._columns = tuple(columns)
        self.medicine = _Field()
        self.medicine.setMaxLength(_MOST_LETTERS)
        self.medicine.setClearButtonEnabled(True)
        self.medicine.setPlaceholderText(self.tr("Medicine, or two with +"))
        self.medicine.setAccessibleName(self.tr("Show only rows with these medicines; separate two with a plus sign"))
        self.label = Chooser(self.tr("What the shown rows state"))
        self.knowledge = Chooser(self.tr("What knowledge says of the shown rows"))
        self.sureness = Chooser(self.tr("Sure or unsure statements"))
        self.order = Chooser(self.tr("Order of the rows"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._take)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        row = Wrapping(self)
        relations = query.table == "relations"
        used = {
            self.medicine: query.table in {"relations", "pairs"},
            self.label: relations,
            self.knowledge: relations or query.table == "pairs",
            self.sureness: relations,
            self.order: True,
        }
        for part, wanted in used.items():
            row.addWidget(part)
            part.setVisible(wanted)
        self.medicine.textEdited.connect(lambda _text: self._pause.start())
        self.medicine.returnPressed.connect(self._take)
        for chooser in (self.label, self.knowledge, self.sureness, self.order):
            chooser.activated.connect(lambda _number: self._take())
        self.offer(())

    @property
    def filtering(self) -> bool:
        """Whether rows may be hidden."""
        plain = replace(self.query, sort="", descending=False)
        return plain != Query(table=self.query.table)

    def offer(self, labels: Sequence[str]) -> None:
        """Offer the classes that the run has, and show the present query; tells nobody."""
        wanted = self.query
        classes: dict[object, str] = {"": self.tr("All that is stated")}
        classes.update((label, label_words(label)) for label in labels)
        if wanted.label:
            classes.setdefault(wanted.label, label_words(wanted.label))
        self.label.fill(classes, wanted.label)
        states: dict[object, str] = {None: self.tr("Whatever knowledge says")}
        states.update((state, state_words(state)) for state in KNOWLEDGE_STATES)
        self.knowledge.fill(states, wanted.knowledge)
        sure: dict[object, str] = {
            "all": self.tr("Sure and unsure"),
            "said": self.tr("Sure only"),
            "unsure": self.tr("Unsure only"),
        }
        self.sureness.fill(sure, wanted.sureness)
        orders: dict[object, str] = {("", False): self.tr("In the order of reading")}
        for column in self._columns:
            for words, descending in ((column.low, False), (column.high, True)):
                if column.sort and words:
                    orders[(column.sort, descending)] = words
        self.order.fill(orders, (wanted.sort, wanted.descending))

    def sort_by(self, key: str, descending: bool) -> None:
        """Another order, chosen at a title."""
        self._apply(replace(self.query, sort=key, descending=descending))

    def ask_for(self, *medicines: str) -> None:
        """Show only the rows of these medicines."""
        self.medicine.setText(" + ".join(medicines)[:_MOST_LETTERS])
        self._pause.stop()
        order = self.query.sort, self.query.descending
        self._apply(Query(self.query.table, medicine=self.medicine.text(), sort=order[0], descending=order[1]))

    def clear(self) -> None:
        """Show all rows."""
        self.ask_for()

    def stop(self) -> None:
        """Nothing waits behind a page that is gone."""
        self._pause.stop()

    def _take(self) -> None:
        self._pause.stop()
        order = self.order.currentData()
        sort, descending = order if isinstance(order, tuple | list) else ("", False)
        state = self.knowledge.currentData()
        sure = self.sureness.currentData()
        self._apply(
            replace(
                self.query,
                medicine=self.medicine.text().strip(),
                label=str(self.label.currentData() or ""),
                knowledge=next((known for known in KNOWLEDGE_STATES if known == state), None),
                sureness="said" if sure == "said" else "unsure" if sure == "unsure" else "all",
                sort=str(sort),
                descending=bool(descending),
            )
        )

    def _apply(self, query: Query) -> None:
        if query != self.query:
            self.query = query
            self.offer([str(self.label.itemData(number)) for number in range(1, self.label.count())])
            self.changed.emit()
