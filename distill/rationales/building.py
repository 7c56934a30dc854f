"""Items for training and measuring, made from the pair corpus, the votes of the teachers and the rationales.

Each part can be left out by its setting, so that what it is worth can be measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from distill.corpora.pair_circumstances import varied
from distill.corpora.pair_inputs import PairInputs, swapped
from distill.corpora.pair_labels import exposure_of
from distill.corpora.pairs import NO_LABEL, PAIR_SPLITS, PairCorpus, PairRecord, PairSplit
from distill.corpora.splitting import place_of
from distill.rationales.augmentation import drawn_pairs, moved, same_roles, stand_ins, turned_round, with_fewer_facts
from distill.rationales.curriculum import CurriculumSettings, staged
from distill.rationales.items import ItemFile, ItemKind, TrainingItem, counts_of
from distill.rationales.quality import Control
from distill.rationales.weighing import balanced, merged
from distill.rationales.writing import AnswerWriter, Told
from distill.teachers.protocol import Distribution, Judgement, certain
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.language import DIRECTIONS, NO_MECHANISM, Answer, Label, prompt_of, vocabulary, write_answer
from engine.reasoning.pair_facts import DrugFacts, PairFacts, drug_facts
from engine.report import SEVERITY_ORDER

_T = TypeVar("_T", bound=str)
_NOBODY = Patient()
_MOST_BITS = math.log2(len(SEVERITY_ORDER))


class Voted(Protocol):
    """What the teachers say of a pair together; `entropy`: of its severity, in bits."""

    @property
    def severity(self) -> Distribution: ...
    @property
    def direction(self) -> Distribution: ...
    @property
    def mechanism(self) -> Distribution: ...
    @property
    def entropy(self) -> float: ...


class ItemSettings(BaseModel):
    """What items are made; each part can be switched off.

    `variants`: differently worded answers of a pair, 1 for none. `hints`: whether the label chooses among the steps of its
    rationale. `quality`: whether wrong rationales are left out. `swap`: each pair also the other way round. `dropped_share`: of
    the pairs, again without `dropped_rate` of the facts that no step cites. `circumstances_share`: of the pairs, again with
    routes and patients. `stand_ins`: of a documented pair, with another medicine of the same roles. `synthetic`, `strengths`:
    pairs drawn at random and labelled by rules on facts alone, the second with other strengths; `made_weight` is theirs.
    `balance`: rare severities weigh more, by this power of how rare they are. `merge`: items that are the same token for token
    become one of their weight together. `most_tokens`: of a prompt with its answer. `most_measured`: pairs of each split that is
    there to measure by, drawn where there are more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: str = "items-1"
    variants: int = Field(default=3, ge=1, le=8)
    hints: bool = True
    quality: bool = True
    swap: bool = True
    dropped_share: float = Field(default=0.25, ge=0, le=1)
    dropped_rate: float = Field(default=0.3, gt=0, lt=1)
    circumstances_share: float = Field(default=0.15, ge=0, le=1)
    stand_ins: int = Field(default=1, ge=0)
    synthetic: int = Field(default=3000, ge=0)
    strengths: int = Field(default=2000, ge=0)
    made_weight: float = Field(default=0.3, gt=0)
    balance: float = Field(default=0.3, ge=0, le=1)
    merge: bool = True
    most_tokens: int = Field(default=256, ge=64)
    most_measured: int = Field(default=4000, ge=1)
    curriculum: CurriculumSettings = CurriculumSettings()


@dataclass(frozen=True, slots=True)
class _Pair:
    """A pair about to become items: its facts, what is known of it, and the labels to learn."""

    id: str
    kind: ItemKind
    split: PairSplit
    facts: PairFacts
    told: Told
    severity: Distribution
    direction: Distribution
    mechanism: Distribution
    patient: Patient = _NOBODY
    weight: float = 1.0


def build_items(
    store: KnowledgeStore,
    corpus: PairCorpus,
    votes: Mapping[str, Voted] | None = None,
    settings: ItemSettings | None = None,
    judgements: Iterable[Judgement] = (),
) -> ItemFile:
    """All items of a corpus: those of the training split augmented, those of the others as they are, to measure by.

    `votes`: by id of the pair; where there is none, the label of the source is learned. `judgements`: of teachers that reason in
    steps; their steps are variants of the pair's answer and pass the same control.
    """
    return _Builder(store, corpus, settings or ItemSettings(), votes or {}, judgements).build()


