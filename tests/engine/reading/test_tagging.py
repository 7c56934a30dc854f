"""Tags to stretches: B and I, calibrated probability, and windows that join without a seam."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.reading.tagging import likeliest_tags, stretches, tagged, text_rows
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
