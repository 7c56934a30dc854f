"""The record for the file: the list as it was understood, what was found, why, from where, and what was not checked.

`short` is a summary for the file (a list of five medicines fits one page); `full` adds reasoning, facts and alternatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from engine.report import Drug, Duplicate, Interaction, Report, severity_rank
from engine.reports.findings import cited_sources, explained
from engine.reports.looks import LOOKS, WEIGHTS
from engine.reports.markup import PIECE, badge, boxed, heading, listed, own_direction, page, style, table, text
from engine.reports.material import Material, lines_left_out, patient_values, some, versions, worst_first

Density = Literal["short", "full"]
TITLE = "Medication interaction record"
_MOST_ALTERNATIVES = 3
_WARNING_GROUND = "#fff4d6"
_CLEAR_GROUND = "#f2f2f2"


def professional_html(material: Material, density: Density) -> str:
    """The record as one self-contained HTML file."""
    return page(material.title or TITLE, style(8.5, 1), "".join(_parts(material, density)))


def _parts(material: Material, density: Density) -> Iterator[str]:
    report = material.report
    yield heading(1, own_direction(material.title) if material.title else TITLE)
    yield f"<p>{text(material.date)} · {_counts(report)}</p>\n"
    if material.remark:
        yield f"<p><b>Remark:</b> {own_direction(material.remark)}</p>\n"
    known = "; ".join(patient_values(material)) or "nothing given"
    yield f"<p><b>Patient:</b> {text(known)}</p>\n"
    yield _not_checked(report)
    yield _medicines(report)
    # What this patient must not have at all weighs as much as the worst pair.
    yield _patient(report, "Contraindicated for this patient", worst=True)
    yield _findings(report)
    yield _whole_list(report)
    yield _patient(report, "This patient", worst=False)
    if density == "full":
        yield from explained(material)
    else:
        said = "; ".join(f"<b>{text(source)}</b>: {text(title)}" for source, title in cited_sources(material))
        yield f'{PIECE}<p class="small">Sources: {said}.</p>\n' if said else ""
    yield f'<p class="small"><b>Intended use:</b> {text(report.notice)}</p>\n'
    yield f'<p class="small">{text(versions(material))}.</p>\n'


def _counts(report: Report) -> str:
    """How much was looked at; a combination counts as its medicines."""
    medicines = some(len(report.drugs), "medicine", "medicines")
    pairs = some(report.pairs_checked, "pair checked", "pairs checked")
    return (
        f"{medicines}, {pairs}, {report.pairs_not_checked} not checked, {some(len(report.interactions), 'finding', 'findings')}"
    )


def _not_checked(report: Report) -> str:
    rows = []
    for row in report.not_checked:
        near = f"; near: {text(', '.join(row.suggestions))}" if row.suggestions else ""
        where = f"line {row.line_number}: " if row.line_number is not None else ""
        rows.append(f"✗ {where}{own_direction(row.line)}: {text(row.reason)}{near}")
    head = f"✗ NOT CHECKED: {some(len(rows), 'entry', 'entries')}, {some(report.pairs_not_checked, 'pair', 'pairs')}"
    if not rows:
        head = "✓ NOT CHECKED: nothing"
    left_out = lines_left_out(report)
    if left_out:
        head += "; " + some(left_out, "line was taken for a heading or remark", "lines were taken for headings or remarks")
    elif not rows:
        head += "; every line was recognised"
    parts = [f"<p><b>{head}</b></p>\n", listed(rows)]
    if report.assumed:
        parts += ["<p><b>ASSUMED</b></p>\n", listed(own_direction(sentence) for sentence in report.assumed)]
    if report.missing:
        said = "; ".join(f"{one.datum} ({len(one.would_change)})" for one in report.missing)
        parts.append(f"<p><b>NOT KNOWN and would change statements</b> (how many): {text(said)}</p>\n")
    return boxed("".join(parts), _WARNING_GROUND if rows or report.assumed or report.missing else _CLEAR_GROUND)


def _dose(drug: Drug) -> str:
    parts = []
    if drug.dose_mg is not None:
        parts.append(f"{drug.dose_mg:g} mg")
    if drug.frequency_per_day is not None:
        parts.append(f"{drug.frequency_per_day:g} × a day")
    if drug.dose_mg_per_day is not None and drug.dose_mg_per_day != drug.dose_mg:
        parts.append(f"{drug.dose_mg_per_day:g} mg a day")
    if drug.as_needed:
        parts.append("as needed")
    return ", ".join(parts) or "not read"


def _medicines(report: Report) -> str:
    rows = []
    for drug in report.drugs:
        match = drug.match if drug.confirmed else f"{drug.match}, NOT CONFIRMED"
        known = f"{text(drug.name)} <span class='small'>({match})</span>"
        rows.append(
            (str(drug.line_number), own_direction(drug.line), known, text(_dose(drug)), text(drug.route or "not written"))
        )
    if not rows:
        return heading(2, "Medicines") + "<p>No medicine was recognised.</p>\n"
    return heading(2, "Medicines as understood") + table(
        ("Line", "As written", "Understood as", "Dose", "Route"), rows, (6, 28, 24, 30, 12)
    )


def _levels(finding: Interaction) -> str:
    """Each source's level; its conditions stand in the column on what to do and, word by word, in the full record."""
    said = []
    for level in finding.source_level:
        when = f", under conditions ({level.condition_state})" if level.condition else ""
        said.append(f"{level.source}: {level.level}{when}")
    if not finding.documented:
        said.insert(0, "inferred; no source at hand documents this pair")
    return "<br>".join(text(one) for one in dict.fromkeys(said))


