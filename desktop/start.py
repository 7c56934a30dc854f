"""Opens the application and the window."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.tasks import TaskRunner
from desktop.window import MainWindow
from engine.application import open_application
from engine.cli.check import read_text
from engine.errors import CoprescribeError, InputError


def _has_display() -> bool:
    """Qt ends the process without a word of ours where it finds no display, so that is asked first (Linux alone can lack one)."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def run_desktop(file: str | None) -> int:
    """Show the window, on a file's text if one is named; a fault of the installation or file ends in one sentence.

    Returns the exit code: 0 after the window was closed, 1 for the installation, 2 for the file.
    """
    if not _has_display():
        sys.stderr.write("There is no display to open a window on; use 'coprescribe check' in the terminal.\n")
        return 1
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("Coprescribe")
    try:
        application = open_application()
        text = read_text(str(Path(file))) if file is not None else ""
        if file is not None and not Path(file).is_file():
            raise InputError("The file to open does not exist.")
    except CoprescribeError as error:
        sys.stderr.write(error.sentence + "\n")
        QMessageBox.critical(None, "Coprescribe", error.sentence)
        return 2 if isinstance(error, InputError) else 1
    window = MainWindow(application, TaskRunner())
    window.show_text(text)
    window.show()
    return qt.exec()
