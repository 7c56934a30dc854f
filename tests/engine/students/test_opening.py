"""A student whose files are not those of its manifest, or do not fit each other, is refused with one sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import JsonValue

from engine.errors import ResourceError
from engine.students.encoding import encode
from engine.students.manifest import Head
from engine.students.opening import open_reader
from tests.engine.students.tiny import HEADS, model_bytes, tokenizer_json, write_manifest, write_student


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_student(tmp_path_factory.mktemp("Prüf stand") / "reader")


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "ein Schüler"))


def sentence_of(folder: Path) -> str:
    """The one sentence (and what to do) with which a student is refused."""
    with pytest.raises(ResourceError) as fault:
        open_reader(folder)
    assert "\n" not in fault.value.sentence
    assert fault.value.sentence.endswith("install Coprescribe again.") or "tokenizer" in fault.value.sentence
    return fault.value.sentence


def change(folder: Path, **fields: JsonValue) -> None:
    """Write other values into the manifest."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **fields}), encoding="utf-8")


def test_a_whole_student(folder: Path) -> None:
    student = open_reader(folder)
    assert student.sha256 == student.manifest.files["model.onnx"].sha256
    assert encode(student.tokenizer, "Aspirin and warfarins").words == (-1, 0, 1, 2, 2, -1)


@pytest.mark.parametrize("name", ["manifest.json", "model.onnx", "tokenizer.json", "card.md"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert f"{name}' is missing" in sentence_of(folder)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "card.md"])
@pytest.mark.parametrize("same_size", [True, False])
def test_one_changed_byte_is_noticed(folder: Path, name: str, same_size: bool) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content if same_size else content + b" ")
    said = sentence_of(folder)
    assert name in said
    assert ("bytes" in said) is not same_size


@pytest.mark.parametrize("name", ["manifest.json", "model.onnx", "tokenizer.json"])
def test_a_folder_in_place_of_a_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()
    assert name in sentence_of(folder)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"format": 2}, "format"),
        ({"kind": "labeller"}, "format"),
        ({"max_tokens": "32"}, "damaged (see max_tokens)"),
        ({"colour": "red"}, "damaged (see colour)"),
        ({"heads": []}, "damaged (see heads)"),
        ({"files": {}}, "does not name model.onnx, tokenizer.json"),
        ({"files": {"model.onnx": {"sha256": "0" * 64, "size_bytes": 1}}}, "does not name tokenizer.json"),
    ],
)
def test_a_manifest_that_is_not_as_it_must_be(folder: Path, fields: dict[str, JsonValue], said: str) -> None:
    change(folder, **fields)
    assert said in sentence_of(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"\0" * 40, b"{}" + b" " * 1_000_001])
def test_a_manifest_that_is_no_manifest(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    assert "manifest.json" in sentence_of(folder)


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "a\\b", "", ".."])
def test_only_files_beside_the_manifest_are_read(folder: Path, name: str) -> None:
    files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    change(folder, files={name: {"sha256": "0" * 64, "size_bytes": 5}, **files})
    assert "names a file that is not beside it" in sentence_of(folder)


def _with(place: int, **fields: object) -> tuple[Head, ...]:
    return tuple(head.model_copy(update=fields) if at == place else head for at, head in enumerate(HEADS))


@pytest.mark.parametrize(
    ("heads", "name"),
    [
        (_with(1, name="drug-names"), "drug-names"),
        (_with(1, start=4), "diseases"),
        (_with(0, labels=("O", "B-drug", "I-drug", "B-brand", "B-brand")), "drug-names"),
        (_with(0, labels=("O", "B-drug", "I-drug", "B-brand", "I-group")), "drug-names"),
        (_with(0, labels=("none", "B-drug", "I-drug", "B-brand", "I-brand")), "drug-names"),
        (_with(0, labels=("O", "B-", "I-", "B-brand", "I-brand")), "drug-names"),
        (_with(0, markers=(4, 5)), "drug-names"),
        (_with(2, labels=("int", "mechanism", "effect", "advise", "none")), "ddi"),
        (_with(2, markers=None), "ddi"),
        (_with(2, markers=(-1, 5)), "ddi"),
        (_with(2, biases=(0.0, 1.0)), "ddi"),
    ],
)
def test_heads_that_contradict_themselves(folder: Path, heads: tuple[Head, ...], name: str) -> None:
    write_manifest(folder, heads)
    assert f"the head '{name}'" in sentence_of(folder)


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "1e999"])
def test_a_temperature_that_is_no_number(folder: Path, figure: str) -> None:
    path = folder / "manifest.json"
    text = path.read_text(encoding="utf-8")
    assert '"temperature":1.5' in text
    path.write_text(text.replace('"temperature":1.5', f'"temperature":{figure}'), encoding="utf-8")
    assert "manifest.json" in sentence_of(folder)


def _renewed(name: str, content: Callable[[], bytes], heads: tuple[Head, ...] = HEADS) -> Callable[[Path], None]:
    """Another file under the same name, with a manifest that agrees with it."""

    def renew(folder: Path) -> None:
        (folder / name).write_bytes(content())
        write_manifest(folder, heads)

    return renew


def _longer_vocabulary() -> bytes:
    form = json.loads(tokenizer_json())
    form["model"]["vocab"]["unheard"] = len(form["model"]["vocab"])
    return json.dumps(form).encode()


@pytest.mark.parametrize(
    ("renew", "said"),
    [
        (_renewed("model.onnx", lambda: b"no model"), "cannot be loaded"),
        (_renewed("model.onnx", lambda: model_bytes()[:-400]), "cannot be loaded"),
        (_renewed("model.onnx", lambda: model_bytes(first_input="words")), "other inputs or outputs"),
        (_renewed("model.onnx", lambda: model_bytes(name_classes=7)), "labels of the manifest do not fit"),
        (_renewed("model.onnx", lambda: model_bytes(relation_classes=6)), "labels of the manifest do not fit"),
        (_renewed("card.md", lambda: b"card", HEADS[:-1]), "labels of the manifest do not fit"),
        (_renewed("model.onnx", lambda: model_bytes(keys="one")), "answers of another form"),
        (_renewed("card.md", lambda: b"card", _with(2, markers=(4, 13))), "does not run with its tokenizer and its manifest"),
        (_renewed("tokenizer.json", _longer_vocabulary), "does not run with its tokenizer and its manifest"),
        (_renewed("tokenizer.json", lambda: b"{}"), "is not a tokenizer"),
    ],
)
def test_files_that_do_not_belong_together(folder: Path, renew: Callable[[Path], None], said: str) -> None:
    renew(folder)
    assert said in sentence_of(folder)


def test_a_student_without_relations(folder: Path) -> None:
    write_manifest(folder, HEADS[:2])
    assert open_reader(folder).manifest.head("ddi") is None


def test_a_longer_input_than_the_model_takes(folder: Path) -> None:
    change(folder, max_tokens=33)
    assert "does not run with its tokenizer and its manifest" in sentence_of(folder)
