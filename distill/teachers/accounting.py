"""What a teacher that is a large language model costs: requests, tokens, and money at the prices that its user gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ConfigDict

from engine.errors import InputError

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """Money for a million tokens, in a currency that is only shown. `budget`: no request is made once this much was spent."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    prompt_per_million: float = 0.0
    answer_per_million: float = 0.0
    currency: str = ""
    budget: float | None = None

    def __post_init__(self) -> None:
        amounts = (self.prompt_per_million, self.answer_per_million, self.budget or 0.0)
        if not all(0.0 <= amount < float("inf") for amount in amounts):
            raise InputError("Prices and budgets of a teacher are numbers of 0 or more.")
        if self.budget is not None and not (self.prompt_per_million or self.answer_per_million):
            raise InputError("A budget needs prices: give those of a million prompt tokens and a million answer tokens.")


@dataclass(frozen=True, slots=True)
class Account:
    """What was used so far. `requests` counts every attempt; `uncounted` are replies whose tokens the server did not tell."""

    requests: int = 0
    replies: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0
    uncounted: int = 0

    def cost(self, prices: Prices) -> float:
        """Money for the tokens that were counted."""
        return (self.prompt_tokens * prices.prompt_per_million + self.answer_tokens * prices.answer_per_million) / _MILLION

    def lines(self, prices: Prices) -> Iterable[str]:
        """The account in words, for the command line and the report."""
        yield f"Requests: {self.requests}; replies kept: {self.replies}."
        yield f"Tokens of prompts: {self.prompt_tokens}; of answers: {self.answer_tokens}."
        if self.uncounted:
            yield f"Replies whose tokens the server did not count: {self.uncounted}; their cost is not in the sum."
        if prices.prompt_per_million or prices.answer_per_million:
            yield f"Cost at the prices given: {self.cost(prices):.4f} {prices.currency}".rstrip() + "."


def within_budget(account: Account, prices: Prices) -> None:
    """See that another request may be made.

    Raises:
        InputError: the budget is spent.
    """
    if prices.budget is not None and account.cost(prices) >= prices.budget:
        raise InputError("The budget given for this teacher is spent; what was answered is kept, and a larger budget goes on.")
