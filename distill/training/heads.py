"""What a stage takes over from another: the encoder, and of the heads those that both have."""

from __future__ import annotations

from torch import Tensor

from distill.training.reader_model import Reader
from distill.training.tasks import Layout, in_both
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


def part_of(start: Reader, onto: Layout) -> Reader:
    """What a stage with this layout can start from: of a reader with two encoders that of pairs with its heads, or that of names
    where the stage asks no pairs; any other reader whole."""
    if start.pair_encoder is None:
        return start
    width, layout, pairs = int(start.name_head.in_features), start.layout, bool(onto.relations)
    part = (
        Reader(start.pair_encoder, width, Layout((), layout.relations))
        if pairs
        else Reader(start.encoder, width, Layout(layout.names, ()))
    )
    (part.relation_heads if pairs else part.name_head).load_state_dict(
        (start.relation_heads if pairs else start.name_head).state_dict()
    )
    return part


def side_by_side(names: Reader, pairs: Reader, onto: Reader) -> dict[str, Tensor]:
    """The weights of `onto`, a reader with two encoders: that of `names` and its names heads, that of `pairs` and its relation
    heads. All three have the heads that are taken from them.

    Raises:
        InputError: `names` lacks a names head.
    """
    wanted = Layout(onto.layout.names, ())
    if absent := {task.name for task, _at in wanted.names} & {*lacking(names, onto)}:
        raise InputError(f"The stage of the names has no head '{min(absent)}'.")
    of_names = taken_over(names, Reader(onto.encoder, int(onto.name_head.in_features), wanted), "of the names")
    found = {key: value.clone() for key, value in of_names.items()}
    for key, value in pairs.state_dict().items():
        if key.startswith("encoder."):
            found[f"pair_{key}"] = value
        elif key.startswith("relation_heads."):
            found[key] = value
    return found


def lacking(start: Reader, onto: Reader) -> tuple[str, ...]:
    """The heads of `onto` that `start` does not have, by name."""
    known = {task.name for task, _at in (*start.layout.names, *start.layout.relations)}
    return tuple(task.name for task, _at in (*onto.layout.names, *onto.layout.relations) if task.name not in known)
