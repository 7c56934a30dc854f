"""Methods on the 86-type task, on a small corpus where structure decides; skipped without the training libraries."""

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("rdkit")

from distill.corpora.interaction_types import TypedCorpus, TypedPair
from distill.evaluation.types86 import NearestPair, evaluate_types, macro_f1, types_lines
from distill.teachers.fingerprints import fingerprints_of
from distill.teachers.structure import StructureSettings

ACIDS = {f"acid{n}": f"{'C' * n}C(=O)O" for n in range(1, 13)}
AMINES = {f"amine{n}": f"{'C' * n}N" for n in range(1, 13)}
EVERY = [
    *(TypedPair(acid, amine, 0) for acid in ACIDS for amine in AMINES),
    *(TypedPair(amine, acid, 1) for acid in ACIDS for amine in AMINES),
]
CORPUS = TypedCorpus(
    ("one", "other"),
    {**ACIDS, **AMINES},
    {"train": tuple(EVERY[::2]), "development": (), "test": tuple(EVERY[1::2])},
)


def test_every_method_on_every_test() -> None:
    seen: set[str] = set()
    settings = StructureSettings(hidden=24, epochs=15, batch=64, learning_rate=0.02)
    figures = evaluate_types(CORPUS, settings, lambda name, _at: seen.add(name))
    assert seen == {"official", "cold"}
    tests = {one.test for one in figures}
    assert tests == {"warm (official)", "S1 (one unseen)", "S2 (both unseen)"}
    by_method = {(one.method, one.test): one for one in figures}
    assert len(by_method) == 9
    assert by_method["structure network", "S2 (both unseen)"].accuracy > 0.9
    assert by_method["most frequent type", "warm (official)"].accuracy == pytest.approx(0.5, abs=0.1)
    lines = types_lines(figures)
    assert "CC BY-NC" in lines[0]
    assert len(lines) == 4 + 9


def test_the_pair_most_alike_keeps_the_order() -> None:
    nearest = NearestPair(fingerprints_of(CORPUS.smiles), [TypedPair("acid1", "amine1", 0), TypedPair("amine1", "acid1", 1)])
    assert nearest.label(TypedPair("acid3", "amine4", 9)) == 0
    assert nearest.label(TypedPair("amine4", "acid3", 9)) == 1


def test_macro_f1_is_over_the_types_that_are_true() -> None:
    assert macro_f1(np.array([0, 0, 1]), np.array([0, 1, 1])) == pytest.approx(2 / 3)
    assert macro_f1(np.array([0, 0]), np.array([0, 3])) == pytest.approx(2 / 3)
