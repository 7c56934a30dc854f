"""A worker that computes nothing and misbehaves as told: while loading by its argument, then by the first token of a prompt."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from engine.students.automaton import Json
from engine.students.worker.messages import Message, frame, read_message

WELL, KILLED, ABORTED, ILLEGAL, HANGING, ENDLESS, NONSENSE, DEAF, CHATTY, ENDING, REFUSING, HALF, LATE, ODD, SLOW = range(15)
VOCABULARY = 100
COMMAND = [sys.executable, "-P", str(Path(__file__).resolve())]
_DEATHS = {KILLED: signal.SIGKILL, ABORTED: signal.SIGABRT, ILLEGAL: signal.SIGILL}


def _say(kind: str, **fields: Json) -> None:
    os.write(1, frame(Message(kind, **fields)))


def _tokens(request: int, *tokens: int) -> None:
    _say("tokens", request=request, tokens=[[token, 0.5] for token in tokens])


def _finished(request: int, prompt: int, ending: str = "final") -> None:
    whole: dict[str, Json] = {"prompt_tokens": prompt, "cached_tokens": 0, "written_tokens": 2, "forced_tokens": 1, "threads": 1}
    _say("finished", request=request, ending=ending, seconds=0.5, first_s=0.1, **whole)


def _break(how: int, request: int) -> None:
    if how in _DEATHS:
        os.kill(os.getpid(), _DEATHS[how])
    elif how == ENDING:
        os._exit(3)
    elif how == NONSENSE:
        os.write(1, b"\xff" * 40)
    elif how == HALF:
        os.write(1, frame(Message("tokens"))[:7])
        os._exit(0)
    else:
        _say("tokens", request=request, tokens=[["one", 2]])


class _Fake:
    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._closed = threading.Event()

    def load(self, how: str) -> None:
        """Answer, or not, to `load`."""
        if how == "refusing":
            _say("refused", error="ResourceError", sentence="The model is none.")
        elif how == "short":
            _say("refused", error="ProcessError", sentence="The reasoner needs more memory.")
        elif how == "dying":
            os.kill(os.getpid(), signal.SIGKILL)
        elif how == "nonsense":
            os.write(1, b"llama.cpp says hello\n")
        elif how == "odd":
            _say("loaded", vocabulary="many")
        elif how != "hanging":
            _say("loaded", vocabulary=VOCABULARY)

    def generate(self, message: Message) -> None:
        """Answer to `generate` as the first token of the prompt says."""
        request, prompt = message.whole("request"), message.wholes("prompt")
        what = prompt[0]
        time.sleep(0.15 if what == SLOW else 0)
        _tokens(request, 1)
        if what in (*_DEATHS, ENDING, NONSENSE, HALF, ODD):
            _break(what, request)
        elif what == REFUSING:
            _say("refused", error="ProcessError", sentence="The reasoner stopped on this pair.")
        elif what == ENDLESS:
            while not self._cancelled.wait(0.01):
                _tokens(request, 2)
            self._cancelled.clear()
            _finished(request, len(prompt), "cancelled")
        elif what == DEAF:
            while True:
                _say("alive")
                time.sleep(0.01)
        elif what == LATE:
            while not self._closed.wait(0.01):
                _say("alive")
        elif what == CHATTY:
            os.write(2, b"x" * 300_000)
            _finished(request, len(prompt))
        elif what in (WELL, SLOW):
            _say("alive")
            _tokens(request, 2)
            _finished(request, len(prompt))

    def run(self, how: str) -> None:
        """Serve until the pipe is closed."""
        with os.fdopen(os.dup(0), "rb") as source:
            while (message := read_message(source)) is not None:
                if message.kind == "load":
                    self.load(how)
                elif message.kind == "cancel":
                    self._cancelled.set()
                else:
                    threading.Thread(target=self.generate, args=(message,), daemon=True).start()
        self._closed.set()


if __name__ == "__main__":
    _Fake().run(sys.argv[1] if len(sys.argv) > 1 else "well")
