"""The published files themselves: their known counts, and mentions that stand where they are said to."""

from pathlib import Path

import pytest

from distill.corpora.model import Split
from distill.corpora.statistics import READERS, read_corpus, statistics_lines
from engine.errors import InputError

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(not (DATA / "ddi-corpus").is_dir(), reason="the publishers' corpora are not at hand")

# Counts that the publishers or the papers on the corpora give.
MENTIONS: dict[tuple[str, Split], int] = {
    ("ddi-2013-names", "test"): 686,
    ("bc5cdr-chemical", "train"): 5203,
    ("bc5cdr-chemical", "development"): 5347,
    ("bc5cdr-chemical", "test"): 5385,
    ("bc5cdr-disease", "train"): 4182,
    ("bc5cdr-disease", "test"): 4424,
    ("ncbi-disease", "development"): 787,
    ("ncbi-disease", "test"): 960,
}


@pytest.mark.parametrize(("name", "split"), MENTIONS)
def test_mentions_are_as_many_as_published(name: str, split: Split) -> None:
    corpus = read_corpus(name, DATA)
    assert sum(len(sentence.mentions) for sentence in corpus.sentences(split)) == MENTIONS[name, split]


def test_the_official_test_part_has_979_positive_pairs_of_5716() -> None:
    labels = [pair.label for sentence in read_corpus("ddi-2013", DATA).sentences("test") for pair in sentence.pairs]
    assert len(labels) == 5716
    assert {label: labels.count(label) for label in set(labels) - {"none"}} == {
        "effect": 360,
        "mechanism": 302,
        "advise": 221,
        "int": 96,
    }


# Without labels.
TEXTS = ("text", "pubmedqa", "pubmedqa-sentences", "dikb")


@pytest.mark.parametrize("name", [name for name, _place, _reader in READERS if name not in TEXTS])
def test_mentions_stand_where_they_are_said_to(name: str) -> None:
    corpus = read_corpus(name, DATA)
    slipped = total = 0
    for split in ("train", "development", "test"):
        seen = {document.id for other, part in corpus.splits.items() if other != split for document in part}
        assert not seen & {document.id for document in corpus.splits[split]}
        for sentence in corpus.sentences(split):
            known = {mention.id for mention in sentence.mentions}
            assert all({pair.first, pair.second} <= known for pair in sentence.pairs)
            for mention in sentence.mentions:
                found = " ".join(sentence.text[start:end] for start, end in mention.spans)
                slipped += found.casefold().split() != mention.text.casefold().split()
                total += 1
    # Sentences on chemicals and proteins name few diseases.
    assert total > (600 if name == "chemprot-disease" else 800)
    # Four mentions of the DDI corpus are written with other spaces than their sentence.
    assert slipped <= 4


def test_every_corpus_is_counted_and_a_missing_one_is_a_sentence(tmp_path: Path) -> None:
    lines = list(statistics_lines(DATA))
    assert len([line for line in lines if line.startswith("ddi-2013")]) == 3
    assert any("1294 pairs" in line for line in lines)
    with pytest.raises(InputError, match="missing"):
        list(statistics_lines(tmp_path))
    with pytest.raises(KeyError, match="no corpus is called"):
        read_corpus("nothing", DATA)
