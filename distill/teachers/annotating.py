"""Sentences annotated by a large language model: types of their pairs after the DDI corpus, or names after BC5CDR.

It is shown training sentences of that corpus with their labels, and asked about some sentences at a time. What comes back is
written in the form of `corpora/written`. Replies are kept, so that a stopped run goes on.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from string import Template

from distill.corpora.marked import BAR
from distill.corpora.model import Sentence
from distill.corpora.overlap import HeldBack
from distill.corpora.statistics import read_corpus
from distill.evaluation.counts import Counts, total
from distill.teachers.answer_text import without_thoughts
from distill.teachers.cache import ReplyCache, asked_once
from distill.teachers.chat import ChatModel, Prompt, PromptTooLongError, Sampling
from distill.teachers.sentence_forms import FORMS, Item, Kind, Told
from distill.training.examples import View, merged
from engine.errors import InputError
from engine.records.writing import write_file

_TEMPLATES = Path(__file__).resolve().parent / "templates" / "sentences"
_AT_ONCE = 20
_ATTEMPTS = 2
_NUMBER = re.compile(r"(\d+)[.)]?")


class Annotator:
    """Asks one model for one kind of annotation. `data`: folder of the corpora; `examples`: sentences that it is shown, drawn by
    `seed`; `note`: is told how far it is."""

    def __init__(
        self,
        kind: Kind,
        data: Path,
        model: ChatModel,
        sampling: Sampling,
        cache: ReplyCache,
        *,
        examples: int,
        seed: int = 0,
        note: Callable[[str], None],
    ) -> None:
        """Read the corpus that is shown.

        Raises:
            InputError: it is missing, or the template cannot be used.
        """
        self._form, self._data, self._note = FORMS[kind], data, note
        self._model, self._sampling, self._cache = model, sampling, cache
        self._shown = [read_corpus(name, data) for name in self._form.shown]
        self._system = self._prompt(kind, examples, seed)

    def annotate(self, corpus: str, most: int | None = None) -> Iterator[str]:
        """The lines of the sentences of a corpus that are not held back, those of its test part never; at most so many are asked.

        Raises:
            KeyError: there is no such corpus.
            InputError: it is missing or has nothing to ask, the model cannot be asked at all, or no sentence fits into it.
        """
        shown = dict(zip(self._form.shown, self._shown, strict=True))
        held = HeldBack.of_corpora(shown.get(name) or read_corpus(name, self._data) for name in self._form.held)
        asked = read_corpus(corpus, self._data)
        found = [*asked.sentences("train"), *(() if corpus in self._form.held else asked.sentences("development"))]
        items = self._items([sentence] for sentence in found if not held.holds(sentence.text))
        if not items:
            raise InputError(f"The corpus '{corpus}' has nothing to ask of: no sentence with two names of medicines.")
        for item, told in self._answers(items[:most]):
            if told is not None:
                yield self._form.line(item, told)

    def judged(self, most: int | None = None) -> Counts:
        """Right, wrong and missed answers to the development part of the corpus whose training part was shown; of a sentence
        without an answer that could be read, all are missed.

        Raises:
            InputError: the model cannot be asked at all, or no sentence fits into it.
        """
        items = self._items(_sentences(merged([corpus.splits["development"] for corpus in self._shown])))
        answers = [(item, told or frozenset()) for item, told in self._answers(items[:most])]
        return total(Counts(len(told & item.truth), len(told - item.truth), len(item.truth - told)) for item, told in answers)

    def _items(self, sentences: Iterable[Sequence[Sentence]]) -> list[Item]:
        return [item for item in map(self._form.item, sentences) if item is not None]

    def _prompt(self, kind: Kind, examples: int, seed: int) -> str:
        items = self._items(_sentences(merged([corpus.splits["train"] for corpus in self._shown])))
        random = Random(seed)
        random.shuffle(items)
        # Half of them with something to tell.
        telling, silent = ([one for one in items if bool(one.truth) is told][: examples // 2] for told in (True, False))
        chosen = [*telling, *silent]
        random.shuffle(chosen)
        lines = [f"{one.text} {BAR} {self._form.words(one, one.truth)}".rstrip() for one in chosen]
        path = _TEMPLATES / f"{kind}.v1.toml"
        try:
            template = str(tomllib.loads(path.read_text(encoding="utf-8"))["system"])
        except (OSError, KeyError, ValueError) as error:
            raise InputError(f"The prompt template '{path.name}' cannot be used.") from error
        return Template(template).substitute(examples="\n".join(lines)).strip()

    def _answers(self, items: Sequence[Item]) -> Iterator[tuple[Item, Told | None]]:
        """What is told of each; None where no answer could be read, or the sentence is too long for the model."""
        read = too_long = 0
        for at in range(0, len(items), _AT_ONCE):
            part = items[at : at + _AT_ONCE]
            found, long = self._asked(part)
            read, too_long = read + len(found), too_long + long
            yield from ((item, found.get(item.id)) for item in part)
            done = at + len(part)
            unread = done - read - too_long
            self._note(f"{done} of {len(items)} sentences; too long for the model {too_long}, answer not read {unread}")
        if items and too_long == len(items):
            raise InputError("Nothing fits into the model's context: show it fewer sentences with --examples.")

    def _asked(self, items: Sequence[Item]) -> tuple[dict[str, Told], int]:
        """What is told of each that could be read, and how many are too long. What could not be read is asked once more."""
        found: dict[str, Told] = {}
        for attempt in range(_ATTEMPTS):
            left = [item for item in items if item.id not in found]
            if not left:
                break
            question = "\n".join(f"{number} {item.text}" for number, item in enumerate(left, start=1))
            try:
                reply = asked_once(self._model, Prompt(self._system, question), self._sampling.again(attempt), self._cache)
            except PromptTooLongError:
                return self._in_halves(left, found)
            lines = without_thoughts(reply.text).splitlines()
            # The limit may have ended the last one in the middle.
            found |= self._read(left, lines if reply.whole else lines[:-1])
        return found, 0

    def _in_halves(self, items: Sequence[Item], found: dict[str, Told]) -> tuple[dict[str, Told], int]:
        if len(items) == 1:
            return found, 1
        middle = len(items) // 2
        (first, long), (second, longer) = self._asked(items[:middle]), self._asked(items[middle:])
        return {**found, **first, **second}, long + longer

    def _read(self, items: Sequence[Item], lines: Iterable[str]) -> dict[str, Told]:
        found: dict[str, Told] = {}
        for line in lines:
            number, _bar, answer = (part.strip() for part in line.partition(BAR))
            named = _NUMBER.fullmatch(number)
            if named is not None and 1 <= int(named[1]) <= len(items):
                item = items[int(named[1]) - 1]
                try:
                    found[item.id] = self._form.read(item, answer)
                except ValueError:
                    continue
        return found


def _sentences(views: Iterable[list[View]]) -> Iterator[list[Sentence]]:
    for same in views:
        yield [sentence for _document, sentence in same]


def write_lines(lines: Iterable[str], path: Path) -> int:
    """Write a file of annotations, whole or not at all; how many lines it has.

    Raises:
        InputError: it cannot be written.
    """
    found = list(lines)
    write_file(path, "".join(f"{line}\n" for line in found).encode())
    return len(found)
