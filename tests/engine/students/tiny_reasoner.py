"""The tiny GGUF of random weights (see `tests/data/make_tiny_reasoner.py`), and automatons over its vocabulary."""

from __future__ import annotations

from pathlib import Path

from engine.students.automaton import TokenAutomaton

TINY = Path(__file__).resolve().parents[2] / "data" / "tiny_reasoner.gguf"
VOCABULARY = 320
CONTEXT = 256
PROMPT = tuple(10 + (7 * place) % 240 for place in range(90))
END = 257


def everything() -> TokenAutomaton:
    """Every token is allowed, until `END` ends it; each distribution is told."""
    return TokenAutomaton([{token: 1 if token == END else 0 for token in range(VOCABULARY)}, {}], frozenset({1}), frozenset({0}))


def endless(steps: int = 10_000) -> TokenAutomaton:
    """A choice of two tokens, very often."""
    return TokenAutomaton([*({20: state, 21: state} for state in range(1, steps + 1)), {}], frozenset({steps}))


def labelled() -> TokenAutomaton:
    """A label of three, two forced tokens, a choice of two, and the end."""
    return TokenAutomaton(
        [{260: 1, 261: 1, 262: 1}, {270: 2}, {271: 3}, {280: 4, 281: 4}, {END: 5}, {}], frozenset({5}), frozenset({0})
    )
