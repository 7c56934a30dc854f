"""Calibration figures against cases whose answer is known."""

import numpy as np
import pytest

from distill.evaluation.calibration import expected_calibration_error, fitted_temperature, selective_accuracy


def test_honest_confidence_has_no_error_and_boasting_has_its_distance() -> None:
    right = [True] * 80 + [False] * 20
    assert expected_calibration_error([0.8] * 100, right) == pytest.approx(0.0, abs=1e-9)
    assert expected_calibration_error([1.0] * 100, right) == pytest.approx(0.2)
    with pytest.raises(ValueError, match="one truth"):
        expected_calibration_error([], [])


@pytest.mark.parametrize("wanted", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_answers_is_found(wanted: float) -> None:
    drawing = np.random.default_rng(7)
    honest = drawing.normal(0, 2, size=(4000, 4)).astype(np.float32)
    # The greatest of logits with Gumbel noise is drawn from their softmax.
    truths = (honest + drawing.gumbel(size=honest.shape)).argmax(axis=1)
    assert fitted_temperature(honest * np.float32(wanted), truths) == pytest.approx(wanted, rel=0.1)
    with pytest.raises(ValueError, match="one truth"):
        fitted_temperature(honest[:0], truths[:0])


def test_abstaining_drops_the_least_sure() -> None:
    confidences = [0.9, 0.8, 0.7, 0.2]
    assert selective_accuracy(confidences, [True, True, True, False], coverage=0.75) == (1.0, 0.7)
    assert selective_accuracy(confidences, [True, True, True, False], coverage=1.0) == (0.75, 0.2)
    with pytest.raises(ValueError, match="coverage"):
        selective_accuracy([0.5], [True], coverage=0.0)
