"""The worker with a real GGUF: what it writes is what llama.cpp's logits say, and what it cannot run ends in a sentence."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.cancellation import CancelledError, CancelToken
from engine.errors import CoprescribeError, InputError, ProcessError, ResourceError
from engine.students.automaton import TokenAutomaton
from engine.students.worker.llama import LlamaModel
from engine.students.worker.messages import Message
from engine.students.worker_client import GeneratedToken, GenerationFigures, ReasonerProcess
from engine.students.worker_process import WorkerProcess, worker_command
from tests.engine.students.children import children, linux_only
from tests.engine.students.gguf_writing import small
from tests.engine.students.tiny_reasoner import CONTEXT, END, PROMPT, TINY, VOCABULARY, endless, everything, labelled

pytestmark = linux_only


@pytest.fixture(scope="module")
def reasoner() -> Iterator[ReasonerProcess]:
    process = ReasonerProcess(TINY, CONTEXT, threads=1)
    yield process
    process.close()
    assert children() == []


@pytest.fixture(scope="module")
def model() -> LlamaModel:
    """The same file in this process, without a worker."""
    return LlamaModel(TINY, CONTEXT)


def written(
    process: ReasonerProcess, prompt: Sequence[int], automaton: TokenAutomaton, most: int = 60
) -> tuple[list[GeneratedToken], GenerationFigures]:
    asked = process.generate(prompt, automaton, max_tokens=most, time_limit_s=60)
    tokens = []
    while True:
        try:
            tokens.append(next(asked))
        except StopIteration as stop:
            figures: GenerationFigures = stop.value
            return tokens, figures


def test_where_all_is_allowed_it_writes_what_a_bare_loop_does(reasoner: ReasonerProcess, model: LlamaModel) -> None:
    tokens, figures = written(reasoner, PROMPT, everything())
    model.forget()
    waiting = list(PROMPT)
    expected: list[tuple[int, NDArray[np.float64]]] = []
    while len(expected) < len(tokens):
        logits = model.read(waiting, lambda: False).astype(np.float64)
        shares = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
        waiting = [int(logits.argmax())]
        expected.append((waiting[0], shares))
    assert [one.token for one in tokens] == [token for token, _ in expected]
    assert len({one.token for one in tokens}) > 3
    for one, (token, shares) in zip(tokens, expected, strict=True):
        assert one.probability == pytest.approx(shares[token], abs=1e-12)
        assert one.distribution is not None
        assert [one.distribution[place] for place in range(VOCABULARY)] == pytest.approx(list(shares), abs=1e-12)
        assert sum(one.distribution.values()) == pytest.approx(1)
    assert figures.ending == ("final" if tokens[-1].token == END else "tokens")
    assert (figures.prompt_tokens, figures.written_tokens, figures.forced_tokens) == (len(PROMPT), len(tokens), 0)
    assert 0 < figures.first_s <= figures.seconds


def test_the_labels_are_renormalised_and_forced_tokens_follow(reasoner: ReasonerProcess, model: LlamaModel) -> None:
    tokens, figures = written(reasoner, PROMPT, labelled())
    model.forget()
    logits = model.read(PROMPT, lambda: False)[[260, 261, 262]].astype(np.float64)
    shares = np.exp(logits) / np.exp(logits).sum()
    first, *others = tokens
    assert first.distribution == pytest.approx(dict(zip((260, 261, 262), shares, strict=True)))
    assert first.token == 260 + int(logits.argmax())
    assert [one.token for one in others] == [270, 271, others[2].token, END]
    assert [one.probability == 1 for one in others] == [True, True, False, True]
    after = model.read([first.token, 270, 271], lambda: False)[[280, 281]].astype(np.float64)
    assert others[2].token == 280 + int(after.argmax())
    assert (figures.ending, figures.forced_tokens) == ("final", 3)


def test_a_known_beginning_is_not_computed_again_and_changes_nothing(reasoner: ReasonerProcess) -> None:
    written(reasoner, [5, 6, 7], labelled())
    fresh, figures = written(reasoner, PROMPT, everything(), 20)
    assert figures.cached_tokens == 0
    again, figures = written(reasoner, PROMPT, everything(), 20)
    assert figures.cached_tokens == 64
    assert again == fresh
    other = (*PROMPT[:70], 3, 4, 5)
    _, figures = written(reasoner, other, everything(), 20)
    assert figures.cached_tokens == 64
    _, figures = written(reasoner, (*PROMPT[:40], 3, 4, 5), everything(), 20)
    assert figures.cached_tokens == 32
    again, figures = written(reasoner, PROMPT, everything(), 20)
    assert figures.cached_tokens == 32
    assert again == fresh


def test_reading_ahead_changes_nothing_and_its_time_is_counted(reasoner: ReasonerProcess) -> None:
    before = children()
    fresh = ReasonerProcess(TINY, CONTEXT, threads=1)
    fresh.read_ahead(PROMPT)
    assert children() == before
    expected, slow = written(fresh, PROMPT, everything(), 20)
    fresh.close()
    written(reasoner, [5, 6, 7], labelled())
    # Nor does a prompt that another follows, or one that cannot be read.
    for ahead in (PROMPT, (*PROMPT[:40], 3, 4), [], [VOCABULARY], [-1], PROMPT * 9):
        reasoner.read_ahead(ahead)
        again, figures = written(reasoner, PROMPT, everything(), 20)
        assert again == expected
    written(reasoner, [5, 6, 7], labelled())
    reasoner.read_ahead(PROMPT)
    time.sleep(0.2)
    again, figures = written(reasoner, PROMPT, everything(), 20)
    assert again == expected
    assert figures.cached_tokens == 0 == slow.cached_tokens
    assert figures.first_s < figures.seconds < 0.2
    # Who is asked something else meanwhile is not disturbed.
    asked = reasoner.generate(PROMPT, everything(), max_tokens=20, time_limit_s=60)
    begun = [next(asked)]
    reasoner.read_ahead([5, 6, 7])
    assert [*begun, *asked] == expected


def test_the_context_ends_an_answer_and_a_longer_prompt_is_refused(reasoner: ReasonerProcess) -> None:
    tokens, figures = written(reasoner, PROMPT, endless(), 1000)
    assert figures.ending == "context"
    assert len(PROMPT) + len(tokens) == CONTEXT + 1
    with pytest.raises(InputError, match="more facts than the reasoner can read at once"):
        written(reasoner, PROMPT * 3, endless())
    tokens, figures = written(reasoner, [1] * (CONTEXT - 1), endless())
    assert (figures.ending, len(tokens)) == ("context", 2)


def test_cancelling_stops_the_work_soon(reasoner: ReasonerProcess) -> None:
    token = CancelToken()
    asked = reasoner.generate(PROMPT[:20], endless(), max_tokens=10_000, time_limit_s=60, check=token.check)
    next(asked)
    token.cancel()
    started = time.monotonic()
    with pytest.raises(CancelledError):
        list(asked)
    assert time.monotonic() - started < 2
    assert written(reasoner, PROMPT[:20], labelled())[1].ending == "final"


def test_killed_in_the_middle_of_an_answer(reasoner: ReasonerProcess) -> None:
    before = written(reasoner, PROMPT, labelled())[0]
    asked = reasoner.generate(PROMPT, endless(), max_tokens=10_000, time_limit_s=60)
    next(asked)
    (worker,) = children()
    os.kill(worker, signal.SIGKILL)
    with pytest.raises(ProcessError, match="ended by the system"):
        list(asked)
    assert children() == []
    assert written(reasoner, PROMPT, labelled())[0] == before


def sentence_of(path: Path, context: int = 64, code: str | None = None) -> tuple[type[CoprescribeError], str]:
    """What is said of a file that cannot be run; `code` is run in the worker before it serves."""
    command = None
    if code is not None:
        end = "from engine.students.worker.serving import run_worker; run_worker()"
        command = [sys.executable, "-P", "-c", f"{code}\n{end}"]
    process = ReasonerProcess(path, context, command=command)
    with pytest.raises(CoprescribeError) as fault:
        written(process, [1, 2], TokenAutomaton([{5: 1, 6: 1}, {}], frozenset({1})))
    assert "\n" not in fault.value.sentence
    return type(fault.value), fault.value.sentence


def test_files_that_cannot_be_run(tmp_path: Path) -> None:
    path = tmp_path / "ein Modell – ü.gguf"
    shutil.copy(TINY, path)
    process = ReasonerProcess(path, 64)
    assert written(process, [1, 2], labelled())[1].ending == "final"
    process.close()
    path.write_bytes(TINY.read_bytes()[:150_000])
    kind, said = sentence_of(path)
    assert (kind, "is cut off" in said) == (ResourceError, True)
    path.write_bytes(b"PK\x03\x04" + bytes(1000))
    assert "is not a GGUF file" in sentence_of(path)[1]
    # Its head is as it must be, and there is nothing behind it that llama.cpp could run.
    path.write_bytes(small().content())
    kind, said = sentence_of(path)
    assert (kind, "cannot be loaded by llama.cpp" in said) == (ResourceError, True)
    kind, said = sentence_of(TINY, 513)
    assert (kind, "reads at most 512 tokens" in said) == (ResourceError, True)


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        (
            "import engine.students.gguf_model as one; one.available_bytes = lambda: 10**8",
            ProcessError,
            "of memory and this",
        ),
        ("import sys; sys.modules['llama_cpp'] = None", ResourceError, "cannot be loaded by llama.cpp on this computer"),
        (
            "import ctypes, llama_cpp; llama_cpp.llama_decode = lambda *_: ctypes.string_at(0)",
            ProcessError,
            "stopped unexpectedly",
        ),
        ("import os, llama_cpp; llama_cpp.llama_decode = lambda *_: os.abort()", ProcessError, "stopped unexpectedly"),
        ("import llama_cpp; llama_cpp.llama_init_from_model = lambda *_: None", ResourceError, "cannot be loaded by llama.cpp"),
    ],
)
def test_a_machine_that_cannot_run_it(code: str, kind: type[CoprescribeError], said: str) -> None:
    found, sentence = sentence_of(TINY, 64, code)
    assert found is kind
    assert said in sentence


def test_what_a_library_prints_is_no_message() -> None:
    code = """
