"""An answer of a reasoner while it is written under its automaton: the choices of the shipped worker, whoever computes logits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.reasoning.grammar import AnswerAutomaton, automaton_of, choices_of
from engine.reasoning.language import AXES, END, MANAGEMENT, Label, class_of, prompt_of
from engine.reasoning.pair_facts import PairFacts

_MOST_TOKENS = 160


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """An answer as tokens. `labels`: of severity, direction and mechanism, the log-probability of each label that could be said;
    a label that nothing else could take the place of has 0."""

    tokens: tuple[str, ...]
    labels: tuple[Mapping[str, float], ...]


# Answers to pairs, in their order: PyTorch while a student is made, the file as it ships.
Writing = Callable[[Sequence[PairFacts]], list[WrittenAnswer]]


def label_last(automaton: AnswerAutomaton) -> tuple[AnswerAutomaton, int]:
    """The automaton of answers whose label comes after the steps, and its start: an arm of the ablation, never shipped."""
    start, _direction, mechanism = automaton.watched
    begin = next(iter(automaton.moves[mechanism].values()))
    closing = {piece: after for piece, after in automaton.moves[begin].items() if piece in (MANAGEMENT, END)}
    moves = []
    for state, allowed in enumerate(automaton.moves):
        ends = END in allowed and (MANAGEMENT in allowed or MANAGEMENT not in closing)
        kept = {piece: after for piece, after in allowed.items() if piece not in closing} | automaton.moves[start]
        moves.append(kept if ends and _after_label(automaton, state) else allowed)
    after = len(moves)
    moves.append(closing)
    moves[mechanism] = dict.fromkeys(moves[mechanism], after)
    return AnswerAutomaton(moves, automaton.watched, automaton.final), begin


def _after_label(automaton: AnswerAutomaton, state: int) -> bool:
    """Whether steps can stand before this state: it is not the end of an answer that says that there is no interaction."""
    return len(automaton.moves[state]) > 1 and state not in automaton.watched


class AnswerRow:
    """An answer that is being written. `alone`: it ends after its label. `label`: where it is known, so that the reasoning alone
    is written."""

    def __init__(
        self,
        facts: PairFacts,
        ids: Mapping[str, int],
        *,
        label_first: bool = True,
        alone: bool = False,
        label: Label | None = None,
    ) -> None:
        self.prompt = tuple(ids[piece] for piece in prompt_of(facts))
        self._automaton, self._state = automaton_of(choices_of(facts, ids, label)), 0
        if not label_first:
            self._automaton, self._state = label_last(self._automaton)
        self._ids, self._alone = ids, alone
        self._written: list[str] = []
        self._labels: dict[int, Mapping[str, float]] = {}

    @property
    def over(self) -> bool:
        """Whether nothing more is written."""
        ended = self._state == self._automaton.final or len(self._written) >= _MOST_TOKENS
        return ended or (self._alone and len(self._labels) == len(_PLACES))

    @property
    def forced(self) -> bool:
        """Whether one token alone can come next, so that nothing has to be computed to choose it."""
        return len(self._automaton.moves[self._state]) == 1

    def choose(self, logits: NDArray[np.float32] | None) -> int:
        """The next token's id, which is noted. `logits` (vocabulary,) may be left out where it is forced."""
        allowed = self._automaton.moves[self._state]
        pieces = list(allowed)
        own = np.zeros(len(pieces)) if logits is None else logits[[self._ids[piece] for piece in pieces]].astype(np.float64)
        piece = pieces[int(own.argmax())]
        name, colon, _label = piece[1:-1].partition(":")
        if colon and name in _PLACES:
            shares = own - own.max()
            shares -= np.log(np.exp(shares).sum())
            told = zip(pieces, shares.tolist(), strict=True)
            self._labels[_PLACES[name]] = {class_of(one): share for one, share in told if one.startswith(f"<{name}:")}
        self._written.append(piece)
        self._state = allowed[piece]
        return self._ids[piece]

    def answer(self) -> WrittenAnswer:
        """The answer in the order in which answers are read: the label first, also where it was written last."""
        label = [piece for piece in self._written if piece[1:].partition(":")[0] in _PLACES]
        rest = [piece for piece in self._written if piece not in label]
        return WrittenAnswer((*label, *rest), tuple(self._labels[place] for place in sorted(self._labels)))


_PLACES: Mapping[str, int] = {axis: place for place, axis in enumerate(AXES)}
