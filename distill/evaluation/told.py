"""What the application tells of texts, with the names that it finds itself and the doubts of their words, against annotators.

The figures of the card are those of the student's heads. What a user sees is less: a statement may be too unsure, the words of
its sentence may speak against it, or a name may be missed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from distill.corpora.model import NO_RELATION, Corpus, Document
from distill.corpora.statistics import read_corpus
from engine.application import Application
from engine.reading.model import Reading, Relation
from engine.reading.reader import read

# Words of the table, corpus, and the task whose relations are annotated there.
TEXTS: tuple[tuple[str, str, str], ...] = (
    ("interactions: DDI Extraction 2013", "ddi-2013", "ddi"),
    ("interactions: abstracts and laboratory texts as they are", "interactions", "ddi"),
    ("enzymes and transporters: sentences of labels and abstracts as they are", "roles", "chemprot"),
    ("adverse effects: ADE corpus", "ade", "ade"),
    ("adverse effects: abstracts as they are", "effects", "ade"),
)

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """Counts of relations. `told`: without doubt, of two names as annotators marked them; of these `right` have their very label
    and `related` any. `unsure` are shown as such, and `unsure_related` of them are stated. `stated`: by annotators, of names in
    pieces too, which none is told of. `elsewhere`: told of names that annotators did not mark so, and so not judged."""

    told: int = 0
    right: int = 0
    related: int = 0
    unsure: int = 0
    unsure_related: int = 0
    stated: int = 0
    elsewhere: int = 0


def told_lines(application: Application, data: Path) -> Iterator[str]:
    """A Markdown table of what is told of the test parts, a line at a time: reading takes minutes.

    Raises:
        InputError: a corpus is missing or damaged.
    """
    yield "| text | told | right | related | of what is stated | unsure, and of these related | told of other names |"
    yield "|---|---|---|---|---|---|---|"
    for words, name, task in TEXTS:
        found = told_of(application, read_corpus(name, data), task)
        shares = [_share(found.right, found.told), _share(found.related, found.told), _share(found.right, found.stated)]
        unsure = f"{found.unsure}, {found.unsure_related}"
        yield f"| {words} | {found.told} | {' | '.join(shares)} | {unsure} | {found.elsewhere} |"


def told_of(application: Application, corpus: Corpus, task: str) -> Told:
    """What is told of the test documents of a corpus, each read as one text."""
    found = Counter[str]()
    for document in corpus.splits["test"]:
        text, labels = _laid_out(document)
        found["stated"] += sum(pair.label != NO_RELATION for one in document.sentences for pair in one.pairs)
        for pair, relation in _relations(read(application, text), task):
            found.update(_counted(relation, labels.get(pair)))
    return Told(**found)


def _counted(relation: Relation, label: str | None) -> dict[str, int]:
    """What one relation counts as. `label`: of annotators; None where they did not mark these names."""
    if label is None:
        return {} if relation.abstained else {"elsewhere": 1}
    related = label != NO_RELATION
    if relation.abstained:
        return {"unsure": 1, "unsure_related": related}
    return {"told": 1, "related": related, "right": label == relation.label}


def _laid_out(document: Document) -> tuple[str, dict[frozenset[Place], str]]:
    """The document as one text, and the labels of its pairs by the places of their names there."""
    labels: dict[frozenset[Place], str] = {}
    start, texts = 0, list[str]()
    for sentence in document.sentences:
        places = {one.id: (start + one.start, start + one.end) for one in sentence.mentions if len(one.spans) == 1}
        for pair in sentence.pairs:
            if pair.first in places and pair.second in places:
                labels[frozenset({places[pair.first], places[pair.second]})] = pair.label
        texts.append(sentence.text)
        start += len(sentence.text) + 1
    return " ".join(texts), labels


def _relations(reading: Reading, task: str) -> Iterator[tuple[frozenset[Place], Relation]]:
    for sentence in reading.sentences:
        for one in sentence.relations:
            if one.task == task:
                names = (sentence.entities[place] for place in (one.first, one.second))
                yield frozenset((sentence.start + name.start, sentence.start + name.end) for name in names), one


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} % ({part} of {whole})" if whole else "-"
