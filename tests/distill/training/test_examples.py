"""Rows with their truth: every pair once, tags at the first piece of a word, long sentences divided."""

import json
from itertools import combinations
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from distill.corpora.model import Corpus, Document, Mention, Pair, Sentence
from distill.training.examples import IGNORED, PAIRS_A_ROW, Example, examples_of, trained_examples, unaskable
from distill.training.settings import StageSettings
from distill.training.tasks import Source, source_of, task_of
from engine.students.encoding import NO_WORD, leave_out, open_tokenizer
from engine.students.rows import TEXT_GROUP

DDI = source_of("ddi")


@pytest.fixture(scope="module")
def tokenizer(base_tokenizer: Path) -> Tokenizer:
    return open_tokenizer(base_tokenizer)


def corpus_of(text: str, mentions: tuple[Mention, ...], pairs: tuple[Pair, ...] = ()) -> Corpus:
    document = Document("d", "", (Sentence("s", text, mentions, pairs),))
    return Corpus("made", "", {"train": (document,), "development": (), "test": ()})


def named(text: str, *words: str) -> tuple[Mention, ...]:
    starts = [(text.index(word), word) for word in words]
    return tuple(Mention(word, "drug", word, ((start, start + len(word)),)) for start, word in starts)


def examples(corpus: Corpus, tokenizer: Tokenizer, max_tokens: int, source: Source = DDI) -> tuple[Example, ...]:
    return examples_of(source, [corpus], "train", tokenizer, max_tokens)


def test_all_pairs_of_a_sentence_stand_in_one_row(tokenizer: Tokenizer) -> None:
    text = "aone raises btwo and lowers the"
    pairs = (Pair("aone", "btwo", "effect"), Pair("btwo", "the", "none"))
    (one,) = examples(corpus_of(text, named(text, "aone", "btwo", "the"), pairs), tokenizer, 32)
    assert one.pair_labels == (task_of("ddi").labels.index("effect"), 0)
    assert one.row.groups.count(1) == one.row.groups.count(2) == 2
    for pair in one.row.pairs:
        assert one.row.positions[pair.first_marker] == one.row.positions[pair.first_token]
        assert one.words[pair.first_marker] == NO_WORD
    b_drug = task_of("drug-names").labels.index("B-drug")
    assert one.tags["drug-names"][1] == b_drug
    assert one.tags["drug-names"][0] == IGNORED
    assert one.named == {0, 2, 5}


def test_a_text_that_sees_its_markers_has_one_pair_and_no_tags(tokenizer: Tokenizer) -> None:
    text = "aone raises btwo and lowers the"
    pairs = (Pair("aone", "btwo", "effect"), Pair("btwo", "the", "none"))
    corpus = corpus_of(text, named(text, "aone", "btwo", "the"), pairs)
    tagged, *asked = examples_of(DDI, [corpus], "train", tokenizer, 32, markers_seen=True)
    assert tagged.row.pairs == ()
    assert tagged.tags
    assert [one.pair_labels for one in asked] == [(task_of("ddi").labels.index("effect"),), (0,)]
    for one in asked:
        (pair,) = one.row.pairs
        assert set(one.row.groups) == {TEXT_GROUP}
        assert one.row.positions[pair.second_marker] == one.row.positions[pair.second_token]
        # A marker stands at a name and would give it away.
        assert one.tags == {}


def settings_of(*, markers_seen: bool) -> StageSettings:
    return StageSettings(sources=("ddi",), max_tokens=32, markers_seen=markers_seen)


def test_of_a_list_a_few_unrelated_pairs_train(tokenizer: Tokenizer) -> None:
    text = "aone btwo raises lowers level safe"
    words = text.split()
    pairs = tuple(Pair(one, other, "effect" if one == "aone" else "none") for one, other in combinations(words, 2))
    corpus = corpus_of(text, named(text, *words), pairs)

    def asked(seed: int, source: Source = DDI) -> list[Example]:
        found = trained_examples(source, [corpus], tokenizer, settings_of(markers_seen=True), seed)
        return [one for one in found if one.row.pairs]

    for seed in range(5):
        labels = [label for one in asked(seed) for label in one.pair_labels]
        assert (len(labels), labels.count(0)) == (5 + 6, 6)
    # Other copies of the sentence have others, and what nobody labelled may be related.
    assert len({tuple(one.pair_ids for one in asked(seed)) for seed in range(5)}) > 1
    assert len(asked(0, source_of("label-text"))) == len(pairs)
    (together,) = trained_examples(DDI, [corpus], tokenizer, settings_of(markers_seen=False), 0)
    assert len(together.row.pairs) == len(pairs)


def test_a_long_sentence_is_cut_around_its_pair_and_one_too_wide_counts_as_not_asked(tokenizer: Tokenizer) -> None:
    text = "the " * 40 + "aone raises btwo" + " the" * 40 + " lowers"
    corpus = corpus_of(
        text, named(text, "aone", "btwo", "lowers"), (Pair("aone", "btwo", "int"), Pair("aone", "lowers", "effect"))
    )
    found = examples(corpus, tokenizer, 20)
    asked = [one for one in found if one.row.pairs]
    assert len(asked) == 1
    assert len(asked[0].row.ids) == 22
    assert list(unaskable(DDI, corpus, "train", found)) == [("d", "", "effect")]
    # Tags stand in rows of their own, each token once.
    tagged = [one for one in found if one.tags]
    assert sum(len(one.row.ids) - 2 for one in tagged) == len(tokenizer.encode(text).ids) - 2


def test_a_list_of_names_is_several_rows_and_its_tags_count_once(tokenizer: Tokenizer) -> None:
    text = "aone btwo raises lowers level safe with and of"
    words = text.split()
    pairs = tuple(Pair(one, other, "none") for one in words for other in words if one < other)
    found = examples(corpus_of(text, named(text, *words), pairs), tokenizer, 32)
    assert [len(one.row.pairs) for one in found] == [PAIRS_A_ROW, len(pairs) - PAIRS_A_ROW]
    assert [bool(one.tags) for one in found] == [True, False]
    assert len({pair for one in found for pair in one.pair_ids}) == len(pairs)


def test_leaving_words_out_keeps_positions_names_and_signs(tokenizer: Tokenizer) -> None:
    text = "aone raises the level of btwo"
    (one,) = examples(corpus_of(text, named(text, "aone", "btwo"), (Pair("aone", "btwo", "int"),)), tokenizer, 32)
    row, left = leave_out(one.row, one.words, [word in one.named for word in range(6)])
    assert row.ids == tuple(one.row.ids[place] for place in left)
    assert [row.positions[place] for place in (1, 2)] == [1, 6]
    assert (row.pairs[0].first_token, row.pairs[0].second_token) == (1, 2)
    assert leave_out(one.row, one.words, [True] * 6)[0] == one.row


def test_text_without_labels_has_none(tokenizer: Tokenizer) -> None:
    text = "aone raises btwo"
    corpus = corpus_of(text, named(text, "aone", "btwo"), (Pair("aone", "btwo", "Increase_Interaction"),))
    (one,) = examples(corpus, tokenizer, 32, source_of("label-text"))
    assert one.pair_labels == (IGNORED,)
    (plain,) = examples(corpus, tokenizer, 32, source_of("text"))
    assert (plain.tags, plain.row.pairs) == ({}, ())


def test_the_tokenizer_has_the_markers(base_tokenizer: Path) -> None:
    vocabulary = json.loads(base_tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    assert {f"[unused{number}]" for number in range(1, 9)} <= set(vocabulary)
