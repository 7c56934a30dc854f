"""Cancelling work that runs in another thread, without Qt: long functions are generators that look at a token between steps."""

from __future__ import annotations

import threading
from dataclasses import dataclass


class CancelledError(Exception):
    """Raised inside the work when its token was cancelled."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is; `total` 0 means unknown."""

    done: int
    total: int


class CancelToken:
    """Set from any thread, read by the work."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether the work should stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Stop here if asked to.

        Raises:
            CancelledError: the token was cancelled.
        """
        if self._event.is_set():
            raise CancelledError
