"""What the page says of the text: what it is at, which part was not read, and what each name is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.abstract.relations_words import percent_words
from desktop.abstract.text_looks import KIND_LOOKS, kind_word
from desktop.abstract.view_model import AbstractViewModel, ReadingPhase

if TYPE_CHECKING:
    from engine.reading.model import Entity, Reading, ReadingProvenance

_QUOTED_CHARACTERS = 60


def _tr(text: str) -> str:
    return QCoreApplication.translate("AbstractText", text)


def _counted(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(count)


def result_words(reading: Reading) -> str:
    """What was found in a text, in one sentence."""
    names = sum(len(sentence.entities) for sentence in reading.sentences)
    relations = [relation for sentence in reading.sentences for relation in sentence.relations]
    unsure = sum(relation.abstained for relation in relations)
    found = _counted(names, _tr("1 name"), _tr("{0} names"))
    if not names:
        return _tr("No name of a medicine, chemical or disease was found in this text.")
    if reading.provenance.student is None:
        return _tr("{0} from the dictionary; relations were not looked for.").format(found)
    stated = _counted(len(relations) - unsure, _tr("1 relation stated"), _tr("{0} relations stated"))
    rest = _tr(", {0} unsure").format(unsure) if unsure else ""
    return _tr("{0}, {1}{2}.").format(found, stated, rest)


def status_words(model: AbstractViewModel) -> str:
    """What the page is at, in one or two sentences."""
    if model.opening:
        return _tr("Opening the file…")
    older = _tr(" What is shown belongs to the text before the change.") if model.reading is not None else ""
    if model.phase is ReadingPhase.READ and model.reading is not None:
        return result_words(model.reading)
    return {
        ReadingPhase.OPENING: _tr("Opening the knowledge… You can paste already."),
        ReadingPhase.EMPTY: _tr("Paste, drop or open an abstract. It is read on this machine alone."),
        ReadingPhase.WAITING: _tr("It is read when you pause, or at once with Ctrl+Enter.") + older,
        ReadingPhase.READING: _tr("Reading…") + older,
        ReadingPhase.STOPPED: _tr("The reading was stopped: this text is not read. Ctrl+Enter reads it."),
    }.get(model.phase, _tr("⚠ Nothing was read: {0}").format(model.fault))


def origin_words(model: AbstractViewModel) -> str:
    """Where an opened text comes from: number, year, journal, file. Empty for one that was pasted, typed or changed."""
    source = model.source
    if source is None:
        return ""
    parts = [
        _tr("PMID {0}").format(source.pmid) if source.pmid else "",
        str(source.year) if source.year is not None else "",
        source.journal or "",
        source.source,
    ]
    return " · ".join(filter(None, parts))


def unread_words(model: AbstractViewModel) -> tuple[str, str]:
    """(heading, text below it) on what was not read."""
    reading = model.reading
    if reading is None:
        if model.phase is ReadingPhase.EMPTY:
            return _tr("Not read: there is nothing to read yet"), ""
        if model.phase in {ReadingPhase.OPENING, ReadingPhase.WAITING, ReadingPhase.READING}:
            return _tr("Not read yet: the whole text"), ""
        return _tr("✗ Not read: the whole text"), ""
    heading, text = _unread_of(reading)
    if not model.current:
        # Of the text as it is now nothing is known yet; a tick would say so.
        heading = _tr("… Not read yet. Before the change: {0}").format(heading.lstrip("✓✗⚠ "))
    return heading, text


def _unread_of(reading: Reading) -> tuple[str, str]:
    left = [sentence for sentence in reading.sentences if sentence.unread is not None]
    if reading.provenance.student is None:
        return _tr("✗ Not read: relations in the whole text, since there is no student"), ""
    if not left:
        if reading.remarks:
            return _tr("⚠ Every sentence was read, but see what is to be known of this text"), ""
        return _tr("✓ Every sentence was read"), ""
    rows = [_tr("✗ “{0}”: {1}").format(_quoted(sentence.text), sentence.unread) for sentence in left]
    heading = _tr("✗ Not read: {0} of {1} sentences").format(len(left), len(reading.sentences))
    return heading if len(reading.sentences) > 1 else _tr("✗ Not read: the one sentence"), "\n".join(rows)


def _quoted(text: str) -> str:
    line = " ".join(text[: 2 * _QUOTED_CHARACTERS].split())
    return line if len(line) <= _QUOTED_CHARACTERS else line[: _QUOTED_CHARACTERS - 1] + "…"


def entity_words(entity: Entity) -> str:
    """What a name is, whether knowledge holds it, and who found it."""
    parts = [_tr("{0}: {1}").format(" ".join(entity.text.split()), kind_word(entity.kind))]
    if entity.substance_ids:
        parts.append(_tr("in knowledge as {0}").format(entity.name or ", ".join(entity.substance_ids)))
    elif entity.kind == "protein" and entity.name is not None:
        parts.append(_tr("in knowledge as {0}").format(entity.name))
    elif entity.kind in ("disease", "group"):
        # Knowledge has no list of these in which they could be missing.
        parts.append(_tr("not looked up in knowledge"))
    else:
        parts.append(_tr("not in knowledge"))
    found = {
        "student": _tr("found by the student"),
        "dictionary": _tr("found in the dictionary"),
        "both": _tr("found by student and dictionary"),
    }[entity.source]
    sure = "" if entity.probability is None else _tr(" ({0})").format(percent_words(entity.probability))
    return "; ".join((*parts, found + sure)) + "."


def legend_words(reading: Reading | None) -> list[tuple[str, str]]:
    """(kind, what stands in the legend) of the kinds of names that a reading holds, in the order of the looks."""
    if reading is None:
        return []
    counts = Counter(entity.kind for sentence in reading.sentences for entity in sentence.entities)
    known = [kind for kind in KIND_LOOKS if kind in counts]
    return [(kind, f"{kind_word(kind)} ({counts[kind]})") for kind in (*known, *sorted(counts.keys() - KIND_LOOKS.keys()))]


def provenance_words(reading: Reading | None) -> str:
    """What read the text, and on which terms; empty without a reading."""
    return made_words(reading.provenance) if reading is not None else ""


def made_words(by: ReadingProvenance) -> str:
    """What read something, and on which terms."""
    knowledge = _tr("Coprescribe {0}, knowledge {1}.").format(by.application, by.knowledge)
    if by.student is None:
        return _tr("Read without a student: names from the dictionary alone. {0}").format(knowledge)
    digest = f" ({by.student_sha256[:12]})" if by.student_sha256 else ""
    terms = _tr(" Not for commercial use.") if by.non_commercial else ""
    if by.licence:
        terms += _tr(" Terms: {0}.").format(by.licence.rstrip(". "))
    return _tr("Read by the student {0}{1}.{2} {3}").format(by.student, digest, terms, knowledge)
