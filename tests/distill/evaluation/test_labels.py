"""Figures of labels: macro-F1 over the levels that occur, with an interval, beside accuracy and calibration."""

import pytest

from distill.evaluation.labels import LabelAnswer, label_figures, macro_f1
from distill.teachers.voting import likeliest
from engine.reasoning.language import Label


def test_macro_f1_counts_each_level_alike() -> None:
    truths = ["none"] * 8 + ["major"] * 2
    answers = ["none"] * 8 + ["major", "none"]
    found = macro_f1(truths, answers)
    # none: 8 right of 8 true and 9 given; major: 1 right of 2 true and 1 given.
    assert found.value == pytest.approx((16 / 17 + 2 / 3) / 2)
    assert found.low <= found.value <= found.high
    assert macro_f1(["none", "major"], ["none", "minor"]).value == pytest.approx(0.5)


def test_a_label_that_is_never_true_is_no_class_of_its_own() -> None:
    assert macro_f1(["none"] * 3, ["none", "none", "minor"]).value == pytest.approx(2 * 2 / (3 + 2))
    with pytest.raises(ValueError, match="one answer"):
        macro_f1([], [])


def test_figures_of_each_part() -> None:
    truth = Label("major", "A_increase", "pk.metabolism")
    sure = LabelAnswer(truth, {"major": 1.0}, {"A_increase": 0.9, "none": 0.1}, {"pk.metabolism": 1.0})
    wrong = LabelAnswer(truth, {"none": 0.6, "major": 0.4}, {"none": 1.0}, {"pk.metabolism": 1.0})
    figures = label_figures([sure, wrong])
    assert figures["pairs"] == 2.0
    assert figures["severity_accuracy"] == figures["direction_accuracy"] == 0.5
    assert figures["mechanism_accuracy"] == 1.0
    assert figures["mechanism_ece"] == 0.0
    # Of one answer at 1.0 and one at 0.6, the second is wrong: its bin is 0.6 off, half of the answers.
    assert figures["severity_ece"] == pytest.approx(0.3)
    assert likeliest(wrong.severity) == "none"
    # Apart: the first says an interaction, and is right; the second says none.
    assert (figures["severity_ece_other"], figures["severity_ece_none"]) == pytest.approx((0.0, 0.6))
    assert "mechanism_ece_none" not in figures
    with pytest.raises(ValueError, match="no answers"):
        label_figures([])
