"""The opened application: what the desktop and the command line call.

Opened once by the composition root; immutable; every method is safe to call from a worker thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from engine.checking import Checker, CheckOptions
from engine.errors import ResourceError
from engine.installation import REBUILD_HINT, Installation, find_installation
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reading.lexicon import Lexicon
from engine.report import Report
from engine.students.library import Students

if TYPE_CHECKING:
    from engine.settings import Naming

INTENDED_USE_FILE = "intended_use.txt"


def application_version() -> str:
    """Version of this distribution.

    Raises:
        ResourceError: the distribution is not installed.
    """
    try:
        return version("coprescribe")
    except PackageNotFoundError as error:
        raise ResourceError(f"Coprescribe is not installed in this Python. {REBUILD_HINT}") from error


def read_notice(installation: Installation) -> str:
    """The intended-use notice: one text, one file.

    Raises:
        ResourceError: the file is missing, unreadable or empty.
    """
    path = installation.resources / INTENDED_USE_FILE
    try:
        notice = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(f"The notice '{path}' is missing or unreadable. {REBUILD_HINT}") from error
    if not notice:
        raise ResourceError(f"The notice '{path}' is empty. {REBUILD_HINT}")
    return notice


@dataclass(frozen=True, slots=True)
class Application:
    """Knowledge and what is done with it. `students` and `lexicon` are opened when they are first asked for."""

    installation: Installation
    store: KnowledgeStore
    checker: Checker
    notice: str
    students: Students
    lexicon: Lexicon

    def check(self, text: str, patient: Patient | None = None, options: CheckOptions | None = None) -> Report:
        """Check a prescription text; see :meth:`Checker.check`."""
        return self.checker.check(text, patient, options)

    def named(self, naming: Naming) -> Application:
        """The same application with other names of medicines in every text; ids, codes and findings stay the same."""
        store = self.store.named(naming)
        return replace(self, store=store, checker=self.checker.over(store))


def open_application(resources: Path | None = None) -> Application:
    """Open the installation.

    Raises:
        ResourceError: the knowledge is missing, damaged or of another format.
    """
    installation = find_installation(resources)
    store = KnowledgeStore(installation.compiled)
    notice = read_notice(installation)
    checker = Checker(store, application_version(), notice)
    return Application(installation, store, checker, notice, Students(installation), Lexicon(installation, store))
