"""Files of abstracts: thousands of records in flat memory, and damage of every kind ends in a result or in one sentence."""

import gzip
import random
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.abstracts.model import Abstract
from engine.abstracts.opening import open_abstracts, pasted
from engine.errors import CoprescribeError
from tests.engine.abstracts.made import FOOT, HEAD, NBIB, SENTENCE, locked, pdf_file, xml_file, xml_record
from tests.soak.fuzzing import Fuzzing
from tests.soak.material import JUNK, SIGNS
from tests.soak.test_records import harmed

pytestmark = pytest.mark.soak

Note = Callable[[str], None]
RECORDS = 10_000
MOST_KEPT_MB = 8.0
SECONDS = 30
SLOWEST_S = 10.0
HEADED = f"<h2>Abstract</h2><p>{SENTENCE * 5}</p><p>Keywords: a</p>"
PAGE = f"<!DOCTYPE html><html><head><title>A</title></head><body>{HEADED}</body></html>"
SUFFIXES = (".txt", ".nbib", ".xml", ".xml.gz", ".pdf", ".html", "")
AUTHORS = "<AuthorList>" + "<Author><LastName>A</LastName><Affiliation>Nowhere</Affiliation></Author>" * 8 + "</AuthorList>"


def written_xml(path: Path) -> None:
    text = f"<AbstractText>{SENTENCE * 20}</AbstractText>"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(HEAD.encode())
        for number in range(RECORDS):
            file.write(xml_record(str(10_000_000 + number), abstract=text, more=AUTHORS).encode())
        file.write(FOOT.encode())


def written_nbib(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(RECORDS):
            file.write(
                f"PMID- {10_000_000 + number}\nTI  - A title\nAB  - " + f"{SENTENCE}\n      " * 20 + "\nFAU - Nobody\n" * 8 + "\n"
            )


@pytest.mark.parametrize(("name", "write"), [("a.xml.gz", written_xml), ("a.nbib", written_nbib)])
def test_ten_thousand_records_in_flat_memory(tmp_path: Path, note: Note, name: str, write: Callable[[Path], None]) -> None:
    path = tmp_path / name
    write(path)
    begun = time.perf_counter()
    numbers = [int(one.pmid or 0) for one in open_abstracts(path)]
    rate = RECORDS / (time.perf_counter() - begun)
    assert numbers == list(range(10_000_000, 10_000_000 + RECORDS))
    tracemalloc.start()
    try:
        kept: list[int] = []
        for place, _one in enumerate(open_abstracts(path)):
            if place in (100, 5_000):
                kept.append(tracemalloc.get_traced_memory()[0])
            if place == 5_000:
                break
        most_mb = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    note(f"{name}: {rate:,.0f} records a second, at most {most_mb:.1f} MB held")
    assert most_mb < MOST_KEPT_MB
    assert kept[1] - kept[0] < 500_000


def seeds() -> list[bytes]:
    """Files that open, of every kind."""
    article = f"A title\nAbstract\n{SENTENCE}\n{SENTENCE}\n{SENTENCE}\nKeywords: a"
    pdf = pdf_file(article, "Another page", title="A title of three words")
    plain = [
        f"{SENTENCE}\n".encode(),
        f"{SENTENCE} Étude".encode("cp1252"),
        NBIB.encode(),
        xml_file(xml_record(), xml_record("2")),
    ]
    return [*plain, *map(gzip.compress, plain), NBIB.encode("utf-16"), PAGE.encode(), pdf, locked(pdf, ""), locked(pdf, "x"), b""]


def opened(path: Path) -> tuple[str, float]:
    """(what came of it, seconds)."""
    begun = time.perf_counter()
    try:
        found = list(open_abstracts(path))
    except CoprescribeError as error:
        found = [Abstract("", remark=error.sentence)]
    assert found
    for one in found:
        one.whole.encode("utf-8")
        assert one.text or one.remark
        assert "\n" not in one.remark
        assert not one.remark or one.remark.endswith(".")
    return found[0].remark[:40] if found[0].is_fault else "read", time.perf_counter() - begun


def test_harmed_files_of_every_kind(chance: random.Random, note: Note, tmp_path: Path) -> None:
    known = seeds()
    for content in known:
        (tmp_path / "whole").write_bytes(content)
        opened(tmp_path / "whole")
    fuzzing = Fuzzing(opened, SUFFIXES, SECONDS, SLOWEST_S, fewest_ends=5)
    fuzzing.run(note, tmp_path, chance, lambda: harmed(chance, chance.choice(known), known))


def read_or_refused(text: str, html: str | None) -> tuple[str, str]:
    """(what is said of it, what is read)."""
    try:
        one = pasted(text, html)
    except CoprescribeError as error:
        return error.sentence, ""
    return one.remark or "Read.", one.whole


def test_anything_pasted(chance: random.Random, note: Note) -> None:
    pieces = (
        *JUNK,
        *SIGNS,
        *PAGE.split(">"),
        *NBIB.split("\n"),
        xml_record(),
        HEAD,
        "<p>",
        "</p>",
        "<sup>",
        "\n\n",
        SENTENCE,
        "-\n",
    )
    until, done, slowest_s = time.monotonic() + SECONDS / 3, 0, 0.0
    while time.monotonic() < until:
        text = "".join(chance.choices(pieces, k=chance.choice((1, 5, 50, 2_000))))
        begun = time.perf_counter()
        sentence, shown = read_or_refused(text, chance.choice((None, text)))
        assert sentence.endswith(".")
        shown.encode("utf-8")
        done += 1
        slowest_s = max(slowest_s, time.perf_counter() - begun)
    note(f"{done} texts, slowest {slowest_s:.2f} s")
    assert slowest_s < SLOWEST_S
