"""What the three panels have in common: what the page is at in words, work of which only the latest counts, a text below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop.prescription.view_model import BUG_SENTENCE, Phase, PrescriptionViewModel
from desktop.tasks import Task, TaskRunner, Work
from engine.errors import CoprescribeError

if TYPE_CHECKING:
    from engine.report import Fact, Report

T = TypeVar("T")
# Names beyond these are counted.
_FEW = 6
# Lines of text for which a view and the words below it always have room.
_LEAST_VIEW_LINES = 9
_LEAST_WORDS_LINES = 3
_SHARES = (3, 2)


def _said(text: str) -> str:
    return QCoreApplication.translate("MatrixStates", text)


def state_text(model: PrescriptionViewModel) -> str:
    """What the page is at, where that is not simply a finished check; empty there."""
    if model.phase is Phase.CHECKING and model.report is not None:
        return _said("Checking… Until then, what is shown belongs to the list before the change.")
    if model.phase in {Phase.FAULT, Phase.UNUSABLE}:
        return _said("⚠ Nothing was checked: {0}").format(model.fault)
    return {
        Phase.OPENING: _said("Opening the knowledge…"),
        Phase.EMPTY: _said("Nothing to show yet: the list is empty."),
        Phase.CHECKING: _said("Checking…"),
        Phase.STOPPED: _said("The check was stopped: this list is not checked."),
    }.get(model.phase, "")


def counted_names(names: Iterable[str]) -> str:
    """Names without repetition; a few are named, the rest counted."""
    unique = list(dict.fromkeys(names))
    if len(unique) <= _FEW:
        return ", ".join(unique)
    return _said("{0} and {1} more").format(", ".join(unique[:_FEW]), len(unique) - _FEW)


def left_out(report: Report, silent: Iterable[str], silent_words: str) -> str:
    """One sentence for what a panel says nothing about.

    `silent` are names of which nothing at hand speaks here, introduced by `silent_words`.
    """
    local = [drug.name for drug in report.drugs if drug.systemic is False]
    parts = []
    if report.not_checked:
        parts.append(_said("what was not checked ({0} in the list)").format(len(report.not_checked)))
    if local:
        parts.append(_said("medicines used locally: {0}").format(counted_names(local)))
    named = counted_names(silent)
    if named:
        parts.append(f"{silent_words} {named}")
    return _said("Not in it: {0}. What is not known here may still be so.").format(
        "; ".join(parts) or _said("nothing of the list")
    )


def fact_html(facts: Iterable[Fact]) -> str:
    """Facts with source, locator and basis as a list; empty without facts."""
    from engine.reasoning.wording import traced

    rows = "".join(
        f"<li>{escape(fact.text)} — <i>{escape(traced(fact.source, fact.locator, fact.basis))}</i></li>" for fact in facts
    )
    return f"<ul>{rows}</ul>" if rows else ""


def plain_label() -> QLabel:
    """A label that wraps and takes every text as it is."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


class Words(QTextBrowser):
    """A text below a picture: it wraps and scrolls, its links choose and open nothing."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self._html = ""

    def say(self, html: str) -> None:
        """Show a text; the same text again keeps the place that a person reads."""
        if html != self._html:
            self._html = html
            self.setHtml(html)


class Stack(QScrollArea):
    """A picture of the list with words below it and what stands above; where the place is too low, all of it scrolls.

    A person can move the border between picture and words.
    """

    def __init__(self, above: Sequence[QWidget], view: QWidget, words: QWidget) -> None:
        super().__init__()
        self._view, self._words = view, words
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        for part, share in zip((view, words), _SHARES, strict=True):
            # Only the least heights count: what a view would like would make the whole scroll before it must.
            part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            parts.addWidget(part)
            parts.setStretchFactor(parts.count() - 1, share)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in above:
            column.addWidget(widget)
        column.addWidget(parts, 1)
        self.setWidget(inside)
        self._fit()
        parts.setSizes([share * 100 for share in _SHARES])

    def _fit(self) -> None:
        line = self.fontMetrics().lineSpacing()
        self._view.setMinimumHeight(_LEAST_VIEW_LINES * line)
        self._words.setMinimumHeight(_LEAST_WORDS_LINES * line)

    def changeEvent(self, event: QEvent) -> None:
        """Another font needs other heights."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()


class Latest(Generic[T]):
    """Background work of which only the latest result is applied."""

    def __init__(self, tasks: TaskRunner) -> None:
        self._tasks = tasks
        self._task: Task[T] | None = None

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        return self._task is not None

    def drop(self) -> None:
        """Nothing that is under way will be applied."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def start(self, work: Work[T], on_done: Callable[[T], None], on_fault: Callable[[str], None]) -> None:
        """Start work and drop what was under way. `on_fault` gets a sentence; a bug of ours is raised again after it."""
        self.drop()

        def done(result: T) -> None:
            self._task = None
            on_done(result)

        def failed(error: BaseException) -> None:
            self._task = None
            known = isinstance(error, CoprescribeError)
            on_fault(error.sentence if isinstance(error, CoprescribeError) else BUG_SENTENCE)
            if not known:
                raise error

        self._task = self._tasks.start(work, done, failed)
