"""Sentences as token ids for one head: a pair with its two places, or a sentence with a tag for each word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tokenizers import Encoding, Tokenizer

from distill.corpora.model import Document, Mention, Sentence
from distill.training.rendering import MARKS, Rendering, render_pair
from distill.training.tasks import OUTSIDE, Task

# Not counted by the loss: pieces of a word after its first, and the signs around the text.
IGNORED = -100


@dataclass(frozen=True, slots=True)
class Example:
    """One input of the encoder.

    `ids`: token ids with [CLS] and [SEP]. `words`: for each token the number of its word, -1 for signs and marks, which are never
    masked. `labels`: one class for a relation, or one for each token of a names task (`IGNORED` where none counts). `places`:
    tokens of the two names of a relation, (0, 0) where they are not shown.
    """

    document: str
    origin: str
    ids: tuple[int, ...]
    words: tuple[int, ...]
    labels: tuple[int, ...]
    places: tuple[int, int] = (0, 0)


def prepared(tokenizer: Tokenizer) -> Tokenizer:
    """The base's tokenizer without padding or cutting of its own, and with our marks as words that are never divided."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.add_special_tokens(list(MARKS))
    return tokenizer


def _words(encoding: Encoding, marks: frozenset[int]) -> tuple[int, ...]:
    pairs = zip(encoding.ids, encoding.word_ids, strict=True)
    return tuple(-1 if word is None or token in marks else word for token, word in pairs)


def _window(length: int, first: int, second: int, limit: int) -> tuple[int, int]:
    """Half-open range of at most `limit` tokens that holds both places and is centred on them; where they lie too far apart to
    fit, it begins at the earlier one."""
    if length <= limit:
        return 0, length
    low, high = min(first, second), max(first, second) + 1
    start = max(0, min(low - (limit - (high - low)) // 2, low, length - limit))
    return start, start + limit


def relation_examples(
    documents: Iterable[Document], task: Task, tokenizer: Tokenizer, rendering: Rendering, max_tokens: int
) -> Iterator[Example]:
    """Every pair of every sentence; long sentences are cut around the pair, at most `max_tokens` with [CLS] and [SEP].

    Raises:
        KeyError: a pair has a label that the task does not have.
    """
    marks = frozenset(token for token in map(tokenizer.token_to_id, MARKS) if token is not None)
    numbers = {label: number for number, label in enumerate(task.labels)}
    for document in documents:
        for sentence in document.sentences:
            for pair in sentence.pairs:
                rendered = render_pair(sentence, pair, rendering)
                encoding = tokenizer.encode(rendered.text)
                ids, words = encoding.ids, _words(encoding, marks)
                first = second = 0
                if rendered.first_word:
                    first = ids.index(_id(tokenizer, rendered.first_word))
                    second = ids.index(_id(tokenizer, rendered.second_word))
                # [CLS] and [SEP] stay whatever is cut between them.
                start, end = _window(len(ids) - 2, max(0, first - 1), max(0, second - 1), max_tokens - 2)
                kept_ids = (ids[0], *ids[start + 1 : end + 1], ids[-1])
                kept_words = (-1, *words[start + 1 : end + 1], -1)
                places = tuple(place - start if 0 < place - start < len(kept_ids) - 1 else 0 for place in (first, second))
                label = (numbers[pair.label],)
                yield Example(document.id, document.origin, kept_ids, kept_words, label, (places[0], places[1]))


def _id(tokenizer: Tokenizer, word: str) -> int:
    found = tokenizer.token_to_id(word)
    if found is None:
        raise KeyError(f"the vocabulary does not have the mark {word}")
    return found


def names_examples(documents: Iterable[Document], task: Task, tokenizer: Tokenizer, max_tokens: int) -> Iterator[Example]:
    """Every sentence with tags, divided where it is longer than `max_tokens`, between words."""
    numbers = {label: number for number, label in enumerate(task.labels)}
    for document in documents:
        for sentence in document.sentences:
            encoding = tokenizer.encode(sentence.text)
            words = _words(encoding, frozenset())
            labels = _labels(sentence, encoding, words, numbers)
            inner = range(1, len(words) - 1)
            for start, end in _pieces([words[place] for place in inner], max_tokens - 2):
                yield Example(
                    document.id,
                    document.origin,
                    (encoding.ids[0], *encoding.ids[start + 1 : end + 1], encoding.ids[-1]),
                    (-1, *words[start + 1 : end + 1], -1),
                    (IGNORED, *labels[start + 1 : end + 1], IGNORED),
                )


def _pieces(words: list[int], limit: int) -> Iterator[tuple[int, int]]:
    """Half-open ranges of at most `limit` tokens that end between words where a word is no longer than that."""
    start = 0
    while start < len(words):
        end = min(len(words), start + limit)
        whole = end
        while whole < len(words) and whole > start and words[whole] == words[whole - 1]:
            whole -= 1
        end = whole if whole > start else end
        yield start, end
        start = end


def _labels(sentence: Sentence, encoding: Encoding, words: tuple[int, ...], numbers: dict[str, int]) -> tuple[int, ...]:
    """The tag of each word at its first token. A word belongs to the longest mention that it overlaps."""
    owner: dict[int, Mention] = {}
    for mention in sorted(sentence.mentions, key=lambda one: one.end - one.start):
        for start, end in mention.spans:
            for place in range(start, end):
                owner[place] = mention
    labels: list[int] = []
    before: Mention | None = None
    last_word: int | None = None
    for (start, end), word in zip(encoding.offsets, words, strict=True):
        if word < 0 or word == last_word:
            labels.append(IGNORED)
            continue
        last_word = word
        here = next((owner[place] for place in range(start, end) if place in owner), None)
        tag = OUTSIDE if here is None else f"{'I' if here is before else 'B'}-{here.kind}"
        labels.append(numbers[tag])
        before = here
    return tuple(labels)
