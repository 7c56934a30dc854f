"""A PyTorch reader behind the contract of the shipped one: rows in, logits out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from distill.training.collating import inputs_of
from distill.training.reader_model import Reader
from distill.training.teaching import ordered_batches
from engine.students.rows import Row, RowAnswer
from engine.students.session import split


def answering_of(reader: Reader, device: torch.device | None = None) -> Callable[[Sequence[Row]], list[RowAnswer]]:
    """A function that answers as `ReaderSession.answer` does."""
    where = device or torch.device("cpu")
    reader.to(where).eval()

    def answer(rows: Sequence[Row]) -> list[RowAnswer]:
        found: dict[int, RowAnswer] = {}
        with torch.inference_mode():
            for places in ordered_batches([len(row.ids) for row in rows]):
                chosen = [rows[place] for place in places]
                answers = reader(inputs_of(chosen).to(where))
                parts = (answers.names.float().cpu().numpy(), answers.relations.float().cpu().numpy())
                found.update(zip(places, split(chosen, parts), strict=True))
        return [found[place] for place in range(len(rows))]

    return answer
