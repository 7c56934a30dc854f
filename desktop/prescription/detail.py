"""The detail of one finding as HTML: numbered steps with badges, the facts behind them, conditions, sources side by side."""

from __future__ import annotations

from html import escape

from desktop.widgets.severity import LOOKS, label
from engine.report import Fact, Interaction, Step

_BADGES = {"supported": "✓ supported", "contradicted": "✗ contradicted", "no_record": "? no record"}


def _traced(fact: Fact) -> str:
    if fact.basis == "recalled":
        return "not traced to a source"
    return f"{fact.source}, {fact.locator} ({fact.basis})"


def _step(step: Step) -> str:
    facts = ", ".join(escape(fact) for fact in step.facts)
    return f"<li>{escape(step.text)}<br><small>{_BADGES[step.status]} — facts {facts}</small></li>"


def detail_html(finding: Interaction) -> str:
    """Our words only; every text is escaped."""
    look = LOOKS[finding.severity]
    origin = "documented" if finding.documented else "inferred from mechanism facts, no source documents this pair"
    if finding.provisional:
        origin += "; provisional: a name is not confirmed"
    badge = f'<span style="color:{look.text};background-color:{look.background}">&nbsp;{label(finding.severity)}&nbsp;</span>'
    parts = [
        f"<h3>{escape(' + '.join(finding.drugs))}</h3>",
        f"<p>{badge} {escape(origin)}</p>",
        f"<p><b>{escape('; '.join(finding.effects))}</b></p>",
    ]
    if finding.object and finding.precipitant:
        way = {"increase": "increases", "decrease": "decreases"}.get(finding.direction or "", "changes")
        parts.append(f"<p>{escape(finding.precipitant)} {way} the exposure or effect of {escape(finding.object)}.</p>")
    parts.append(f"<p>What to do: {escape(finding.management)}.</p>")
    if finding.source_level:
        rows = []
        for level in finding.source_level:
            condition = f" when {escape(level.condition)} ({level.condition_state})" if level.condition else ""
            rows.append(f"<li>{escape(level.source)}: {escape(level.level)}{condition} [{level.fact}]</li>")
        parts.append(f"<h4>What the sources say</h4><ul>{''.join(rows)}</ul>")
    unknown = [note for note in finding.conditions if not note.known]
    if unknown:
        rows = [f"<li>{escape(note.needs)} is not known: {escape(note.effect)}</li>" for note in unknown]
        parts.append(f"<h4>Depends on</h4><ul>{''.join(rows)}</ul>")
    parts.append(f"<h4>Reasoning</h4><ol>{''.join(_step(step) for step in finding.rationale)}</ol>")
    facts = "".join(
        f"<li>{fact.id}: {escape(fact.text)}<br><small>{escape(_traced(fact))}</small></li>" for fact in finding.facts
    )
    parts.append(f"<h4>Facts</h4><ul>{facts}</ul>")
    if finding.alternatives:
        rows = [
            f"<li>{escape(one.name)} instead of {escape(one.instead_of)} (worst with the rest of the list: {one.worst})</li>"
            for one in finding.alternatives
        ]
        parts.append(f"<h4>Alternatives, checked against the rest of the list</h4><ul>{''.join(rows)}</ul>")
    return "".join(parts)
