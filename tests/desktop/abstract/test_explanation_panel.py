"""The explanation panel as a person uses it: what it shows, what it withholds, how it is stopped, and what it never says."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.abstract.choice import ChosenRelation, RelationSelection
from desktop.abstract.explanation.explainer import Step
from desktop.abstract.explanation.panel import ExplanationPanel
from desktop.abstract.view_model import AbstractViewModel, ReadingPhase
from engine.application import Application
from engine.errors import ResourceError
from engine.installation import Installation
from engine.reports.reading_trust import CAUTION
from engine.students.library import Students
from tests.desktop.abstract.explaining import Script, explanation_panel, read, rest, shown
from tests.engine.reports.reading_making import READING, SENTENCES
from tests.engine.students.tiny import write_student


@pytest.fixture
def script() -> Script:
    """What the explainer does."""
    return Script()


@pytest.fixture
def panel(qtbot: QtBot, application: Application, script: Script) -> Iterator[ExplanationPanel]:
    """A panel over a reading of which nothing is chosen."""
    with shown(qtbot, application, explanation_panel(script)) as made:
        assert isinstance(made, ExplanationPanel)
        read(qtbot, made, READING)
        yield made
        script.wait = lambda: False


def choose(qtbot: QtBot, panel: ExplanationPanel, chosen: ChosenRelation | None) -> None:
    """Choose a relation and wait for its explanation."""
    panel.selection.select(chosen)
    qtbot.waitUntil(lambda: panel.fresh, timeout=30_000)


def pick(panel: ExplanationPanel, box: str, words: str) -> None:
    """Choose an entry of one of the panel's boxes by what it says."""
    chooser = {"class": panel.label, "mode": panel.mode, "method": panel.sides[0].method}[box]
    places = [place for place in range(chooser.count()) if words in chooser.itemText(place)]
    chooser.setCurrentIndex(places[0])


def visible_text(panel: ExplanationPanel) -> str:
    """Every text that can be seen, in one line."""
    parts = [panel.title, panel.caution, panel.state, panel.shared]
    said = [part.text() for part in parts if part.isVisible()]
    for side in panel.sides:
        if side.isVisible():
            said += [part.text() for part in (side.line.summary, side.note) if part.isVisible()]
            said += [side.below.toPlainText()] if side.below.isVisible() else []
    return " ".join(" ".join(said).split())


def test_nothing_chosen_says_what_to_do(panel: ExplanationPanel, script: Script) -> None:
    assert visible_text(panel) == "Choose a relation to see which words moved the student's answer."
    assert not panel.controls.isVisible()
    assert script.asked == []


def test_the_chosen_relation_is_explained_with_numbers_words_and_trust(
    qtbot: QtBot, panel: ExplanationPanel, script: Script
) -> None:
    choose(qtbot, panel, (0, 0))
    (request,) = script.asked
    assert (request.method, request.label, request.mode, request.seed) == ("lime", "mechanism", "quick", 0)
    assert request.text[slice(*request.first)] == "Fluconazole"
    assert request.text[slice(*request.second)] == "S-warfarin"
    assert request.student_sha256 == "cd" * 32
    said = visible_text(panel)
    assert "Fluconazole and S-warfarin: PK mechanism" in said
    assert "Class “PK mechanism”: over 99 % · from 212 variants of the sentence · seed 0 · 0.0 s" in said
    assert "1. increased +0.400" in said
    assert "3. the −0.100" in said
    assert "Local fit: 0.83." in said
    assert "the probability falls by 62 points of 100; without random ones it falls by 8 points of 100. That is more" in said
    assert "Sufficiency: +0.05, random +0.41." in said
    assert "about 88 % of the top five words would be the same: an estimate from one run." in said
    assert panel.sides[0].picture.coloured == ("increased", "the", "inhibiting")
    assert "inhibiting +0.300" in panel.sides[0].picture.accessibleDescription()


def test_it_says_that_it_is_about_the_student_and_not_about_the_medicines(qtbot: QtBot, panel: ExplanationPanel) -> None:
    choose(qtbot, panel, (0, 0))
    said = visible_text(panel)
    assert CAUTION in said
    assert "does not show why the medicines interact" in said
    assert "because" not in said.replace("because they cannot", "")


def test_an_unstable_one_withholds_colours_and_words_and_says_why(qtbot: QtBot, panel: ExplanationPanel, script: Script) -> None:
    script.stable = False
    choose(qtbot, panel, (0, 0))
    said = visible_text(panel)
    assert "✗ Unstable: the words are not shown, because they cannot be trusted here." in said
    assert "The top words change from seed to seed." in said
    assert "+0.400" not in said
    assert "increased +" not in said
    assert panel.sides[0].picture.coloured == ()
    assert panel.sides[0].picture.accessibleDescription() == SENTENCES[0].text
    assert "Local fit: 0.12." in said


