"""One visit with the student itself: a sample, a relation, why, an edit, exports, and many abstracts. Nothing is left behind."""

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.abstract.explanation.explainer import Step
from desktop.abstract.explanation.panel import ExplanationPanel
from desktop.abstract.explanation.side import ExplanationSide
from desktop.abstract.view import AbstractPage
from desktop.abstract.view_model import SAMPLE_FILE
from desktop.abstracts.view import RELATIONS, ManyAbstractsPage
from desktop.abstracts.view_model import Phase
from desktop.pages import Page
from desktop.window import MainWindow
from engine.application import Application, open_application
from engine.reports.reading_material import SEVERITY_KEY
from engine.reports.reading_trust import METHODS
from tests.desktop.abstract.explaining import rest
from tests.desktop.abstract.scripted import highlighted, settle, table_rows
from tests.desktop.abstracts.looking import cells, rows_tab
from tests.desktop.abstracts.looking import settle as settle_many
from tests.engine.students.real import STUDENT, needs_student

ADDED = "Ketoconazole increases the plasma concentrations of midazolam. "
# The student reads and explains on a machine that others use too.
_LONGEST_MS = 120_000

pytestmark = [needs_student, pytest.mark.filterwarnings("default:.*grabbing the keyboard")]


@pytest.fixture(scope="module")
def application(resources: Path, tmp_path_factory: pytest.TempPathFactory) -> Application:
    """The application over the real knowledge and a copy of the student itself."""
    folder = tmp_path_factory.mktemp("with student") / "resources"
    shutil.copytree(resources, folder)
    shutil.copytree(STUDENT, folder / "students" / "reader")
    return open_application(folder)


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> AbstractPage:
    """The abstract page of a real window."""
    window.pages.go_to(Page.ABSTRACT)
    made = window.pages.abstract
    assert made is not None
    settle(qtbot, made)
    return made


def read(qtbot: QtBot, page: AbstractPage) -> None:
    """Wait until the text as it is now is read."""
    qtbot.waitUntil(lambda: page.model.current, timeout=_LONGEST_MS)
    settle(qtbot, page)


def choose(qtbot: QtBot, page: AbstractPage, first: str, second: str) -> None:
    """Go to the first row of these two names, as with the arrow keys."""
    pairs = [row[:2] for row in table_rows(page)]
    assert [first, second] in pairs, pairs
    table = page.relations.table
    table.setCurrentIndex(table.model().index(pairs.index([first, second]), 0))
    settle(qtbot, page)


def explained(qtbot: QtBot, page: AbstractPage) -> ExplanationPanel:
    """The panel, once the chosen relation is explained."""
    panel = page.tabs.currentWidget().findChild(ExplanationPanel)
    assert isinstance(panel, ExplanationPanel)
    qtbot.waitUntil(lambda: panel.fresh, timeout=_LONGEST_MS)
    rest(qtbot, panel)
    assert panel.sides[0].explainer.step is Step.DONE, panel.sides[0].explainer.fault
    return panel


def assert_told(side: ExplanationSide) -> None:
    """The words of an explanation are told with its figures; of one that is not to be trusted, the figures alone."""
    found, below = side.explanation, side.below.toPlainText()
    assert found is not None
    assert "Comprehensiveness: " in below
    if found.stable:
        assert "decreases" in below
        assert side.line.summary.text().startswith("Class “PK mechanism”: ")
    else:
        assert "decreases" not in below
        assert "unstable" in side.line.summary.text().lower()


