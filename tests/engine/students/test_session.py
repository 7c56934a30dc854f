"""What goes to the model and what comes back, through a small model whose every answer can be worked out by hand."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.cancellation import CancelledError, CancelToken
from engine.errors import ResourceError
from engine.students.batching import MOST_PADDING, MOST_ROWS, MOST_TOKENS, alone, batches
from engine.students.onnx_model import ModelError, OnnxModel
from engine.students.rows import PADDING_GROUP, AskedPair, Row
from engine.students.session import ReaderSession, feeds_of
from tests.engine.students.tiny import (
    MARKERS,
    MAX_TOKENS,
    WORDS,
    expected_attention,
    expected_names,
    expected_relations,
    model_bytes,
)


@pytest.fixture(scope="module")
def session() -> ReaderSession:
    return ReaderSession(OnnxModel(model_bytes()))


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """Any row that keeps the contract, with gaps in its positions."""
    ids = draw(st.lists(st.integers(0, len(WORDS) - 1), min_size=2, max_size=MAX_TOKENS))
    positions = sorted(draw(st.sets(st.integers(0, MAX_TOKENS - 1), min_size=len(ids), max_size=len(ids))))
    groups, pairs = [0] * len(ids), []
    place = st.integers(0, len(ids) - 1)
    for group, (first, second) in enumerate(draw(st.lists(st.tuples(place, place), max_size=4)), start=1):
        pairs.append(AskedPair(len(groups), len(groups) + 1, first, second))
        ids += MARKERS
        positions += [positions[first], positions[second]]
        groups += [group, group]
    return Row(tuple(ids), tuple(positions), tuple(groups), tuple(pairs))


def plain_row(length: int) -> Row:
    """A row of one word."""
    return Row((6,) * length, tuple(range(length)), (0,) * length)


@given(st.lists(rows(), max_size=20), st.booleans())
def test_answers_are_those_of_each_row_and_in_order(session: ReaderSession, asked: list[Row], together: bool) -> None:
    answers = session.answer(asked, attention=True, together=together)
    assert len(answers) == len(asked)
    for row, answer in zip(asked, answers, strict=True):
        np.testing.assert_allclose(answer.names, expected_names(row), rtol=1e-6)
        np.testing.assert_allclose(answer.relations, expected_relations(row), rtol=1e-5, atol=1e-6)
        assert answer.attention is not None
        np.testing.assert_allclose(answer.attention, expected_attention(row))
        assert answer.names.dtype == answer.relations.dtype == answer.attention.dtype == np.float32
        assert answer.names.base is None  # a row must not hold its whole batch in memory


def test_attention_only_where_asked(session: ReaderSession) -> None:
    assert session.answer([plain_row(3)])[0].attention is None


def test_nothing_asked_nothing_answered(session: ReaderSession) -> None:
    assert session.answer([]) == []


@given(st.lists(st.integers(1, 600), max_size=60))
def test_batches_hold_every_row_once_and_keep_their_bounds(lengths: list[int]) -> None:
    found = batches(lengths)
    assert sorted(place for batch in found for place in batch) == list(range(len(lengths)))
    for batch in found:
        sizes = [lengths[place] for place in batch]
        assert len(batch) == 1 or len(batch) * max(sizes) <= MOST_TOKENS
        assert len(batch) <= MOST_ROWS
        assert max(sizes) - min(sizes) <= MOST_PADDING


def test_rows_of_like_length_share_a_batch() -> None:
    assert [len(batch) for batch in batches([20] * 16)] == [8, 8]
    assert batches([10, 100, 12, 101]) == [[3, 1], [2, 0]]
    assert batches([10, 40]) == [[1], [0]]


@given(st.lists(st.integers(1, 600), max_size=20))
def test_each_alone_longest_first(lengths: list[int]) -> None:
    found = [place for (place,) in alone(lengths)]
    assert sorted(found) == list(range(len(lengths)))
    assert [lengths[place] for place in found] == sorted(lengths, reverse=True)


def test_padding_is_marked_and_pairs_name_their_row() -> None:
    asked = Row((2, 6, 3, 4, 5), (0, 1, 2, 1, 0), (0, 0, 0, 1, 1), (AskedPair(3, 4, 1, 0),))
    feeds = feeds_of([plain_row(2), asked])
    assert feeds["group_ids"].tolist() == [[0, 0, *[PADDING_GROUP] * 3], [0, 0, 0, 1, 1]]
    assert feeds["pairs"].tolist() == [[1, 3, 4, 1, 0]]
    assert feeds_of([plain_row(2)])["pairs"].tolist() == [[0, 0, 0, 0, 0]]
    assert {feed.dtype for feed in feeds.values()} == {np.dtype(np.int64)}


class Given:
    """A model that does as told: it counts its runs and answers with one figure, or fails."""

    def __init__(self, figure: float = 0.0, fault: str = "") -> None:
        self.runs = 0
        self._figure = figure
        self._fault = fault

    def run(self, outputs: Sequence[str], feeds: Mapping[str, NDArray[np.int64]]) -> Sequence[NDArray[np.float32]]:
        self.runs += 1
        if self._fault:
            raise ModelError(self._fault)
        rows_tokens, pairs = feeds["input_ids"].shape, len(feeds["pairs"])
        shapes = ((*rows_tokens, 8), (pairs, 7), (rows_tokens[0], 2, rows_tokens[1], rows_tokens[1]))
        return [np.full(shape, self._figure, dtype=np.float32) for shape in shapes[: len(outputs)]]


def test_cancelling_stops_between_runs() -> None:
    model, token = Given(), CancelToken()
    checks = 0

    def check() -> None:
        nonlocal checks
        checks += 1
        if checks == 3:
            token.cancel()
        token.check()

    before = threading.active_count()
    with pytest.raises(CancelledError):
        ReaderSession(model).answer([plain_row(200)] * 40, check=check)
    assert 2 <= model.runs <= 8
    assert threading.active_count() == before


@pytest.mark.parametrize("model", [Given(fault="bad_alloc with words of the text"), Given(figure=float("nan"))])
def test_a_model_that_fails_is_one_sentence(model: Given) -> None:
    with pytest.raises(ResourceError) as fault:
        ReaderSession(model).answer([plain_row(4)])
    assert fault.value.sentence.startswith("The reader")
    assert "words of the text" not in fault.value.sentence


def test_several_threads_at_once(session: ReaderSession) -> None:
    lengths = range(2, MAX_TOKENS)
    together = threading.Barrier(4)

    def ask(shift: int) -> bool:
        together.wait(timeout=30)
        asked = [plain_row(2 + (length + shift) % 20) for length in lengths for _ in range(5)]
        answers = session.answer(asked)
        return all(np.allclose(answer.names, expected_names(row)) for row, answer in zip(asked, answers, strict=True))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(4)))


def test_what_goes_wrong_inside_is_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    model = OnnxModel(model_bytes())
    outside = Row((len(WORDS),), (0,), (0,))
    with pytest.raises(ModelError):
        model.run(("name_logits",), feeds_of([outside]))
    with pytest.raises(ModelError):
        OnnxModel(b"no model")
    assert capfd.readouterr() == ("", "")
