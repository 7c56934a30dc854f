"""The patient's history: circumstances that rules ask about, each yes, no or not known; those that matter for the list first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from engine.knowledge.records import Context

State = Literal["yes", "no", "unknown"]
_STATES: tuple[State, ...] = ("yes", "no", "unknown")
_SIGNS: dict[State, str] = {"yes": "✓", "no": "✗", "unknown": "?"}
_CODE = Qt.ItemDataRole.UserRole
_HISTORY_GROUPS = ("history", "genotype")
_ROWS_SHOWN = 9


def state_words(state: State) -> str:
    """A state in words."""
    words = {
        "yes": QCoreApplication.translate("HistoryList", "yes"),
        "no": QCoreApplication.translate("HistoryList", "no"),
        "unknown": QCoreApplication.translate("HistoryList", "not known"),
    }
    return words[state]


class _List(QListWidget):
    """Space goes from state to state; Y, N and Delete choose one."""

    pressed_state = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the states; all others are the list's own."""
        keys: dict[int, State | None] = {
            Qt.Key.Key_Space: None,
            Qt.Key.Key_Y: "yes",
            Qt.Key.Key_N: "no",
            Qt.Key.Key_Delete: "unknown",
        }
        if event.key() in keys and not event.modifiers():
            self.pressed_state.emit(keys[event.key()])
            return
        super().keyPressEvent(event)


class HistoryList(QWidget):
    """All circumstances by group, with a search; the chosen one is set by key or button."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._contexts: Mapping[str, Context] = {}
        self._matter: frozenset[str] = frozenset()
        self._states: dict[str, State] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the history"))
        self.search.setAccessibleName(self.tr("Search the history"))
        self.search.setClearButtonEnabled(True)
        self.list = _List()
        self.list.setAccessibleName(self.tr("History: Y yes, N no, Delete not known, Space the next"))
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(_ROWS_SHOWN * self.list.fontMetrics().lineSpacing())
        self.buttons = {state: QPushButton(state_words(state)) for state in _STATES}
        row = QHBoxLayout()
        for state, button in self.buttons.items():
            button.setAccessibleName(self.tr("The chosen circumstance: {0}").format(state_words(state)))
            button.setMinimumWidth(1)
            button.clicked.connect(lambda _checked=False, chosen=state: self.set_state(chosen))
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        self.search.textChanged.connect(lambda _text: self._show())
        self.list.pressed_state.connect(self.set_state)
        self.list.currentItemChanged.connect(lambda _now, _before: self._enable())
        self.list.itemDoubleClicked.connect(lambda _item: self.set_state(None))
        self._enable()

    @property
    def history(self) -> tuple[str, ...]:
        """Codes that hold."""
        return tuple(code for code, state in self._states.items() if state == "yes")

    @property
    def history_absent(self) -> tuple[str, ...]:
        """Codes that are known not to hold."""
        return tuple(code for code, state in self._states.items() if state == "no")

    def show_contexts(self, contexts: Mapping[str, Context], matter: frozenset[str]) -> None:
        """The vocabulary, and the codes that matter for the list."""
        if self._matter != matter or self._contexts is not contexts:
            self._contexts, self._matter = contexts, matter
            self._show()

    def show_states(self, history: Iterable[str], absent: Iterable[str]) -> None:
        """What is known, from elsewhere."""
        states: dict[str, State] = {**dict.fromkeys(history, "yes"), **dict.fromkeys(absent, "no")}
        if states != self._states:
            self._states = states
            self._show()

    def set_state(self, state: State | None) -> None:
        """Set the chosen circumstance; None goes to the next state."""
        code = self._chosen()
        if code is None:
            return
        before = self._states.get(code, "unknown")
        after = state if state is not None else _STATES[(_STATES.index(before) + 1) % len(_STATES)]
        if after == before:
            return
        if after == "unknown":
            self._states.pop(code)
        else:
            self._states[code] = after
        self.list.currentItem().setText(self._text(code))
        self.edited.emit()

    def _chosen(self) -> str | None:
        if self.list.currentRow() < 0:
            return None
        code = self.list.currentItem().data(_CODE)
        return code if isinstance(code, str) else None

    def _text(self, code: str) -> str:
        state = self._states.get(code, "unknown")
        context = self._contexts.get(code)
        return f"{_SIGNS[state]} {context.words if context is not None else code} — {state_words(state)}"

    def _groups(self) -> list[tuple[str, list[str]]]:
        first = [code for code in self._contexts if code in self._matter or code in self._states]
        first += [code for code in self._states if code not in self._contexts]
        rest = [code for code in self._contexts if code not in first]
        own = [code for code in rest if self._contexts[code].datum in _HISTORY_GROUPS]
        return [
            (self.tr("Known, or matters for this list"), first),
            (self.tr("History"), own),
            (self.tr("Use and situation"), [code for code in rest if code not in own]),
        ]

    def _show(self) -> None:
        wanted = self.search.text().strip().casefold()
        before = self._chosen()
        self.list.clear()
        for heading, codes in self._groups():
            texts = [(code, self._text(code)) for code in codes]
            found = [(code, text) for code, text in texts if wanted in text.casefold()]
            if not found:
                continue
            head = QListWidgetItem(heading)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            font = self.list.font()
            font.setBold(True)
            head.setFont(font)
            self.list.addItem(head)
            for code, text in found:
                row = QListWidgetItem(text)
                row.setData(_CODE, code)
                self.list.addItem(row)
                if code == before:
                    self.list.setCurrentItem(row)
        self._enable()

    def _enable(self) -> None:
        for button in self.buttons.values():
            button.setEnabled(self._chosen() is not None)
