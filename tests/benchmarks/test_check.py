"""Speed as ratios measured side by side in one run: the check, the command, the window. Run with `make bench`."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from engine.application import Application
from engine.checking import CheckOptions
from engine.knowledge.store import KnowledgeStore

pytestmark = pytest.mark.benchmark

TWENTY_LINES = """warfarin 5 mg od
amiodarone 200 mg od
simvastatin 40 mg nocte
clarithromycin 500 mg bd
digoxin 125 mcg od
furosemide 40 mg od
ramipril 5 mg od
bisoprolol 2.5 mg od
metformin 1 g bd
gliclazide 80 mg bd
omeprazole 20 mg od
citalopram 20 mg od
tramadol 50 mg qds
ibuprofen 400 mg tds
prednisolone 5 mg od
allopurinol 100 mg od
levothyroxine 50 mcg od
salbutamol 100 mcg inh prn
calcium carbonate 1250 mg bd
zopiclone 7.5 mg nocte"""
# What the command imports, loaded as it loads it: naming pydantic alone would load nothing of it.
BARE_IMPORTS = """
import hashlib, json, sqlite3, typer
from importlib.metadata import version
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein
version("coprescribe")
"""
# Each prints the clock when its event loop first has nothing left to draw, ours also when the knowledge is open behind it.
EMPTY_WINDOW = """
import time
from PySide6.QtWidgets import QApplication, QMainWindow
from PySide6.QtCore import QTimer
app = QApplication([])
window = QMainWindow()
window.resize(1280, 800)
window.show()
QTimer.singleShot(0, lambda: (print(time.time()), app.quit()))
app.exec()
"""
OUR_WINDOW = """
import sys, time
from pathlib import Path
from PySide6.QtWidgets import QApplication
from PySide6.QtCore import QTimer
from desktop.opening import opener_of
from desktop.start import dress
from desktop.tasks import TaskRunner
from desktop.window import MainWindow
app = QApplication([])
dress(app)
window = MainWindow(opener_of(Path(sys.argv[1])), TaskRunner())
window.model.opened.connect(lambda: (print(time.time()), app.quit()))
window.show()
QTimer.singleShot(0, lambda: print(time.time()))
app.exec()
"""


def median_s(work: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def alternating_s(one: Callable[[], object], other: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Medians of two pieces of work done in turn, so that both meet the same load of the machine."""
    one_s, other_s = [], []
    for _ in range(repeats):
        one_s.append(median_s(one, 1))
        other_s.append(median_s(other, 1))
    return statistics.median(one_s), statistics.median(other_s)


def expanded_pairs(store: KnowledgeStore) -> pd.DataFrame:
    """Every pair of substances that a documented rule covers, names in alphabetical order, one row a rule."""
    members: dict[str, list[str]] = {}
    for membership in store.memberships.all():
        members.setdefault(f"@{membership.class_id}", []).append(membership.substance)
    names = {row.id: row.name for row in store.all_substances()}
    rows = [
        (*sorted((names[a], names[b])), rule.id)
        for rule in store.all_rules()
        for a in members.get(rule.a, [rule.a])
        for b in members.get(rule.b, [rule.b])
        if a != b
    ]
    return pd.DataFrame(rows, columns=["first", "second", "rule"]).drop_duplicates()


def test_twenty_lines_against_a_table_scan(application: Application) -> None:
    table = expanded_pairs(application.store)
    options = CheckOptions(with_alternatives=False)
    report = application.check(TWENTY_LINES, options=options)
    assert report.pairs_checked == 190
    names = [drug.name for drug in report.drugs]
    pairs = [tuple(sorted((a, b))) for place, a in enumerate(names) for b in names[place + 1 :]]

    def scan() -> int:
        return sum(len(table[(table["first"] == a) & (table["second"] == b)]) for a, b in pairs)

    indexed = table.set_index(["first", "second"]).sort_index()
    known = set(indexed.index)

    def look_up() -> int:
        return sum(len(indexed.loc[[pair]]) for pair in pairs if pair in known)

    assert scan() == look_up() > 20
    scan_s = median_s(scan, 3)
    ours_s = median_s(lambda: application.check(TWENTY_LINES, options=options), 15)
    with_alternatives_s = median_s(lambda: application.check(TWENTY_LINES), 5)
    look_up_s = median_s(look_up, 5)
    print(f"\n190 pairs, {len(table)} rows in the expanded table")
    print(f"  whole check {ours_s * 1000:.1f} ms; with alternatives {with_alternatives_s * 1000:.1f} ms")
    print(f"  pandas mask {scan_s * 1000:.0f} ms: {scan_s / ours_s:.0f} times the check (asked: 50)")
    print(f"  pandas indexed look-up {look_up_s * 1000:.1f} ms: {look_up_s / ours_s:.2f} times the check")
    assert scan_s / ours_s >= 50


def test_the_command_against_bare_imports(resources: Path) -> None:
    command = [sys.executable, "-m", "desktop.main", "check", "warfarin; aspirin", "--json", "--resources", str(resources)]
    bare = [sys.executable, "-c", BARE_IMPORTS]

    def run(arguments: list[str]) -> Callable[[], object]:
        return lambda: subprocess.run(arguments, check=True, capture_output=True)

    ours_s, bare_s = alternating_s(run(command), run(bare), 9)
    print(f"\ncoprescribe check {ours_s:.3f} s, bare imports {bare_s:.3f} s: {ours_s / bare_s:.2f} times (asked: at most 2)")
    assert ours_s / bare_s <= 2


def test_the_window_against_an_empty_one(resources: Path) -> None:
    def shown_s(code: str) -> list[float]:
        """Seconds from the start of the process to each time that it prints."""
        started = time.time()
        done = subprocess.run([sys.executable, "-c", code, str(resources)], check=True, capture_output=True, text=True)
        return [float(line) - started for line in done.stdout.splitlines()]

    pairs = [(shown_s(OUR_WINDOW), shown_s(EMPTY_WINDOW)) for _ in range(9)]
    ours_s = statistics.median(ours[0] for ours, _empty in pairs)
    ready_s = statistics.median(ours[1] for ours, _empty in pairs)
    empty_s = statistics.median(empty[0] for _ours, empty in pairs)
    print(f"\nwindow {ours_s:.3f} s, empty Qt window {empty_s:.3f} s: {ours_s / empty_s:.2f} times (asked: at most 2)")
    print(f"  ready to check after {ready_s:.3f} s: {ready_s / empty_s:.2f} times (opened behind the window)")
    assert ours_s / empty_s <= 2
