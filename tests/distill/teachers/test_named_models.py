"""A large model as a teacher, from what stands on the command line. Skipped where openai is not installed."""

from pathlib import Path

import pytest

pytest.importorskip("openai")

from distill.teachers.named_models import Named, language_teachers
from engine.errors import InputError


def test_a_model_is_a_teacher_in_each_wording(resources: Path, tmp_path: Path) -> None:
    knowledge, cache = resources / "compiled", tmp_path / "replies"
    assert language_teachers(Named(), knowledge, cache) == ()
    found = language_teachers(Named(endpoint="http://127.0.0.1:8000/v1", model="qwen"), knowledge, cache)
    assert len({opener().version for opener in found}) == len(found) == 3
    described = tmp_path / "model.json"
    described.write_text('{"name": "tiny", "gguf": {"path": "tests/data/tiny_reasoner.gguf"}, "wordings": [1]}', encoding="utf-8")
    pytest.importorskip("llama_cpp")
    (opener,) = language_teachers(Named(described=described), knowledge, cache)
    assert opener().name == "tiny"


def test_what_cannot_be_named(resources: Path, tmp_path: Path) -> None:
    wrong = [
        (Named(endpoint="http://127.0.0.1:8000/v1"), "Name the model of the endpoint"),
        (Named(model="qwen"), "needs the name of its model"),
        (Named(endpoint="http://127.0.0.1:8000/v1", model="qwen", described=tmp_path / "x"), "Name one model"),
        (Named(gguf=tmp_path / "x.gguf"), "cannot be read"),
        (Named(folder=tmp_path), "needs config.json"),
    ]
    for named, words in wrong:
        with pytest.raises(InputError, match=words):
            language_teachers(named, resources / "compiled", tmp_path / "replies")
