"""What a network shows, without widgets: a page makes it of what it has, and is told the key of the edge that is chosen."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

NodeKind = Literal["medicine", "disease", "protein", "other"]


@dataclass(frozen=True, slots=True)
class NetworkNode:
    """A name. `key` tells it from others; `known` says whether it is in knowledge."""

    key: str
    name: str
    kind: NodeKind = "medicine"
    known: bool = True


@dataclass(frozen=True, slots=True)
class NetworkEdge:
    """What was read of two names.

    `key`: what is told when the edge is chosen. `first`, `second`: keys of the nodes. `task`, `label`: class of the relation.
    `probability`: 0 to 1, the width. `unsure`: drawn dashed. `changes`: key of the node whose exposure or effect changes by plain
    words, else None. `note`: what else is said of it in the list, as a sentence. `words`: said in place of class and probability,
    where an edge stands for many relations; `tag`: what stands on it then.
    """

    key: Hashable
    first: str
    second: str
    task: str
    label: str
    probability: float
    unsure: bool = False
    changes: str | None = None
    note: str = ""
    words: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class NetworkData:
    """A network. `left_out` says in a sentence what is not drawn, if anything; `lines` what a line means, where it is something
    else than a relation.

    Raises:
        ValueError: two nodes or two edges have one key, or an edge names a node that is not there.
    """

    nodes: tuple[NetworkNode, ...]
    edges: tuple[NetworkEdge, ...]
    left_out: str = ""
    lines: str = ""

    def __post_init__(self) -> None:
        keys = {node.key for node in self.nodes}
        if len(keys) != len(self.nodes) or len({edge.key for edge in self.edges}) != len(self.edges):
            raise ValueError("each node and each edge of a network has a key of its own")
        if any(end not in keys for edge in self.edges for end in (edge.first, edge.second)):
            raise ValueError("an edge of a network joins two of its nodes")
