"""A pair of names in a sentence, asked of the reader with any words left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError, ResourceError
from engine.explain.asking import AskedMasks
from engine.explain.model import MARKER_TOKEN, SIGN_TOKEN
from engine.students.encoding import NO_WORD, EncodedText, Question, encode, leave_out, make_row, row_words, window_around
from engine.students.probabilities import calibrated

if TYPE_CHECKING:
    from engine.students.manifest import Head
    from engine.students.opening import ReaderStudent
    from engine.students.rows import Row

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A row that asks about one pair, the word (by its number in the text) of each of its tokens, and the words of the names."""

    row: Row
    row_words: tuple[int, ...]
    names: frozenset[int]


class SentenceAnswer:
    """What the reader says of one pair, as a function of which words stand. Only words in the pair's window are words of it."""

    def __init__(
        self,
        student: ReaderStudent,
        head: Head,
        encoded: EncodedText,
        pair: _Pair,
        text: str,
        check: Callable[[], None] | None,
    ) -> None:
        self._student = student
        self._head = head
        self._encoded = encoded
        self._pair = pair
        self._text = text
        self._check = check

    @cached_property
    def _numbers(self) -> tuple[int, ...]:
        """Numbers, in the text, of the words in the window."""
        return tuple(sorted({word for word in self._pair.row_words if word != NO_WORD}))

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """As in the contract."""
        spans = self._encoded.word_spans
        return tuple(spans[number] for number in self._numbers)

    @property
    def words(self) -> tuple[str, ...]:
        """As in the contract."""
        return tuple(self._text[start:end] for start, end in self.spans)

    @property
    def fixed(self) -> tuple[bool, ...]:
        """As in the contract."""
        return tuple(number in self._pair.names for number in self._numbers)

    @property
    def labels(self) -> tuple[str, ...]:
        """As in the contract."""
        return self._head.labels

    @property
    def token_words(self) -> tuple[int, ...]:
        """As in the contract."""
        place_of = {number: place for place, number in enumerate(self._numbers)}
        markers = {marker for pair in self._pair.row.pairs for marker in (pair.first_marker, pair.second_marker)}
        return tuple(
            MARKER_TOKEN if place in markers else place_of.get(number, SIGN_TOKEN)
            for place, number in enumerate(self._pair.row_words)
        )

    def predict_proba(self, masks: NDArray[np.bool_], *, together: bool = False) -> NDArray[np.float32]:
        """As in the contract; rows run alone unless asked `together`."""
        kept = np.ones((len(masks), len(self._encoded.word_spans)), dtype=np.bool_)
        kept[:, self._numbers] = masks
        rows = [leave_out(self._pair.row, self._pair.row_words, line)[0] for line in kept.tolist()]
        answers = self._student.session.answer(rows, together=together, check=self._check)
        return calibrated(np.concatenate([answer.relations for answer in answers]), self._head)

    def attention(self) -> NDArray[np.float32]:
        """As in the contract."""
        found = self._student.session.answer([self._pair.row], attention=True, check=self._check)[0].attention
        if found is None:
            raise ResourceError("This reader student does not tell its attention.")
        return found


def answer_of(
    student: ReaderStudent,
    text: str,
    first_span: Span,
    second_span: Span,
    task: str,
    *,
    check: Callable[[], None] | None = None,
) -> AskedMasks:
    """The student's answer about a pair of names in a sentence, as a function of the words that stand; it remembers what it was
    asked.

    `first_span`, `second_span`: half-open characters of the two names. `task`: a relation head. `check` is called between
    batches and may raise CancelledError. Of a sentence too long for a row, only the words around the pair are seen.

    Raises:
        ResourceError: the student has no such head.
        InputError: a name is not in the text, or the two lie too far apart.
    """
    return AskedMasks(sentence_answer(student, text, (first_span, second_span), task, check))


def sentence_answer(
    student: ReaderStudent, text: str, names: tuple[Span, Span], task: str, check: Callable[[], None] | None = None
) -> SentenceAnswer:
    """The same without a memory: every mask goes to the student.

    Raises:
        ResourceError: the student has no such head.
        InputError: a name is not in the text, or the two lie too far apart.
    """
    head = student.manifest.head(task)
    if head is None or head.markers is None:
        raise ResourceError(f"This reader student has no head '{task}' for relations.")
    encoded = encode(student.tokenizer, text)
    first, second = (encoded.tokens_in(*span) for span in names)
    if not first or not second:
        raise InputError("A name of this pair cannot be found in its sentence.")
    window = window_around(encoded, first.start, second.start, student.manifest.max_tokens)
    if not window:
        raise InputError("The two names lie too far apart for the student to read them together.")
    row = make_row(encoded, window, [Question(first.start, second.start, head.markers)])
    words = frozenset(encoded.words[token] for token in (*first, *second))
    return SentenceAnswer(student, head, encoded, _Pair(row, row_words(encoded, window, row), words), text, check)
