"""How names, unread parts and the chosen relation look in the text: each kind has its line as well as its colour."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QPalette, QTextCharFormat

from desktop.widgets.contrast import LEAST_CONTRAST, contrast, legible, over

_Line = QTextCharFormat.UnderlineStyle
# Of a kind's colour behind its names; less where the letters could not be read on it.
_TINT = 0.18
_SENTENCE_TINT = 0.14
_UNREAD_TINT = 0.22


@dataclass(frozen=True, slots=True)
class KindLook:
    """Word of a kind, the line below its names (`over` draws one above them too), and its colour as #rrggbb."""

    word: str
    line: QTextCharFormat.UnderlineStyle
    colour: str
    over: bool = False


# In the order of the legend. No two have the same lines.
KIND_LOOKS: dict[str, KindLook] = {
    "drug": KindLook("medicine", _Line.SingleUnderline, "#1f5fbf"),
    "brand": KindLook("brand", _Line.DashUnderline, "#8e3fb0"),
    "group": KindLook("group of medicines", _Line.DashDotLine, "#1d7a3a"),
    "drug_n": KindLook("substance, no human medicine", _Line.DotLine, "#7a5a00"),
    "chemical": KindLook("chemical", _Line.DashDotDotLine, "#00727f"),
    "disease": KindLook("disease", _Line.WaveUnderline, "#b3261e"),
    "protein": KindLook("protein", _Line.SingleUnderline, "#a3489a", over=True),
}
_OTHER = KindLook("other name", _Line.NoUnderline, "#606060", over=True)


def kind_look(kind: str) -> KindLook:
    """The look of a kind of names; one that a newer student may have looks like none of the others."""
    return KIND_LOOKS.get(kind, _OTHER)


def kind_word(kind: str) -> str:
    """The word of a kind, in the language of the window."""
    return QCoreApplication.translate("Names", kind_look(kind).word)


def _tinted(colour: QColor, palette: QPalette, share: float) -> QColor:
    """The colour thinned on the palette's base, as much as the letters allow."""
    base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    thin = QColor(colour)
    while share > 0.01:
        thin.setAlphaF(share)
        ground = over(thin, base)
        if contrast(text, ground) >= LEAST_CONTRAST:
            return ground
        share /= 2
    return base


def name_format(kind: str, palette: QPalette) -> QTextCharFormat:
    """The format of a name."""
    look = kind_look(kind)
    colour = QColor(look.colour)
    made = QTextCharFormat()
    made.setUnderlineStyle(look.line)
    made.setUnderlineColor(legible(colour, palette.color(QPalette.ColorRole.Base)))
    made.setFontOverline(look.over)
    made.setBackground(_tinted(colour, palette, _TINT))
    return made


def sentence_format(palette: QPalette) -> QTextCharFormat:
    """The format of the sentence of the chosen relation."""
    made = QTextCharFormat()
    made.setBackground(_tinted(palette.color(QPalette.ColorRole.Highlight), palette, _SENTENCE_TINT))
    return made


def chosen_format(kind: str, palette: QPalette) -> QTextCharFormat:
    """The format of a name of the chosen relation: letters and ground change places, its line stays."""
    made = name_format(kind, palette)
    base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    made.setBackground(text)
    made.setForeground(base)
    made.setUnderlineColor(legible(QColor(kind_look(kind).colour), text))
    return made


def unread_format(palette: QPalette) -> QTextCharFormat:
    """The format of a part that was not read: struck by a ground of its own, and said in words beside the text."""
    made = QTextCharFormat()
    made.setBackground(_tinted(QColor("#808080"), palette, _UNREAD_TINT))
    made.setFontStrikeOut(True)
    return made
