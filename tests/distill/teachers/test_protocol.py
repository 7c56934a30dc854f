"""Judgements hold distributions over the labels and nothing else; an item's digest is of all that a teacher is told."""

from dataclasses import replace

import pytest

from distill.teachers.protocol import MECHANISMS, SEVERITIES, Hints, Judgement, certain, check_distribution, even
from engine.reasoning.language import DIRECTIONS
from tests.distill.teachers.pairs import item


@pytest.mark.parametrize("labels", [SEVERITIES, DIRECTIONS, MECHANISMS])
def test_distributions(labels: tuple[str, ...]) -> None:
    check_distribution(even(labels), labels)
    check_distribution(certain(labels[0]), labels)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"severe": 1.0}, "no labels"),
        ({"major": 0.5}, "sum to 1"),
        ({}, "sum to 1"),
        ({"major": 1.5, "minor": -0.5}, "outside"),
        ({"major": float("nan")}, "outside"),
    ],
)
def test_what_is_no_distribution(given: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Judgement("x", "toy", "1", given, certain("none"), certain("none"))


def test_a_digest_is_of_all_that_a_teacher_is_told() -> None:
    one = item(1)
    renamed = replace(one, facts=replace(one.facts, first=replace(one.facts.first, name="Onemycin forte")))
    fewer = replace(one, facts=replace(one.facts, facts=one.facts.facts[:-1]))
    others = [
        item(2),
        replace(one, id="x"),
        renamed,
        fewer,
        replace(one, hints=Hints("both")),
        replace(one, hints=Hints("both", "A")),
    ]
    assert len({one.digest(), *(other.digest() for other in others)}) == 7
    assert one.digest() == item(1).digest()
