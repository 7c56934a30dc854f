"""How a severity looks on screen and on paper: word, shape and colour, so that none of them is needed alone.

Colour pairs (text on background) have a contrast of at least 4.5:1, asserted by a test; they are the same in light and dark.
Imports nothing heavy: the window reads it before the engine is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.report import Severity, StepStatus, Weight


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

# What the verifier said about a step.
BADGES: dict[StepStatus, str] = {"supported": "✓ supported", "contradicted": "✗ contradicted", "no_record": "? no record"}

EVIDENCE: dict[str, str] = {
    "regulator": "a regulator's text",
    "label": "a product's label",
    "study": "a study",
    "mechanism": "mechanism facts only",
    "model": "a model only",
}
SERIOUS: dict[str, str] = {"yes": "serious", "no": "not serious as a rule", "unknown": "seriousness not known"}
