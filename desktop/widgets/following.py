"""A part of a page that follows a state and a choice, and works only while it can be seen."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QTimer, SignalInstance
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget


class _Changing(Protocol):
    """Something that tells when it has changed."""

    @property
    def changed(self) -> SignalInstance:
        """Follows each change."""


class FollowingPanel(QWidget):
    """Shows something. Each panel refreshes in a turn of its own of the event loop, so that no frame is long.

    A panel overrides `refresh`, which shows the present state, and `follow_choice`, which shows what is chosen.
    """

    def __init__(self, state: _Changing, choice: _Changing) -> None:
        super().__init__()
        self._stale_state = True
        self._stale_choice = True
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._catch_up)
        state.changed.connect(self._state_changed)
        choice.changed.connect(self._choice_changed)

    @property
    def fresh(self) -> bool:
        """Whether what is shown is the present state."""
        return not (self._stale_state or self._stale_choice)

    def refresh(self) -> None:
        """Show the present state."""

    def follow_choice(self) -> None:
        """Show what is chosen; called after `refresh` too."""

    def _state_changed(self) -> None:
        self._stale_state = self._stale_choice = True
        self._wake()

    def _choice_changed(self) -> None:
        self._stale_choice = True
        self._wake()

    def _wake(self) -> None:
        if self.isVisible():
            self._soon.start()

    def _catch_up(self) -> None:
        if self._stale_state:
            self._stale_state = False
            self.refresh()
        if self._stale_choice:
            self._stale_choice = False
            self.follow_choice()

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while nobody could see it is shown now."""
        super().showEvent(event)
        if not self.fresh:
            self._soon.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing waits behind a panel that is gone."""
        self._soon.stop()
        super().hideEvent(event)
