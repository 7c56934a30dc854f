"""Pictures of the two pages that read abstracts; part of `make screens`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.abstract.view import AbstractPage
from desktop.abstracts.rows_tab import RowsTab
from desktop.abstracts.view import ManyAbstractsPage
from desktop.abstracts.view_model import Phase
from desktop.widgets.following import FollowingPanel
from desktop.window import MainWindow

Shoot = Callable[[QWidget, str], None]
WaitUntil = Callable[[Callable[[], bool], int], None]
# An explanation in full mode takes seconds, and longer on a busy machine.
_LONGEST_MS = 180_000


class ReadingScreens:
    """Takes pictures of a window whose knowledge is open."""

    def __init__(self, window: MainWindow, shoot: Shoot, wait_until: WaitUntil, lay_out: Callable[[], None]) -> None:
        self._window, self._shoot, self._wait, self._lay_out = window, shoot, wait_until, lay_out

    def abstract_empty(self) -> None:
        """The abstract page before anything is in it."""
        page = self._window.pages.open_abstract()
        self._rest(page)
        self._shoot(self._window, "abstract_empty")

    def abstract(self, text: str, name: str, *, tab: int = 0) -> AbstractPage:
        """The page on a text, with its explanation (tab 0) or its network (tab 1)."""
        page = self._window.pages.open_abstract()
        self._rest(page)
        page.show_text(text)
        self._rest(page)
        page.tabs.setCurrentIndex(tab)
        self._rest(page)
        self._shoot(self._window, name)
        return page

    def explaining(self, page: AbstractPage, name: str) -> None:
        """The page while an explanation is under way: another relation is chosen, and the picture is taken at once."""
        page.tabs.setCurrentIndex(0)
        self._rest(page)
        reading = page.model.reading
        assert reading is not None
        found = [(at, number) for at, sentence in enumerate(reading.sentences) for number in range(len(sentence.relations))]
        page.selection.select(found[-1])
        self._wait(lambda: bool(self._working(page)), _LONGEST_MS)
        self._lay_out()
        self._shoot(self._window, name)
        self._rest(page)

    def many(self, source: Path, name: str) -> None:
        """The page of many abstracts, before and after a run over a file."""
        page = self._window.pages.open_many()
        self._wait(lambda: page.model.phase is Phase.EMPTY, _LONGEST_MS)
        self._lay_out()
        self._shoot(self._window, f"{name}_empty")
        page.model.choose(source)
        self._wait(lambda: page.model.phase is not Phase.LOOKING, _LONGEST_MS)
        with tempfile.TemporaryDirectory() as folder:
            self._run(page, Path(folder), name)

    def _run(self, page: ManyAbstractsPage, folder: Path, name: str) -> None:
        place = page.model.places[0]
        page.model.choose_place(type(place)(place.kind, folder / "run.sqlite"))
        self._wait(lambda: page.model.phase is not Phase.LOOKING, _LONGEST_MS)
        page.model.start()
        self._wait(lambda: not page.model.busy and all(tab.settled for tab in self._tables(page)), _LONGEST_MS)
        self._lay_out()
        self._shoot(self._window, name)
        page.model.close()

    def _tables(self, page: ManyAbstractsPage) -> list[RowsTab]:
        return [tab for tab in page.findChildren(RowsTab) if tab.isVisible()]

    def _working(self, page: AbstractPage) -> list[FollowingPanel]:
        return [panel for panel in page.findChildren(FollowingPanel) if panel.isVisible() and not panel.fresh]

    def _rest(self, page: AbstractPage) -> None:
        self._wait(lambda: page.is_furnished and not page.model.busy and not self._working(page), _LONGEST_MS)
        self._lay_out()
