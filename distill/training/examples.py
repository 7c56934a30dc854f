"""Sentences as rows of the reader, with the true tags of their words and the true classes of their pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING

from distill.corpora.model import NO_RELATION, Corpus, Document, Mention, Pair, Sentence, Split
from distill.training.tasks import OUTSIDE, Source, Task, task_of
from engine.errors import InputError
from engine.students.encoding import NO_WORD, EncodedText, Question, encode, make_row, row_words, window_around, windows
from engine.students.rows import TEXT_GROUP, Row

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from distill.training.settings import StageSettings

# Not counted by the loss: pieces of a word after its first, signs and markers, and heads that the corpus says nothing of.
IGNORED = -100
PAIRS_A_ROW = 24
# Of one sentence, once for each of its copies: rows of many pairs, and those of one pair each.
_UNRELATED_ROWS, _UNRELATED_PAIRS = 3, 6
View = tuple[Document, Sentence]


@dataclass(frozen=True, slots=True)
class Example:
    """One row with its truth.

    `words`: number of the word of each token, `NO_WORD` for signs and markers. `named`: words of names, which always stand.
    `tags`: by names head, a class for each token of the row. `pair_labels`: classes of the row's pairs, of head `relation`.
    `pair_ids`: for each pair (sentence, first mention, second mention). `sentence`: its id, and `offsets` the characters of each
    token in it. `parts`: of a passage each sentence's id and first character; `offsets` are then the passage's.
    """

    document: str
    origin: str
    sentence: str
    row: Row
    words: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...] = ()
    named: frozenset[int] = frozenset()
    tags: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    relation: str = ""
    pair_labels: tuple[int, ...] = ()
    pair_ids: tuple[tuple[str, str, str], ...] = ()
    parts: tuple[tuple[str, int], ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether it is running text, of which nothing is asked."""
        return not self.tags and not self.relation


def marker_ids(task: Task, tokenizer: Tokenizer) -> tuple[int, int]:
    """Token ids of the head's two markers.

    Raises:
        InputError: the vocabulary does not have them.
        KeyError: the head asks no pairs.
    """
    if task.markers is None:
        raise KeyError(f"the head {task.name} asks no pairs")
    found = [tokenizer.token_to_id(word) for word in task.markers]
    if found[0] is None or found[1] is None:
        raise InputError(f"The base's vocabulary does not have the markers {' and '.join(task.markers)}.")
    return found[0], found[1]


def examples_of(
    source: Source,
    corpora: Sequence[Corpus],
    split: Split,
    tokenizer: Tokenizer,
    max_tokens: int,
    *,
    markers_seen: bool = False,
) -> tuple[Example, ...]:
    """All examples of one source in one split. Pairs that lie too far apart for a row are examples without a row of their own:
    see :func:`unaskable`. `markers_seen`: to learn from, each pair in a row of its own whose text sees its markers; names then
    have rows of their own too, as the markers would give two of them away."""
    found: list[Example] = []
    for views in merged([corpus.splits[split] for corpus in corpora]):
        found += _of_sentence(source, views, tokenizer, max_tokens, markers_seen=markers_seen)
    return tuple(found)


def trained_examples(
    source: Source, corpora: Sequence[Corpus], tokenizer: Tokenizer, settings: StageSettings, seed: int
) -> Iterator[Example]:
    """Examples of the training part. Of a sentence's rows in which no pair is related some are left out: lists of dozens of names
    give hundreds of such pairs, all alike. `seed` draws which stay where each pair has a row of its own."""
    seen = settings.markers_seen
    examples = examples_of(source, corpora, "train", tokenizer, settings.max_tokens, markers_seen=seen)
    unrelated: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(examples):
        # What has no label may be related.
        if one.pair_labels and all(label == 0 for label in one.pair_labels):
            unrelated[one.sentence].append(place)
    random, left_out = Random(seed), set[int]()
    for places in unrelated.values():
        if seen:
            random.shuffle(places)
        left_out |= {*places[_UNRELATED_PAIRS if seen else _UNRELATED_ROWS :]}
    return (one for place, one in enumerate(examples) if place not in left_out)


def _sentences(documents: Iterable[Document]) -> Iterator[tuple[Document, Sentence]]:
    for document in documents:
        for sentence in document.sentences:
            yield document, sentence


def merged(parts: Sequence[tuple[Document, ...]]) -> Iterator[list[View]]:
    """One text with the mentions of several corpora that annotate the same sentences in the same order."""
    for views in zip(*map(_sentences, parts), strict=True):
        if len({sentence.text for _document, sentence in views}) > 1:
            raise ValueError("two corpora that should share their sentences differ")
        yield list(views)


