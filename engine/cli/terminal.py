"""A report for a terminal: findings worst first, what was not checked, what was assumed, provenance and notice."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from engine.cli.output import printable, writing
from engine.reasoning.wording import capitalised, name_remark, traced
from engine.report import Direction, Interaction, Report, Severity

_STYLE: dict[Severity, str] = {
    "contraindicated": "bold white on red",
    "major": "bold red",
    "moderate": "yellow",
    "minor": "cyan",
    "none": "dim",
}
# Shape as well as colour, so that severity reads without colour.
_MARK: dict[Severity, str] = {"contraindicated": "■", "major": "▲", "moderate": "●", "minor": "○", "none": "·"}

_CHANGE: dict[Direction, str] = {"increase": "raised", "decrease": "lowered", "either": "raised or lowered"}


class OutputConsole(Console):
    """Leaves a reader that went away to :func:`writing`; the library would end the program as failed."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def print_report(report: Report) -> None:
    """Print a report to standard output. Nothing of the input is interpreted as markup.

    Raises:
        ResourceError: the standard output takes no more.
    """
    with writing():
        _print_report(report, OutputConsole(markup=False, emoji=False, highlight=False))


def _print_report(report: Report, console: Console) -> None:
    for drug in report.drugs:
        doubt = "" if drug.confirmed else " — please confirm"
        remark = name_remark(drug.match, drug.name_basis)
        console.print(f"{drug.name}  [{drug.match}{doubt}]{remark}  {printable(drug.line)}", soft_wrap=True)
    _section(console, "Not checked", (f"{row.line}: {row.reason}{_near(row.suggestions)}" for row in report.not_checked))
    console.print()
    if not report.interactions:
        found = f"No interaction found in {report.pairs_checked} checked pairs at this severity."
        if not report.pairs_checked:
            found = "No pair of medicines was checked."
        console.print(f"{found} This does not mean that there is no interaction.", soft_wrap=True)
    for finding in report.interactions:
        _print_finding(console, finding)
    _section(console, "Duplicates", (f"{', '.join(row.drugs)}: {row.kind} ({row.subgroup})" for row in report.duplicates))
    _section(console, "Adding up over the list", (f"{row.effect}: {', '.join(row.drugs)}" for row in report.cumulative))
    _section(console, "Patient", (row.text for row in report.patient))
    _section(
        console,
        "Missing and would matter",
        (f"{row.datum}: {', '.join(' + '.join(pair) for pair in row.would_change)}" for row in report.missing),
    )
    _section(console, "Assumed", report.assumed)
    console.print()
    console.print(f"{report.pairs_checked} pairs checked, {report.pairs_not_checked} not checked.")
    provenance = report.provenance
    console.print(f"Coprescribe {provenance.application}, knowledge {provenance.knowledge}")
    console.print(f"Knowledge digest {provenance.knowledge_digest}", style="dim", soft_wrap=True)
    console.print(report.notice, soft_wrap=True)


def _near(suggestions: tuple[str, ...]) -> str:
    return f" (near: {', '.join(suggestions)})" if suggestions else ""


def _section(console: Console, title: str, lines: Iterable[str]) -> None:
    rows = list(lines)
    if rows:
        console.print()
        console.print(title, style="bold")
        for row in rows:
            console.print(f"  {printable(row)}", soft_wrap=True)


def _print_finding(console: Console, finding: Interaction) -> None:
    head = Text(f"{_MARK[finding.severity]} {finding.severity.upper()}", style=_STYLE[finding.severity])
    head.append(f"  {' + '.join(finding.drugs)}", style="bold")
    head.append(f"  {'documented' if finding.documented else 'inferred'}", style="dim")
    if finding.provisional:
        head.append("  provisional: a name is not confirmed", style="dim")
    console.print(head, soft_wrap=True)
    console.print(f"  {'; '.join(finding.effects) or finding.effect}", soft_wrap=True)
    if finding.object and finding.precipitant:
        change = f"{_CHANGE[finding.direction]} by {finding.precipitant}" if finding.direction else f"with {finding.precipitant}"
        console.print(f"  Affected: {finding.object} (exposure or effect {change})", soft_wrap=True)
    if finding.management:
        console.print(f"  What to do: {finding.management}", soft_wrap=True)
    console.print(f"  Evidence: {finding.evidence}. Serious: {finding.seriousness}.", soft_wrap=True)
    for note in finding.conditions:
        if not note.known:
            console.print(f"  Not known: {note.needs}. {capitalised(note.effect)}.", soft_wrap=True)
    for level in finding.source_level:
        if level.condition is None and level.condition_state == "not met":
            continue  # the source says this of another member of the class
        condition = f" when {level.condition} ({level.condition_state})" if level.condition else ""
        console.print(f"  {level.source}: {level.level}{condition}", style="dim", soft_wrap=True)
    texts = {fact.id: fact for fact in finding.facts}
    for number, step in enumerate(finding.rationale, start=1):
        console.print(f"  {number}. {step.text} [{step.status}: {', '.join(step.facts)}]", soft_wrap=True)
    for fact in texts.values():
        origin = traced(fact.source, fact.locator, fact.basis)
        console.print(f"     {fact.id} {fact.text} — {origin}", style="dim", soft_wrap=True)
    if finding.alternatives:
        # "none" alone would read as "harmless".
        offered = ", ".join(
            f"{one.name} instead of {one.instead_of} (worst: {'none found' if one.worst == 'none' else one.worst})"
            for one in finding.alternatives
        )
        console.print(f"  Alternatives: {offered}", soft_wrap=True)
    console.print()
