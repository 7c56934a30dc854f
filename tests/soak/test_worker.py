"""The worker killed in the middle of answers, many times: each time one sentence, and the next answer is the same as ever."""

from __future__ import annotations

import os
import random
import signal
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import ProcessError
from engine.students.worker_client import ReasonerProcess
from tests.engine.students.children import children, held, linux_only, nothing_new
from tests.engine.students.tiny_reasoner import CONTEXT, PROMPT, TINY, endless, labelled

pytestmark = [pytest.mark.soak, linux_only]

KILLS = 50
_SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGILL)
_SAID = {signal.SIGKILL: "ended by the system", signal.SIGILL: "cannot run on this processor"}


def test_killed_many_times_in_the_middle_of_an_answer(chance: random.Random, note: Callable[[str], None]) -> None:
    before = held()
    reasoner = ReasonerProcess(TINY, CONTEXT, threads=1)
    expected = list(reasoner.generate(PROMPT, labelled(), max_tokens=9, time_limit_s=60))
    restarts = []
    for _ in range(KILLS):
        how = chance.choice(_SIGNALS)
        asked = reasoner.generate(PROMPT, endless(), max_tokens=10_000, time_limit_s=60)
        for _ in range(chance.randint(1, 30)):
            next(asked)
        (worker,) = children()
        os.kill(worker, how)
        with pytest.raises(ProcessError, match=_SAID.get(how, "stopped unexpectedly")):
            list(asked)
        assert children() == []
        started = time.perf_counter()
        assert list(reasoner.generate(PROMPT, labelled(), max_tokens=9, time_limit_s=60)) == expected
        restarts.append(time.perf_counter() - started)
        assert children() != [worker]
        assert not Path(f"/proc/{worker}").exists()
    reasoner.close()
    assert nothing_new(before)
    note(f"{KILLS} kills; the next answer came after {statistics.median(restarts):.2f} s (median), {max(restarts):.2f} s at most")
