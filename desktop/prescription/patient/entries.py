"""Fields of the patient's form: a figure with its unit, and a choice that may be unknown. Nothing has a default."""

from __future__ import annotations

import re
from abc import abstractmethod

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.prescription.patient.notes import Note
from engine.prescriptions.units import kept, shown, unit_of
from engine.settings import Units

_FIGURE = re.compile(r"\d+(?:[.,]\d+)?|[.,]\d+")
_THOUSANDS = re.compile(r"\d{1,3},\d{3}")
_WIDEST_ENTRY = "0000000000"
Value = float | str | bool | None


def figure_of(text: str) -> float | None:
    """A figure with a decimal point or comma; None where it is none or can be read in two ways (1,200)."""
    text = text.strip()
    if len(text) > 30 or not text.isascii() or _FIGURE.fullmatch(text) is None or _THOUSANDS.fullmatch(text):
        return None
    return float(text.replace(",", "."))


def unit_words(field: str, units: Units) -> str:
    """The unit of a field as it is shown: a word such as "years" is translated; signs are the same in every language."""
    unit = unit_of(field, units).name
    return QCoreApplication.translate("PatientPanel", unit) if unit else ""


class Entry(QWidget):
    """One datum: its control, with what is wrong with it and what it changes below."""

    edited = Signal()

    def __init__(self, field: str, label: str) -> None:
        super().__init__()
        self.field = field
        self.label = label
        self.problem = Note(plain=True)
        self.note = Note(label)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)

    @abstractmethod
    def value(self) -> Value:
        """What is entered, in the unit in which it is kept; None where nothing is, or nothing that counts."""

    @abstractmethod
    def show_value(self, value: Value) -> None:
        """Show a value that comes from elsewhere, without telling anybody."""

    @abstractmethod
    def control(self) -> QWidget:
        """What takes the focus."""

    def show_note(self, html: str) -> None:
        """What the datum changes or would change; escaped already."""
        self.note.say(html)

    def show_problem(self, sentence: str) -> None:
        """What is wrong with the text; empty where nothing is."""
        self.problem.say(sentence and f"⚠ {sentence}")
        self.control().setAccessibleDescription(sentence)


class FigureEntry(Entry):
    """A figure. Its text stays as typed, also when it does not count, and comes back when units are changed and changed back."""

    def __init__(self, field: str, label: str, units: Units) -> None:
        super().__init__(field, label)
        self._units = units
        self._typed_units = units
        self._typed = ""
        self._bounds = (0.0, float("inf"))
        self.edit = QLineEdit()
        self.edit.setMinimumWidth(self.edit.fontMetrics().horizontalAdvance(_WIDEST_ENTRY))
        self.unit = QLabel()
        self._show_unit()
        row = QHBoxLayout()
        row.addWidget(self.edit, 1)
        row.addWidget(self.unit)
        self.column.addLayout(row)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.note)
        self.edit.textEdited.connect(self._take)

    def control(self) -> QWidget:
        """The line."""
        return self.edit

    def set_bounds(self, least: float, most: float) -> None:
        """What the patient's model takes, in the unit in which the figure is kept."""
        self._bounds = (least, most)
        self._judge()

    def set_units(self, units: Units) -> None:
        """Show the figure in other units; what counts does not change."""
        if units == self._units:
            return
        self._units = units
        figure = figure_of(self._typed)
        if units == self._typed_units or figure is None:
            self.edit.setText(self._typed)
        else:
            self.edit.setText(shown(self.field, kept(self.field, figure, self._typed_units), units))
        self._show_unit()
        self._judge()

    def value(self) -> float | None:
        """The figure as it is kept, from what was typed."""
        figure = figure_of(self._typed)
        if figure is None:
            return None
        value = kept(self.field, figure, self._typed_units)
        return value if self._bounds[0] <= value <= self._bounds[1] else None

    def show_value(self, value: Value) -> None:
        """A figure in the unit in which it is kept."""
        self._typed_units = "si"
        self._typed = "" if not isinstance(value, float | int) else shown(self.field, float(value), "si")
        figure = figure_of(self._typed)
        same = self._units == "si" or figure is None
        self.edit.setText(self._typed if same or figure is None else shown(self.field, figure, self._units))
        self._judge()

    @property
    def typed(self) -> bool:
        """Whether the line holds anything, counting or not."""
        return bool(self._typed.strip())

    def _take(self, text: str) -> None:
        self._typed, self._typed_units = text, self._units
        self._judge()
        self.edited.emit()

    def _show_unit(self) -> None:
        unit = unit_words(self.field, self._units)
        self.unit.setText(unit)
        self.edit.setAccessibleName(f"{self.label}, {unit}" if unit else self.label)

    def _judge(self) -> None:
        self.show_problem(self._problem())

    def _problem(self) -> str:
        text = self._typed.strip()
        if not text or self.value() is not None:
            return ""
        if _THOUSANDS.fullmatch(text):
            return self.tr("{0} can be read in two ways, so it does not count: write it without the comma.").format(self.label)
        if figure_of(text) is None:
            return self.tr("{0} must be a number; this does not count.").format(self.label)
        least, most = (shown(self.field, bound, self._units) for bound in self._bounds)
        unit = unit_words(self.field, self._units)
        sentence = self.tr("{0} must be {1} to {2} {3}; this does not count.")
        return sentence.format(self.label, least, most, unit).replace(" ;", ";")


class _StillBox(QComboBox):
    """A wheel that scrolls the form must not change the patient."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to the form."""
        event.ignore()


class ChoiceEntry(Entry):
    """One of a few values, or not known, which stands first and is what it begins with."""

    def __init__(self, field: str, label: str, choices: tuple[tuple[str, Value], ...]) -> None:
        super().__init__(field, label)
        self.box = _StillBox()
        self.box.setAccessibleName(label)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.box.addItem(self.tr("not known"), None)
        for words, value in choices:
            self.box.addItem(words, value)
        self.column.addWidget(self.box)
        self.column.addWidget(self.problem)
        self.column.addWidget(self.note)
        self.box.activated.connect(lambda _index: self.edited.emit())

    def control(self) -> QWidget:
        """The box."""
        return self.box

    def value(self) -> Value:
        """The chosen value; None where it is not known."""
        value = self.box.currentData()
        return value if isinstance(value, str | bool) else None

    def show_value(self, value: Value) -> None:
        """A value of the choices, else not known."""
        place = next((index for index in range(self.box.count()) if self.box.itemData(index) == value), 0)
        self.box.setCurrentIndex(place)