def test_another_class_method_and_mode_are_explained(qtbot: QtBot, panel: ExplanationPanel, script: Script) -> None:
    choose(qtbot, panel, (1, 0))
    offered = [panel.label.itemText(place) for place in range(panel.label.count())]
    assert offered == ["Advice", "No statement", "PK mechanism", "Effect or PD mechanism", "Interaction, no detail"]
    for box, words in (("class", "No statement"), ("method", "Occlusion"), ("mode", "full")):
        pick(panel, box, words)
        rest(qtbot, panel)
    last = script.asked[-1]
    assert (last.label, last.method, last.mode) == ("none", "occlusion", "full")
    assert "Class “No statement”" in visible_text(panel)
    # The next relation is explained for its own class again, by the same method.
    choose(qtbot, panel, (0, 0))
    assert (script.asked[-1].label, script.asked[-1].method) == ("mechanism", "occlusion")


def test_coming_back_is_instant_and_asks_nothing(qtbot: QtBot, panel: ExplanationPanel, script: Script) -> None:
    choose(qtbot, panel, (0, 0))
    choose(qtbot, panel, (1, 0))
    count = len(script.asked)
    panel.selection.select((0, 0))
    qtbot.waitUntil(lambda: super(ExplanationPanel, panel).fresh, timeout=5_000)
    assert panel.sides[0].explainer.step is Step.DONE
    assert len(script.asked) == count
    assert "increased +0.400" in visible_text(panel)


def test_walking_through_relations_starts_nothing(qtbot: QtBot, panel: ExplanationPanel, script: Script) -> None:
    for chosen in ((0, 0), (1, 0), (1, 1)) * 3:
        panel.selection.select(chosen)
        QApplication.processEvents()
    rest(qtbot, panel)
    assert [(request.text, request.label) for request in script.asked] == [(SENTENCES[1].text, "int")]
    assert "Aspirin" not in panel.title.text()
    assert panel.title.text().endswith(", unsure")


def test_stop_ends_the_work_and_explain_begins_it_again(qtbot: QtBot, panel: ExplanationPanel, script: Script) -> None:
    script.wait = lambda: True
    panel.selection.select((0, 0))
    side = panel.sides[0]
    qtbot.waitUntil(side.line.stop_button.isVisible, timeout=10_000)
    assert side.line.bar.isVisible()
    assert "Looking at what moves the student…" in visible_text(panel)
    QTest.mouseClick(side.line.stop_button, Qt.MouseButton.LeftButton)
    assert "Stopped. Nothing of it is shown." in visible_text(panel)
    assert not side.line.stop_button.isVisible()
    qtbot.waitUntil(lambda: not panel.model.tasks.busy, timeout=10_000)
    script.wait = lambda: False
    QTest.mouseClick(side.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.fresh, timeout=10_000)
    assert "increased +0.400" in visible_text(panel)


def test_a_result_that_comes_too_late_is_dropped(qtbot: QtBot, panel: ExplanationPanel, script: Script) -> None:
    script.wait = lambda: True
    panel.selection.select((0, 0))
    qtbot.waitUntil(lambda: len(script.asked) == 1, timeout=10_000)
    script.wait = lambda: False
    choose(qtbot, panel, (1, 0))
    assert panel.sides[0].picture.text == SENTENCES[1].text
    assert "Advice" in visible_text(panel)
    assert list(panel.model.explanations) == [(1, 0)]


def test_a_missing_student_is_said_and_can_be_tried_again(qtbot: QtBot, panel: ExplanationPanel, script: Script) -> None:
    script.error = ResourceError("The student that reads abstracts is not installed.")
    choose(qtbot, panel, (0, 0))
    assert "⚠ Not explained: The student that reads abstracts is not installed." in visible_text(panel)
    script.error = None
    QTest.mouseClick(panel.sides[0].again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.fresh, timeout=10_000)
    assert "Not explained" not in visible_text(panel)


def test_two_methods_side_by_side_name_what_they_share(qtbot: QtBot, panel: ExplanationPanel, script: Script) -> None:
    choose(qtbot, panel, (0, 0))
    assert not panel.sides[1].isVisible()
    panel.compare.setChecked(True)
    rest(qtbot, panel)
    assert [request.method for request in script.asked] == ["lime", "shapley"]
    assert "Of the top 3 words, both have 2: increased, inhibiting." in panel.shared.text()
    assert "compare the order" in panel.shared.text()
    script.stable = False
    choose(qtbot, panel, (1, 0))
    assert panel.shared.text() == "Not compared: an unstable explanation names no words."
    panel.compare.setChecked(False)
    rest(qtbot, panel)
    assert not panel.shared.isVisible()


