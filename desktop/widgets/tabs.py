"""Tabs whose pages are made when they are first looked at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget


class LazyTabs(QTabWidget):
    """A window must show at once: a page that nobody has opened yet costs nothing."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.tabBar().setAccessibleName(name)
        self.setDocumentMode(True)
        self.setUsesScrollButtons(True)
        self._makers: dict[QWidget, tuple[QVBoxLayout, Callable[[], QWidget]]] = {}
        self.currentChanged.connect(self._make)

    def add(self, title: str, maker: Callable[[], QWidget]) -> None:
        """A tab whose page `maker` makes when it is opened first."""
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        self._makers[place] = (column, maker)
        self.addTab(place, title)
        self._make(self.currentIndex())

    def _make(self, _number: int) -> None:
        place = self.currentWidget()
        if place not in self._makers:
            return
        column, maker = self._makers.pop(place)
        page = maker()
        column.addWidget(page)
        place.setFocusProxy(page)