def _of_sentence(
    source: Source, views: list[View], tokenizer: Tokenizer, max_tokens: int, *, markers_seen: bool
) -> Iterator[Example]:
    sentence = views[0][1]
    encoded = encode(tokenizer, sentence.text)
    tags = {name: tags_of(view, encoded, task_of(name)) for name, (_document, view) in zip(source.names, views, strict=False)}
    named = words_of_names([view for _document, view in views], encoded)
    asked = _asked(source, sentence, encoded, tokenizer)
    if not asked and not source.names and not source.is_text:
        return
    whole = max_tokens - 2 >= len(encoded.ids) - 2
    most = PAIRS_A_ROW if whole and not markers_seen else 1
    chunks = [asked[at : at + most] for at in range(0, len(asked), most)]
    # Tags are counted once, in rows of their own where those of the pairs are no place for them.
    if not chunks or (tags and (markers_seen or not whole)):
        for window in windows(encoded, max_tokens):
            yield example_of(views[0], encoded, window, tags, named)
        tags = {}
    for chunk in chunks:
        first, second = chunk[0][0].first_token, chunk[0][0].second_token
        window = window_around(encoded, first, second, max_tokens)
        if window:
            found = example_of(views[0], encoded, window, tags, named, (source.relation, chunk))
            yield replace(found, row=_seen(found.row)) if markers_seen else found
        tags = {}


def _seen(row: Row) -> Row:
    """The row with markers that its text sees."""
    return replace(row, groups=(TEXT_GROUP,) * len(row.groups))


_Asked = tuple[Question, int, Pair]


def _asked(source: Source, sentence: Sentence, encoded: EncodedText, tokenizer: Tokenizer) -> list[_Asked]:
    if not source.relation:
        return []
    task = task_of(source.relation)
    numbers, markers = {label: number for number, label in enumerate(task.labels)}, marker_ids(task, tokenizer)
    found: list[_Asked] = []
    for pair in sentence.pairs:
        first, second = (_tokens(encoded, sentence.mention(one)) for one in (pair.first, pair.second))
        if first and second:
            label = IGNORED if source.unlabelled else numbers[pair.label]
            found.append((Question(first[0], second[0], markers), label, pair))
    return found


def words_of_names(views: Iterable[Sentence], encoded: EncodedText) -> frozenset[int]:
    """The words of all names in one text."""
    words = {encoded.words[token] for view in views for one in view.mentions for token in _tokens(encoded, one)}
    return frozenset(words - {NO_WORD})


def _tokens(encoded: EncodedText, mention: Mention) -> tuple[int, ...]:
    return tuple(token for start, end in mention.spans for token in encoded.tokens_in(start, end))


def example_of(
    view: View,
    encoded: EncodedText,
    window: range,
    tags: Mapping[str, tuple[int, ...]],
    named: frozenset[int],
    asked: tuple[str, list[_Asked]] | None = None,
) -> Example:
    """The part of a text in a window as an example, with the pairs that are `asked` of a head."""
    (document, sentence), (relation, chunk) = view, asked or ("", [])
    row = make_row(encoded, window, [question for question, _label, _pair in chunk])
    after = len(row.ids) - len(window) - 1
    return Example(
        document.id,
        document.origin,
        sentence.id,
        row,
        row_words(encoded, window, row),
        ((0, 0), *(encoded.offsets[token] for token in window), *[(0, 0)] * after),
        named,
        {name: (IGNORED, *(labels[token] for token in window), *[IGNORED] * after) for name, labels in tags.items()},
        relation,
        tuple(label for _question, label, _pair in chunk),
        tuple((sentence.id, pair.first, pair.second) for _question, _label, pair in chunk),
    )


def tags_of(sentence: Sentence, encoded: EncodedText, task: Task) -> tuple[int, ...]:
    """The class of each word at its first token. A word belongs to the longest mention that it overlaps; kinds that the head
    does not have are not named."""
    numbers = {label: number for number, label in enumerate(task.labels)}
    owner: dict[int, Mention] = {}
    for mention in sorted(sentence.mentions, key=lambda one: one.end - one.start):
        if f"B-{mention.kind}" in numbers:
            owner |= {place: mention for start, end in mention.spans for place in range(start, end)}
    labels: list[int] = []
    before: Mention | None = None
    last_word = NO_WORD
    for (start, end), word in zip(encoded.offsets, encoded.words, strict=True):
        if word in (NO_WORD, last_word):
            labels.append(IGNORED)
            continue
        last_word = word
        here = next((owner[place] for place in range(start, end) if place in owner), None)
        labels.append(numbers[OUTSIDE if here is None else f"{'I' if here is before else 'B'}-{here.kind}"])
        before = here
    return tuple(labels)


def unaskable(source: Source, corpus: Corpus, split: Split, examples: Iterable[Example]) -> Iterator[tuple[str, str, str]]:
    """(document, origin, true label) of pairs of the corpus that stand in no example: they count as answered "none"."""
    shown = {pair for example in examples for pair in example.pair_ids}
    for document, sentence in _sentences(corpus.splits[split]):
        for pair in sentence.pairs:
            if source.relation and (sentence.id, pair.first, pair.second) not in shown:
                yield document.id, document.origin, pair.label or NO_RELATION
