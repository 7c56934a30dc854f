"""Methods on the 86-type task, on a small corpus where structure decides; skipped without the training libraries."""

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("rdkit")

from distill.corpora.interaction_types import TypedCorpus, TypedPair
from distill.corpora.pair_groups import Division
from distill.corpora.pairs import PAIR_SPLITS, PairCorpus, PairRecord, PairSplit
from distill.evaluation.types86 import NearestPair, evaluate_types, research_lines, types_lines
from distill.teachers.fingerprints import fingerprints_of, tanimoto
from distill.teachers.panel import WEIGHED_ON
from distill.teachers.protocol import SEVERITIES, Judgement, even
from distill.teachers.structure import StructureSettings
from engine.reasoning.language import Label

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
    assert nearest.labels([TypedPair("acid3", "amine4", 9), TypedPair("amine4", "acid3", 9)]).tolist() == [0, 1]


def test_the_pair_most_alike_is_found_as_by_looking_at_each() -> None:
    prints, drawing = fingerprints_of(CORPUS.smiles), np.random.default_rng(0)
    train = [TypedPair(pair.first, pair.second, int(drawing.integers(86))) for pair in EVERY[::3]]
    likeness = tanimoto(prints.bits)
    asked = EVERY[1::3]
    found = NearestPair(prints, train).labels(asked)
    for pair, label in zip(asked, found.tolist(), strict=True):
        scores = [
            likeness[prints.row(pair.first), prints.row(one.first)] * likeness[prints.row(pair.second), prints.row(one.second)]
            for one in train
        ]
        # Several may be equally alike: the answer is the label of one of them.
        assert label in {one.label for one, score in zip(train, scores, strict=True) if score >= max(scores) - 1e-6}


def test_what_the_structure_teacher_adds_is_for_research() -> None:
    label = Label("major", "B_increase", "pk.metabolism")
    splits: dict[PairSplit, tuple[PairRecord, ...]] = {
        split: (PairRecord(f"{split}+x", split, "x", label),) for split in PAIR_SPLITS
    }
    corpus = PairCorpus("digest", splits, {}, (), Division({}, {}), (), 0)

    def said_of(split: PairSplit) -> dict[str, list[Judgement]]:
        item = f"{split}+x"
        sure, unsure = {"B_increase": 1.0}, {"B_increase": 0.5, "none": 0.5}
        kinds = {"pk.metabolism": 1.0}
        structure = Judgement(item, "structure", "1", even(SEVERITIES), sure, kinds)
        return {item: [structure, Judgement(item, "neighbours", "1", {"major": 1.0}, unsure, kinds)]}

    lines = research_lines(corpus, {split: said_of(split) for split in (*WEIGHED_ON, "s2")})
    assert "CC BY-NC" in lines[0]
    (weights,) = (line.split("|") for line in lines if line.startswith("| structure |"))
    # It says nothing of the severity, and is right about the direction.
    assert float(weights[2]) < 0.05
    assert float(weights[3]) > 0.9
    assert any(line.startswith("| s2 | 1 | vote |") for line in lines)
