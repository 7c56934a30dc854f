"""What a reasoner in PyTorch writes about many pairs at once, each under its own automaton."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from distill.evaluation.answer_rows import AnswerRow, WrittenAnswer
from distill.training.reasoner_model import Reasoner
from distill.training.reasoner_tokens import PAD, domain_ids
from engine.reasoning.pair_facts import PairFacts

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_ROWS = 64


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
