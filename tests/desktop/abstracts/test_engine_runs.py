"""The page over real runs: real files, a real run's file, and a reader that knows four names."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.abstract.network.data import NetworkData
from desktop.abstracts.engine_runs import EngineRuns
from desktop.abstracts.network_tab import NetworkTab
from desktop.abstracts.view import NETWORK, PAIRS, PICO, RELATIONS, REMARKS
from desktop.abstracts.view_model import Phase
from engine.application import Application
from engine.errors import ResourceError
from engine.reading import batch
from tests.desktop.abstracts.conftest import MakePage
from tests.desktop.abstracts.looking import cells, read_all, rows_tab, settle, tab
from tests.engine.reading.batching import provenance, reader

TEXTS = (
    "Warfarin and aspirin raise the risk of bleeding in patients.",
    "Aspirin may change warfarin.",
    "Warfarin with xyzolumab. Coumadin and aspirin again.",
    "Nothing of the kind.",
)


def nbib(number: int, text: str, year: int) -> str:
    """One record as PubMed exports it."""
    return f"PMID- {number}\nDP  - {year} Jan\nTI  - Title {number}.\nAB  - {text}\n\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An export with a duplicate."""
    path = tmp_path / "export.nbib"
    records = [nbib(1000 + number, text, 2000 + number) for number, text in enumerate(TEXTS)]
    path.write_text("".join([*records, records[0]]), encoding="utf-8")
    return path


@pytest.fixture
def runs(application: Application, monkeypatch: pytest.MonkeyPatch) -> EngineRuns:
    """Runs that are read by the stand-in."""
    monkeypatch.setattr(batch, "batch_reader", lambda _application: reader())
    return EngineRuns(application)


def test_an_export_of_pubmed_is_read_and_shown(qtbot: QtBot, make_page: MakePage, runs: EngineRuns, source: Path) -> None:
    page = make_page(runs)
    read_all(qtbot, page, source)
    assert page.control.status.toPlainText() == (
        "✓ Everything is read: 5 records.\n"
        "4 abstracts · 4 statements · of these 1 unsure · 2 pairs of names · 1 duplicate left out · 0 records not read"
    )
    relations = rows_tab(page, RELATIONS)
    settle(qtbot, page)
    assert cells(relations, 0) == [
        *("2000", "1000", "warfarin + acetylsalicylic acid", "Effect or PD mechanism", "80 %", "✓ documented"),
        TEXTS[0],
    ]
    relations.filters.ask_for("warfarin", "xyzo")
    settle(qtbot, page)
    assert relations.state.text() == "1 of 4 rows are shown."
    pairs = rows_tab(page, PAIRS)
    settle(qtbot, page)
    assert cells(pairs, 0)[:4] == ["acetylsalicylic acid + warfarin", "3", "3", "1"]
    network = tab(page, NETWORK)
    assert isinstance(network, NetworkTab)
    qtbot.waitUntil(lambda: network.settled, timeout=5_000)
    assert isinstance(network.box.data, NetworkData)
    assert [node.name for node in network.box.data.nodes] == ["acetylsalicylic acid", "warfarin", "xyzolumab"]
    assert [edge.tag for edge in network.box.data.edges] == ["3", "1"]
    pico = rows_tab(page, PICO)
    settle(qtbot, page)
    assert cells(pico, 0)[2] == "patients"
    remarks = rows_tab(page, REMARKS)
    settle(qtbot, page)
    assert cells(remarks, 0) == ["= duplicate", "export.nbib, record 5, PMID 1000", "The same PMID, 1000, was read before."]
    assert "Not for commercial use." in page.foot.toPlainText()


def test_every_format_is_written(qtbot: QtBot, make_page: MakePage, runs: EngineRuns, source: Path, tmp_path: Path) -> None:
    page = make_page(runs)
    read_all(qtbot, page, source)
    for form in ("csv", "json", "html"):
        path = tmp_path / f"out.{form}"
        page.exporter.export_to(form, path)
        qtbot.waitUntil(path.exists, timeout=5_000)
        qtbot.waitUntil(lambda: not page.exporter.busy, timeout=5_000)
        written = path.read_text(encoding="utf-8")
        assert "xyzolumab" in written
        assert "The same PMID, 1000, was read before." in written
        assert "Not for commercial use" in written


