"""The large language model that wrote and annotated for the reader, judged on what it was not shown: its answers to sentences of
the DDI corpus' development and test parts, kept in `teacher/` for this and for nothing else."""

from pathlib import Path

import pytest

from distill.corpora.ddi import KINDS
from distill.corpora.marked import related
from distill.corpora.model import NO_RELATION, Corpus
from distill.corpora.statistics import read_corpus
from distill.corpora.written import NAMED, read_named
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


def names_f1(corpus: Corpus, said: Corpus, origin: str = "") -> tuple[int, float]:
    """How many sentences were put to it, and strict F1 of the names in them (those in pieces cannot be told)."""
    counts: list[Counts] = []
    told = {one.id: one for one in said.sentences("train")}
    for document in (*corpus.splits["train"], *corpus.splits["development"]):
        for sentence in document.sentences if document.origin.startswith(origin) else ():
            if sentence.id in told:
                mine, true = (
                    {(mention.spans, mention.kind) for mention in one.mentions if len(mention.spans) == 1}
                    for one in (told[sentence.id], sentence)
                )
                counts.append(Counts(len(mine & true), len(mine - true), len(true - mine)))
    return len(counts), 100 * total(counts).f1


def test_how_well_the_teacher_finds_chemicals_and_diseases() -> None:
    """In sentences of BC5CDR's training part that were put among those to annotate."""
    for kind, f1 in (("chemical", 97.8), ("disease", 90.6)):
        corpus = read_corpus(f"bc5cdr-{kind}", DATA)
        said = read_named("said", corpus, HERE / "teacher" / "names.txt", NAMED, [kind.title()])
        count, found = names_f1(corpus, said)
        assert (count, round(found, 1)) == (540, f1)


def test_how_well_the_teacher_finds_medicines() -> None:
    """In development sentences of the DDI corpus."""
    corpus = read_corpus("ddi-2013", DATA)
    said = read_named("said", corpus, HERE / "teacher" / "drugs.txt", KINDS, KINDS)
    found = [names_f1(corpus, said, origin) for origin in ("DrugBank", "MedLine")]
    assert sum(count for count, _f1 in found) == 447
    assert [round(f1, 1) for _count, f1 in found] == [95.3, 86.4]
