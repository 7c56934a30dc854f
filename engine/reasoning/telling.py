"""Which facts of a pair a student is told: those that it has words for. Knowledge newer than a student may hold others."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from engine.errors import InputError
from engine.reasoning.language import fact_tokens
from engine.reasoning.pair_facts import PairFacts

_NOTHING_KNOWN = "Nothing is known of how {} and {} act in the body: there is nothing to reason from."
_NO_WORDS = "The student has no words for what is known of {} and {}: there is nothing to reason from."


def in_words(facts: PairFacts, words: Container[str], *, numbered: bool = True) -> PairFacts:
    """The facts of which a student has every token. `numbered`: it reads their numbers too."""
    begin = 0 if numbered else 1
    kept = tuple(fact for fact in facts.facts if all(piece in words for piece in fact_tokens(fact)[begin:]))
    return replace(facts, facts=kept)


def told_of(facts: PairFacts, words: Container[str], *, numbered: bool = True) -> PairFacts:
    """The same, where there is something to reason from.

    Raises:
        InputError: no row of knowledge is left of the two medicines.
    """
    told = in_words(facts, words, numbered=numbered)
    if not told:
        raise InputError((_NO_WORDS if facts else _NOTHING_KNOWN).format(facts.first.name, facts.second.name))
    return told
