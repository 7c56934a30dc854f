"""Asking the reasoner: the one door to the worker, from any thread, one request at a time.

The worker is started with the first request and again after it ended, however it ended: a crash is one sentence, and nothing else
is lost by it. Nothing here waits without end: a worker that falls silent is ended.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.cancellation import CancelledError
from engine.errors import CoprescribeError, InputError, ProcessError, ResourceError
from engine.students.automaton import Json, TokenAutomaton
from engine.students.worker.messages import Message, MessageError, finite, list_of, wholes_of
from engine.students.worker_process import WorkerEndedError, WorkerProcess, ending_sentence, worker_command

_LOOK_S = 0.05
_SILENT_S = 15.0
# Until its first word: a system that is busy, or that looks at each new program, takes long to start one.
_STARTING_S = 120.0
# Beyond its own limit, what the worker may take to notice it: one piece of a prompt.
_LATE_S = 10.0
_LONGEST_LOAD_S = 300.0
_LONGEST_WAIT_S = 300.0
_STOP_S = 5.0
_REFUSALS: dict[str, type[CoprescribeError]] = {one.__name__: one for one in (InputError, ProcessError, ResourceError)}

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class GeneratedToken:
    """One token as it was written. `probability`: among the allowed ones; `distribution`: of all of these, in watched states."""

    token: int
    probability: float
    distribution: Mapping[int, float] | None


@dataclass(frozen=True, slots=True)
class GenerationFigures:
    """How a request went.

    `ending`: "final" where the answer is whole; "tokens", "time" or "context" where a limit came first. `cached_tokens` of the
    prompt were known from the request before; `forced_tokens` of the written ones had no alternative. `seconds` in the worker
    from the request to the last token, `first_s` to the first that was chosen. `threads` computed each token.
    """

    ending: str
    prompt_tokens: int
    cached_tokens: int
    written_tokens: int
    forced_tokens: int
    threads: int
    seconds: float
    first_s: float

    @property
    def tokens_per_second(self) -> float:
        """Written tokens a second, reading the prompt counted in."""
        return self.written_tokens / self.seconds if self.seconds > 0 else 0.0


class ReasonerProcess:
    """A reasoner's model in a process of its own. Nothing is started before the first request."""

    def __init__(
        self, path: Path, context_tokens: int, *, threads: int | None = None, command: Sequence[str] | None = None
    ) -> None:
        """`threads`: None has them measured. `command`: how the worker is started, None for that of this installation."""
        self._path = path
        self.context_tokens = context_tokens
        self._threads = threads
        self._command = list(command) if command is not None else worker_command()
        self._lock = threading.Lock()
        self._process: WorkerProcess | None = None
        self._vocabulary = 0
        self._numbers = itertools.count(1)

    def generate(
        self,
        prompt: Sequence[int],
        automaton: TokenAutomaton,
        *,
        max_tokens: int,
        time_limit_s: float,
        check: Check | None = None,
        temperature: float = 0.0,
        seed: int = 0,
    ) -> Generator[GeneratedToken, None, GenerationFigures]:
        """Write an answer, token by token; the figures are the generator's return value.

        `temperature` 0 takes the most probable token each time. `check` is called at least twenty times a second and may raise
        `CancelledError`: the worker is then told to stop, and its work has ended when the error arrives. The same holds where the
        generator is closed before its end.

        Raises:
            InputError: the prompt leaves no room in the context.
            ResourceError: the model is missing, damaged or not to be run here.
            ProcessError: the worker crashed, fell silent or could not start; the next request starts it anew.
            CancelledError: `check` raised it, or `close` was called.
            ValueError: no prompt, a token that is not in the vocabulary, or a limit that is none.
        """
        if not prompt or max_tokens < 1 or time_limit_s <= 0 or temperature < 0:
            raise ValueError("no prompt, or a limit that is none")
        if len(prompt) >= self.context_tokens:
            raise InputError(
                f"These medicines have more facts than the reasoner can read at once "
                f"({len(prompt)} tokens; it takes {self.context_tokens - 1})."
            )
        look = check or _never
        self._wait_for_turn(look)
        try:
            process = self._ready(look)
            if max(*prompt, automaton.largest_token) >= self._vocabulary or min(prompt) < 0:
                raise ValueError("a token that is not in the vocabulary")
            request = next(self._numbers)
            process.send(
                Message(
                    "generate",
                    request=request,
                    prompt=[*prompt],
                    automaton=automaton.to_json(),
                    max_tokens=max_tokens,
                    time_limit_s=time_limit_s,
                    temperature=temperature,
                    seed=seed,
                )
            )
            return (yield from self._answer(process, request, look, time.monotonic() + time_limit_s + _LATE_S))
        finally:
            self._lock.release()

    def read_ahead(self, prompt: Sequence[int]) -> None:
        """Have a worker that is there and free begin with a prompt, while what may be answered is still being made. The answer is
        the same without; nothing is waited for."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            process = self._process
            fits = 0 < len(prompt) < self.context_tokens and 0 <= min(prompt) <= max(prompt) < self._vocabulary
            if process is not None and process.running and fits:
                process.send(Message("read", prompt=[*prompt]))
        finally:
            self._lock.release()

    def warm(self, check: Check | None = None) -> None:
        """Start the worker and load the model, so that the first answer comes at once.

        Raises:
            CoprescribeError: as for `generate`.
        """
        look = check or _never
        self._wait_for_turn(look)
        try:
            self._ready(look)
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the worker; what is being written ends as cancelled. A later request starts it anew."""
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def _wait_for_turn(self, look: Check) -> None:
        until = time.monotonic() + _LONGEST_WAIT_S
        while not self._lock.acquire(timeout=_LOOK_S):
            look()
            if time.monotonic() > until:
                raise ProcessError("The reasoner is still busy with another request; try again when that is done.")

    def _ready(self, look: Check) -> WorkerProcess:
        """The worker with its model."""
        look()
        if self._process is not None and self._process.running:
            return self._process
        self.close()
        try:
            process = self._process = WorkerProcess(self._command)
        except OSError as error:
            raise ProcessError("The system does not start another process for the reasoner.") from error
        loaded = False
        try:
            process.send(Message("load", path=str(self._path), context_tokens=self.context_tokens, threads=self._threads or 0))
            message = self._next(process, look, time.monotonic() + _LONGEST_LOAD_S)
            self._vocabulary = message.whole("vocabulary")
            loaded = True
        except MessageError as error:
            raise ProcessError(ending_sentence(1)) from error
        finally:
            if not loaded:
                self.close()
        return process

    def _answer(
        self, process: WorkerProcess, request: int, look: Check, until: float
    ) -> Generator[GeneratedToken, None, GenerationFigures]:
        over = False
        try:
            while True:
                message = self._next(process, look, until)
                if message.kind == "finished":
                    figures = _figures(message)
                    over = True
                    return figures
                for row in message.items("tokens"):
                    yield _token(row)
        except MessageError as error:
            self.close()
            raise ProcessError(ending_sentence(1)) from error
        finally:
            if not over:
                self._stop(process, request)

    def _next(self, process: WorkerProcess, look: Check, until: float) -> Message:
        """The next message that is no refusal. Where an error ends it, the worker has ended too, unless it came from `look`."""
        while True:
            look()
            try:
                message = process.receive(_LOOK_S)
            except WorkerEndedError as error:
                if self._process is not process:
                    raise CancelledError from error
                code = process.end()
                self.close()
                raise ProcessError(ending_sentence(code)) from error
            now = time.monotonic()
            if message is not None and message.kind == "refused":
                self.close()
                raise _REFUSALS.get(message.text("error"), ProcessError)(message.text("sentence"))
            if message is not None:
                return message
            if now > until or now - process.waited_since_s > (_SILENT_S if process.was_heard else _STARTING_S):
                self.close()
                raise ProcessError("The reasoner did not answer any more and was ended; it may be asked again.")

    def _stop(self, process: WorkerProcess, request: int) -> None:
        """Have the worker stop a request, and pass over what it still says of it; end it where it does not."""
        if self._process is not process:
            return
        process.send(Message("cancel", request=request))
        until = time.monotonic() + _STOP_S
        while time.monotonic() < until:
            try:
                message = process.receive(_LOOK_S)
            except WorkerEndedError:
                break
            if message is not None and message.kind in ("finished", "refused"):
                return
        self.close()


def _never() -> None:
    """Nobody cancels."""


def _token(row: Json) -> GeneratedToken:
    parts = list_of(row)
    if len(parts) not in (2, 4):
        raise MessageError("not a token")
    (token,) = wholes_of(parts[:1])
    distribution = None
    if len(parts) > 2:
        distribution = dict(zip(wholes_of(parts[2]), map(finite, list_of(parts[3])), strict=True))
    return GeneratedToken(token, finite(parts[1]), distribution)


def _figures(message: Message) -> GenerationFigures:
    return GenerationFigures(
        message.text("ending"),
        message.whole("prompt_tokens"),
        message.whole("cached_tokens"),
        message.whole("written_tokens"),
        message.whole("forced_tokens"),
        message.whole("threads"),
        message.number("seconds"),
        message.number("first_s"),
    )
