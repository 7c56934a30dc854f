"""The words of one row of the findings: who acts on whom, what can happen, what to do, where sources differ, what is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.widgets.severity import LOOKS, word_of

if TYPE_CHECKING:
    from engine.report import Interaction, Report, SourceLevel

_CONTEXT = "Findings"
# More actions than these are counted; the detail has them all.
_FEW_ACTIONS = 2
# Short names of the sources that speak of pairs; others stand with their id.
_SOURCES = {
    "ansm-2016": "ANSM 2016",
    "ansm-2019": "ANSM 2019",
    "ema-smpc-read": "EU label",
    "fda-approvals-read": "FDA",
    "fda-ddi-table": "FDA table",
    "fda-label-read": "US label",
    "fda-safety-read": "FDA safety",
    "maker-label-read": "Maker's label",
    "nlm-labels": "US labels (NLM)",
    "uk-smpc-read": "UK label",
}


def sentence_case(text: str) -> str:
    """The text with its first letter in upper case; a word such as eGFR, which has a capital further on, stays as it is."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def names_of(report: Report) -> tuple[str, ...]:
    """How each of the report's drugs is called in the findings: with its line where the medicine stands on several."""
    counts: dict[str, int] = {}
    for drug in report.drugs:
        counts[drug.name] = counts.get(drug.name, 0) + 1
    numbered = QCoreApplication.translate(_CONTEXT, "{0} (line {1})")
    return tuple(drug.name if counts[drug.name] == 1 else numbered.format(drug.name, drug.line_number) for drug in report.drugs)


# What a changed metabolism does to the exposure of what is given. The other way round it is about the active form of a prodrug.
_OF_METABOLISM = {"inhibition": "increase", "induction": "decrease"}


def _on_exposure(finding: Interaction) -> bool:
    """Whether nothing but the exposure of the object itself changes."""
    return bool(finding.mechanisms) and all(
        note.kind.startswith("pk.")
        and (note.kind != "pk.metabolism" or _OF_METABOLISM.get(note.role or "", finding.direction) == finding.direction)
        for note in finding.mechanisms
    )


def _way(finding: Interaction) -> str:
    """What the precipitant does to the object, with places for both names.

    "Ibuprofen raises warfarin" would be read as a higher level of warfarin, where only the harms add up: raising and lowering
    is said of exposure alone.
    """
    if finding.direction == "increase":
        if _on_exposure(finding):
            return QCoreApplication.translate(_CONTEXT, "{0} raises {1}")
        if {note.kind for note in finding.mechanisms} == {"pd.additive"}:
            return QCoreApplication.translate(_CONTEXT, "{0} adds to {1}")
        return QCoreApplication.translate(_CONTEXT, "{0} strengthens the effect of {1}")
    if finding.direction == "decrease":
        if _on_exposure(finding):
            return QCoreApplication.translate(_CONTEXT, "{0} lowers {1}")
        return QCoreApplication.translate(_CONTEXT, "{0} weakens the effect of {1}")
    return QCoreApplication.translate(_CONTEXT, "{0} changes {1}")


def pair_words(finding: Interaction, names: Sequence[str]) -> str:
    """Precipitant, what it does, object; or both names where no role is known."""
    called = dict(zip(finding.drugs, (names[row] for row in finding.rows), strict=True))
    if finding.object not in called or finding.precipitant not in called or finding.object == finding.precipitant:
        return " + ".join(names[row] for row in finding.rows)
    return _way(finding).format(called[finding.precipitant], called[finding.object])


def effect_words(finding: Interaction) -> str:
    """What can happen to the patient."""
    return "; ".join(finding.effects) or finding.effect


def action_words(finding: Interaction) -> str:
    """What to do, in one line: the first actions, and how many more the detail has."""
    actions = finding.managements or ((finding.management,) if finding.management else ())
    if not actions:
        return ""
    text = QCoreApplication.translate(_CONTEXT, "Action: {0}").format("; ".join(actions[:_FEW_ACTIONS]))
    more = len(actions) - _FEW_ACTIONS
    return f"{text} {QCoreApplication.translate(_CONTEXT, '(+{0} more)').format(more)}" if more > 0 else text


def source_name(source: str) -> str:
    """A short name of a source."""
    return _SOURCES.get(source, source)


def _worst_by_source(levels: Iterable[SourceLevel]) -> dict[str, SourceLevel]:
    ranks = list(LOOKS)
    worst: dict[str, SourceLevel] = {}
    for level in levels:
        # What does not apply to this list is in the detail.
        if level.condition_state == "not met":
            continue
        held = worst.get(level.source)
        if held is None or ranks.index(level.severity) < ranks.index(held.severity):
            worst[level.source] = level
    return worst


def source_words(finding: Interaction) -> str:
    """Each source's worst level that can apply, side by side; empty where the sources agree or only one speaks."""
    worst = _worst_by_source(finding.source_level)
    if len({level.level for level in worst.values()}) < 2:
        return ""
    unknown = QCoreApplication.translate(_CONTEXT, "{0}, if its condition is met")
    said = (
        f"{source_name(source)}: {unknown.format(level.level) if level.condition_state == 'unknown' else level.level}"
        for source, level in worst.items()
    )
    return QCoreApplication.translate(_CONTEXT, "Sources differ: {0}").format(" | ".join(said))


def unknown_words(finding: Interaction) -> str:
    """A question mark with the data that decide and are not known."""
    needs = dict.fromkeys(condition.needs for condition in finding.conditions if not condition.known)
    return QCoreApplication.translate(_CONTEXT, "? Not known and decides: {0}").format(", ".join(needs)) if needs else ""


def more_words(finding: Interaction, *, beyond: bool) -> str:
    """Another finding of the same pair; `beyond` where it is outside the filter."""
    kind = (
        QCoreApplication.translate(_CONTEXT, "+ 1 documented finding ({0}): {1}")
        if finding.documented
        else QCoreApplication.translate(_CONTEXT, "+ 1 inferred finding ({0}): {1}")
    )
    text = kind.format(word_of(LOOKS[finding.severity]).lower(), effect_words(finding))
    return f"{text} {QCoreApplication.translate(_CONTEXT, '(outside the filter)')}" if beyond else text
