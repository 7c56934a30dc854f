"""The table of disagreements: where a student says otherwise than a finding, or is contradicted by the facts, one row each.

For people who decide which of the two is to be looked into; the findings stand as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.reasoning.counting import contradicted, disagreeing, same_severity_alone, unsure
from engine.report import Fact, Generated, Interaction, Report, Step
from engine.reports.table import guarded

COLUMNS = (
    *("row", "medicine_1", "medicine_2", "severity", "direction", "documented", "student_severity", "student_direction"),
    *("student_mechanism", "labelled_by", "disagreement", "contradicted", "steps", "facts", "student", "text"),
)
_BOM = "\ufeff"
Pair = tuple[Interaction, Generated]


def worth_a_look(generated: Generated) -> bool:
    """Whether the student says otherwise than the finding, or a step of it the opposite of the facts."""
    return contradicted(generated) or disagreeing(generated)


def disagreements_csv(report: Report, pairs: Sequence[Pair]) -> bytes:
    """CSV in UTF-8, with the mark that spreadsheets need; the report gives versions and terms of use."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(report, pairs):
        writer.writerow({name: guarded(cell.replace("\x00", "")) for name, cell in row.items()})
    return (_BOM + out.getvalue()).encode("utf-8", errors="replace")


def _rows(report: Report, pairs: Sequence[Pair]) -> Iterator[dict[str, str]]:
    shown = [(finding, generated) for finding, generated in pairs if worth_a_look(generated)]
    for finding, generated in shown:
        yield _row(finding, generated)
    yield {"row": "counted", "text": f"{len(shown)} of {len(pairs)} findings that the student wrote about"}
    counted: tuple[tuple[str, Callable[[Generated], bool], str], ...] = (
        ("same severity", same_severity_alone, "the same severity, and nothing else of the label could be compared"),
        ("unsure", unsure, "the student is unsure whether there is an interaction, so it neither agrees nor disagrees"),
    )
    for row, wanted, words in counted:
        such = [" + ".join(finding.drugs) for finding, generated in pairs if wanted(generated)]
        if such:
            yield {"row": row, "text": f"{len(such)} of {len(pairs)} findings: {words}: {'; '.join(such)}"}
    for line in dict.fromkeys(generated.taught_by for _finding, generated in pairs):
        yield {"row": "taught by", "text": line}
    made = report.provenance
    versions = f"Coprescribe {made.application}, knowledge {made.knowledge}, content digest {made.knowledge_digest}"
    yield {"row": "versions", "text": versions}
    yield {"row": "intended use", "text": report.notice}


def _row(finding: Interaction, generated: Generated) -> dict[str, str]:
    first, second = finding.drugs
    facts = {fact.id: fact for fact in (*finding.facts, *generated.facts)}
    cited = dict.fromkeys(number for step in generated.steps for number in (*step.facts, *step.against))
    return {
        "row": "disagreement" if disagreeing(generated) else "contradicted",
        "medicine_1": first,
        "medicine_2": second,
        "severity": finding.severity,
        "direction": f"{finding.object} {finding.direction}" if finding.object and finding.direction else "",
        "documented": "yes" if finding.documented else "no, inferred",
        "student_severity": _written(generated.label.severity),
        "student_direction": _written(generated.label.direction),
        "student_mechanism": _written(generated.label.mechanism),
        "disagreement": "; ".join(generated.disagreements) or (f"unsure: {generated.unsure}" if unsure(generated) else ""),
        "contradicted": "yes" if generated.contradicted else "no",
        "steps": " | ".join(_step(step, facts) for step in generated.steps),
        "facts": " | ".join(_cited(facts[number].text, facts[number].source) for number in cited if number in facts),
        "labelled_by": generated.labelled_by,
        "student": f"{generated.student} {generated.version}",
    }


def _step(step: Step, facts: Mapping[str, Fact]) -> str:
    deciding = "; ".join(facts[number].text for number in step.against if number in facts)
    return f"{step.text} [{step.status}{f', against it: {deciding}' if deciding else ''}]"


def _cited(text: str, source: str) -> str:
    return f"{text} [{source}]"


def _written(shares: Mapping[str, float]) -> str:
    return next((f"{kind} ({share:.2f})" for kind, share in shares.items()), "")
