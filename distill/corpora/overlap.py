"""Whether a sentence stands in what a student is judged by: such sentences are neither annotated nor written, nor are labels of
them learned. Running text, of which hidden words are guessed, may hold them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from distill.corpora.model import Corpus, Sentence, Split

_HELD: tuple[Split, ...] = ("development", "test")
_WORDS = 8
# Phrases such as "patients should be closely monitored for signs of" stand in many texts.
_MOST = 0.1
# In percent, of two sentences letter by letter: what a language model writes from memory has other words here and there.
_ALIKE = 70.0
# Two sentences that are alike share a stretch of so many words; so most need not be compared.
_FEW_WORDS = 3


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Sentences that are held back: their stretches of eight words, and the sentences in small letters by their stretches of
    three."""

    stretches: Set[str]
    texts: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, sentences: Iterable[Sentence]) -> HeldBack:
        """Of these sentences."""
        stretches, texts = set[str](), defaultdict[str, list[str]](list)
        for text in dict.fromkeys(one.text.casefold() for one in sentences):
            stretches |= _stretches(text, _WORDS)
            for part in _stretches(text, _FEW_WORDS):
                texts[part].append(text)
        return cls(stretches, dict(texts))

    @classmethod
    def of_corpora(cls, corpora: Iterable[Corpus]) -> HeldBack:
        """Of the development and test parts of these corpora."""
        return cls.of(one for corpus in corpora for split in _HELD for one in corpus.sentences(split))

    def holds(self, text: str) -> bool:
        """Whether more than a tenth of a text's stretches of eight words are held back, or a sentence that is much like it; a
        text of eight words or fewer is held back as it stands alone, since short sentences are alike by chance."""
        text = text.casefold()
        found = _stretches(text, _WORDS)
        if len(found & self.stretches) > _MOST * len(found):
            return True
        if len(found) == 1:
            return False
        near = {other for part in _stretches(text, _FEW_WORDS) for other in self.texts.get(part, ())}
        return process.extractOne(text, near, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None


def _stretches(text: str, count: int) -> set[str]:
    """Stretches of `count` words; of a shorter text the whole of it."""
    words = re.findall(r"\w+", text)
    return {" ".join(words[at : at + count]) for at in range(max(1, len(words) - count + 1))}
