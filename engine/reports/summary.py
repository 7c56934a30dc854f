"""The short summary as plain text, for the clipboard."""

from __future__ import annotations

from collections.abc import Iterator

from engine.report import PatientStatement
from engine.reports.looks import LOOKS, WEIGHTS
from engine.reports.material import Material, patient_values, versions, worst_first


def summary_text(material: Material) -> str:
    """What was found, what to do, what was not checked and assumed, versions and notice."""
    return "\n".join(_lines(material)) + "\n"


def _statement(statement: PatientStatement) -> str:
    look = WEIGHTS[statement.weight]
    return f"{look.shape} {look.word}: {statement.text}"


def _lines(material: Material) -> Iterator[str]:
    report = material.report
    yield material.title or "Medication interaction record"
    yield material.date
    if material.remark:
        yield material.remark
    yield f"Patient: {'; '.join(patient_values(material)) or 'nothing given'}"
    yield f"Medicines: {', '.join(dict.fromkeys(drug.name for drug in report.drugs)) or 'none recognised'}"
    for row in report.not_checked:
        yield f"NOT CHECKED: {row.line}: {row.reason}"
    yield f"Pairs: {report.pairs_checked} checked, {report.pairs_not_checked} not checked"
    for sentence in report.assumed:
        yield f"ASSUMED: {sentence}"
    if report.missing:
        yield f"NOT KNOWN and would change statements: {', '.join(one.datum for one in report.missing)}"
    yield ""
    if not report.interactions:
        yield "None found in what was checked. Absence of a finding is no proof that there is no interaction."
    yield from (_statement(one) for one in report.patient if one.weight == "contraindicated")
    for finding in worst_first(report):
        look = LOOKS[finding.severity]
        origin = "documented" if finding.documented else "inferred"
        pair = " + ".join(finding.drugs)
        if finding.object and finding.precipitant:
            pair = f"{finding.object} (affected by {finding.precipitant})"
        yield f"{look.shape} {look.word}: {pair}: {'; '.join(finding.effects)} ({origin})"
        if finding.management:
            yield f"   {finding.management}"
    yield from (_statement(one) for one in report.patient if one.weight != "contraindicated")
    for load in report.cumulative:
        yield f"Adds up: {load.effect}: {', '.join(load.drugs)}"
    for duplicate in report.duplicates:
        yield f"Possible duplicate ({duplicate.kind}): {', '.join(duplicate.drugs)}"
    yield ""
    yield versions(material)
    yield report.notice
