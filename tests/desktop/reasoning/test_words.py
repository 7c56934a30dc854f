"""The window says of a label what the terminal says."""

import pytest

from desktop.reasoning.words import agreement_words, direction_words, kind_words
from engine.application import Application
from engine.cli import explain_terminal
from engine.reasoning import label_words
from engine.reasoning.agreement import Comparison
from tests.engine.reasoning.test_agreement import generated


@pytest.mark.parametrize(
    "made",
    [
        Comparison(True, ("severity", "direction", "mechanism")),
        Comparison(True, ("severity", "direction")),
        Comparison(True, ("severity", "mechanism")),
        Comparison(True, ("severity",)),
        Comparison(
            False, ("severity",), ("severity: minor instead of major", "mechanism: PK: transport instead of PD: additive")
        ),
        Comparison(None, unsure="interaction 74 %, of which major 60 %"),
    ],
)
def test_how_a_label_compares(made: Comparison) -> None:
    words = agreement_words(generated(made))
    assert words == explain_terminal.agreement_words(generated(made))
    assert all(one in words for one in (*made.disagreements, made.unsure))


def test_the_parts_of_a_label(application: Application) -> None:
    for kind in (*application.store.mechanism_words, "none"):
        assert label_words.kind_words(kind) == kind_words(kind)
    for direction in ("digoxin increase", "St John's wort decrease", "both", "none"):
        assert label_words.direction_words(direction) == direction_words(direction)
