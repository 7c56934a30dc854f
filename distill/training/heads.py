"""What a stage takes over from another: the encoder, and of the heads those that both have."""

from __future__ import annotations

from torch import Tensor

from distill.training.reader_model import Reader
from distill.training.tasks import in_both
from engine.errors import InputError


def taken_over(start: Reader, onto: Reader, name: str) -> dict[str, Tensor]:
    """The weights of `onto` with the encoder of `start` and every head that both have; a head that only `onto` has keeps its own.
    `name`: of the stage that left `start`, for people.

    Raises:
        InputError: the encoders differ in shape, or no head is in both.
    """
    if len(lacking(start, onto)) == len(onto.layout.names) + len(onto.layout.relations):
        raise InputError(f"The stage '{name}' has none of the heads that are wanted here.")
    theirs, found = start.state_dict(), {key: value.clone() for key, value in onto.state_dict().items()}
    encoders = [{key: value.shape for key, value in state.items() if key.startswith("encoder.")} for state in (theirs, found)]
    if encoders[0] != encoders[1]:
        raise InputError(f"The stage '{name}' has another encoder: its weights are others.")
    for key in found:
        if not key.startswith("name_head.") and key in theirs:
            found[key] = theirs[key]
    for _task, mine, own in in_both(onto.layout.names, start.layout.names):
        for part in ("name_head.weight", "name_head.bias"):
            found[part][mine] = theirs[part][own]
    return found


def lacking(start: Reader, onto: Reader) -> tuple[str, ...]:
    """The heads of `onto` that `start` does not have, by name."""
    known = {task.name for task, _at in (*start.layout.names, *start.layout.relations)}
    return tuple(task.name for task, _at in (*onto.layout.names, *onto.layout.relations) if task.name not in known)
