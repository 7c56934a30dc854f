"""The heads of the reader and the corpora that teach them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from distill.corpora import chemprot, ddi
from distill.corpora.model import NO_RELATION
from engine.reading.directing import CHANGES, DIRECTION

HeadKind = Literal["names", "relation"]
OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class Task:
    """One head. `labels` are its classes in order: of names O and B-/I- of each kind, of a relation "none" and each kind.

    `markers`: words of the base vocabulary that stand in no text; they mark the first and second name of a pair. `head`: its name
    in a student's manifest, where it is another (a student has one head for one purpose, whichever corpus taught it).
    """

    name: str
    kind: HeadKind
    labels: tuple[str, ...]
    markers: tuple[str, str] | None = None
    head: str = ""

    @property
    def head_name(self) -> str:
        """Its name in a student's manifest."""
        return self.head or self.name


@dataclass(frozen=True, slots=True)
class Source:
    """A corpus (by its name, or two names of one text) and the heads that it teaches. `names`: head of each corpus' mentions.

    `unlabelled`: its labels, if it has any, are not those of the heads; teachers' answers or hidden words are learned from it.
    """

    name: str
    corpora: tuple[str, ...]
    names: tuple[str, ...] = ()
    relation: str = ""
    unlabelled: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it is running text, of which nothing is asked."""
        return self.unlabelled and not self.relation

    @property
    def tasks(self) -> tuple[str, ...]:
        """All heads that it teaches or asks."""
        return (*self.names, self.relation) if self.relation else self.names


def _tags(*kinds: str) -> tuple[str, ...]:
    return (OUTSIDE, *(f"{sign}-{kind}" for kind in kinds for sign in "BI"))


_LABEL_KINDS = ("Specific_Interaction", "Caution_Interaction", "Increase_Interaction", "Decrease_Interaction")
# Two heads are asked by these markers, so that one row answers both.
_MEDICINES = ("[unused1]", "[unused2]")
TASKS: tuple[Task, ...] = (
    Task("drug-names", "names", _tags(*ddi.KINDS)),
    Task("chemicals", "names", _tags("Chemical")),
    Task("diseases", "names", _tags("Disease")),
    Task("ncbi-diseases", "names", _tags("Disease")),
    Task("pico", "names", _tags("PAR", "INT", "OUT")),
    Task("label-names", "names", _tags("Drug", "Drug_Class", "Substance"), head="drug-names"),
    Task("ddi", "relation", (NO_RELATION, *ddi.RELATIONS), _MEDICINES),
    Task(DIRECTION, "relation", (NO_RELATION, *CHANGES), _MEDICINES),
    Task("ade", "relation", (NO_RELATION, "adverse_effect"), ("[unused3]", "[unused4]")),
    Task("chemprot", "relation", (NO_RELATION, *chemprot.RELATIONS), ("[unused5]", "[unused6]")),
    Task("label-ddi", "relation", (NO_RELATION, *_LABEL_KINDS), ("[unused7]", "[unused8]"), head="ddi"),
)
SOURCES: tuple[Source, ...] = (
    Source("ddi", ("ddi-2013",), ("drug-names",), "ddi"),
    Source("bc5cdr", ("bc5cdr-chemical", "bc5cdr-disease"), ("chemicals", "diseases")),
    Source("ncbi", ("ncbi-disease",), ("ncbi-diseases",)),
    Source("chemprot", ("chemprot-sentences",), (), "chemprot"),
    Source("ade", ("ade",), (), "ade"),
    Source("ebm-nlp", ("ebm-nlp",), ("pico",)),
    Source("labels", ("fda-labels",), ("label-names",), "label-ddi"),
    # Label sentences put to the heads of the DDI corpus.
    Source("label-text", ("fda-labels",), (), "ddi", unlabelled=True),
    # Written and annotated for the reader, after the conventions of the corpora above: see `corpora/written`.
    Source("written", ("written",), (), "ddi"),
    Source("ddi-directions", ("ddi-2013-directions",), (), DIRECTION),
    Source("written-directions", ("written-directions",), (), DIRECTION),
    Source("labels-typed", ("fda-labels-typed",), (), "ddi"),
    Source("bc5cdr-typed", ("bc5cdr-typed",), (), "ddi"),
    Source("ade-typed", ("ade-typed",), (), "ddi"),
    Source("effects", ("effects",), (), "ade"),
    Source("interactions", ("interactions",), (), "ddi"),
    Source("roles", ("roles",), (), "chemprot"),
    Source("written-roles", ("written-roles",), (), "chemprot"),
    Source("written-effects", ("written-effects",), (), "ade"),
    Source("dikb-typed", ("dikb-typed",), ("drug-names",), "ddi"),
    Source("text-typed", ("text-typed",), ("drug-names",), "ddi"),
    Source("ade-names", ("ade-chemical", "ade-disease"), ("chemicals", "diseases")),
    Source("pubmedqa-names", ("pubmedqa-chemical", "pubmedqa-disease"), ("chemicals", "diseases")),
    Source("chemprot-names", ("chemprot-chemical", "chemprot-disease"), ("chemicals", "diseases")),
    Source("ebm-nlp-names", ("ebm-nlp-chemical", "ebm-nlp-disease"), ("chemicals", "diseases")),
    Source("bc5cdr-drugs", ("bc5cdr-drugs",), ("drug-names",)),
    Source("ade-drugs", ("ade-drugs",), ("drug-names",)),
    # Running text, that of the corpora too: of a corpus without its labels, by its name and "-text".
    Source("text", ("text",), unlabelled=True),
    Source("pubmedqa-text", ("pubmedqa",), unlabelled=True),
    *(
        Source(f"{name}-text", (corpus,), unlabelled=True)
        for name, corpus in (
            *(("ddi", "ddi-2013"), ("bc5cdr", "bc5cdr-chemical"), ("ncbi", "ncbi-disease"), ("chemprot", "chemprot-sentences")),
            *(("ade", "ade"), ("ebm-nlp", "ebm-nlp")),
        )
    ),
)


def task_of(name: str) -> Task:
    """A head by its name.

    Raises:
        KeyError: there is none.
    """
    for task in TASKS:
        if task.name == name:
            return task
    raise KeyError(f"no head is called {name}; known are {', '.join(task.name for task in TASKS)}")


def source_of(name: str) -> Source:
    """A source by its name.

    Raises:
        KeyError: there is none.
    """
    for source in SOURCES:
        if source.name == name:
            return source
    raise KeyError(f"no source is called {name}; known are {', '.join(source.name for source in SOURCES)}")


# Heads of one output, each with its first class.
Heads = tuple[tuple[Task, int], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which classes of the two outputs belong to which head, in the order of `TASKS`."""

    names: Heads
    relations: Heads

    @property
    def name_classes(self) -> int:
        """Classes of all names heads together."""
        return sum(len(task.labels) for task, _start in self.names)

    @property
    def relation_classes(self) -> int:
        """Classes of all relation heads together."""
        return sum(len(task.labels) for task, _start in self.relations)


def in_both(mine: Heads, theirs: Heads) -> Iterator[tuple[Task, slice, slice]]:
    """The heads of `mine` that `theirs` has too, with the classes of each in the one output and in the other."""
    starts = dict(theirs)
    for task, start in mine:
        if task in starts:
            yield task, slice(start, start + len(task.labels)), slice(starts[task], starts[task] + len(task.labels))


def layout_of(sources: tuple[str, ...]) -> Layout:
    """The outputs of a reader that learns from these sources.

    Raises:
        KeyError: a source is not known.
    """
    wanted = {task for name in sources for task in source_of(name).tasks}

    def placed(kind: HeadKind) -> Heads:
        found: list[tuple[Task, int]] = []
        start = 0
        for task in TASKS:
            if task.name in wanted and task.kind == kind:
                found.append((task, start))
                start += len(task.labels)
        return tuple(found)

    return Layout(placed("names"), placed("relation"))
