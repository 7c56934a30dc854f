"""The page of a run: counts, cautions, rows, and what is left out."""

from collections.abc import Generator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine.abstracts.model import Abstract
from engine.cancellation import CancelledError, Progress
from engine.reading.batch import read_many
from engine.reading.batch_rows import RunRows
from engine.reports import batch_page
from tests.engine.reading.batching import UNREADABLE, finished, go_on, reader

ABSTRACTS = (
    Abstract("Warfarin and aspirin in patients <b>.", "Title & more", "11", 2001, "J", "a.nbib", 1),
    Abstract("Aspirin may change warfarin.", "Two", "12", 2003, "J", "a.nbib", 2),
    Abstract(f"{UNREADABLE}", "Three", "13", None, "J", "a.nbib", 3),
)


class Cells(HTMLParser):
    """Opened tags and texts."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip("\u2068\u2069"))


@pytest.fixture
def rows(tmp_path: Path) -> RunRows:
    """A run of three records."""
    finished(read_many(tmp_path / "a.run", "a.nbib", ABSTRACTS, reader(), check=go_on))
    return RunRows(tmp_path / "a.run")


def _end(steps: Generator[Progress, None, Path]) -> None:
    for _progress in steps:
        pass


def test_the_page_is_well_formed_and_says_everything(rows: RunRows, tmp_path: Path) -> None:
    _end(batch_page.page_in_steps(rows, tmp_path / "out.html", check=go_on))
    html = (tmp_path / "out.html").read_text(encoding="utf-8")
    parsed = Cells()
    parsed.feed(html)
    assert parsed.open == []
    whole = "\n".join(parsed.texts)
    assert "2 abstracts read · 2 statements, 1 of them unsure · 1 pair of names · 1 record not read" in whole
    assert "Not for commercial use." in whole
    assert "Not reviewed by a clinician." in whole
    assert "Warfarin and aspirin in patients <b>." in whole
    assert "40 %, unsure: not to be relied on" in whole
    assert "The text is in another language." in whole
    assert "2003" in parsed.texts
    assert "default-src 'none'" in html
    assert "\f" not in html
    assert "<!--" not in html


def test_rows_beyond_the_bound_are_counted(rows: RunRows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_page, "MOST_STATEMENTS", 1)
    _end(batch_page.page_in_steps(rows, tmp_path / "out.html", check=go_on))
    html = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "The first 1 of 2 statements; the export as a table or as data has all of them." in html
    assert "unsure: not to be relied on" not in html


def test_a_page_that_is_stopped_is_not_written(rows: RunRows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_page, "_LOOK_EVERY", 1)

    def stop() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        _end(batch_page.page_in_steps(rows, tmp_path / "out.html", check=stop))
    assert list(tmp_path.glob("*.html")) == []
    assert list(tmp_path.glob("*.part")) == []
