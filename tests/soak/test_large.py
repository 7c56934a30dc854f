"""Five hundred medicines: seconds, and memory that stays where it is."""

import gc
import random
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.application import Application
from engine.prescriptions.parser import MAX_ITEMS
from tests.soak.material import Dealer, substance_names

pytestmark = pytest.mark.soak

Note = Callable[[str], None]
MOST_SECONDS = 60.0
MOST_RESIDENT_MB = 1_000
REPEATS = 200
WARM_UP = 20
MOST_GROWTH_MB = 2.0


def resident_mb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def test_five_hundred_medicines(application: Application, chance: random.Random, note: Note) -> None:
    # Names of one word: a comma or an "and" in a name may be read as a list of several.
    names = [name for name in substance_names() if name.isalpha()]
    text = "\n".join(f"{name} 10 mg po od" for name in chance.sample(names, MAX_ITEMS))
    started = time.process_time()
    report = application.check(text)
    seconds = time.process_time() - started
    started = time.process_time()
    written = report.model_dump_json()
    note(
        f"{len(report.drugs)} medicines, {report.pairs_checked} pairs, {len(report.interactions)} findings in {seconds:.1f} s; "
        f"{len(written) / 1e6:.0f} MB of JSON in {time.process_time() - started:.1f} s; {resident_mb():.0f} MB resident"
    )
    assert seconds < MOST_SECONDS
    assert resident_mb() < MOST_RESIDENT_MB
    assert report.pairs_checked + report.pairs_not_checked >= MAX_ITEMS * (MAX_ITEMS - 1) // 2 * 0.9


def test_repeated_checks_leave_nothing_behind(application: Application, dealer: Dealer, note: Note) -> None:
    texts = ["\n".join(dealer.medicine() for _ in range(15)) for _ in range(10)]
    for text in texts * (WARM_UP // len(texts)):
        application.check(text)
    gc.collect()
    tracemalloc.start()
    try:
        for text in texts:
            application.check(text)
        gc.collect()
        before, before_resident = tracemalloc.get_traced_memory()[0], resident_mb()
        for number in range(REPEATS):
            application.check(texts[number % len(texts)])
        gc.collect()
        grown = (tracemalloc.get_traced_memory()[0] - before) / 1e6
    finally:
        tracemalloc.stop()
    note(f"{REPEATS} checks: {grown:+.2f} MB traced, {resident_mb() - before_resident:+.1f} MB resident")
    assert grown < MOST_GROWTH_MB


def test_new_names_do_not_pile_up(application: Application, dealer: Dealer, note: Note) -> None:
    for _ in range(WARM_UP):
        application.check(dealer.text())
    gc.collect()
    before = resident_mb()
    for _ in range(REPEATS):
        application.check("\n".join(dealer.noise() for _ in range(30)))
    gc.collect()
    grown = resident_mb() - before
    note(f"{REPEATS} lists of 30 unknown lines: {grown:+.1f} MB resident")
    assert grown < 30
