"""A reader on its official tests, and calibrated on development data: whatever answers, by the manifest's heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from distill.corpora.model import Corpus, Split
from distill.corpora.statistics import read_corpus
from distill.evaluation.directions import direction_figures
from distill.evaluation.reader import Answering, Figures, Said, name_figures, relation_figures, said_of, shown_figures
from distill.evaluation.tuning import tuned_names, tuned_relation
from distill.training.documents import training_documents
from distill.training.examples import examples_of
from distill.training.passages import passage_examples
from distill.training.settings import RowForm
from distill.training.tasks import Source, source_of, task_of
from engine.errors import InputError
from engine.installation import find_installation
from engine.reading.directing import DIRECTION
from engine.reading.lexicon import cue_words
from engine.students.manifest import Head

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class Test:
    """What judges a head: a source of test examples and the task asked there. `stated_only`: the corpus holds no pair without a
    relation, and "none" is no answer (ChemProt in this edition). `tuned_on`: the source of development examples. `also`: the
    source of other test documents, of which less is told beside: F1 of names; of relations also what is shown. `also_tunes`:
    its development part tunes the relations too, and sets their bar alone. `precision`: share of what is said that should be
    right on development data, where it is not the ordinary one. `least_bar`: the bar is not below this probability."""

    task: str
    source: Source
    tuned_on: Source
    stated_only: bool = False
    also: Source | None = None
    also_tunes: bool = False
    precision: float | None = None
    least_bar: float = 0.0


def _same(task: str, source: str) -> Test:
    return Test(task, source_of(source), source_of(source))


TESTS: tuple[Test, ...] = (
    # Abstracts as they are judge it beside: few pairs of its corpus stand side by side only because a trial had both. Of what
    # reader 13, which had learned from none of them, told in those that tune there, or may train, 85 of 158 were right below 0.8
    # and 240 of 284 from it on.
    Test("ddi", source_of("ddi"), source_of("ddi"), also=source_of("interactions"), least_bar=0.8),
    Test(
        DIRECTION,
        source_of("ddi-directions"),
        # Of the corpus' own development documents those that trained nothing hold too few pairs. By the name of the source of
        # interactions, so that sentences which trained that head, and its encoder, are left out.
        Source("written", ("written-directions",), (), DIRECTION),
        # A wrong direction is worse than none.
        precision=0.98,
    ),
    Test(
        "drug-names",
        Source("ddi-names", ("ddi-2013-names",), ("drug-names",)),
        source_of("ddi"),
        also=source_of("ddi"),
    ),
    _same("chemicals", "bc5cdr"),
    _same("diseases", "bc5cdr"),
    _same("ncbi-diseases", "ncbi"),
    # That corpus names no pair without a relation; sentences as they are tell how often one is said where none is.
    Test(
        "chemprot",
        Source("chemprot-pairs", ("chemprot",), (), "chemprot"),
        source_of("chemprot"),
        stated_only=True,
        also=source_of("roles"),
        also_tunes=True,
    ),
    # Its corpus holds sentences that state an effect, and few that name medicine and disease for another reason: abstracts as
    # they are tune it too, and judge it beside.
    Test("ade", source_of("ade"), source_of("ade"), also=source_of("effects"), also_tunes=True),
    _same("pico", "ebm-nlp"),
    _same("label-names", "labels"),
    _same("label-ddi", "labels"),
)


# Of relations in other test documents.
_BESIDE = ("micro_f1", "micro_f1_low", "micro_f1_high", "ece", "shown_precision", "shown_recall", "shown", "pairs")


def test_of(head: Head) -> Test | None:
    """The test of a head; None where no corpus has its labels."""
    for test in TESTS:
        task = task_of(test.task)
        if task.head_name == head.name and task.labels == head.labels:
            return test
    return None


def judged(answering: Answering, heads: Sequence[Head], tokenizer: Tokenizer, form: RowForm, data: Path) -> dict[str, Figures]:
    """Figures of each head on its official test, by name of the head; of relations in other test documents by that name, "-" and
    the source's. `form`: of its rows, as the manifest tells it.

    Raises:
        InputError: a corpus is missing or damaged.
    """
    found: dict[str, Figures] = {}
    asking = _Asking(answering, tokenizer, form, data, "test")

    def names(source: Source, head: Head, task: str) -> Figures:
        corpora, said = asking.names(source)
        return name_figures(said, head, task, corpora[source.names.index(task)], "test")

    def others(source: Source, head: Head) -> Figures:
        corpora, said = asking.pairs(source)
        figures = relation_figures(said, head, source, corpora[0], "test")
        figures |= shown_figures(said, head, source, corpora[0], "test")
        return {measure: value for measure, value in figures.items() if measure in _BESIDE or measure.startswith("micro_f1/")}

    for head in heads:
        test = test_of(head)
        if test is None:
            continue
        if head.kind == "names":
            found[head.name] = names(test.source, head, test.task)
            if test.also is not None:
                found[head.name][f"f1_in_{test.also.name}_test"] = names(test.also, head, test.task)["f1"]
        else:
            corpora, said = asking.pairs(test.source)
            found[head.name] = relation_figures(said, head, test.source, corpora[0], "test", stated_only=test.stated_only)
            if test.also is not None:
                found[f"{head.name}-{test.also.name}"] = others(test.also, head)
            if head.name == DIRECTION:
                words = cue_words(find_installation().resources)
                found[head.name] |= direction_figures(said, head, test.source, corpora[0], "test", words)
    if not found:
        raise InputError("None of the student's heads has a test among the corpora.")
    return found


def calibrated_heads(
    answering: Answering,
    heads: Sequence[Head],
    tokenizer: Tokenizer,
    form: RowForm,
    data: Path,
    trained_on: Mapping[str, float],
) -> tuple[Head, ...]:
    """The heads tuned on development documents. `trained_on`: the share of a source's development documents that trained, which
    are left out here.

    Raises:
        InputError: a corpus is missing or damaged.
    """
    asking = _Asking(answering, tokenizer, form, data, "development", trained_on)
    found = []
    for head in heads:
        test = test_of(head)
        if test is None:
            found.append(head)
        elif head.kind == "names":
            found.append(tuned_names(asking.names(test.tuned_on)[1], head, test.task))
        else:
            said = asking.pairs(test.tuned_on)[1]
            # Probabilities should hold in both; what is shown must be right in those documents where less is.
            beside = asking.pairs(test.also)[1] if test.also is not None and test.also_tunes else None
            tuned = tuned_relation(said, head, test.task, test.precision, beside=beside, stated_only=test.stated_only)
            found.append(tuned.model_copy(update={"abstain_below": max(tuned.abstain_below, test.least_bar)}))
    return tuple(found)


class _Asking:
    """What is answered to one split of each source, asked once. `trained_on`: see :func:`calibrated_heads`."""

    def __init__(
        self,
        answering: Answering,
        tokenizer: Tokenizer,
        form: RowForm,
        data: Path,
        split: Split,
        trained_on: Mapping[str, float] | None = None,
    ) -> None:
        self._answering, self._tokenizer, self._form, self._data, self._split = answering, tokenizer, form, data, split
        self._trained_on = trained_on or {}
        self._kept: dict[tuple[Source, bool], tuple[list[Corpus], Said]] = {}

    def names(self, source: Source) -> tuple[list[Corpus], Said]:
        """The corpora of a source, and what is said of the names in them."""
        return self._said(source, passages=self._form.passages)

    def pairs(self, source: Source) -> tuple[list[Corpus], Said]:
        """The corpora of a source, and what is said of the pairs in them."""
        return self._said(source, passages=False)

    def _said(self, source: Source, *, passages: bool) -> tuple[list[Corpus], Said]:
        key = source, passages
        if key not in self._kept:
            whole = [read_corpus(name, self._data) for name in source.corpora]
            corpora = training_documents(whole, self._trained_on.get(source.name, 0.0))
            split, tokenizer, longest = self._split, self._tokenizer, self._form.max_tokens
            if passages:
                examples = passage_examples(source, corpora, whole, split, tokenizer, longest)
            else:
                examples = examples_of(source, corpora, split, tokenizer, longest)
                # Names are asked elsewhere.
                examples = tuple(one for one in examples if one.pair_ids) if self._form.passages else examples
            self._kept[key] = corpora, said_of(self._answering, examples)
        return self._kept[key]
