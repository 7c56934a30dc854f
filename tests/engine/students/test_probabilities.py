"""Calibrated probabilities of a head."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.students.manifest import Head
from engine.students.probabilities import calibrated, calibrated_pairs

HEAD = Head(
    name="ade", kind="relation", labels=("none", "adverse_effect"), start=2, temperature=2.0, biases=(0.0, 0.5), markers=(4, 5)
)
figures = st.floats(-1e4, 1e4, width=32)


def test_the_head_s_own_classes_divided_and_shifted() -> None:
    logits = np.array([[9.0, 9.0, 1.0, 3.0, 9.0]], dtype=np.float32)
    # (1 / 2, 3 / 2 + 0.5): a difference of 1.5.
    assert calibrated(logits, HEAD)[0] == pytest.approx([1 / (1 + np.exp(1.5)), 1 / (1 + np.exp(-1.5))])


@given(st.lists(st.tuples(figures, figures, figures, figures), min_size=1, max_size=5))
def test_shares_of_one_even_for_extreme_logits(rows: list[tuple[float, ...]]) -> None:
    shares = calibrated(np.array([rows], dtype=np.float32), HEAD)
    assert shares.shape == (1, len(rows), 2)
    assert shares.dtype == np.float32
    np.testing.assert_allclose(shares.sum(axis=-1), 1, rtol=1e-6)
    assert (shares >= 0).all()


def test_no_rows_no_shares() -> None:
    assert calibrated(np.zeros((0, 4), dtype=np.float32), HEAD).shape == (0, 2)


def test_a_head_outside_the_logits_is_a_bug() -> None:
    with pytest.raises(ValueError, match="outside"):
        calibrated(np.zeros((1, 3), dtype=np.float32), HEAD)


def test_none_and_unlearned_medicines_have_temperatures_of_their_own() -> None:
    head = Head(name="severity", kind="label", labels=("minor", "none"), start=0, temperature=1.0, unseen_temperatures=(2.0, 4.0))
    own = head.model_copy(update={"nothing_temperatures": (0.5, 0.8, 8.0)})
    logits = np.array([[4.0, 0.0], [0.0, 4.0]] * 3, dtype=np.float32)
    unseen = np.array([0, 0, 1, 1, 2, 2])

    def likeliest(temperatures: list[float]) -> list[float]:
        return [float(1 / (1 + np.exp(-4.0 / one))) for one in temperatures]

    assert calibrated_pairs(logits, head, unseen).max(axis=1) == pytest.approx(likeliest([1, 1, 2, 2, 4, 4]))
    assert calibrated_pairs(logits, own, unseen).max(axis=1) == pytest.approx(likeliest([1, 0.5, 2, 0.8, 4, 8]))
    # What is likeliest stays so, and without pairs there is nothing.
    assert (calibrated_pairs(logits, own, unseen).argmax(axis=1) == [0, 1] * 3).all()
    assert calibrated_pairs(logits[:0], own, unseen[:0]).shape == (0, 2)
