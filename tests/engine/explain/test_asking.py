"""Each distinct mask is asked once, in chunks, and the names always stand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from engine.cancellation import CancelledError
from engine.explain.asking import CHUNK_MASKS, AskedMasks
from tests.engine.explain.fakes import FunctionAnswer, linear

SLOPES = (0.1, 0.02, 0.03, 0.2, -0.05, 0.07)


@given(hnp.arrays(np.bool_, st.tuples(st.integers(0, 40), st.just(len(SLOPES)))))
def test_answers_are_those_of_the_function_and_nothing_is_asked_twice(masks: NDArray[np.bool_]) -> None:
    answer = FunctionAnswer(linear(SLOPES), len(SLOPES), fixed=(0, 3))
    asked = AskedMasks(answer)
    first, again = asked.predict_proba(masks), asked.predict_proba(masks[::-1])
    standing = masks | np.array(answer.fixed)
    assert np.allclose(first[:, 1], 0.1 + standing @ np.array(SLOPES))
    assert np.array_equal(first, again[::-1])
    assert answer.asked == asked.asked == len(np.unique(standing, axis=0))


def test_an_answer_from_a_batch_never_stands_for_one_that_was_asked_alone() -> None:
    answer = FunctionAnswer(linear(SLOPES), len(SLOPES))
    asked = AskedMasks(answer)
    masks = np.eye(len(SLOPES), dtype=np.bool_)
    asked.predict_proba(masks[:2])
    asked.predict_proba(masks[:4], together=True)
    asked.predict_proba(masks)
    asked.predict_proba(masks, together=True)
    assert [(len(call), together) for call, together in zip(answer.calls, answer.together, strict=True)] == [
        (2, False),
        (2, True),
        (4, False),
    ]
    assert asked.asked == len(SLOPES)


def test_chunks_are_bounded_and_told() -> None:
    answer = FunctionAnswer(linear([0.01] * 20), 20)
    masks = np.random.default_rng(1).random((300, 20)) < 0.5
    steps = list(AskedMasks(answer).in_steps(masks, before=7, total=500))
    sizes = [len(call) for call in answer.calls]
    assert max(sizes) <= CHUNK_MASKS
    assert [step.done for step in steps] == (7 + np.cumsum(sizes)).tolist()
    assert {step.total for step in steps} == {500}


def test_what_was_asked_before_a_cancel_is_kept() -> None:
    chunks = 0

    def stopping(masks: NDArray[np.float64]) -> NDArray[np.float64]:
        nonlocal chunks
        chunks += 1
        if chunks == 2:
            raise CancelledError
        return masks[:, 0]

    asked = AskedMasks(FunctionAnswer(stopping, 12))
    masks = np.random.default_rng(2).random((200, 12)) < 0.5
    with pytest.raises(CancelledError):
        asked.predict_proba(masks)
    assert asked.asked == CHUNK_MASKS


def test_one_memory_around_another_is_not_asked_twice() -> None:
    answer = FunctionAnswer(linear(SLOPES), len(SLOPES))
    memory = AskedMasks(answer)
    masks = np.eye(len(SLOPES), dtype=np.bool_)
    one, other = AskedMasks(memory), AskedMasks(memory)
    assert np.array_equal(one.predict_proba(masks), other.predict_proba(masks))
    assert (answer.asked, one.words, one.fixed, one.spans) == (len(SLOPES), answer.words, answer.fixed, answer.spans)
