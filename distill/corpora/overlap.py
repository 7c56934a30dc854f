"""Whether a sentence stands in what a student is judged by: such sentences are neither annotated nor learned from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from distill.corpora.model import Corpus, Sentence, Split

_HELD: tuple[Split, ...] = ("development", "test")
_WORDS = 8
# Phrases such as "patients should be closely monitored for signs of" stand in many texts.
_MOST = 0.1
# In percent, of two sentences letter by letter: what a language model writes from memory has other words here and there.
_ALIKE = 70.0


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Sentences that are held back, in small letters, and their stretches of eight words."""

    texts: tuple[str, ...]
    stretches: frozenset[str]

    @classmethod
    def of(cls, sentences: Iterable[Sentence]) -> HeldBack:
        """Of these sentences."""
        texts = tuple(dict.fromkeys(one.text.casefold() for one in sentences))
        return cls(texts, frozenset(part for text in texts for part in _stretches(text)))

    @classmethod
    def of_corpora(cls, corpora: Iterable[Corpus]) -> HeldBack:
        """Of the development and test parts of these corpora."""
        return cls.of(one for corpus in corpora for split in _HELD for one in corpus.sentences(split))

    def holds(self, text: str) -> bool:
        """Whether more than a tenth of a text's stretches are held back, or a sentence that is much like it (short ones are, by
        chance)."""
        found = _stretches(text)
        if len(found & self.stretches) > _MOST * len(found):
            return True
        long_enough = len(found) > 1
        return long_enough and process.extractOne(text.casefold(), self.texts, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None


def _stretches(text: str) -> set[str]:
    """Of a shorter text the whole of it."""
    words = re.findall(r"\w+", text.casefold())
    return {" ".join(words[at : at + _WORDS]) for at in range(max(1, len(words) - _WORDS + 1))}
