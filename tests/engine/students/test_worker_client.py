"""The client against a worker that misbehaves: each fault is one sentence, the next request works, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from engine.cancellation import CancelledError, CancelToken
from engine.errors import CoprescribeError, InputError, ProcessError, ResourceError
from engine.students import worker_client
from engine.students.automaton import TokenAutomaton
from engine.students.worker_client import GeneratedToken, GenerationFigures, ReasonerProcess
from tests.engine.students import fake_worker as fake
from tests.engine.students.children import children, held, linux_only, nothing_new

pytestmark = linux_only

TWO = TokenAutomaton([{1: 1, 2: 1}, {1: 2, 2: 2}, {}], frozenset({2}))
Asked = Generator[GeneratedToken, None, GenerationFigures]


@pytest.fixture
def reasoner() -> Iterator[ReasonerProcess]:
    """The client of a well-behaved fake; nothing of it is left afterwards."""
    before = held()
    process = ReasonerProcess(Path("model.gguf"), 50, command=fake.COMMAND)
    yield process
    process.close()
    assert nothing_new(before)


def ask(process: ReasonerProcess, what: int, check: Callable[[], None] | None = None, limit_s: float = 30.0) -> Asked:
    return process.generate([what, 7], TWO, max_tokens=9, time_limit_s=limit_s, check=check)


def drained(asked: Asked) -> tuple[list[int], GenerationFigures]:
    tokens = []
    while True:
        try:
            tokens.append(next(asked).token)
        except StopIteration as stop:
            figures: GenerationFigures = stop.value
            return tokens, figures


def sentence_of(asked: Asked, kind: type[CoprescribeError] = ProcessError) -> str:
    with pytest.raises(kind) as fault:
        drained(asked)
    assert "\n" not in fault.value.sentence
    return fault.value.sentence


def test_an_answer(reasoner: ReasonerProcess) -> None:
    assert children() == []
    tokens, figures = drained(ask(reasoner, fake.WELL))
    assert tokens == [1, 2]
    assert figures == GenerationFigures("final", 2, 0, 2, 1, 1, 0.5, 0.1)
    assert figures.tokens_per_second == 4
    (worker,) = children()
    assert drained(ask(reasoner, fake.WELL))[0] == [1, 2]
    assert children() == [worker]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (fake.KILLED, "ended by the system, most likely because memory ran out"),
        (fake.ABORTED, "stopped unexpectedly"),
        (fake.ILLEGAL, "cannot run on this processor"),
        (fake.ENDING, "stopped unexpectedly"),
        (fake.NONSENSE, "stopped unexpectedly"),
        (fake.HALF, "stopped unexpectedly"),
        (fake.ODD, "stopped unexpectedly"),
        (fake.REFUSING, "stopped on this pair"),
    ],
)
def test_a_crash_is_a_sentence_and_the_next_request_works(reasoner: ReasonerProcess, what: int, said: str) -> None:
    asked = ask(reasoner, what)
    assert next(asked).token == 1
    assert said in sentence_of(asked)
    assert children() == []
    assert drained(ask(reasoner, fake.WELL))[0] == [1, 2]


@pytest.mark.parametrize(
    ("how", "kind", "said"),
    [
        ("refusing", ResourceError, "The model is none."),
        ("short", ProcessError, "needs more memory"),
        ("dying", ProcessError, "memory ran out"),
        ("nonsense", ProcessError, "stopped unexpectedly"),
        ("odd", ProcessError, "stopped unexpectedly"),
    ],
)
def test_faults_of_loading(how: str, kind: type[CoprescribeError], said: str) -> None:
    before = held()
    reasoner = ReasonerProcess(Path("model.gguf"), 50, command=[*fake.COMMAND, how])
    for _ in range(2):
        assert said in sentence_of(ask(reasoner, fake.WELL), kind)
        assert nothing_new(before)


def test_a_program_that_is_not_there() -> None:
    reasoner = ReasonerProcess(Path("model.gguf"), 50, command=["/nowhere/worker"])
    assert "does not start" in sentence_of(ask(reasoner, fake.WELL))


def test_killed_while_idle_is_not_even_noticed_and_leaves_nothing(reasoner: ReasonerProcess) -> None:
    reasoner.warm()
    (worker,) = children()
    os.kill(worker, signal.SIGKILL)
    until = time.monotonic() + 10
    while children() and time.monotonic() < until:
        time.sleep(0.01)
    assert children() == []
    assert drained(ask(reasoner, fake.WELL))[0] == [1, 2]


def test_a_worker_that_had_nothing_to_do_was_not_silent(reasoner: ReasonerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    reasoner.warm()
    monkeypatch.setattr(worker_client, "_SILENT_S", 1.5)
    time.sleep(1.6)
    (worker,) = children()
    assert drained(ask(reasoner, fake.SLOW))[0] == [1, 2]
    assert children() == [worker]


@pytest.mark.parametrize("what", [fake.HANGING, fake.LATE])
def test_silence_and_lateness_end_it(reasoner: ReasonerProcess, monkeypatch: pytest.MonkeyPatch, what: int) -> None:
    monkeypatch.setattr(worker_client, "_SILENT_S", 0.5)
    monkeypatch.setattr(worker_client, "_LATE_S", 0.5 if what == fake.LATE else 60)
    reasoner.warm()
    started = time.monotonic()
    assert "did not answer any more" in sentence_of(ask(reasoner, what, limit_s=0.3))
    assert time.monotonic() - started < 10
    assert children() == []


def test_one_that_never_says_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_client, "_STARTING_S", 0.3)
    reasoner = ReasonerProcess(Path("model.gguf"), 50, command=[*fake.COMMAND, "hanging"])
    assert "did not answer any more" in sentence_of(ask(reasoner, fake.WELL))
    assert children() == []


def test_a_stopped_worker_does_not_block_a_large_request(reasoner: ReasonerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_client, "_SILENT_S", 0.5)
    reasoner.warm()
    (worker,) = children()
    os.kill(worker, signal.SIGSTOP)
    many = TokenAutomaton([*({1: state, 2: state} for state in range(1, 20_001)), {}], frozenset({20_000}))
    asked = reasoner.generate([1], many, max_tokens=5, time_limit_s=5)
    assert "did not answer any more" in sentence_of(asked)
    assert children() == []


def test_cancelling_stops_the_worker_and_keeps_it(reasoner: ReasonerProcess) -> None:
    token = CancelToken()
    asked = ask(reasoner, fake.ENDLESS, token.check)
    assert [next(asked).token for _ in range(4)] == [1, 2, 2, 2]
    (worker,) = children()
    token.cancel()
    with pytest.raises(CancelledError):
        drained(asked)
    assert drained(ask(reasoner, fake.WELL))[0] == [1, 2]
    assert children() == [worker]


def test_closing_the_generator_cancels(reasoner: ReasonerProcess) -> None:
    asked = ask(reasoner, fake.ENDLESS)
    next(asked)
    (worker,) = children()
    asked.close()
    assert drained(ask(reasoner, fake.WELL))[0] == [1, 2]
    assert children() == [worker]


def test_a_worker_that_is_deaf_to_cancelling_is_ended(reasoner: ReasonerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_client, "_STOP_S", 0.3)
    asked = ask(reasoner, fake.DEAF)
    next(asked)
    asked.close()
    assert children() == []


def test_cancelled_while_it_loads() -> None:
    reasoner = ReasonerProcess(Path("model.gguf"), 50, command=[*fake.COMMAND, "hanging"])
    token = CancelToken()
    threading.Timer(0.3, token.cancel).start()
    with pytest.raises(CancelledError):
        drained(ask(reasoner, fake.WELL, token.check))
    assert children() == []


def test_closed_from_another_thread(reasoner: ReasonerProcess) -> None:
    asked = ask(reasoner, fake.ENDLESS)
    next(asked)
    closer = threading.Timer(0.2, reasoner.close)
    closer.start()
    with pytest.raises(CancelledError):
        drained(asked)
    closer.join()
    assert children() == []
    assert drained(ask(reasoner, fake.WELL))[0] == [1, 2]


def test_one_request_at_a_time_and_waiting_can_be_cancelled(reasoner: ReasonerProcess) -> None:
    asked = ask(reasoner, fake.ENDLESS)
    next(asked)
    token = CancelToken()
    threading.Timer(0.2, token.cancel).start()
    with pytest.raises(CancelledError):
        drained(ask(reasoner, fake.WELL, token.check))
    answers: list[list[int]] = []
    threads = [threading.Thread(target=lambda: answers.append(drained(ask(reasoner, fake.WELL))[0])) for _ in range(4)]
    for thread in threads:
        thread.start()
    asked.close()
    for thread in threads:
        thread.join(20)
    assert answers == [[1, 2]] * 4
    assert len(children()) == 1


def test_waiting_ends(reasoner: ReasonerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_client, "_LONGEST_WAIT_S", 0.1)
    asked = ask(reasoner, fake.ENDLESS)
    next(asked)
    assert "still busy" in sentence_of(ask(reasoner, fake.WELL))
    asked.close()


def test_much_on_standard_error_blocks_nothing(reasoner: ReasonerProcess) -> None:
    assert drained(ask(reasoner, fake.CHATTY))[0] == [1]
    assert drained(ask(reasoner, fake.WELL))[0] == [1, 2]


def test_a_prompt_longer_than_the_context_starts_nothing(reasoner: ReasonerProcess) -> None:
    asked = reasoner.generate([0] * 50, TWO, max_tokens=3, time_limit_s=1)
    assert "more facts than the reasoner can read at once (50 tokens; it takes 49)" in sentence_of(asked, InputError)
    assert children() == []


def test_what_cannot_be_asked_is_a_bug(reasoner: ReasonerProcess) -> None:
    far = TokenAutomaton([{fake.VOCABULARY: 1}, {}], frozenset({1}))
    for asked in (
        reasoner.generate([], TWO, max_tokens=3, time_limit_s=1),
        reasoner.generate([0], TWO, max_tokens=0, time_limit_s=1),
        reasoner.generate([0], TWO, max_tokens=3, time_limit_s=0),
        reasoner.generate([0, fake.VOCABULARY], TWO, max_tokens=3, time_limit_s=1),
        reasoner.generate([0, -1], TWO, max_tokens=3, time_limit_s=1),
        reasoner.generate([0], far, max_tokens=3, time_limit_s=1),
    ):
        with pytest.raises(ValueError, match=r"no prompt|not in the vocabulary"):
            next(asked)
    assert drained(ask(reasoner, fake.WELL))[0] == [1, 2]
