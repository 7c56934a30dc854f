"""Pages: what belongs together stays together, nothing is lost or drawn over, and a printer is never waited for."""

import io
import random
import time
import unicodedata
from collections.abc import Generator
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtGui import QColor, QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.exporting.pages import Foot, page_images, pdf_bytes
from desktop.exporting.printing import printing_available
from desktop.exporting.turns import InTurns
from engine.application import Application
from engine.cancellation import Progress
from engine.reports.markup import heading, listed, page, table
from engine.reports.plain import plain_html
from engine.reports.professional import professional_html
from tests.desktop.exporting.conftest import Desk
from tests.engine.reports.making import OLD_WOMAN, RICH, SAMPLE, material_of, words

FOOT = Foot("Not for emergencies.", "2026-11-21 09:30 UTC")
MOST_TURN_S = 0.05


def ended(steps: Generator[Progress, None, bytes]) -> bytes:
    """What a work gives in the end."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return bytes(stop.value)


def pdf(html: str) -> list[str]:
    """The text of each page of the PDF."""
    content = ended(pdf_bytes(html, FOOT, "A title"))
    reader = PdfReader(io.BytesIO(content))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.creator) == ("A title", "Coprescribe")
    return [" ".join(one.extract_text().split()) for one in reader.pages]


def squeezed(said: str) -> str:
    """Without spaces, ligatures and the signs of direction: a PDF breaks lines anywhere."""
    return unicodedata.normalize("NFKC", "".join(said.split()).translate(dict.fromkeys([0x2068, 0x2069])))


@pytest.mark.parametrize("what", ["short", "full", "sheet"])
def test_every_word_of_the_document_is_on_the_pages(application: Application, what: str) -> None:
    made = material_of(application, SAMPLE, OLD_WOMAN)
    html = plain_html(made) if what == "sheet" else professional_html(made, "short" if what == "short" else "full")
    pages = pdf(html)
    said = squeezed("".join(pages))
    for sentence in words(html).replace("; ", ". ").split(". "):
        # A table's cells come line by line, not cell by cell: its words are looked for one by one.
        for word in sentence.split():
            assert squeezed(word) in said, (word, sentence)
    for number, one in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)} · 2026-11-21 09:30 UTC" in one
        assert FOOT.notice in one


def test_a_page_is_filled_before_the_next_begins() -> None:
    items = "".join(heading(3, f"Point {number}") + "<p>A sentence.</p><p>One more.</p>" for number in range(80))
    lists = heading(2, "Rows") + listed((f"Row {number}" for number in range(150)), cut=True)
    images = page_images(page("t", "", heading(2, "Points") + items + lists), FOOT)
    assert len(images) > 3
    for image in images[:-1]:
        assert lowest_ink(image) > 0.82 * image.height()


def test_no_page_of_a_real_record_but_the_last_is_half_empty(application: Application) -> None:
    made = material_of(application, RICH, OLD_WOMAN)
    for html in (professional_html(made, "short"), plain_html(made)):
        images = page_images(html, FOOT)
        assert len(images) > 1
        for image in images[:-1]:
            # One row with all the conditions of a rule may take a third of a page, and is not broken.
            assert lowest_ink(image) > 0.5 * image.height()


def test_the_sheet_of_the_sample_is_two_pages(application: Application) -> None:
    assert len(page_images(plain_html(material_of(application, SAMPLE)), FOOT)) == 2


def lowest_ink(image: QImage) -> int:
    """The lowest row with anything dark on it, the foot left out."""
    for y in range(int(image.height() * 0.91), 0, -1):
        if any(QColor(image.pixel(x, y)).lightness() < 128 for x in range(60, image.width() - 60, 2)):
            return y
    return 0


def test_a_heading_never_ends_a_page_and_a_table_has_its_head_on_each() -> None:
    body = "".join(
        heading(2, f"Chapter {chapter}")
        + table(("Column A", "Column B"), [(f"cell {chapter}.{row}", "x") for row in range(9)], (50, 50))
        for chapter in range(20)
    )
    pages = pdf(page("t", "", body))
    assert len(pages) > 3
    for one in pages:
        shown = one.partition(" Page ")[0]
        assert "Column A" in one
        assert not shown.rstrip().endswith(("Column B", "Column A")) or "cell" in shown
        for chapter in range(20):
            if f"Chapter {chapter} " in f"{shown} ":
                assert f"cell {chapter}.0" in shown
    everything = " ".join(pages)
    for chapter in range(20):
        for row in range(9):
            assert everything.count(f"cell {chapter}.{row} ") == 1


def test_what_is_taller_than_a_page_goes_on_over_the_next() -> None:
    body = "<p>before</p>" + heading(2, "Long") + listed(f"row {number} of many" for number in range(160)) + "<p>after</p>"
    pages = pdf(page("t", "", body))
    assert len(pages) > 2
    everything = " ".join(pages)
    for number in range(160):
        assert f"row {number} of many" in everything
    assert "before" in pages[0]
    assert "after" in pages[-1]


def test_an_empty_document_is_one_page() -> None:
    assert len(pdf(page("t", "", ""))) == 1


def test_paper_is_light_and_ink_dark_whatever_the_theme_is(qtbot: QtBot) -> None:
    palette = QApplication.palette()
    dark = QApplication.palette()
    dark.setColor(dark.ColorRole.Text, QColor("#ffffff"))
    dark.setColor(dark.ColorRole.Base, QColor("#000000"))
    QApplication.setPalette(dark)
    try:
        (image,) = page_images(page("t", "", "<p>Words</p>"), FOOT)
    finally:
        QApplication.setPalette(palette)
    assert image.pixelColor(3, 3) == QColor("#ffffff")
    assert 0 < lowest_ink(image) < 0.2 * image.height()


def printer_to(path: Path) -> QPrinter:
    """A printer that prints into a PDF."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_printing_paints_what_is_seen(qtbot: QtBot, desk: Desk, application: Application, tmp_path: Path) -> None:
    assert printing_available()
    desk.check(SAMPLE)
    dialog = desk.open()
    assert dialog.print.isVisible()
    html = professional_html(material_of(application, SAMPLE), "short")
    path = tmp_path / "printed.pdf"
    desk.exporter.print_on(printer_to(path), html)
    assert desk.exporter.busy
    assert not dialog.save.isEnabled()
    desk.idle()
    assert dialog.status.text() == "Sent to the printer."
    assert dialog.save.isEnabled()
    pages = [" ".join(one.extract_text().split()) for one in PdfReader(path).pages]
    assert len(pages) == 1
    assert "simvastatin" in pages[0]
    assert "Page 1 of 1" in pages[0]
    assert "Decision support and teaching for professionals" in pages[0]
    qtbot.waitUntil(lambda: not desk.exporter.findChildren(InTurns), timeout=5000)


