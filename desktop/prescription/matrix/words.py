"""The matrix in words: a cell for the ear, for the text below it, and the legend of its signs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.prescription.matrix.pairs import Cell, CellKind, Entry
from desktop.widgets.severity import LOOKS, SeverityLook, look_html, word_of

if TYPE_CHECKING:
    from engine.report import Duplicate, Interaction

SAME_PRODUCT_SIGN = "+"
SAME_INGREDIENT_SIGN = "="
NOT_CHECKED_SIGN = "✗"
INFERRED_MARK = "i"
NOT_CHECKED_LOOK = SeverityLook("Not checked", NOT_CHECKED_SIGN, "#ffffff", "#4a4a4a")


def _said(text: str) -> str:
    return QCoreApplication.translate("MatrixWords", text)


def _title(entry: Entry) -> str:
    return entry.title if entry.place is not None else f"“{entry.title}”"


def _finding(finding: Interaction) -> str:
    origin = _said("documented") if finding.documented else _said("inferred")
    if finding.provisional:
        origin = _said("{0}, provisional").format(origin)
    return f"{word_of(LOOKS[finding.severity]).lower()}, {origin}, {'; '.join(finding.effects) or finding.effect}"


def _direction(finding: Interaction) -> str:
    if not (finding.object and finding.precipitant):
        return ""
    sentence = {
        "increase": _said("{0} increases the exposure or effect of {1}."),
        "decrease": _said("{0} decreases the exposure or effect of {1}."),
    }.get(finding.direction or "", _said("{0} changes the exposure or effect of {1}."))
    return sentence.format(finding.precipitant, finding.object)


def _duplicate(duplicate: Duplicate) -> str:
    if duplicate.kind == "same ingredient":
        return _said("A possible duplicate.")
    return _said("A possible duplicate: same subgroup, {0}.").format(duplicate.subgroup)


def cell_words(cell: Cell, one: Entry, other: Entry) -> str:
    """A cell in one line."""
    pair = _said("{0} and {1}").format(_title(one), _title(other))
    if cell.kind is CellKind.SELF:
        return _said("{0}: the same row and column").format(_title(one))
    if cell.kind is CellKind.FOUND:
        said = f"{pair}: {_finding(cell.findings[0])}"
        more = len(cell.findings) - 1
        return said if not more else _said("{0}; and {1} more on this pair").format(said, more)
    if cell.kind is CellKind.NONE_FOUND:
        return _said("{0}: checked, none found").format(pair)
    if cell.kind is CellKind.SAME_PRODUCT:
        return _said("{0}: ingredients of one product, not looked up as a pair").format(pair)
    if cell.kind is CellKind.SAME_INGREDIENT:
        return _said("{0}: the same ingredient on two lines, no pair").format(pair)
    reasons = "; ".join(dict.fromkeys(f"{_title(entry)}: {entry.reason}" for entry in (one, other) if entry.reason))
    return _said("{0}: not checked ({1})").format(pair, reasons)


def cell_html(cell: Cell, one: Entry, other: Entry) -> str:
    """A cell with its direction, its duplicates and what can be done from here."""
    parts = [f"<b>{escape(cell_words(cell, one, other))}.</b>"]
    if cell.kind is CellKind.FOUND:
        look = LOOKS[cell.findings[0].severity]
        parts.insert(0, look_html(look))
        parts.append(escape(_direction(cell.findings[0])))
    elif cell.kind is CellKind.NONE_FOUND:
        parts.append(_said("Absence of a finding is no proof."))
    elif cell.kind is CellKind.NOT_CHECKED:
        parts.append(_said("Nothing is said about this pair."))
    parts += [escape(_duplicate(duplicate)) for duplicate in cell.duplicates]
    if cell.kind is CellKind.FOUND:
        parts.append(_said("Enter explains it."))
    return f"<p>{' '.join(part for part in parts if part)}</p>"


def legend_html() -> str:
    """What the signs mean."""
    looks = [*LOOKS.values(), NOT_CHECKED_LOOK]
    signs = [look_html(look).replace(" ", "&nbsp;").replace("<span&nbsp;", "<span ") for look in looks]
    signs += [
        _said("sign alone in a filled cell: documented"),
        _said("{0} beside the sign and a dashed frame: inferred").format(INFERRED_MARK),
        _said("{0} ingredients of one product").format(SAME_PRODUCT_SIGN),
        _said("{0} the same ingredient").format(SAME_INGREDIENT_SIGN),
        _said("empty: a row with itself"),
    ]
    both = _said("Each pair stands twice, on both sides of the diagonal.")
    return f"<p>{_said('Signs')}: {' &nbsp; '.join(signs[: len(looks)])}<br>{'; '.join(signs[len(looks) :])}. {both}</p>"
