"""What teachers that are large language models share: a prompt goes in, a reply comes out, and how it is to be sampled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Protocol

from pydantic import ConfigDict

from engine.errors import InputError

# JSON schema of the answer, for servers and libraries that can hold a model to one.
Schema = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question. `system` is the same for all pairs."""

    system: str
    question: str
    schema: Schema | None = None


@dataclass(frozen=True, slots=True)
class Sampling:
    """How an answer is drawn. `temperature` 0 is greedy; `max_tokens` bounds the answer; `seed` makes it repeatable."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    temperature: float = 0.2
    top_p: float = 0.95
    max_tokens: int = 900
    seed: int = 0

    def __post_init__(self) -> None:
        if not (0.0 <= self.temperature <= 2.0 and 0.0 < self.top_p <= 1.0 and self.max_tokens > 0):
            raise InputError(
                "A teacher's temperature is 0 to 2, its top-p above 0 and at most 1, and its answers have a token or more."
            )

    def again(self, attempt: int) -> Sampling:
        """The same for another attempt: another seed."""
        return replace(self, seed=self.seed + attempt)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Counts of tokens are None where the server did not say; `whole` is False where the limit ended it."""

    text: str
    prompt_tokens: int | None
    answer_tokens: int | None
    whole: bool


class PromptTooLongError(Exception):
    """The prompt and the answer asked for do not fit into the model's context: a fault of one item, not of the run."""


class ChatModel(Protocol):
    """A language model. `identity` changes with its weights and with all that its replies depend on beside the sampling."""

    @property
    def identity(self) -> str:
        """Goes into keys of the cache."""
        ...

    def reply(self, prompt: Prompt, sampling: Sampling) -> Reply:
        """Ask.

        Raises:
            PromptTooLongError: the item cannot be asked.
            InputError: the model cannot be used at all, in one sentence.
        """
        ...

    def close(self) -> None:
        """Let go of connections or memory."""
        ...


def reply_key(identity: str, prompt: Prompt, sampling: Sampling) -> str:
    """SHA-256 of prompt, model and settings: the same question to the same model is not asked twice."""
    asked = {"model": identity, "prompt": asdict(prompt), "sampling": asdict(sampling)}
    return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
