"""Pairs made by hand for tests of teachers, and what a teacher might answer about them."""

import json

from distill.teachers.prompts import Codes
from distill.teachers.protocol import Hints, PairItem
from engine.interactions.exposure import Exposure
from engine.knowledge.records import EnzymeRole, PdTag, Provenance
from engine.reasoning.pair_facts import PairFact, PairFacts

SOURCE = Provenance("test", "-", "recalled")
CODES = Codes(
    tags={"qt_prolongation": "QT prolongation"},
    effects=("object_toxicity", "object_efficacy_loss", "torsades_de_pointes"),
    managements={"monitor_ecg": "monitor the ECG", "avoid": "do not combine"},
)


def item(number: int = 0, hints: Hints | None = None) -> PairItem:
    """A strong inhibitor of CYP3A4 beside its sensitive substrate, both of which prolong the QT interval."""
    first = Exposure(0, 0, f"one-{number}", f"Onemycin {number}")
    second = Exposure(1, 1, f"two-{number}", f"Twostatin {number}")
    inhibitor = EnzymeRole(first.substance, "CYP3A4", "inhibitor", "strong", SOURCE)
    substrate = EnzymeRole(second.substance, "CYP3A4", "substrate", "sensitive", SOURCE)
    tags = [PdTag(one.substance, "qt_prolongation", None, SOURCE) for one in (first, second)]
    facts = (
        PairFact("F1", "A", ("route", "oral")),
        PairFact("F2", "A", ("inhibitor", "CYP3A4", "strong"), inhibitor),
        PairFact("F3", "A", ("tag", "qt_prolongation", "unstated"), tags[0]),
        PairFact("F4", "B", ("substrate", "CYP3A4", "sensitive"), substrate),
        PairFact("F5", "B", ("tag", "qt_prolongation", "unstated"), tags[1]),
    )
    return PairItem(f"pair-{number}", PairFacts(first, second, facts), hints)


def answer(**changes: object) -> dict[str, object]:
    """A whole answer about :func:`item`, in the form that is asked for."""
    pk = {"text": "A blocks CYP3A4, which breaks down B.", "via": "CYP3A4", "role": "inhibition", "object": "B"}
    whole: dict[str, object] = {
        "severity": "major",
        "direction": "B_increase",
        "mechanism": "pk.metabolism",
        "confidence": 0.8,
        "pk": [{**pk, "change": "increase", "facts": ["F2", "F4"]}],
        "pd": [{"text": "Both prolong the QT interval.", "via": "qt_prolongation", "facts": ["F3", "F5"]}],
        "severity_reason": {"text": "B rises a lot.", "facts": ["F2"]},
        "summary": {"text": "More B.", "effect": "object_toxicity", "object": "B", "change": "increase", "facts": ["F2", "F4"]},
        "management": ["monitor_ecg"],
    }
    return whole | changes


def answered(**changes: object) -> str:
    """The same as text."""
    return json.dumps(answer(**changes))


SECTIONS = """SEVERITY: Major
DIRECTION: B_increase
MECHANISM: pk.metabolism
CONFIDENCE: 80 %
PK:
- CYP3A4 | inhibition | B | increase | F2, F4 | A blocks CYP3A4, which breaks down B.
PD:
- qt_prolongation | F3, F5 | Both prolong the QT interval.
SEVERITY REASON: B rises a lot [F2].
SUMMARY: object_toxicity | B | increase | F2, F4 | More B.
MANAGEMENT: monitor_ecg
"""
