"""What a test leaves behind: processes of its own that still run or were never waited for, pipes and threads."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

_SLOW_S, _LOOK_S = 5.0, 0.02
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")


def children() -> list[int]:
    """Processes that this one started and has not waited for, ended ones included.

    Python's own, which looks after shared memory from the first use of `multiprocessing` on, lives as long as this one.
    """
    found = []
    for task in Path("/proc/self/task").iterdir():
        # A thread may end while they are counted; what it started is then its process's.
        with suppress(FileNotFoundError, ProcessLookupError):
            found += [int(one) for one in (task / "children").read_text(encoding="ascii").split()]
    return [one for one in found if b"multiprocessing.resource_tracker" not in _command_of(one)]


def _command_of(process: int) -> bytes:
    """What it was started as; empty for one that has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def held() -> tuple[int, int, int]:
    """Numbers of children, open files and threads."""
    return len(children()), len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


def nothing_new(before: tuple[int, int, int]) -> bool:
    """Whether no more is held than before; what earlier tests have left may end in the meantime. What is left for good is still
    there after seconds, what a busy machine is slow to end is not."""
    until = time.monotonic() + _SLOW_S
    while True:
        found = held()
        if all(now <= then for now, then in zip(found, before, strict=True)):
            return True
        if time.monotonic() > until:
            print(f"children, open files, threads: {found}, before {before}")
            return False
        time.sleep(_LOOK_S)
