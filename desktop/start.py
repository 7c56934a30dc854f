"""Opens the window; the knowledge is opened behind it, and a fault of either ends in one sentence and an exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QApplication

from desktop.opening import opener_of
from desktop.settings.keeper import SettingsKeeper
from desktop.tasks import TaskRunner
from desktop.tuning import settle, tune
from desktop.widgets.theme import dress
from desktop.window import MainWindow
from engine.settings import SETTINGS_NAME


def _has_display() -> bool:
    """Qt ends the process without a word of ours where it finds no display, so that is asked first (Linux alone can lack one)."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _own_settings() -> Path:
    """Where this user's settings are kept."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(folder) / "coprescribe" / SETTINGS_NAME


def run_desktop(file: str | None, resources: Path | None = None, settings: Path | None = None) -> int:
    """Show the window, on a file's list if one is named. `settings` is the file of the settings; None means the user's own.

    Returns the exit code once the window is closed: 0, or 1 where the knowledge could not be opened, or 2 where the named file
    could not be read. Each fault is shown in the window and written to standard error.
    """
    if not _has_display():
        sys.stderr.write("There is no display to open a window on; use 'coprescribe check' in the terminal.\n")
        return 1
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("Coprescribe")
    tune(qt)
    keeper = SettingsKeeper(settings or _own_settings())
    dressed = dress(qt)
    dressed.apply(keeper.settings)
    keeper.changed.connect(lambda: dressed.apply(keeper.settings))
    tasks = TaskRunner()
    window = MainWindow(opener_of(resources), tasks, keeper)
    window.model.opened.connect(settle)
    window.model.fault_met.connect(lambda sentence: sys.stderr.write(sentence + "\n"))
    if file is not None:
        window.open_file(Path(file), named_at_start=True)
    window.show()
    qt.exec()
    if not tasks.close(wait_ms=0):
        # The person agreed to leave work behind that does not stop. It only reads; nothing is left half written.
        sys.stderr.flush()
        os._exit(window.exit_code)
    if window.model.application is not None:
        window.model.application.students.close()
    return window.exit_code
