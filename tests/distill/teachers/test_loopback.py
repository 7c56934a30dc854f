"""A small GGUF behind a real server on loopback, and in this process: asked, held to the form of the answer, read, kept.

Its weights are random (`tests/data/make_tiny_reasoner.py`): held to the form it writes nonsense in the right places, left alone
it writes nonsense everywhere. Skipped where openai or llama-cpp-python is not installed.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("openai")
pytest.importorskip("llama_cpp")

from llama_cpp.llama import Llama, LlamaGrammar

from distill.teachers.chat import Prompt, PromptTooLongError, Sampling
from distill.teachers.endpoint import EndpointSettings
from distill.teachers.labelling import label
from distill.teachers.local_gguf import GgufModel, GgufSettings
from distill.teachers.opening import LanguageTeacher
from distill.teachers.prompts import Asking
from distill.teachers.run_file import judgements_of
from engine.errors import InputError
from tests.distill.teachers.pairs import CODES, item
from tests.distill.teachers.serving import Fault, Request, Said, serving

TINY = Path(__file__).resolve().parents[2] / "data" / "tiny_reasoner.gguf"
CONTEXT_TOKENS = 6144
# What a form leaves to a model of random weights: labels that do not go together, reasons that cite nothing.
LEFT_OPEN = {"", "inconsistent", "no_reasons"}


def shortened(schema: object) -> object:
    """The schema with short sentences and lists: a random model writes until it may not."""
    if isinstance(schema, list):
        return [shortened(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    limits = {"maxLength": 3, "maxItems": 1}
    return {key: min(value, limits[key]) if key in limits else shortened(value) for key, value in schema.items()}


class Tiny:
    """One loaded model, asked by one request at a time."""

    def __init__(self) -> None:
        self.llama = Llama(
            model_path=str(TINY), n_ctx=CONTEXT_TOKENS, n_threads=1, n_threads_batch=1, n_gpu_layers=0, verbose=False
        )
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Said:
        """What llama-server does: complete the messages, held to the schema where there is one."""
        form, messages = request.get("response_format"), request["messages"]
        limit, seed, temperature = (request[name] for name in ("max_tokens", "seed", "temperature"))
        assert isinstance(limit, int)
        assert isinstance(seed, int)
        assert isinstance(temperature, float | int)
        assert isinstance(messages, list)
        grammar = None
        if isinstance(form, dict):
            grammar = LlamaGrammar.from_json_schema(json.dumps(shortened(form["json_schema"]["schema"])), verbose=False)
        with self._lock:
            made = self.llama.create_completion(
                "\n\n".join(message["content"] for message in messages),
                grammar=grammar,
                temperature=temperature,
                top_p=1.0,
                max_tokens=limit,
                seed=seed,
            )
        used, choice = made["usage"], made["choices"][0]
        return choice["text"], used["prompt_tokens"], used["completion_tokens"], choice["finish_reason"]


@pytest.fixture(scope="module")
def tiny() -> Iterator[Tiny]:
    """The tiny model, loaded once."""
    model = Tiny()
    yield model
    model.llama.close()


def first(*faults: Fault) -> Callable[[int], Fault]:
    return lambda number: faults[number] if number < len(faults) else ""


def test_a_served_model_held_to_the_form_is_always_read(tiny: Tiny, tmp_path: Path) -> None:
    items = [item(number) for number in range(2)]
    # The server fails in each way once; nobody notices.
    with serving(tiny.answer, first("429", "500", "cut")) as server:
        source = EndpointSettings(server.url, "tiny", retries=4, timeout_s=300.0)
        drawing = Sampling(temperature=1.0, top_p=1.0, max_tokens=900)
        opener = LanguageTeacher("tiny", source, CODES, tmp_path / "replies", Asking(structured=True), drawing, attempts=1)
        assert list(label(items, [opener], tmp_path / "run"))[-1].done == 2
        asked = len(server.asked)
        found = judgements_of(tmp_path / "run", items)
        assert [len(found[one.id]) for one in items] == [1, 1]
        assert {several[0].rejected for several in found.values()} <= LEFT_OPEN
        # Labelled anew into another run, nothing is asked: the replies are there.
        assert list(label(items, [opener], tmp_path / "another run"))[-1].done == 2
        assert len(server.asked) == asked
        assert judgements_of(tmp_path / "another run", items) == found
    account = opener.account()
    assert account.requests == asked
    assert account.uncounted == 0
    # A byte is a token of this model: the prompt's own length is what it counts.
    assert account.prompt_tokens > 2 * 2500
    assert account.answer_tokens > 2 * 100


def test_a_served_model_left_alone_is_rejected_and_counted(tiny: Tiny, tmp_path: Path) -> None:
    with serving(tiny.answer) as server:
        source = EndpointSettings(server.url, "tiny", timeout_s=300.0)
        drawing = Sampling(temperature=1.0, max_tokens=40)
        with closing(LanguageTeacher("tiny", source, CODES, tmp_path / "replies", sampling=drawing)()) as teacher:
            judged = teacher.judge(item())
    assert judged.abstains
    assert judged.rejected == "cut_off"
    assert len(server.asked) == 2


def gguf_settings(path: Path = TINY) -> GgufSettings:
    return GgufSettings.of(path, context_tokens=CONTEXT_TOKENS)


def test_a_model_in_a_file_answers_the_same_again(tmp_path: Path) -> None:
    prompt = Prompt("Say something.", "Now.", {"enum": ["yes", "no"], "type": "string"})
    drawing = Sampling(temperature=1.0, max_tokens=20, seed=1)
    with closing(GgufModel(gguf_settings())) as model:
        held = model.reply(prompt, drawing)
        assert held.text.strip() in ('"yes"', '"no"')
        assert (held.prompt_tokens, held.whole) == (22, True)
        free = replace(prompt, schema=None)
        reply = model.reply(free, drawing)
        assert not reply.whole
        assert reply.answer_tokens
        assert model.reply(free, drawing) == reply
        with pytest.raises(PromptTooLongError):
            model.reply(Prompt("x" * CONTEXT_TOKENS, ""), drawing)
        assert model.reply(free, drawing) == reply


def test_a_teacher_from_a_file_abstains_from_what_does_not_fit(tmp_path: Path) -> None:
    source = GgufSettings.of(TINY, context_tokens=512)
    with closing(LanguageTeacher("tiny", source, CODES, tmp_path / "replies")()) as teacher:
        judged = teacher.judge(item())
    assert (judged.abstains, judged.rejected) == (True, "prompt_too_long")
    assert source.sha256 in judged.version


@pytest.mark.parametrize("length", [4, 100, 5000, 190_000])
def test_a_file_that_is_cut_off_is_one_sentence(length: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(TINY.read_bytes()[:length])
    with closing(GgufModel(gguf_settings(path))) as model, pytest.raises(InputError, match=r"llama\.cpp cannot load 'cut\.gguf'"):
        model.reply(Prompt("", "x"), Sampling())


def test_files_that_are_no_gguf(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(b"GGML and more")
    with pytest.raises(InputError, match=r"'x\.gguf' is no GGUF file"):
        gguf_settings(tmp_path / "x.gguf")
    with pytest.raises(InputError, match="cannot be read"):
        gguf_settings(tmp_path / "nothing.gguf")
