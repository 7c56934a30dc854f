"""The table: one row a finding, and rows for everything that was not checked or was assumed, so that nothing is lost.

A cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from engine.report import Interaction
from engine.reports.material import Material, patient_values, versions, worst_first

COLUMNS = (
    *("row", "severity", "medicine_1", "medicine_2", "line_1", "line_2", "object", "precipitant", "direction", "outcome"),
    *("what_to_do", "documented", "provisional", "seriousness", "evidence", "source_levels", "conditions", "facts", "text"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BOM = "\ufeff"


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs: one that begins like a formula, spaces aside, gets an apostrophe in front."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def table_csv(material: Material, *, bom: bool = True) -> bytes:
    """CSV in UTF-8; `bom` puts the mark in front that spreadsheets need to see UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in table_rows(material):
        writer.writerow({name: guarded(cell.replace("\x00", "")) for name, cell in row.items()})
    return ((_BOM if bom else "") + out.getvalue()).encode("utf-8", errors="replace")


def table_rows(material: Material) -> Iterator[dict[str, str]]:
    """The rows by column, as written and not yet guarded."""
    report = material.report
    for missed in report.not_checked:
        near = f"; near: {', '.join(missed.suggestions)}" if missed.suggestions else ""
        yield {"row": "not checked", "line_1": missed.line, "text": missed.reason + near}
    for sentence in report.assumed:
        yield {"row": "assumed", "text": sentence}
    for finding in worst_first(report):
        yield _finding(material, finding)
    for statement in report.patient:
        facts = "; ".join(f"{fact.source}, {fact.locator} ({fact.basis})" for fact in statement.facts)
        yield {
            "row": "patient",
            "medicine_1": statement.drug,
            "conditions": statement.datum,
            "what_to_do": "; ".join(statement.managements),
            "facts": facts,
            "text": statement.text,
        }
    for load in report.cumulative:
        yield {"row": "adds up", "outcome": load.effect, "seriousness": load.seriousness, "text": "; ".join(load.drugs)}
    for duplicate in report.duplicates:
        yield {"row": duplicate.kind, "outcome": duplicate.subgroup, "text": "; ".join(duplicate.drugs)}
    for missing in report.missing:
        changes = "; ".join(" + ".join(pair) for pair in missing.would_change)
        yield {"row": "not known", "conditions": missing.datum, "text": f"would change: {changes}"}
    for drug in report.drugs:
        understood = drug.name if drug.confirmed else f"{drug.name}, not confirmed"
        yield {"row": "medicine", "medicine_1": understood, "line_1": drug.line, "text": f"{drug.match}: {drug.matched_name}"}
    yield {"row": "patient data", "text": "; ".join(patient_values(material)) or "nothing given"}
    yield {"row": "pairs", "text": f"{report.pairs_checked} checked, {report.pairs_not_checked} not checked"}
    if material.title:
        yield {"row": "title", "text": material.title}
    if material.remark:
        yield {"row": "remark", "text": material.remark}
    yield {"row": "made", "text": material.date}
    yield {"row": "versions", "text": versions(material)}
    yield {"row": "intended use", "text": report.notice}


def _finding(material: Material, finding: Interaction) -> dict[str, str]:
    first, second = (material.report.drugs[row] for row in finding.rows)
    levels = []
    for level in finding.source_level:
        when = f" when {level.condition} ({level.condition_state})" if level.condition else ""
        levels.append(f"{level.source}: {level.level}{when}")
    notes = []
    for note in finding.conditions:
        state = "not known" if not note.known or note.met is None else "met" if note.met else "not met"
        notes.append(f"{note.needs} ({state}): {note.effect}")
    return {
        "row": "finding",
        "severity": finding.severity,
        "medicine_1": first.name,
        "medicine_2": second.name,
        "line_1": first.line,
        "line_2": second.line,
        "object": finding.object or "",
        "precipitant": finding.precipitant or "",
        "direction": finding.direction or "",
        "outcome": "; ".join(finding.effects) or finding.effect,
        "what_to_do": finding.management,
        "documented": "yes" if finding.documented else "no, inferred",
        "provisional": "yes" if finding.provisional else "no",
        "seriousness": finding.seriousness,
        "evidence": finding.evidence,
        "source_levels": " | ".join(levels),
        "conditions": " | ".join(dict.fromkeys(notes)),
        "facts": " | ".join(f"{fact.id} {fact.text} [{fact.source}, {fact.locator} ({fact.basis})]" for fact in finding.facts),
        "text": " | ".join(f"{step.text} [{step.status}]" for step in finding.rationale),
    }
