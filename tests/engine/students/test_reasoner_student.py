"""A reasoner is opened without running it, refused where a file of it is not what its manifest says, and kept like the reader."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from pydantic import JsonValue

from engine.errors import ResourceError
from engine.installation import Installation
from engine.students.library import Students
from engine.students.manifest import ReasonerManifest, StudentFile, TrainingData
from engine.students.opening import open_reasoner
from tests.engine.students.children import children, linux_only
from tests.engine.students.tiny import write_student
from tests.engine.students.tiny_reasoner import TINY, VOCABULARY, labelled


def tokenizer_json(words: list[str]) -> str:
    """A tokenizer that knows whole words alone."""
    return json.dumps(
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [],
            "normalizer": None,
            "pre_tokenizer": {"type": "WhitespaceSplit"},
            "post_processor": None,
            "decoder": None,
            "model": {"type": "WordLevel", "vocab": {word: place for place, word in enumerate(words)}, "unk_token": words[0]},
        }
    )


def describe(folder: Path, **fields: JsonValue) -> None:
    """Write a manifest of the files as they are."""
    files = {
        path.name: StudentFile(sha256=hashlib.sha256(path.read_bytes()).hexdigest(), size_bytes=path.stat().st_size)
        for path in sorted(folder.iterdir())
        if path.name != "manifest.json"
    }
    manifest = ReasonerManifest(
        name="tiny reasoner",
        kind="reasoner",
        version="0",
        created="2026-11-21",
        files=files,
        first_line="Nobody taught this student: its weights are random.",
        context_tokens=256,
        temperatures={"severity": 1.2, "none": 1.0, "direction": 1.0, "mechanism": 1.0},
        base="none",
        architecture="llama",
        parameters=94_000,
        licence="CC0-1.0",
        non_commercial=False,
        data=(TrainingData(name="none", licence="CC0-1.0", citation="none"),),
    )
    form = {**json.loads(manifest.model_dump_json()), **fields}
    (folder / "manifest.json").write_text(json.dumps(form), encoding="utf-8")


def write_reasoner(folder: Path) -> Path:
    """The whole student in a new folder."""
    from engine.students.gguf_model import read_model

    folder.mkdir(parents=True)
    shutil.copy(TINY, folder / "model.gguf")
    (folder / "tokenizer.json").write_text(tokenizer_json(list(read_model(TINY).tokens)), encoding="utf-8")
    (folder / "card.md").write_text("# A tiny reasoner for tests\n", encoding="utf-8")
    describe(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_reasoner(tmp_path / "students" / "reasoner")


def sentence_of(folder: Path) -> str:
    with pytest.raises(ResourceError) as fault:
        open_reasoner(folder)
    assert "\n" not in fault.value.sentence
    return fault.value.sentence


@linux_only
def test_a_whole_one_starts_nothing_before_it_is_asked(folder: Path) -> None:
    student = open_reasoner(folder)
    assert children() == []
    assert student.sha256 == hashlib.sha256(TINY.read_bytes()).hexdigest()
    assert (student.model_path, len(student.tokens)) == (folder / "model.gguf", VOCABULARY)
    assert student.tokenizer.token_to_id("<token:3>") == student.tokens.index("<token:3>") == 259
    assert student.manifest.temperatures["severity"] == 1.2
    tokens = list(student.process.generate([5, 6], labelled(), max_tokens=9, time_limit_s=60))
    assert len(tokens) == 5
    student.process.close()


@pytest.mark.parametrize("name", ["manifest.json", "model.gguf", "tokenizer.json", "card.md"])
def test_a_missing_or_changed_file_is_named(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[-20] ^= 1
    (folder / name).write_bytes(content)
    assert name in sentence_of(folder)
    (folder / name).unlink()
    assert f"{name}' is missing" in sentence_of(folder)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"format": 2}, "format"),
        ({"kind": "reader"}, "format"),
        ({"temperatures": {"severity": 0}}, "damaged (see temperatures)"),
        ({"temperatures": {"severity": "1"}}, "damaged (see temperatures)"),
        ({"temperatures": {"severity": 1.0, "direction": 1.0, "mechanism": 1.0}}, "damaged"),
        ({"unseen_temperatures": {"effect": [1.0]}}, "damaged"),
        ({"context_tokens": 0}, "damaged (see context_tokens)"),
        ({"first_line": ""}, "damaged (see first_line)"),
        ({"heads": []}, "damaged (see heads)"),
        ({"context_tokens": 513}, "describes another model"),
        ({"architecture": "qwen2"}, "describes another model"),
        ({"files": {}}, "does not name model.gguf, tokenizer.json"),
    ],
)
def test_a_manifest_that_is_not_as_it_must_be(folder: Path, fields: dict[str, JsonValue], said: str) -> None:
    describe(folder, **fields)
    assert said in sentence_of(folder)


def test_files_that_do_not_belong_together(folder: Path) -> None:
    path = folder / "tokenizer.json"
    words = list(open_reasoner(folder).tokens)
    for wrong in (words[:-1], [*words, "more"], [*words[:-2], words[-1], words[-2]]):
        path.write_text(tokenizer_json(wrong), encoding="utf-8")
        describe(folder)
        assert "another vocabulary" in sentence_of(folder)
    (folder / "model.gguf").write_bytes(TINY.read_bytes()[:100_000])
    describe(folder)
    assert "is cut off" in sentence_of(folder)


@linux_only
def test_kept_like_the_reader_and_apart_from_it(folder: Path, tmp_path: Path) -> None:
    students = Students(Installation(tmp_path))
    assert students.has_reasoner()
    assert not students.has_reader()
    student = students.reasoner()
    assert students.reasoner() is student
    with pytest.raises(ResourceError, match="reads abstracts is not installed"):
        students.reader()
    student.process.warm()
    assert len(children()) == 1
    students.close()
    assert children() == []
    assert students.reasoner() is not student
    write_student(tmp_path / "students" / "reader")
    assert students.reader().manifest.name == "tiny reader"


def test_missing_or_damaged_until_it_changes(tmp_path: Path) -> None:
    students = Students(Installation(tmp_path))
    assert not students.has_reasoner()
    with pytest.raises(ResourceError, match="reasons about pairs is not installed"):
        students.reasoner()
    folder = write_reasoner(tmp_path / "students" / "reasoner")
    (folder / "card.md").rename(tmp_path / "card.md")
    for _ in range(2):
        with pytest.raises(ResourceError, match=r"card\.md"):
            students.reasoner()
    (tmp_path / "card.md").rename(folder / "card.md")
    assert students.reasoner().folder == folder
