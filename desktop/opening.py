"""Work for the task runner that needs no opened application: opening the knowledge.

The engine is imported inside the work: its libraries take longer to import than Qt takes to show a window.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cancellation import Progress

if TYPE_CHECKING:
    from engine.application import Application

Opener = Callable[[], "Generator[Progress, None, Application]"]


def opener_of(resources: Path | None = None) -> Opener:
    """Work that opens the installation at `resources`, or this program's own."""

    def work() -> Generator[Progress, None, Application]:
        yield Progress(0, 0)
        from engine.application import open_application

        return open_application(resources)

    return work
