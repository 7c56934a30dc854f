"""Statements that depend on data of the patient, and the data that are missing and would matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import cast

from engine.interactions.conditions import Situation, datum_of, describe, evaluate, evaluate_atom, parse_condition
from engine.interactions.documented import sides
from engine.interactions.exposure import Exposure
from engine.knowledge.records import PatientRule
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.facts import FactBook, FactWriter
from engine.reasoning.wording import capitalised, management_words
from engine.report import Interaction, MissingDatum, PatientStatement, Weight

_HABITS = {"alcohol": "ethanol", "smoker": "tobacco"}


def _rules_for(store: KnowledgeStore, exposure: Exposure) -> Iterable[PatientRule]:
    subjects = list(sides(store, exposure))
    subjects += [f"#{row.tag}" for row in store.pd_tags.get(exposure.substance)]
    seen: set[str] = set()
    for subject in subjects:
        for rule in store.patient_rules.get(subject):
            if rule.id not in seen:
                seen.add(rule.id)
                yield rule


def _with_habits(patient: Patient, exposures: Sequence[Exposure]) -> Patient:
    """The patient with the habits that the list itself names, unless the patient's own data say otherwise."""
    listed = {exposure.substance for exposure in exposures}
    named = {field: True for field, substance in _HABITS.items() if substance in listed and getattr(patient, field) is None}
    return patient.model_copy(update=named) if named else patient


def patient_statements(
    store: KnowledgeStore, exposures: Sequence[Exposure], patient: Patient
) -> tuple[tuple[PatientStatement, ...], dict[str, set[str]]]:
    """Statements that the known data trigger, and per unknown datum the names of the medicines whose statements it decides."""
    writer = FactWriter(store)
    patient = _with_habits(patient, exposures)
    statements: list[PatientStatement] = []
    missing: defaultdict[str, set[str]] = defaultdict(set)
    for exposure in exposures:
        if exposure.systemic is False or exposure.substance in _HABITS.values():
            continue
        for rule in _rules_for(store, exposure):
            situation = Situation(exposure, exposure, patient)
            state = evaluate(rule.condition, situation)
            if state is None:
                for atom in parse_condition(rule.condition):
                    if evaluate_atom(atom, situation) is None:
                        missing[datum_of(atom, situation)].add(exposure.name)
            if state is not True:
                continue
            vocabulary = store.statements[rule.statement]
            condition = describe(rule.condition, situation, store.contexts, writer.name)
            text = f"{capitalised(vocabulary.words.format(drug=exposure.name))} ({condition})."
            book = FactBook()
            book.cite(writer.patient_rule(rule, text))
            statements.append(
                PatientStatement(
                    drug=exposure.name,
                    datum=datum_of(parse_condition(rule.condition)[0], situation),
                    text=text,
                    statement=rule.statement,
                    managements=management_words(rule.managements, store.managements, exposure.name),
                    weight=cast(Weight, vocabulary.weight),
                    facts=book.facts(),
                )
            )
    return tuple(dict.fromkeys(statements)), dict(missing)


def missing_data(interactions: Iterable[Interaction], from_rules: dict[str, set[str]]) -> tuple[MissingDatum, ...]:
    """Every datum that is not known and would change a severity or trigger a statement, with what it would change."""
    changes: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for interaction in interactions:
        for note in interaction.conditions:
            if not note.known:
                changes[note.needs].add(interaction.drugs)
    for datum, drugs in from_rules.items():
        changes[datum].update((drug,) for drug in drugs)
    return tuple(MissingDatum(datum=datum, would_change=tuple(sorted(pairs))) for datum, pairs in sorted(changes.items()))
