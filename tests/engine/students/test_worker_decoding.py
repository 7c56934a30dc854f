"""Decoding with a model whose logits are known: what is chosen, what is forced, what is told, and where it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.students.automaton import TokenAutomaton
from engine.students.worker.decoding import Decoder, Figures, Order, StoppedError, Written

VOCABULARY = 12


class KnownModel:
    """Its logits are a function of the last token; it remembers what it was given at once."""

    def __init__(self, room: int = 100, table: NDArray[np.floating] | None = None) -> None:
        self.room = room
        self.read_together: list[list[int]] = []
        self.table = np.random.default_rng(3).normal(size=(VOCABULARY, VOCABULARY)) * 2 if table is None else table

    def keep(self, prompt: Sequence[int]) -> int:
        return 1 if len(prompt) > 2 else 0

    def read(self, tokens: Sequence[int], stopped: Callable[[], bool]) -> NDArray[np.float32]:
        if stopped():
            raise StoppedError
        self.read_together.append(list(tokens))
        self.room -= len(tokens)
        return np.asarray(self.table[tokens[-1]], dtype=np.float32)


Ran = tuple[list[Written], Figures, list[int]]


def run(model: KnownModel, order: Order, cancelled: Callable[[], bool] = lambda: False) -> Ran:
    """(tokens, figures, how many tokens were told at once)."""
    told: list[list[Written]] = []
    figures = Decoder(model, order, cancelled).run(lambda some: told.append(list(some)))
    return [one for some in told for one in some], figures, list(map(len, told))


def free(ending: int = 0) -> TokenAutomaton:
    """Every token is allowed until one ends it."""
    return TokenAutomaton(
        [{token: 1 if token == ending else 0 for token in range(VOCABULARY)}, {}], frozenset({1}), frozenset({0})
    )


def test_where_all_is_allowed_it_is_a_plain_greedy_loop() -> None:
    model = KnownModel()
    written, figures, _ = run(model, Order((3, 4, 5), free(), 30, 10))
    token, expected = 5, []
    for _ in range(30):
        logits = model.table[token].astype(np.float32).astype(np.float64)
        shares = np.exp(logits) / np.exp(logits).sum()
        token = int(logits.argmax())
        expected.append((token, shares))
        if token == 0:
            break
    assert [one.token for one in written] == [token for token, _ in expected]
    for one, (token, shares) in zip(written, expected, strict=True):
        assert one.probability == pytest.approx(shares[token])
        assert one.distribution is not None
        assert one.distribution[1] == pytest.approx(list(shares))
        assert sum(one.distribution[1]) == pytest.approx(1)
    assert model.read_together[0] == [4, 5]
    assert figures.cached_tokens == 1
    assert figures.ending == ("final" if expected[-1][0] == 0 else "tokens")


def test_only_what_is_allowed_is_written_and_the_distribution_is_over_that() -> None:
    model = KnownModel()
    automaton = TokenAutomaton([{7: 1, 8: 1, 9: 2}, {3: 2}, {}], frozenset({2}), frozenset({0, 1}))
    written, _, _ = run(model, Order((1, 2), automaton, 10, 10))
    logits = model.table[2][[7, 8, 9]].astype(np.float32)
    shares = np.exp(logits) / np.exp(logits).sum()
    first = written[0]
    assert first.token == 7 + int(logits.argmax())
    assert first.distribution is not None
    assert first.distribution[0] == [7, 8, 9]
    assert first.distribution[1] == pytest.approx(list(shares))
    if first.token != 9:
        assert written[1] == Written(3, 1.0, ([3], [1.0]))


def test_forced_tokens_are_computed_together() -> None:
    model = KnownModel()
    automaton = TokenAutomaton([{1: 1}, {2: 2}, {3: 3, 4: 3}, {5: 4}, {6: 5}, {7: 6, 8: 6}, {9: 7}, {}], frozenset({7}))
    written, figures, _ = run(model, Order((10, 11), automaton, 50, 10))
    tokens = [one.token for one in written]
    assert tokens == [1, 2, tokens[2], 5, 6, tokens[5], 9]
    # The prompt goes with what is forced before the first choice, and what follows the last choice is not computed at all.
    assert model.read_together == [[10, 11, 1, 2], [tokens[2], 5, 6]]
    assert (figures.written_tokens, figures.forced_tokens, figures.ending) == (7, 5, "final")
    assert all(one.probability == 1 for one in written if one.token not in (tokens[2], tokens[5]))


def test_tokens_are_told_as_they_come_and_quick_ones_together(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 0.0

    class Timed(KnownModel):
        token_s = 0.001

        def read(self, tokens: Sequence[int], stopped: Callable[[], bool]) -> NDArray[np.float32]:
            nonlocal clock
            clock += self.token_s
            return super().read(tokens, stopped)

    class Slow(Timed):
        token_s = 0.1

    class Stopping(Slow):
        def read(self, tokens: Sequence[int], stopped: Callable[[], bool]) -> NDArray[np.float32]:
            return super().read(tokens, lambda: len(self.read_together) == 4)

    monkeypatch.setattr(time, "monotonic", lambda: clock)
    order = Order((1, 2), free(11), 50, 100)
    assert run(Slow(table=np.eye(VOCABULARY)), order)[2] == [1] * 50
    told = run(Timed(table=np.eye(VOCABULARY)), order)[2]
    assert sum(told) == 50
    assert len(told) < 12
    automaton = TokenAutomaton([{1: 1}, {2: 2}, {3: 3, 4: 3}, {5: 4}, {6: 5}, {7: 6, 8: 6}, {9: 7}, {}], frozenset({7}))
    # What is forced before the first choice, as a label that is known, does not wait for the prompt to be read.
    assert run(Slow(), Order((10, 11), automaton, 50, 100))[2] == [2, 3, 2]
    # What was written when the work was stopped is told.
    assert sum(run(Stopping(table=np.eye(VOCABULARY)), order)[2]) == 4


def test_where_nothing_is_to_choose_nothing_is_computed() -> None:
    model = KnownModel()
    written, figures, _ = run(model, Order((1,), TokenAutomaton([{2: 1}, {}], frozenset({1})), 5, 1))
    assert [one.token for one in written] == [2]
    assert model.read_together == []
    assert (figures.ending, figures.first_s) == ("final", 0)


@pytest.mark.parametrize("most", [1, 2, 3, 5])
def test_the_limit_of_tokens(most: int) -> None:
    written, figures, _ = run(KnownModel(table=np.eye(VOCABULARY)), Order((1, 2), free(11), most, 10))
    assert (len(written), figures.ending) == (most, "tokens")


def test_the_end_of_the_context() -> None:
    model = KnownModel(room=6, table=np.eye(VOCABULARY))
    written, figures, _ = run(model, Order((1, 2), free(), 100, 10))
    assert figures.ending == "context"
    assert len(written) == 5
    assert model.room == 0


def test_a_prompt_with_forced_tokens_that_does_not_fit() -> None:
    model = KnownModel(room=3)
    automaton = TokenAutomaton([{1: 1}, {2: 2}, {3: 3, 4: 3}, {}], frozenset({3}))
    _, figures, _ = run(model, Order((1, 2), automaton, 100, 10))
    assert (figures.ending, model.read_together) == ("context", [])


def test_time_is_over() -> None:
    class Slow(KnownModel):
        def read(self, tokens: Sequence[int], stopped: Callable[[], bool]) -> NDArray[np.float32]:
            time.sleep(0.02)
            return super().read(tokens, stopped)

    written, figures, _ = run(Slow(10_000, np.eye(VOCABULARY)), Order((1, 2), free(), 10_000, 0.2))
    assert figures.ending == "time"
    assert 1 <= len(written) <= 11
    assert 0.2 <= figures.seconds < 0.5


def test_cancelled_between_two_tokens() -> None:
    model = KnownModel(10_000, np.eye(VOCABULARY))
    written, figures, _ = run(model, Order((1, 2), free(), 10_000, 10), lambda: len(model.read_together) >= 4)
    assert (len(written), figures.ending) == (4, "cancelled")


def test_temperature_draws_by_the_seed_and_tells_the_model_s_own_probability() -> None:
    def drawn(seed: int, temperature: float = 1.0) -> list[int]:
        return [one.token for one in run(KnownModel(), Order((1, 2), free(11), 40, 10, temperature, seed))[0]]

    assert drawn(1) == drawn(1)
    assert len({tuple(drawn(seed)) for seed in range(6)}) > 1
    assert drawn(1, 1e-6) == [one.token for one in run(KnownModel(), Order((1, 2), free(11), 40, 10))[0]]
    table = np.zeros((VOCABULARY, VOCABULARY))
    table[:, 5] = np.log(10)
    (one, *_rest), _, _ = run(KnownModel(table=table), Order((1, 2), free(11), 1, 10, 0.3, 1))
    assert one.token == 5
    assert one.probability == pytest.approx(10 / 21)


def test_no_number_is_an_error() -> None:
    for wrong in (np.nan, np.inf):
        with pytest.raises(ArithmeticError), np.errstate(invalid="ignore"):
            run(KnownModel(table=np.full((VOCABULARY, VOCABULARY), wrong)), Order((1, 2), free(), 5, 10))