import ctypes, os
from engine.students.worker import serving
really = serving.Worker._serve
def serve(worker, order):
    print("printed", flush=True)
    os.write(1, b"written")
    really(worker, order)
serving.Worker._serve = serve
serving.run_worker()
"""
    process = ReasonerProcess(TINY, 64, command=[sys.executable, "-P", "-c", code])
    assert written(process, [1, 2], labelled())[1].ending == "final"
    process.close()


def test_the_program_is_its_own_worker() -> None:
    code = "import sys; sys.argv = ['coprescribe', '--worker']; from desktop.main import main; sys.exit(main())"
    process = ReasonerProcess(TINY, 64, command=[sys.executable, "-P", "-c", code])
    assert written(process, [1, 2], labelled())[1].ending == "final"
    process.close()
    light = (
        "import sys; sys.argv = ['coprescribe', '--worker']; from engine.students.worker import serving; from desktop.main import"
    )
    light += " main; serving.run_worker = lambda: 0; main(); sys.exit(str({'PySide6', 'pydantic', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-P", "-c", light], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr.strip() == "set()"


def test_the_worker_ends_when_the_application_is_gone() -> None:
    process = WorkerProcess(worker_command())
    process.send(Message("load", path=str(TINY), context_tokens=512, threads=1))
    while process.receive(0.1) is None:
        pass
    whole = {"max_tokens": 400, "time_limit_s": 60, "temperature": 0, "seed": 0}
    process.send(Message("generate", request=1, prompt=[1], automaton=endless().to_json(), **whole))
    while process.receive(0.1) is None:
        pass
    started = time.monotonic()
    assert process.end() == 0
    assert time.monotonic() - started < 1
