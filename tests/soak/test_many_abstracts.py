"""Ten thousand abstracts: how fast, in how much memory, and killed and gone on with as if nothing had been."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.installation import find_installation
from engine.reading.batch_file import verify
from engine.reading.batch_rows import RunRows

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory as Linux tells it, kills as POSIX does"),
]

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "pubmedqa" / "ori_pqal.json"
COUNT = 10_000
WITH_STUDENT = 200
# Of a process that has read a tenth already: what it needs for one abstract is there.
MOST_GROWTH_MB = 25.0
TIMEOUT_S = 1800

needs_data = pytest.mark.skipif(not DATA.is_file(), reason="the abstracts are not at hand")


def start(run: Path, count: int, *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.soak.many_abstracts", str(run), str(count), str(DATA), *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def figures(process: "subprocess.Popen[str]") -> list[tuple[float, float, int, float]]:
    """Seconds, seconds of the processor, abstracts and MB, as the process went."""
    out, err = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0, err
    rows = (line.split() for line in out.splitlines())
    return [(float(wall), float(cpu), int(done), float(mb)) for wall, cpu, done, mb in rows]


def grown_mb(rows: list[tuple[float, float, int, float]]) -> float:
    """How much more memory the end needs than the first tenth."""
    return max(row[3] for row in rows) - max(row[3] for row in rows[: max(1, len(rows) // 10)])


def counted(run: Path) -> tuple[int, int]:
    for _ in verify(run):
        pass
    summary = RunRows(run).summary()
    return summary.abstracts, summary.relations


@needs_data
def test_ten_thousand_killed_and_gone_on_with(tmp_path: Path, note: Callable[[str], None]) -> None:
    whole, killed = tmp_path / "whole.run", tmp_path / "killed.run"
    rows = figures(start(whole, COUNT, "fake"))
    note(f"{COUNT} abstracts without a student: {COUNT / rows[-1][0]:.0f} a second; memory grew by {grown_mb(rows):.1f} MB")
    assert grown_mb(rows) < MOST_GROWTH_MB
    kept = [0]
    for _ in range(3):
        process = start(killed, COUNT, "slow")
        # Somewhere in the middle of a second's work that is not written yet; its pauses alone take two, and each is written.
        for line in process.stdout or ():
            if int(line.split()[2]) >= kept[-1] + COUNT // 5:
                break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kept.append(counted(killed)[0])
        assert kept[-1] > kept[-2]
    note(f"killed three times, {kept[1:]} abstracts were kept")
    figures(start(killed, COUNT, "fake"))
    assert counted(killed) == counted(whole)
    assert counted(killed)[0] == COUNT
    assert RunRows(killed).summary().duplicates == 0
    note(f"the run's file: {whole.stat().st_size / 1e6:.1f} MB")


@needs_data
def test_with_the_student_memory_is_flat(tmp_path: Path, note: Callable[[str], None]) -> None:
    if not (find_installation().students / "reader" / "model.onnx").is_file():
        pytest.skip("there is no student")
    run = tmp_path / "student.run"
    rows = figures(start(run, WITH_STUDENT))
    wall, cpu, done, _ = rows[-1]
    note(f"{done} abstracts with the student: {done / wall:.1f} a second, {cpu / done:.2f} s of the processor each")
    note(f"memory {rows[0][3]:.0f} MB after {rows[0][2]}, {rows[-1][3]:.0f} MB at the end")
    assert counted(run)[0] == WITH_STUDENT
    assert rows[-1][3] - rows[0][3] < MOST_GROWTH_MB * 2
