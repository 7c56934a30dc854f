"""The bar with which a person chooses a source and the place of its run, starts, pauses and goes on, and sees how far it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.abstracts.asking import ask_for_file, ask_for_folder, ask_for_place, ask_whether_anew
from desktop.abstracts.states import counts_text, phase_text
from desktop.abstracts.view_model import ManyAbstractsModel, Phase, Place
from desktop.prescription.filters_bar import Chooser, Wrapping
from desktop.widgets.fitted_text import FittedText

_ELSEWHERE = "elsewhere"
_BAR_PIXELS = 6


class ControlBar(QWidget):
    """Follows the model. `exporting` asks for an export."""

    exporting = Signal()

    def __init__(self, model: ManyAbstractsModel) -> None:
        super().__init__()
        self._model = model
        self.choose_file = QPushButton(self.tr("Choose a fi&le…"))
        self.choose_folder = QPushButton(self.tr("Choose a fol&der…"))
        self.place_label = QLabel(self.tr("&Keep the run"))
        self.place = Chooser(self.tr("Where the run's file is kept"))
        self.place_label.setBuddy(self.place)
        self.start = QPushButton()
        self.pause = QPushButton(self.tr("Pa&use"))
        self.anew = QPushButton(self.tr("Start a&gain"))
        self.export = QPushButton(self.tr("E&xport…"))
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("How far the run is"))
        self.where = FittedText(self.tr("The source, and where its run is kept"))
        self.status = FittedText(self.tr("What the run is at, and what was found so far"))
        self._lay_out()
        self.choose_file.clicked.connect(lambda: self._choose(ask_for_file(self)))
        self.choose_folder.clicked.connect(lambda: self._choose(ask_for_folder(self)))
        self.place.activated.connect(lambda _number: self._choose_place())
        self.start.clicked.connect(self._start)
        self.pause.clicked.connect(model.pause)
        self.anew.clicked.connect(self._start_anew)
        self.export.clicked.connect(self.exporting)
        model.changed.connect(self.refresh)
        model.progressed.connect(lambda _done, _total: self._show_progress())
        self.refresh()

    def _lay_out(self) -> None:
        row = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        row.setSizePolicy(policy)
        parts = Wrapping(row)
        for part in (
            *(self.choose_file, self.choose_folder, self.place_label, self.place),
            *(self.start, self.pause, self.anew, self.export),
        ):
            parts.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(row)
        column.setSpacing(2)
        for text in (self.where, self.status):
            # A path may be one long word.
            text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            # They are no fields to write in, and must not look like some.
            text.viewport().setAutoFillBackground(False)
            column.addWidget(text)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(_BAR_PIXELS)
        column.addWidget(self.bar)

    def refresh(self) -> None:
        """Show the model's present state."""
        model, phase = self._model, self._model.phase
        resting = phase not in {Phase.OPENING, Phase.UNUSABLE, Phase.LOOKING, Phase.READING, Phase.STOPPING}
        chosen = model.source is not None and model.place is not None
        can_start = phase in {Phase.CHOSEN, Phase.PAUSED, Phase.FAULT} and chosen
        resume = phase is Phase.PAUSED or (phase is Phase.FAULT and model.reader is not None)
        self.start.setText(self.tr("&Resume") if resume else self.tr("&Start"))
        # The focus must not fall to somewhere else when a button goes: it moves to the one that takes its place.
        took = self.start.hasFocus(), self.pause.hasFocus(), self.anew.hasFocus()
        self.pause.setVisible(phase in {Phase.READING, Phase.STOPPING})
        # A button that is disabled loses the focus, so it stays while the last step is finished; it does nothing then.
        self.start.setVisible(phase not in {Phase.READING, Phase.STOPPING, Phase.REFUSED, Phase.DONE})
        self.start.setEnabled(can_start)
        self.anew.setVisible(phase in {Phase.PAUSED, Phase.DONE, Phase.REFUSED, Phase.FAULT} and chosen)
        for part in (self.choose_file, self.choose_folder):
            part.setEnabled(resting)
        for shown in (self.place, self.place_label):
            shown.setVisible(chosen)
            shown.setEnabled(resting)
        # In one line with what it names.
        self.place_label.setMinimumHeight(self.place.sizeHint().height())
        self.export.setVisible(model.reader is not None)
        if any(took):
            after = self.pause if self.pause.isVisibleTo(self) else self.start if can_start else self.anew
            after.setFocus()
        self._show_places()
        self._show_where()
        self._show_progress()

    def _show_places(self) -> None:
        words = {
            "beside": self.tr("beside the source"),
            "own": self.tr("in Coprescribe's own folder"),
            _ELSEWHERE: self.tr("elsewhere"),
        }
        offered: dict[object, str] = {place.kind: words[place.kind] for place in self._model.places}
        offered["ask"] = self.tr("elsewhere…") if _ELSEWHERE not in offered else self.tr("at yet another place…")
        if self._model.place is not None:
            self.place.fill(offered, self._model.place.kind)

    def _show_where(self) -> None:
        source, place = self._model.source, self._model.place
        said = self.tr("Source: {0}").format(source) if source is not None else ""
        if place is not None and place.path == source:
            said = self.tr("Run: {0}").format(source)
        elif place is not None and place.kind == "beside":
            said = self.tr("{0} · the run is kept beside it as {1}").format(said, place.path.name)
        elif place is not None:
            said = self.tr("{0} · the run is kept as {1}").format(said, place.path)
        self.where.show_text(said)

    def _show_progress(self) -> None:
        model = self._model
        self.bar.setVisible(model.reading or model.phase is Phase.LOOKING)
        # Without a total the bar moves to and fro.
        total = model.total if model.reading else 0
        self.bar.setRange(0, total)
        self.bar.setValue(min(model.done, total))
        self.status.show_text("\n".join(filter(None, (phase_text(model), counts_text(model)))))

    def _choose(self, source: Path | None) -> None:
        if source is not None:
            self._model.choose(source)

    def _choose_place(self) -> None:
        kind = self.place.currentData()
        if kind != "ask":
            self._model.choose_place(next(place for place in self._model.places if place.kind == kind))
            return
        assert self._model.place is not None
        path = ask_for_place(self, self._model.place.path)
        if path is not None:
            self._model.choose_place(Place(_ELSEWHERE, path))
        else:
            self.refresh()

    def _start(self) -> None:
        self._model.start()

    def _start_anew(self) -> None:
        if self._model.phase is Phase.REFUSED or ask_whether_anew(self, self._model.done):
            self._model.start(anew=True)

    def fit(self) -> None:
        """Another window has other room."""
        for text in (self.where, self.status):
            text.fit()
