"""Files, folders and pasted text: told apart by what they hold, nothing left out in silence, every fault a sentence."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.abstracts import streams
from engine.abstracts.contents import SEVERAL
from engine.abstracts.model import MAX_TEXT_CHARACTERS, TOO_LONG, Abstract
from engine.abstracts.opening import open_abstracts, pasted
from engine.abstracts.pubmed_xml import ENTITIES
from engine.abstracts.sections import SECTION_ONLY, WHOLE_TEXT
from engine.abstracts.tidying import tidied
from engine.abstracts.web import STRUCK_OUT
from engine.cancellation import CancelledError, CancelToken
from engine.errors import InputError
from engine.records.content import OTHER_ENCODING
from tests.engine.abstracts.made import NBIB, SENTENCE, opened, pdf_file, xml_file, xml_record

HOSTILE = '<!DOCTYPE x [<!ENTITY a "b">]><PubmedArticleSet>&a;</PubmedArticleSet>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (one,) = opened(tmp_path, f"{SENTENCE}\r\nUne étude.\r\n".encode(encoding), "étude.txt")
    remark = OTHER_ENCODING if encoding == "cp1252" else ""
    assert one == Abstract(f"{SENTENCE}\nUne étude.", source="étude.txt", place=1, remark=remark)


def test_what_a_file_is_its_content_says(tmp_path: Path) -> None:
    assert opened(tmp_path, NBIB.encode(), "pubmed.txt")[0].pmid == "10000001"
    assert opened(tmp_path, xml_file(xml_record()), "pubmed.txt")[0].text == SENTENCE
    assert opened(tmp_path, gzip.compress(NBIB.encode()), "pubmed.nbib.gz")[1].pmid == "10000002"
    assert opened(tmp_path, pdf_file(SENTENCE), "a")[0].text == SENTENCE
    assert opened(tmp_path, b"<5 mg of warfarin was taken.", "a.txt")[0].text == "<5 mg of warfarin was taken."


def test_a_page(tmp_path: Path) -> None:
    body = f"{SENTENCE} Exposure rose by 10<sup>6</sup> &amp; more. " + "It was all made up. " * 5
    head = "<!DOCTYPE html><html><head><title>A &amp; B</title></head><body><nav>Menu</nav>"
    page = f"{head}{{}}<h2>Abstract</h2><p>{body}</p>{{}}</body></html>"
    (one,) = opened(tmp_path, page.format("<h1>A</h1>", "<p>Keywords: a</p><p>Foot</p>").encode(), "a.html")
    assert one.text.startswith(f"{SENTENCE} Exposure rose by 10⁶ & more.")
    assert (one.title, one.remark) == ("A & B", SECTION_ONLY)
    assert "Foot" not in one.text
    (one,) = opened(tmp_path, page.format("", "<p>Foot <s>gone</s></p>").encode(), "a.html")
    assert one.text.startswith("Menu\n\nAbstract")
    assert one.text.endswith("Foot")
    assert one.remark == f"{STRUCK_OUT} {WHOLE_TEXT}"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        ("\ufeff\u200b ".encode(), "is empty"),
        (b"<html></html>", "is empty"),
        (b"secret\0text", "not text"),
        (b"\x81secret", "not text"),
        (b"PK\x03\x04secret", "a document, a workbook or an archive"),
        (b"{\\rtf1 secret", "RTF"),
        (b"\x1f\x8bsecret", "compressed file is damaged"),
        (gzip.compress(b"secret" * 100_000, mtime=0)[:100], "compressed file is damaged"),
        (b"word " * (MAX_TEXT_CHARACTERS // 5 + 1), TOO_LONG),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(InputError) as fault:
        opened(tmp_path, content, "a.txt")
    assert says in fault.value.sentence
    assert fault.value.sentence.endswith(".")
    assert "secret" not in fault.value.sentence


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        next(open_abstracts(tmp_path / "nothing.txt"))


def test_a_file_that_unpacks_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_STREAM_BYTES", 1_000_000)
    with pytest.raises(InputError, match="holds more than 1 MB"):
        opened(tmp_path, gzip.compress(b" " * 3_000_000 + b"x"), "a.nbib.gz")
    found = opened(tmp_path, gzip.compress(NBIB.encode() + b"FAU - Nobody\n" * 200_000), "a.nbib.gz")
    assert (found[0].pmid, found[-1].is_fault) == ("10000001", True)
    monkeypatch.setattr(streams, "MAX_FILE_BYTES", 100_000)
    with pytest.raises(InputError, match="larger than"):
        opened(tmp_path, b"word " * 100_000)


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "B").mkdir()
    (tmp_path / "B" / "c.nbib").write_text(NBIB, encoding="utf-8")
    (tmp_path / "a.txt").write_text("Warfarin and aspirin.", encoding="utf-8")
    (tmp_path / "C.xml").write_text(HOSTILE, encoding="utf-8")
    (tmp_path / "d.pdf").write_bytes(pdf_file("Aspirin was taken."))
    (tmp_path / ".hidden.txt").write_text("no", encoding="utf-8")
    (tmp_path / "e.csv").write_text("a,b", encoding="utf-8")
    (tmp_path / "f.docx").write_text("x", encoding="utf-8")
    found = list(open_abstracts(tmp_path))
    places = [("a.txt", 1), ("B/c.nbib", 1), ("B/c.nbib", 2), ("C.xml", 0), ("d.pdf", 1), (tmp_path.name, 0)]
    assert [(one.source, one.place) for one in found] == places
    assert [one.remark for one in found if one.is_fault] == [ENTITIES, "2 files of other kinds were left out."]
    assert list(open_abstracts(tmp_path)) == found


def test_folder_without_abstracts(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b", encoding="utf-8")
    with pytest.raises(InputError, match="holds no file of abstracts"):
        next(open_abstracts(tmp_path))


def test_cancelling(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("Warfarin.", encoding="utf-8")
    token = CancelToken()
    work = open_abstracts(tmp_path, token.check)
    next(work)
    token.cancel()
    with pytest.raises(CancelledError):
        next(work)


def test_pasted_text() -> None:
    assert pasted(f"  {SENTENCE}\r\n") == Abstract(SENTENCE)
    assert pasted("阿司匹林和华法林").text == "阿司匹林和华法林"
    assert pasted("war\u200bfarin\x07 \ud800").text == "warfarin \ufffd"
    assert pasted("PMID: 1\nWarfarin.\n\nPMID: 2\nAspirin.").remark == SEVERAL


def test_pasted_records() -> None:
    assert pasted(NBIB.partition("PMID- 10000002")[0]).pmid == "10000001"
    both = pasted(NBIB)
    assert (both.pmid, both.remark) == (None, SEVERAL)
    assert "10000002" in both.text
    record = pasted(f'<?xml version="1.0" encoding="iso-8859-1"?>{xml_record(title="Étude")}')
    assert (record.pmid, record.title, record.text) == ("10000001", "Étude", SENTENCE)


def test_pasted_page() -> None:
    assert pasted("<p>Warfarin &amp; <b>aspirin</b></p><p>more</p>").text == "Warfarin & aspirin\n\nmore"
    assert pasted("", "<p>Warfarin</p>").text == "Warfarin"
    struck = pasted("Warfarin not aspirin", "<p>Warfarin <s>not</s> aspirin</p>")
    assert (struck.text, struck.remark) == ("Warfarin aspirin", STRUCK_OUT)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no text"),
        (" \n ", "no text"),
        ("<p> </p>", "no text"),
        ("a\0b", "zero bytes"),
        ("a" * (MAX_TEXT_CHARACTERS + 1), "longer than"),
        (HOSTILE, "entities"),
        ("<PubmedArticleSet><PubmedArticle>", "damaged"),
    ],
)
def test_pasted_text_that_cannot_be_read(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        pasted(text)


@given(st.text(max_size=400))
def test_tidying_is_done_once(text: str) -> None:
    assert tidied(tidied(text)) == tidied(text)
    assert [sign for sign in tidied(text) if sign.isalpha()] == [
        sign for sign in tidied(text) if not sign.isspace() and sign.isalpha()
    ]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(
        st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Co", "Cn"], blacklist_characters="<%"), min_size=1, max_size=400
    )
)
def test_no_word_of_a_text_is_lost(tmp_path: Path, text: str) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        if not text.strip() or text.startswith(("{\\rtf", "PK")):
            return
        (one,) = opened(tmp_path, text.encode(encoding))
        assert one.text.split() == tidied(text).split()
        assert pasted(text).text == one.text


def test_heavy_libraries_load_only_for_their_files(tmp_path: Path) -> None:
    path = tmp_path / "a.nbib"
    path.write_text(NBIB, encoding="utf-8")
    code = (
        "import sys, pathlib; from engine.abstracts.opening import open_abstracts\n"
        "list(open_abstracts(pathlib.Path(sys.argv[1]))); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, encoding="utf-8", check=True)
    assert not {"pypdf", "defusedxml", "xml.etree.ElementTree", "urllib.request", "socket"} & set(done.stdout.split())
