"""Pairs in their sentence: both names are always there, once each, and the other text is as it was."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.corpora.model import Mention, Pair, Sentence
from distill.training.rendering import FIRST, MARKS, RENDERINGS, SECOND, Rendering, render_pair


def sentence(text: str, *spans: tuple[int, int]) -> Sentence:
    mentions = tuple(Mention(f"e{number}", "drug", text[a:b], ((a, b),)) for number, (a, b) in enumerate(spans))
    return Sentence("s", text, mentions)


def test_the_three_renderings() -> None:
    one = sentence("aspirin, warfarin and beer", (0, 7), (9, 17), (22, 26))
    pair = Pair("e0", "e1", "effect")
    marked = render_pair(one, pair, "markers")
    assert marked.text.split() == ["[unused1]", "aspirin", "[unused2]", ",", "[unused3]", "warfarin", "[unused4]", "and", "beer"]
    assert (marked.first_word, marked.second_word) == (FIRST, SECOND)
    assert render_pair(one, pair, "placeholders").text.split() == ["[unused5]", ",", "[unused6]", "and", "[unused7]"]
    assert render_pair(one, pair, "raw").text == one.text


def test_a_name_within_the_other_is_not_lost() -> None:
    one = sentence("beta blocker atenolol", (0, 21), (13, 21))
    both = render_pair(one, Pair("e0", "e1", "none"), "placeholders").text.split()
    assert sorted(both) == ["[unused5]", "[unused6]"]
    marked = render_pair(one, Pair("e0", "e1", "none"), "markers").text.split()
    assert marked == ["[unused1]", "beta", "blocker", "[unused3]", "atenolol", "[unused4]", "[unused2]"]


spans = st.tuples(st.integers(0, 30), st.integers(1, 8)).map(lambda one: (one[0], one[0] + one[1]))


@given(st.lists(spans, min_size=2, max_size=6, unique=True), st.sampled_from(RENDERINGS))
def test_both_names_stand_once_and_no_mark_is_torn(places: list[tuple[int, int]], rendering: Rendering) -> None:
    text = "abcdefghijklmnopqrstuvwxyz" * 2
    rendered = render_pair(sentence(text, *places), Pair("e0", "e1", "none"), rendering)
    words = rendered.text.split()
    assert set(re.findall(r"\[[^\]]*\]?", rendered.text)) <= set(MARKS)
    if rendering == "raw":
        assert rendered.text == text
        return
    assert words.count(rendered.first_word) == words.count(rendered.second_word) == 1
    if rendering == "markers":
        assert "".join(word for word in words if word not in MARKS) == text


def test_an_unknown_mention_is_an_error() -> None:
    with pytest.raises(KeyError):
        render_pair(sentence("ab", (0, 1), (1, 2)), Pair("e0", "e9", "none"), "markers")
