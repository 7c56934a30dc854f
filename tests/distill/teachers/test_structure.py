"""The structure network: it learns types from structures, keeps the order of a pair, and stands an odd structure.

Skipped where the training libraries are not installed (`make setup-distill`).
"""

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("rdkit")

from distill.corpora.interaction_types import TypedPair
from distill.teachers.fingerprints import fingerprints_of, tanimoto
from distill.teachers.protocol import PairItem
from distill.teachers.structure import StructureNetwork, StructureSettings, train_structure
from distill.teachers.structure_teacher import StructureTeacher
from distill.teachers.voting import VoteSettings, fitted_weights
from engine.interactions.exposure import Exposure
from engine.reasoning.language import Label
from engine.reasoning.pair_facts import PairFacts

ACIDS = {f"acid{n}": f"{'C' * n}C(=O)O" for n in range(1, 9)}
AMINES = {f"amine{n}": f"{'C' * n}N" for n in range(1, 9)}
SMILES = {**ACIDS, **AMINES, "odd": "this is no structure"}
SETTINGS = StructureSettings(hidden=32, epochs=30, batch=32, learning_rate=0.02)


def typed() -> list[TypedPair]:
    """An acid before an amine is type 0, an amine before an acid type 1."""
    return [pair for acid in ACIDS for amine in AMINES for pair in (TypedPair(acid, amine, 0), TypedPair(amine, acid, 1))]


@pytest.fixture(scope="module")
def network() -> StructureNetwork:
    seen: list[int] = []
    held_out = {"acid8", "amine8"}
    pairs = [pair for pair in typed() if not held_out & {pair.first, pair.second}]
    found = train_structure(fingerprints_of(SMILES, bits=256), pairs, 2, SETTINGS, lambda at: seen.append(at.done))
    assert seen == list(range(1, SETTINGS.epochs + 1))
    return found


def test_it_learns_types_of_unseen_medicines(network: StructureNetwork) -> None:
    unseen = [TypedPair("acid8", "amine8", 0), TypedPair("amine8", "acid8", 1)]
    shares = network.probabilities(unseen)
    assert shares.argmax(axis=1).tolist() == [0, 1]
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-5)


def test_a_medicine_without_a_structure_gets_an_answer(network: StructureNetwork) -> None:
    shares = network.probabilities([TypedPair("odd", "acid1", 0), TypedPair("stranger", "acid1", 0)])
    assert np.isfinite(shares).all()
    np.testing.assert_array_equal(shares[0], shares[1])


def test_the_same_seed_gives_the_same_network() -> None:
    prints = fingerprints_of(SMILES, bits=256)
    short = SETTINGS.model_copy(update={"epochs": 2})
    first, second = (train_structure(prints, typed(), 2, short, lambda _at: None).probabilities(typed()) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_nothing_to_learn_from() -> None:
    with pytest.raises(ValueError, match="no pairs"):
        train_structure(fingerprints_of(SMILES), [], 2, SETTINGS, lambda _at: None)


def test_structures_that_cannot_be_read_have_no_place() -> None:
    prints = fingerprints_of(SMILES)
    assert prints.row("odd") == -1
    assert prints.bits.shape == (len(SMILES) - 1, 2048)
    with pytest.raises(ValueError, match="no structure"):
        fingerprints_of({"odd": "x"})


def test_likeness_is_of_shared_bits() -> None:
    likeness = tanimoto(np.array([[1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]], dtype=np.uint8))
    np.testing.assert_allclose(likeness, [[1.0, 1 / 3, 0.0], [1 / 3, 1.0, 0.0], [0.0, 0.0, 0.0]], rtol=1e-6)


DESCRIPTIONS = (
    "The metabolism of #Drug2 can be decreased when combined with #Drug1.",
    "#Drug1 may decrease the sedative activities of #Drug2.",
)


def item(first: str, second: str) -> PairItem:
    return PairItem(f"{first}+{second}", PairFacts(Exposure(0, 0, first, first), Exposure(1, 1, second, second), ()))


def test_as_a_teacher_it_tells_direction_and_mechanism(network: StructureNetwork) -> None:
    codes = {name: name for name in SMILES}
    teacher = StructureTeacher(network, codes, DESCRIPTIONS)
    # Type 0 where the acid stands first, type 1 where the amine does: half of each, whichever way the pair is laid.
    said = teacher.judge(item("acid8", "amine8"))
    assert said.direction["B_increase"] == pytest.approx(0.5, abs=0.1)
    assert said.direction["A_decrease"] == pytest.approx(0.5, abs=0.1)
    assert set(said.mechanism) == {"pk.metabolism", "pd.antagonistic"}
    turned = teacher.judge(item("amine8", "acid8"))
    assert turned.direction["A_increase"] == pytest.approx(said.direction["B_increase"], abs=1e-6)
    assert len(set(said.severity.values())) == 1
    assert teacher.judge(item("acid8", "odd")).abstains
    assert teacher.judge(item("stranger", "acid8")).abstains
    assert teacher.version != StructureTeacher(network, {}, DESCRIPTIONS).version


def test_it_may_vote_in_research_alone(network: StructureNetwork) -> None:
    teacher = StructureTeacher(network, {name: name for name in SMILES}, DESCRIPTIONS)
    weights = fitted_weights([(Label("major", "B_increase", "pk.metabolism"), [teacher.judge(item("acid8", "amine8"))])])
    with pytest.raises(ValueError, match="may not ship"):
        VoteSettings(weights=weights)
    assert VoteSettings(weights=weights, allow_research=True).weights["structure"]["direction"] == pytest.approx(1.0)
