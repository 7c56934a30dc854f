"""Must show: of a thousand errors planted into true steps none is badged as supported, and hardly a true step is rejected."""

from collections import Counter

import pytest

from distill.corpora.pair_labels import universe_of
from distill.evaluation.planted import Planted, PlantedFigures, follows, planted_errors, planted_figures
from distill.evaluation.spoiling import WAYS
from engine.application import Application
from engine.interactions.profile import MODIFIER_RANK, SUBSTRATE_RANK
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning import verify as v
from engine.reasoning.generated import StepChecker

ERRORS = 1000
MOST_REJECTED = 0.02


@pytest.fixture(scope="module")
def store(application: Application) -> KnowledgeStore:
    return application.store


@pytest.fixture(scope="module")
def drawn(store: KnowledgeStore) -> tuple[tuple[Planted, ...], tuple[Planted, ...]]:
    return planted_errors(store, universe_of(store), ERRORS, "planted-1")


def test_no_planted_error_is_badged_as_supported(store: KnowledgeStore, drawn: tuple[tuple[Planted, ...], ...]) -> None:
    planted = drawn[0]
    passed = [one for one in planted if StepChecker(store, one.facts, Patient()).status(one.step) == "supported"]
    assert len(planted) == ERRORS
    assert not passed, [(one.kind, one.step) for one in passed[:5]]


def test_each_kind_of_error_is_planted_and_is_one(store: KnowledgeStore, drawn: tuple[tuple[Planted, ...], ...]) -> None:
    planted, truths = drawn
    effects = {tag: row.effect for tag, row in store.tags.items()}
    kinds = Counter(one.kind for one in planted)
    assert set(kinds) == set(WAYS)
    assert min(kinds.values()) >= 20
    assert not [one for one in planted if follows(one.step, one.facts, effects)]
    assert all(follows(one.step, one.facts, effects) for one in truths)


def test_hardly_a_true_step_is_rejected(store: KnowledgeStore, drawn: tuple[tuple[Planted, ...], ...]) -> None:
    truths = drawn[1]
    rejected = [one for one in truths if StepChecker(store, one.facts, Patient()).status(one.step) != "supported"]
    assert len(truths) > ERRORS
    assert {one.step.kind for one in truths} == {"pk.metabolism", "pk.transport", "pk.absorption", "pd.additive", "net_effect"}
    assert len(rejected) <= MOST_REJECTED * len(truths), rejected[:5]


def test_a_strength_that_is_overstated_is_not_supported(store: KnowledgeStore, drawn: tuple[tuple[Planted, ...], ...]) -> None:
    """The compact language names no strength; sentences that do make a claim, and that is checked."""
    tried = 0
    for one in drawn[1]:
        context = v.PairContext(one.facts.first, one.facts.second, Patient(), {}, frozenset())
        for fact in one.facts.facts:
            if fact.codes[0] not in ("inhibitor", "inducer", "substrate") or fact.row is None:
                continue
            ranks = SUBSTRATE_RANK if fact.codes[0] == "substrate" else MODIFIER_RANK
            for strength, rank in ranks.items():
                if rank > ranks.get(fact.codes[2], 0):
                    tried += 1
                    claim = v.RoleClaim(fact.row.substance, fact.codes[1], fact.codes[0], strength)
                    assert v.verify_step([claim], [fact.row], context) != "supported"
        if tried > ERRORS:
            break
    assert tried > ERRORS


def test_the_figures_count_badges_and_rejected_steps(store: KnowledgeStore) -> None:
    figures = planted_figures(store, universe_of(store), 100, "planted-2")
    assert sum(sum(badges.values()) for badges in figures.badges.values()) == 100
    assert figures.missed == 0
    lines = list(figures.lines())
    assert lines[0] == "planted errors: 100, badged as supported: 0"
    assert lines[-1].startswith(f"true steps: {figures.true_steps}, ")
    assert len(lines) == 2 + len(figures.badges)
    missed = PlantedFigures({"x": {"supported": 1, "no_record": 2}}, 50, {"pd.additive": 1})
    assert missed.missed == 1
    assert missed.rejected_share == pytest.approx(0.02)


def test_too_few_medicines_are_no_test(store: KnowledgeStore) -> None:
    with pytest.raises(ValueError, match="too few pairs"):
        planted_errors(store, ("clarithromycin",), 10, "planted-3")
