"""What a student wrote about one finding, as HTML: who taught it, its label, its steps with badges, the facts it was told."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.prescription.detail.markup import FACT_LINK, FactMarkup, heading, listed
from desktop.prescription.detail.words import step_title
from desktop.reasoning.reasoning import Stage
from desktop.reasoning.words import agreement_words, badge_of, contradiction_words, label_rows, labelled_words

if TYPE_CHECKING:
    from desktop.prescription.detail.parts import Page
    from desktop.reasoning.reasoning import Written
    from engine.explain.facts_told import ToldFact
    from engine.report import GeneratedLabel, Interaction, Step

translate = QCoreApplication.translate
_TOLD = f"{FACT_LINK}:told:all"
# What a contradicted step takes the ground from: the sum of the steps, and what follows from it.
_CONCLUDING = ("net_effect", "severity", "management")


def written_html(written: Written, finding: Interaction, page: Page, grey: str) -> str:
    """Everything that has come of one finding, who taught the student first. `grey`: the colour of what does not stand."""
    facts = page.facts((*finding.facts, *written.facts))
    fallen = contradiction_words(written.steps)
    generated = written.generated
    told = (labelled_words(generated), generated.remark) if generated is not None else ()
    rows = filter(None, (written.taught_by, *told))
    parts = [f"<p>{'<br>'.join(map(escape, rows))}</p>"]
    if written.label is not None:
        parts.append(_label(written.label, grey if fallen else ""))
    if fallen:
        parts.append(f"<p><b>{escape(fallen)}</b></p>")
    if generated is not None:
        parts.append(f"<p><b>{escape(agreement_words(generated))}</b></p>")
    if written.steps or written.stage is Stage.WRITING:
        parts.append(_steps(written.steps, facts, grey if fallen else ""))
    if written.stage is Stage.WRITING:
        parts.append(f"<p>{escape(translate('Reasoning', '… still writing'))}</p>")
    if written.reasoned is not None:
        parts.append(_told(written.reasoned.told, page))
    return "".join(parts)


def _grey(html: str, grey: str) -> str:
    return f'<span style="color:{grey};font-style:italic">{html}</span>' if grey else html


def _label(label: GeneratedLabel, grey: str) -> str:
    rows = "<br>".join(_grey(f"<b>{escape(name)}:</b> {escape(said)}", grey) for name, said in label_rows(label))
    return f"{heading(translate('Reasoning', 'Its label'))}<p>{rows}</p>"


def _steps(steps: Sequence[Step], facts: FactMarkup, grey: str) -> str:
    parts = [heading(translate("Reasoning", "Its steps, each checked against the facts"))]
    for number, step in enumerate(steps, 1):
        falls = grey if step.step in _CONCLUDING and step.status != "contradicted" else ""
        title = _grey(f"<b>{escape(f'{number}. {step_title(step.step)}')}</b>", falls)
        parts.append(f'<p style="margin-bottom:2px">{title} {badge_of(step.status)}<br>{_grey(escape(step.text), falls)}</p>')
        place = f"student{number}"
        if step.against:
            deciding = "; ".join(facts.facts[number].text for number in step.against)
            said = translate("Reasoning", "Against it: {0}.").format(deciding)
            parts.append(f'<p style="margin-top:0;margin-bottom:2px"><b>{escape(said)}</b></p>')
        # What to do cites nothing: it is checked against what the finding's sources ask for.
        cited = tuple(dict.fromkeys((*step.facts, *step.against)))
        if cited:
            parts.append(f'<p style="margin-top:0">{facts.chips(place, cited)}</p>{facts.cards(place, cited)}')
    return "".join(parts)


def _told(told: Sequence[ToldFact], page: Page) -> str:
    """All facts that the student was told, behind a chip: most of the time, those that its steps cite are enough."""
    from engine.reasoning.wording import traced

    shown = _TOLD in page.shown
    counted = translate("Reasoning", "What the student was told: {0} facts").format(len(told))
    said = translate("Reasoning", "What the student was told: 1 fact") if len(told) == 1 else counted
    said = said.replace(" ", "\u00a0")
    style = f"text-decoration:none;color:{page.ink.chip_text};background-color:{page.ink.chip_ground}"
    chip = f'<p><a href="{_TOLD}" style="{style}">&nbsp;{"▾" if shown else "▸"}&nbsp;{escape(said)}&nbsp;</a></p>'
    if not shown:
        return chip
    rows = []
    for fact in told:
        if fact.id:
            rows.append(escape(f"{fact.id} {fact.text} — {traced(fact.source, fact.locator, fact.basis)}"))
        else:
            rows.append(escape(translate("Reasoning", "{0} (from the list or the patient's data)").format(fact.text)))
    return chip + listed(rows)
