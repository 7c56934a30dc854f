"""What a student's label and a finding say of one pair, side by side: where they differ, and what could be compared at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.reasoning.label_words import NO_CHANGE, changed_words, kind_words, severity_words, split_direction
from engine.reasoning.wording import joined
from engine.report import GeneratedLabel, Interaction, LabelAxis
from engine.reports.reading_words import percent, worth_naming

_NONE, _BOTH = "none", "both"
# A finding that says no more than this leaves nothing to compare a mechanism with.
_UNSTATED = "unknown"
# A way that is not stated is one of its family: "pk.unspecified" is no other mechanism than "pk.metabolism".
_UNSPECIFIED = "unspecified"
# A student that gives less than this to the "none" it names holds an interaction for likelier than none.
_EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a label compares with a finding. `agrees` is None where the student is unsure, and `unsure` then says of what.

    `compared`: the parts of the label that the finding says something about too.
    """

    agrees: bool | None
    compared: tuple[LabelAxis, ...] = ()
    disagreements: tuple[str, ...] = ()
    unsure: str = ""


def compared(label: GeneratedLabel, finding: Interaction) -> Comparison:
    """Compare what the student wrote, which comes first in each part of its label, with a finding."""
    severity = next(iter(label.severity), None)
    if severity is None:
        return Comparison(None)
    if severity == _NONE and label.severity[_NONE] < _EVEN:
        return Comparison(None, unsure=_torn(label.severity))
    parts: list[LabelAxis] = ["severity"]
    differing = []
    if severity != finding.severity:
        differing.append(f"severity: {severity_words(severity)} instead of {severity_words(finding.severity)}")
    if severity != _NONE:
        # After "none" nothing else can be written: its direction and mechanism say nothing that its severity does not.
        others: tuple[tuple[LabelAxis, str | None], ...] = (
            ("direction", _direction(next(iter(label.direction), _BOTH), finding)),
            ("mechanism", _mechanism(next(iter(label.mechanism), _NONE), finding)),
        )
        for part, difference in others:
            if difference is not None:
                parts.append(part)
                differing += [f"{part}: {difference}"] if difference else []
    return Comparison(not differing, tuple(parts), tuple(differing))


def _torn(severity: Mapping[str, float]) -> str:
    likely = ", ".join(f"{severity_words(level)} {percent(share)}" for level, share in worth_naming(severity) if level != _NONE)
    return f"interaction {percent(1 - severity[_NONE])}{f', of which {likely}' if likely else ''}"


def _direction(written: str, finding: Interaction) -> str | None:
    """How the directions differ; empty where they do not, None where they cannot be compared."""
    if finding.object is None or finding.direction is None:
        return None
    if written == _BOTH:
        # Students learn "both" of rules that name either medicine, or either way. So it denies no object and no way; nor does it
        # state one, but where the finding leaves the way open too.
        return "" if finding.direction == "either" else None
    documented = changed_words(finding.object, finding.direction)
    if written == _NONE:
        return f"{NO_CHANGE} instead of {documented}"
    who, way = split_direction(written)
    if who == finding.object and finding.direction in (way, "either"):
        return ""
    return f"{changed_words(who, way)} instead of {documented}"


def _mechanism(written: str, finding: Interaction) -> str | None:
    """How the mechanisms differ; empty where they do not, None where they cannot be compared."""
    kinds = tuple(dict.fromkeys(note.kind for note in finding.mechanisms if note.kind != _UNSTATED))
    if not kinds or written in (_NONE, _UNSTATED):
        return None
    if any(_alike(written, kind) for kind in kinds):
        return ""
    return f"{kind_words(written)} instead of {joined(map(kind_words, kinds), 'or')}"


def _alike(written: str, kind: str) -> bool:
    family, _, way = written.partition(".")
    known_family, _, known_way = kind.partition(".")
    return family == known_family and (way == known_way or _UNSPECIFIED in (way, known_way))
