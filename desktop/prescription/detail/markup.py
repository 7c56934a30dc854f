"""Pieces of the detail's HTML: headings, lists, chips of facts, and the card that a chip opens. Every text is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QPalette

from desktop.widgets.contrast import legible

if TYPE_CHECKING:
    from engine.knowledge.records import Source
    from engine.report import Fact

translate = QCoreApplication.translate
# How much of the text's colour is in the ground of a chip and of a card.
_CHIP_SHARE = 0.12
_CARD_SHARE = 0.06
FACT_LINK = "fact"


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours as #rrggbb, taken from the palette that the block is drawn with."""

    chip_text: str
    chip_ground: str
    card_text: str
    card_ground: str


def ink_of(palette: QPalette) -> Ink:
    """Colours that can be read on the palette's base, in light and in dark."""
    base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    chip, card = between(base, text, _CHIP_SHARE), between(base, text, _CARD_SHARE)
    link = palette.color(QPalette.ColorRole.Link)
    return Ink(legible(link, chip).name(), chip.name(), legible(text, card).name(), card.name())


def between(one: QColor, other: QColor, share: float) -> QColor:
    """`share` 0 gives the one colour, 1 the other."""
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round(low + (high - low) * share) for low, high in pairs))


def sentence_case(text: str) -> str:
    """The text with its first letter in upper case; the rest as it is."""
    return text[:1].upper() + text[1:]


def heading(text: str) -> str:
    """A heading within the detail."""
    return f"<h4>{escape(text)}</h4>"


def listed(rows: Iterable[str]) -> str:
    """Rows of HTML as a list; nothing where there are none."""
    items = "".join(f"<li>{row}</li>" for row in rows)
    return f"<ul>{items}</ul>" if items else ""


def basis_words(basis: str) -> str:
    """How a fact is known."""
    if basis == "file":
        return translate("Detail", "read in the source's file, which is at hand")
    if basis == "read":
        return translate("Detail", "read in the regulator's or maker's text")
    return translate("Detail", "general knowledge, not traced to a source")


def _link(place: str, fact: str) -> str:
    return f"{FACT_LINK}:{place}:{fact}"


@dataclass(frozen=True, slots=True)
class FactMarkup:
    """Chips and cards of the facts of one finding. `shown` holds the links of the chips that are open."""

    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    ink: Ink
    shown: frozenset[str]

    def chips(self, place: str, ids: Iterable[str]) -> str:
        """A link for each fact, with its source. `place` tells apart where the same fact is cited again."""
        chips = [self._chip(_link(place, fact), self.facts[fact]) for fact in ids]
        return " ".join(chips) or escape(translate("Detail", "no facts"))

    def cards(self, place: str, ids: Iterable[str]) -> str:
        """The cards of the chips that are open in this place."""
        return "".join(self._card(self.facts[fact]) for fact in ids if _link(place, fact) in self.shown)

    def _chip(self, link: str, fact: Fact) -> str:
        source = translate("Detail", "not traced") if fact.basis == "recalled" else fact.source
        words = escape(f"{'▾' if link in self.shown else '▸'} {fact.id} {source}").replace(" ", "&nbsp;").replace("-", "\u2011")
        style = f"text-decoration:none;color:{self.ink.chip_text};background-color:{self.ink.chip_ground}"
        return f'<a href="{escape(link)}" style="{style}">&nbsp;{words}&nbsp;</a>'

    def _card(self, fact: Fact) -> str:
        rows = [f"<b>{escape(fact.id)}: {escape(fact.text)}</b>"]
        if fact.basis != "recalled":
            source = self.sources.get(fact.source)
            title = fact.source
            if source is not None:
                known = [part for part in (source.title, source.publisher, source.date) if part != "-"]
                title = f"{'. '.join(known)} [{fact.source}]"
            rows.append(escape(translate("Detail", "Source: {0}").format(title)))
            rows.append(escape(translate("Detail", "Place: {0}").format(fact.locator)))
        rows.append(escape(translate("Detail", "Basis: {0}").format(basis_words(fact.basis))))
        style = f"color:{self.ink.card_text}"
        inner = "<br>".join(f'<span style="{style}">{row}</span>' for row in rows)
        return f'<table width="100%" cellpadding="6" bgcolor="{self.ink.card_ground}"><tr><td>{inner}</td></tr></table>'
