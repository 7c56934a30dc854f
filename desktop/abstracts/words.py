"""What the page calls things, beyond the words it shares with the page of one abstract. No sign stands without its word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.abstract.relations_words import class_words, knowledge_sign, knowledge_words
from engine.reports.reading_words import KNOWLEDGE

if TYPE_CHECKING:
    from engine.reading.model import KnowledgeState

KNOWLEDGE_STATES: tuple[KnowledgeState, ...] = tuple(KNOWLEDGE)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ManyAbstracts", text)


def label_words(label: str) -> str:
    """A class that comes as "task:label"."""
    task, _, name = label.partition(":")
    return class_words(task, name)


def counted_classes(labels: Iterable[tuple[str, int]]) -> str:
    """Classes ("task:label") with how often each is stated."""
    return ", ".join(_tr("{0}: {1}").format(label_words(label), f"{count:,}") for label, count in labels)


def state_words(state: KnowledgeState) -> str:
    """Sign and word of what knowledge says."""
    return f"{knowledge_sign(state)} {knowledge_words(state)}"


def year_words(year: int | None) -> str:
    """A year; a dash where none is stated."""
    return str(year) if year is not None else "–"


def remark_kind(kind: str) -> str:
    """Sign and word of a kind of remark."""
    return {"fault": _tr("✗ not read"), "duplicate": _tr("= duplicate")}.get(kind, _tr("i remark"))


def counted(count: int, one: str, many: str) -> str:
    """A count in words."""
    return one if count == 1 else many.format(f"{count:,}")
