"""The patient panel: every datum optional, what it changes beside it, and what is not known and would matter at the top."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.prescription.choice import Selection
from desktop.prescription.panel import Panel
from desktop.prescription.patient.effects import (
    FIELD_OF_DATUM,
    HISTORY,
    Effect,
    Missing,
    contexts_that_matter,
    effects_of,
    field_of,
    missing_of,
)
from desktop.prescription.patient.entries import ChoiceEntry, Entry, FigureEntry, Value
from desktop.prescription.patient.history import HistoryList
from desktop.prescription.patient.notes import Note
from desktop.prescription.view_model import PrescriptionViewModel

if TYPE_CHECKING:
    from engine.prescriptions.patient import Patient

# Long enough to finish a figure, short enough to see what it changes.
_PAUSE_MS = 400
_EFFECTS_SHOWN = 3
_FIRST_WORDS = 9
_NARROW_LETTERS = 42


class PatientPanel(Panel):
    """The form. What is typed applies when typing pauses; a patient that comes from elsewhere fills it."""

    def __init__(self, model: PrescriptionViewModel, selection: Selection) -> None:
        super().__init__(model, selection)
        self._given: Patient | None = None
        self._bounded = False
        self._targets: list[Effect] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.apply)
        units = model.settings.units
        yes_no: tuple[tuple[str, Value], ...] = ((self.tr("yes"), True), (self.tr("no"), False))
        entries: tuple[Entry, ...] = (
            FigureEntry("age_years", self.tr("Age"), units),
            ChoiceEntry("sex", self.tr("Sex"), ((self.tr("female"), "female"), (self.tr("male"), "male"))),
            FigureEntry("weight_kg", self.tr("Weight"), units),
            FigureEntry("height_cm", self.tr("Height"), units),
            FigureEntry("egfr_ml_min", self.tr("eGFR"), units),
            FigureEntry("creatinine_umol_l", self.tr("Creatinine"), units),
            ChoiceEntry("child_pugh", self.tr("Liver (Child-Pugh)"), (("A", "A"), ("B", "B"), ("C", "C"))),
            ChoiceEntry("pregnant", self.tr("Pregnant"), yes_no),
            ChoiceEntry("breastfeeding", self.tr("Breastfeeding"), yes_no),
            FigureEntry("qtc_ms", self.tr("QTc"), units),
            FigureEntry("potassium_mmol_l", self.tr("Potassium"), units),
            FigureEntry("inr", self.tr("INR"), units),
            ChoiceEntry("smoker", self.tr("Smoker"), yes_no),
            ChoiceEntry("alcohol", self.tr("Drinks alcohol"), yes_no),
        )
        self.entries = {entry.field: entry for entry in entries}
        self.history = HistoryList()
        self.history_note = Note(self.tr("History"))
        self.missing = Note()
        self.fault = Note(plain=True)
        self.clear_button = QPushButton(self.tr("Clear the patient"))
        self._lay_out()
        self._connect()
        # The panel may be made when a patient is known already.
        self.fill(model.patient)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.addWidget(self.missing)
        column.addWidget(self.fault)
        self.form = form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for entry in self.entries.values():
            label = QLabel(entry.label)
            label.setBuddy(entry.control())
            form.addRow(label, entry)
        column.addLayout(form)
        heading = QLabel(self.tr("History"))
        heading.setBuddy(self.history.list)
        column.addWidget(heading)
        column.addWidget(self.history_note)
        column.addWidget(self.history)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(self.tr("Patient"))
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inside)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self.area, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.clear_button)
        page.addLayout(row)

    def _connect(self) -> None:
        for entry in self.entries.values():
            entry.edited.connect(self._edited)
            entry.note.linkActivated.connect(self._follow)
        self.history.edited.connect(self._edited)
        self.history_note.linkActivated.connect(self._follow)
        self.missing.linkActivated.connect(self._follow)
        self.clear_button.clicked.connect(self.clear)
        # At once, not in a turn of its own: what was typed for one person must never be applied to the next.
        self.model.changed.connect(self._look_for_another_patient)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the place is narrow for the letters, labels stand above their fields."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Other letters need another place."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        narrow = self.width() < _NARROW_LETTERS * self.fontMetrics().averageCharWidth()
        policy = QFormLayout.RowWrapPolicy.WrapAllRows if narrow else QFormLayout.RowWrapPolicy.WrapLongRows
        if self.form.rowWrapPolicy() != policy:
            self.form.setRowWrapPolicy(policy)

    def event(self, event: QEvent) -> bool:
        """A command by key, such as saving, must find what was typed just before it."""
        commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.modifiers() & commands:
            self._apply_typed()
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes to the panel by its command comes to the first field."""
        super().focusInEvent(event)
        self.entries["age_years"].control().setFocus(event.reason())

    def hideEvent(self, event: QHideEvent) -> None:
        """What was typed is applied before the panel is gone."""
        self._apply_typed()
        super().hideEvent(event)

    def _apply_typed(self) -> None:
        if self._pause.isActive():
            self.apply()

    def fill(self, patient: Patient | None) -> None:
        """Show a patient, or an empty form; nothing of what stood there stays."""
        self._pause.stop()
        if patient != self._given:
            self.history.search.clear()
        self._given = patient
        for name, entry in self.entries.items():
            entry.show_value(getattr(patient, name) if patient is not None else None)
        self.history.show_states(
            patient.history if patient is not None else (), patient.history_absent if patient is not None else ()
        )
        self.fault.say("")
        self._show_creatinine()

    def clear(self) -> None:
        """Nothing is known of the patient any more."""
        self.fill(None)
        self.model.set_patient(None)

    def apply(self) -> None:
        """Give what is entered to the model; what does not count stays in its field and is left out."""
        self._pause.stop()
        if self.model.patient != self._given:
            self.fill(self.model.patient)
            return
        if not self.model.ready:
            # Nothing can be checked before; the engine is not imported while the window opens.
            return
        from pydantic import ValidationError

        from engine.prescriptions.patient import Patient

        try:
            patient = Patient.model_validate(self._values())
        except ValidationError:
            # Each field has been judged alone: two of them contradict each other. Neither is guessed to be the wrong one.
            self.fault.say(self.tr("⚠ “Pregnant” contradicts “Sex”: male. The patient's data before this still apply."))
            return
        self.fault.say("")
        self._given = patient if patient != Patient() else None
        self._show_creatinine()
        self.model.set_patient(self._given)

    def refresh(self) -> None:
        """What each value changes, what is not known, and the units."""
        if not self.model.ready:
            return
        self._set_bounds()
        for entry in self.entries.values():
            if isinstance(entry, FigureEntry):
                entry.set_units(self.model.settings.units)
        application, report = self.model.application, self.model.report
        effects = effects_of(report) if report is not None else {}
        missing = missing_of(report) if report is not None else {}
        self._targets = []
        for name, entry in self.entries.items():
            entry.show_note(self._note(effects.get(name, ()), missing.get(name, ())))
        self.history_note.say(self._note(effects.get(HISTORY, ()), missing.get(HISTORY, ())))
        self.missing.say(self._missing(missing))
        self._show_creatinine()
        if application is not None:
            contexts = application.store.contexts
            matter = contexts_that_matter(report, contexts) if report is not None else frozenset()
            self.history.show_contexts(contexts, matter)

    def follow_choice(self) -> None:
        """A missing datum that is chosen elsewhere is brought into view."""
        choice = self.selection.choice
        field = field_of(choice.key[0]) if choice is not None and choice.kind == "missing" else None
        if field is not None:
            self.area.ensureWidgetVisible(self._control(field))

    def _control(self, field: str) -> QWidget:
        return self.history.list if field == HISTORY else self.entries[field].control()

    def _values(self) -> dict[str, object]:
        values: dict[str, object] = {name: entry.value() for name, entry in self.entries.items()}
        return {**values, "history": self.history.history, "history_absent": self.history.history_absent}

    def _edited(self) -> None:
        self._pause.start()

    def _look_for_another_patient(self) -> None:
        if self.model.patient != self._given:
            self.fill(self.model.patient)
        elif self.model.ready and not self._bounded:
            # What was typed while the knowledge was opened counts from now on.
            self._set_bounds()
            self._pause.start()

    def _set_bounds(self) -> None:
        if self._bounded:
            return
        self._bounded = True
        from engine.prescriptions.patient import bounds_of

        for name, entry in self.entries.items():
            if isinstance(entry, FigureEntry):
                entry.set_bounds(*bounds_of(name))

    def _show_creatinine(self) -> None:
        entry = self.entries["creatinine_umol_l"]
        patient = self._given
        if patient is None or patient.creatinine_umol_l is None:
            entry.show_note("")
        elif patient.egfr_ml_min is not None:
            entry.show_note(escape(self.tr("The eGFR above is used, not the creatinine.")))
        elif (clearance := patient.effective_egfr_ml_min()) is not None:
            entry.show_note(escape(self.tr("Used as eGFR: {0} mL/min, by Cockcroft and Gault.").format(f"{clearance:.0f}")))
        else:
            entry.show_note(escape(self.tr("No clearance: it needs age (18 or more), sex and weight.")))

    def _note(self, effects: tuple[Effect, ...], missing: tuple[Missing, ...]) -> str:
        lines = [f"⚠ {escape(self._would_change(row))}" for row in missing]
        for effect in effects[:_EFFECTS_SHOWN]:
            self._targets.append(effect)
            words = effect.text.split()
            text = " ".join(words[:_FIRST_WORDS]) + (" …" if len(words) > _FIRST_WORDS else "")
            lines.append(f'<a href="effect:{len(self._targets) - 1}">{escape(text)}</a>')
        if effects:
            count = len(effects)
            head = (
                self.tr("Changes 1 statement or pair:")
                if count == 1
                else self.tr("Changes {0} statements or pairs:").format(count)
            )
            lines.insert(len(missing), escape(head))
        if len(effects) > _EFFECTS_SHOWN:
            lines.append(escape(self.tr("… and {0} more in the findings").format(len(effects) - _EFFECTS_SHOWN)))
        return "<br>".join(lines)

    def _would_change(self, row: Missing) -> str:
        pairs = self.tr("1 pair") if row.pairs == 1 else self.tr("{0} pairs").format(row.pairs)
        medicines = self.tr("1 medicine") if row.medicines == 1 else self.tr("{0} medicines").format(row.medicines)
        counts = [words for words, count in ((pairs, row.pairs), (medicines, row.medicines)) if count]
        what = "" if row.datum in FIELD_OF_DATUM else f"{row.datum}: "
        return self.tr("{0}not known; would change what is said of {1}").format(what, self.tr(" and ").join(counts))

    def _missing(self, missing: dict[str, tuple[Missing, ...]]) -> str:
        lines = []
        ordered = sorted(missing.items(), key=lambda item: (-sum(row.pairs for row in item[1]), item[0]))
        for field, rows in ordered:
            for row in rows:
                text = escape(row.datum)
                shown = f'<a href="field:{field}">{text}</a>' if field else self.tr("{0} (write it in the list)").format(text)
                lines.append(f"• {shown}: {escape(self._would_change(row).split(': ')[-1])}")
        head = escape(self.tr("⚠ Not known and would matter"))
        return "<br>".join([f"<b>{head}</b>", *lines]) if lines else ""

    def _follow(self, link: str) -> None:
        kind, _colon, target = link.partition(":")
        if kind == "field":
            control = self._control(target)
            self.area.ensureWidgetVisible(control)
            control.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif int(target) < len(self._targets):
            self.selection.choose(self._targets[int(target)].choice)
