"""What is said of each kind of choice, as HTML: of a finding in two pieces, before and after its checklist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.prescription.detail import words
from desktop.prescription.detail.markup import FactMarkup, Ink, heading, listed, sentence_case
from desktop.widgets.severity import LOOKS, WEIGHTS, badge_html, look_html, word_of

if TYPE_CHECKING:
    from engine.knowledge.records import Source
    from engine.report import CumulativeLoad, Duplicate, Fact, Interaction, MissingDatum, PatientStatement

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Page:
    """What a block is drawn with: the sources by id, the colours, the links of the chips that are open."""

    sources: Mapping[str, Source]
    ink: Ink
    shown: frozenset[str]

    def facts(self, facts: tuple[Fact, ...]) -> FactMarkup:
        """Markup of these facts."""
        return FactMarkup({fact.id: fact for fact in facts}, self.sources, self.ink, self.shown)


def finding_head(finding: Interaction) -> str:
    """The pair, how severe, from where, what happens and to whom."""
    outcome = sentence_case("; ".join(finding.effects) or finding.effect)
    weight = translate("Detail", "Outcome: {0}. Evidence: {1}.").format(
        words.seriousness_words(finding.seriousness), words.evidence_words(finding.evidence)
    )
    return (
        f"<h3>{escape(' + '.join(finding.drugs))}</h3>"
        f"<p>{badge_html(finding.severity)}<br><b>{escape(outcome)}</b></p>"
        f"<p>{escape(words.roles_words(finding))}<br>{escape(words.origin_words(finding))}<br>{escape(weight)}</p>"
    )


def finding_reasons(finding: Interaction, page: Page) -> str:
    """Conditions, the sources side by side, and the reasoning step by step with its facts."""
    facts = page.facts(finding.facts)
    return _conditions(finding) + _levels(finding, facts) + _steps(finding, facts)


def _conditions(finding: Interaction) -> str:
    """What to enter, each datum once, and the conditions that do not stand beside a source's level below."""
    missing = dict.fromkeys(note.needs for note in finding.conditions if not note.known)
    rows = [f"<b>{escape(words.condition_words('unknown'))}</b>: {escape(words.what_to_enter(needs))}" for needs in missing]
    below = {words.level_effect(level) for level in finding.source_level}
    for effect, state in {note.effect: words.note_state(note) for note in finding.conditions}.items():
        if effect not in below:
            rows.append(f"<b>{escape(state)}</b>: {escape(effect)}")
    return heading(translate("Detail", "Depends on")) + listed(rows) if rows else ""


def _levels(finding: Interaction, facts: FactMarkup) -> str:
    if not finding.source_level:
        return ""
    rows, cards = [], []
    for number, level in enumerate(finding.source_level):
        said = f"{level.level} → {LOOKS[level.severity].shape}\u00a0{word_of(LOOKS[level.severity])}"
        if level.condition_state is not None:
            state = words.condition_words(level.condition_state)
            applies = translate("Detail", "{0}: applies when {1}").format(state, level.condition)
            said += "\n" + (applies if level.condition else state)
        place, ids = f"level{number}", (level.fact,)
        told = escape(said).replace("\n", "<br>")
        rows.append(f"<tr><td>{facts.chips(place, ids)} {told}</td></tr>")
        cards.append(facts.cards(place, ids))
    title = heading(translate("Detail", "What the sources say: their own level → severity here"))
    return f'{title}<table border="1" cellspacing="0" cellpadding="4" width="100%">{"".join(rows)}</table>{"".join(cards)}'


def reasoning_title() -> str:
    """What stands above the steps."""
    return translate("Detail", "Reasoning, step by step")


def _steps(finding: Interaction, facts: FactMarkup) -> str:
    parts = [heading(reasoning_title())]
    for number, step in enumerate(finding.rationale, 1):
        title = f"{number}. {words.step_title(step.step)}"
        place = f"step{number}"
        verdict = escape(words.step_verdict(step.status))
        parts.append(f'<p style="margin-bottom:2px"><b>{escape(title)}</b> · {verdict}<br>{escape(step.text)}</p>')
        parts.append(f'<p style="margin-top:0">{facts.chips(place, step.facts)}</p>{facts.cards(place, step.facts)}')
    return "".join(parts)


def _fact_rows(facts: tuple[Fact, ...], page: Page) -> str:
    if not facts:
        return ""
    markup = page.facts(facts)
    rows = (f"{escape(fact.text)} {markup.chips('list', (fact.id,))}{markup.cards('list', (fact.id,))}" for fact in facts)
    return heading(translate("Detail", "Facts")) + listed(rows)


def load_detail(load: CumulativeLoad, page: Page) -> str:
    """A harm to which several medicines of the list contribute."""
    title = translate("Detail", "{0}: adds up over the list").format(sentence_case(load.effect))
    outcome = translate("Detail", "Outcome: {0}.").format(words.seriousness_words(load.seriousness))
    names = listed(escape(name) for name in load.drugs)
    contribute = heading(translate("Detail", "Medicines that contribute"))
    return f"<h3>{escape(title)}</h3><p>{escape(outcome)}</p>{contribute}{names}{_fact_rows(load.facts, page)}"


def duplicate_detail(duplicate: Duplicate, page: Page) -> str:
    """The same ingredient twice, or two of one subgroup."""
    title = translate("Detail", "Same subgroup: {0}")
    if duplicate.kind == "same ingredient":
        title = translate("Detail", "Same ingredient twice: {0}")
    meant = translate("Detail", "A possible duplicate; it may be meant.")
    names = heading(translate("Detail", "Medicines")) + listed(escape(name) for name in dict.fromkeys(duplicate.drugs))
    head = f"<h3>{escape(title.format(duplicate.subgroup))}</h3><p>{escape(meant)}</p>"
    return head + names + _fact_rows(duplicate.facts, page)


def statement_detail(statement: PatientStatement, value: str | None, page: Page) -> str:
    """What a known datum of the patient says about one medicine. `value` is that datum in words."""
    because = translate("Detail", "Because of: {0}").format(f"{statement.datum}, {value}" if value else statement.datum)
    head = f"<h3>{escape(statement.drug)}</h3><p>{look_html(WEIGHTS[statement.weight])}<br>{escape(because)}</p>"
    return f"{head}<p><b>{escape(statement.text)}</b></p>{_fact_rows(statement.facts, page)}"


def missing_detail(missing: MissingDatum) -> str:
    """A datum that is not given, and everything that it would change."""
    title = translate("Detail", "Not known: {0}").format(missing.datum)
    rows = listed(escape(" + ".join(pair)) for pair in missing.would_change)
    changes = heading(translate("Detail", "It would change what is said about"))
    return f"<h3>{escape(title)}</h3><p>{escape(words.what_to_enter(missing.datum))}</p>{changes}{rows}"
