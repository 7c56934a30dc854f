"""The words of a swap's preview."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.prescription.detail.markup import heading, listed
from desktop.widgets.severity import badge_html

if TYPE_CHECKING:
    from desktop.prescription.detail.swap import SwapPlan
    from engine.interactions.comparison import Change, Comparison, Difference
    from engine.report import Interaction

translate = QCoreApplication.translate


def lines_html(plan: SwapPlan) -> str:
    """The line now and then, and what is left to the person."""
    now = translate("Swap", "Line {0} now: {1}").format(plan.line_number, plan.old_line.strip())
    then = translate("Swap", "Line {0} then: {1}").format(plan.line_number, plan.new_line.strip())
    dose = translate("Swap", "⚠ The dose of {0} is not given. It must be decided, and written in the line.").format(plan.new_name)
    return f"<p>{escape(now)}<br>{escape(then)}</p><p><b>{escape(dose)}</b></p>"


def comparison_html(comparison: Comparison) -> str:
    """What goes, comes, gets better or worse, and stays; what is worse comes first."""
    parts = [
        _part(translate("Swap", "New findings"), map(_finding, comparison.new)),
        _part(translate("Swap", "Findings that get worse"), map(_change, comparison.worse)),
        _difference(translate("Swap", "Not checked any more"), translate("Swap", "Checked then"), comparison.not_checked),
        _part(translate("Swap", "Findings that go"), map(_finding, comparison.gone)),
        _part(translate("Swap", "Findings that get better"), map(_change, comparison.better)),
        _difference(translate("Swap", "New duplicates"), translate("Swap", "Duplicates that go"), comparison.duplicates),
        _difference(translate("Swap", "New sums over the list"), translate("Swap", "Sums that go"), comparison.loads),
        _difference(
            translate("Swap", "New statements on the patient"),
            translate("Swap", "Statements on the patient that go"),
            comparison.patient,
        ),
    ]
    if not (comparison.new or comparison.worse):
        parts.insert(0, f"<p>{escape(translate('Swap', 'No new finding in what was checked; absence is no proof.'))}</p>")
    stay = translate("Swap", "{0} findings stay as they are.")
    if comparison.stay == 1:
        stay = translate("Swap", "{0} finding stays as it is.")
    assumed = translate("Swap", "Checked without a dose: where a dose decides, the highest level that could apply is counted.")
    return f"{''.join(parts)}<p>{escape(stay.format(comparison.stay))}</p><p>{escape(assumed)}</p>"


def _part(title: str, rows: Iterable[str]) -> str:
    items = list(rows)
    return heading(f"{title} ({len(items)})") + listed(items) if items else ""


def _difference(come: str, go: str, difference: Difference) -> str:
    return _part(come, map(escape, difference.new)) + _part(go, map(escape, difference.gone))


def _finding(finding: Interaction) -> str:
    effect = "; ".join(finding.effects) or finding.effect
    origin = translate("Swap", "documented") if finding.documented else translate("Swap", "inferred")
    return f"{badge_html(finding.severity)} {escape(' + '.join(finding.drugs))}: {escape(effect)} ({escape(origin)})"


def _change(change: Change) -> str:
    arrow = f"{badge_html(change.before.severity)} → {badge_html(change.after.severity)}"
    return f"{arrow} {escape(' + '.join(change.after.drugs))}"