def test_a_run_is_found_again_and_refused_for_another_student(
    qtbot: QtBot,
    make_page: MakePage,
    application: Application,
    runs: EngineRuns,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = make_page(runs)
    read_all(qtbot, page, source)
    again = make_page(runs)
    again.model.choose(source)
    qtbot.waitUntil(lambda: again.model.phase is Phase.DONE, timeout=5_000)
    settle(qtbot, again)
    assert rows_tab(again, RELATIONS).state.text() == "4 rows."
    monkeypatch.setattr(batch, "batch_reader", lambda _application: reader(provenance("c" * 64)))
    other = make_page(EngineRuns(application))
    other.model.choose(source)
    qtbot.waitUntil(lambda: other.model.phase is Phase.REFUSED, timeout=5_000)
    assert "by another student" in other.control.status.toPlainText()
    other.control.anew.click()
    qtbot.waitUntil(lambda: other.model.phase is Phase.DONE, timeout=5_000)


def test_without_a_student_nothing_is_read_and_what_was_read_is_shown(
    qtbot: QtBot,
    make_page: MakePage,
    application: Application,
    runs: EngineRuns,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(_application: Application) -> batch.BatchReader:
        raise ResourceError("The student is missing; install it.")

    monkeypatch.setattr(batch, "batch_reader", missing)
    page = make_page(EngineRuns(application))
    page.model.choose(source)
    qtbot.waitUntil(lambda: page.model.phase is Phase.FAULT, timeout=5_000)
    assert page.control.status.toPlainText() == "⚠ The student is missing; install it."
    monkeypatch.setattr(batch, "batch_reader", lambda _application: reader())
    read_all(qtbot, make_page(EngineRuns(application)), source)
    monkeypatch.setattr(batch, "batch_reader", missing)
    later = make_page(EngineRuns(application))
    later.model.choose(source)
    qtbot.waitUntil(lambda: later.model.phase is Phase.DONE, timeout=5_000)
    settle(qtbot, later)
    assert rows_tab(later, RELATIONS).state.text() == "4 rows."
    assert "The student is missing" in later.fault.text.toPlainText()


def test_two_sources_of_one_name_have_two_places(application: Application, tmp_path: Path) -> None:
    runs = EngineRuns(application)
    one, other = (runs.kept_in(tmp_path, tmp_path / folder / "export.nbib") for folder in ("a", "b"))
    assert one != other
    assert {one.parent, other.parent} == {tmp_path}
    assert one.suffix == runs.beside(tmp_path / "export.nbib").suffix


def test_the_file_of_a_run_is_shown_by_itself(qtbot: QtBot, make_page: MakePage, runs: EngineRuns, source: Path) -> None:
    page = make_page(runs)
    read_all(qtbot, page, source)
    source.unlink()
    later = make_page(runs)
    later.open_path(runs.beside(source))
    qtbot.waitUntil(lambda: later.model.phase is Phase.DONE, timeout=5_000)
    settle(qtbot, later)
    assert rows_tab(later, RELATIONS).state.text() == "4 rows."
    assert "This is the file of a run, which is shown." in later.fault.text.toPlainText()
    assert later.control.where.toPlainText() == f"Run: {runs.beside(source)}"


def test_what_is_no_run_is_refused_and_stays(qtbot: QtBot, make_page: MakePage, runs: EngineRuns, source: Path) -> None:
    runs.beside(source).write_text("my thesis", encoding="utf-8")
    page = make_page(runs)
    page.model.choose(source)
    qtbot.waitUntil(lambda: page.model.phase is Phase.REFUSED, timeout=5_000)
    page.control.anew.click()
    qtbot.waitUntil(lambda: page.model.phase is Phase.FAULT, timeout=5_000)
    assert runs.beside(source).read_text(encoding="utf-8") == "my thesis"
