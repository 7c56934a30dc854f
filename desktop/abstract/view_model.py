"""State of the abstract page without widgets: the text, the file it came from, and what was read in it.

Every change of the text starts a reading in the background once typing pauses; the result of an older one is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal

from desktop.abstract.choice import ChosenRelation
from desktop.abstract.documents import WithSources, with_sources
from desktop.abstract.opening_work import Opened, opening_of
from desktop.faults import FaultTeller
from desktop.prescription.view_model import BUG_SENTENCE
from desktop.tasks import Task, TaskRunner, fault_sentence
from engine.cancellation import CancelToken, Progress
from engine.errors import CoprescribeError
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.abstracts.model import Abstract
    from engine.application import Application
    from engine.explain.model import Explanation
    from engine.reading.model import Reading

    # The last one is called between batches, and raises CancelledError where the reading should stop.
    ReadInSteps = Callable[[Application, str, Callable[[], None]], Generator[Progress, None, Reading]]

# A reading takes from a second on, so it waits for the end of a sentence rather than of a word.
_DELAY_MS = 700
SAMPLE_FILE = Path("samples") / "abstract.txt"


class ReadingPhase(Enum):
    """What the page is at."""

    OPENING = "the knowledge is being opened"
    UNUSABLE = "the knowledge could not be opened"
    EMPTY = "there is no text"
    WAITING = "the text has changed and is read when typing pauses"
    READING = "the text is being read"
    READ = "the reading belongs to the text"
    STOPPED = "a person stopped the reading"
    FAULT = "the text cannot be read"


def _read_in_steps(application: Application, text: str, check: Callable[[], None]) -> Generator[Progress, None, Reading]:
    """The engine's reader, imported only where something is read: it brings the student's libraries along."""
    yield Progress(0, 0)
    from engine.reading.reader import read_in_steps

    return (yield from read_in_steps(application, text, check=check))


class AbstractViewModel(FaultTeller):
    """What the page shows and does.

    `changed` follows every change of phase, reading, message or settings; `read` comes just before it where a newer reading has
    come (old one, new one); `opened` carries an abstract that takes the place of the text, and `many` the abstracts of a file
    that holds more than one.
    """

    read = Signal(object, object)
    progressed = Signal(int, int)
    opened = Signal(object)
    many = Signal(object)

    def __init__(self, tasks: TaskRunner, read_in_steps: ReadInSteps | None = None) -> None:
        super().__init__()
        self.tasks = tasks
        self._read_in_steps = read_in_steps or _read_in_steps
        self._text = ""
        self._settings = Settings()
        self._task: Task[WithSources] | None = None
        self._token = CancelToken()
        self._opening: Task[Opened] | None = None
        self.application: Application | None = None
        self.phase = ReadingPhase.OPENING
        self.reading: Reading | None = None
        self.sources: Mapping[str, str] = {}
        # What was explained last of each relation, for exports; it belongs to the reading and goes with it.
        self.explanations: dict[ChosenRelation, Explanation] = {}
        self.fault = ""
        self.source: Abstract | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self._start)

    @property
    def busy(self) -> bool:
        """Whether the knowledge is being opened, or a reading or a file is waiting or under way."""
        return self._opening is not None or self.phase in {ReadingPhase.OPENING, ReadingPhase.WAITING, ReadingPhase.READING}

    @property
    def opening(self) -> bool:
        """Whether a file is being opened."""
        return self._opening is not None

    @property
    def text(self) -> str:
        """The text as it is written."""
        return self._text

    @property
    def settings(self) -> Settings:
        """What the person has chosen about the program."""
        return self._settings

    @property
    def current(self) -> bool:
        """Whether the reading belongs to the text as it is now."""
        return self.phase is ReadingPhase.READ and self.reading is not None

    @property
    def notice(self) -> str:
        """The intended use; empty until the knowledge is open."""
        return self.application.notice if self.application is not None else ""

    def set_settings(self, settings: Settings) -> None:
        """Take new settings."""
        if settings != self._settings:
            self._settings = settings
            self.changed.emit()

    def set_reader(self, read_in_steps: ReadInSteps) -> None:
        """Read with something else than the engine's reader from now on."""
        self._read_in_steps = read_in_steps

    def set_application(self, application: Application | None) -> None:
        """Take the opened application; another one (other names of medicines) reads the text again."""
        if application is self.application or application is None:
            return
        self.application = application
        if self._text.strip():
            self.read_now()
        else:
            self._set(ReadingPhase.EMPTY)

    def set_unusable(self, sentence: str) -> None:
        """The knowledge could not be opened, so nothing can be read."""
        if self.phase is ReadingPhase.UNUSABLE:
            return
        self._cancel()
        self._set(ReadingPhase.UNUSABLE, fault=sentence)

    def set_text(self, text: str) -> None:
        """Take a new text; it is read when typing pauses."""
        if text == self._text:
            return
        self._text = text
        # A text that was changed is no longer that of its file, nor of the number that stands there.
        self.source = None
        if self.application is None:
            return
        self._cancel()
        if text.strip():
            # The older reading stays, and the page says that it is older.
            self._timer.start()
            self._set(ReadingPhase.WAITING, self.reading)
        else:
            self._set(ReadingPhase.EMPTY)

    def read_now(self) -> None:
        """Read the text as it stands, without waiting, also after it was stopped."""
        if self.application is not None:
            self._cancel()
            self._start()

    def stop(self) -> None:
        """Cancel the reading that waits or is under way; nothing of it is shown."""
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
            self.changed.emit()
        if self.phase in {ReadingPhase.WAITING, ReadingPhase.READING}:
            self._cancel()
            self._set(ReadingPhase.STOPPED)

    def open_path(self, path: Path) -> None:
        """Read a file in the background: `opened` follows, `many` where it holds several abstracts, or a message."""
        if self._opening is not None:
            self._opening.cancel()
        self._opening = self.tasks.start(opening_of(path), self._file_read, self._file_failed)
        self.changed.emit()

    def open_sample(self) -> None:
        """Open the text that comes along with the program."""
        if self.application is not None:
            self.open_path(self.application.installation.resources / SAMPLE_FILE)

    def take(self, abstract: Abstract) -> None:
        """Put an abstract in the place of the text; the page hands its text on to :meth:`set_text`."""
        if abstract.is_fault:
            self.meet_fault(abstract.remark)
            return
        self.message = ""
        self.opened.emit(abstract)
        self.source = abstract
        self.read_now()

    def keep_explanation(self, chosen: ChosenRelation, explanation: Explanation) -> None:
        """Keep what was explained of a relation of the present reading, so that exports hold it."""
        self.explanations[chosen] = explanation

    def _file_read(self, opened: Opened) -> None:
        self._opening = None
        if len(opened.abstracts) == 1 and not opened.more:
            self.take(opened.abstracts[0])
        else:
            self.changed.emit()
            self.many.emit(opened)

    def _file_failed(self, error: BaseException) -> None:
        self._opening = None
        self.meet_fault(error.sentence if isinstance(error, CoprescribeError) else BUG_SENTENCE)
        # Raises again what is no fault but a bug of ours.
        fault_sentence(error)

    def _set(self, phase: ReadingPhase, reading: Reading | None = None, fault: str = "") -> None:
        before, self.phase, self.reading, self.fault = self.reading, phase, reading, fault
        if reading is not before:
            self.explanations = {}
            self.read.emit(before, reading)
        self.changed.emit()

    def _cancel(self) -> None:
        self._timer.stop()
        self._token.cancel()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _start(self) -> None:
        if self.application is None:
            return
        if not self._text.strip():
            self._set(ReadingPhase.EMPTY)
            return
        application, text, read_in_steps = self.application, self._text, self._read_in_steps
        # A stretch of a text takes seconds: a reading that nobody waits for must not hold a core and a thread for so long.
        self._token = token = CancelToken()

        def work() -> Generator[Progress, None, WithSources]:
            return with_sources(application, (yield from read_in_steps(application, text, token.check)))

        self._task = self.tasks.start(work, self._done, self._failed, self._progress)
        self._set(ReadingPhase.READING, self.reading)

    def _progress(self, progress: Progress) -> None:
        self.progressed.emit(progress.done, progress.total)

    def _done(self, found: WithSources) -> None:
        self._task = None
        self.sources = found.sources
        self._set(ReadingPhase.READ, found.reading)

    def _failed(self, error: BaseException) -> None:
        self._task = None
        sentence = error.sentence if isinstance(error, CoprescribeError) else BUG_SENTENCE
        self._set(ReadingPhase.FAULT, fault=sentence)
        self.fault_met.emit(sentence)
        # Raises again what is no fault but a bug of ours.
        fault_sentence(error)