class _Builder:
    def __init__(
        self,
        store: KnowledgeStore,
        corpus: PairCorpus,
        settings: ItemSettings,
        votes: Mapping[str, Voted],
        judgements: Iterable[Judgement],
    ) -> None:
        self._store, self._corpus, self._settings, self._votes = store, corpus, settings, votes
        self._inputs = PairInputs(store)
        self._writer = AnswerWriter(store, hints=settings.hints)
        self._control = Control(store, settings.most_tokens)
        self._reasoned: dict[str, list[Judgement]] = {}
        for judgement in judgements:
            if judgement.steps and not judgement.abstains:
                self._reasoned.setdefault(judgement.item, []).append(judgement)

    def build(self) -> ItemFile:
        training = [item for pair in self._training() for item in self._items(pair)]
        training = balanced(training, self._settings.balance)
        before = len(training)
        if self._settings.merge:
            training = merged(training)
        entropy = {pair: vote.entropy / _MOST_BITS for pair, vote in self._votes.items()}
        learned = staged(training, entropy, self._settings.curriculum)
        measured = tuple(item for pair in self._measured() for item in self._plain(pair))
        made_with: dict[str, object] = {
            "settings": self._settings.model_dump(),
            "votes": len(self._votes),
            "counts": counts_of((*learned, *measured)),
            "merged": before - len(training),
            "seen": dict(self._control.seen),
            "faults": dict(self._control.faults),
        }
        return ItemFile(vocabulary(self._store), (*learned, *measured), self._corpus.knowledge_digest, made_with)

    def _training(self) -> Iterator[_Pair]:
        settings, records = self._settings, self._corpus.splits["train"]
        for record in records:
            yield self._voted(record)
        for record in varied(self._store, records, settings.circumstances_share, f"{settings.seed}/circumstances"):
            yield self._told(record, "circumstances")
        seen = [self._drug(substance) for substance in self._corpus.division.substances("seen")]
        known = [drug for drug in seen if drug.rows]
        if settings.stand_ins:
            for record in stand_ins(records, same_roles(known), self._corpus, settings.stand_ins):
                pair = self._told(record, "exchanged")
                if any(answer.steps for answer in self._answers(pair)):
                    yield pair
        taken = {record.id for record in (*self._corpus.records(*PAIR_SPLITS), *self._corpus.extrapolated)}
        wanted: tuple[tuple[ItemKind, int], ...] = (("synthetic", settings.synthetic), ("strengths", settings.strengths))
        for kind, count in wanted:
            drawn = drawn_pairs(self._store, known, taken, count, settings.seed, strengths=kind == "strengths")
            for made in drawn:
                yield _Pair(
                    made.id, kind, "train", made.facts, made.told, *_certain(made.told.label), weight=settings.made_weight
                )

    def _measured(self) -> Iterator[_Pair]:
        for split in PAIR_SPLITS:
            records = self._corpus.splits[split] if split != "train" else ()
            order = sorted(records, key=lambda record: place_of(record.id, self._settings.seed))
            kept = sorted(order[: self._settings.most_measured], key=lambda record: record.id)
            yield from (self._told(record, "pair", split) for record in kept)

    def _drug(self, substance: str) -> DrugFacts:
        return drug_facts(self._store, exposure_of(self._store, substance))

    def _told(self, record: PairRecord, kind: ItemKind, split: PairSplit = "train") -> _Pair:
        """A record with the label of its source."""
        told = Told(record.label, record.managements, record.effects)
        facts, patient = self._inputs.facts(record), record.circumstances.patient
        return _Pair(record.id, kind, split, facts, told, *_certain(record.label), patient=patient)

    def _voted(self, record: PairRecord) -> _Pair:
        """A record with the labels of the vote, where the teachers voted on it."""
        pair = self._told(record, "pair")
        vote = self._votes.get(record.id)
        if vote is None:
            return pair
        label = likeliest(vote)
        told = replace(pair.told, label=label) if label != NO_LABEL else Told(NO_LABEL)
        mechanism = given_interaction(vote.mechanism) if label != NO_LABEL else vote.mechanism
        return replace(pair, told=told, severity=vote.severity, direction=vote.direction, mechanism=mechanism)

    def _answers(self, pair: _Pair) -> list[Answer]:
        """All answers to a pair: those from knowledge, and those of teachers that reason."""
        variants = self._settings.variants
        answers = self._writer.answers(pair.facts, pair.told, variants, f"{self._settings.seed}/{pair.id}", pair.patient)
        if pair.kind == "pair" and pair.split == "train":
            reasoned = [replace(answers[0], steps=one.steps) for one in self._reasoned.get(pair.id, [])]
            answers += reasoned if pair.told.label != NO_LABEL else []
        return self._checked(pair, pair.facts, answers)

    def _checked(self, pair: _Pair, facts: PairFacts, answers: list[Answer]) -> list[Answer]:
        return self._control.passed(facts, answers, pair.patient) if self._settings.quality else answers

    def _items(self, pair: _Pair) -> Iterator[TrainingItem]:
        """A training pair as items: as it is, the other way round, and with fewer facts."""
        settings = self._settings
        answers = self._answers(pair)
        if not answers:
            return
        yield _item(pair, pair.facts, answers)
        if settings.swap:
            turned = turned_round(pair.facts)
            other = self._checked(pair, turned, [moved(answer, pair.facts, turned, swap=True) for answer in answers])
            if other:
                yield replace(_item(pair, turned, other), swapped=True, direction=_mirrored(pair.direction))
        draw = Random(f"{settings.seed}/dropped/{pair.id}")
        if pair.kind == "pair" and draw.random() < settings.dropped_share:
            fewer = with_fewer_facts(pair.facts, answers, settings.dropped_rate, draw)
            kept = self._checked(pair, fewer, [moved(answer, pair.facts, fewer) for answer in answers])
            if kept and len(fewer.facts) < len(pair.facts.facts):
                yield replace(_item(pair, fewer, kept), kind="dropped")

    def _plain(self, pair: _Pair) -> Iterator[TrainingItem]:
        """A pair to measure by: one item with the source's label; its answers are not controlled away."""
        answers = self._writer.answers(pair.facts, pair.told, 1, pair.id, pair.patient)
        yield _item(pair, pair.facts, answers)


