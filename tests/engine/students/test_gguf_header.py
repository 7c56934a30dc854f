"""A GGUF file that is cut off, of another format or hostile is refused by its head, quickly and in one sentence."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ProcessError, ResourceError
from engine.students import gguf_model
from engine.students.gguf_header import read_gguf
from engine.students.gguf_model import available_bytes, check_memory, read_model
from tests.engine.students.gguf_writing import ARRAY, F32, Q8_0, STRING, TOKENS, UINT32, Gguf, small, text, value

TINY = Path(__file__).resolve().parents[2] / "data" / "tiny_reasoner.gguf"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ein Modell.gguf"


def refusal(path: Path, content: bytes) -> str:
    """The sentence with which a file is refused, in little time."""
    path.write_bytes(content)
    started = time.perf_counter()
    with pytest.raises(ResourceError) as fault:
        read_model(path)
    assert time.perf_counter() - started < 2
    assert "\n" not in fault.value.sentence
    assert str(path) in fault.value.sentence
    return fault.value.sentence


def test_a_real_file() -> None:
    model = read_model(TINY)
    assert (model.architecture, model.block_count, model.embedding_length, model.context_length) == ("llama", 2, 64, 512)
    assert (model.vocabulary_size, model.tokens[256], model.file_type) == (320, "<token:0>", 1)
    assert model.weight_bytes < TINY.stat().st_size


def test_a_written_file(path: Path) -> None:
    path.write_bytes(small().content())
    model = read_model(path)
    assert model.tokens == TOKENS
    assert (model.head_count, model.head_count_kv, model.feed_forward_length) == (4, 2, 64)
    assert model.weight_bytes == 128 * len(TOKENS) + 2048


@pytest.mark.parametrize("keep", [0, 3, 4, 8, 20, 24, 60, 200, 700, 1300, -1])
def test_cut_off(path: Path, keep: int) -> None:
    said = refusal(path, small().content()[:keep])
    assert "is cut off" in said or "is not a GGUF file" in said


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_real_file_cut_off(path: Path, share: float) -> None:
    content = TINY.read_bytes()
    assert "is cut off" in refusal(path, content[: int(len(content) * share)])


@pytest.mark.parametrize("content", [b"", b"GGU", b"PK\x03\x04" + bytes(100), b"GGML" + bytes(100), b"\x08\x07onnx" * 30])
def test_another_format(path: Path, content: bytes) -> None:
    assert "is not a GGUF file" in refusal(path, content)


def _with(**fields: bytes) -> Gguf:
    whole = small()
    return Gguf({**whole.pairs, **fields}, whole.tensors, whole.data)


def _tensors(tensors: dict[str, tuple[tuple[int, ...], int, int]]) -> Gguf:
    whole = small()
    return Gguf(whole.pairs, {**whole.tensors, **tensors}, whole.data)


_HUGE = 2**63
_EMPTY_ARRAY_OF_ARRAYS = struct.pack("<IIQ", ARRAY, ARRAY, 1)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (Gguf({}, {}, 0, version=1), "of a GGUF version"),
        (Gguf({}, {}, 0, version=3 << 24), "of a GGUF version"),
        (Gguf({}, {}, 0, counts=(_HUGE, 0)), "is cut off"),
        (Gguf({}, {}, 0, counts=(0, _HUGE)), "is cut off"),
        (Gguf({}, {}, 100_000_000, counts=(0, 5_000_000)), "head that is far too large"),
        (_with(a=struct.pack("<IQ", STRING, _HUGE)), "is cut off"),
        (_with(a=struct.pack("<IIQ", ARRAY, STRING, _HUGE)), "is cut off"),
        (_with(a=struct.pack("<IIQ", ARRAY, UINT32, _HUGE)), "is cut off"),
        (_with(**{"tokenizer.ggml.tokens": struct.pack("<IIQ", ARRAY, STRING, _HUGE)}), "is cut off"),
        (_with(a=_EMPTY_ARRAY_OF_ARRAYS), "no known kind"),
        (_with(a=struct.pack("<I", 99)), "no known kind"),
        (_with(a=struct.pack("<I", STRING) + text(b"\xff\xfe")), "cannot be read"),
        (Gguf({}, {}, 0, more=[value(UINT32, 1) * 30]), "far too long"),
        (Gguf({"a": value(UINT32, 1)}, {}, 0, more=[text("a") + value(UINT32, 1)]), "the same twice"),
        (_with(**{"general.alignment": value(UINT32, 0)}), "alignment"),
        (_with(**{"general.alignment": value(UINT32, 7)}), "alignment"),
        (_with(**{"general.alignment": value(STRING, "32")}), "alignment"),
        (_tensors({"x" * 64: ((32,), F32, 0)}), "far too long"),
        (_tensors({"x": ((), F32, 0)}), "no known form"),
        (_tensors({"x": ((1,) * 5, F32, 0)}), "no known form"),
        (_tensors({"x": ((0, 4), F32, 0)}), "no known form"),
        (_tensors({"x": ((33,), Q8_0, 0)}), "no known form"),
        (_tensors({"x": ((2**32, 2**32, 2**32, 2**32), F32, 0)}), "is cut off"),
        (_tensors({"x": ((32,), F32, _HUGE)}), "is cut off"),
        (_tensors({"x": ((32,), F32, 4)}), "not where they must be"),
        (_tensors({"x": ((32,), 4, 0)}), "weights of a kind"),
        (small(architecture="bert"), "not a language model"),
        (_with(**{"general.architecture": value(UINT32, 1)}), "not a language model"),
        (small({"context_length": 0}), "its context length cannot be true"),
        (small({"context_length": 2**32 - 1}), "its context length cannot be true"),
        (small({"block_count": 100_000}), "its block count cannot be true"),
        (small({"attention.head_count": 0}), "its head count cannot be true"),
        (small({"feed_forward_length": 2**31}), "its feed forward length cannot be true"),
        (_with(**{"llama.block_count": value(STRING, "1")}), "its block count cannot be true"),
        (small({"block_count": 2}), "sizes do not fit"),
        (small({"attention.head_count": 5}), "sizes do not fit"),
        (small({"attention.head_count_kv": 3}), "sizes do not fit"),
        (small({"embedding_length": 64}), "vocabulary does not fit"),
        (_tensors({"blk": ((32,), F32, 0)}), ""),
        (_with(**{"tokenizer.ggml.tokens": value(STRING, "a")}), "has no vocabulary"),
        (_with(**{"tokenizer.ggml.tokens": struct.pack("<IIQ3I", ARRAY, UINT32, 3, 1, 2, 3)}), "vocabulary does not fit"),
        (_tensors({"blk.1.x": ((32,), F32, 0)}), "sizes do not fit"),
    ],
)
def test_hostile(path: Path, file: Gguf, said: str) -> None:
    if said:
        assert said in refusal(path, file.content())
    else:
        path.write_bytes(file.content())
        assert read_model(path).block_count == 1


def test_missing_or_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.gguf"):
        with pytest.raises(ResourceError, match="is missing or cannot be read"):
            read_gguf(path)


@given(st.data())
def test_any_change_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(small().content())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, 1400))
        piece = data.draw(st.binary(min_size=1, max_size=9))
        content[place : place + len(piece)] = piece
    path = tmp_path_factory.getbasetemp() / "changed.gguf"
    path.write_bytes(content)
    try:
        model = read_model(path)
    except ResourceError:
        return
    assert model.vocabulary_size == len(TOKENS)
    assert model.block_count == 1


def test_memory_is_compared_before_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    model = read_model(TINY)
    left: Callable[[], int | None]
    for left in (lambda: None, lambda: 10**10):
        monkeypatch.setattr(gguf_model, "available_bytes", left)
        check_memory(model, 512, 128)
    monkeypatch.setattr(gguf_model, "available_bytes", lambda: 50_000_000)
    with pytest.raises(ProcessError, match=r"needs about 1\d\d MB of memory and this computer has 50 MB left"):
        check_memory(model, 512, 128)


def test_what_is_needed_grows_with_the_context() -> None:
    model = read_model(TINY)
    cache = 2 * 2 * model.head_count_kv * 16 * 2
    assert model.needed_bytes(1512, 1) - model.needed_bytes(512, 1) == 1000 * (cache + 4 * model.head_count)


def test_the_system_says_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    left = available_bytes()
    assert left is not None
    assert 10**6 < left < 10**14
    monkeypatch.setattr(Path, "read_text", lambda _path, encoding: "MemTotal: 1 kB\n")
    other = available_bytes()
    assert other is not None
    assert other > 10**6
