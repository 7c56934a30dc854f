"""What we call of ray.util."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

_T = TypeVar("_T")

class ActorPool:
    def __init__(self, actors: Sequence[object]) -> None: ...
    def map_unordered(self, fn: Callable[[Any, _T], object], values: Iterable[_T]) -> Iterator[Any]: ...
