"""What a person has chosen about the program: typed and versioned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["system", "light", "dark"]
Units = Literal["si", "us"]
Naming = Literal["inn", "usan", "ban"]
LeastSeverity = Literal["contraindicated", "major", "moderate", "minor", "none"]


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults; every value is one that the program can use."""

    font_percent: int = 100
    theme: Theme = "system"
    units: Units = "si"
    names: Naming = "inn"
    least_severity: LeastSeverity = "none"
    show_documented: bool = True
    show_inferred: bool = True
    notice_seen: bool = False
