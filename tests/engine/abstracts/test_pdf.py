"""PDFs: text in its order, words joined at line ends, the abstract where headings say so, and refusals in a sentence."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.abstracts.model import Abstract
from engine.abstracts.paragraphs import paragraphs_of_pages
from engine.abstracts.pdf import DAMAGED, LOCKED, MAX_PAGES, SCANNED, text_of_pdf
from engine.abstracts.sections import SECTION_ONLY, WHOLE_TEXT, abstract_section
from engine.cancellation import CancelledError, CancelToken
from engine.errors import InputError
from tests.engine.abstracts.made import locked, opened, opened_or_refused, pdf_file

ABSTRACT = """Background: Clarithromycin is a strong inhibitor of CYP3A4 and raises
the exposure to simvastatin. Methods: Twelve healthy volunteers took both medi-
cines for a week. Results: Exposure rose ten-fold; clarithro-
mycin was the cause of it. Conclusion: Do not combine the two."""
ARTICLE = f"""A made-up article on two medicines
A. Nobody
Abstract
{ABSTRACT}
Keywords: statins
1 Introduction
Statins are taken by many, among them people who need an antibiotic."""


def test_the_abstract_of_an_article(tmp_path: Path) -> None:
    (one,) = opened(tmp_path, pdf_file(ARTICLE, title="A made-up article on two medicines"), "a.pdf")
    assert one.text.startswith("Background: Clarithromycin is a strong inhibitor of CYP3A4 and raises the exposure")
    assert one.text.endswith("Do not combine the two.")
    assert "both medicines for" in one.text
    assert "ten-fold; clarithromycin was" in one.text
    assert (one.title, one.source, one.remark) == ("A made-up article on two medicines", "a.pdf", SECTION_ONLY)


def test_the_whole_text_where_no_heading_is_clear(tmp_path: Path) -> None:
    (one,) = opened(
        tmp_path, pdf_file("Warfarin and aspirin were taken.", "A second page.", title="Said by the file itself"), "a.pdf"
    )
    assert one == Abstract("Warfarin and aspirin were taken. A second page.", source="a.pdf", place=1, remark=WHOLE_TEXT)


def test_locked(tmp_path: Path) -> None:
    (one,) = opened(tmp_path, locked(pdf_file("Warfarin and aspirin were taken."), ""), "a.pdf")
    assert one.text == "Warfarin and aspirin were taken."
    with pytest.raises(InputError) as fault:
        opened(tmp_path, locked(pdf_file("Warfarin and aspirin were taken."), "secret"), "a.pdf")
    assert fault.value.sentence == LOCKED


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (pdf_file("", ""), SCANNED),
        (pdf_file("Text")[:200], DAMAGED),
        (b"%PDF-1.7\n" + b"\xff" * 3_000, DAMAGED),
        (b"%PDF-1.7", DAMAGED),
    ],
)
def test_no_text_to_be_had(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(InputError) as fault:
        opened(tmp_path, content, "a.pdf")
    assert fault.value.sentence == says


def test_a_long_document_is_read_to_a_limit_and_says_so() -> None:
    pdf = text_of_pdf(pdf_file(*("Some words." for _ in range(MAX_PAGES + 5))))
    assert len(pdf.pages) == MAX_PAGES
    assert pdf.remarks == (f"Only the first {MAX_PAGES} of the {MAX_PAGES + 5} pages were read.",)


def test_it_can_be_cancelled_and_takes_only_so_long() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        text_of_pdf(pdf_file("Warfarin"), token.check)
    with pytest.raises(InputError, match="takes longer"):
        text_of_pdf(pdf_file("Warfarin"), max_seconds=-1.0)


def test_a_damaged_file_says_nothing_on_standard_error(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_file("Warfarin and aspirin.").replace(b"startxref\n", b"startxref\n9"))
    code = (
        "import sys, pathlib; from engine.abstracts.opening import open_abstracts\n"
        "sys.stdout.write(next(open_abstracts(pathlib.Path(sys.argv[1]))).remark)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == ""
    assert "damaged in places" in done.stdout


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("clarithro-\nmycin was", "clarithromycin was"),
        ("the CYP3A4-\nmediated way", "the CYP3A4-mediated way"),
        ("a drug-\ndrug interaction of a drug", "a drug-drug interaction of a drug"),
        ("P-\nglycoprotein and P-glycoprotein", "P-glycoprotein and P-glycoprotein"),
        ("St-\nJohn", "St-John"),
        ("sim\xad\nvastatin", "simvastatin"),
        ("sim\xadvastatin", "simvastatin"),
        ("signi\ufb01cant e\ufb00ects", "significant effects"),
        ("one line\nand another", "one line and another"),
        ("a first line of the text that is long\nand ends.\nAnother line begins a paragraph", None),
    ],
)
def test_lines_to_paragraphs(lines: str, text: str | None) -> None:
    wanted = "a first line of the text that is long and ends.\n\nAnother line begins a paragraph" if text is None else text
    assert paragraphs_of_pages((lines,)) == wanted


def test_lines_at_the_top_of_every_page_go() -> None:
    pages = tuple(
        f"Journal of made-up things\nText of page {word}\nbegins and ends here\n{n}" for n, word in enumerate("abcd", 1)
    )
    text = paragraphs_of_pages(pages)
    assert "Journal" not in text
    assert "page d" in text


def test_section() -> None:
    body = "Warfarin was taken with aspirin. " * 8
    for text in (
        f"Title\n\nAbstract\n\n{body}\n\nKeywords: a, b\n\nMore",
        f"ABSTRACT: {body}\nIntroduction\nMore",
        f"Summary.\n{body}\n© 2019 Nobody\nMore",
    ):
        assert abstract_section(text) == body.strip()
    for text in (body, f"Abstract\n{body}", f"Abstract\n{body}\nAbstract\n{body}\nKeywords: a", "Abstract\nshort\nKeywords: a"):
        assert abstract_section(text) is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.binary(max_size=4), st.integers(0, 30))
def test_damage_anywhere(tmp_path: Path, place: int, put: bytes, gone: int) -> None:
    whole = pdf_file(ARTICLE)
    place %= len(whole)
    (one,) = opened_or_refused(tmp_path, whole[:place] + put + whole[place + gone :], "a.pdf")
    one.whole.encode("utf-8")
    assert one.remark.endswith(".")


@given(st.lists(st.text(max_size=300), max_size=4))
def test_any_pages(pages: list[str]) -> None:
    text = paragraphs_of_pages(tuple(pages))
    assert text == text.strip()
