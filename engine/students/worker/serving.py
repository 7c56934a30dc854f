"""The worker at work: it loads one model, writes one answer after the other, and ends when the application is gone."""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from engine.errors import CoprescribeError, ProcessError, ResourceError
from engine.installation import REPAIR_HINT
from engine.students.automaton import Json, ReceivedAutomaton
from engine.students.worker.messages import Message, MessageError, frame, read_message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.students.worker.decoding import Figures, Written
    from engine.students.worker.llama import LlamaModel
    from engine.students.worker.threads import Threads

HEARTBEAT_S = 0.5


def run_worker() -> int:
    """Serve the application at the other end of standard input and output until it closes them. Returns the exit code."""
    # An interrupt from the terminal is for the application, which then closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # llama.cpp and libraries may print: what they print goes to standard error, and messages have the pipe for themselves.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    source = os.fdopen(os.dup(0), "rb")
    Worker(source, output).run()
    return 0


class Worker:
    """Reads messages in one thread, so that cancelling is heard while another computes."""

    def __init__(self, source: BinaryIO, output: BinaryIO) -> None:
        self._source = source
        self._output = output
        self._lock = threading.Lock()
        self._orders: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._busy = threading.Event()
        self._model: _TimedModel | None = None

    def run(self) -> None:
        """Serve; comes back only with an error."""
        for work in (self._listen, self._beat):
            threading.Thread(target=work, daemon=True).start()
        while True:
            order = self._orders.get()
            self._busy.set()
            try:
                self._serve(order)
            except CoprescribeError as fault:
                self._say("refused", error=type(fault).__name__, sentence=fault.sentence)
            finally:
                self._busy.clear()

    def _listen(self) -> None:
        """Hear the application. Where it is gone there is nothing more to do, whatever is being computed."""
        try:
            while (message := read_message(self._source)) is not None:
                if message.kind == "cancel":
                    self._cancelled.add(message.whole("request"))
                else:
                    self._orders.put(message)
        except (MessageError, OSError) as error:
            os.write(2, f"the worker was told nonsense: {error}\n".encode())
            os._exit(1)
        os._exit(0)

    def _beat(self) -> None:
        """Say that the process lives, while it computes: llama.cpp lets other threads run."""
        while True:
            self._busy.wait()
            self._say("alive")
            time.sleep(HEARTBEAT_S)

    def _say(self, kind: str, **fields: Json) -> None:
        content = frame(Message(kind, **fields))
        try:
            with self._lock:
                self._output.write(content)
                self._output.flush()
        except OSError:
            # Nobody listens any more.
            os._exit(0)

    def _serve(self, order: Message) -> None:
        if order.kind == "load":
            self._load(order)
        elif order.kind == "read":
            self._read_ahead(order)
        elif order.kind == "generate":
            self._generate(order)
        else:
            raise MessageError(f"unknown message {order.kind}")

    def _load(self, order: Message) -> None:
        path, context_tokens = Path(order.text("path")), order.whole("context_tokens")
        threads = order.whole("threads") or None
        from engine.students.gguf_model import check_memory, read_model

        model = read_model(path)
        if context_tokens > model.context_length:
            raise ResourceError(f"The model '{path}' reads at most {model.context_length} tokens at once. {REPAIR_HINT}")
        from engine.students.worker.llama import PIECE_TOKENS, LlamaError, LlamaModel
        from engine.students.worker.threads import Threads

        check_memory(model, context_tokens, PIECE_TOKENS)
        try:
            loaded = LlamaModel(path, context_tokens)
            measured = Threads(loaded, threads)
        except LlamaError as error:
            os.write(2, f"{error}\n".encode())
            raise ResourceError(f"The model '{path}' cannot be loaded by llama.cpp on this computer. {REPAIR_HINT}") from error
        self._model = _TimedModel(loaded, measured)
        self._say("loaded", vocabulary=loaded.vocabulary_size)

    def _read_ahead(self, order: Message) -> None:
        """Begin with a prompt while the application makes what may be answered, until it asks for something."""
        from engine.students.worker.llama import LlamaError

        if self._model is None:
            raise MessageError("read before load")
        try:
            self._model.read_ahead(order.wholes("prompt"), lambda: not self._orders.empty())
        except LlamaError as error:
            raise _stopped(error) from error

    def _generate(self, order: Message) -> None:
        from engine.students.worker.decoding import Decoder, Order
        from engine.students.worker.llama import LlamaError

        if self._model is None:
            raise MessageError("generate before load")
        request = order.whole("request")
        asked = Order(
            order.wholes("prompt"),
            ReceivedAutomaton(order.fields.get("automaton")),
            order.whole("max_tokens"),
            order.number("time_limit_s"),
            order.number("temperature"),
            order.whole("seed"),
        )

        def tell(written: Sequence[Written]) -> None:
            self._say("tokens", request=request, tokens=[_row(one) for one in written])

        try:
            figures = Decoder(self._model, asked, lambda: request in self._cancelled).run(tell)
        except (LlamaError, ArithmeticError, MemoryError) as error:
            raise _stopped(error) from error
        self._cancelled.clear()
        figures = self._model.with_read_ahead(figures, asked.prompt)
        self._say("finished", request=request, threads=self._model.threads.alone, **asdict(figures))


def _stopped(error: Exception) -> ProcessError:
    os.write(2, f"{error}\n".encode())
    return ProcessError("The reasoner stopped on this pair: memory may be short, or its file is damaged.")


def _row(written: Written) -> list[Json]:
    row: list[Json] = [written.token, written.probability]
    if written.distribution is not None:
        tokens, shares = written.distribution
        row += [[*tokens], [*shares]]
    return row


class _TimedModel:
    """The model, whose time for a token is told to who chose the number of threads, and for a prompt is counted to its answer."""

    def __init__(self, model: LlamaModel, threads: Threads) -> None:
        self._model = model
        self.threads = threads
        self.keep = model.keep
        self._ahead: tuple[tuple[int, ...], int, float] = ((), 0, 0.0)

    @property
    def room(self) -> int:
        return self._model.room

    def read_ahead(self, prompt: tuple[int, ...], stopped: Callable[[], bool]) -> None:
        """Compute the beginning of a prompt until `stopped`."""
        started = time.perf_counter()
        cached = self._model.read_ahead(prompt, stopped)
        self._ahead = (prompt, cached, time.perf_counter() - started)

    def with_read_ahead(self, figures: Figures, prompt: tuple[int, ...]) -> Figures:
        """The figures of an answer with the time of what was computed before it was asked for."""
        (read, cached, seconds), self._ahead = self._ahead, ((), 0, 0.0)
        if read != prompt:
            return figures
        first_s = figures.first_s + seconds if figures.first_s else 0.0
        return replace(figures, cached_tokens=cached, seconds=figures.seconds + seconds, first_s=first_s)

    def read(self, tokens: Sequence[int], stopped: Callable[[], bool]) -> NDArray[np.float32]:
        started = time.perf_counter()
        logits = self._model.read(tokens, stopped)
        if len(tokens) == 1:
            self.threads.took(time.perf_counter() - started)
        return logits
