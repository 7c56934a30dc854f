"""The detail of one row as HTML: numbered steps with badges, the facts behind them, conditions, sources side by side.

Our words only; every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from desktop.widgets.severity import WEIGHTS, badge_html, look_html
from engine.reasoning.wording import traced

if TYPE_CHECKING:
    from engine.report import CumulativeLoad, Duplicate, Fact, Interaction, MissingDatum, PatientStatement, Step

_BADGES = {"supported": "✓ supported", "contradicted": "✗ contradicted", "no_record": "? no record"}
_EVIDENCE = {
    "regulator": "a regulator's text",
    "label": "a product's label",
    "study": "a study",
    "mechanism": "mechanism facts only",
    "model": "a model only",
}
_SERIOUS = {"yes": "serious", "no": "not serious as a rule", "unknown": "seriousness not known"}


def sentence_case(text: str) -> str:
    """The text with its first letter in upper case; the rest as it is."""
    return text[:1].upper() + text[1:]


def _listed(title: str, rows: Iterable[str], tag: str = "ul") -> str:
    items = "".join(f"<li>{row}</li>" for row in rows)
    return f"<h4>{title}</h4><{tag}>{items}</{tag}>" if items else ""


def _facts(facts: Iterable[Fact]) -> str:
    rows = (
        f"{escape(fact.id)}: {escape(fact.text)}<br><i>{escape(traced(fact.source, fact.locator, fact.basis))}</i>"
        for fact in facts
    )
    return _listed("Facts", rows)


def _step(step: Step) -> str:
    facts = ", ".join(escape(fact) for fact in step.facts) or "none"
    return f"{escape(step.text)}<br><i>{_BADGES[step.status]}; facts: {facts}</i>"


def _head(finding: Interaction) -> str:
    origin = "Documented" if finding.documented else "Inferred from mechanism facts; no source at hand documents this pair"
    if finding.provisional:
        origin += "; provisional, because a name is not confirmed"
    weight = f"Outcome: {_SERIOUS[finding.seriousness]}. Evidence: {_EVIDENCE[finding.evidence]}."
    parts = [
        f"<h3>{escape(' + '.join(finding.drugs))}</h3>",
        f"<p>{badge_html(finding.severity)} {escape(origin)}.<br>{weight}</p>",
        f"<p><b>{escape(sentence_case('; '.join(finding.effects) or finding.effect))}</b></p>",
    ]
    if finding.object and finding.precipitant:
        way = {"increase": "increases", "decrease": "decreases"}.get(finding.direction or "", "changes")
        text = f"{sentence_case(finding.precipitant)} {way} the exposure or effect of {finding.object}."
        parts.append(f"<p>{escape(text)}</p>")
    return "".join(parts)


def finding_html(finding: Interaction) -> str:
    """What, how bad, what to do, what it depends on, why, and from where."""
    parts = [_head(finding)]
    if finding.management:
        parts.append(f"<p><b>What to do:</b> {escape(finding.management)}.</p>")
    levels = []
    for level in finding.source_level:
        condition = f" when {escape(level.condition)} ({level.condition_state})" if level.condition else ""
        levels.append(f"{escape(level.source)}: {escape(level.level)}{condition} [{escape(level.fact)}]")
    parts.append(_listed("What the sources say", levels))
    unknown = (f"{escape(note.needs)} is not known: {escape(note.effect)}" for note in finding.conditions if not note.known)
    parts.append(_listed("Depends on", unknown))
    parts.append(_listed("Reasoning", (_step(step) for step in finding.rationale), "ol"))
    parts.append(_facts(finding.facts))
    offered = (
        f"{escape(one.name)} instead of {escape(one.instead_of)} (worst with the rest of the list: {one.worst})"
        for one in finding.alternatives
    )
    parts.append(_listed("Alternatives, checked against the rest of the list", offered))
    return "".join(parts)


def load_html(load: CumulativeLoad) -> str:
    """A harm to which several medicines of the list contribute."""
    return (
        f"<h3>{escape(sentence_case(load.effect))}: adds up over the list</h3><p>Outcome: {_SERIOUS[load.seriousness]}.</p>"
        + _listed("Medicines that contribute", (escape(name) for name in load.drugs))
        + _facts(load.facts)
    )


def duplicate_title(duplicate: Duplicate) -> str:
    """What is doubled."""
    if duplicate.kind == "same ingredient":
        return f"Same ingredient twice: {duplicate.subgroup}"
    return f"Same subgroup: {duplicate.subgroup}"


def duplicate_html(duplicate: Duplicate) -> str:
    """The same ingredient twice, or two of one subgroup."""
    rows = (escape(name) for name in dict.fromkeys(duplicate.drugs))
    title = f"<h3>{escape(duplicate_title(duplicate))}</h3><p>A possible duplicate; it may be meant.</p>"
    return title + _listed("Medicines", rows) + _facts(duplicate.facts)


def statement_html(statement: PatientStatement) -> str:
    """What a known datum of the patient says about one medicine."""
    return (
        f"<h3>{escape(statement.drug)}</h3><p>{look_html(WEIGHTS[statement.weight])} because of: {escape(statement.datum)}</p>"
        f"<p><b>{escape(statement.text)}</b></p>"
        + _listed("What to do", (escape(one) for one in statement.managements))
        + _facts(statement.facts)
    )


def missing_html(missing: MissingDatum) -> str:
    """A datum that is not given, and everything that it would change."""
    rows = (escape(" + ".join(pair)) for pair in missing.would_change)
    title = f"<h3>Not known: {escape(missing.datum)}</h3>"
    return title + _listed("It would change what is said about", rows)
