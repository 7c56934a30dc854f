"""Names in passages: as many sentences a row as it holds, so that a short form is read beside the words that it was defined by.

A sentence that is held back for tuning stands in the passages of its text all the same; neither its labels nor what teachers say
of its names are learned from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from distill.corpora.model import Corpus, Mention, Sentence, Split
from distill.training.examples import IGNORED, Example, View, example_of, merged, tags_of, words_of_names
from distill.training.tasks import Source, task_of
from engine.students.encoding import SIGNS, EncodedText, encode, in_sentence, joined, passages, windows

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
        for views in _texts(whole, part):
            encoded = [encode(tokenizer, view[0][1].text) for view in views]
            for place in passages([len(one.ids) - SIGNS for one in encoded], max_tokens - SIGNS):
                at = slice(place.start, place.stop)
                if any(view[0][1].id in counted for view in views[at]):
                    found += _of_passage(source, views[at], encoded[at], counted, max_tokens)
    return tuple(found)


def _texts(corpora: Sequence[Corpus], split: Split) -> Iterator[list[_Views]]:
    """The sentences of each document; all of them as one text where the files keep no document borders."""
    views = merged([corpus.splits[split] for corpus in corpora])
    if not corpora[0].borders:
        yield list(views)
        return
    for document in corpora[0].splits[split]:
        yield list(islice(views, len(document.sentences)))


def _of_passage(
    source: Source, stretch: Sequence[_Views], sentences: Sequence[EncodedText], counted: set[str], max_tokens: int
) -> Iterator[Example]:
    document, first = stretch[0][0]
    text, encoded, starts = joined([(view[0][1].text, one) for view, one in zip(stretch, sentences, strict=True)])
    names = [view[0][1].id for view in stretch]
    parts = tuple(zip(names, starts, strict=True))
    counts = [names[in_sentence(starts, start, start)[0]] in counted for start, _end in encoded.offsets]
    views = [_joined(stretch, text, starts, number, counted) for number in range(len(source.names))]
    tags = {}
    for name, sentence in zip(source.names, views, strict=True):
        labels = tags_of(sentence, encoded, task_of(name))
        tags[name] = tuple(label if told else IGNORED for label, told in zip(labels, counts, strict=True))
    named = words_of_names(views, encoded)
    for window in windows(encoded, max_tokens):
        yield replace(example_of((document, first), encoded, window, tags, named), parts=parts)


def _joined(stretch: Sequence[_Views], text: str, starts: Sequence[int], number: int, counted: set[str]) -> Sentence:
    """The sentences of a passage as one, with the mentions of those that count in the corpus of that number."""
    mentions: list[Mention] = []
    for view, start in zip(stretch, starts, strict=True):
        _document, sentence = view[number]
        if sentence.id in counted:
            mentions += [
                replace(one, spans=tuple((left + start, right + start) for left, right in one.spans)) for one in sentence.mentions
            ]
    return Sentence(stretch[0][0][1].id, text, tuple(mentions))
