"""The regulator's record: what documented rules say of a pair. A teacher of training pairs; it refuses those of the tests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from distill.corpora.pair_inputs import swapped
from distill.corpora.pairs import TEST_SPLITS, PairCorpus, PairRecord
from distill.teachers.protocol import MECHANISMS, SEVERITIES, Judgement, PairItem, abstention, certain
from engine.reasoning.language import DIRECTIONS, NO_MECHANISM
from engine.reasoning.pair_facts import patient_codes

_VERSION = "1"
# That no rule names a pair is no proof that it is harmless, only a good sign.
_NONE = 0.85
_Key = tuple[str, str | None, str | None, tuple[str, ...]]


class RegulatorTeacher:
    """Says what is documented of a pair: without doubt where a rule names it, "none" with some where none does.

    `records`: what it knows. `refused`: ids of pairs about which it must never be asked.
    """

    name = "regulator"

    def __init__(self, records: Iterable[PairRecord], refused: Iterable[str]) -> None:
        self._records = {_key_of(record): record for record in records}
        self._refused = frozenset(refused)
        told = sorted(f"{key} {record.label}" for key, record in self._records.items())
        self.version = f"{_VERSION}.{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]}"
        strange = [record.id for record in self._records.values() if record.id in self._refused]
        if strange:
            raise ValueError(f"a pair of a test is among the records: '{strange[0]}'")

    def judge(self, item: PairItem) -> Judgement:
        """What is documented of the pair in these circumstances; abstains where it was not told.

        Raises:
            ValueError: the pair belongs to a test.
        """
        if item.id in self._refused:
            raise ValueError(f"the pair '{item.id}' belongs to a test")
        facts = item.facts
        about = tuple(fact.codes[1] for fact in facts.facts if fact.side == "patient")
        record = self._records.get((item.id, facts.first.route, facts.second.route, about))
        turned = False
        if record is None or facts.first.substance != record.first:
            record = self._records.get((item.id, facts.second.route, facts.first.route, about))
            turned = True
        if record is None or {record.first, record.second} != {facts.first.substance, facts.second.substance}:
            return abstention(item, self)
        if not record.documented:
            return Judgement(item.id, self.name, self.version, _mostly("none", SEVERITIES), *_nothing())
        label = swapped(record.label) if turned else record.label
        labels = certain(label.severity), certain(label.direction), certain(label.mechanism)
        return Judgement(item.id, self.name, self.version, *labels, management=record.managements)


def regulator_of(corpus: PairCorpus) -> RegulatorTeacher:
    """The record of all pairs of a corpus that belong to no test."""
    refused = {record.id for split in TEST_SPLITS for record in corpus.splits[split]}
    refused |= {record.id for records in corpus.natural.values() for record in records}
    return RegulatorTeacher(corpus.records("train", "development", "development_cold"), refused)


def _key_of(record: PairRecord) -> _Key:
    about = record.circumstances
    return record.id, about.first_route, about.second_route, patient_codes(about.patient)


def _mostly(label: str, labels: tuple[str, ...]) -> dict[str, float]:
    rest = (1.0 - _NONE) / (len(labels) - 1)
    return {one: _NONE if one == label else rest for one in labels}


def _nothing() -> tuple[dict[str, float], dict[str, float]]:
    return _mostly("none", DIRECTIONS), _mostly(NO_MECHANISM, MECHANISMS)
