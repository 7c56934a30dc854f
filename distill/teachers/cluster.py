"""Work of teachers spread over an existing Ray cluster. Ray is imported here alone: it is an extra of its own."""

from __future__ import annotations

import socket
from collections.abc import Generator, Sequence
from urllib.parse import urlsplit

from distill.teachers.judging import Judging, Opener, Task
from distill.teachers.workers import Done
from engine.errors import InputError

_CONNECT_S = 5.0
_NO_ADDRESS = "The address of a Ray cluster looks like 127.0.0.1:6379."
_UNREACHABLE = "The Ray cluster cannot be reached at the address given."


def on_cluster(openers: Sequence[Opener], tasks: Sequence[Task], workers: int, address: str) -> Generator[Done, None, None]:
    """Tasks in any order, by actors of the cluster whose head is at `address` (HOST:PORT, as `ray start --head` prints it).

    Each node needs this application, and what the teachers open (files, environment variables) at the same place.

    Raises:
        InputError: Ray is not installed, the cluster cannot be reached, or it lost a worker.
    """
    try:
        import ray
        from ray.exceptions import RayError
        from ray.util import ActorPool
    except ImportError as error:
        raise InputError("Labelling on a cluster needs Ray: install the extra 'ray'.") from error
    _see_that_it_listens(address)
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", configure_logging=False)
    except (ConnectionError, RayError, ValueError, RuntimeError, OSError) as error:
        raise InputError(_UNREACHABLE) from error
    try:
        # An actor for which there is no processor would wait for ever, with the tasks that it was given.
        processors = int(ray.cluster_resources().get("CPU", 0.0))
        if processors < 1:
            raise InputError("The Ray cluster has no processor to give.")
        remote = ray.remote(Judging)
        actors = [remote.remote(tuple(openers)) for _ in range(min(workers, processors, len(tasks)))]
        by_item = {task.item.id: task for task in tasks}
        answers = ActorPool(actors).map_unordered(lambda actor, task: actor.tagged.remote(task), tasks)
        for name, outcome in answers:
            yield by_item[name], outcome
        ray.get([actor.close.remote() for actor in actors])
    except RayError as error:
        raise InputError(
            "The Ray cluster lost a worker or the connection; what was judged is kept, and the same command goes on."
        ) from error
    finally:
        ray.shutdown()


def _see_that_it_listens(address: str) -> None:
    """Ray itself would try for minutes, and then end this process."""
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise InputError(_NO_ADDRESS) from error
    if not host or not port or f"{host}:{port}" != address.lower():
        raise InputError(_NO_ADDRESS)
    try:
        with socket.create_connection((host, port), timeout=_CONNECT_S):
            pass
    except OSError as error:
        raise InputError(_UNREACHABLE) from error
