"""Sentences annotated by a large language model: types of their pairs after the DDI corpus, or names after BC5CDR.

It is shown training sentences of that corpus with their labels, and asked about some sentences at a time. What comes back is
written in the form of `corpora/written`, from where the reader learns. Replies are kept, so that a stopped run goes on.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from string import Template
from typing import Literal, Protocol

from distill.corpora.marked import BAR, marked, related, told_of
from distill.corpora.model import NO_RELATION, Corpus, Sentence
from distill.corpora.overlap import HeldBack
from distill.corpora.statistics import read_corpus
from distill.corpora.written import NAMED
from distill.evaluation.counts import Counts, total
from distill.teachers.cache import ReplyCache, asked_once
from distill.teachers.chat import ChatModel, Prompt, PromptTooLongError, Sampling
from engine.errors import InputError

Kind = Literal["pairs", "names"]
# What a model says of a sentence, or what is true of it: (first, second, relation), or (kind, start, end).
Told = frozenset[tuple[int, int, str]]
Note = Callable[[str], None]
_TEMPLATES = Path(__file__).resolve().parent / "templates" / "sentences"
_EXAMPLES = 160
_AT_ONCE = 20
_ATTEMPTS = 2


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
    """Types of the pairs of names that a corpus has marked."""

    shown: tuple[str, ...] = ("ddi-2013",)
    held: tuple[str, ...] = ("ddi-2013",)

    def item(self, views: Sequence[Sentence]) -> Item | None:
        """Every name of a sentence with two different ones."""
        sentence = views[0]
        mentions = sorted(sentence.mentions, key=lambda one: (one.start, one.end))
        text = marked(sentence, mentions)
        if not text or len({one.text.casefold() for one in mentions}) < 2:
            return None
        place = {one.id: number for number, one in enumerate(mentions, start=1)}
        truth = set[tuple[int, int, str]]()
        for pair in sentence.pairs:
            first, second = place[pair.first], place[pair.second]
            if pair.label != NO_RELATION:
                truth.add((min(first, second), max(first, second), pair.label))
        return Item(sentence.id, text, tuple(one.spans[0] for one in mentions), frozenset(truth))

    def words(self, item: Item, told: Told) -> str:
        """`effect 1x2`."""
        return told_of({(first, second): label for first, second, label in told})

    def read(self, item: Item, answer: str) -> Told:
        """The pairs."""
        return frozenset((*pair, label) for pair, label in related(answer, len(item.spans)).items())

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
        columns = [[item.text[a:b] for a, b, own in sorted(told) if own == kind] for kind in NAMED]
        return f" {BAR} ".join("; ".join(dict.fromkeys(names)) for names in columns)

    def read(self, item: Item, answer: str) -> Told:
        """Every place where one of the names stands as whole words; of those that overlap the longest."""
        columns = answer.split(BAR)
        if len(columns) != len(NAMED):
            raise ValueError(f"it has {len(columns)} columns")
        return frozenset(
            (start, end, kind)
            for kind, column in zip(NAMED, columns, strict=True)
            for start, end in _places(item.text, [name.strip() for name in column.split(";")])
        )

    def line(self, item: Item, told: Told) -> str:
        """Id, spans of chemicals, spans of diseases."""
        columns = [_spans(sorted((a, b) for a, b, own in told if own == kind)) for kind in NAMED]
        return f" {BAR} ".join((item.id, *columns)).rstrip()


FORMS: dict[Kind, Form] = {"pairs": PairsForm(), "names": NamesForm()}


class Annotator:
    """Asks one model for one kind of annotation. `data`: folder of the corpora; `seed`: of the examples that it is shown."""

    def __init__(self, kind: Kind, data: Path, model: ChatModel, sampling: Sampling, cache: ReplyCache, seed: int = 0) -> None:
        """Read the corpus that is shown.

        Raises:
            InputError: it is missing, or the template cannot be used.
        """
        self._form, self._data = FORMS[kind], data
        self._model, self._sampling, self._cache = model, sampling, cache
        self._shown = [read_corpus(name, data) for name in self._form.shown]
        self._system = self._prompt(kind, seed)

    def annotate(self, corpus: str, most: int | None, note: Note) -> Iterator[str]:
        """The lines of the sentences of a corpus that are not held back, those of its test part never; at most so many are asked.

        Raises:
            KeyError: there is no such corpus.
            InputError: it is missing, or the model cannot be asked at all.
        """
        held = HeldBack.of(
            sentence
            for name in self._form.held
            for split in ("development", "test")
            for sentence in read_corpus(name, self._data).sentences("test" if split == "test" else "development")
        )
        asked = read_corpus(corpus, self._data)
        found = [*asked.sentences("train"), *(() if corpus in self._form.held else asked.sentences("development"))]
        items = [one for one in (self._form.item([sentence]) for sentence in found) if one and not held.holds(one.text)]
        for item, told in self._answers(items[:most], note):
            yield self._form.line(item, told)

    def judged(self, most: int | None, note: Note) -> Counts:
        """Right, wrong and missed answers to the development part of the corpus whose training part was shown."""
        items = [one for one in (self._form.item(views) for views in _views(self._shown, "development")) if one]
        return total(
            Counts(len(told & item.truth), len(told - item.truth), len(item.truth - told))
            for item, told in self._answers(items[:most], note)
        )

    def _prompt(self, kind: Kind, seed: int) -> str:
        items = [one for one in (self._form.item(views) for views in _views(self._shown, "train")) if one]
        random = Random(seed)
        random.shuffle(items)
        # Half of them with something to tell.
        chosen = [one for one in items if one.truth][: _EXAMPLES // 2] + [one for one in items if not one.truth][: _EXAMPLES // 2]
        random.shuffle(chosen)
        lines = [f"{one.text} {BAR} {self._form.words(one, one.truth)}".rstrip() for one in chosen]
        path = _TEMPLATES / f"{kind}.v1.toml"
        try:
            template = str(tomllib.loads(path.read_text(encoding="utf-8"))["system"])
        except (OSError, KeyError, ValueError) as error:
            raise InputError(f"The prompt template '{path.name}' cannot be used.") from error
        return Template(template).substitute(examples="\n".join(lines)).strip()

    def _answers(self, items: Sequence[Item], note: Note) -> Iterator[tuple[Item, Told]]:
        unread = 0
        for at in range(0, len(items), _AT_ONCE):
            part = items[at : at + _AT_ONCE]
            found = self._asked(part)
            unread += len(part) - len(found)
            yield from ((item, found[item.id]) for item in part if item.id in found)
            note(f"{at + len(part)} of {len(items)} sentences asked; answers to {unread} could not be read")

    def _asked(self, items: Sequence[Item]) -> dict[str, Told]:
        """What is told of each; a sentence whose answer cannot be read is asked once more, with the others of its kind."""
        found: dict[str, Told] = {}
        for attempt in range(_ATTEMPTS):
            left = [item for item in items if item.id not in found]
            if left:
                question = "\n".join(f"{number} {item.text}" for number, item in enumerate(left, start=1))
                try:
                    reply = asked_once(self._model, Prompt(self._system, question), self._sampling.again(attempt), self._cache)
                except PromptTooLongError:
                    break
                found |= self._read(left, reply.text)
        return found

    def _read(self, items: Sequence[Item], text: str) -> dict[str, Told]:
        found: dict[str, Told] = {}
        for line in text.splitlines():
            number, _bar, answer = (part.strip() for part in line.partition(BAR))
            if number.isascii() and number.isdecimal() and 1 <= int(number) <= len(items):
                item = items[int(number) - 1]
                try:
                    found[item.id] = self._form.read(item, answer)
                except ValueError:
                    continue
        return found


def _views(corpora: Sequence[Corpus], split: Literal["train", "development"]) -> Iterable[tuple[Sentence, ...]]:
    return zip(*(corpus.sentences(split) for corpus in corpora), strict=True)


def _spans(spans: Iterable[tuple[int, int]]) -> str:
    return " ".join(f"{start}-{end}" for start, end in spans)


def _places(text: str, names: Sequence[str]) -> list[tuple[int, int]]:
    """Where the names stand as whole words.

    Raises:
        ValueError: one stands nowhere.
    """
    taken: list[tuple[int, int]] = []
    for name in sorted(filter(None, names), key=len, reverse=True):
        places = [found.span() for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
        if not places:
            raise ValueError(f"'{name}' stands nowhere in it")
        taken += [one for one in places if all(one[1] <= start or end <= one[0] for start, end in taken)]
    return sorted(taken)


def write_lines(lines: Iterable[str], path: Path) -> int:
    """Write a file of annotations, whole or not at all; how many lines it has."""
    found = list(lines)
    new = path.with_name(f"{path.name}.new")
    new.write_text("".join(chain.from_iterable((line, "\n") for line in found)), encoding="utf-8")
    new.replace(path)
    return len(found)
