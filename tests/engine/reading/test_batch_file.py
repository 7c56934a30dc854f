"""The file of a run: damaged anywhere it is refused or reads the same, and killed anywhere it loses nothing."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.reading.batch_file import FORMAT, RUN_SUFFIX, connected, delete_run, run_exists, seal, verify
from engine.reading.batch_rows import RunRows
from tests.engine.reading.batching import UNREADABLE, abstract, run

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("good") / f"run{RUN_SUFFIX}"
    run(place, [*(abstract(n) for n in range(30)), abstract(3), abstract(99, UNREADABLE)])
    return place


def verified(place: Path) -> int:
    """Abstracts of a run whose every row was looked at."""
    steps = verify(place)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return int(stop.value.abstracts)


def content(place: Path) -> str:
    rows = RunRows(place)
    return repr([rows.header(), *rows.abstracts(), *rows.relations(), *rows.pairs(), *rows.remarks(), rows.text(1)])


def refusal(damaged: Path, good: Path) -> str:
    """The sentence that meets the damage; empty where it changes nothing."""
    try:
        verified(damaged)
    except InputError as error:
        return error.sentence
    assert content(damaged) == content(good)
    return ""


@settings(max_examples=400)
@given(data=st.data())
def test_a_changed_byte_is_refused_or_changes_nothing(
    good: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray(good.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    damaged = tmp_path_factory.mktemp("changed") / "run.run"
    damaged.write_bytes(bytes(raw))
    said = refusal(damaged, good)
    assert not said or said.endswith(".")


@settings(max_examples=60)
@given(data=st.data())
def test_a_cut_file_is_refused(good: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    raw = good.read_bytes()
    damaged = tmp_path_factory.mktemp("cut") / "run.run"
    damaged.write_bytes(raw[: data.draw(st.integers(1, len(raw) - 1))])
    assert refusal(damaged, good).endswith(".")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE relations SET first = 'heparin' WHERE number = 3",
        "UPDATE relations SET probability = 0.99 WHERE number = 3",
        "UPDATE abstracts SET text = '' WHERE number = 1",
        "UPDATE run SET finished = 0",
        "UPDATE pairs SET second = 'heparin'",
        "DELETE FROM relations WHERE number = 30",
        "DELETE FROM abstracts WHERE number = 30",
        "DELETE FROM notes",
        "DELETE FROM run",
        "DROP TABLE notes",
    ],
)
def test_a_change_that_the_database_allows_is_refused(good: Path, tmp_path: Path, statement: str) -> None:
    damaged = Path(shutil.copy(good, tmp_path / "run.run"))
    database = sqlite3.connect(damaged)
    database.execute(statement)
    database.commit()
    database.close()
    with pytest.raises(InputError, match="is damaged"):
        verified(damaged)


def test_the_good_one_is_good(good: Path) -> None:
    assert verified(good) == 30


def test_a_newer_format_and_another_database_are_told_apart(good: Path, tmp_path: Path) -> None:
    newer = Path(shutil.copy(good, tmp_path / "run.run"))
    for statement, says in ((f"PRAGMA user_version = {FORMAT + 1}", "of a format"), ("PRAGMA application_id = 5", "is no run")):
        database = sqlite3.connect(newer)
        database.execute(statement)
        database.commit()
        database.close()
        with pytest.raises(InputError, match=says):
            verified(newer)


def test_what_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no run"), connected(tmp_path / "none.run"):
        pass
    with pytest.raises(InputError, match="cannot be used"):
        run_exists(tmp_path / "a\0b")
    delete_run(tmp_path / "none.run")


def test_a_seal_tells_kinds_and_borders_apart() -> None:
    assert len({seal(values) for values in ((1, "2"), ("1", 2), (12,), ("12",), (1.0, 2), (None, "12"), ("", "12"))}) == 7


WORKER = """
import sys, time
from pathlib import Path
from tests.engine.reading.batching import abstract, run, reader
def slowly():
    for number in range(400):
        time.sleep(0.005)
        yield abstract(number - 1 if number % 10 == 9 else number)
run(Path(sys.argv[1]), slowly())
"""


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_killed_at_any_moment_it_goes_on_without_loss_or_doubling(tmp_path: Path) -> None:
    place, whole = tmp_path / "killed.run", tmp_path / "whole.run"
    command = [sys.executable, "-c", WORKER]
    kept = []
    for wait_s in (1.6, 1.1, 0.4, 1.3):
        before = place.stat().st_mtime_ns if place.exists() else 0
        process = subprocess.Popen([*command, str(place)], cwd=ROOT, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        # From its first write on, wherever it happens to be.
        while process.poll() is None and (not place.exists() or place.stat().st_mtime_ns == before):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(wait_s)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kept.append(verified(place))
    assert kept == sorted(kept)
    assert kept[-1] > 0
    for path in (place, whole):
        done = subprocess.run([*command, str(path)], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
        assert verified(path) == 360
    rows, expected = RunRows(place), RunRows(whole)
    assert [one.pmid for one in rows.abstracts()] == [one.pmid for one in expected.abstracts()]
    assert [(one.pmid, one.sentence) for one in rows.relations()] == [(one.pmid, one.sentence) for one in expected.relations()]
    assert rows.summary().duplicates == expected.summary().duplicates == 40


@pytest.mark.parametrize(
    "ask",
    [
        "SELECT (SELECT COUNT(*) FROM relations r WHERE r.abstract = a.number) FROM abstracts a",
        "SELECT COUNT(*) FROM pairs p JOIN relations r ON r.pair = p.number WHERE p.number = 1",
    ],
)
def test_rows_of_one_abstract_or_pair_are_found_by_index(good: Path, ask: str) -> None:
    # Without it, a table of ten thousand abstracts takes minutes.
    with connected(good) as database:
        plan = " ".join(row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {ask}"))
    assert "SEARCH r USING" in plan
