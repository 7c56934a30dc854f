"""Text as rows of the reader. Training and reading make their rows here, so that they do not differ but for what training
changes of a row on purpose (words left out, markers that the text sees)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ResourceError
from engine.students.rows import TEXT_GROUP, AskedPair, Row

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# [CLS] and [SEP] belong to no word; each row has both.
NO_WORD = -1
SIGNS = 2


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text as tokens, [CLS] and [SEP] included: `words` numbers the word of each token (`NO_WORD` for signs), `offsets` are
    half-open characters of the text."""

    ids: tuple[int, ...]
    words: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]

    @property
    def word_spans(self) -> tuple[tuple[int, int], ...]:
        """Half-open offsets of each word, in order of its number."""
        spans: list[tuple[int, int]] = []
        for word, (start, end) in zip(self.words, self.offsets, strict=True):
            if word == len(spans):
                spans.append((start, end))
            elif word != NO_WORD:
                spans[word] = (spans[word][0], end)
        return tuple(spans)

    def tokens_in(self, start: int, end: int) -> range:
        """Tokens that overlap the characters from `start` to `end`; empty where none does."""
        found = [place for place, (left, right) in enumerate(self.offsets) if left < end and start < right]
        return range(found[0], found[-1] + 1) if found else range(0)


@dataclass(frozen=True, slots=True)
class Question:
    """A pair to be asked: the first token of each name (places in the encoded text), and the head's two marker ids."""

    first_token: int
    second_token: int
    markers: tuple[int, int]


