"""Labelling at scale: many items, several teachers, several processes; stopped or killed, the same call goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

from distill.teachers.cluster import on_cluster
from distill.teachers.judging import Closing, Opener, Task
from distill.teachers.protocol import PairItem
from distill.teachers.run_file import RunFile, opened_run
from distill.teachers.workers import Done, in_processes, in_this_process
from engine.cancellation import Progress
from engine.errors import InputError


def label(
    items: Sequence[PairItem], openers: Sequence[Opener], out: Path, workers: int = 1, ray_address: str = ""
) -> Generator[Progress, None, None]:
    """Ask all teachers about all items and keep what they say in the run file `out`; what it holds already is not asked again.

    `workers`: processes; with `ray_address`, actors on that existing Ray cluster. Closing the generator stops the work, and
    nothing that was kept is lost.

    Raises:
        InputError: the run cannot be written, a teacher cannot be asked at all, or workers died.
    """
    if workers < 1:
        raise InputError("Labelling needs one worker or more.")
    _distinct("item", [item.id for item in items])
    with opened_run(out) as run:
        tasks = _open_tasks(items, _named(openers), run)
        done = len(items) - len(tasks)
        yield Progress(done, len(items))
        if not tasks:
            return
        with closing(_spread(openers, tasks, workers, ray_address)) as results:
            for task, outcome in results:
                if outcome.fault is not None:
                    raise outcome.fault
                if outcome.bug:
                    raise RuntimeError(f"a teacher failed over the pair '{task.item.id}':\n{outcome.bug}")
                run.add(task.item, outcome.judgements)
                done += 1
                yield Progress(done, len(items))


def _spread(openers: Sequence[Opener], tasks: Sequence[Task], workers: int, ray_address: str) -> Generator[Done, None, None]:
    if ray_address:
        return on_cluster(openers, tasks, workers, ray_address)
    return in_this_process(openers, tasks) if workers == 1 else in_processes(openers, tasks, workers)


def _named(openers: Sequence[Opener]) -> list[tuple[str, str]]:
    """Name and version of each teacher: opening one is cheap, and this one judges nothing."""
    found = []
    for opener in openers:
        teacher = opener()
        found.append((teacher.name, teacher.version))
        if isinstance(teacher, Closing):
            teacher.close()
    _distinct("teacher", [f"{name} {version}" for name, version in found])
    return found


def _distinct(kind: str, names: Sequence[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(f"The {kind} '{twice[0]}' is there twice.")


def _open_tasks(items: Sequence[PairItem], named: Sequence[tuple[str, str]], run: RunFile) -> list[Task]:
    kept, tasks = run.done(), []
    for item in items:
        digest = item.digest()
        missing = tuple(place for place, (name, version) in enumerate(named) if (digest, name, version) not in kept)
        if missing:
            tasks.append(Task(item, missing))
    return tasks
