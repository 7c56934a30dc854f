"""A reader on its official tests, and calibrated on development data: whatever answers, by the manifest's heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from distill.corpora.model import Corpus
from distill.corpora.statistics import read_corpus
from distill.evaluation.reader import Answering, Figures, Said, name_figures, relation_figures, said_of
from distill.evaluation.tuning import tuned_names, tuned_relation
from distill.training.documents import training_documents
from distill.training.examples import examples_of
from distill.training.tasks import Source, source_of, task_of
from engine.errors import InputError
from engine.students.manifest import Head

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class Test:
    """What judges a head: a source of test examples and the task asked there. `stated_only`: the corpus holds no pair without a
    relation, and "none" is no answer (ChemProt in this edition). `tuned_on`: the source of development examples. `also`: of
    names, the source of other test documents, whose F1 is told beside."""

    task: str
    source: Source
    tuned_on: Source
    stated_only: bool = False
    also: Source | None = None


def _same(task: str, source: str) -> Test:
    return Test(task, source_of(source), source_of(source))


TESTS: tuple[Test, ...] = (
    _same("ddi", "ddi"),
    Test(
        "drug-names",
        Source("ddi-names", ("ddi-2013-names",), ("drug-names",)),
        source_of("ddi"),
        also=source_of("ddi"),
    ),
    _same("chemicals", "bc5cdr"),
    _same("diseases", "bc5cdr"),
    _same("ncbi-diseases", "ncbi"),
    Test("chemprot", Source("chemprot-pairs", ("chemprot",), (), "chemprot"), source_of("chemprot"), True),
    _same("ade", "ade"),
    _same("pico", "ebm-nlp"),
    _same("label-names", "labels"),
    _same("label-ddi", "labels"),
)


def test_of(head: Head) -> Test | None:
    """The test of a head; None where no corpus has its labels."""
    for test in TESTS:
        task = task_of(test.task)
        if task.head_name == head.name and task.labels == head.labels:
            return test
    return None


def judged(answering: Answering, heads: Sequence[Head], tokenizer: Tokenizer, max_tokens: int, data: Path) -> dict[str, Figures]:
    """Figures of each head on its official test, by name of the head.

    Raises:
        InputError: a corpus is missing or damaged.
    """
    found: dict[str, Figures] = {}
    kept: dict[str, tuple[list[Corpus], Said]] = {}

    def asked(source: Source) -> tuple[list[Corpus], Said]:
        if source.name not in kept:
            read = [read_corpus(name, data) for name in source.corpora]
            kept[source.name] = (read, said_of(answering, examples_of(source, read, "test", tokenizer, max_tokens)))
        return kept[source.name]

    def names(source: Source, head: Head, task: str) -> Figures:
        corpora, said = asked(source)
        return name_figures(said, head, task, corpora[source.names.index(task)], "test")

    for head in heads:
        test = test_of(head)
        if test is None:
            continue
        if head.kind == "names":
            found[head.name] = names(test.source, head, test.task)
            if test.also is not None:
                found[head.name][f"f1_in_{test.also.name}_test"] = names(test.also, head, test.task)["f1"]
        else:
            corpora, said = asked(test.source)
            found[head.name] = relation_figures(said, head, test.source, corpora[0], "test", stated_only=test.stated_only)
    if not found:
        raise InputError("None of the student's heads has a test among the corpora.")
    return found


def calibrated_heads(
    answering: Answering,
    heads: Sequence[Head],
    tokenizer: Tokenizer,
    max_tokens: int,
    data: Path,
    trained_on: Mapping[str, float],
) -> tuple[Head, ...]:
    """The heads tuned on development documents. `trained_on`: the share of a source's development documents that trained, which
    are left out here.

    Raises:
        InputError: a corpus is missing or damaged.
    """
    asked: dict[str, Said] = {}
    found = []
    for head in heads:
        test = test_of(head)
        if test is None:
            found.append(head)
            continue
        source = test.tuned_on
        if source.name not in asked:
            corpora = training_documents([read_corpus(name, data) for name in source.corpora], trained_on.get(source.name, 0.0))
            asked[source.name] = said_of(answering, examples_of(source, corpora, "development", tokenizer, max_tokens))
        tune = tuned_names if head.kind == "names" else tuned_relation
        found.append(tune(asked[source.name], head, test.task))
    return tuple(found)
