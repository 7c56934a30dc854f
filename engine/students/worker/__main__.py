"""`python -m engine.students.worker`: the worker from source; a frozen program is started with `--worker` instead."""

from __future__ import annotations

import sys

from engine.students.worker.serving import run_worker

if __name__ == "__main__":
    sys.exit(run_worker())
