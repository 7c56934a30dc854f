"""What a reasoner in PyTorch writes about many pairs at once, each under its own automaton: the choices of the shipped worker."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from distill.training.reasoner_model import Reasoner
from distill.training.reasoner_tokens import PAD, domain_ids
from engine.reasoning.grammar import AnswerAutomaton, automaton_of, choices_of
from engine.reasoning.language import AXES, END, MANAGEMENT, prompt_of
from engine.reasoning.pair_facts import PairFacts

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_MOST_TOKENS = 160
_ROWS = 64


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
    """An answer that is being written. `alone`: it ends after its label."""

    def __init__(self, facts: PairFacts, ids: Mapping[str, int], *, label_first: bool = True, alone: bool = False) -> None:
        self.prompt = tuple(ids[piece] for piece in prompt_of(facts))
        self._automaton, self._state = automaton_of(choices_of(facts, ids)), 0
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
            self._labels[_PLACES[name]] = {
                one[1:-1].partition(":")[2]: share for one, share in told if one.startswith(f"<{name}:")
            }
        self._written.append(piece)
        self._state = allowed[piece]
        return self._ids[piece]

    def answer(self) -> WrittenAnswer:
        """The answer in the order in which answers are read: the label first, also where it was written last."""
        label = [piece for piece in self._written if piece[1:].partition(":")[0] in _PLACES]
        rest = [piece for piece in self._written if piece not in label]
        return WrittenAnswer((*label, *rest), tuple(self._labels[place] for place in sorted(self._labels)))


_PLACES: Mapping[str, int] = {axis: place for place, axis in enumerate(AXES)}


class TorchWriting:
    """A `Writing` by PyTorch. `label_alone`: stop after the label. `label_first`: as the reasoner was trained."""

    def __init__(self, reasoner: Reasoner, tokenizer: Tokenizer, *, label_first: bool = True, label_alone: bool = False) -> None:
        self._reasoner, self._ids = reasoner.eval(), domain_ids(tokenizer)
        self._pad = tokenizer.token_to_id(PAD) or 0
        self._label_first, self._label_alone = label_first, label_alone

    def __call__(self, pairs: Sequence[PairFacts]) -> list[WrittenAnswer]:
        """What it writes about each."""
        found: dict[int, WrittenAnswer] = {}
        ranked = sorted(range(len(pairs)), key=lambda place: len(pairs[place].facts))
        for start in range(0, len(ranked), _ROWS):
            places = ranked[start : start + _ROWS]
            rows = [
                AnswerRow(pairs[place], self._ids, label_first=self._label_first, alone=self._label_alone) for place in places
            ]
            with torch.inference_mode():
                self._write(rows)
            found |= {place: row.answer() for place, row in zip(places, rows, strict=True)}
        return [found[place] for place in range(len(pairs))]

    def _write(self, rows: Sequence[AnswerRow]) -> None:
        """Write some answers at once: prompts are padded on the left, so that all go on at the same place."""
        width = max(len(row.prompt) for row in rows)
        lengths = torch.tensor([len(row.prompt) for row in rows], dtype=torch.long)
        ids = torch.tensor([[*[self._pad] * (width - len(row.prompt)), *row.prompt] for row in rows], dtype=torch.long)
        seen = torch.arange(width).unsqueeze(0).ge(lengths.unsqueeze(1) * -1 + width).to(torch.long)
        cache = None
        while not all(row.over for row in rows):
            positions = (seen.cumsum(1) - 1).clamp(min=0)[:, -ids.shape[1] :]
            states, cache = self._states(ids, seen, positions, cache)
            logits = functional.linear(states, self._reasoner.decoder.get_input_embeddings().weight).float().cpu().numpy()
            said = [self._pad if row.over else row.choose(logits[place]) for place, row in enumerate(rows)]
            ids = torch.tensor([[one] for one in said], dtype=torch.long)
            seen = torch.cat([seen, torch.ones_like(ids)], 1)

    def _states(self, ids: Tensor, seen: Tensor, positions: Tensor, cache: object) -> tuple[Tensor, object]:
        device = self._reasoner.decoder.get_input_embeddings().weight.device
        found = self._reasoner.decoder(
            input_ids=ids.to(device),
            attention_mask=seen.to(device),
            position_ids=positions.to(device),
            past_key_values=cache,
            use_cache=True,
        )
        return found.last_hidden_state[:, -1], found.past_key_values


def probabilities(labels: Mapping[str, float], temperature: float = 1.0) -> dict[str, float]:
    """Probabilities of labels from their log-probabilities, softened."""
    powers = {label: math.exp(share / temperature) for label, share in labels.items()}
    whole = sum(powers.values())
    return {label: power / whole for label, power in powers.items()}
