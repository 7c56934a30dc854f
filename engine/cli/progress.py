"""How far a batch is, on standard error: one line that is written over on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time

from engine.cli.output import complain, printable

_SECONDS_ON_TERMINAL = 0.1
_SECONDS_ELSEWHERE = 10.0
_MOST_SIGNS = 30


class ProgressLine:
    """Says which file is worked on and how much of it is done; `noun` is what is counted."""

    def __init__(self, noun: str = "lists") -> None:
        self._noun = noun
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._said = time.monotonic()
        self._open = False

    def show(self, file: str, done: int, total: int) -> None:
        """Say it, unless something was said just now; `total` 0 means unknown."""
        now = time.monotonic()
        if now - self._said < (_SECONDS_ON_TERMINAL if self._terminal else _SECONDS_ELSEWHERE):
            return
        self._said = now
        counted = f"{done} of {total} {self._noun}" if total else f"{done} {self._noun}"
        if not self._terminal:
            complain(f"{file}: {counted}")
            return
        # Blanks behind it cover a longer line that stood there.
        sys.stderr.write(f"\r{printable(file)[-_MOST_SIGNS:]}: {counted}{' ' * 20}")
        sys.stderr.flush()
        self._open = True

    def end(self) -> None:
        """Leave the line, so that what comes next stands below it."""
        if self._open:
            sys.stderr.write("\n")
            self._open = False
