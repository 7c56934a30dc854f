"""The long part of the record: each finding with its reasoning, facts, conditions and alternatives, and the sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.reasoning.wording import capitalised, traced
from engine.report import Fact, Interaction, MissingDatum, Report, Step
from engine.reports.looks import BADGES, EVIDENCE, LOOKS, SERIOUS
from engine.reports.markup import PIECE, badge, heading, listed, table, text
from engine.reports.material import Material, worst_first


def explained(material: Material) -> Iterator[str]:
    """HTML of the long part, piece by piece."""
    report = material.report
    if report.interactions:
        yield heading(2, "Reasoning and facts")
    for number, finding in enumerate(worst_first(report), start=1):
        yield finding_html(number, finding)
    yield from _loads(report)
    if report.missing:
        yield heading(2, "Not known, and what it would change")
        yield listed((_missing(one) for one in report.missing), cut=True)
    cited = cited_sources(material)
    if cited:
        yield heading(2, "Sources")
        yield listed((f"<b>{text(source)}</b>: {text(title)}" for source, title in cited), cut=True)
    if material.text.strip():
        yield heading(2, "The list as it was written") + "<p>"
        yield "<br>\n".join(text(line) for line in material.text.splitlines()) + "</p>\n"


def cited_sources(material: Material) -> list[tuple[str, str]]:
    """Id and title of every source that a fact of the report names."""
    ids = sorted({fact.source for fact in _all_facts(material.report)} - {"recalled"})
    return [(source, material.words.sources.get(source, source)) for source in ids]


def finding_html(number: int, finding: Interaction) -> str:
    """One finding: outcome, action, sources, conditions, steps, facts, alternatives."""
    origin = "documented" if finding.documented else "inferred from mechanism facts; no source at hand documents this pair"
    if finding.provisional:
        origin += "; provisional, because a name is not confirmed"
    parts = [
        heading(3, f"{number}. {text(' + '.join(finding.drugs))} {badge(LOOKS[finding.severity])}"),
        f"<p>{capitalised(origin)}. Outcome: {SERIOUS[finding.seriousness]}. Evidence: {EVIDENCE[finding.evidence]}.</p>\n",
        f"<p><b>{text(capitalised('; '.join(finding.effects) or finding.effect))}.</b>{_direction(finding)}</p>\n",
    ]
    if finding.management:
        parts.append(f"<p><b>What to do:</b> {text(finding.management)}.</p>\n")
    if finding.source_level:
        rows = [
            (
                text(level.source),
                text(level.level),
                text(level.condition or "always"),
                level.condition_state or "–",
                text(level.fact),
            )
            for level in finding.source_level
        ]
        parts.append(table(("Source", "Its level", "Applies when", "State", "Fact"), rows, (20, 22, 38, 12, 8)))
    notes = (
        f"{text(note.needs)}: {_state(note.known, note.met)}; {text(note.effect)}" for note in dict.fromkeys(finding.conditions)
    )
    parts.append(_titled("Depends on", notes))
    parts.append(_titled("Reasoning", (_step(step) for step in finding.rationale), "ol"))
    parts.append(_titled("Facts", (fact_html(fact) for fact in finding.facts)))
    offered = (
        f"{text(one.name)} instead of {text(one.instead_of)} ({text(one.shared)}); worst with the rest of the list: "
        f"{LOOKS[one.worst].word.lower()}"
        for one in finding.alternatives
    )
    parts.append(_titled("Alternatives, checked against the rest of the list", offered))
    return "".join(parts)


def fact_html(fact: Fact) -> str:
    """One fact with where it comes from."""
    return (
        f"{text(fact.id)}: {text(fact.text)} <span class='small'>[{text(traced(fact.source, fact.locator, fact.basis))}]</span>"
    )


def _direction(finding: Interaction) -> str:
    if not (finding.object and finding.precipitant):
        return ""
    way = {"increase": "increases", "decrease": "decreases"}.get(finding.direction or "", "changes")
    return f" {text(capitalised(finding.precipitant))} {way} the exposure or effect of {text(finding.object)}."


def _state(known: bool, met: bool | None) -> str:
    if not known or met is None:
        return "not known"
    return "met" if met else "not met"


def _step(step: Step) -> str:
    facts = ", ".join(text(fact) for fact in step.facts) or "none"
    return f"{text(step.text)} <span class='small'>[{BADGES[step.status]}; facts: {facts}]</span>"


def _titled(title: str, rows: Iterable[str], tag: str = "ul") -> str:
    inner = listed(rows, tag, cut=True)
    return f"{PIECE}<p><b>{title}</b></p>\n{inner}" if inner else ""


def _loads(report: Report) -> Iterator[str]:
    for load in report.cumulative:
        yield heading(3, f"Adds up over the list: {text(load.effect)} ({SERIOUS[load.seriousness]})")
        yield listed((fact_html(fact) for fact in load.facts), cut=True)
    for duplicate in report.duplicates:
        if duplicate.facts:
            yield heading(3, f"Possible duplicate: {text(', '.join(dict.fromkeys(duplicate.drugs)))}")
            yield listed((fact_html(fact) for fact in duplicate.facts), cut=True)
    for statement in report.patient:
        yield heading(3, f"This patient: {text(statement.drug)}, because of {text(statement.datum)}")
        yield f"<p>{text(statement.text)}</p>\n" + listed((fact_html(fact) for fact in statement.facts), cut=True)


def _missing(one: MissingDatum) -> str:
    return f"<b>{text(one.datum)}</b>: {text('; '.join(' + '.join(pair) for pair in one.would_change))}"


def _all_facts(report: Report) -> Iterator[Fact]:
    for parts in (report.interactions, report.cumulative, report.duplicates, report.patient):
        for part in parts:
            yield from part.facts
