"""Numbers and years of records as they are written here and there."""

import time
from pathlib import PurePath

import pytest

from engine.abstracts.kinds import ABSTRACT_KINDS, ABSTRACT_SUFFIXES, is_abstract_file
from engine.abstracts.model import Abstract, normalised_pmid, year_of


@pytest.mark.parametrize(
    ("text", "pmid"),
    [
        ("12345678", "12345678"),
        (" 00012345 ", "12345"),
        ("PMID: 12345", "12345"),
        ("pmid-12345", "12345"),
        ("12345678.2", "12345678"),
        ("\uff11\uff12\uff13", "123"),
        ("https://pubmed.ncbi.nlm.nih.gov/12345/", "12345"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/12345", "12345"),
        ("0", None),
        ("", None),
        ("PMC12345", None),
        ("1234567890", None),
        ("12a", None),
        ("10.1000/12345", None),
        ("https://example.org/12345/", None),
    ],
)
def test_pmid(text: str, pmid: str | None) -> None:
    assert normalised_pmid(text) == pmid


def test_pmid_of_a_long_text_takes_no_time() -> None:
    begun = time.perf_counter()
    assert normalised_pmid("pubmed/" * 100_000) is None
    assert normalised_pmid("pubmed/" * 28) is None
    assert time.perf_counter() - begun < 0.5


@pytest.mark.parametrize(
    ("date", "year"),
    [("2019 Jan-Feb", 2019), ("1998 Dec-1999 Jan", 1998), ("Spring 2003", 2003), ("", None), ("20195", None), ("Jan", None)],
)
def test_year(date: str, year: int | None) -> None:
    assert year_of(date) == year


def test_whole_text_and_fault() -> None:
    assert Abstract("Text.", "Title.").whole == "Title.\n\nText."
    assert Abstract("Text.").whole == "Text."
    assert Abstract("", "Title.").whole == "Title."
    assert Abstract("", remark="Damaged.").is_fault
    assert not Abstract("", "Title.").is_fault


def test_kinds_of_files() -> None:
    assert all(is_abstract_file(PurePath(f"Some Name{suffix.upper()}")) for suffix in ABSTRACT_SUFFIXES)
    assert not any(is_abstract_file(PurePath(name)) for name in ("a.docx", "a.csv", "nbib", "a.txt.bak", "a.gz"))
    assert len({kind.words for kind in ABSTRACT_KINDS}) == len(ABSTRACT_KINDS)
