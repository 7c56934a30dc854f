"""Names by passages: every word of a split counts once, where it counted sentence by sentence."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from distill.corpora.model import Corpus, Document, Mention, Sentence, Split
from distill.evaluation.reader import name_figures
from distill.training.documents import training_documents
from distill.training.examples import IGNORED, Example, examples_of
from distill.training.passages import passage_examples
from distill.training.tasks import source_of, task_of
from engine.students.encoding import open_tokenizer, passages
from engine.students.manifest import Head
from tests.distill.evaluation.test_reader import truthful

DDI, PAIR_OF_CORPORA = source_of("ddi"), source_of("bc5cdr")
TEXTS = ("aone raises btwo", "the lowers", "btwo lowers the aone", "aone", "the btwo raises the aone the", "lowers aone")


@pytest.fixture(scope="module")
def tokenizer(base_tokenizer: Path) -> Tokenizer:
    return open_tokenizer(base_tokenizer)


def sentence_of(number: int, kind: str, word: str) -> Sentence:
    text = TEXTS[number % len(TEXTS)]
    at = text.find(word)
    return Sentence(f"s{number}", text, (Mention("m", kind, word, ((at, at + len(word)),)),) if at >= 0 else ())


def corpus_of(kind: str, word: str, sizes: list[int], *, borders: bool = True) -> Corpus:
    """Documents with so many sentences each."""
    documents, number = [], 0
    for size in sizes:
        documents.append(Document(f"d{number}", "", tuple(sentence_of(one, kind, word) for one in range(number, number + size))))
        number += size
    return Corpus("made", "", {"train": (), "development": tuple(documents), "test": ()}, borders=borders)


def counted(examples: tuple[Example, ...], head: str) -> Counter[tuple[str, str, int]]:
    """(sentence, word, label) of all words that count."""
    found: Counter[tuple[str, str, int]] = Counter()
    for one in examples:
        for place, label in enumerate(one.tags[head]):
            if label != IGNORED:
                start, end = one.offsets[place]
                name, first = [(one.sentence, 0), *(part for part in one.parts if part[1] <= start)][-1]
                found[name, f"{start - first}-{end - first}", label] += 1
    return found


@pytest.mark.parametrize("max_tokens", [9, 20, 64])
def test_each_word_of_a_split_counts_once_as_it_did_by_sentences(tokenizer: Tokenizer, max_tokens: int) -> None:
    corpora = [corpus_of(kind, word, [1] * 40, borders=False) for kind, word in (("Chemical", "aone"), ("Disease", "btwo"))]
    parts = training_documents(corpora, 0.6)
    splits: tuple[Split, ...] = ("train", "development")
    for split in splits:
        found = passage_examples(PAIR_OF_CORPORA, parts, corpora, split, tokenizer, max_tokens)
        single = examples_of(PAIR_OF_CORPORA, parts, split, tokenizer, max_tokens)
        assert len(found) <= len(single)
        assert all(len(one.row.ids) <= max_tokens for one in found)
        for head in PAIR_OF_CORPORA.names:
            assert counted(found, head) == counted(single, head)
            assert any(label > 0 for _name, _word, label in counted(found, head))
    # A row shows sentences that are held back, and nothing is learned from them.
    learned = {sentence.id for sentence in parts[0].sentences("train")}
    shown = {
        name for one in passage_examples(PAIR_OF_CORPORA, parts, corpora, "train", tokenizer, 64) for name, _first in one.parts
    }
    assert shown - learned


def test_a_passage_ends_with_its_document_where_documents_are_known(tokenizer: Tokenizer) -> None:
    corpus = corpus_of("drug", "aone", [4, 1, 3])
    found = passage_examples(DDI, [corpus], [corpus], "development", tokenizer, 64)
    assert [len(one.parts) for one in found] == [4, 1, 3]
    assert [one.document for one in found] == ["d0", "d4", "d5"]
    # Names stand when words are left out, wherever in the passage.
    assert [len(one.named) for one in found] == [3, 1, 2]


@pytest.mark.parametrize("passages_of", [False, True])
def test_names_are_judged_in_their_sentences(tokenizer: Tokenizer, passages_of: bool) -> None:
    corpus = corpus_of("drug", "aone", [4, 1, 3])
    if passages_of:
        examples = passage_examples(DDI, [corpus], [corpus], "development", tokenizer, 64)
    else:
        examples = examples_of(DDI, [corpus], "development", tokenizer, 64)
    task = task_of("drug-names")
    head = Head(name=task.name, kind="names", labels=task.labels, start=0)
    figures = name_figures(truthful(examples, [head]), head, task.name, corpus, "development")
    assert figures["f1"] == 1.0
    blind = [replace(one, tags={task.name: tuple(min(label, 0) for label in one.tags[task.name])}) for one in examples]
    nothing = name_figures(truthful(tuple(blind), [head]), head, task.name, corpus, "development")
    assert nothing["recall"] == 0.0


def test_passages_are_few_and_even() -> None:
    assert [list(one) for one in passages([3, 4, 3, 9, 1, 2], 7)] == [[0, 1], [2], [3], [4, 5]]
    # Not nine sentences, and one that is left without its text.
    assert [list(one) for one in passages([40] * 10, 380)] == [list(range(5)), list(range(5, 10))]
    assert list(passages([], 7)) == []


@given(st.lists(st.integers(0, 90), max_size=60), st.integers(60, 400))
def test_every_sentence_is_in_one_passage_that_holds_it(counts: list[int], most: int) -> None:
    found = list(passages(counts, most))
    assert [number for one in found for number in one] == list(range(len(counts)))
    assert all(len(one) == 1 or sum(counts[number] for number in one) <= most for one in found)
