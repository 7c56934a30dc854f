"""Names as the student tags them: sentences or passages in, tagged stretches with calibrated probabilities out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.students.encoding import NO_WORD, SIGNS, EncodedText, in_sentence, joined, make_row, passages, windows
from engine.students.manifest import Head
from engine.students.probabilities import calibrated
from engine.students.rows import Row

OUTSIDE = "O"
# Words that two windows share are read in the one where more of the text around them stands.
_OVERLAP = 4
_LEANING = np.float32(0.2)


@dataclass(frozen=True, slots=True)
class Tagged:
    """A stretch of words that a names head tags. `probability`: mean over its words of the calibrated probability of the tag."""

    start: int
    end: int
    head: str
    kind: str
    probability: float


@dataclass(frozen=True, slots=True)
class TextRows:
    """A sentence, or several together, as rows without pairs: one, or several windows that overlap."""

    encoded: EncodedText
    spans: tuple[tuple[int, int], ...]
    ranges: tuple[range, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """Sentences whose names are read together: the number of each, its first character in the text of the rows, and the rows."""

    sentences: tuple[int, ...]
    starts: tuple[int, ...]
    rows: TextRows

    def tagged(self, answers: Sequence[NDArray[np.float32]], heads: Sequence[Head]) -> Iterator[tuple[int, Tagged]]:
        """(number of the sentence in which it begins, stretch with characters of that sentence) of all stretches that the names
        heads tag."""
        for one in tagged(self.rows, answers, heads):
            place, start, end = in_sentence(self.starts, one.start, one.end)
            yield self.sentences[place], replace(one, start=start, end=end)


def read_together(sentences: Sequence[tuple[str, EncodedText | None]], max_tokens: int, *, by_passages: bool) -> list[Together]:
    """The sentences of a text in rows, each by itself or by passages: as many a row as it holds. A sentence that is not encoded
    is not read."""
    known = [(number, text, encoded) for number, (text, encoded) in enumerate(sentences) if encoded is not None]
    if not by_passages:
        return [Together((number,), (0,), text_rows(encoded, max_tokens)) for number, _text, encoded in known]
    found: list[Together] = []
    for place in passages([len(encoded.ids) - SIGNS for _number, _text, encoded in known], max_tokens - SIGNS):
        part = known[place.start : place.stop]
        _text, encoded, starts = joined([(text, one) for _number, text, one in part])
        found.append(Together(tuple(number for number, _text, _encoded in part), starts, text_rows(encoded, max_tokens)))
    return found


def text_rows(encoded: EncodedText, max_tokens: int) -> TextRows:
    """Rows that hold every word of a text."""
    ranges = tuple(windows(encoded, max_tokens, max_tokens // _OVERLAP))
    return TextRows(encoded, encoded.word_spans, ranges, tuple(make_row(encoded, window) for window in ranges))


def tagged(rows: TextRows, answers: Sequence[NDArray[np.float32]], heads: Sequence[Head]) -> list[Tagged]:
    """Stretches that the names heads tag; `answers` are the logits of the names, one for each row."""
    places = _word_places(rows)
    if not places:
        return []
    logits = leaning(np.stack([answers[row][place] for row, place in places]), spelled(rows.encoded.words, rows.encoded.ids))
    found: list[Tagged] = []
    for head in heads:
        shares = calibrated(logits, head)
        tags = likeliest_tags(shares, head.labels)
        # Most sentences hold no name of most kinds.
        if tags.any():
            found += _stretches(rows.spans, tags.tolist(), shares[np.arange(len(tags)), tags].tolist(), head)
    return found


def _word_places(rows: TextRows) -> list[tuple[int, int]]:
    """For each word (row, place in it) of its first token, in the row that shows most of what stands around."""
    words = rows.encoded.words
    if len(rows.ranges) == 1:
        firsts: list[tuple[int, int]] = []
        for number, token in enumerate(rows.ranges[0], start=1):
            if words[token] == len(firsts):
                firsts.append((0, number))
        return firsts
    best: dict[int, tuple[int, int, int]] = {}
    first_token: dict[int, int] = {}
    for token, word in enumerate(words):
        if word != NO_WORD:
            first_token.setdefault(word, token)
    for row, window in enumerate(rows.ranges):
        for word, token in first_token.items():
            if token in window:
                room = min(token - window.start, window.stop - token)
                if word not in best or room > best[word][0]:
                    best[word] = (room, row, token - window.start + 1)
    return [best[word][1:] for word in sorted(best)]


def _stretches(spans: Sequence[tuple[int, int]], tags: Sequence[int], sure: Sequence[float], head: Head) -> list[Tagged]:
    return [
        Tagged(spans[first][0], spans[last - 1][1], head.name, kind, float(sum(sure[first:last]) / (last - first)))
        for kind, first, last in stretches([head.labels[tag] for tag in tags])
    ]


def spelled(words: Sequence[int], ids: Sequence[int]) -> list[tuple[int, ...]]:
    """The tokens of each word, in order of the text. `words`: number of the word of each of the tokens `ids`."""
    found: dict[int, tuple[int, ...]] = {}
    for word, token in zip(words, ids, strict=True):
        if word != NO_WORD:
            found[word] = (*found.get(word, ()), token)
    return [found[word] for word in sorted(found)]


def leaning(logits: NDArray[np.float32], words: Sequence[tuple[int, ...]]) -> NDArray[np.float32]:
    """Logits (words, classes), each a fifth of the way to the mean over the same word of the passage: what is a medicine's name
    in one sentence mostly is one in the next. Reading and measuring both ask here. (F1 on development data, without and with it:
    diseases of BC5CDR 88.7 and 89.3, of PubMedQA 89.8 and 90.1, chemicals 97.1 and 97.2, of PubMedQA 85.6 both times, names of
    medicines 92.5 both times; more than a third of the way loses.)
    """
    places: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        places[word].append(place)
    found = logits.copy()
    for same in places.values():
        if len(same) > 1:
            found[same] += _LEANING * (logits[same].mean(axis=0) - logits[same])
    return found


def likeliest_tags(shares: NDArray[np.float32], labels: Sequence[str]) -> NDArray[np.int64]:
    """The class of each word (words,) in the likeliest sequence in which "I-" goes on with a name of its own kind, from
    probabilities (words, classes). Taken one by one, the likeliest tags of a name's words may be of different kinds and cut it in
    pieces (Viterbi's algorithm; 0.4 to 1.6 points of strict F1 on development data). Reading and measuring both ask here.
    """
    best: NDArray[np.int64] = shares.argmax(axis=-1)
    if all(_follows(before, label) for before, label in pairwise([OUTSIDE, *(labels[tag] for tag in best.tolist())])):
        return best
    follows = np.array([[_follows(before, label) for label in labels] for before in labels])
    scores = np.log(np.maximum(shares.astype(np.float64), 1e-12))
    impossible = np.where(follows, 0.0, -np.inf)
    # Before the first word stands no name.
    reached = scores[0] + impossible[labels.index(OUTSIDE)]
    came_from = np.zeros(shares.shape, dtype=np.int64)
    for word in range(1, len(scores)):
        ways = reached[:, None] + impossible
        came_from[word] = ways.argmax(axis=0)
        reached = ways.max(axis=0) + scores[word]
    tags = best.copy()
    tags[-1] = reached.argmax()
    for word in range(len(scores) - 1, 0, -1):
        tags[word - 1] = came_from[word, tags[word]]
    return tags


def _follows(before: str, label: str) -> bool:
    return not label.startswith("I-") or (before != OUTSIDE and before[2:] == label[2:])


def stretches(labels: Sequence[str]) -> list[tuple[str, int, int]]:
    """(kind, first word, one past the last) of each name that the labels of words make, in a sequence in which "I-" goes on with
    a name of its kind. Reading and measuring both ask here."""
    found: list[tuple[str, int, int]] = []
    for word, label in enumerate(labels):
        if label.startswith("I-"):
            kind, first, _last = found[-1]
            found[-1] = (kind, first, word + 1)
        elif label != OUTSIDE:
            found.append((label[2:], word, word + 1))
    return found
