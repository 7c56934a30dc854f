"""Which of its own training items a finished reasoner answers wrongly.

Nothing is written for that: one pass over an item tells what would stand at each place. Each part of the label is asked among the
labels that can stand there, after the true parts before it, and is wrong where another is likeliest which no item with the very
same facts has: what the facts do not tell apart is no error. A step is wrong where the reasoner would turn it round: after the
step's kind, target and medicine it says the other change, of which one alone can be right. Other words and orders of steps are no
errors, and nothing else of a step is asked.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.rationales.items import TrainingItem
from distill.training.reasoner_examples import RATIONALE, ReasonerAnswer, ReasonerExample, batch_of, label_heads
from distill.training.reasoner_model import WEIGHTS, Reasoner
from distill.training.reasoner_tokens import PAD, domain_ids
from distill.training.refinement import PARTS, Part
from distill.training.teaching import ordered_batches
from engine.errors import InputError
from engine.reasoning.language import CHANGES, token
from engine.records.writing import write_file

if TYPE_CHECKING:
    from tokenizers import Tokenizer

ERRORS = "errors.json"
_NOTES = 10


class Errors(BaseModel):
    """What was found so far. `of`: digest of the reasoner and the items; `items`: how many there are to ask; `asked`: how many
    were, the shortest first; `wrong`: places of the items by part; `seconds`: that asking took."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: str
    items: int = Field(ge=0)
    asked: int = Field(default=0, ge=0)
    wrong: dict[Part, tuple[int, ...]] = dict.fromkeys(PARTS, ())
    seconds: float = Field(default=0.0, ge=0)

    @property
    def finished(self) -> bool:
        """Whether all were asked."""
        return self.asked >= self.items

    @property
    def places(self) -> frozenset[int]:
        """Places of the items with a wrong part or more."""
        return frozenset(place for places in self.wrong.values() for place in places)


def digest_of(start: Path, items: Iterable[TrainingItem]) -> str:
    """What errors belong to: the weights in a folder, and the items in their order."""
    found = hashlib.sha256((start / WEIGHTS).read_bytes())
    for item in items:
        found.update(f"{item.prompt}{item.answers}".encode())
    return found.hexdigest()


def read_errors(folder: Path, of: str, items: int) -> Errors:
    """What was found so far, nothing where nothing was asked yet.

    Raises:
        InputError: it is damaged, or belongs to another reasoner or other items.
    """
    path = folder / ERRORS
    if not path.exists():
        return Errors(of=of, items=items)
    try:
        found = Errors.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(f"The file '{path}' is damaged; delete the folder and refine again.") from error
    if (found.of, found.items) != (of, items):
        raise InputError(f"The folder '{folder}' holds the refinement of another reasoner, or with other items.")
    return found


@dataclass(frozen=True, slots=True)
class Limits:
    """When what was found is written, and when asking stops (None: at its end); seconds."""

    checkpoint_s: float
    stop_after_s: float | None = None


def ask_about(
    asker: Asker, examples: Sequence[ReasonerExample], found: Errors, folder: Path, limits: Limits, note: Callable[[str], None]
) -> None:
    """Ask about all examples, or go on after those that were; what is found is written to the folder."""
    started = saved = time.monotonic()
    before, at, noted = found.seconds, 0, found.asked
    wrong = {part: list(found.wrong.get(part, ())) for part in PARTS}
    for batch in ordered_batches([one.tokens for one in examples]):
        at += len(batch)
        if at <= found.asked:
            continue
        for part, place in asker.wrong([examples[place] for place in batch]):
            wrong[part].append(batch[place])
        now = time.monotonic()
        over = limits.stop_after_s is not None and now - started > limits.stop_after_s
        if now - saved > limits.checkpoint_s or over or at == len(examples):
            told = {part: tuple(places) for part, places in wrong.items()}
            state = found.model_copy(update={"asked": at, "wrong": told, "seconds": before + now - started})
            write_file(folder / ERRORS, f"{state.model_dump_json()}\n".encode())
            saved = now
        if at - noted >= len(examples) / _NOTES or over or at == len(examples):
            note(f"asked about its own items: {at} of {len(examples)}")
            noted = at
        if over:
            return


class Asker:
    """Asks a finished reasoner. `examples`: all of them, since what one says may be right for another with the same facts."""

    def __init__(
        self, reasoner: Reasoner, tokenizer: Tokenizer, examples: Iterable[ReasonerExample], device: torch.device
    ) -> None:
        self._reasoner, self._device = reasoner.to(device).eval(), device
        self._pad = tokenizer.token_to_id(PAD) or 0
        ids = domain_ids(tokenizer)
        self._changes = frozenset(ids[token(change)] for change in CHANGES if token(change) in ids)
        choices = [*(head.ids for head in label_heads(tokenizer)), sorted(self._changes)]
        self._choices = [torch.tensor(one, dtype=torch.long, device=device) for one in choices]
        self._right: dict[tuple[int, ...], set[int]] = {}
        for one in examples:
            # Those of different parts of the label are different tokens.
            labels = (place for place, role in zip(one.answers[0].ids, one.answers[0].roles, strict=True) if role < RATIONALE)
            self._right.setdefault(one.prompt, set()).update(labels)

    def wrong(self, examples: Sequence[ReasonerExample]) -> list[tuple[Part, int]]:
        """Parts that are answered wrongly, each once with the place of its example, in order."""
        asked = [self._until_last(max(one.answers, key=lambda answer: len(answer.ids))) for one in examples]
        shortened = [ReasonerExample(one.prompt, (answer,), one.shares) for one, answer in zip(examples, asked, strict=True)]
        batch = batch_of(shortened, self._pad, random.Random(0))
        roles, targets = batch.roles.tolist(), batch.targets.tolist()
        numbers = [self._number(role, target) for role, target in zip(roles, targets, strict=True)]
        flat, width = batch.places.tolist(), batch.ids.shape[1]
        found: set[tuple[Part, int]] = set()
        with torch.inference_mode():
            chosen = [place for place, number in enumerate(numbers) if number is not None]
            logits = self._reasoner(batch.ids.to(self._device), batch.places[chosen].to(self._device)).float()
            for number, (part, ids) in enumerate(zip(PARTS, self._choices, strict=True)):
                mine = [row for row, place in enumerate(chosen) if numbers[place] == number]
                if not mine:
                    continue
                said = ids[logits[mine][:, ids].argmax(-1)].tolist()
                for row, guess in zip(mine, said, strict=True):
                    example = flat[chosen[row]] // width
                    if guess != targets[chosen[row]] and guess not in self._right[examples[example].prompt]:
                        found.add((part, example))
        return sorted(found)

    def _number(self, role: int, target: int) -> int | None:
        """The number of the part that is asked at a place of the answer; None where nothing is."""
        if role < RATIONALE:
            return role
        return RATIONALE if role == RATIONALE and target in self._changes else None

    def _until_last(self, answer: ReasonerAnswer) -> ReasonerAnswer:
        """An answer up to the last place that is asked: what comes after it changes nothing before."""
        pairs = list(zip(answer.roles, answer.ids, strict=True))
        last = max(place for place, (role, target) in enumerate(pairs) if self._number(role, target) is not None)
        return ReasonerAnswer(answer.ids[: last + 1], answer.roles[: last + 1])
