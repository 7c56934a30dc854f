"""The reasoner's tokenizer: codes are whole, any text comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.training.reasoner_tokens import MERGES, PAD, byte_symbols, domain_ids, reasoner_tokenizer
from engine.errors import InputError
from tests.distill.reasoner_toys import TOY_VOCABULARY

TOKENIZER = reasoner_tokenizer(TOY_VOCABULARY)


def test_each_code_is_one_token_and_bytes_come_first() -> None:
    ids = domain_ids(TOKENIZER)
    assert tuple(ids) == TOY_VOCABULARY
    assert TOKENIZER.encode("".join(TOY_VOCABULARY)).ids == list(ids.values())
    assert min(ids.values()) == 256 + len(MERGES) + 1
    assert TOKENIZER.token_to_id(PAD) == 256 + len(MERGES)
    assert len(set(byte_symbols())) == 256


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_is_lost(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER.encode(text).ids, skip_special_tokens=False) == text


@pytest.mark.parametrize(
    "words", [(), ("<pair>", "<answer>"), (*TOY_VOCABULARY, "<pair>"), (*TOY_VOCABULARY, "CYP3A4"), (*TOY_VOCABULARY, PAD)]
)
def test_a_vocabulary_that_cannot_be_used_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        reasoner_tokenizer(words)
