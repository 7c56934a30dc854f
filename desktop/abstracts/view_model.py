"""State of the page of many abstracts without widgets: what was chosen, where the run is kept, and how far it is.

One run at a time. It is read in the background into its file, and everything that is shown is read from that file, so that a
run that was stopped, or that the program was closed over, shows the same and goes on where it was.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal

from desktop.abstracts.pace import Pace
from desktop.abstracts.runs import Found, RunReader, Runs
from desktop.abstracts.work import Reached, looking, reading, summing
from desktop.faults import FaultTeller
from desktop.prescription.view_model import BUG_SENTENCE
from desktop.tasks import Task, TaskRunner, fault_sentence
from engine.cancellation import CancelToken, Progress
from engine.errors import CoprescribeError
from engine.reading.batch_model import Summary
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.application import Application

# Results are shown as they come, and no oftener than this: each look reads the run's file.
_LOOK_MS = 1000
# After a look that took long, because the run or the computer's other work is large, reading goes first for so many times that.
_REST = 4
# A progress bar paints at once whatever waits to be painted, and nobody reads figures that change faster.
_TELL_EVERY_S = 0.25


def _own_folder() -> Path:
    """Where runs are kept that do not lie beside their source; it is made once one is."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(folder) / "coprescribe" / "runs"


