"""Labelling on a Ray cluster of two workers that was there before. Skipped where the extra `ray` is not installed."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("ray")

import ray

from distill.teachers.labelling import label
from distill.teachers.run_file import judgements_of
from engine.cancellation import Progress
from engine.errors import InputError
from tests.distill.teachers.pairs import item
from tests.distill.teachers.toys import Toy

# Ray's own code: sockets and files that its processes hold until they end, and names that it is about to rename.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray"),
    pytest.mark.filterwarnings("ignore::FutureWarning:ray"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A cluster of this machine with two processors, in processes of its own."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        # A cluster tells its makers of its use unless it is told not to.
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
        yield cluster.address
        cluster.shutdown()


def test_two_workers_of_a_cluster_judge_every_item_once(address: str, tmp_path: Path) -> None:
    items = [item(number) for number in range(24)]
    toy, other = Toy(tmp_path, pause_s=0.05), Toy(tmp_path, name="other")
    first = list(label(items[:8], [toy], tmp_path / "run", 2, address))
    assert first[-1] == Progress(8, 8)
    # More workers than processors are not waited for; what is there is not asked again.
    assert list(label(items, [toy, other], tmp_path / "run", 5, address))[-1] == Progress(24, 24)
    assert Counter(toy.asked()) == {f"{name} {one.id}": 1 for one in items for name in ("toy", "other")}
    assert not (tmp_path / f"{os.getpid()}.txt").exists()
    assert toy.processes() >= 2
    found = judgements_of(tmp_path / "run", items)
    assert [[one.teacher for one in found[each.id]] for each in items] == [["other", "toy"]] * 24
    assert not ray.is_initialized()


def test_faults_of_a_teacher_come_back_from_the_cluster(address: str, tmp_path: Path) -> None:
    items = [item(number) for number in range(3)]
    with pytest.raises(InputError, match="on strike"):
        list(label(items, [Toy(tmp_path, faults=("pair-1",))], tmp_path / "run", 2, address))
    with pytest.raises(RuntimeError, match="KeyError: 'a bug'"):
        list(label(items, [Toy(tmp_path, bugs=("pair-1",))], tmp_path / "run", 2, address))
    with pytest.raises(InputError, match="lost a worker or the connection"):
        list(label(items, [Toy(tmp_path, deaths={"pair-2": 9})], tmp_path / "another", 2, address))
    assert list(label(items, [Toy(tmp_path)], tmp_path / "another", 2, address))[-1] == Progress(3, 3)


@pytest.mark.parametrize("given", ["127.0.0.1:9", "auto", "ray://127.0.0.1:10001", "127.0.0.1", "[::1", "127.0.0.1:0", "x:99999"])
def test_a_cluster_that_is_not_there(given: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be reached|looks like 127\.0\.0\.1:6379"):
        list(label([item()], [Toy(tmp_path)], tmp_path / "run", 2, given))
