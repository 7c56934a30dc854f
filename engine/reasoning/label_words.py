"""The parts of a student's label in words, for the terminal and for exports; the window says the same in its own language."""

from __future__ import annotations

_KINDS: dict[str, str] = {
    "none": "no mechanism",
    "pk.absorption": "PK: absorption",
    "pk.distribution": "PK: distribution",
    "pk.metabolism": "PK: metabolism",
    "pk.transport": "PK: transport",
    "pk.excretion": "PK: excretion",
    "pk.unspecified": "PK: way not stated",
    "pd.additive": "PD: additive",
    "pd.synergistic": "PD: synergistic",
    "pd.antagonistic": "PD: antagonistic",
    "pd.sensitisation": "PD: sensitisation",
    "pd.masking": "PD: masking",
    "incompatibility": "Incompatibility",
    "unknown": "Mechanism not stated",
}
_DIRECTIONS: dict[str, str] = {"both": "both are changed", "none": "neither is changed by the other"}
_GOES = {"increase": "goes up", "decrease": "goes down"}
_CHANGED = {"increase": "raised", "decrease": "lowered", "either": "raised or lowered"}
NO_CHANGE = "neither medicine changed by the other"


def severity_words(severity: str) -> str:
    """A level as a student names it; "none" alone would read as "harmless"."""
    return "none found" if severity == "none" else severity


def kind_words(kind: str) -> str:
    """A mechanism."""
    # A newer student may know more kinds than this program has words for.
    return _KINDS.get(kind, kind.replace(".", ": ").replace("_", " "))


def split_direction(direction: str) -> tuple[str, str]:
    """The medicine and the way of a direction such as "simvastatin increase"; no medicine in "both" and "none"."""
    who, _, way = direction.rpartition(" ")
    return who, way


def direction_words(direction: str) -> str:
    """Whose exposure or effect changes, and which way."""
    who, way = split_direction(direction)
    return f"exposure or effect of {who} {_GOES[way]}" if who and way in _GOES else _DIRECTIONS.get(direction, direction)


def changed_words(who: str, way: str) -> str:
    """The same of a medicine and a way, as it stands in a comparison."""
    return f"exposure or effect of {who} {_CHANGED.get(way, 'changed')}"
