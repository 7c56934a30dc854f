"""A teacher described in a file: all that can be said is taken, and nothing else. Skipped where openai is not installed."""

import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("openai")

from distill.teachers.accounting import Prices
from distill.teachers.chat import Sampling
from distill.teachers.endpoint import EndpointSettings
from distill.teachers.model_file import teachers_of_file
from distill.teachers.opening import LanguageTeacher
from distill.teachers.prompts import Asking
from engine.errors import InputError
from tests.distill.teachers.pairs import CODES

ENDPOINT: dict[str, object] = {"base_url": "http://127.0.0.1:8000/v1", "model_name": "qwen"}


def read(folder: Path, described: object) -> tuple[LanguageTeacher, ...]:
    path = folder / "model.json"
    path.write_text(described if isinstance(described, str) else json.dumps(described), encoding="utf-8")
    return teachers_of_file(path, CODES, folder / "replies")


def test_the_least_that_can_be_said(tmp_path: Path) -> None:
    found = read(tmp_path, {"name": "qwen", "endpoint": ENDPOINT})
    assert [one.asking for one in found] == [Asking(wording=number) for number in range(3)]
    assert {one.source for one in found} == {EndpointSettings("http://127.0.0.1:8000/v1", "qwen")}
    assert [one().name for one in found] == ["qwen"] * 3
    assert len({one().version for one in found}) == 3


def test_all_that_can_be_said(tmp_path: Path) -> None:
    prices = {"prompt_per_million": 1.0, "answer_per_million": 2.0, "currency": "EUR", "budget": 5.0}
    limits = {"requests_per_minute": 30, "timeout_s": 60, "retries": 1, "proxy": "http://proxy:8080", "prices": prices}
    endpoint = {**ENDPOINT, "revision": "2", "key_variable": "MY_KEY", "key_service": "", **limits}
    asking = {"template": "pair.v2", "form": "sections", "hints": True, "names": False, "structured": True}
    sampling = {"temperature": 0.0, "top_p": 1.0, "max_tokens": 500, "seed": 7}
    whole = {"endpoint": endpoint, "asking": asking, "sampling": sampling, "wordings": [2, 0], "attempts": 4}
    found = read(tmp_path, {"name": "qwen", **whole})
    source = EndpointSettings(
        "http://127.0.0.1:8000/v1", "qwen", "2", "MY_KEY", "", 30.0, 60.0, 1, "http://proxy:8080", Prices(1.0, 2.0, "EUR", 5.0)
    )
    expected = [
        LanguageTeacher(
            "qwen",
            source,
            CODES,
            tmp_path / "replies",
            Asking("pair.v2", "sections", wording, hints=True, names=False, structured=True),
            Sampling(0.0, 1.0, 500, 7),
            4,
        )
        for wording in (2, 0)
    ]
    assert list(found) == expected


@pytest.mark.parametrize(
    ("described", "words"),
    [
        ("{", "cannot be used (together)"),
        ("[]", "cannot be used (together)"),
        ({"name": "x"}, "has to name one of"),
        ({"name": "x", "endpoint": ENDPOINT, "gguf": {"path": "x.gguf"}}, "has to name one of"),
        ({"name": "", "endpoint": ENDPOINT}, "cannot be used (name)"),
        ({"name": "x", "endpoint": {**ENDPOINT, "api_key": "secret-1"}}, "cannot be used (api_key)"),
        ({"name": "x", "endpoint": {"base_url": "http://x"}}, "cannot be used (model_name)"),
        ({"name": "x", "endpoint": {**ENDPOINT, "base_url": "ftp://x"}}, "address cannot be used"),
        ({"name": "x", "endpoint": {**ENDPOINT, "retries": -1}}, "0 or more"),
        ({"name": "x", "endpoint": {**ENDPOINT, "prices": {"budget": 1}}}, "A budget needs prices"),
        ({"name": "x", "endpoint": ENDPOINT, "sampling": {"temperature": 9}}, "temperature is 0 to 2"),
        ({"name": "x", "endpoint": ENDPOINT, "sampling": {"beams": 9}}, "cannot be used (sampling.beams)"),
        ({"name": "x", "endpoint": ENDPOINT, "asking": {"form": "xml"}}, "cannot be used (asking.form)"),
        ({"name": "x", "endpoint": ENDPOINT, "asking": {"template": "mine"}}, "There is no prompt template 'mine'"),
        ({"name": "x", "endpoint": ENDPOINT, "asking": {"wording": 1}}, "names its wordings by 'wordings'"),
        ({"name": "x", "endpoint": ENDPOINT, "wordings": [3]}, "has 3 wordings"),
        ({"name": "x", "endpoint": ENDPOINT, "wordings": [1, 1]}, "name each once"),
        ({"name": "x", "gguf": {"path": "/nothing.gguf"}}, "cannot be read"),
        ({"name": "x", "transformers": {"folder": "/nothing"}}, r"needs config.json"),
    ],
)
def test_what_cannot_be(described: object, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, described)
    assert words in caught.value.sentence
    assert "secret-1" not in caught.value.sentence
    assert caught.value.__cause__ is None or "secret-1" not in str(caught.value.__cause__)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'nothing\.json' about a model cannot be read"):
        teachers_of_file(tmp_path / "nothing.json", CODES, tmp_path / "replies")


def test_a_library_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "distill.teachers.endpoint")
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(InputError, match="make setup-distill"):
        read(tmp_path, {"name": "qwen", "endpoint": ENDPOINT})