def test_they_stand_side_by_side_only_where_there_is_room(qtbot: QtBot, panel: ExplanationPanel) -> None:
    choose(qtbot, panel, (0, 0))
    panel.compare.setChecked(True)
    first, second = panel.sides
    panel.resize(1200, 700)
    qtbot.waitUntil(lambda: first.y() == second.y(), timeout=5_000)
    panel.resize(380, 700)
    qtbot.waitUntil(lambda: first.y() < second.y(), timeout=5_000)


def test_while_the_text_is_newer_nothing_is_begun_and_what_is_shown_says_so(
    qtbot: QtBot, panel: ExplanationPanel, script: Script
) -> None:
    choose(qtbot, panel, (0, 0))
    read(qtbot, panel, READING, ReadingPhase.WAITING)
    assert "The text has changed: what is shown belongs to the text before." in visible_text(panel)
    assert "increased +0.400" in visible_text(panel)
    panel.selection.select((1, 0))
    rest(qtbot, panel)
    assert len(script.asked) == 1
    read(qtbot, panel, READING)
    assert len(script.asked) == 2
    assert "The text has changed" not in visible_text(panel)


def test_a_hidden_panel_explains_nothing(qtbot: QtBot, panel: ExplanationPanel, script: Script) -> None:
    script.wait = lambda: True
    panel.selection.select((0, 0))
    qtbot.waitUntil(lambda: len(script.asked) == 1, timeout=10_000)
    panel.hide()
    qtbot.waitUntil(lambda: not panel.model.tasks.busy, timeout=10_000)
    script.wait = lambda: False
    panel.show()
    rest(qtbot, panel)
    assert len(script.asked) == 2
    assert "increased +0.400" in visible_text(panel)


def test_what_was_explained_is_kept_for_exports(qtbot: QtBot, panel: ExplanationPanel) -> None:
    choose(qtbot, panel, (0, 0))
    choose(qtbot, panel, (1, 0))
    assert {chosen: one.label for chosen, one in panel.model.explanations.items()} == {(0, 0): "mechanism", (1, 0): "advise"}


def test_a_bug_is_called_one_and_is_raised(qtbot: QtBot, panel: ExplanationPanel, script: Script) -> None:
    script.error = ZeroDivisionError("ours")
    with qtbot.capture_exceptions() as met:
        choose(qtbot, panel, (0, 0))
    assert [kind for kind, _error, _trace in met] == [ZeroDivisionError]
    assert "Coprescribe made an error of its own." in visible_text(panel)


def test_all_of_it_is_reached_by_the_keyboard(qtbot: QtBot, panel: ExplanationPanel) -> None:
    choose(qtbot, panel, (0, 0))
    panel.activateWindow()
    panel.label.setFocus()
    reached = []
    for _ in range(12):
        focused = QApplication.focusWidget()
        assert focused is not None
        reached.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    side = panel.sides[0]
    for wanted in (panel.label, panel.mode, panel.compare, side.method, side.below):
        assert wanted in reached
    assert all(widget.accessibleName() for widget in (panel.label, panel.mode, side.method, side.picture, side.below))


def test_a_long_sentence_is_drawn_within_frames(qtbot: QtBot, panel: ExplanationPanel) -> None:
    choose(qtbot, panel, (0, 0))
    picture = panel.sides[0].picture
    words = ("interaction " * 300).strip()
    picture.show_sentence(words, ((0, 11),), None)
    begun = time.perf_counter()
    picture.grab()
    assert time.perf_counter() - begun < 0.3


def test_without_a_student_it_says_so_and_with_one_it_is_asked(qtbot: QtBot, application: Application, tmp_path: Path) -> None:
    installed = replace(application, students=Students(Installation(tmp_path)))

    def real(model: AbstractViewModel, selection: RelationSelection) -> ExplanationPanel:
        return ExplanationPanel(model, selection)

    with shown(qtbot, installed, real) as panel:
        assert isinstance(panel, ExplanationPanel)
        read(qtbot, panel, READING)
        pick(panel, "method", "Occlusion")
        choose(qtbot, panel, (1, 0))
        assert "⚠ Not explained: The student that reads abstracts is not installed" in visible_text(panel)
        write_student(tmp_path / "students" / "reader")
        QTest.mouseClick(panel.sides[0].again, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: panel.fresh, timeout=60_000)
        # What one student said is never explained by another.
        assert "⚠ Not explained: The student was changed since this text was read" in visible_text(panel)
        sha256 = installed.students.reader().sha256
        read(qtbot, panel, replace(READING, provenance=replace(READING.provenance, student_sha256=sha256)))
        choose(qtbot, panel, (1, 0))
        qtbot.waitUntil(lambda: panel.fresh, timeout=60_000)
        # This student looks at the two names alone.
        assert "Unstable: the words are not shown, because they cannot be trusted here. No word changes this answer." in (
            visible_text(panel)
        )
        assert "from 13 variants of the sentence" in visible_text(panel)
        assert "No chance takes part in this method" in visible_text(panel)
