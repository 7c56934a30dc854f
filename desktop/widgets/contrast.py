"""Contrast as WCAG 2.1 defines it, and a palette whose text can be read, in light and in dark.

Qt's own palettes draw disabled text, placeholders, links and selections below 4.5:1.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

LEAST_CONTRAST = 4.5
_Role = QPalette.ColorRole
_Group = QPalette.ColorGroup
_GROUPS = (_Group.Active, _Group.Inactive, _Group.Disabled)
# Text role, the role it is drawn on.
PAIRS = (
    (_Role.WindowText, _Role.Window),
    (_Role.Text, _Role.Base),
    (_Role.Text, _Role.AlternateBase),
    (_Role.ButtonText, _Role.Button),
    (_Role.PlaceholderText, _Role.Base),
    (_Role.Link, _Role.Base),
    (_Role.ToolTipText, _Role.ToolTipBase),
)


def _luminance(colour: QColor) -> float:
    """Relative luminance (WCAG 2.1, definition of "relative luminance")."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio of two opaque colours: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _mixed(colour: QColor, other: QColor, share: float) -> QColor:
    """`share` 0 gives `colour`, 1 gives `other`; opaque."""

    def between(one: float, another: float) -> float:
        return one + (another - one) * share

    return QColor.fromRgbF(
        between(colour.redF(), other.redF()), between(colour.greenF(), other.greenF()), between(colour.blueF(), other.blueF())
    )


def over(colour: QColor, background: QColor) -> QColor:
    """The opaque colour that a translucent one has on a background."""
    return _mixed(background, colour, colour.alphaF())


def legible(text: QColor, background: QColor) -> QColor:
    """The text's colour, moved as little as needed towards black or white until it can be read."""
    opaque = over(text, background)
    ends = (QColor("#000000"), QColor("#ffffff"))
    end = max(ends, key=lambda each: contrast(each, background))
    share = 0.0
    while contrast(_mixed(opaque, end, share), background) < LEAST_CONTRAST and share < 1.0:
        share = min(1.0, share + 0.05)
    return _mixed(opaque, end, share)


def legible_palette(palette: QPalette) -> QPalette:
    """A palette that holds only what must change, so that the rest goes on following the desktop's theme."""
    changed = QPalette()
    for group in _GROUPS:
        for text, background in PAIRS:
            before = palette.color(group, text)
            after = legible(before, palette.color(group, background))
            if after != before:
                changed.setColor(group, text, after)
        # Links stand on the window too; a theme in which one colour cannot be read on both keeps them legible in texts.
        link = changed if changed.isBrushSet(group, _Role.Link) else palette
        both = legible(link.color(group, _Role.Link), palette.color(group, _Role.Window))
        if contrast(both, palette.color(group, _Role.Base)) >= LEAST_CONTRAST:
            changed.setColor(group, _Role.Link, both)
        # A selection keeps its text; the colour behind it moves.
        text_colour = palette.color(group, _Role.HighlightedText)
        before = palette.color(group, _Role.Highlight)
        if contrast(text_colour, before) < LEAST_CONTRAST:
            changed.setColor(group, _Role.Highlight, legible(before, text_colour))
    return changed