def test_closing_the_dialog_while_it_prints_ends_the_print_cleanly(desk: Desk, application: Application, tmp_path: Path) -> None:
    desk.check(RICH)
    dialog = desk.open()
    path = tmp_path / "printed.pdf"
    desk.exporter.print_on(printer_to(path), professional_html(material_of(application, RICH), "full"))
    dialog.reject()
    desk.idle()
    assert len(PdfReader(path).pages) > 3
    assert not desk.faults


def test_a_printer_that_refuses_is_one_sentence(desk: Desk, application: Application, tmp_path: Path) -> None:
    desk.check(SAMPLE)
    dialog = desk.open()
    html = professional_html(material_of(application, SAMPLE), "short")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("desktop.exporting.pages.QPainter.begin", lambda *_arguments: False)
        desk.exporter.print_on(printer_to(tmp_path / "a.pdf"), html)
        desk.idle()
    assert dialog.status.text() == "The pages cannot be drawn: the printer or file refuses them."
    assert dialog.save.isEnabled()


def test_no_turn_of_printing_holds_the_window(qtbot: QtBot, desk: Desk, application: Application, tmp_path: Path) -> None:
    names = [one.name for one in application.store.all_substances() if one.name.isalpha()]
    text = "\n".join(f"{name} 10 mg" for name in random.Random(3).sample(names, 40))
    html = professional_html(material_of(application, text), "full")
    desk.check(SAMPLE)
    desk.open()
    desk.exporter.print_on(printer_to(tmp_path / "a.pdf"), html)
    turns = []
    while desk.exporter.busy:
        started = time.thread_time()
        QApplication.processEvents()
        turns.append(time.thread_time() - started)
    assert len(turns) > 5
    assert max(turns) < MOST_TURN_S
