"""How a severity looks: word, shape and colour, so that none of them is needed alone.

Colour pairs (text on background) have a contrast of at least 4.5:1, asserted by a test; they are the same in light and dark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.report import Severity, Weight


@dataclass(frozen=True, slots=True)
class SeverityLook:
    """Word, shape, and colours as #rrggbb."""

    word: str
    shape: str
    text: str
    background: str


# Worst first, as `engine.report.SEVERITY_ORDER`.
LOOKS: dict[Severity, SeverityLook] = {
    "contraindicated": SeverityLook("Contraindicated", "■", "#ffffff", "#8b0015"),
    "major": SeverityLook("Major", "▲", "#ffffff", "#a34300"),
    "moderate": SeverityLook("Moderate", "●", "#1f1a00", "#ffd75e"),
    "minor": SeverityLook("Minor", "○", "#0b2540", "#cfe3f7"),
    "none": SeverityLook("None found", "·", "#202020", "#e6e6e6"),
}

# A statement on one medicine and the patient is no severity of a pair: own words, colours from the same family.
WEIGHTS: dict[Weight, SeverityLook] = {
    "contraindicated": SeverityLook("Contraindicated for this patient", "■", "#ffffff", "#8b0015"),
    "caution": SeverityLook("Caution", "▲", "#ffffff", "#a34300"),
    "information": SeverityLook("Note", "○", "#0b2540", "#cfe3f7"),
}


def label(severity: Severity) -> str:
    """Shape and word."""
    look = LOOKS[severity]
    return f"{look.shape} {look.word}"


def badge_html(severity: Severity) -> str:
    """Shape and word in the severity's colours."""
    return look_html(LOOKS[severity])


def look_html(look: SeverityLook) -> str:
    """Shape and word of any look in its colours."""
    words = f"&nbsp;{look.shape} {look.word}&nbsp;"
    return f'<span style="color:{look.text};background-color:{look.background}">{words}</span>'
