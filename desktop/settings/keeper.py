"""The one holder of the settings: read once, changed in one place, kept after each change."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import ResourceError
from engine.settings import Settings, changed, read_settings, write_settings


class SettingsKeeper(QObject):
    """Settings, kept at a path or, without one, only as long as the program runs.

    `changed` follows new settings. `remarks` are sentences on what was set back when the file was read. `failed` carries a
    sentence where they could not be kept; they hold all the same until the program ends.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, path: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._settings, self.remarks = read_settings(path) if path is not None else (Settings(), ())

    @property
    def settings(self) -> Settings:
        """What holds now."""
        return self._settings

    def update(self, **changes: object) -> None:
        """Change some settings by name and keep them.

        Raises:
            ValueError: a name is not known or a value is not usable.
        """
        self.replace(changed(self._settings, changes))

    def replace(self, settings: Settings, *, keep: bool = True) -> None:
        """Take these settings; `keep` False tries them without writing, as long as a person has not decided."""
        new = settings != self._settings
        self._settings = settings
        if new:
            self.changed.emit()
        if keep and self.path is not None:
            try:
                write_settings(self.path, settings)
            except ResourceError as error:
                self.failed.emit(error.sentence)
