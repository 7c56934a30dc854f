"""The pages of the window: the prescription is there at once, the others are made when they are first looked at."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QWidget

from desktop.prescription.view_model import Phase, PrescriptionViewModel
from desktop.widgets.tabs import LazyTabs

if TYPE_CHECKING:
    from desktop.abstract.view import AbstractPage
    from desktop.abstracts.view import ManyAbstractsPage
    from desktop.prescription.view import PrescriptionPage
    from engine.abstracts.model import Abstract


class Page(IntEnum):
    """The pages, in the order of their tabs."""

    PRESCRIPTION = 0
    ABSTRACT = 1
    MANY = 2


class Pages(LazyTabs):
    """Tabs of pages over one installation. `check_asked` carries two names for the prescription page."""

    check_asked = Signal(str, str)

    def __init__(self, prescription: PrescriptionPage, model: PrescriptionViewModel) -> None:
        super().__init__("")
        for each in (self, self.tabBar()):
            each.setAccessibleName(self.tr("Pages"))
        self._model = model
        self._prescription = prescription
        self._abstract: AbstractPage | None = None
        self._many: ManyAbstractsPage | None = None
        self.add(self.tr("Prescription"), lambda: prescription)
        self.add(self.tr("Abstract"), self._make_abstract)
        self.add(self.tr("Many abstracts"), self._make_many)

    @property
    def page(self) -> Page:
        """The page that is open."""
        return Page(self.currentIndex())

    @property
    def abstract(self) -> AbstractPage | None:
        """The abstract page; None before somebody opened it."""
        return self._abstract

    @property
    def many(self) -> ManyAbstractsPage | None:
        """The page of many abstracts; None before somebody opened it."""
        return self._many

    def open_abstract(self) -> AbstractPage:
        """Go to the abstract page."""
        self.setCurrentIndex(Page.ABSTRACT)
        assert self._abstract is not None
        return self._abstract

    def open_many(self) -> ManyAbstractsPage:
        """Go to the page of many abstracts."""
        self.setCurrentIndex(Page.MANY)
        assert self._many is not None
        return self._many

    def go_to(self, page: Page) -> None:
        """Open a page and move the focus into its main part."""
        self.setCurrentIndex(page)
        if page is Page.PRESCRIPTION:
            left = self._prescription.left
            self._prescription.go_to(left, left.currentIndex())
        else:
            self.currentWidget().setFocus()

    def drop(self, mime: QMimeData) -> bool:
        """Hand on what was dropped to the page that is open; False where that is the prescription's."""
        if self.page is Page.ABSTRACT and self._abstract is not None:
            self._abstract.drop(mime)
        elif self.page is Page.MANY and self._many is not None:
            self._many.drop(mime)
        else:
            return False
        return True

    @property
    def writing(self) -> bool:
        """Whether an export of a page is still being written."""
        abstract, many = self._abstract, self._many
        return (abstract is not None and abstract.exporter.busy) or (many is not None and many.exporter.busy)

    def stop(self) -> None:
        """Stop what is read on any page, since the window closes."""
        if self._abstract is not None:
            self._abstract.model.stop()
        if self._many is not None:
            self._many.model.close()

    def _follow(self, show: Callable[[], None]) -> None:
        show()
        self._model.changed.connect(show)

    def _make_abstract(self) -> QWidget:
        from desktop.abstract.view import AbstractPage
        from desktop.abstract.view_model import AbstractViewModel

        model = AbstractViewModel(self._model.tasks)
        self._abstract = page = AbstractPage(model)
        page.check_asked.connect(self.check_asked)
        page.many_asked.connect(self._read_many)

        def follow() -> None:
            model.set_settings(self._model.settings)
            model.set_application(self._model.application)
            if self._model.phase is Phase.UNUSABLE:
                model.set_unusable(self._model.fault)

        self._follow(follow)
        return page

    def _make_many(self) -> QWidget:
        from desktop.abstracts.view import ManyAbstractsPage
        from desktop.abstracts.view_model import ManyAbstractsModel

        model = ManyAbstractsModel(self._model.tasks)
        self._many = page = ManyAbstractsPage(model)
        page.open_abstract.connect(self._take)

        def follow() -> None:
            model.set_settings(self._model.settings)
            model.set_application(self._model.application)
            if self._model.phase is Phase.UNUSABLE:
                model.set_unusable(self._model.fault)

        self._follow(follow)
        return page

    def _take(self, abstract: Abstract) -> None:
        self.open_abstract().model.take(abstract)

    def _read_many(self, path: Path) -> None:
        self.open_many().open_path(path)
