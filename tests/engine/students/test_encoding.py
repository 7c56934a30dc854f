"""Rows of several sentences: what the tokenizer would make of the whole."""

from functools import cache

from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from engine.students.encoding import encode, joined, open_tokenizer
from tests.engine.students.real import STUDENT, needs_student

# Neither the end of a sentence nor its start may make a word with its neighbour: they stand in words of their own.
TEXTS = st.lists(st.text(max_size=24).map(str.strip), min_size=1, max_size=6)


@cache
def tokenizer() -> Tokenizer:
    return open_tokenizer(STUDENT / "tokenizer.json")


@needs_student
@given(TEXTS)
def test_sentences_put_together_are_the_tokens_of_the_whole(texts: list[str]) -> None:
    text, encoded, starts = joined([(one, encode(tokenizer(), one)) for one in texts])
    assert encoded == encode(tokenizer(), text)
    assert [text[start : start + len(one)] for start, one in zip(starts, texts, strict=True)] == texts
