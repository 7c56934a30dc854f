"""A label for what is said beside a value: links by mouse and keyboard, legible in every theme, read aloud as it is written."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette, QResizeEvent, QTextDocumentFragment
from PySide6.QtWidgets import QLabel, QSizePolicy

from desktop.widgets.contrast import legible

_LINK = "<a href="


class Note(QLabel):
    """Says HTML or, with `plain`, a sentence; it takes no place while it says nothing. `of` is read aloud before it."""

    def __init__(self, of: str = "", *, plain: bool = False) -> None:
        super().__init__()
        self._of = of
        self._plain = plain
        self._said = ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText if plain else Qt.TextFormat.RichText)
        if not plain:
            by = Qt.TextInteractionFlag
            self.setTextInteractionFlags(by.LinksAccessibleByMouse | by.LinksAccessibleByKeyboard)
        # A long word must not make the column wider.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.hide()

    def say(self, said: str) -> None:
        """Show a text; HTML is escaped already, and its links have no attribute but their target."""
        if said == self._said:
            return
        self._said = said
        self.setMinimumHeight(0)
        self._draw()
        # A name of its own would be read aloud in the place of the text.
        words = said if self._plain else QTextDocumentFragment.fromHtml(said).toPlainText().replace("\n", "; ")
        self.setAccessibleName(f"{self._of}: {words}" if self._of and words else words)
        self.setVisible(bool(said))

    def _draw(self) -> None:
        if self._plain:
            self.setText(self._said)
            return
        # Qt keeps the colour that a link had when it was written, and makes it for the ground of a list.
        palette = self.palette()
        ink = legible(palette.color(QPalette.ColorRole.Link), palette.color(QPalette.ColorRole.Window)).name()
        self.setText(self._said.replace(_LINK, f'<a style="color:{ink}" href='))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A form's layout may give the height of another width, so the height of this one is asked for."""
        super().resizeEvent(event)
        # A label without words has no such height.
        needed = self.heightForWidth(self.width()) if self._said else 0
        if event.size().width() != event.oldSize().width() or needed > self.height():
            self.setMinimumHeight(needed)

    def changeEvent(self, event: QEvent) -> None:
        """Other colours of the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self._plain:
            self._draw()
