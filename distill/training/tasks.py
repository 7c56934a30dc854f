"""The tasks of the reader: which corpus each learns from, and its labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from distill.corpora import ddi
from distill.corpora.model import NO_RELATION

TaskKind = Literal["relation", "names"]
OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class Task:
    """One head. `labels` are the classes in the order of its logits; of names they are O and B-/I- of each kind."""

    name: str
    kind: TaskKind
    corpus: str
    labels: tuple[str, ...]


def _tags(*kinds: str) -> tuple[str, ...]:
    return (OUTSIDE, *(f"{sign}-{kind}" for kind in kinds for sign in "BI"))


_CHEMPROT = (
    *("INHIBITOR", "SUBSTRATE", "INDIRECT-DOWNREGULATOR", "INDIRECT-UPREGULATOR", "ACTIVATOR", "ANTAGONIST", "PRODUCT-OF"),
    *("AGONIST", "DOWNREGULATOR", "UPREGULATOR", "SUBSTRATE_PRODUCT-OF", "AGONIST-ACTIVATOR", "AGONIST-INHIBITOR"),
)
TASKS: tuple[Task, ...] = (
    Task("ddi", "relation", "ddi-2013", (NO_RELATION, *ddi.RELATIONS)),
    Task("drug-names", "names", "ddi-2013-names", _tags(*ddi.KINDS)),
    Task("chemicals", "names", "bc5cdr-chemical", _tags("Chemical")),
    Task("diseases", "names", "bc5cdr-disease", _tags("Disease")),
    Task("ncbi-diseases", "names", "ncbi-disease", _tags("Disease")),
    Task("chemprot", "relation", "chemprot", _CHEMPROT),
    Task("ade", "relation", "ade", (NO_RELATION, "adverse_effect")),
    Task("pico", "names", "ebm-nlp", _tags("PAR", "INT", "OUT")),
)


def task_of(name: str) -> Task:
    """A task by its name.

    Raises:
        KeyError: there is none.
    """
    for task in TASKS:
        if task.name == name:
            return task
    raise KeyError(f"no task is called {name}; known are {', '.join(task.name for task in TASKS)}")