def _item(pair: _Pair, facts: PairFacts, answers: list[Answer]) -> TrainingItem:
    return TrainingItem(
        pair.id,
        pair.kind,
        pair.split,
        False,
        prompt_of(facts),
        tuple(write_answer(answer) for answer in answers),
        pair.severity,
        pair.direction,
        pair.mechanism,
        pair.weight,
    )


def _certain(label: Label) -> tuple[Distribution, Distribution, Distribution]:
    return certain(label.severity), certain(label.direction), certain(label.mechanism)


def likeliest(vote: Voted) -> Label:
    """The label that a vote comes to: one that may be written, so that an interaction has a mechanism and "none" has nothing."""
    severity = _one_of(max(vote.severity, key=lambda label: vote.severity[label]), SEVERITY_ORDER)
    if severity == "none":
        return NO_LABEL
    direction = _one_of(max(vote.direction, key=lambda label: vote.direction[label]), DIRECTIONS)
    kinds = given_interaction(vote.mechanism)
    return Label(severity, direction, max(kinds, key=lambda label: kinds[label]))


def _one_of(label: str, known: tuple[_T, ...]) -> _T:
    return next(one for one in known if one == label)


def given_interaction(mechanism: Distribution) -> Distribution:
    """Of what kind the mechanism is if there is one; "unknown" where a vote says nothing of it."""
    kinds = {kind: share for kind, share in mechanism.items() if kind != NO_MECHANISM and share > 0.0}
    total = math.fsum(kinds.values())
    return {kind: share / total for kind, share in kinds.items()} if total > 0.0 else certain("unknown")


def _mirrored(direction: Distribution) -> Distribution:
    other = {one: swapped(Label("none", one, NO_MECHANISM)).direction for one in DIRECTIONS}
    return {other[_one_of(label, DIRECTIONS)]: share for label, share in direction.items()}
