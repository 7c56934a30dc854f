"""Which pairs are asked: by task, none of a medicine with itself, at most 24 a row, and nothing left out in silence."""

from __future__ import annotations

from engine.reading.asking import MOST_PAIRS, PAIRS_A_ROW, asked_pairs, asking
from engine.reading.model import Entity
from engine.students.encoding import encode
from tests.engine.reading.scripted import scripted


def names(text: str, **kinds: str) -> tuple[Entity, ...]:
    """Entities of a text: each word that has a kind; a word is its own substance."""
    found: list[Entity] = []
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        if word in kinds:
            found.append(Entity(start, at, word, kinds[word], "student", 0.9, (word,) if kinds[word] == "drug" else ()))
    return tuple(found)


def test_pairs_by_task() -> None:
    entities = names("a b g d p c", a="drug", b="drug", g="group", d="disease", p="protein", c="chemical")
    assert asked_pairs(entities, "ddi") == [(0, 1), (0, 2), (1, 2)]
    assert asked_pairs(entities, "ade") == [(0, 3), (1, 3), (2, 3), (5, 3)]
    assert asked_pairs(entities, "chemprot") == [(0, 4), (1, 4), (2, 4), (4, 5)]


def test_a_word_that_names_no_complaint_is_asked_of_no_medicine() -> None:
    kinds = {"a": "drug", "hypotensive": "disease", "Toxicity": "disease", "nausea": "disease"}
    assert asked_pairs(names("a hypotensive Toxicity nausea", **kinds), "ade") == [(0, 3)]
    whole = Entity(2, 18, "lithium toxicity", "disease", "student", 0.9)
    assert asked_pairs((*names("a", a="drug"), whole), "ade") == [(0, 1)]


def test_two_mentions_of_one_medicine_are_no_pair() -> None:
    assert asked_pairs(names("a b a", a="drug", b="drug"), "ddi") == [(0, 1), (1, 2)]
    assert asked_pairs(names("g g", g="group"), "ddi") == []
    whole = Entity(0, 1, "x", "drug", "both", None, ("a", "b"))
    part = Entity(2, 3, "y", "drug", "both", None, ("a",))
    other = Entity(4, 5, "z", "drug", "both", None, ("a", "c"))
    assert asked_pairs((whole, part, other), "ddi") == [(0, 2)]


def test_the_rows_hold_every_pair_once() -> None:
    words = [f"w{number}" for number in range(12)]
    text = " ".join(words)
    student, _model = scripted({}, 64, words)
    entities = names(text, **dict.fromkeys(words, "drug"))
    asked = asking(encode(student.tokenizer, text), entities, student.manifest)
    pairs = [pair for row in asked.rows for pair in row.pairs]
    assert pairs == asked_pairs(entities, "ddi")
    assert max(len(row.pairs) for row in asked.rows) == PAIRS_A_ROW
    assert all(len(row.row.pairs) == len(row.pairs) for row in asked.rows)
    assert (asked.too_far, asked.too_many) == (0, 0)


def test_a_long_list_is_bounded_and_counted() -> None:
    words = [f"w{number}" for number in range(40)]
    text = " ".join(words)
    student, _model = scripted({}, 64, words)
    asked = asking(encode(student.tokenizer, text), names(text, **dict.fromkeys(words, "drug")), student.manifest)
    pairs = [pair for row in asked.rows for pair in row.pairs]
    assert len(pairs) == MOST_PAIRS
    assert asked.too_many == 40 * 39 // 2 - MOST_PAIRS
    # What such a sentence speaks about stands first or last in it.
    assert {(0, place) for place in range(1, 40)} | {(place, 39) for place in range(39)} <= set(pairs)


def test_names_too_far_apart_are_counted() -> None:
    text = "a " + "x " * 40 + "b c"
    student, _model = scripted({}, 20, ["a", "b", "c", "x"])
    asked = asking(encode(student.tokenizer, text), names(text, a="drug", b="drug", c="drug"), student.manifest)
    assert [row.pairs for row in asked.rows] == [((1, 2),)]
    assert asked.too_far == 2


def test_a_student_without_relations_is_asked_none() -> None:
    text = "a b"
    student, _model = scripted({}, 20, ["a", "b"])
    manifest = student.manifest.model_copy(update={"heads": student.manifest.heads[:1]})
    assert asking(encode(student.tokenizer, text), names(text, a="drug", b="drug"), manifest).rows == ()
