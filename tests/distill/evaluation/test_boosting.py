"""The floor for students: bags of facts that tell A from B only where they should, and classifiers that learn from them."""

from dataclasses import replace
from itertools import combinations

import pytest

from distill.corpora.pair_inputs import PairInputs, swapped
from distill.corpora.pairs import NO_LABEL, PairRecord
from distill.evaluation.boosting import METHODS, Baseline, BaselineMethod, BaselineSettings, bag_of, ordered_bag_of
from distill.teachers.voting import likeliest
from engine.application import Application
from engine.cancellation import Progress
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.language import Label

pytest.importorskip("sklearn")
SETTINGS = BaselineSettings(least_pairs=3, rounds=20, leaves=7)
RAISED = Label("major", "B_increase", "pk.metabolism")


@pytest.fixture(scope="module")
def store(application: Application) -> KnowledgeStore:
    return application.store


@pytest.fixture(scope="module")
def inputs(store: KnowledgeStore) -> PairInputs:
    return PairInputs(store)


@pytest.fixture(scope="module")
def records(store: KnowledgeStore) -> list[PairRecord]:
    """Made labels that the facts decide: an inhibitor of CYP3A4 with a substrate of it, and substrates with each other."""
    rows = [row for row in store.enzyme_roles.all() if row.target == "CYP3A4" and row.provenance.basis != "recalled"]
    inhibitors = sorted({row.substance for row in rows if row.role == "inhibitor" and row.strength == "strong"})[:12]
    substrates = sorted(
        {row.substance for row in rows if row.role == "substrate" and row.strength == "sensitive"} - set(inhibitors)
    )[:16]
    made = [PairRecord(f"{one}+{two}", one, two, RAISED) for one in inhibitors for two in substrates]
    turned = [PairRecord(f"{one.second}+{one.first}", one.second, one.first, swapped(RAISED)) for one in made[::2]]
    none = [PairRecord(f"{one}+{two}", one, two, NO_LABEL) for one, two in combinations(substrates, 2)]
    return [*made[1::2], *turned, *none]


def test_bags_tell_a_from_b_only_where_asked(inputs: PairInputs, records: list[PairRecord]) -> None:
    for record in records[::9]:
        facts, other = inputs.facts(record), inputs.facts(record, swap=True)
        assert bag_of(facts) == bag_of(other)
        if record.label != NO_LABEL:
            assert ordered_bag_of(facts) != ordered_bag_of(other)
        assert {"inhibitor@CYP3A4 x substrate@CYP3A4"} & bag_of(facts) or record.label == NO_LABEL


def test_bags_hold_no_name(inputs: PairInputs, records: list[PairRecord]) -> None:
    for record in records[::9]:
        features = " ".join(bag_of(inputs.facts(record)) | ordered_bag_of(inputs.facts(record))).casefold()
        assert record.first not in features
        assert record.second not in features


@pytest.mark.parametrize("method", METHODS)
def test_what_the_facts_decide_is_learned(method: BaselineMethod, inputs: PairInputs, records: list[PairRecord]) -> None:
    seen, unseen = (
        [record for record in records if hash_of(record) % 3],
        [record for record in records if not hash_of(record) % 3],
    )
    steps: list[Progress] = []
    answers = Baseline(method, inputs, seen, SETTINGS, steps.append).answers(unseen)
    assert steps[-1] == Progress(3, 3)
    for part in ("severity", "direction", "mechanism"):
        right = [likeliest(getattr(one, part)) == getattr(one.truth, part) for one in answers]
        assert sum(right) / len(right) > 0.9, part
        assert all(sum(getattr(one, part).values()) == pytest.approx(1.0) for one in answers)
    again = Baseline(method, inputs, seen, SETTINGS).answers(unseen)
    assert again == answers


def test_what_was_never_seen_is_still_answered(inputs: PairInputs, records: list[PairRecord]) -> None:
    baseline = Baseline("logistic regression", inputs, records, SETTINGS)
    (answer,) = baseline.answers([replace(records[0], first="metformin", second="ibuprofen")])
    assert sum(answer.severity.values()) == pytest.approx(1.0)


def hash_of(record: PairRecord) -> int:
    """The same in every run, which the built-in one is not."""
    return sum(record.id.encode())
