"""The 86-type task: labels are read by the first column, damaged files end in a sentence, and cold splits hold medicines out."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.corpora.interaction_types import (
    COLD_SPLITS,
    TypedCorpus,
    TypedPair,
    cold_splits,
    describe_types,
    read_interaction_types,
)
from engine.errors import InputError
from tests.knowledge_rows import DATA

# The last column numbers otherwise than the first, as in the published file.
TYPES = (
    "Interaction type,Description,Subject,DDI type\n"
    "2,The metabolism of #Drug2 can be decreased when combined with #Drug1.,2,DDI type 1\n"
    '1,"#Drug1 may increase the neurotoxic, and other, activities of #Drug2.",1,DDI type 2\n'
)
FILES = {
    "node2id.json": json.dumps({"DB1": 0, "DB2": 1, "DB3": 2}),
    "interaction_types.csv": TYPES,
    "drug_smiles.csv": ",drug_id,smiles\n0,DB1,CCO\n1,DB2,C[C@H](N)O\n",
    "train.txt": "0 1 0\n1 2 1\n",
    "dev.txt": "0 2 1\n",
    "test.txt": "2 1 0\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_a_label_is_the_first_column_less_one(folder: Path) -> None:
    corpus = read_interaction_types(folder)
    assert corpus.splits["train"] == (TypedPair("DB1", "DB2", 0), TypedPair("DB2", "DB3", 1))
    assert "neurotoxic, and other" in corpus.descriptions[0]
    assert "metabolism" in corpus.descriptions[1]
    assert corpus.smiles == {"DB1": "CCO", "DB2": "C[C@H](N)O"}
    assert "does not ship" in corpus.licence
    assert "NC" in corpus.licence


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("train.txt", "0 1\n", "line 1"),
        ("train.txt", "0 1 0\n0 1 -1\n", "line 2"),
        ("train.txt", "0 1 ²\n", "line 1"),
        ("test.txt", "0 7 0\n", "does not know"),
        ("dev.txt", "0 1 2\n", "one of the 2 types"),
        ("node2id.json", '{"DB1": 0, "DB2": 0}', "number of its own"),
        ("node2id.json", '{"DB1": true}', "number of its own"),
        ("node2id.json", '["DB1"]', "number of its own"),
        ("node2id.json", "{", "not JSON"),
        ("interaction_types.csv", "Description,DDI type\na,1\n", "columns"),
        ("interaction_types.csv", "Interaction type,Description\n1,a\n1,b\n", "number of its own"),
        ("interaction_types.csv", "Interaction type,Description\n1,a\n3,b\n", "without a gap"),
        ("interaction_types.csv", "Interaction type,Description\n1,a,b,c\n", "too many cells"),
        ("interaction_types.csv", "Interaction type,Description\n1\n", "too few"),
        ("drug_smiles.csv", "", "columns"),
        ("drug_smiles.csv", ',drug_id,smiles\n0,DB1,"CC\n', "comma-separated"),
    ],
)
def test_a_damaged_file_is_named_in_a_sentence(folder: Path, name: str, content: str, said: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_interaction_types(folder)
    assert name in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named_in_a_sentence(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(InputError, match=name):
        read_interaction_types(folder)


def made(medicines: int) -> TypedCorpus:
    """Every two of some medicines, of which each has a relative that differs in salt and stereochemistry alone."""
    names = [f"DB{number:05}" for number in range(medicines)]
    # A chain of its own length each; the odd ones are salts of the even ones before them.
    smiles = {
        name: "C" * (5 + number // 2) + ("[C@@H](N)O.[Na+]" if number % 2 else "[CH](N)O") for number, name in enumerate(names)
    }
    pairs = [TypedPair(one, two, (at + to) % 3) for at, one in enumerate(names) for to, two in enumerate(names) if at < to]
    return TypedCorpus(("a", "b", "c"), smiles, {"train": tuple(pairs), "development": (), "test": ()})


@given(medicines=st.integers(min_value=2, max_value=40), seed=st.text(max_size=4))
def test_held_out_medicines_are_in_no_pair_of_training(medicines: int, seed: str) -> None:
    corpus = made(medicines)
    splits = cold_splits(corpus, 0.3, 0.2, seed)
    assert sorted(pair.first + pair.second for split in COLD_SPLITS for pair in splits[split]) == sorted(
        pair.first + pair.second for pair in corpus.pairs()
    )
    seen = {medicine for split in ("train", "development") for pair in splits[split] for medicine in (pair.first, pair.second)}
    assert not any(pair.first in seen or pair.second in seen for pair in splits["s2"])
    if seen:
        assert all((pair.first in seen) != (pair.second in seen) for pair in splits["s1"])
    for number in range(0, medicines - 1, 2):
        assert (f"DB{number:05}" in seen) == (f"DB{number + 1:05}" in seen)


def test_shares_lie_between_none_and_all() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        cold_splits(made(4), held_out=1.0)


@pytest.mark.skipif(not (DATA / "drugbank-ddi-types").is_dir(), reason="the published pairs are not at hand")
def test_the_published_files_hold_what_is_known_of_them() -> None:
    corpus = read_interaction_types(DATA / "drugbank-ddi-types")
    assert [len(corpus.splits[split]) for split in ("train", "development", "test")] == [134_641, 19_224, 38_419]
    assert len(corpus.descriptions) == 86
    # The most frequent types of the paper: by column 4 they would be others.
    assert "risk or severity of adverse effects can be increased" in corpus.descriptions[48]
    assert "metabolism of #Drug2 can be decreased" in corpus.descriptions[46]
    lines = list(describe_types(corpus))
    assert any("134641 pairs" in line for line in lines)
    assert any(line.startswith("  cold s2: ") for line in lines)