def open_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of a student or base, without padding or cutting of its own. It cuts at every space before anything else, as
    those of BERT's kind do: see :func:`joined`.

    Raises:
        ResourceError: the file is missing or damaged.
    """
    from tokenizers import Tokenizer

    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(f"The file '{path}' is missing or cannot be read.") from error
    try:
        tokenizer: Tokenizer = Tokenizer.from_str(content)
    except Exception as error:  # the library raises plain Exception for any damage
        raise ResourceError(f"The file '{path}' is not a tokenizer.") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def encode(tokenizer: Tokenizer, text: str) -> EncodedText:
    """A text as tokens."""
    encoding = tokenizer.encode(text)
    words = tuple(NO_WORD if word is None else word for word in encoding.word_ids)
    return EncodedText(tuple(encoding.ids), words, tuple(encoding.offsets))


def passages(counts: Sequence[int], most: int) -> Iterator[range]:
    """Ranges of consecutive sentences that are read together, given the `counts` of tokens of each without signs: about as few as
    hold `most` tokens each, and cut about evenly, so that seldom a sentence is left with little around it; a longer sentence
    stands alone."""
    left, start = sum(counts), 0
    while start < len(counts):
        wanted = left / max(1, ceil(left / most))
        end, tokens = start + 1, counts[start]
        # A sentence belongs to the passage in which the greater part of it lies.
        while end < len(counts) and tokens + counts[end] <= most and tokens + counts[end] / 2 <= wanted:
            tokens += counts[end]
            end += 1
        yield range(start, end)
        start, left = end, left - tokens


def joined(sentences: Sequence[tuple[str, EncodedText]]) -> tuple[str, EncodedText, tuple[int, ...]]:
    """Sentences (text, and as tokens) as one text, a space between two; that as tokens; and the first character of each in it.
    The tokens are those that the tokenizer makes of the whole, as it cuts at every space first."""
    starts = tuple(accumulate((len(text) + 1 for text, _encoded in sentences[:-1]), initial=0))
    first = sentences[0][1]
    ids, words, offsets = [first.ids[0]], [first.words[0]], [first.offsets[0]]
    before = 0
    for start, (_text, encoded) in zip(starts, sentences, strict=True):
        inner = range(1, len(encoded.ids) - 1)
        ids += [encoded.ids[token] for token in inner]
        words += [encoded.words[token] + before for token in inner]
        offsets += [(encoded.offsets[token][0] + start, encoded.offsets[token][1] + start) for token in inner]
        before = words[-1] + 1
    whole = EncodedText((*ids, first.ids[-1]), (*words, first.words[-1]), (*offsets, first.offsets[-1]))
    return " ".join(text for text, _encoded in sentences), whole, starts


def in_sentence(starts: Sequence[int], start: int, end: int) -> tuple[int, int, int]:
    """Which sentence of a joined text a stretch begins in, and its characters there: it ends with its sentence."""
    place = bisect_right(starts, start) - 1
    if place + 1 < len(starts):
        end = min(end, starts[place + 1] - 1)
    return place, start - starts[place], end - starts[place]


def windows(encoded: EncodedText, max_tokens: int, overlap: int = 0) -> Iterator[range]:
    """Ranges of inner tokens (signs left out) that fit into rows of `max_tokens`; they end between words where a word fits, and
    each begins `overlap` tokens (at most) before the end of the last."""
    limit, last = max_tokens - SIGNS, len(encoded.ids) - 1
    start = 1
    while start < last:
        end = min(last, start + limit)
        if end < last:
            whole = end
            while whole > start and encoded.words[whole] == encoded.words[whole - 1]:
                whole -= 1
            end = whole if whole > start else end
        yield range(start, end)
        if end >= last:
            return
        back = max(start + 1, end - overlap)
        while back < end and encoded.words[back] == encoded.words[back - 1]:
            back += 1
        start = back


def window_around(encoded: EncodedText, first: int, second: int, max_tokens: int) -> range:
    """A range of at most `max_tokens` less the signs, centred on two tokens; empty where they lie too far apart for one row."""
    inner, limit = len(encoded.ids) - SIGNS, max_tokens - SIGNS
    if inner <= limit:
        return range(1, inner + 1)
    low, high = min(first, second), max(first, second) + 1
    if high - low > limit:
        return range(0)
    start = min(max(1, low - (limit - (high - low)) // 2), inner + 1 - limit)
    return range(start, start + limit)


def make_row(encoded: EncodedText, window: range, questions: Sequence[Question] = ()) -> Row:
    """A row of the tokens in `window` between [CLS] and [SEP], with two markers a question.

    Raises:
        ValueError: a question's token lies outside the window.
    """
    ids = [encoded.ids[0], *(encoded.ids[token] for token in window), encoded.ids[-1]]
    positions = list(range(len(ids)))
    groups = [TEXT_GROUP] * len(ids)
    pairs = []
    for group, question in enumerate(questions, start=1):
        if question.first_token not in window or question.second_token not in window:
            raise ValueError("a name that is asked about lies outside the window")
        places = (question.first_token - window.start + 1, question.second_token - window.start + 1)
        pairs.append(AskedPair(len(ids), len(ids) + 1, *places))
        ids += question.markers
        positions += places
        groups += [group, group]
    return Row(tuple(ids), tuple(positions), tuple(groups), tuple(pairs))


def row_words(encoded: EncodedText, window: range, row: Row) -> tuple[int, ...]:
    """The number of the word of each token of a row over `window`; `NO_WORD` for signs and markers."""
    inner = tuple(encoded.words[token] for token in window)
    return (NO_WORD, *inner, *[NO_WORD] * (len(row.ids) - len(inner) - 1))


def leave_out(row: Row, words: Sequence[int], kept_words: Sequence[bool]) -> tuple[Row, tuple[int, ...]]:
    """The row without the words that are not kept, and which of its tokens are left; their positions stay empty.

    `words`: of each token of the row, as from :func:`row_words`; `kept_words`: by number of the word. First tokens of names that
    are asked about always stay.
    """
    asked = {place for pair in row.pairs for place in (pair.first_token, pair.second_token)}
    left = tuple(place for place, word in enumerate(words) if word == NO_WORD or kept_words[word] or place in asked)
    now = {place: number for number, place in enumerate(left)}
    pairs = tuple(
        AskedPair(now[pair.first_marker], now[pair.second_marker], now[pair.first_token], now[pair.second_token])
        for pair in row.pairs
    )
    ids, positions, groups = (tuple(part[place] for place in left) for part in (row.ids, row.positions, row.groups))
    return Row(ids, positions, groups, pairs), left
