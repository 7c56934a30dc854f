"""`coprescribe read`: what it prints, its exit codes, and one sentence for every fault."""

import io
import json
import sys
from pathlib import Path

import jsonschema
import pytest

from engine.application import Application
from engine.cli import read as read_module
from engine.cli.main import main
from engine.cli.schemas import schema_text
from tests.engine.abstracts.made import locked, pdf_file
from tests.engine.reading.scripted import scripted, with_student

TAGS = {"aspirin": "drug-names/B-drug", "warfarin": "drug-names/B-drug", "ketoconazole": "drug-names/B-drug", "men": "pico/B-PAR"}
OTHER_WORDS = ("and", "with", "in", "the", "level", "of", ".", "healthy", "nothing", "was", "taken", "perhaps", "effect")
TEXT = "Ketoconazole increases the level of warfarin in healthy men. Nothing was taken."


@pytest.fixture(autouse=True)
def student(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line opens the application with a student whose answers are written down."""
    made = with_student(application, scripted(TAGS, words=OTHER_WORDS)[0])
    monkeypatch.setattr(read_module, "open_application", lambda _resources: made)


@pytest.fixture
def no_student(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    made = with_student(application, None)
    monkeypatch.setattr(read_module, "open_application", lambda _resources: made)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["read", *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_json_is_as_its_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, TEXT, "--json")
    value = json.loads(out)
    assert (code, err) == (0, "")
    jsonschema.validate(value, json.loads(schema_text("read")))
    first, second = value["sentences"]
    assert [one["name"] for one in first["entities"]] == ["ketoconazole", "warfarin"]
    (relation,) = first["relations"]
    assert (relation["a"], relation["b"], relation["label"], relation["direction"]) == (0, 1, "mechanism", "increase")
    assert relation["abstained"] is False
    assert second["entities"] == []
    assert value["provenance"]["student"] == "scripted 0"


def test_what_people_see(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, f"{TEXT} Aspirin with warfarin perhaps.")
    assert (code, err) == (0, "")
    for wanted in (
        "[Ketoconazole] increases the level of [warfarin]",
        "Aspirin (acetylsalicylic acid): medicine",
        "PK mechanism",
        "exposure or effect of warfarin goes up",
        "no source here names the two together",
        "A student (a small language model) read this text.",
        "SHA-256",
        "Not for commercial use.",
        "Not reviewed by a clinician",
    ):
        assert wanted in " ".join(out.split()), wanted


def test_a_text_that_states_nothing_says_what_that_means(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "Nothing was taken.")
    assert code == 0
    assert "No statement on two names was read. This does not mean that they do not interact." in out


def test_a_long_text_says_how_far_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.cli.progress._SECONDS_ELSEWHERE", 0.0)
    long = f"{TEXT} " * 40
    code, _, err = run(capsys, long, "--json")
    assert code == 0
    assert f"reading: {len(long.strip())} of {len(long.strip())} characters" in err


@pytest.mark.parametrize("method", ["lime", "shapley", "occlusion"])
def test_explanations(capsys: pytest.CaptureFixture[str], method: str) -> None:
    code, out, _ = run(capsys, TEXT, "--json", "--explain", method, "--quick")
    assert code == 0
    value = json.loads(out)
    jsonschema.validate(value, json.loads(schema_text("read")))
    said = value["sentences"][0]["relations"][0]["explanation"]
    assert (said["method"], said["mode"], said["label"]) == (method, "quick", "mechanism")
    if said["stable"]:
        weights = {word["text"]: word["weight"] for word in said["words"] if word["weight"] is not None}
        assert max(weights, key=lambda word: weights[word]) == "increases"


def test_an_explanation_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, TEXT, "--explain", "occlusion")
    assert code == 0
    assert "Statement 1: Ketoconazole + warfarin; Occlusion, quick" in out
    assert "It does not show why the medicines interact" in out


@pytest.mark.usefixtures("no_student")
@pytest.mark.parametrize("more", [(), ("--json",), ("--json", "--explain", "lime")])
def test_without_a_student_names_are_printed_and_it_ends_with_1(
    capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    code, out, err = run(capsys, TEXT, *more)
    assert code == 1
    assert err.strip() == "The student that reads abstracts is not installed."
    assert "warfarin" in out
    if more:
        value = json.loads(out)
        jsonschema.validate(value, json.loads(schema_text("read")))
        assert value["provenance"]["student"] is None
        assert any("relations were not read" in remark for remark in value["remarks"])
    else:
        assert "no statement was looked for" in out
        assert "No statement on two names was read." not in out


def test_files_and_standard_input(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "Auszug für Mai.nbib"
    file.write_text(f"PMID- 12345\nDP  - 2011 May\nTI  - A trial of two.\nAB  - {TEXT}\n", encoding="utf-8")
    code, out, _ = run(capsys, str(file), "--json")
    value = json.loads(out)
    assert code == 0
    assert (value["pmid"], value["year"], value["title"]) == ("12345", 2011, "A trial of two.")
    code, out, _ = run(capsys, str(file))
    assert code == 0
    assert "PMID 12345, 2011" in out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    code, out, _ = run(capsys, "--json")
    assert code == 0
    assert len(json.loads(out)["sentences"]) == 2


def test_markup_of_a_terminal_and_signs_that_steer_it_stay_text(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "[bold red]Aspirin[/bold red] \x1b[31mwith warfarin increases.")
    assert code == 0
    assert "[bold red]" in out
    assert "\x1b" not in out


BAD_INPUT: dict[str, tuple[str, ...]] = {
    "empty text": ("",),
    "blank text": (" \n ",),
    "a file that is not there": ("abstract.nbib",),
    "a path that is not there": ("/nowhere/abstract.txt",),
    "a folder": ("/",),
    "zero bytes": ("aspirin\0",),
    "an unknown method": (TEXT, "--explain", "magic"),
    "no method": (TEXT, "--explain", ""),
    "a mode without a method": (TEXT, "--full"),
    "an output without a batch": (TEXT, "--out", "x.csv"),
    "an unknown option": (TEXT, "--colour"),
    "two texts": (TEXT, TEXT),
    "a batch without an output": ("--batch", "/"),
    "a batch of nothing": ("--batch", "/nowhere", "--out", "x.csv"),
    "a batch with a text": (TEXT, "--batch", "/", "--out", "x.csv"),
    "a batch as JSON": ("--json", "--batch", "/", "--out", "x.csv"),
    "a batch with explanations": ("--explain", "lime", "--batch", "/", "--out", "x.csv"),
    "a batch into another format": ("--batch", "/", "--out", "x.xlsx"),
    "a batch into no format": ("--batch", "/", "--out", "x"),
    "a batch of no name": ("--batch", "a\0b", "--out", "x.csv"),
}


@pytest.mark.parametrize("arguments", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_nonsense_gets_one_sentence_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert not out
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())


def test_more_than_one_abstract_is_for_a_batch(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "two.nbib"
    file.write_text("PMID- 1\nTI  - One.\nAB  - Aspirin.\n\nPMID- 2\nTI  - Two.\nAB  - Warfarin.\n", encoding="utf-8")
    code, _, err = run(capsys, str(file))
    assert code == 2
    assert "--batch" in err


SECRET = "Mrs Unspeakable"
_DOCUMENT = f'<?xml version="1.0"?><!DOCTYPE x [{{}}]><PubmedArticleSet>{SECRET} &e;</PubmedArticleSet>'
REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "The file is empty."),
    "blanks": (b" \n\t ", "The file is empty."),
    "bytes": (b"\x00\x01\x02 binary \xff", "not text"),
    "zero bytes": (f"{SECRET}\0 took aspirin.".encode(), "not text"),
    "a page of nothing": (b"<html><body></body></html>", "The file is empty."),
    "an endless text": (f"{SECRET} took aspirin. ".encode() * 100_000, "longer than 2,000,000 characters"),
    "entities in entities": (_DOCUMENT.format('<!ENTITY a "ha"><!ENTITY e "&a;&a;&a;">').encode(), "declares entities"),
    "an entity elsewhere": (_DOCUMENT.format('<!ENTITY e SYSTEM "file:///etc/passwd">').encode(), "declares entities"),
    "damaged XML": (f"<PubmedArticleSet><PubmedArticle>{SECRET}".encode(), "damaged or cut short"),
    "other XML": (f"<note>{SECRET}</note>".encode(), "no records of PubMed"),
    "an endless attribute": (f"<?xml version='1.0'?><PubmedArticleSet a='{SECRET * 300_000}'/>".encode(), "does not end"),
    "a locked PDF": (locked(pdf_file(f"{SECRET} took aspirin."), "password"), "locked with a password"),
    "a scanned PDF": (pdf_file("", ""), "its pages are pictures"),
    "a damaged PDF": (pdf_file(SECRET)[:200], "The PDF is damaged"),
    "a document": (b"PK\x03\x04" + SECRET.encode(), "save its text as PDF or as text"),
}


@pytest.mark.parametrize(("content", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_cannot_be_read_is_one_sentence_without_its_text(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(content)
    code, out, err = run(capsys, str(file))
    assert code == 2
    assert not out
    assert len(err.strip().splitlines()) == 1
    assert says in err
    assert SECRET not in err
    assert file.read_bytes() == content


READ: dict[str, tuple[bytes, str]] = {
    "one word": (b"warfarin", "This is one word or less"),
    "no medicines": (b"Nothing was taken. Nothing was in the effect.", "No medicine was found in this text."),
    "another language": (
        "Die Gabe von Aspirin und Warfarin erhöht die Gefahr. ".encode() * 3,
        "may not be English",
    ),
    "Chinese": ("华法林与阿司匹林合用会增加出血风险。".encode(), "letters that the student does not read"),
    "Arabic": ("يزيد الوارفارين من خطر النزيف.".encode(), "letters that the student does not read"),
    "a part of a page": (b"<p>Ketoconazole <b>increases</b> the level of warfarin.<script>aspirin()</script></p>", ""),
}


@pytest.mark.parametrize(("content", "says"), READ.values(), ids=READ.keys())
def test_a_poor_text_is_read_and_says_what_it_lacks(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(content)
    code, out, err = run(capsys, str(file), "--explain", "lime")
    assert (code, err) == (0, "")
    assert says in " ".join(out.split())
    assert "aspirin()" not in out
    code, out, _ = run(capsys, str(file), "--json")
    jsonschema.validate(json.loads(out), json.loads(schema_text("read")))
    assert code == 0
