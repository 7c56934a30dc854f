"""Where the resources of this installation are.

Resolution order: explicit argument, frozen bundle, wheel, checkout. No environment variable and no search path: a program that
finds other people's tables by accident is worse than one that stops.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ResourceError

REBUILD_HINT = "Run 'make run' in the checkout, or install Coprescribe again."
REPAIR_HINT = "Put the whole folder of the student back, or install Coprescribe again."


@dataclass(frozen=True, slots=True)
class Installation:
    """The folder that holds knowledge, students and samples of one installation."""

    resources: Path

    @property
    def compiled(self) -> Path:
        """Folder of the compiled knowledge (`knowledge.sqlite` and `manifest.json`)."""
        return self.resources / "compiled"

    @property
    def knowledge_tables(self) -> Path:
        """Folder of the hand-edited tables; present in a checkout only."""
        return self.resources / "knowledge"

    @property
    def students(self) -> Path:
        """Folder of the students, a folder each; any of them may be missing."""
        return self.resources / "students"


def find_installation(explicit: Path | None = None) -> Installation:
    """Return the installation in use.

    Raises:
        ResourceError: the folder does not exist.
    """
    if explicit is not None:
        candidate = explicit
    elif getattr(sys, "frozen", False):
        candidate = Path(str(getattr(sys, "_MEIPASS", Path(sys.executable).parent))) / "resources"
    else:
        # A wheel and a checkout both keep `resources` beside the `engine` package.
        candidate = Path(__file__).resolve().parent.parent / "resources"
    try:
        exists = candidate.is_dir()
    except OSError as error:
        raise ResourceError(f"The resources folder cannot be reached: {error.strerror}. {REBUILD_HINT}") from error
    if not exists:
        raise ResourceError(f"The resources folder '{candidate}' does not exist. {REBUILD_HINT}")
    return Installation(candidate)
