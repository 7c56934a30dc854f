"""Colours and letters of the whole application: light, dark or the desktop's own, every text legible, at any font size."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from desktop.widgets.contrast import legible_palette
from engine.settings import Settings, Theme

_SCHEMES: dict[Theme, Qt.ColorScheme] = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}
# As Qt's own style makes a palette from one colour, for platforms that do not know schemes.
_BUTTON = {"light": "#efefef", "dark": "#323232"}


class Dress(QObject):
    """Dresses an application, at once and after each change; it belongs to the application."""

    def __init__(self, qt: QApplication) -> None:
        super().__init__(qt)
        self._qt = qt
        self._own_points = qt.font().pointSizeF()
        self._theme: Theme = "system"
        self._painting = False
        self.repaint()
        qt.styleHints().colorSchemeChanged.connect(self.repaint)

    def apply(self, settings: Settings) -> None:
        """Theme and font size, without a restart."""
        if settings.theme != self._theme:
            self._theme = settings.theme
            self._qt.styleHints().setColorScheme(_SCHEMES[settings.theme])
            self.repaint()
        points = self._own_points * settings.font_percent / 100
        font = self._qt.font()
        if abs(font.pointSizeF() - points) > 0.01:
            font.setPointSizeF(points)
            self._qt.setFont(font)

    def repaint(self) -> None:
        """The platform's palette, or that of the theme where the platform does not follow, with every text legible."""
        if self._painting:
            return
        self._painting = True
        try:
            self._qt.setPalette(QPalette())
            plain = self._plain()
            self._qt.setPalette(plain)
            self._qt.setPalette(legible_palette(self._qt.palette()).resolve(plain))
        finally:
            self._painting = False

    def _plain(self) -> QPalette:
        if self._theme == "system":
            return QPalette()
        dark = self._qt.palette().color(QPalette.ColorRole.Window).lightnessF() < 0.5
        if dark == (self._theme == "dark"):
            return QPalette()
        return QPalette(_BUTTON[self._theme])


def dress(qt: QApplication) -> Dress:
    """Make every text of the theme legible, now and when the theme changes; asked again it paints again."""
    worn = qt.findChild(Dress)
    if isinstance(worn, Dress):
        worn.repaint()
        return worn
    return Dress(qt)
