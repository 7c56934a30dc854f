"""The menus of the window: every command with its key, none told by a picture alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from desktop.pages import Page

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

    def _add(self, menu: QMenu, text: str, keys: str | QKeySequence.StandardKey, slot: Callable[[], object]) -> QAction:
        action = QAction(text, self._window)
        action.setShortcut(QKeySequence(keys))
        # A menu's trigger carries "checked", which none of these slots takes.
        action.triggered.connect(lambda _checked=False: slot())
        menu.addAction(action)
        return action

    def _of_lists(self, *actions: QAction) -> None:
        """Commands on the file of a list would surprise on a page that shows none."""
        pages = self._window.pages

        def follow(_number: int) -> None:
            for action in actions:
                action.setEnabled(pages.page is Page.PRESCRIPTION)

        pages.currentChanged.connect(follow)

    def _there(self, slot: Callable[[], object]) -> Callable[[], object]:
        """A command on a part of the prescription page, which it opens first."""
        pages = self._window.pages

        def go() -> None:
            pages.setCurrentIndex(Page.PRESCRIPTION)
            slot()

        return go

    def _file(self) -> None:
        window, menu = self._window, self._menu(self._window.tr("&File"))
        new = self._add(menu, window.tr("&New list"), QKeySequence.StandardKey.New, window.new_list)
        self._add(menu, window.tr("&Open…"), QKeySequence.StandardKey.Open, window.choose_list)
        save = self._add(menu, window.tr("&Save"), QKeySequence.StandardKey.Save, window.save_list)
        save_as = self._add(menu, window.tr("Save &as…"), "Ctrl+Shift+S", window.save_list_as)
        self._of_lists(new, save, save_as)
        menu.addSeparator()
        self._add(menu, window.tr("&Export or print…"), QKeySequence.StandardKey.Print, window.export)
        menu.addSeparator()
        self._add(menu, window.tr("Se&ttings…"), "Ctrl+,", window.show_settings)
        self._add(menu, window.tr("&Quit"), "Ctrl+Q", window.close)

    def _edit(self) -> None:
        window, menu = self._window, self._menu(self._window.tr("&Edit"))
        self._add(menu, window.tr("&Undo"), QKeySequence.StandardKey.Undo, window.undo)
        self._add(menu, window.tr("&Redo"), QKeySequence.StandardKey.Redo, window.redo)
        menu.addSeparator()
        self._add(menu, window.tr("&Check or read again"), "F5", window.again)

    def _view(self) -> None:
        window, menu = self._window, self._menu(self._window.tr("&View"))
        page, pages = window.page, window.pages
        titles = (window.tr("Prescripti&on"), window.tr("&Abstract"), window.tr("Man&y abstracts"))
        for each, title in zip(Page, titles, strict=True):
            self._add(menu, title, f"Ctrl+{each + 1}", partial(pages.go_to, each))
        menu.addSeparator()
        self._add(menu, window.tr("Medi&cines"), "Ctrl+L", window.go_to_list)
        self._add(menu, window.tr("&Patient"), "Ctrl+Shift+P", self._there(partial(page.go_to, page.left, 1)))
        names = (window.tr("Fin&dings"), window.tr("&Matrix"), window.tr("&Load"), window.tr("&Enzymes"))
        keys = ("Ctrl+Shift+F", "Ctrl+Shift+M", "Ctrl+Shift+L", "Ctrl+Shift+E")
        for number, (name, key) in enumerate(zip(names, keys, strict=True)):
            self._add(menu, name, key, self._there(partial(page.go_to, page.middle, number)))
        self._add(menu, window.tr("De&tail"), "Ctrl+D", self._there(page.go_to_detail))
        self._add(menu, window.tr("&Not checked"), "Ctrl+Shift+N", self._there(page.go_to_not_checked))
        menu.addSeparator()
        larger, smaller = partial(window.scale, _FONT_STEP_PERCENT), partial(window.scale, -_FONT_STEP_PERCENT)
        self._add(menu, window.tr("La&rger letters"), QKeySequence.StandardKey.ZoomIn, larger)
        self._add(menu, window.tr("&Smaller letters"), QKeySequence.StandardKey.ZoomOut, smaller)

    def _help(self) -> None:
        window, menu = self._window, self._menu(self._window.tr("&Help"))
        self._add(menu, window.tr("&About Coprescribe"), "F1", window.show_about)