class Phase(Enum):
    """What the page is at."""

    OPENING = "the knowledge is being opened"
    UNUSABLE = "the knowledge could not be opened"
    EMPTY = "nothing is chosen"
    LOOKING = "it is being looked whether a run is there"
    CHOSEN = "a source is chosen and not read"
    REFUSED = "a run is there that cannot be gone on with"
    READING = "the source is being read"
    STOPPING = "a person paused, and the last step is being finished"
    PAUSED = "a part is read"
    DONE = "everything is read"
    FAULT = "the source cannot be read, or not further"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run can be kept."""

    kind: str
    path: Path


class Rows(QObject):
    """What the tables show; `changed` follows new rows, and another run."""

    changed = Signal()


class ManyAbstractsModel(FaultTeller):
    """What the page shows and does. `changed` follows every change of phase, counts or message; `rows` tells of new rows."""

    progressed = Signal(int, int)

    def __init__(self, tasks: TaskRunner, *, runs: Runs | None = None, own_folder: Path | None = None) -> None:
        super().__init__()
        self.tasks = tasks
        self.rows = Rows()
        self._runs = runs
        self._own_folder = own_folder if own_folder is not None else _own_folder()
        self.settings = Settings()
        self.application: Application | None = None
        self._pace = Pace()
        self._stop: CancelToken | None = None
        self._reached = Reached()
        self._looking: Task[tuple[int, Found]] | None = None
        self._summing: Task[Summary] | None = None
        self._again = False
        self.phase = Phase.OPENING if runs is None else Phase.EMPTY
        self.fault = ""
        self.source: Path | None = None
        self.places: tuple[Place, ...] = ()
        self.place: Place | None = None
        self.found = Found()
        self.reader: RunReader | None = None
        self.summary: Summary | None = None
        self.done, self.total = 0, 0
        self._held = 0
        self._told_s = 0.0
        self._looked_s = self._rest_until_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def busy(self) -> bool:
        """Whether something is being looked for, read, stopped or counted."""
        return self.phase in {Phase.LOOKING, Phase.READING, Phase.STOPPING} or self._summing is not None

    @property
    def reading(self) -> bool:
        """Whether the run's file is being written."""
        return self.phase in {Phase.READING, Phase.STOPPING}

    @property
    def rate_per_s(self) -> float | None:
        """Records a second, where enough was seen to say so."""
        return self._pace.rate_per_s if self.phase is Phase.READING else None

    @property
    def left_s(self) -> float | None:
        """Seconds that the run still takes, where that can be said."""
        return self._pace.left_s(self.total) if self.phase is Phase.READING else None

    @property
    def notice(self) -> str:
        """The intended use; empty until the knowledge is open."""
        return self.application.notice if self.application is not None else ""

    def set_application(self, application: Application | None) -> None:
        """Take the opened application; a run that is being read goes on with the one before."""
        if application is None or application is self.application:
            return
        self.application = application
        from desktop.abstracts.engine_runs import EngineRuns

        self.set_runs(EngineRuns(application))

    def set_runs(self, runs: Runs) -> None:
        """Take what looks for runs and reads them; a source that was chosen before is looked for now."""
        self._runs = runs
        if self.phase is Phase.OPENING:
            self._set(Phase.EMPTY)
            if self.source is not None:
                self.choose(self.source)

    def set_unusable(self, sentence: str) -> None:
        """The knowledge could not be opened, so nothing can be read."""
        self.fault = sentence
        self._set(Phase.UNUSABLE)

    def set_settings(self, settings: Settings) -> None:
        """Take new settings; what is being read goes on with the old ones."""
        self.settings = settings

    def choose(self, source: Path) -> None:
        """Take a file or folder, and look whether a run over it is there. While one is read, nothing else can be chosen."""
        if self.reading:
            return
        self.source = source
        if self._runs is None:
            self.changed.emit()
            return
        beside = Place("beside", self._runs.beside(source))
        own = Place("own", self._runs.kept_in(self._own_folder, source))
        # The file of a run has but one place: its own.
        self.places = (beside, own) if own.path != beside.path else (beside,)
        self._look(self.places)

    def choose_place(self, place: Place) -> None:
        """Keep the run at another place, and look whether one is there."""
        if self.reading or self.source is None or place == self.place:
            return
        if place not in self.places:
            self.places = (*(one for one in self.places if one.kind != place.kind), place)
        self._look((place,))

    def _look(self, places: tuple[Place, ...]) -> None:
        assert self._runs is not None
        assert self.source is not None
        if self._looking is not None:
            self._looking.cancel()
        self._forget()
        self.place = places[0]
        self._set(Phase.LOOKING)
        paths = tuple(place.path for place in places)

        def done(found: tuple[int, Found]) -> None:
            self._looking = None
            number, self.found = found
            self.place = places[number]
            self._show_found()

        self._looking = self.tasks.start(looking(self._runs, self.source, paths), done, self._failed)

    def _show_found(self) -> None:
        found = self.found
        self.done, self.total = found.done, found.total
        if found.refusal:
            self._set(Phase.REFUSED)
            return
        if found.closed and not found.exists:
            self.fault = found.closed
            self._set(Phase.FAULT)
            self.fault_met.emit(found.closed)
            return
        if not found.exists:
            self._set(Phase.CHOSEN)
            return
        self._open()
        self._set(Phase.DONE if found.finished else Phase.PAUSED)
        self.look_at_rows()
        if found.closed:
            self.meet_fault(found.closed)

    def _forget(self) -> None:
        """Another run comes: nothing of the one before may stay."""
        self._timer.stop()
        self._drop_sums()
        self.reader, self.summary, self.found = None, None, Found()
        self.done, self.total, self.fault = 0, 0, ""
        self.rows.changed.emit()

    def _open(self) -> None:
        assert self._runs is not None
        assert self.place is not None
        self.reader = self._runs.open(self.place.path)

    def start(self, *, anew: bool = False) -> None:
        """Read what is not read yet; `anew` throws away what is there."""
        if self.reading or self._runs is None or self.source is None or self.place is None:
            return
        if anew:
            self._forget()
        self.fault = ""
        self._stop = CancelToken()
        self._pace.start()
        self._held = self.done
        self._reached = Reached()
        stops = [self._stop]
        work = reading(self._runs, self.source, self.place.path, anew=anew, stops=stops, reached=self._reached)
        self._set(Phase.READING)
        self._timer.start()
        task = self.tasks.start(work, self._ended, self._failed, self._progress)
        # A window that closes cancels the task itself, which must end a long step too.
        stops.append(task.token)

    def pause(self) -> None:
        """Stop reading after the step that is under way; what is read stays."""
        if self.phase is Phase.READING and self._stop is not None:
            self._stop.cancel()
            self._set(Phase.STOPPING)

    def _tick(self) -> None:
        self._progress(self._reached.progress)
        if time.monotonic() >= self._rest_until_s:
            self.look_at_rows()

    def _progress(self, progress: Progress) -> None:
        self.total = max(progress.total, self.total if progress.total else 0)
        # A run that goes on passes over what it holds, which is neither progress nor pace.
        if progress.done > self._held:
            self.done = progress.done
            self._pace.take(time.monotonic(), progress.done)
        now_s = time.monotonic()
        if now_s - self._told_s >= _TELL_EVERY_S:
            self._told_s = now_s
            self.progressed.emit(self.done, self.total)

    def _ended(self, reached: Reached) -> None:
        self._stop = None
        self._timer.stop()
        self._progress(reached.progress)
        self._set(Phase.DONE if reached.finished else Phase.PAUSED)
        self.look_at_rows(last=True)

    def look_at_rows(self, *, last: bool = False) -> None:
        """Count anew what is read, and tell; one count at a time. `last` counts once more after the one under way."""
        if self._summing is not None:
            self._again = self._again or last
            return
        if self.reader is None:
            if self._runs is None or self.place is None or not (self.reading or last):
                return
            self._open()
        assert self.reader is not None
        self._looked_s = time.monotonic()
        self._summing = self.tasks.start(summing(self.reader), self._summed, self._not_summed)

    def _summed(self, summary: Summary) -> None:
        self._summing = None
        now_s = time.monotonic()
        self._rest_until_s = now_s + _REST * (now_s - self._looked_s)
        self.summary = summary
        self.changed.emit()
        self.rows.changed.emit()
        if self._again:
            self._again = False
            self.look_at_rows()

    def _not_summed(self, error: BaseException) -> None:
        self._summing = None
        # While it is read for the first time there may be no file yet; the reading says what is wrong, if something is.
        if not (self.reading and isinstance(error, CoprescribeError)):
            self._failed(error)

    def _drop_sums(self) -> None:
        self._again = False
        if self._summing is not None:
            self._summing.cancel()
            self._summing = None

    def _failed(self, error: BaseException) -> None:
        self._looking = self._stop = None
        self._timer.stop()
        self.fault = error.sentence if isinstance(error, CoprescribeError) else BUG_SENTENCE
        self._set(Phase.FAULT)
        self.fault_met.emit(self.fault)
        # Raises again what is no fault but a bug of ours.
        fault_sentence(error)

    def _set(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()

    def close(self) -> None:
        """The window closes: what is being read stops after its step."""
        self.pause()
        self._timer.stop()
