"""The editor: highlights lie over the text, in every theme, wherever it is scrolled, and move nothing."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent, QPalette, QTextCursor
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from desktop.abstract.text_editor import AbstractEditor
from desktop.abstract.text_looks import KIND_LOOKS, chosen_format, name_format, sentence_format, unread_format
from desktop.abstract.text_marks import TextMarks
from desktop.widgets.contrast import LEAST_CONTRAST, contrast, legible_palette
from engine.reading.model import Entity, Reading, ReadSentence, Relation
from tests.desktop.abstract.scripted import highlighted
from tests.desktop.test_looks import palettes
from tests.engine.reports.reading_making import NOTICE, PROVENANCE
from tools.screens import lay_out

_LINE = "😀 Filler before warfarin and aspirin stands here. "


@pytest.fixture
def editor(qtbot: QtBot) -> Iterator[AbstractEditor]:
    made = AbstractEditor()
    qtbot.addWidget(made)
    made.resize(400, 160)
    made.show()
    yield made
    QToolTip.hideText()


def long_reading(lines: int) -> Reading:
    """One paragraph of so many sentences, each with the same two names."""
    spans = [(_LINE.index(name), _LINE.index(name) + len(name), name) for name in ("warfarin", "aspirin")]
    entities = tuple(Entity(start, end, name, "drug", "both") for start, end, name in spans)
    relation = Relation(0, 1, "ddi", "effect", 0.9, (), abstained=False)
    sentences = tuple(ReadSentence(_LINE, number * len(_LINE), entities, (relation,)) for number in range(lines))
    return Reading(_LINE * lines, sentences, (), PROVENANCE, NOTICE)


def _tip_is(words: str) -> bool:
    return QToolTip.text() == words


def test_only_what_can_be_seen_is_highlighted_wherever_it_is_scrolled(editor: AbstractEditor) -> None:
    reading = long_reading(3000)
    editor.setPlainText(reading.text)
    editor.show_marks(TextMarks(reading), (2500, 0))
    lay_out()
    assert 2 < len(editor.extraSelections()) < 60
    assert set(highlighted(editor)) <= {"warfarin", "aspirin", _LINE}
    before = editor.textCursor().position()
    editor.go_to((2500, 0))
    lay_out()
    assert editor.verticalScrollBar().value() > 100
    assert editor.textCursor().position() == before
    assert highlighted(editor)[-2:] == ["warfarin", "aspirin"]
    chosen = QTextCursor(editor.document())
    chosen.setPosition(TextMarks(reading).pair((2500, 0))[1].start)
    assert editor.viewport().rect().intersects(editor.cursorRect(chosen))
    assert len(editor.extraSelections()) < 60
    # It is in view already: nothing jumps.
    place = editor.verticalScrollBar().value()
    editor.go_to((2500, 0))
    assert editor.verticalScrollBar().value() == place


def test_highlights_move_nothing_and_cannot_be_undone(editor: AbstractEditor) -> None:
    reading = long_reading(3)
    editor.setPlainText(reading.text)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    changes: list[str] = []
    editor.textChanged.connect(lambda: changes.append(editor.toPlainText()))
    editor.show_marks(TextMarks(reading), (0, 0))
    assert not changes
    assert not editor.document().isUndoAvailable()
    assert editor.textCursor().atEnd()
    editor.insertPlainText("x")
    assert editor.marks is None
    assert editor.mark_at(_LINE.index("warfarin") + 2) is None
    assert "warfarin" in highlighted(editor)
    editor.show_marks(None, None)
    assert not editor.extraSelections()


def test_a_name_says_what_it_is_under_the_mouse(qtbot: QtBot, editor: AbstractEditor) -> None:
    # The name is the last word: what lies beyond it is no name.
    reading = long_reading(1)
    reading = replace(reading, text=reading.text[: reading.text.index(" stands")])
    editor.setPlainText(reading.text)
    editor.describe = lambda mark: f"about {mark.entity.text}"
    editor.show_marks(TextMarks(reading), None)
    cursor = QTextCursor(editor.document())
    # One more than Python counts, for the sign that takes two units.
    cursor.setPosition(_LINE.index("aspirin") + 3)
    for place, words in ((editor.cursorRect(cursor).center(), "about aspirin"), (QPoint(380, 140), "")):
        whole = editor.viewport().mapToGlobal(place)
        QApplication.sendEvent(editor, QHelpEvent(QEvent.Type.ToolTip, editor.mapFromGlobal(whole), whole))
        qtbot.waitUntil(partial(_tip_is, words), timeout=2_000)


@pytest.mark.parametrize("name", ["light", "dark", "faint"])
def test_letters_can_be_read_on_every_highlight(qapp: QApplication, name: str) -> None:
    own = palettes()[name]
    palette = legible_palette(own).resolve(own)
    text = palette.color(QPalette.ColorRole.Text)
    for kind in (*KIND_LOOKS, "unheard of"):
        assert contrast(text, name_format(kind, palette).background().color()) >= LEAST_CONTRAST - 0.05
        turned = chosen_format(kind, palette)
        assert contrast(turned.foreground().color(), turned.background().color()) >= LEAST_CONTRAST - 0.05
        assert contrast(turned.underlineColor(), turned.background().color()) >= 3
        assert contrast(name_format(kind, palette).underlineColor(), palette.color(QPalette.ColorRole.Base)) >= 3
    for made in (sentence_format(palette), unread_format(palette)):
        assert contrast(text, made.background().color()) >= LEAST_CONTRAST - 0.05
