"""Tags to stretches: B and I, calibrated probability, and windows that join without a seam."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.reading.tagging import Tagged, leaning, likeliest_tags, read_together, spelled, stretches, tagged, text_rows
from engine.students.encoding import encode
from tests.engine.reading.scripted import SURE, heads, scripted

TAGS = {"alpha": "drug-names/B-drug", "beta": "drug-names/I-drug", "gamma": "drug-names/B-brand"}


def read(text: str, max_tokens: int) -> list[tuple[str, str, str, float]]:
    student, _model = scripted(TAGS, max_tokens, ["and", "with", "x"])
    encoded = encode(student.tokenizer, text)
    rows = text_rows(encoded, max_tokens)
    answers = [answer.names for answer in student.session.answer(rows.rows)]
    found = tagged(rows, answers, [head for head in heads() if head.kind == "names"])
    return [(text[one.start : one.end], one.head, one.kind, one.probability) for one in found]


def test_b_begins_and_i_goes_on() -> None:
    found = read("alpha beta and alpha alpha with gamma", 64)
    assert [(name, kind) for name, _head, kind, _probability in found] == [
        ("alpha beta", "drug"),
        ("alpha", "drug"),
        ("alpha", "drug"),
        ("gamma", "brand"),
    ]
    assert {head for _name, head, _kind, _probability in found} == {"drug-names"}


def test_the_probability_is_the_mean_over_the_words() -> None:
    ((_name, _head, _kind, probability),) = read("alpha beta", 64)
    others = len(heads()[0].labels) - 1
    assert probability == pytest.approx(np.exp(SURE) / (np.exp(SURE) + others), rel=1e-5)


def test_the_same_words_lean_on_each_other() -> None:
    logits = np.array([[3.0, 0.0], [0.0, 1.0], [1.0, 2.0], [5.0, 5.0]], dtype=np.float32)
    # Of three pieces, the second and the last word are the same.
    words = spelled([-1, 0, 1, 1, 2, 3, 3, -1], [2, 7, 8, 9, 6, 8, 9, 3])
    assert words == [(7,), (8, 9), (6,), (8, 9)]
    np.testing.assert_allclose(leaning(logits, words), [[3.0, 0.0], [0.5, 1.4], [1.0, 2.0], [4.5, 4.6]], rtol=1e-6)
    assert logits[1, 0] == 0.0
    # Where all are different, each stays as it is.
    np.testing.assert_array_equal(leaning(logits, [(1,), (2,), (1, 2), (2, 1)]), logits)


LABELS = ("O", "B-drug", "I-drug", "B-group", "I-group")


def possible(tags: tuple[int, ...]) -> bool:
    names = [LABELS[tag] for tag in tags]
    return all(not after.startswith("I-") or before[2:] == after[2:] for before, after in pairwise(["O", *names]))


def test_the_words_of_a_name_are_of_one_kind() -> None:
    # "tricyclic" alone looks a little more like a drug, "antidepressants" is surely the rest of a group's name.
    shares = np.array([[0.1, 0.5, 0.0, 0.4, 0.0], [0.05, 0.0, 0.05, 0.1, 0.8]], dtype=np.float32)
    assert [LABELS[tag] for tag in shares.argmax(axis=1)] == ["B-drug", "I-group"]
    tags = likeliest_tags(shares, LABELS)
    assert stretches([LABELS[tag] for tag in tags]) == [("group", 0, 2)]


@given(arrays(np.float32, st.tuples(st.integers(0, 5), st.just(len(LABELS))), elements=st.floats(0.015625, 1.0, width=32)))
def test_of_all_possible_sequences_the_likeliest_is_told(shares: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> None:
    tags = likeliest_tags(shares, LABELS)
    assert possible(tuple(tags.tolist()))
    logs = np.log(shares.astype(np.float64))
    sequences = [one for one in product(range(len(LABELS)), repeat=len(shares)) if possible(one)]
    best = max(sum(logs[word, tag] for word, tag in enumerate(one)) for one in sequences)
    assert sum(logs[word, tag] for word, tag in enumerate(tags)) == pytest.approx(best)


@pytest.mark.parametrize("max_tokens", [10, 13, 17])
def test_windows_leave_no_seam(max_tokens: int) -> None:
    text = "x and alpha beta beta and x with gamma and x alpha with alpha beta x and x alpha beta beta beta and"
    assert read(text, max_tokens) == read(text, 64)


def test_a_text_without_words() -> None:
    assert read("", 64) == []


def together(texts: list[str], max_tokens: int, *, by_passages: bool) -> tuple[list[list[Tagged]], int]:
    """The stretches of each sentence, an empty one not encoded, and the number of rows."""
    student, model = scripted(TAGS, max_tokens, ["and", "with", "x"])
    encoded = [(text, encode(student.tokenizer, text) if text else None) for text in texts]
    found: list[list[Tagged]] = [[] for _text in texts]
    named = [head for head in heads() if head.kind == "names"]
    for group in read_together(encoded, max_tokens, by_passages=by_passages):
        answers = [answer.names for answer in student.session.answer(group.rows.rows)]
        for number, one in group.tagged(answers, named):
            found[number].append(one)
    return found, model.rows


# A word of a name never begins a sentence here: alone, it would be no name.
SENTENCES = st.lists(
    st.one_of(
        st.just(""), st.lists(st.sampled_from(["alpha beta", "alpha", "gamma", "and", "x"]), min_size=1, max_size=9).map(" ".join)
    ),
    max_size=9,
)


@given(SENTENCES, st.sampled_from([9, 12, 20, 64]))
def test_passages_read_what_their_sentences_read(texts: list[str], max_tokens: int) -> None:
    alone, rows = together(texts, max_tokens, by_passages=False)
    joined, fewer = together(texts, max_tokens, by_passages=True)
    assert fewer <= rows
    assert [[(one.start, one.end, one.head, one.kind) for one in found] for found in joined] == [
        [(one.start, one.end, one.head, one.kind) for one in found] for found in alone
    ]
    for text, found in zip(texts, joined, strict=True):
        assert all(text[one.start : one.end].split()[0] in TAGS for one in found)


def test_a_name_ends_with_its_sentence() -> None:
    texts = ["x alpha", "", "beta and gamma"]
    (first, _empty, last), rows = together(texts, 64, by_passages=True)
    assert rows == 1
    assert [texts[0][one.start : one.end] for one in first] == ["alpha"]
    assert [texts[2][one.start : one.end] for one in last] == ["gamma"]
