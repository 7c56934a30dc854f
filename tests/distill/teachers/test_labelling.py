"""Many items by several processes: nothing lost, nothing twice, whatever dies; and what the file of a run holds."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from distill.teachers.judging import Opener
from distill.teachers.labelling import label
from distill.teachers.protocol import Hints, PairItem
from distill.teachers.run_file import counts_of, judgements_of, opened_run
from engine.cancellation import Progress
from engine.errors import InputError
from tests.distill.teachers.pairs import item
from tests.distill.teachers.toys import Toy

ROOT = Path(__file__).resolve().parents[3]


def items(count: int) -> list[PairItem]:
    return [item(number) for number in range(count)]


def labelled(count: int, openers: list[Opener], out: Path, workers: int = 1) -> Progress:
    return list(label(items(count), openers, out, workers))[-1]


@pytest.mark.parametrize("workers", [1, 3])
def test_every_item_is_judged_once_by_every_teacher(workers: int, tmp_path: Path) -> None:
    toy, other = Toy(tmp_path), Toy(tmp_path, name="other", pause_s=0.01)
    assert labelled(12, [toy, other], tmp_path / "run", workers) == Progress(12, 12)
    assert Counter(toy.asked()) == {f"{name} pair-{n}": 1 for n in range(12) for name in ("toy", "other")}
    assert 1 <= toy.processes() <= workers
    found = judgements_of(tmp_path / "run", items(12))
    assert [[one.teacher for one in found[f"pair-{n}"]] for n in range(12)] == [["other", "toy"]] * 12
    assert found["pair-3"][1] == toy.judge(item(3))
    counts = counts_of(one for several in found.values() for one in several)[("toy", "1")]
    assert (counts.judged, counts.abstained, counts.rejected) == (12, 1, Counter(unreadable=1))


def test_what_is_there_is_not_asked_again(tmp_path: Path) -> None:
    toy = Toy(tmp_path)
    labelled(3, [toy], tmp_path / "run")
    found = list(label(items(5), [toy], tmp_path / "run"))
    assert (found[0], found[-1]) == (Progress(3, 5), Progress(5, 5))
    assert len(toy.asked()) == 5
    # Another version of the teacher, a teacher more, or other facts of a pair are another question.
    labelled(5, [toy, replace(toy, version="2"), replace(toy, name="other")], tmp_path / "run")
    assert len(toy.asked()) == 15
    told = [replace(item(0), hints=Hints("both"))]
    list(label(told, [toy], tmp_path / "run"))
    assert len(toy.asked()) == 16
    assert [one.version for one in judgements_of(tmp_path / "run", told)["pair-0"]] == ["1"]


def test_a_stopped_run_goes_on(tmp_path: Path) -> None:
    toy = Toy(tmp_path, pause_s=0.01)
    for workers in (1, 2):
        with closing(label(items(30), [toy], tmp_path / "run", workers)) as run:
            for at in run:
                if at.done >= 10 * workers:
                    break
    labelled(30, [toy], tmp_path / "run", 2)
    assert set(toy.asked()) == {f"toy pair-{n}" for n in range(30)}
    # At most what each worker had in hand was asked twice.
    assert len(toy.asked()) <= 30 + 2 * 2
    assert all(len(found) == 1 for found in judgements_of(tmp_path / "run", items(30)).values())


def test_a_worker_that_dies_costs_one_item_another_try(tmp_path: Path) -> None:
    toy = Toy(tmp_path, deaths={"pair-4": 1, "pair-0": 1})
    assert labelled(9, [toy], tmp_path / "run", 2) == Progress(9, 9)
    assert Counter(toy.asked())["toy pair-4"] == 2
    assert all(len(found) == 1 for found in judgements_of(tmp_path / "run", items(9)).values())


def test_an_item_that_kills_two_workers_ends_the_run_and_keeps_the_rest(tmp_path: Path) -> None:
    toy = Toy(tmp_path, deaths={"pair-5": 2})
    with pytest.raises(InputError, match=r"Two worker processes died as teachers judged the pair 'pair-5'"):
        labelled(6, [toy], tmp_path / "run", 2)
    # The memory was at fault, say: with more of it, the run ends well.
    assert labelled(6, [toy], tmp_path / "run", 2) == Progress(6, 6)


@pytest.mark.parametrize("workers", [1, 2])
def test_faults_and_bugs_of_teachers_end_the_run(workers: int, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="on strike"):
        labelled(3, [Toy(tmp_path, faults=("pair-1",))], tmp_path / "run", workers)
    with pytest.raises(RuntimeError, match=r"failed over the pair 'pair-1'(.|\n)*KeyError: 'a bug'"):
        labelled(3, [Toy(tmp_path, bugs=("pair-1",))], tmp_path / "run", workers)
    assert labelled(3, [Toy(tmp_path)], tmp_path / "run", workers) == Progress(3, 3)


def test_what_cannot_be_labelled(tmp_path: Path) -> None:
    toy = Toy(tmp_path)
    with pytest.raises(InputError, match="The item 'pair-0' is there twice"):
        list(label([item(), item()], [toy], tmp_path / "run"))
    with pytest.raises(InputError, match="The teacher 'toy 1' is there twice"):
        list(label([item()], [toy, toy], tmp_path / "run"))
    with pytest.raises(InputError, match="one worker or more"):
        list(label([item()], [toy], tmp_path / "run", 0))


@pytest.mark.parametrize("content", [b"hello", b"SQLite format 3\0" + b"x" * 200])
def test_a_file_that_is_no_run_stays_as_it_is(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "run").write_bytes(content)
    with pytest.raises(InputError, match="does not hold a labelling run"):
        labelled(1, [Toy(tmp_path)], tmp_path / "run")
    assert (tmp_path / "run").read_bytes() == content


def test_a_database_of_another_kind_or_format_is_refused(tmp_path: Path) -> None:
    labelled(1, [Toy(tmp_path)], tmp_path / "run")
    for statement, words in (("PRAGMA user_version = 2", "of a format"), ("PRAGMA application_id = 5", "does not hold")):
        with closing(sqlite3.connect(tmp_path / "run")) as database:
            database.execute(statement)
        with pytest.raises(InputError, match=words):
            labelled(1, [Toy(tmp_path)], tmp_path / "run")


def test_a_judgement_that_was_changed_is_refused(tmp_path: Path) -> None:
    labelled(1, [Toy(tmp_path)], tmp_path / "run")
    with closing(sqlite3.connect(tmp_path / "run")) as database:
        database.execute("UPDATE judgements SET judgement = REPLACE(judgement, 'major', 'minor')")
        database.commit()
    with pytest.raises(InputError, match="damaged"):
        judgements_of(tmp_path / "run", items(1))


def test_a_run_has_one_writer(tmp_path: Path) -> None:
    with opened_run(tmp_path / "run"), pytest.raises(InputError, match="Another program is writing a labelling run"):
        labelled(1, [Toy(tmp_path)], tmp_path / "run")


def test_a_run_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        labelled(1, [Toy(tmp_path)], tmp_path / "nowhere" / "run")


SCRIPT = """
import sys
from pathlib import Path
from distill.teachers.labelling import label
from tests.distill.teachers.pairs import item
from tests.distill.teachers.toys import Toy

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for at in label([item(n) for n in range(60)], [Toy(folder, pause_s=0.02)], folder / "run", int(sys.argv[2])):
        print(at.done, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_and_resumed_without_a_lost_or_repeated_item(workers: int, tmp_path: Path) -> None:
    script = tmp_path / "run_it.py"
    script.write_text(SCRIPT, encoding="utf-8")
    command = [sys.executable, str(script), str(tmp_path), str(workers)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    kept: list[int] = []
    for least in (15, 35):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if int(line) >= least:
                    process.send_signal(signal.SIGKILL)
                    break
            process.wait(30)
        kept.append(len(judged_once(tmp_path, 60)))
        assert kept[-1] >= least
    assert kept[1] < 60
    # Workers whose program was killed end by themselves.
    ends = time.monotonic() + 30
    while time.monotonic() < ends and any(alive(int(path.stem)) for path in tmp_path.glob("*.txt")):
        time.sleep(0.05)
    assert not any(alive(int(path.stem)) for path in tmp_path.glob("*.txt"))
    subprocess.run(command, env=environment, check=True, timeout=120, stdout=subprocess.DEVNULL)
    assert judged_once(tmp_path, 60) == {f"pair-{n}" for n in range(60)}
    # What was kept was not asked again: only what the workers had in hand at each kill was.
    assert len(Toy(tmp_path).asked()) <= 60 + 2 * 2 * workers


def judged_once(folder: Path, count: int) -> set[str]:
    found = judgements_of(folder / "run", items(count))
    assert all(len(several) <= 1 for several in found.values())
    return {name for name, several in found.items() if several}


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody has asked for is still listed.
    return "Z" not in Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]


def test_a_cluster_without_ray_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match="Labelling on a cluster needs Ray: install the extra 'ray'"):
        list(label(items(1), [Toy(tmp_path)], tmp_path / "run", 2, "127.0.0.1:6379"))
