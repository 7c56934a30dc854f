"""The worker's process as the application sees it: messages go in and come out without ever blocking who asks.

Each pipe has a thread of its own. Reading ends with the process, and writing is never waited for, so that a worker that hangs can
always be ended.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from engine.students.worker.messages import Message, MessageError, frame, read_message

_TAIL_BYTES = 8_000
_END_S = 1.0
_WRITING_S = 0.01
# A failed assertion would start a debugger to print where it was. Threads that wait must not spin: on a machine that is busy
# otherwise, two of them wrote 1 token a second where one wrote 110, and 90 without spinning.
_SETTINGS = {"GGML_NO_BACKTRACE": "1", "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
# Exit codes for an illegal instruction (signal 4), and for a process that the system ended or that found no memory (signal 9).
_ILLEGAL = (-4, 0xC000001D)
_NO_MEMORY = (-9, 0xC0000017, 0xC000009A)


def worker_command() -> list[str]:
    """How the worker is started in this installation."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--worker"]
    # Safe path: a file beside the user that is named like a library is never imported.
    return [sys.executable, "-P", "-m", "engine.students.worker"]


def ending_sentence(code: int) -> str:
    """What to tell of a worker that ended by itself with an exit code."""
    if code in _ILLEGAL:
        return "The reasoner cannot run on this processor: llama.cpp was built for a newer one."
    if code in _NO_MEMORY:
        return "The reasoner was ended by the system, most likely because memory ran out; it may be asked again."
    return "The reasoner stopped unexpectedly; it may be asked again."


class WorkerEndedError(Exception):
    """The process is gone; the message is the end of its standard error and not for people."""


class WorkerProcess:
    """One running worker. `waited_since_s`: when it last said anything or was asked something (monotonic); `was_heard`: whether
    it has said anything at all."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start it.

        Raises:
            OSError: the system does not.
        """
        environment = {**os.environ, **_SETTINGS}
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, creationflags=flags)
        self.waited_since_s = time.monotonic()
        self.was_heard = False
        self._tail = bytearray()
        self._sent: queue.SimpleQueue[tuple[bytes, threading.Event] | None] = queue.SimpleQueue()
        self._heard: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        works = ((self._write, self._process.stdin), (self._read, self._process.stdout), (self._drain, self._process.stderr))
        self._threads = [threading.Thread(target=work, args=(pipe,), daemon=True) for work, pipe in works]
        for thread in self._threads:
            thread.start()

    def send(self, message: Message) -> None:
        """Say something; it is written in the background, and no longer waited for than a sound pipe takes: without waiting, who
        goes on computing would keep the thread that writes from the interpreter for five milliseconds."""
        self.waited_since_s = time.monotonic()
        written = threading.Event()
        self._sent.put((frame(message), written))
        written.wait(_WRITING_S)

    def receive(self, wait_s: float) -> Message | None:
        """The next message; None where there was none in this time.

        Raises:
            WorkerEndedError: the process has ended, and everything it said was received.
        """
        try:
            message = self._heard.get(timeout=wait_s)
        except queue.Empty:
            return None
        if message is None:
            self._heard.put(None)
            raise WorkerEndedError(self.tail())
        return message

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def end(self) -> int:
        """End the process if it runs, and free what belongs to it; its exit code. May be called again."""
        self._sent.put(None)
        try:
            self._process.wait(_END_S if self._process.poll() is None else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
        code = self._process.wait()
        for thread in self._threads:
            thread.join(_END_S)
        return code

    def tail(self) -> str:
        """The end of what it wrote to standard error; for developers."""
        return self._tail.decode("utf-8", "replace")

    def _write(self, pipe: IO[bytes]) -> None:
        try:
            with pipe:
                while (item := self._sent.get()) is not None:
                    content, written = item
                    pipe.write(content)
                    pipe.flush()
                    written.set()
        except OSError:
            # It has ended; who listens finds that out.
            return

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            try:
                while (message := read_message(pipe)) is not None:
                    self.waited_since_s = time.monotonic()
                    self.was_heard = True
                    if message.kind != "alive":
                        self._heard.put(message)
            except MessageError as error:
                self._tail += f"\nthe worker said nonsense: {error}".encode()
        self._heard.put(None)
        # Nobody may be listening: what ended by itself is taken leave of here, or it would stand in the list of processes.
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_S)

    def _drain(self, pipe: IO[bytes]) -> None:
        with pipe:
            while content := os.read(pipe.fileno(), 4096):
                self._tail += content
                del self._tail[:-_TAIL_BYTES]
