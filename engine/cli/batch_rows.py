"""A batch as a table: a row for each finding, and for what was not checked, so that an empty list and an unknown one differ."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TextIO

from engine.application import Application
from engine.cli.batch_line import BatchLine
from engine.report import Interaction, Report

_COLUMNS = (
    *("file", "list", "row", "severity", "documented", "medicine_a", "medicine_b", "line_a", "line_b", "object", "precipitant"),
    *("direction", "effect", "management", "evidence", "sources", "text"),
)
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOTHING = "No interaction found; this does not mean that there is no interaction."


class RowWriter:
    """Writes lists as rows of one table."""

    def __init__(self, file: TextIO, application: Application) -> None:
        self._writer = csv.DictWriter(file, _COLUMNS, restval="", lineterminator="\n")
        self._writer.writeheader()
        store = application.store
        versions = f"Coprescribe {application.checker.version}; knowledge {store.version} ({store.digest})"
        self._writer.writerow({"row": "versions", "text": f"{versions}; {datetime.now(UTC):%Y-%m-%d}"})
        self._writer.writerow({"row": "notice", "text": application.notice})

    def __call__(self, line: BatchLine) -> None:
        """Write the rows of one list."""
        for row in _rows(line):
            self._writer.writerow({"file": _cell(line.file), "list": _cell(line.list)} | row)


def _rows(line: BatchLine) -> Iterator[dict[str, str]]:
    yield from ({"row": "remark", "text": _cell(remark)} for remark in line.remarks)
    if line.report is None:
        yield {"row": "failed", "text": _cell(line.error or "")}
        return
    report = line.report
    yield from (_finding(report, finding) for finding in report.interactions)
    if not report.pairs_checked:
        yield {"row": "none checked", "text": "No pair of medicines was checked."}
    elif not report.interactions:
        yield {"row": "none found", "text": f"{_NOTHING} Pairs checked: {report.pairs_checked}."}
    for missing in report.not_checked:
        yield {"row": "not checked", "line_a": _cell(missing.line), "text": _cell(missing.reason)}
    yield from ({"row": "assumed", "text": _cell(sentence)} for sentence in report.assumed)


def _finding(report: Report, finding: Interaction) -> dict[str, str]:
    first, second = (report.drugs[place] for place in finding.rows)
    return {
        "row": "finding",
        "severity": finding.severity,
        "documented": "yes" if finding.documented else "no",
        "medicine_a": _cell(first.name),
        "medicine_b": _cell(second.name),
        "line_a": _cell(first.line),
        "line_b": _cell(second.line),
        "object": _cell(finding.object or ""),
        "precipitant": _cell(finding.precipitant or ""),
        "direction": finding.direction or "",
        "effect": _cell(finding.effect),
        "management": _cell(finding.management),
        "evidence": finding.evidence,
        "sources": "; ".join(f"{level.source}: {level.level}" for level in finding.source_level),
        "text": "provisional: a name waits for confirmation" if finding.provisional else "",
    }


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
