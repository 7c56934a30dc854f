"""Calibration figures against cases whose answer is known."""

import math
import random

import pytest

from distill.evaluation.calibration import expected_calibration_error, fitted_temperature, selective_accuracy, softmax


def test_honest_confidence_has_no_error_and_boasting_has_its_distance() -> None:
    right = [True] * 80 + [False] * 20
    assert expected_calibration_error([0.8] * 100, right) == pytest.approx(0.0, abs=1e-9)
    assert expected_calibration_error([1.0] * 100, right) == pytest.approx(0.2)
    with pytest.raises(ValueError, match="one truth"):
        expected_calibration_error([], [])


@pytest.mark.parametrize("wanted", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_answers_is_found(wanted: float) -> None:
    drawing = random.Random(7)
    logits, truths = [], []
    for _ in range(4000):
        honest = [drawing.gauss(0, 2) for _ in range(4)]
        logits.append([value * wanted for value in honest])
        truths.append(drawing.choices(range(4), weights=softmax(honest))[0])
    assert fitted_temperature(logits, truths) == pytest.approx(wanted, rel=0.1)


def test_softmax_stands_large_figures() -> None:
    found = softmax([1000.0, 999.0])
    assert sum(found) == pytest.approx(1.0)
    assert found[0] / found[1] == pytest.approx(math.e)


def test_abstaining_drops_the_least_sure() -> None:
    confidences = [0.9, 0.8, 0.7, 0.2]
    assert selective_accuracy(confidences, [True, True, True, False], coverage=0.75) == (1.0, 0.7)
    assert selective_accuracy(confidences, [True, True, True, False], coverage=1.0) == (0.75, 0.2)
    with pytest.raises(ValueError, match="coverage"):
        selective_accuracy([0.5], [True], coverage=0.0)