def test_a_visit_from_the_sample_to_its_exports(
    qtbot: QtBot, window: MainWindow, page: AbstractPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Paste, drop or open" in page.text.status.summary.text()
    QTest.mouseClick(page.text.sample_button, Qt.MouseButton.LeftButton)
    read(qtbot, page)
    assert not page.text.sample_button.isVisible()
    assert page.text.origin.text() == SAMPLE_FILE.name
    assert {"simvastatin", "warfarin", "apixaban"} <= set(highlighted(page.text.editor))
    assert "reader" in page.made_by.toPlainText()
    rows = page.relations.table.rows()
    # Statements on two medicines come before those on a disease or a protein.
    sure = [row.of_medicines for row in rows if not row.abstained]
    assert sure == sorted(sure, reverse=True)
    assert sure[0]

    choose(qtbot, page, "Carbamazepine", "apixaban")
    assert "Carbamazepine decreases the plasma concentrations of apixaban." in page.detail.browser.toPlainText()
    assert "✓ documented" in page.detail.browser.toPlainText()
    assert SEVERITY_KEY in page.detail.browser.toPlainText()
    panel = explained(qtbot, page)
    assert panel.title.text().startswith("Carbamazepine and apixaban: PK mechanism")
    assert_told(panel.sides[0])
    # Two methods beside each other; both say how they were made.
    panel.compare.click()
    panel = explained(qtbot, page)
    assert panel.sides[1].isVisible()
    assert panel.sides[1].explainer.step is Step.DONE
    assert_told(panel.sides[1])
    # Every method answers on the student that is here.
    panel.compare.click()
    for method in METHODS:
        panel.sides[0].method.setCurrentIndex(panel.sides[0].method.findData(method))
        panel = explained(qtbot, page)
        found = panel.sides[0].explanation
        assert found is not None
        assert found.method == method
        assert_told(panel.sides[0])

    # Edit and read again: the choice stays where its sentence does.
    editor = page.text.editor
    editor.setFocus()
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.insertPlainText(f" {ADDED}")
    assert not page.text.export_button.isEnabled() or not page.model.current
    read(qtbot, page)
    assert page.text.origin.text() == ""
    assert ["Ketoconazole", "midazolam"] in [row[:2] for row in table_rows(page)]
    assert page.detail.browser.toPlainText().startswith("Carbamazepine and apixaban")
    explained(qtbot, page)

    for form in ("html", "json", "csv"):
        target = tmp_path / f"reading é.{form}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given, target=target: (str(target), ""))
        page.text.export_button.click()
        qtbot.waitUntil(lambda: not page.exporter.busy, timeout=_LONGEST_MS)
        assert page.model.message == ""
    written = json.loads((tmp_path / "reading é.json").read_text(encoding="utf-8"))
    (sentence,) = [one for one in written["sentences"] if one["text"].startswith("Carbamazepine decreases")]
    named = [entity["name"] for entity in sentence["entities"]]
    assert named == ["carbamazepine", "apixaban"]
    explanations = [relation["explanation"] for relation in sentence["relations"] if relation["explanation"] is not None]
    assert explanations
    whole = (tmp_path / "reading é.html").read_text(encoding="utf-8")
    assert "Ketoconazole" in whole
    assert "Not reviewed by a clinician" in whole
    assert "midazolam" in (tmp_path / "reading é.csv").read_text(encoding="utf-8-sig")

    # The pair goes to the prescription page.
    page.detail.check_button.click()
    assert window.pages.page is Page.PRESCRIPTION
    assert "carbamazepine" in window.page.list.text()


def test_a_visit_to_many_abstracts(qtbot: QtBot, window: MainWindow, application: Application, tmp_path: Path) -> None:
    window.pages.go_to(Page.MANY)
    many = window.pages.many
    assert isinstance(many, ManyAbstractsPage)
    qtbot.waitUntil(lambda: many.model.phase is Phase.EMPTY, timeout=10_000)
    source = tmp_path / "abstracts é.nbib"
    shutil.copy(application.installation.resources / "samples" / "abstracts.nbib", source)
    many.open_path(source)
    qtbot.waitUntil(lambda: many.model.phase is Phase.CHOSEN, timeout=10_000)
    many.control.start.click()
    qtbot.waitUntil(lambda: many.model.phase is Phase.DONE, timeout=_LONGEST_MS)
    assert "✓ Everything is read: 3 records." in many.control.status.toPlainText()
    statements = rows_tab(many, RELATIONS)
    settle_many(qtbot, many)
    rows = [cells(statements, row) for row in range(statements.rows.rowCount())]
    assert any("clarithromycin" in row[2] and "simvastatin" in row[2] for row in rows)
    # Enter opens the abstract of a statement, with what its record is called.
    statements.view.selectRow(0)
    QTest.keyClick(statements.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.pages.page is Page.ABSTRACT, timeout=10_000)
    page = window.pages.abstract
    assert page is not None
    read(qtbot, page)
    assert source.name in page.text.origin.text()
    assert rows[0][0] in page.text.origin.text()
    assert rows[0][-1] in " ".join(page.text.editor.toPlainText().split())


def test_a_window_that_closes_while_it_explains_leaves_nothing(qtbot: QtBot, window: MainWindow, page: AbstractPage) -> None:
    page.show_text(ADDED)
    qtbot.waitUntil(lambda: page.model.current, timeout=_LONGEST_MS)
    panel = page.tabs.currentWidget().findChild(ExplanationPanel)
    assert isinstance(panel, ExplanationPanel)
    panel.mode.setCurrentIndex(panel.mode.findData("full"))
    qtbot.waitUntil(lambda: panel.sides[0].explainer.step is Step.WORKING, timeout=_LONGEST_MS)
    # The fixture closes the window and looks for threads, timers and windows.
    assert window.isVisible()
