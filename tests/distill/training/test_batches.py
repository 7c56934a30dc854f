"""The order of training: everything once an epoch, within the size, the same for the same seed."""

import random

from hypothesis import given
from hypothesis import strategies as st

from distill.training.batches import epoch_plan, grouped, kept_words

lengths_st = st.lists(st.integers(3, 200), min_size=1, max_size=120)


@given(lengths_st, st.integers(200, 2000))
def test_every_example_stands_in_one_batch_of_the_right_size(lengths: list[int], batch_tokens: int) -> None:
    groups = grouped(lengths, range(len(lengths)), batch_tokens, random.Random(1))
    assert sorted(place for group in groups for place in group) == list(range(len(lengths)))
    assert all(max(lengths[place] for place in group) * len(group) <= batch_tokens for group in groups)


def test_the_same_seed_gives_the_same_order_and_epochs_differ() -> None:
    lengths = [10] * 500 + [20] * 300
    parts = {"a": range(500), "b": range(500, 800)}
    one = epoch_plan(lengths, parts, {"a": 0.25}, 400, seed=1, epoch=0)
    assert one == epoch_plan(lengths, parts, {"a": 0.25}, 400, seed=1, epoch=0)
    other = epoch_plan(lengths, parts, {"a": 0.25}, 400, seed=1, epoch=1)
    assert one != other
    taken = {place for batch in one for place in batch}
    assert set(range(500, 800)) <= taken
    assert 80 < len(taken & set(range(500))) < 170
    assert taken != {place for batch in other for place in batch}


@given(st.integers(0, 40), st.frozensets(st.integers(0, 40)), st.floats(0, 0.95))
def test_words_of_names_always_stand(count: int, names: frozenset[int], share: float) -> None:
    kept = kept_words(count, names, share, random.Random(2))
    assert len(kept) == count
    assert all(kept[word] for word in names if word < count)
