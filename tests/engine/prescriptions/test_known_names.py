"""The vocabulary of dosing hides no medicine: known names are found as themselves in a line of their own."""

from __future__ import annotations

from pathlib import Path

from engine.knowledge.resolve import normal_form
from engine.prescriptions.choosing import choose
from engine.prescriptions.parser import parse_prescription
from engine.prescriptions.terms import SigTerms

TABLE = Path(__file__).resolve().parents[3] / "resources" / "knowledge" / "names.tsv"
# Every seventh name keeps the test short; the first letters of the alphabet are no better than the last.
STEP = 7


def test_known_names_are_found_as_themselves(terms: SigTerms) -> None:
    rows = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]]
    substances: dict[str, str] = {}
    for name, found, *_ in rows:
        substances.setdefault(normal_form(name), found)
    names = [name for name, *_ in rows][::STEP]
    lost = []
    for name in names:
        items = parse_prescription(f"{name} 10 mg daily", terms).items
        choices = [choice for item in items for choice in choose(item, lambda n: normal_form(n) in substances).choices]
        if [substances.get(normal_form(choice.name or "")) for choice in choices] != [substances[normal_form(name)]]:
            lost.append(name)
    assert len(names) > 100
    assert len(lost) <= 0.002 * len(names), lost
