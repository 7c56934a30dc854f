"""The order of training: everything once an epoch, within the size, the same for the same seed."""

import random

from hypothesis import given
from hypothesis import strategies as st

from distill.training.batches import epoch_plan, grouped, masked

lengths_st = st.lists(st.integers(3, 200), min_size=1, max_size=120)


@given(lengths_st, st.integers(200, 2000))
def test_every_example_stands_in_one_batch_of_the_right_size(lengths: list[int], batch_tokens: int) -> None:
    groups = grouped(lengths, range(len(lengths)), batch_tokens, random.Random(1))
    assert sorted(place for group in groups for place in group) == list(range(len(lengths)))
    assert all(max(lengths[place] for place in group) * len(group) <= batch_tokens for group in groups)


def test_the_same_seed_gives_the_same_order_and_epochs_differ() -> None:
    lengths = {"a": [10] * 500, "b": [20] * 300}
    negatives = {"a": frozenset(range(400))}
    one = epoch_plan(lengths, negatives, 0.25, 400, seed=1, epoch=0)
    assert one == epoch_plan(lengths, negatives, 0.25, 400, seed=1, epoch=0)
    other = epoch_plan(lengths, negatives, 0.25, 400, seed=1, epoch=1)
    assert one != other
    taken = {place for batch in one if batch.task == "a" for place in batch.places}
    assert set(range(400, 500)) <= taken
    assert 60 < len(taken & set(range(400))) < 140
    assert taken != {place for batch in other if batch.task == "a" for place in batch.places}


@given(st.lists(st.integers(-1, 9), min_size=1, max_size=40).map(sorted), st.floats(0, 0.95))
def test_words_are_masked_whole_and_what_is_kept_stays(words: list[int], share: float) -> None:
    ids = list(range(1000, 1000 + len(words)))
    keep = frozenset({len(words) - 1})
    found = masked(ids, words, 7, share, keep, random.Random(2))
    hidden = {word for word, token in zip(words, found, strict=True) if token == 7}
    assert -1 not in hidden
    assert words[-1] not in hidden
    for word, token, own in zip(words, found, ids, strict=True):
        assert token == (7 if word in hidden else own)
