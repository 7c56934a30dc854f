"""Honest guesses at what the student cannot read: other scripts, other languages, texts that are none."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.reading.name_index import NameIndex

NOT_ENGLISH = "This text may not be English: the student reads English only."
OTHER_SCRIPT = "This sentence is in letters that the student does not read."
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_LETTERS = 12
# English abstracts have 25-45 % of the common words, other languages of Europe below 8 %. Of 10,913 single sentences of at least
# eight words (test parts of five English corpora), 65 are taken for another language.
_LEAST_COMMON, _LEAST_WORDS = 0.12, 13
_WORDS_WITHOUT = 8
# So few words beside names say nothing of their language.
_LEAST_BESIDE = 2
_LEAST_LATIN = 0.5
_SAMPLE = 20_000
# The last letter of Latin Extended-B: Greek, Cyrillic and all others come after it.
_LAST_LATIN = "\u024f"


def latin_share(text: str) -> float | None:
    """Share of Latin letters among the letters; None for too few letters to tell."""
    if text.isascii():
        return 1.0
    letters = [sign for sign in text if sign.isalpha()]
    if len(letters) < _LEAST_LETTERS:
        return None
    return sum(sign <= _LAST_LATIN for sign in letters) / len(letters)


def other_script(sentence: str) -> bool:
    """Whether most letters of a sentence are no Latin ones."""
    share = latin_share(sentence)
    return share is not None and share < _LEAST_LATIN


def remarks_on(text: str, common_words: frozenset[str], names: NameIndex) -> tuple[str, ...]:
    """What is to be known of a whole text before it is read. `names`: of medicines, which are no words of any language."""
    remarks: list[str] = []
    sample = text[:_SAMPLE]
    words = [word.casefold() for word in _WORD.findall(sample)]
    if "\0" in text:
        remarks.append("This text holds NUL characters, which no text should: parts of it may have been lost before.")
    if not text.strip():
        remarks.append("There is no text.")
    elif len(words) < 2:
        remarks.append("This is one word or less: there is no sentence to read.")
    elif other_script(sample) or (_strange(words, common_words) and _strange_beside(names, sample, common_words)):
        remarks.append(NOT_ENGLISH)
    return tuple(remarks)


def is_list(text: str, names: NameIndex, dosing_words: Set[str]) -> bool:
    """Whether a text is medicines, two at least, with words of dosing beside them and no other word."""
    substances, words = _beside(names, text)
    return len(substances) > 1 and all(word in dosing_words for word in words)


def _beside(names: NameIndex, text: str) -> tuple[set[tuple[str, ...]], list[str]]:
    """The substances that a text names, and all its other words in small letters."""
    substances, rest, end = set[tuple[str, ...]](), list[str](), 0
    for name in names.find(text):
        if name.known.substances and not name.doubtful:
            substances.add(name.known.substances)
            rest.append(text[end : name.start])
            end = name.end
    return substances, [word.casefold() for word in _WORD.findall(" ".join([*rest, text[end:]]))]


def _strange_beside(names: NameIndex, text: str, common_words: frozenset[str]) -> bool:
    """Whether what stands beside the names of medicines is strange too: a long list of them hides the words of a sentence."""
    _substances, words = _beside(names, text)
    return len(words) >= _LEAST_BESIDE and _few_common(words, common_words)


def _strange(words: Sequence[str], common_words: frozenset[str]) -> bool:
    if len(words) < _LEAST_WORDS:
        return len(words) >= _WORDS_WITHOUT and common_words.isdisjoint(words)
    return _few_common(words, common_words)


def _few_common(words: Sequence[str], common_words: frozenset[str]) -> bool:
    return sum(word in common_words for word in words) < _LEAST_COMMON * len(words)
