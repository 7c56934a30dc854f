"""Work for the task runner that needs no opened application: opening the knowledge, facts for About.

The engine is imported inside the work: its libraries take longer to import than Qt takes to show a window.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source of the knowledge, in the words of its own table."""

    id: str
    title: str
    publisher: str
    date: str
    licence: str


@dataclass(frozen=True, slots=True)
class AboutFacts:
    """What About shows: versions as (name, version), the notice, sources and licences."""

    versions: tuple[tuple[str, str], ...]
    notice: str
    sources: tuple[SourceLine, ...]
    licences: str


def about_in_steps(application: Application) -> Generator[Progress, None, AboutFacts]:
    """Facts for About.

    Raises:
        ResourceError: the distribution lacks its NOTICE.
    """
    yield Progress(0, 0)
    import platform
    from importlib.metadata import distribution

    from PySide6.QtCore import qVersion

    from engine.errors import ResourceError
    from engine.installation import REBUILD_HINT

    licences = distribution("coprescribe").read_text("licenses/NOTICE")
    if licences is None:
        raise ResourceError(f"This installation lacks its file NOTICE. {REBUILD_HINT}")
    store = application.store
    versions = (
        ("Coprescribe", application.checker.version),
        ("Knowledge", f"{store.version}, content digest {store.digest[:16]}…"),
        ("Students", "none in this version"),
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
    )
    sources = tuple(
        SourceLine(source.id, source.title, source.publisher, source.date, source.licence) for source in store.sources.values()
    )
    return AboutFacts(versions, application.notice, sources, licences)
