"""The preview: the whole text, taken in a little a turn."""

import time

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.exporting.preview import MOST_CHARACTERS, Preview
from engine.application import Application
from engine.reports.markup import for_paper, heading, listed, page, table, text
from engine.reports.plain import plain_html
from engine.reports.professional import professional_html
from tests.engine.reports.making import OLD_WOMAN, RICH, material_of, words

MOST_TURN_S = 0.05


def loaded(qtbot: QtBot, preview: Preview) -> str:
    """Everything that it shows, in one line."""
    qtbot.waitUntil(lambda: not preview.loading, timeout=30_000)
    return " ".join(preview.toPlainText().translate(dict.fromkeys([0x2068, 0x2069])).split())


def test_all_of_each_document_is_shown(qtbot: QtBot, application: Application) -> None:
    made = material_of(application, RICH, OLD_WOMAN, title="Ward 3")
    preview = Preview()
    qtbot.addWidget(preview)
    for html in (professional_html(made, "short"), professional_html(made, "full"), plain_html(made)):
        preview.show_document(for_paper(html))
        said = "".join(loaded(qtbot, preview).split())
        assert said == "".join(words(html).split())


def test_no_turn_holds_the_window(qtbot: QtBot, application: Application) -> None:
    made = material_of(application, RICH, OLD_WOMAN)
    html = for_paper(professional_html(made, "full"))
    preview = Preview()
    preview.resize(700, 600)
    qtbot.addWidget(preview)
    preview.show()
    # The processor's time and not the clock's: another program may hold the processor.
    started = time.thread_time()
    preview.show_document(html)
    turns = [time.thread_time() - started]
    while preview.loading:
        started = time.thread_time()
        QApplication.processEvents()
        turns.append(time.thread_time() - started)
    assert len(turns) > 1
    assert max(turns) < MOST_TURN_S


def test_a_new_document_takes_the_place_of_one_that_is_still_coming(qtbot: QtBot) -> None:
    rows = [f"row {number}" for number in range(2000)]
    preview = Preview()
    qtbot.addWidget(preview)
    preview.show_document(for_paper(page("a", "", "".join(heading(3, row) for row in rows))))
    assert preview.loading
    preview.show_document(for_paper(page("b", "", "<p>only this</p>")))
    assert loaded(qtbot, preview) == "only this"


def test_what_is_too_long_ends_with_a_sentence(qtbot: QtBot) -> None:
    body = "".join(heading(3, f"{number} " + "x" * 1000) for number in range(MOST_CHARACTERS // 500))
    preview = Preview()
    qtbot.addWidget(preview)
    preview.show_document(for_paper(page("a", "", body)))
    said = loaded(qtbot, preview)
    assert len(said) < MOST_CHARACTERS + 200
    assert said.endswith("The preview ends here. The export is saved whole.")


def test_a_paragraph_takes_nothing_over_from_what_is_before(qtbot: QtBot) -> None:
    body = listed(["a row"]) + heading(2, "Head") + table(("A",), [("cell",)], (100,)) + f"<p>{text('<script>')}</p>"
    preview = Preview()
    qtbot.addWidget(preview)
    preview.show_document(for_paper(page("a", "", body)))
    assert loaded(qtbot, preview) == "a row Head A cell <script>"
    blocks = {}
    block = preview.document().begin()
    while block.isValid():
        blocks[block.text()] = block.textList() is not None
        block = block.next()
    assert blocks["a row"] is True
    assert blocks["Head"] is False
    assert blocks["<script>"] is False


def test_a_list_that_a_page_may_end_in_has_no_gap_on_the_screen(qtbot: QtBot) -> None:
    preview = Preview()
    qtbot.addWidget(preview)
    preview.show_document(for_paper(page("a", "body { font-size: 21pt; }", listed([f"row {one}" for one in range(9)], cut=True))))
    loaded(qtbot, preview)
    assert preview.toPlainText().splitlines() == [f"row {one}" for one in range(9)]
    assert preview.document().defaultFont().pointSizeF() == 21.0
