"""What a test leaves behind: processes of its own that still run or were never waited for, pipes and threads."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")


def children() -> list[int]:
    """Processes that this one started and has not waited for, ended ones included."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        # A thread may end while they are counted; what it started is then its process's.
        with suppress(FileNotFoundError, ProcessLookupError):
            found += [int(one) for one in (task / "children").read_text(encoding="ascii").split()]
    return found


def held() -> tuple[int, int, int]:
    """Numbers of children, open files and threads."""
    return len(children()), len(list(Path("/proc/self/fd").iterdir())), threading.active_count()
