"""The network of medicines: the same picture each time, nothing lost from the list, and one choice shared with the page."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.abstract.network.box import NetworkBox
from desktop.abstract.network.data import NetworkData, NetworkEdge, NetworkNode
from desktop.abstract.network.layout import Arranged, Wanted, arranged
from desktop.abstract.network.looks import MOST_WORDS, edge_pen, edge_tags, legend
from desktop.abstract.network.of_reading import network_of
from desktop.abstract.network.panel import NetworkPanel
from desktop.abstract.network.view import NetworkView
from desktop.abstract.view_model import ReadingPhase
from desktop.tasks import TaskRunner
from desktop.widgets.contrast import LEAST_CONTRAST, contrast
from engine.application import Application
from tests.desktop.abstract.explaining import network_panel, read, rest, shown
from tests.engine.reports.reading_making import NOTHING, READING, SENTENCES, read_by_the_student_alone


@pytest.fixture
def panel(qtbot: QtBot, application: Application) -> Iterator[NetworkPanel]:
    """A panel over a reading of which nothing is chosen."""
    with shown(qtbot, application, network_panel, 500, 600) as made:
        assert isinstance(made, NetworkPanel)
        read(qtbot, made, READING)
        yield made


def listed(box: NetworkBox) -> list[str]:
    """The list as it is read aloud."""
    rows = [box.list.topLevelItem(place) for place in range(box.list.topLevelItemCount())]
    return [row.text(0) for row in rows if row is not None]


def current(box: NetworkBox) -> str:
    """The current row of the list as it is read aloud."""
    item = box.list.currentItem()
    return item.text(0) if item is not None else ""


def centre(view: NetworkView, node: str) -> QPoint:
    """Where a node is drawn."""
    assert view.picture is not None
    number = next(place for place, one in enumerate(view.picture.data.nodes) if one.name == node)
    return on_screen(view, view.picture.node_box(number).center())


def on_screen(view: NetworkView, point: QPointF) -> QPoint:
    """Where a point of the picture is drawn."""
    return (point * view.scale_now + view.corner()).toPoint()


def test_an_arrow_stands_where_plain_words_say_what_changes() -> None:
    plain, read_so = (network_of(reading, medicines_only=True) for reading in (READING, read_by_the_student_alone(0.96)))
    assert plain.edges[0].changes is not None
    assert read_so.edges[0].changes is None


def test_there_is_room_for_the_head_of_an_arrow_beside_the_word_on_its_line() -> None:
    left, right, word = 108.0, 70.0, 95.0
    places = arranged(Wanted(((left, 22.0), (right, 22.0)), ((0, 1),), ((word, 18.0),)))
    (one, _y), (other, _z) = sorted(places.centres)
    free = other - one - (left + right) / 2 - word
    # Fourteen pixels on either side: as long as the head on a line of three.
    assert free >= 28.0


def chain(count: int, label: str = "effect") -> NetworkData:
    """Medicines in a row."""
    nodes = tuple(NetworkNode(str(number), f"medicine{number:03d}") for number in range(count))
    edges = (NetworkEdge(number, str(number), str(number + 1), "ddi", label, 0.8) for number in range(count - 1))
    return NetworkData(nodes, tuple(edges))


def test_the_network_of_a_reading_has_a_node_for_each_substance_and_an_edge_for_each_relation() -> None:
    data = network_of(READING)
    assert [node.name for node in data.nodes] == ["fluconazole", "warfarin", "acetylsalicylic acid", "xyzolumab"]
    assert [edge.key for edge in data.edges] == [(0, 0), (1, 0), (1, 1)]
    assert [edge.unsure for edge in data.edges] == [False, False, True]
    assert data.edges[0].changes == "warfarin"
    # A protein that nothing joins is no node; a medicine that nothing joins is one.
    alone = replace(READING, sentences=(replace(SENTENCES[0], relations=()),))
    assert [node.name for node in network_of(alone).nodes] == ["fluconazole", "warfarin"]


def test_two_medicines_alone_are_drawn_until_a_person_wants_all(qtbot: QtBot, panel: NetworkPanel) -> None:
    # Where only statements on two medicines are there, nothing is left to choose.
    assert not panel.lines.isVisible()
    first, second, third = READING.sentences
    mixed = replace(first, relations=(replace(first.relations[0], task="chemprot", label="INHIBITOR"),))
    panel.selection.select((0, 0))
    read(qtbot, panel, replace(READING, sentences=(mixed, second, third)))
    assert panel.lines.isVisible()
    data = panel.box.data
    assert data is not None
    assert [edge.key for edge in data.edges] == [(1, 0), (1, 1)]
    said = panel.box.state.text()
    assert "Not drawn: 1 with a disease or a protein. The chosen relation is one of them." in said
    panel.lines.setCurrentIndex(1)
    panel.lines.activated.emit(1)
    rest(qtbot, panel)
    assert panel.box.data is not None
    assert [edge.key for edge in panel.box.data.edges] == [(0, 0), (1, 0), (1, 1)]
    assert "Not drawn" not in panel.box.state.text()
    assert panel.box.view.current == 0


def test_the_list_says_all_of_it(panel: NetworkPanel) -> None:
    rows = listed(panel.box)
    assert rows[0] == (
        "– fluconazole and warfarin — PK mechanism; over 99 %; exposure or effect of warfarin changes; "
        "sentence 1; knowledge here: documented"
    )
    assert rows[2].startswith("? warfarin and xyzolumab — Interaction, no detail; unsure, 41 %; sentence 2;")
    assert rows[-1].startswith("How to read the picture — A line joins two names")
    assert "No line is no proof that there is no interaction." in rows[-1]
    assert panel.box.state.text() == "Names: 4. Lines: 3, 1 of them unsure."


def test_names_without_a_line_are_named(qtbot: QtBot, panel: NetworkPanel) -> None:
    read(qtbot, panel, replace(READING, sentences=(replace(SENTENCES[0], relations=()),)))
    assert "Names without a line — fluconazole (medicine), warfarin (medicine)" in listed(panel.box)
    assert panel.box.state.text() == "Names: 2. Lines: 0, 0 of them unsure."


def test_it_says_what_the_page_is_at(qtbot: QtBot, panel: NetworkPanel) -> None:
    read(qtbot, panel, READING, ReadingPhase.WAITING)
    assert "this belongs to the text before" in panel.box.state.text()
    read(qtbot, panel, None, ReadingPhase.EMPTY)
    assert panel.box.state.text() == "Nothing to show yet: there is no text."
    assert panel.box.view.picture is None
    assert listed(panel.box) == []
    read(qtbot, panel, NOTHING)
    assert panel.box.state.text() == "No name to draw."


def test_arrows_walk_through_the_edges_and_choose(qtbot: QtBot, panel: NetworkPanel) -> None:
    view = panel.box.view
    view.setFocus()
    chosen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Home):
        QTest.keyClick(view, key)
        chosen.append(panel.selection.chosen)
    assert chosen == [(0, 0), (1, 0), (1, 1), (1, 0), (0, 0)]
    assert view.accessibleDescription().startswith("fluconazole and warfarin: PK mechanism")
    assert current(panel.box).startswith("– fluconazole and warfarin")
    # Tab goes on to the list.
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is panel.box.list


def test_a_choice_made_elsewhere_is_shown_and_not_told_again(qtbot: QtBot, panel: NetworkPanel) -> None:
    told: list[object] = []
    panel.box.chosen.connect(told.append)
    panel.selection.select((1, 1))
    rest(qtbot, panel)
    assert panel.box.view.current == 2
    assert "xyzolumab" in current(panel.box)
    assert told == []
    panel.selection.select(None)
    rest(qtbot, panel)
    assert panel.box.view.current is None


def test_the_list_chooses_too(panel: NetworkPanel) -> None:
    item = panel.box.list.topLevelItem(1)
    assert item is not None
    panel.box.list.setCurrentItem(item)
    assert panel.selection.chosen == (1, 0)
    assert panel.box.view.current == 1


def test_a_click_on_a_node_goes_through_its_edges_and_one_on_a_word_takes_it(panel: NetworkPanel) -> None:
    view = panel.box.view
    chosen = []
    for _ in range(4):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre(view, "warfarin"))
        chosen.append(panel.selection.chosen)
    # The likeliest first, and round again.
    assert chosen == [(0, 0), (1, 0), (1, 1), (0, 0)]
    assert view.picture is not None
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=on_screen(view, view.picture.tag_box(2).center()))
    assert panel.selection.chosen == (1, 1)
    assert view.said_at(centre(view, "xyzolumab")) == "xyzolumab (medicine)"


def test_it_fits_its_place_until_somebody_zooms(qtbot: QtBot, panel: NetworkPanel) -> None:
    view = panel.box.view
    panel.resize(1000, 900)
    rest(qtbot, panel)
    assert view.horizontalScrollBar().maximum() == 0
    assert view.scale_now >= 1.0
    panel.resize(300, 400)
    rest(qtbot, panel)
    # Letters stay as large as all others: what does not fit scrolls.
    assert view.scale_now == 1.0
    assert view.horizontalScrollBar().maximum() > 0
    QTest.mouseClick(panel.box.fit, Qt.MouseButton.LeftButton)
    assert view.scale_now < 1.0
    assert view.horizontalScrollBar().maximum() == 0
    before = view.scale_now
    QTest.mouseClick(panel.box.larger, Qt.MouseButton.LeftButton)
    assert view.scale_now > before
    panel.resize(320, 400)
    rest(qtbot, panel)
    assert view.scale_now > before
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.scale_now == 1.0
    for key, larger in ((Qt.Key.Key_Plus, True), (Qt.Key.Key_Minus, False)):
        now = view.scale_now
        QTest.keyClick(view, key)
        assert (view.scale_now > now) is larger


def test_ctrl_and_the_wheel_zoom(panel: NetworkPanel) -> None:
    view = panel.box.view
    before = view.scale_now
    middle = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        *(middle, middle, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton),
        *(Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(view.viewport(), event)
    assert view.scale_now > before


@pytest.mark.parametrize("base", ["#ffffff", "#000000"])
def test_an_edge_is_told_by_its_word_its_width_and_its_dashes(base: str) -> None:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, QColor(base))
    data = network_of(READING)
    assert edge_tags(data) == ("PK mechanism", "Advice", "Interaction ?")
    pens = [edge_pen(edge, palette) for edge in data.edges]
    assert [pen.style() for pen in pens] == [Qt.PenStyle.SolidLine, Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine]
    assert pens[0].widthF() > pens[1].widthF() > pens[2].widthF()
    assert len({pen.color().name() for pen in pens}) == 3
    assert all(contrast(pen.color(), QColor(base)) >= LEAST_CONTRAST for pen in pens)


def test_many_edges_carry_letters_that_the_legend_names() -> None:
    data = chain(MOST_WORDS + 2)
    assert set(edge_tags(data)) == {"E"}
    assert "Letters on lines: E: Effect or PD mechanism." in legend(data)
    two = replace(data, edges=(*data.edges[:-1], replace(data.edges[-1], task="ade", label="enzyme")))
    assert len(set(edge_tags(two))) == 2


def test_a_network_that_does_not_fit_together_is_refused() -> None:
    node = NetworkNode("a", "a")
    edge = NetworkEdge(1, "a", "a", "ddi", "int", 0.5)
    for nodes, edges in (((node, node), ()), ((node,), (edge, edge)), ((node,), (replace(edge, second="b"),))):
        with pytest.raises(ValueError, match="network"):
            NetworkData(nodes, edges)


def _wanted(ends: tuple[tuple[int, int], ...], count: int) -> Wanted:
    sizes = tuple((60.0 + 7 * (number % 9), 24.0) for number in range(count))
    return Wanted(sizes, ends, tuple((40.0, 16.0) for _ in ends))


def _over(places: Arranged, wanted: Wanted) -> list[tuple[int, int]]:
    """Pairs of nodes whose boxes lie over each other."""
    boxes = [(x, y, width, height) for (x, y), (width, height) in zip(places.centres, wanted.sizes, strict=True)]
    return [
        (one, other)
        for one, other in itertools.combinations(range(len(boxes)), 2)
        if abs(boxes[one][0] - boxes[other][0]) < (boxes[one][2] + boxes[other][2]) / 2
        and abs(boxes[one][1] - boxes[other][1]) < (boxes[one][3] + boxes[other][3]) / 2
    ]


@pytest.mark.parametrize(
    ("count", "ends"),
    [
        (0, ()),
        (1, ((0, 0),)),
        (2, ((0, 1), (0, 1), (1, 0))),
        (12, tuple((0, number) for number in range(1, 12))),
        (9, tuple(itertools.combinations(range(9), 2))),
        (40, tuple((number, (number * 7 + 3) % 40) for number in range(0, 40, 2))),
        (150, tuple((number % 150, (number * number) % 150) for number in range(220))),
    ],
)
def test_the_same_network_gives_the_same_picture_and_no_box_lies_over_another(
    count: int, ends: tuple[tuple[int, int], ...]
) -> None:
    wanted = _wanted(ends, count)
    places = arranged(wanted)
    assert places == arranged(wanted)
    assert len(places.centres) == count
    assert len(places.labels) == len(places.bends) == len(ends)
    assert _over(places, wanted) == []
    width, height = places.size
    for (x, y), (wide, tall) in zip(places.centres, wanted.sizes, strict=True):
        assert x - wide / 2 >= 0
        assert x + wide / 2 <= width
        assert y - tall / 2 >= 0
        assert y + tall / 2 <= height


def test_edges_of_one_pair_lie_apart() -> None:
    places = arranged(_wanted(((0, 1), (1, 0), (0, 1)), 2))
    assert len({(round(x), round(y)) for x, y in places.bends}) == 3
    assert len({(round(x), round(y)) for x, y in places.labels}) == 3


def test_150_medicines_are_drawn_and_walked_within_frames(qtbot: QtBot) -> None:
    runner = TaskRunner()
    box = NetworkBox(runner, "Network")
    qtbot.addWidget(box)
    box.resize(800, 700)
    box.show()
    base = chain(150)
    more = tuple(
        NetworkEdge(f"more{number}", str(number), str((number * number) % 150), "ddi", "int", 0.3, True) for number in range(100)
    )
    # Time of this thread alone: tests share their machine with others.
    begun = time.thread_time()
    box.show_network(replace(base, edges=base.edges + more))
    assert time.thread_time() - begun < 0.3
    assert box.state.text() == "Drawing the network…"
    qtbot.waitUntil(lambda: not box.busy, timeout=30_000)
    assert box.state.text() == "Names: 150. Lines: 249, 100 of them unsure."
    turns = []
    for _ in range(10):
        begun = time.thread_time()
        QTest.keyClick(box.view, Qt.Key.Key_Right)
        box.view.viewport().grab()
        turns.append(time.thread_time() - begun)
    # A frame is 50 ms on a quiet machine.
    assert sorted(turns)[5] < 0.3, turns
    assert runner.close()


def test_a_box_that_goes_while_it_is_drawn_leaves_nothing(qtbot: QtBot) -> None:
    runner = TaskRunner()
    box = NetworkBox(runner, "Network")
    box.show_network(chain(40))
    assert box.busy
    box.deleteLater()
    qtbot.waitUntil(lambda: not runner.busy, timeout=30_000)
    assert runner.close()


def test_the_picture_is_drawn_in_its_colours(qtbot: QtBot, panel: NetworkPanel) -> None:
    view = panel.box.view
    assert view.picture is not None
    image = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    seen = {image.pixelColor(x, y).name() for x in range(0, image.width(), 1) for y in range(0, image.height(), 1)}
    for edge in view.picture.data.edges:
        assert edge_pen(edge, view.palette()).color().name() in seen
