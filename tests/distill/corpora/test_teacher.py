"""The large language model that wrote and annotated for the reader, judged on what it was not shown: its answers to sentences of
the DDI corpus' development and test parts, kept in `teacher/` for this and for nothing else."""

from pathlib import Path

import pytest

from distill.corpora.marked import related
from distill.corpora.model import NO_RELATION
from distill.corpora.statistics import read_corpus
from distill.corpora.written import read_named
from distill.evaluation.counts import Counts, total
from distill.evaluation.relations import Answer, detection_counts, micro_counts

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not (DATA / "ddi-corpus").is_dir(), reason="the publishers' corpora are not at hand")


def said(split: str) -> tuple[set[str], dict[frozenset[str], str]]:
    """The sentences that were put to it, and what it said of their pairs (ids of two mentions)."""
    sentences: set[str] = set()
    found: dict[frozenset[str], str] = {}
    for line in (HERE / "teacher" / f"{split}.txt").read_text(encoding="utf-8").splitlines():
        sentence, mentions, told = (part.strip() for part in line.split("||"))
        names = [f"{sentence}.{one}" for one in mentions.split()]
        sentences.add(sentence)
        for (first, second), label in related(told, len(names)).items():
            found[frozenset((names[first - 1], names[second - 1]))] = label
    return sentences, found


@pytest.mark.parametrize(
    ("split", "pairs", "micro_f1", "detection_f1"),
    # Of the test all pairs count: the six of a sentence with nested names, which was not put to it, as answered "none".
    [("development", 1807, 87.4, 93.4), ("test", 5716, 84.8, 92.8)],
)
def test_how_good_the_teacher_is(split: str, pairs: int, micro_f1: float, detection_f1: float) -> None:
    asked, found = said(split)
    answers = [
        Answer(document.id, document.origin, pair.label, found.get(frozenset((pair.first, pair.second)), NO_RELATION))
        for document in read_corpus("ddi-2013", DATA).splits["test" if split == "test" else "development"]
        for sentence in document.sentences
        if split == "test" or sentence.id in asked
        for pair in sentence.pairs
    ]
    assert len(answers) == pairs
    assert 100 * micro_counts(answers).f1 == pytest.approx(micro_f1, abs=0.05)
    assert 100 * detection_counts(answers).f1 == pytest.approx(detection_f1, abs=0.05)


def test_how_well_the_teacher_finds_names() -> None:
    """On sentences of BC5CDR's training part that were put among those to annotate."""
    for kind, f1 in (("chemical", 97.5), ("disease", 91.6)):
        corpus = read_corpus(f"bc5cdr-{kind}", DATA)
        said = read_named(corpus, HERE / "teacher" / "names.txt", kind.title()).sentences("train")
        truth = {one.id: {mention.spans for mention in one.mentions} for one in corpus.sentences("train")}
        counts = [
            Counts(len(spans & truth[one.id]), len(spans - truth[one.id]), len(truth[one.id] - spans))
            for one in said
            for spans in [{mention.spans for mention in one.mentions}]
        ]
        assert len(counts) == 384
        assert 100 * total(counts).f1 == pytest.approx(f1, abs=0.05)
