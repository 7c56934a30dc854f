"""What a language model can annotate in sentences, how each is shown to it, read from its answer and written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from distill.corpora import ddi
from distill.corpora.marked import BAR, marked, related, told_of
from distill.corpora.model import Sentence
from distill.corpora.written import NAMED
from distill.teachers.answer_text import says_nothing

Kind = Literal["pairs", "names"]
# What a model says of a sentence, or what is true of it: (first, second, relation), or (start, end, kind).
Told = frozenset[tuple[int, int, str]]
# Mentions of other kinds are findings, or the words that state an interaction.
_MEDICINES = frozenset({*ddi.KINDS, "Chemical", "Drug", "Drug_Class", "Substance", "Biomedical_Entity"})


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence that is asked about: its id, as it is shown, the spans of its numbered names, and what is true of it."""

    id: str
    text: str
    spans: tuple[tuple[int, int], ...]
    truth: Told


class Form(Protocol):
    """One kind of annotation."""

    @property
    def shown(self) -> tuple[str, ...]:
        """The corpora over one text whose training part is shown, and whose development part judges the model."""

    @property
    def held(self) -> tuple[str, ...]:
        """The corpora whose development and test parts are not annotated."""

    def item(self, views: Sequence[Sentence]) -> Item | None:
        """A sentence as it is asked, or None where it cannot be or holds nothing to ask."""

    def words(self, item: Item, told: Told) -> str:
        """What is told of it, as a model writes it."""

    def read(self, item: Item, answer: str) -> Told:
        """What a model wrote of it.

        Raises:
            ValueError: it is not in the form that was asked for.
        """

    def line(self, item: Item, told: Told) -> str:
        """A line of the file."""


class PairsForm:
    """Types of the pairs of medicines that a corpus has marked."""

    shown: tuple[str, ...] = ("ddi-2013",)
    held: tuple[str, ...] = ("ddi-2013", "ddi-2013-names")

    def item(self, views: Sequence[Sentence]) -> Item | None:
        """The medicines of a sentence with two different ones."""
        sentence = views[0]
        mentions = sorted((one for one in sentence.mentions if one.kind in _MEDICINES), key=lambda one: (one.start, one.end))
        text = marked(sentence, mentions)
        if not text or len({one.text.casefold() for one in mentions}) < 2:
            return None
        place = {one.id: number for number, one in enumerate(mentions, start=1)}
        truth = set[tuple[int, int, str]]()
        for pair in sentence.pairs:
            # A corpus with relations of its own teaches nothing of these.
            if pair.label in ddi.RELATIONS:
                first, second = place[pair.first], place[pair.second]
                truth.add((min(first, second), max(first, second), pair.label))
        return Item(sentence.id, text, tuple(one.spans[0] for one in mentions), frozenset(truth))

    def words(self, item: Item, told: Told) -> str:
        """`effect 1x2`."""
        return told_of({(first, second): label for first, second, label in told})

    def read(self, item: Item, answer: str) -> Told:
        """The pairs; a space after a comma is not meant."""
        plain = re.sub(r",\s+(?=\d)", ",", answer.strip().rstrip(".").lower())
        # "1x2, 1x3": another pair, not another name.
        plain = re.sub(r",(?=\d+x)", " ", plain)
        told = {} if says_nothing(plain) else related(plain, len(item.spans))
        return frozenset((first, second, label) for (first, second), label in told.items())

    def line(self, item: Item, told: Told) -> str:
        """Id, spans, pairs."""
        return f" {BAR} ".join((item.id, _spans(item.spans), self.words(item, told))).rstrip()


class NamesForm:
    """Names of chemicals and diseases."""

    shown: tuple[str, ...] = ("bc5cdr-chemical", "bc5cdr-disease")
    held: tuple[str, ...] = ("bc5cdr-chemical", "ncbi-disease")

    def item(self, views: Sequence[Sentence]) -> Item | None:
        """Every sentence that can stand in a line."""
        text = views[0].text
        if BAR in text or "\n" in text or not text.strip():
            return None
        truth = frozenset(
            (one.start, one.end, kind)
            for kind, view in zip(NAMED, views, strict=False)
            for one in view.mentions
            if one.kind == kind and len(one.spans) == 1
        )
        return Item(views[0].id, text, (), truth)

    def words(self, item: Item, told: Told) -> str:
        """The names of each kind, in order of the text."""
        columns = [[item.text[start:end] for start, end, own in sorted(told) if own == kind] for kind in NAMED]
        return f" {BAR} ".join("; ".join(dict.fromkeys(names)) for names in columns)

    def read(self, item: Item, answer: str) -> Told:
        """Every place where one of the names stands as whole words; of those of one kind that overlap the longest."""
        columns = answer.split(BAR)
        if len(columns) != len(NAMED):
            raise ValueError(f"it has {len(columns)} columns")
        named = [[name.strip() for name in column.split(";") if not says_nothing(name)] for column in columns]
        return frozenset(
            (start, end, kind) for kind, names in zip(NAMED, named, strict=True) for start, end in _places(item.text, names)
        )

    def line(self, item: Item, told: Told) -> str:
        """Id, spans of chemicals, spans of diseases."""
        columns = [_spans(sorted((start, end) for start, end, own in told if own == kind)) for kind in NAMED]
        return f" {BAR} ".join((item.id, *columns)).rstrip()


FORMS: Mapping[Kind, Form] = {"pairs": PairsForm(), "names": NamesForm()}


def _spans(spans: Iterable[tuple[int, int]]) -> str:
    return " ".join(f"{start}-{end}" for start, end in spans)


def _places(text: str, names: Sequence[str]) -> list[tuple[int, int]]:
    """Where the names stand as whole words.

    Raises:
        ValueError: one stands nowhere.
    """
    taken: list[tuple[int, int]] = []
    for name in sorted(names, key=len, reverse=True):
        places = [found.span() for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
        if not places:
            raise ValueError(f"'{name}' stands nowhere in it")
        taken += [one for one in places if all(one[1] <= start or end <= one[0] for start, end in taken)]
    return sorted(taken)
