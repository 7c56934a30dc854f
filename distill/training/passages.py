"""Names in passages: as many sentences a row as it holds, so that a short form is read beside the words that it was defined by.

A sentence that is held back for tuning stands in the passages of its text all the same: there nothing is learned from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from distill.corpora.model import Corpus, Document, Mention, Sentence, Split
from distill.training.examples import IGNORED, Example, View, example_of, merged, tags_of, words_of_names
from distill.training.tasks import Source, task_of
from engine.students.encoding import SIGNS, encode, passages, windows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_Views = list[View]


def passage_examples(
    source: Source, corpora: Sequence[Corpus], whole: Sequence[Corpus], split: Split, tokenizer: Tokenizer, max_tokens: int
) -> tuple[Example, ...]:
    """The names of one split of a source, by passages. `corpora`: what belongs to the split; `whole`: the same corpora with all
    their sentences as they were published, whose order makes the passages."""
    counted = {sentence.id for sentence in corpora[0].sentences(split)}
    found: list[Example] = []
    # Development documents may have been moved to training.
    parts: tuple[Split, ...] = ("test",) if split == "test" else ("train", "development")
    for part in parts:
        for views in _texts([corpus.splits[part] for corpus in whole]):
            counts = [len(encode(tokenizer, view[0][1].text).ids) - SIGNS for view in views]
            for place in passages(counts, max_tokens - SIGNS):
                stretch = views[place.start : place.stop]
                if any(view[0][1].id in counted for view in stretch):
                    found += _of_passage(source, stretch, counted, tokenizer, max_tokens)
    return tuple(found)


def _texts(parts: Sequence[tuple[Document, ...]]) -> Iterator[list[_Views]]:
    """The sentences of each document; all of them as one text where the files keep no document borders."""
    views = list(merged(parts))
    if all(len(document.sentences) == 1 for document in parts[0]):
        yield views
        return
    at = 0
    for document in parts[0]:
        yield views[at : at + len(document.sentences)]
        at += len(document.sentences)


def _of_passage(
    source: Source, stretch: Sequence[_Views], counted: set[str], tokenizer: Tokenizer, max_tokens: int
) -> Iterator[Example]:
    document, first = stretch[0][0]
    starts, at = [], 0
    for view in stretch:
        starts.append(at)
        at += len(view[0][1].text) + 1
    encoded = encode(tokenizer, " ".join(view[0][1].text for view in stretch))
    parts = tuple((view[0][1].id, start, start + len(view[0][1].text)) for view, start in zip(stretch, starts, strict=True))
    said = [any(left <= start < right and name in counted for name, left, right in parts) for start, _end in encoded.offsets]
    joined = [_joined(stretch, starts, number, counted) for number in range(len(source.names))]
    tags = {}
    for name, sentence in zip(source.names, joined, strict=True):
        labels = tags_of(sentence, encoded, task_of(name))
        tags[name] = tuple(label if told else IGNORED for label, told in zip(labels, said, strict=True))
    named = words_of_names(joined, encoded)
    for window in windows(encoded, max_tokens):
        yield replace(example_of((document, first), encoded, window, tags, named), parts=parts)


def _joined(stretch: Sequence[_Views], starts: Sequence[int], number: int, counted: set[str]) -> Sentence:
    """The sentences of a passage as one, with the mentions of those that count in the corpus of that number."""
    mentions: list[Mention] = []
    for view, start in zip(stretch, starts, strict=True):
        _document, sentence = view[number]
        if sentence.id in counted:
            mentions += [
                replace(one, spans=tuple((left + start, right + start) for left, right in one.spans)) for one in sentence.mentions
            ]
    return Sentence(stretch[0][0][1].id, " ".join(view[0][1].text for view in stretch), tuple(mentions))
