"""PubMed's tagged lines: folded fields, records in order, damage told at its record."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.abstracts.medline import NO_ABSTRACT, NOTHING, RETRACTED, STRANGE_PMID, abstracts_of_medline, is_medline
from engine.abstracts.model import MAX_TEXT_CHARACTERS, TOO_LONG, Abstract
from engine.records.content import OTHER_ENCODING
from tests.engine.abstracts.made import NBIB, opened


def read(text: str) -> list[Abstract]:
    return list(abstracts_of_medline(text.encode().split(b"\n")))


def test_records(tmp_path: Path) -> None:
    first, second = opened(tmp_path, NBIB.encode(), "export.nbib")
    assert first == Abstract(
        text="AIMS: To see more. RESULTS: Clarithromycin raised the exposure to simvastatin.",
        title="A made-up title that is folded over two lines.",
        pmid="10000001",
        year=2019,
        journal="A made-up journal",
        source="export.nbib",
        place=1,
    )
    assert (second.pmid, second.title, second.text, second.year) == ("10000002", "A record without an abstract.", "", 2020)
    assert (second.place, second.remark, second.is_fault) == (2, NO_ABSTRACT, False)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_any_line_ends_and_encoding(tmp_path: Path, encoding: str, end: str) -> None:
    wanted = opened(tmp_path, NBIB.encode())
    assert opened(tmp_path, NBIB.replace("\n", end).encode(encoding)) == wanted


def test_a_file_larger_than_a_piece(tmp_path: Path) -> None:
    """Line breaks of two signs fall between two pieces as well."""
    records = [
        f"PMID- {number}\r\nTI  - Number {number}\r\nAB  - {'word ' * (number % 97)}end\r\n\r\n" for number in range(1, 2_000)
    ]
    found = opened(tmp_path, "".join(records).encode(), "a.nbib")
    assert [one.pmid for one in found] == [str(number) for number in range(1, 2_000)]
    assert all(one.title == f"Number {one.pmid}" and one.text.endswith("end") and not one.remark for one in found)
    assert [len(one.text.split()) for one in found] == [number % 97 + 1 for number in range(1, 2_000)]


def test_a_record_whose_number_is_missing_is_not_mixed_with_the_one_before() -> None:
    first, second = read("PMID- 1\nTI  - One\nAB  - Warfarin.\n\nTI  - Two\nAB  - Aspirin.\n")
    assert (first.pmid, first.title, first.text) == ("1", "One", "Warfarin.")
    assert (second.pmid, second.title, second.text) == (None, "Two", "Aspirin.")


def test_a_blank_line_inside_a_record_loses_nothing() -> None:
    (one,) = read("PMID- 1\n\nTI  - One\n\nAB  - Warfarin\n\n      and aspirin.\n")
    assert (one.pmid, one.title, one.text) == ("1", "One", "Warfarin and aspirin.")


def test_lines_that_lost_their_indent() -> None:
    (one,) = read("PMID- 1\nTI  - One\nAB  - Warfarin\nand aspirin.\n")
    assert one.text == "Warfarin and aspirin."
    assert "without an indent" in one.remark


def test_remarks() -> None:
    assert read("PMID- 1\nAB  - x\nPT  - Retracted Publication\n")[0].remark == RETRACTED
    assert read("PMID- nothing\nAB  - x\n")[0].remark == STRANGE_PMID
    assert read("PMID- 1\nPT  - Review\n")[0].remark == NOTHING
    assert "before the first record" in read("Search of today\nPMID- 1\nAB  - x\n")[0].remark


def test_a_book() -> None:
    (one,) = read("PMID- 5\nBTI - The book\nAB  - Warfarin.\nDP  - 2012\n")
    assert (one.title, one.year) == ("The book", 2012)


def test_a_fault_is_told_at_its_record_and_the_next_goes_on() -> None:
    long = "word " * (MAX_TEXT_CHARACTERS // 5 + 1)
    first, second, third = read(f"PMID- 1\nAB  - x\0y\n\nPMID- 2\nAB  - {long}\n\nPMID- 3\nAB  - Aspirin.\n")
    assert first.is_fault
    assert "zero bytes" in first.remark
    assert (second.pmid, second.place, second.remark, second.is_fault) == ("2", 2, TOO_LONG, True)
    assert (third.text, third.remark) == ("Aspirin.", "")


def test_a_line_in_another_encoding() -> None:
    first, second = abstracts_of_medline([b"PMID- 1", b"AB  - \xe9tude", b"PMID- 2", "AB  - étude".encode()])
    assert (first.text, first.remark) == ("étude", OTHER_ENCODING)
    assert (second.text, second.remark) == ("étude", "")


def test_what_is_of_tagged_lines() -> None:
    assert is_medline(NBIB)
    assert is_medline("TI  - One\nAB  - Two\n")
    assert not is_medline("TY  - JOUR\nTI  - One\nAB  - Two\n")
    assert not is_medline("Clarithromycin raised simvastatin.\nTI - is no tag alone")


FIELDS = st.sampled_from(["PMID", "TI", "AB", "DP", "JT", "PT", "FAU", "OAB", "X"])
WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)


@given(st.lists(st.tuples(FIELDS, WORDS, st.sampled_from(["\n", "\n      ", "\n\n", "\r\n", " "])), max_size=30))
def test_any_fields(fields: list[tuple[str, str, str]]) -> None:
    found = read("".join(f"{tag:<4}- {value}{end}" for tag, value, end in fields))
    assert [one.place for one in found] == list(range(1, len(found) + 1))
    assert all(one.remark for one in found if not one.text)


@given(
    st.lists(
        st.text(st.sampled_from("abc wxyz éΩ药,.;:()%-<>"), min_size=1, max_size=200).filter(str.strip), min_size=1, max_size=8
    ),
    st.data(),
)
def test_nothing_of_an_abstract_is_lost_in_folding(texts: list[str], data: st.DataObject) -> None:
    lines = []
    for number, text in enumerate(texts, 1):
        words = text.split()
        folds = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
        body = words[0] + "".join(
            f"\n      {word}" if fold else f" {word}" for word, fold in zip(words[1:], folds[1:], strict=True)
        )
        lines.append(f"PMID- {number}\nAB  - {body}\nFAU - Nobody\n")
    found = read("\n".join(lines))
    assert [(one.pmid, one.text) for one in found] == [
        (str(number), " ".join(text.split())) for number, text in enumerate(texts, 1)
    ]


@given(st.lists(st.binary(max_size=80), max_size=20))
def test_any_bytes(lines: list[bytes]) -> None:
    for one in abstracts_of_medline(lines):
        one.whole.encode("utf-8")
