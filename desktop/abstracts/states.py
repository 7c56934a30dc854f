"""What the page says of itself: why a table is empty, how far a run is, what stands in the way."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.abstracts.pace import left_words, rate_words
from desktop.abstracts.view_model import ManyAbstractsModel, Phase
from desktop.abstracts.words import counted


def _tr(text: str) -> str:
    return QCoreApplication.translate("ManyAbstractsState", text)


def empty_text(model: ManyAbstractsModel) -> str:
    """Why there are no rows, where that is not simply because none was found; empty otherwise."""
    if model.reader is not None:
        return ""
    return {
        Phase.OPENING: _tr("Opening the knowledge…"),
        Phase.EMPTY: _tr("Nothing to show yet: choose a file or folder with abstracts."),
        Phase.LOOKING: _tr("Looking whether a run is there…"),
        Phase.CHOSEN: _tr("Nothing is read yet. Start the run to see what the abstracts state."),
        Phase.REFUSED: _tr("The run that lies there is not shown, since it was made in another way."),
        Phase.READING: _tr("The first results come in a moment…"),
        Phase.STOPPING: _tr("The last step is being finished…"),
    }.get(model.phase, _tr("Nothing was read."))


def progress_text(model: ManyAbstractsModel) -> str:
    """How far the run is, in one line."""
    done = f"{model.done:,}"
    if model.total:
        parts = [_tr("{0} of {1} records").format(done, f"{model.total:,}")]
    else:
        parts = [counted(model.done, _tr("1 record"), _tr("{0} records"))]
    if model.rate_per_s is not None:
        parts.append(rate_words(model.rate_per_s))
    if model.left_s is not None:
        parts.append(left_words(model.left_s))
    return " · ".join(parts)


def phase_text(model: ManyAbstractsModel) -> str:
    """What the page is at, and what a person can do next."""
    progress = progress_text(model)
    records = counted(model.done, _tr("1 record"), _tr("{0} records"))
    return {
        Phase.OPENING: _tr("Opening the knowledge…"),
        Phase.UNUSABLE: _tr("⚠ Nothing can be read: {0}").format(model.fault),
        Phase.EMPTY: _tr("Choose or drop a folder, or an export of PubMed (.nbib, .xml, .xml.gz, .txt) or a .pdf."),
        Phase.LOOKING: _tr("Looking whether a run is there…"),
        Phase.CHOSEN: _tr("Ready to start. What is read is kept in the run's file, so that you can pause and go on later."),
        Phase.REFUSED: _tr("⚠ {0} Start again to read everything anew.").format(model.found.refusal),
        Phase.READING: _tr("Reading: {0}").format(progress),
        Phase.STOPPING: _tr("Pausing after the present step: {0}").format(progress),
        Phase.PAUSED: _tr("Paused: {0}. Resume goes on where it was.").format(progress),
        Phase.DONE: _tr("✓ Everything is read: {0}.").format(records),
        Phase.FAULT: _tr("⚠ {0}").format(model.fault),
    }[model.phase]


def counts_text(model: ManyAbstractsModel) -> str:
    """What was found so far; empty before anything was."""
    summary = model.summary
    if summary is None or not (summary.abstracts or summary.faults):
        return ""
    parts = [
        counted(summary.abstracts, _tr("1 abstract"), _tr("{0} abstracts")),
        counted(summary.relations, _tr("1 statement"), _tr("{0} statements")),
        counted(summary.pairs, _tr("1 pair of names"), _tr("{0} pairs of names")),
        counted(summary.duplicates, _tr("1 duplicate left out"), _tr("{0} duplicates left out")),
        counted(summary.faults, _tr("1 record not read"), _tr("{0} records not read")),
    ]
    if summary.unsure:
        parts.insert(2, _tr("of these {0} unsure").format(f"{summary.unsure:,}"))
    return " · ".join(parts)