def pair_html(finding: Interaction) -> str:
    """The two medicines, with who acts on whom where that is known."""
    if finding.object and finding.precipitant:
        arrow = {"increase": "↑", "decrease": "↓"}.get(finding.direction or "", "↕")
        return f"<b>{text(finding.object)}</b> {arrow} <span class='small'>by</span> <b>{text(finding.precipitant)}</b>"
    return f"<b>{text(' + '.join(finding.drugs))}</b>"


def _instead(finding: Interaction) -> str:
    """The alternatives that leave least, in short."""
    if not finding.alternatives:
        return ""
    best = sorted(finding.alternatives, key=lambda one: -severity_rank(one.worst))[:_MOST_ALTERNATIVES]
    said = "; ".join(f"{one.name} for {one.instead_of}: {LOOKS[one.worst].word.lower()}" for one in best)
    more = f"; {len(finding.alternatives) - len(best)} more" if len(finding.alternatives) > len(best) else ""
    return f"<br><span class='small'><b>Alternatives, worst with the rest:</b> {text(said + more)}</span>"


def _action(management: str) -> str:
    """What to do; each "if" begins a line of its own."""
    return "<br>".join(text(one) for one in management.replace("; if ", ";\nif ").split("\n"))


def _findings(report: Report) -> str:
    if not report.interactions:
        return (
            heading(2, "Findings") + f"<p>None found in what was checked ({some(report.pairs_checked, 'pair', 'pairs')}). "
            "Absence of a finding is no proof that there is no interaction.</p>\n"
        )
    rows = []
    for finding in worst_first(report):
        effect = text("; ".join(finding.effects) or finding.effect)
        provisional = "<br>provisional: a name is not confirmed" if finding.provisional else ""
        action = _action(finding.management) + _instead(finding)
        rows.append((badge(LOOKS[finding.severity]), pair_html(finding) + provisional, effect, action, _levels(finding)))
    key = (
        "a ↑ by b: the exposure or effect of a rises through b; ↓: it falls; ↕: it may do either; +: neither is the affected one."
    )
    return (
        heading(2, "Findings, worst first")
        + table(("Severity", "Pair", "Outcome", "What to do", "Sources say"), rows, (18, 17, 17, 28, 20))
        + f"<p class='small'>{key}</p>\n"
    )


def duplicate_words(duplicate: Duplicate) -> str:
    """What is doubled, as plain text."""
    names = ", ".join(dict.fromkeys(duplicate.drugs))
    what = "Same ingredient twice" if duplicate.kind == "same ingredient" else f"Same subgroup {duplicate.subgroup}"
    return f"{what}: {names} (may be meant)"


def _whole_list(report: Report) -> str:
    rows = [f"<b>{text(load.effect)}</b> adds up: {text(', '.join(dict.fromkeys(load.drugs)))}" for load in report.cumulative]
    rows += [text(duplicate_words(duplicate)) for duplicate in report.duplicates]
    return heading(2, "Over the whole list") + listed(rows, cut=True) if rows else ""


def _patient(report: Report, title: str, *, worst: bool) -> str:
    rows = []
    for statement in report.patient:
        if (statement.weight == "contraindicated") is not worst:
            continue
        what = f"; {text('; '.join(statement.managements))}" if statement.managements else ""
        rows.append(
            f"{badge(WEIGHTS[statement.weight])} <b>{text(statement.drug)}</b>: {text(statement.text.removesuffix('.'))}{what}"
        )
    return heading(2, title) + listed(rows, cut=True) if rows else ""
