"""F1 against figures worked by hand and against scikit-learn's definition; intervals that hold their value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.corpora.model import Mention
from distill.evaluation.counts import Counts, bootstrap, mean_f1, total
from distill.evaluation.names import strict_counts
from distill.evaluation.relations import Answer, by_document, class_counts, detection_counts, micro_counts

LABELS = ("none", "effect", "int")


def answers(*pairs: tuple[str, str]) -> list[Answer]:
    return [Answer(f"d{number % 2}", "", truth, said) for number, (truth, said) in enumerate(pairs)]


def test_figures_worked_by_hand() -> None:
    given_answers = answers(("effect", "effect"), ("effect", "int"), ("none", "int"), ("int", "none"), ("none", "none"))
    assert class_counts(given_answers, "int") == Counts(0, 2, 1)
    micro = micro_counts(given_answers)
    assert micro == Counts(1, 2, 2)
    assert micro.f1 == pytest.approx(1 / 3)
    assert detection_counts(given_answers) == Counts(2, 1, 1)


def test_macro_f1_is_the_mean_over_the_labels_that_are_true() -> None:
    assert mean_f1(["a", "a", "b"], ["a", "b", "b"]) == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert mean_f1([0, 0], [0, 7]) == pytest.approx(2 / 3)
    assert mean_f1([], []) == 0.0
    with pytest.raises(ValueError, match="shorter"):
        mean_f1(["a", "b"], ["a"])


def test_nothing_said_scores_nothing() -> None:
    assert Counts().f1 == Counts().precision == Counts().recall == 0.0


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1, max_size=40))
def test_micro_f1_is_that_of_the_definition(pairs: list[tuple[str, str]]) -> None:
    given_answers = answers(*pairs)
    micro = micro_counts(given_answers)
    positive_said = sum(said != "none" for _truth, said in pairs)
    positive_true = sum(truth != "none" for truth, _said in pairs)
    assert (micro.right + micro.wrong, micro.right + micro.missed) == (positive_said, positive_true)
    assert total(by_document(given_answers)) == micro
    assert detection_counts(given_answers).right >= micro.right


def test_the_interval_holds_the_value_and_narrows_with_more_documents() -> None:
    few = [Counts(3, 1, 1), Counts(0, 2, 2), Counts(5, 0, 1), Counts(2, 2, 0)]
    narrow = bootstrap(few * 50, seed=1)
    wide = bootstrap(few, seed=1)
    assert wide.low <= wide.value <= wide.high
    assert narrow.value == pytest.approx(wide.value)
    assert narrow.high - narrow.low < (wide.high - wide.low) / 3
    assert bootstrap(few, seed=1) == wide
    with pytest.raises(ValueError, match="no documents"):
        bootstrap([], seed=1)


def test_names_count_only_with_the_same_stretches_and_kind() -> None:
    def name(kind: str, *spans: tuple[int, int]) -> Mention:
        return Mention("", kind, "", spans)

    truth = [name("drug", (0, 4)), name("group", (5, 9), (12, 14))]
    said = [name("drug", (0, 4)), name("drug", (0, 4)), name("group", (5, 14))]
    assert strict_counts(truth, said) == Counts(1, 2, 1)
