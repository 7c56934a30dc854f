"""Work of teachers spread over an existing Ray cluster. Ray is imported here alone: it is an extra of its own."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from distill.teachers.judging import Judging, Opener, Task
from distill.teachers.workers import Done
from engine.errors import InputError


def on_cluster(openers: Sequence[Opener], tasks: Sequence[Task], workers: int, address: str) -> Generator[Done, None, None]:
    """Tasks in any order, by actors of the cluster at `address` ("auto" for the one of this machine).

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
    own = not ray.is_initialized()
    if own:
        try:
            ray.init(address=address, log_to_driver=False, logging_level="ERROR", configure_logging=False)
        except (ConnectionError, RayError, ValueError, RuntimeError, OSError) as error:
            raise InputError("The Ray cluster cannot be reached at the address given.") from error
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
        if own:
            ray.shutdown()
