"""Whether a sentence stands in what a student is judged by: such sentences are neither annotated nor learned from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from distill.corpora.model import Corpus, Sentence, Split

_HELD: tuple[Split, ...] = ("development", "test")
_WORDS = 8
# Phrases such as "patients should be closely monitored for signs of" stand in many texts.
_MOST = 0.1


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The stretches of eight words of sentences that are held back."""

    stretches: frozenset[str]

    @classmethod
    def of(cls, sentences: Iterable[Sentence]) -> HeldBack:
        """Of these sentences."""
        return cls(frozenset(part for one in sentences for part in _stretches(one.text)))

    @classmethod
    def of_corpora(cls, corpora: Iterable[Corpus]) -> HeldBack:
        """Of the development and test parts of these corpora."""
        return cls.of(one for corpus in corpora for split in _HELD for one in corpus.sentences(split))

    def holds(self, text: str) -> bool:
        """Whether more than a tenth of a text's stretches are held back."""
        found = _stretches(text)
        return len(found & self.stretches) > _MOST * len(found)


def _stretches(text: str) -> set[str]:
    """Of a shorter text the whole of it."""
    words = re.findall(r"\w+", text.casefold())
    return {" ".join(words[at : at + _WORDS]) for at in range(max(1, len(words) - _WORDS + 1))}
