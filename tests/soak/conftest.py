"""The soak's seed and its figures: printed, so that a run can be repeated and compared.

A run draws a new seed; `COPRESCRIBE_SOAK_SEED=number make soak` repeats one.
"""

import os
import random
import time
from collections.abc import Callable, Iterator

import pytest

from tests.soak.material import Dealer

SEED = pytest.StashKey[int]()
FIGURES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SEED] = int(os.environ.get("COPRESCRIBE_SOAK_SEED") or random.SystemRandom().randrange(10**9))
    config.stash[FIGURES] = []


def pytest_collection_finish(session: pytest.Session) -> None:
    """The seed at the start as well: a run that is cut off has no summary."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and any(item.get_closest_marker("soak") for item in session.items):
        reporter.write_line(f"soak, seed {session.config.stash[SEED]}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    figures = config.stash.get(FIGURES, [])
    if figures:
        terminalreporter.section(f"soak, seed {config.stash[SEED]}")
        for figure in figures:
            terminalreporter.write_line(figure)


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keeps a figure for the end of the run."""
    return lambda text: request.config.stash[FIGURES].append(f"{request.node.name}: {text}")


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The run's seed."""
    return request.config.stash[SEED]


@pytest.fixture
def chance(seed: int, request: pytest.FixtureRequest) -> random.Random:
    """Chance of one test: the same for a seed, whichever other tests run."""
    return random.Random(f"{seed} {request.node.name}")


@pytest.fixture
def dealer(chance: random.Random) -> Dealer:
    """Deals texts by this test's chance."""
    return Dealer(chance)


@pytest.fixture(autouse=True)
def seconds(note: Callable[[str], None], seed: int) -> Iterator[None]:
    """Says how long each test took; the seed is on standard output, which is shown with a failure."""
    print(f"seed {seed}")
    started = time.perf_counter()
    yield
    note(f"{time.perf_counter() - started:.1f} s")
