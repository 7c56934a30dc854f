"""The student asked with words left out: rows, names that stay, long sentences, cancel."""

import numpy as np
import pytest

from engine.cancellation import CancelledError, CancelToken
from engine.errors import InputError, ResourceError
from engine.explain.asking import AskedMasks
from engine.explain.model import MARKER_TOKEN, SIGN_TOKEN
from engine.explain.sentence import answer_of
from tests.engine.explain.fakes import SummingModel, summing_student
from tests.engine.students.tiny import MARKERS, MAX_TOKENS, WORDS

TEXT = "Aspirins and warfarin raises bleeding."
ADDS = {"raises": 2.0, "bleeding": 1.0, "and": -0.5, "aspirin": 0.3}


def places(text: str, name: str, start: int = 0) -> tuple[int, int]:
    found = text.lower().index(name, start)
    return found, found + len(name)


def asked_about(text: str = TEXT, adds: dict[str, float] | None = None) -> tuple[AskedMasks, SummingModel]:
    student, model = summing_student(ADDS if adds is None else adds)
    return answer_of(student, text, places(text, "aspirin"), places(text, "warfarin"), "ddi"), model


def expected_effect(total: float) -> float:
    """The head "ddi" of the tiny reader: temperature 1.5, biases 0, 0.1, 0.2, 0, 0.4."""
    powers = np.exp([0, 0.1, total / 1.5 + 0.2, 0, 0.4])
    return float(powers[2] / powers.sum())


def test_words_spans_and_names() -> None:
    answer, _ = asked_about()
    assert answer.words == ("Aspirins", "and", "warfarin", "raises", "bleeding", ".")
    assert [TEXT[start:end] for start, end in answer.spans] == list(answer.words)
    assert answer.fixed == (True, False, True, False, False, False)
    assert answer.labels == ("none", "mechanism", "effect", "advise", "int")
    # "Aspirins" has two tokens; the two markers stand at the end.
    assert answer.token_words == (SIGN_TOKEN, 0, 0, 1, 2, 3, 4, 5, SIGN_TOKEN, MARKER_TOKEN, MARKER_TOKEN)
    assert answer.attention().shape == (2, 11, 11)


def test_probabilities_are_calibrated_and_follow_the_words_that_stand() -> None:
    answer, _ = asked_about()
    masks = np.array([[True] * 6, [True, True, True, False, True, True], [False] * 6])
    found = answer.predict_proba(masks)
    assert found.shape == (3, 5)
    assert np.allclose(found.sum(axis=1), 1)
    assert np.allclose(found[:, 2], [expected_effect(total) for total in (2.8, 0.8, 0.3)], atol=1e-6)


def test_left_out_words_leave_gaps_and_names_keep_all_their_tokens() -> None:
    answer, model = asked_about()
    answer.predict_proba(np.array([[False, False, False, False, True, False]]))
    feeds = model.feeds[-1]
    tokens = [WORDS[token] for token in feeds["input_ids"][0]]
    assert tokens == ["[CLS]", "aspirin", "##s", "warfarin", "bleeding", "[SEP]", "[A]", "[B]"]
    assert feeds["position_ids"][0].tolist() == [0, 1, 2, 4, 6, 8, 1, 4]
    assert feeds["group_ids"][0].tolist() == [0, 0, 0, 0, 0, 0, 1, 1]
    assert feeds["input_ids"][0, -2:].tolist() == list(MARKERS)


def test_a_long_sentence_is_read_around_the_pair() -> None:
    text = "and " * 50 + TEXT + " and" * 200
    answer, _ = asked_about(text)
    assert len(answer.words) == MAX_TOKENS - 3
    assert {"Aspirins", "warfarin"} <= set(answer.words)
    assert [text[start:end] for start, end in answer.spans] == list(answer.words)
    assert answer.predict_proba(np.ones((1, len(answer.words)), dtype=np.bool_)).shape == (1, 5)


def test_what_cannot_be_asked_is_said_in_a_sentence() -> None:
    student, _ = summing_student(ADDS)
    far = "Aspirin" + " and" * 60 + " warfarin"
    with pytest.raises(InputError, match="too far apart"):
        answer_of(student, far, places(far, "aspirin"), places(far, "warfarin"), "ddi")
    with pytest.raises(InputError, match="cannot be found"):
        answer_of(student, TEXT, (0, 7), (500, 507), "ddi")
    for task in ("chemprot", "drug-names"):
        with pytest.raises(ResourceError, match=task):
            answer_of(student, TEXT, (0, 7), (13, 21), task)


def test_a_cancel_is_heard_between_batches() -> None:
    student, model = summing_student(ADDS)
    token = CancelToken()

    answer = answer_of(student, TEXT, (0, 8), (13, 21), "ddi", check=token.check)
    answer.predict_proba(np.ones((1, 6), dtype=np.bool_))
    runs = len(model.feeds)
    token.cancel()
    with pytest.raises(CancelledError):
        answer.predict_proba(np.zeros((1, 6), dtype=np.bool_))
    with pytest.raises(CancelledError):
        answer.attention()
    assert len(model.feeds) == runs


def test_two_names_in_one_word() -> None:
    student, _ = summing_student(ADDS)
    answer = answer_of(student, "warfarin and raises", (0, 8), (0, 4), "ddi")
    assert answer.fixed == (True, False, False)
    assert answer.predict_proba(np.zeros((1, 3), dtype=np.bool_)).shape == (1, 5)
