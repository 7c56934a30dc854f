"""Tags to stretches: B and I, calibrated probability, and windows that join without a seam."""

from __future__ import annotations

import numpy as np
import pytest

from engine.reading.tagging import tagged, text_rows
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
    found = read("alpha beta and alpha alpha with gamma beta and beta beta", 64)
    assert [(name, kind) for name, _head, kind, _probability in found] == [
        ("alpha beta", "drug"),
        ("alpha", "drug"),
        ("alpha", "drug"),
        ("gamma", "brand"),
        ("beta", "drug"),
        ("beta beta", "drug"),
    ]
    assert {head for _name, head, _kind, _probability in found} == {"drug-names"}


def test_the_probability_is_the_mean_over_the_words() -> None:
    ((_name, _head, _kind, probability),) = read("alpha beta", 64)
    others = len(heads()[0].labels) - 1
    assert probability == pytest.approx(np.exp(SURE) / (np.exp(SURE) + others), rel=1e-5)


@pytest.mark.parametrize("max_tokens", [10, 13, 17])
def test_windows_leave_no_seam(max_tokens: int) -> None:
    text = "x and alpha beta beta and x with gamma and x alpha with alpha beta x and x alpha beta beta beta and"
    assert read(text, max_tokens) == read(text, 64)


def test_a_text_without_words() -> None:
    assert read("", 64) == []
