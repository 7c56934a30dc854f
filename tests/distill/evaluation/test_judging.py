"""Which documents judge a head, and which tune it: adverse effects in their corpus, and in abstracts as they are."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from distill.corpora.model import Corpus, Document, Mention, Pair, Sentence, Split
from distill.evaluation import judging
from distill.evaluation.judging import calibrated_heads, judged
from distill.export.student import heads_of
from distill.training.settings import StageSettings
from distill.training.tasks import layout_of
from engine.students.encoding import open_tokenizer
from engine.students.rows import Row, RowAnswer

TEXT = "the aone raises btwo"
SETTINGS = StageSettings(sources=("ade",), max_tokens=32)


@pytest.fixture(scope="module")
def tokenizer(base_tokenizer: Path) -> Tokenizer:
    return open_tokenizer(base_tokenizer)


def documents(name: str, labels: Sequence[str]) -> tuple[Document, ...]:
    places = (("a", "drug", (4, 8)), ("b", "effect", (16, 20)))
    mentions = tuple(Mention(name, kind, TEXT[slice(*place)], (place,)) for name, kind, place in places)
    return tuple(
        Document(f"{name}{number}", name, (Sentence(f"{name}{number}.0", TEXT, mentions, (Pair("a", "b", label),)),))
        for number, label in enumerate(labels)
    )


def corpus_of(name: str, _data: Path) -> Corpus:
    """Of its own corpus all pairs are harms, of abstracts as they are half of those that tune."""
    harm = "adverse_effect"
    labels = {"ade": (harm,) * 32, "effects": (harm, "none") * 4}[name]
    splits: dict[Split, tuple[Document, ...]] = {
        "train": (),
        "development": documents("dev", labels),
        "test": documents("one", labels) + documents("other", labels[:2]),
    }
    return Corpus(name, "", splits)


def always_a_harm(rows: Sequence[Row]) -> list[RowAnswer]:
    found = []
    for row in rows:
        relations = np.zeros((len(row.pairs), 2), dtype=np.float32)
        relations[:, 1] = 3.0
        found.append(RowAnswer(np.zeros((len(row.ids), 1), dtype=np.float32), relations))
    return found


def test_where_none_is_no_answer_other_documents_tell_how_often_it_is(
    tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def roles(name: str, _data: Path) -> Corpus:
        labels = {"chemprot": ("INHIBITOR",) * 16, "roles": ("INHIBITOR", *("none",) * 3) * 8}["".join(name.split("-sentences"))]
        splits: dict[Split, tuple[Document, ...]] = {"train": (), "development": documents("d", labels), "test": ()}
        return Corpus(name, "", splits)

    def inhibits(rows: Sequence[Row]) -> list[RowAnswer]:
        """Of each pair, though "none" is likelier still."""
        relations = np.array([[4.0, 3.0, *[-9.0] * 12]], dtype=np.float32)
        return [RowAnswer(np.zeros((len(row.ids), 1), dtype=np.float32), np.repeat(relations, len(row.pairs), 0)) for row in rows]

    monkeypatch.setattr(judging, "read_corpus", roles)
    heads = heads_of(layout_of(("chemprot",)), tokenizer)
    (head,) = calibrated_heads(inhibits, heads, tokenizer, SETTINGS, Path(), {})
    # A quarter of what is asked in other documents is stated: "none" is so much likelier by log 3, and among what is stated alone
    # nothing but this one is an answer, which says nothing of how sure that is.
    assert head.temperature == pytest.approx(1.0 / np.log(3.0), rel=0.05)


def test_harms_are_tuned_by_abstracts_and_judged_by_both(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "read_corpus", corpus_of)
    heads = heads_of(layout_of(("ade",)), tokenizer)
    (head,) = tuned = calibrated_heads(always_a_harm, heads, tokenizer, SETTINGS, Path(), {})
    # A tenth of what it is so sure of is wrong, all of that in abstracts: log 9 is what 3.0 should have been.
    assert head.temperature == pytest.approx(3.0 / np.log(9.0), rel=0.05)
    # Of both together nine tenths of what is said are right without any bar; it is found by abstracts alone.
    assert head.abstain_below >= 0.85
    figures = judged(always_a_harm, tuned, tokenizer, SETTINGS, Path())
    assert list(figures) == ["ade", "ade-effects"]
    assert figures["ade"]["micro_f1"] == 1.0
    beside = figures["ade-effects"]
    assert beside["micro_f1"] == beside["micro_f1/one"] == pytest.approx(2 / 3)
    assert beside["pairs"] == 10.0
    # As it was before, all is shown.
    sure = judged(always_a_harm, heads, tokenizer, SETTINGS, Path())["ade-effects"]
    assert (sure["shown"], sure["shown_precision"], sure["shown_recall"]) == (10.0, 0.5, 1.0)


def test_an_interaction_that_is_little_likely_is_not_told_however_well_its_own_corpus_is_read(
    tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interactions(name: str, _data: Path) -> Corpus:
        splits: dict[Split, tuple[Document, ...]] = {"train": (), "development": documents("d", ("effect",) * 20), "test": ()}
        return Corpus(name, "", splits)

    def effects(rows: Sequence[Row]) -> list[RowAnswer]:
        relations = np.array([[0.0, 0.0, 9.0, 0.0, 0.0]], dtype=np.float32)
        return [RowAnswer(np.zeros((len(row.ids), 1), dtype=np.float32), np.repeat(relations, len(row.pairs), 0)) for row in rows]

    monkeypatch.setattr(judging, "read_corpus", interactions)
    heads = [head for head in heads_of(layout_of(("ddi",)), tokenizer) if head.name == "ddi"]
    assert heads[0].labels[2] == "effect"
    (head,) = calibrated_heads(effects, heads, tokenizer, SETTINGS, Path(), {})
    assert head.abstain_below == 0.8
