"""Explanation and network in large letters, in the dark and mirrored: nothing clipped, faint or told by a colour alone."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.abstract.explanation.panel import ExplanationPanel
from desktop.abstract.explanation.picture import WordsPicture, drawn_words, places_of
from desktop.widgets.contrast import LEAST_CONTRAST, contrast, legible
from engine.application import Application
from engine.reports.reading_weights import ground_of
from tests.desktop.abstract.explaining import Script, explanation_panel, network_panel, read, rest, shown
from tests.desktop.legibility import clipped, faint, overlapping
from tests.desktop.looking import dressed_as
from tests.engine.reports.reading_making import READING, SENTENCES, explanation


@pytest.fixture(params=["100", "150", "200", "200 dark", "100 mirrored", "200 mirrored"])
def dressed(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Font size in per cent, theme and direction of the whole application; as they were, afterwards."""
    with dressed_as(qapp, request.param):
        yield request.param


def _looks(width: int) -> tuple[Callable[[QWidget], list[str]], ...]:
    """Colours are the same at every width, and each pixel takes its time."""
    return (clipped, overlapping, faint) if width < 500 else (clipped, overlapping)


def test_the_explanation_can_be_read(qtbot: QtBot, application: Application, dressed: str) -> None:
    script = Script()
    for width, height in ((380, 320), (1100, 700)):
        with shown(qtbot, application, explanation_panel(script), width, height) as panel:
            assert isinstance(panel, ExplanationPanel)
            read(qtbot, panel, READING)
            for chosen, label, stable in ((None, "", True), ((0, 0), "effect", True), ((1, 1), "int", False)):
                script.stable = stable
                panel.selection.select(chosen)
                panel.compare.setChecked(not stable)
                rest(qtbot, panel)
                if label:
                    panel.label.setCurrentIndex(panel.label.findData(label))
                    rest(qtbot, panel)
                for look in _looks(width):
                    assert look(panel) == [], (dressed, width, chosen, look.__name__)


def test_the_network_can_be_read(qtbot: QtBot, application: Application, dressed: str) -> None:
    for width, height in ((380, 320), (900, 600)):
        with shown(qtbot, application, network_panel, width, height) as panel:
            for reading in (None, READING):
                read(qtbot, panel, reading)
                panel.selection.select((0, 0))
                rest(qtbot, panel)
                for look in _looks(width):
                    assert look(panel) == [], (dressed, width, reading is None, look.__name__)


@pytest.mark.parametrize("base", ["#ffffff", "#000000", "#1e1e1e"])
@pytest.mark.parametrize("share", [-1.0, -0.5, -0.1, 0.1, 0.5, 1.0])
def test_every_word_can_be_read_on_its_ground(base: str, share: float) -> None:
    page = QColor(base)
    found = ground_of(share, (page.red(), page.green(), page.blue()))
    assert found is not None
    ground = QColor(*found)
    ink = legible(QColor("#ffffff") if page.lightness() < 128 else QColor("#000000"), ground)
    assert contrast(ink, ground) >= LEAST_CONTRAST


def _rows_of_ink(picture: WordsPicture, word: str) -> list[float]:
    """For each line of pixels below a word, the share of it that has the text's colour."""
    image = picture.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    _layout, lines, _height = picture.laid_out(picture.width())
    place = SENTENCES[0].text.index(word)
    (box,) = places_of(lines, place, place + len(word))
    left, right = int(box.left()) + 1, int(box.right()) - 1
    ink = picture.palette().color(QPalette.ColorRole.Text)
    low = int(lines[0].y() + lines[0].height()) + 1
    return [
        sum(contrast(QColor(image.pixel(x, y)), ink) < 1.3 for x in range(left, right)) / (right - left)
        for y in range(low, low + picture.fontMetrics().height() // 3 + 3)
    ]


def test_weights_are_told_without_colours(qtbot: QtBot, qapp: QApplication) -> None:
    with dressed_as(qapp, "200"):
        picture = WordsPicture("words")
        qtbot.addWidget(picture)
        made = explanation(heavy=(("increased", 0.4), ("plasma", -0.4), ("exposure", 0.1)))
        picture.show_sentence(SENTENCES[0].text, (), made)
        picture.resize(2000, 200)
        picture.show()
        filled, hollow, small = (_rows_of_ink(picture, word) for word in ("increased", "plasma", "exposure"))
        solid = [row for row in filled if row > 0.9]
        assert len(solid) >= 5
        # A hollow bar has a line above and below, and little in between.
        assert any(row > 0.9 for row in hollow)
        assert min(hollow[1 : len(solid) - 2]) < 0.3
        assert 0 < len([row for row in small if row > 0.9]) < len(solid)


def test_words_stand_where_qt_counts_them() -> None:
    text = "\U0001f600 drug raised \U0001d6fc levels"
    made = explanation(SENTENCES[0])
    spans = ((0, 1), (2, 6), (7, 13), (14, 15), (16, 22))
    words = tuple(text[start:end] for start, end in spans)
    flags = (False,) * 5
    wide = type(made)(
        "lime", "quick", "effect", 0, words, spans, flags, (0.0, 0.0, 0.5, 0.0, 0.2), 0.5, 1, made.trust, stable=True
    )
    found = [(one.start, one.end) for one in drawn_words(text, wide)]
    assert found == [(0, 2), (3, 7), (8, 14), (15, 17), (18, 24)]
