"""Opens teachers that are large language models from their settings, in whichever process they are needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from distill.teachers.accounting import Account, Prices
from distill.teachers.cache import ReplyCache
from distill.teachers.chat import ChatModel, Sampling
from distill.teachers.language_model import LanguageModelTeacher
from distill.teachers.prompts import Asking, Codes, Prompter, read_template


class ModelSettings(Protocol):
    """Where a model is: an endpoint, a GGUF file, a folder. Can be handed from process to process."""

    @property
    def identity(self) -> str:
        """What tells this model from others."""
        ...

    @property
    def prices(self) -> Prices:
        """What its tokens cost; nothing where it runs here."""
        ...

    def model(self, cache: ReplyCache) -> ChatModel:
        """The model, not loaded yet."""
        ...


@dataclass(frozen=True, slots=True)
class LanguageTeacher:
    """An opener of a teacher: called, it opens it. `name`: how votes and cards call it; `cache`: the file of its replies."""

    name: str
    source: ModelSettings
    codes: Codes
    cache: Path
    asking: Asking = field(default_factory=Asking)
    sampling: Sampling = field(default_factory=Sampling)
    attempts: int = 2

    def __call__(self) -> LanguageModelTeacher:
        """Open it.

        Raises:
            InputError: the template or the cache cannot be used.
        """
        cache = ReplyCache(self.cache)
        prompter = Prompter(self.asking, self.codes)
        return LanguageModelTeacher(self.name, self.source.model(cache), prompter, self.sampling, cache, self.attempts)

    def wordings(self) -> tuple[LanguageTeacher, ...]:
        """The same teacher asked in each wording of its template, for several rationales of each pair."""
        count = len(read_template(self.asking.template).wordings)
        return tuple(replace(self, asking=replace(self.asking, wording=number)) for number in range(count))

    def account(self) -> Account:
        """What its model has used, over all runs that shared the cache."""
        return ReplyCache(self.cache).account(self.source.identity)


def usage_lines(openers: Iterable[object]) -> Iterator[str]:
    """What the large models among teachers have used, over all runs that shared their file of replies: each model once, in
    whatever wordings it is asked."""
    models = {one.source.identity: one for one in openers if isinstance(one, LanguageTeacher)}
    for one in models.values():
        yield f"{one.name}:"
        yield from one.account().lines(one.source.prices)
