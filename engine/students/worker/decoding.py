"""Writing an answer: the prompt is read, and tokens are chosen among those that the automaton allows until it ends.

Forced tokens cost no choice: they are told at once and computed together with what comes next. Nothing here knows llama.cpp.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

# Tokens that come quicker than this are told together: each telling wakes the application, which costs as much as a small model's
# token. Nobody sees so short a wait.
TELLING_S = 0.005

Ending = Literal["final", "tokens", "time", "context", "cancelled"]


class StoppedError(Exception):
    """Raised by a model that was told to stop while it computed."""


class Model(Protocol):
    """What decoding needs of a model with one cache of tokens."""

    @property
    def room(self) -> int:
        """How many more tokens the context takes."""
        ...

    def keep(self, prompt: Sequence[int]) -> int:
        """Forget all of the cache but what can be used again for a prompt; how many tokens of it that is, never all."""
        ...

    def read(self, tokens: Sequence[int], stopped: Callable[[], bool]) -> NDArray[np.float32]:
        """Add tokens to the cache; the logits (vocabulary,) of what comes next, until the next call. Raises StoppedError."""
        ...


class Automaton(Protocol):
    """What may be written; see `engine.students.automaton`."""

    @property
    def final(self) -> frozenset[int]:
        """States that end it."""
        ...

    @property
    def watched(self) -> frozenset[int]:
        """States whose whole distribution is told."""
        ...

    def moves(self, state: int) -> Mapping[int, int]:
        """The tokens allowed in a state, and the states after them."""
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written. `temperature` 0 takes the most probable token; otherwise `seed` decides."""

    prompt: tuple[int, ...]
    automaton: Automaton
    max_tokens: int
    time_limit_s: float
    temperature: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """One token. `probability`: among the allowed ones; `distribution`: of all allowed ones (ids, probabilities), if watched."""

    token: int
    probability: float
    distribution: tuple[list[int], list[float]] | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """How it went. `first_s` is until the first token that had to be chosen was there (0 where none had); `read_tokens` of the
    prompt were computed and the others found in the cache."""

    ending: Ending
    prompt_tokens: int
    cached_tokens: int
    written_tokens: int
    forced_tokens: int
    seconds: float
    first_s: float


class Decoder:
    """Follows one order."""

    def __init__(self, model: Model, order: Order, cancelled: Callable[[], bool]) -> None:
        self._model = model
        self._order = order
        self._cancelled = cancelled
        self._started = time.monotonic()
        self._state = 0
        self._written = self._forced = 0
        self._first_s = 0.0
        self._random = np.random.default_rng(order.seed) if order.temperature > 0 else None

    def run(self, tell: Callable[[list[Written]], None]) -> Figures:
        """Write; `tell` is given tokens as they come, those of some hundredths of a second at a time."""
        prompt = self._order.prompt
        cached = self._model.keep(prompt)
        waiting = list(prompt[cached:])
        fresh: list[Written] = []
        told = -math.inf
        ending: Ending | None = None
        try:
            while ending is None:
                fresh += self._force(waiting)
                if fresh and time.monotonic() - told > TELLING_S:
                    tell(fresh)
                    fresh, told = [], time.monotonic()
                ending = self._over(len(waiting))
                if ending is None:
                    fresh.append(self._choose(self._model.read(waiting, self._stopped)))
                    waiting = [fresh[-1].token]
        except StoppedError:
            ending = "cancelled" if self._cancelled() else "time"
        if fresh:
            tell(fresh)
        seconds = time.monotonic() - self._started
        return Figures(ending, len(prompt), cached, self._written, self._forced, seconds, self._first_s)

    def _stopped(self) -> bool:
        return self._cancelled() or time.monotonic() - self._started > self._order.time_limit_s

    def _force(self, waiting: list[int]) -> list[Written]:
        """Tokens that have no alternative, which are added to what waits to be read."""
        found = []
        automaton = self._order.automaton
        moves = automaton.moves(self._state)
        while len(moves) == 1 and self._written < self._order.max_tokens:
            ((token, after),) = moves.items()
            watched = self._state in automaton.watched
            found.append(Written(token, 1.0, ([token], [1.0]) if watched else None))
            waiting.append(token)
            self._written += 1
            self._forced += 1
            self._state = after
            moves = automaton.moves(after)
        return found

    def _over(self, waiting: int) -> Ending | None:
        if self._state in self._order.automaton.final:
            return "final"
        if self._written >= self._order.max_tokens:
            return "tokens"
        if waiting > self._model.room:
            return "context"
        if self._stopped():
            return "cancelled" if self._cancelled() else "time"
        return None

    def _choose(self, logits: NDArray[np.float32]) -> Written:
        moves = self._order.automaton.moves(self._state)
        tokens = [*moves]
        # A step of an answer allows few tokens, for which plain numbers are quicker than arrays.
        own: list[float] = logits[tokens].tolist()
        most = max(own)
        powers = [math.exp(one - most) for one in own]
        whole = math.fsum(powers)
        if not math.isfinite(whole):
            raise ArithmeticError("the model's answer is no number")
        taken = own.index(most) if self._random is None else self._drawn(own, self._random)
        self._written += 1
        if not self._first_s:
            self._first_s = time.monotonic() - self._started
        distribution = None
        if self._state in self._order.automaton.watched:
            distribution = (tokens, [one / whole for one in powers])
        self._state = moves[tokens[taken]]
        return Written(tokens[taken], powers[taken] / whole, distribution)

    def _drawn(self, logits: list[float], random: np.random.Generator) -> int:
        scaled = np.array(logits) / self._order.temperature
        powers = np.exp(scaled - scaled.max())
        return int(random.choice(len(powers), p=powers / powers.sum()))
