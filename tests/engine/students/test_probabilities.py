"""Calibrated probabilities of a head."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.students.manifest import Head
from engine.students.probabilities import calibrated

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
