"""The menus of the window: every command with its key, none told by a picture alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from desktop.window import MainWindow

_FONT_STEP_PERCENT = 10


class Menus:
    """Makes the menus of a window and keeps none of its state."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._file()
        self._edit()
        self._view()
        self._help()

    def _menu(self, title: str) -> QMenu:
        return self._window.menuBar().addMenu(title)

    def _add(self, menu: QMenu, text: str, keys: str | QKeySequence.StandardKey, slot: Callable[[], object]) -> None:
        action = QAction(text, self._window)
        action.setShortcut(QKeySequence(keys))
        # A menu's trigger carries "checked", which none of these slots takes.
        action.triggered.connect(lambda _checked=False: slot())
        menu.addAction(action)

    def _file(self) -> None:
        window, menu = self._window, self._menu(self._window.tr("&File"))
        self._add(menu, window.tr("&New list"), QKeySequence.StandardKey.New, window.new_list)
        self._add(menu, window.tr("&Open…"), QKeySequence.StandardKey.Open, window.choose_list)
        self._add(menu, window.tr("&Save"), QKeySequence.StandardKey.Save, window.save_list)
        self._add(menu, window.tr("Save &as…"), "Ctrl+Shift+S", window.save_list_as)
        menu.addSeparator()
        self._add(menu, window.tr("&Export or print…"), QKeySequence.StandardKey.Print, window.export)
        menu.addSeparator()
        self._add(menu, window.tr("Se&ttings…"), "Ctrl+,", window.show_settings)
        self._add(menu, window.tr("&Quit"), "Ctrl+Q", window.close)

    def _edit(self) -> None:
        window, menu = self._window, self._menu(self._window.tr("&Edit"))
        editor = window.page.editor
        self._add(menu, window.tr("&Undo"), QKeySequence.StandardKey.Undo, editor.undo)
        self._add(menu, window.tr("&Redo"), QKeySequence.StandardKey.Redo, editor.redo)
        menu.addSeparator()
        self._add(menu, window.tr("&Check again"), "F5", window.model.check_again)

    def _view(self) -> None:
        window, menu = self._window, self._menu(self._window.tr("&View"))
        page = window.page
        self._add(menu, window.tr("Medi&cines"), "Ctrl+L", window.go_to_list)
        self._add(menu, window.tr("&Patient"), "Ctrl+Shift+P", partial(page.go_to, page.left, 1))
        names = (window.tr("Fin&dings"), window.tr("&Matrix"), window.tr("&Load"), window.tr("&Enzymes"))
        keys = ("Ctrl+Shift+F", "Ctrl+Shift+M", "Ctrl+Shift+L", "Ctrl+Shift+E")
        for number, (name, key) in enumerate(zip(names, keys, strict=True)):
            self._add(menu, name, key, partial(page.go_to, page.middle, number))
        self._add(menu, window.tr("De&tail"), "Ctrl+D", page.go_to_detail)
        self._add(menu, window.tr("&Not checked"), "Ctrl+Shift+N", page.go_to_not_checked)
        menu.addSeparator()
        larger, smaller = partial(window.scale, _FONT_STEP_PERCENT), partial(window.scale, -_FONT_STEP_PERCENT)
        self._add(menu, window.tr("La&rger letters"), QKeySequence.StandardKey.ZoomIn, larger)
        self._add(menu, window.tr("&Smaller letters"), QKeySequence.StandardKey.ZoomOut, smaller)

    def _help(self) -> None:
        window, menu = self._window, self._menu(self._window.tr("&Help"))
        self._add(menu, window.tr("&About Coprescribe"), "F1", window.show_about)
