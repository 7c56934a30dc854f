"""The relations as rows: what each says, which are shown, in which order; and a choice that outlives a reading."""

import re
from dataclasses import replace
from typing import get_args

import pytest

from desktop.abstract.choice import RelationSelection, carried, first_relation, picked
from desktop.abstract.relations_rows import Show, Sort, arranged, row_of, rows_of
from desktop.abstract.relations_words import (
    class_meaning,
    class_words,
    direction_words,
    knowledge_sentence,
    knowledge_sign,
    knowledge_words,
    percent_words,
    probability_words,
)
from desktop.abstract.text_looks import KIND_LOOKS
from engine.reading.model import Doubt, KnowledgeState, Reading
from engine.reports.reading_words import doubt_words
from tests.engine.reports.reading_making import NOTHING, READING


def test_a_row_says_what_is_stated_how_sure_and_what_knowledge_says() -> None:
    rows = rows_of(READING)
    first, second, third = rows
    assert (first.first, first.second, first.kind) == ("Fluconazole", "S-warfarin", "PK mechanism")
    # Never quite certain.
    assert first.probability_words == "over 99 %"
    assert first.knowledge == "Major, documented"
    assert first.badge is not None
    assert first.badge.background is not None
    assert second.knowledge == "contradicted"
    assert third.probability_words == "unsure, 41 %"
    assert third.knowledge == "not checked"
    assert "Aspirin, warfarin: Advice. 86 %. contradicted. Aspirin and warfarin" in second.spoken


def test_a_change_of_the_other_medicine_is_not_told_as_documented() -> None:
    sentence = READING.sentences[0]
    relation = replace(sentence.relations[0], knowledge="other_object")
    turned = replace(relation, object=relation.first)
    assert "as a change of B, not of A," in knowledge_sentence(turned, ("A", "B"))
    unread = knowledge_sentence(replace(turned, object=None, direction=None), ("A", "B"))
    assert "perhaps as a change of the other medicine" in unread
    assert "as a change of A, not of B," in knowledge_sentence(replace(turned, object=relation.second), ("A", "B"))
    row = row_of((0, 0), sentence, turned)
    assert row.knowledge == "Major, other way round"
    # A source names the pair: it is no pair that nothing documents.
    assert arranged([row], Show.DOCUMENTED, Sort.KNOWLEDGE) == [row]
    assert arranged([row], Show.OTHER, Sort.KNOWLEDGE) == []


def test_what_is_unsure_is_contradicted_with_care() -> None:
    relation = replace(READING.sentences[0].relations[0], task="chemprot", label="INHIBITOR", knowledge="contradicted")
    assert "misread" not in knowledge_sentence(relation, ("A", "B"))
    unsure = knowledge_sentence(replace(relation, knowledge="other_direction", abstained=True), ("A", "B"))
    assert "documents the opposite role of A and B, or the sentence, which is shown as unsure, was misread" in unsure


def test_unsure_rows_stand_apart_in_every_order() -> None:
    rows = rows_of(READING)
    for sort in Sort:
        assert [row.abstained for row in arranged(rows, Show.ALL, sort)] == [False, False, True]
    assert [row.first for row in arranged(rows, Show.ALL, Sort.FIRST)] == ["Aspirin", "Fluconazole", "warfarin"]
    assert [row.second for row in arranged(rows, Show.STATED, Sort.SECOND)] == ["S-warfarin", "warfarin"]
    assert [row.probability for row in arranged(rows, Show.STATED, Sort.PROBABILITY)] == [0.998, 0.86]
    assert [row.knowledge for row in arranged(rows, Show.STATED, Sort.KNOWLEDGE)] == ["Major, documented", "contradicted"]


@pytest.mark.parametrize(
    ("show", "count"), [(Show.ALL, 3), (Show.STATED, 2), (Show.UNSURE, 1), (Show.DOCUMENTED, 1), (Show.OTHER, 2)]
)
def test_rows_can_be_chosen_by_what_they_are(show: Show, count: int) -> None:
    assert len(arranged(rows_of(READING), show, Sort.PLACE)) == count


def test_words_of_classes() -> None:
    assert class_words("ddi", "int") == "Interaction, no detail"
    assert class_words("chemprot", "INHIBITOR") == "Inhibits a protein"
    assert class_words("new", "some_thing") == "some thing"
    assert "no words for" in class_meaning("new", "some_thing")
    assert percent_words(0.004) == "under 1 %"
    sentence = READING.sentences[0]
    assert direction_words(sentence, sentence.relations[0]) == "Exposure or effect of S-warfarin goes up."
    assert "does not say of which" in direction_words(sentence, replace(sentence.relations[0], object=None))
    alone = replace(sentence.relations[0], direction_probability=0.96)
    assert direction_words(sentence, alone) == "As the student reads it (96 % sure): Exposure or effect of S-warfarin goes up."
    assert direction_words(READING.sentences[1], READING.sentences[1].relations[0]) == ""


def test_every_state_of_knowledge_and_every_doubt_has_words_of_its_own() -> None:
    signs = {knowledge_sign(state) for state in get_args(KnowledgeState)}
    assert len(signs) == len(get_args(KnowledgeState))
    assert len({knowledge_words(state) for state in get_args(KnowledgeState)}) == len(signs)
    relation = READING.sentences[0].relations[0]
    for doubt in get_args(Doubt):
        unsure = replace(relation, doubt=doubt, abstained=True)
        assert re.fullmatch(r"unsure: [a-z ]+\?", probability_words(unsure))
        # In full for those who hear the row, and beside the table.
        assert doubt_words(doubt) in row_of((0, 0), READING.sentences[0], unsure).spoken


def test_two_medicines_come_before_others() -> None:
    first, second, third = READING.sentences
    with_protein = replace(first, relations=(replace(first.relations[0], task="chemprot", label="INHIBITOR"),))
    rows = rows_of(replace(READING, sentences=(with_protein, second, third)))
    assert [row.place for row in arranged(rows, Show.ALL, Sort.MEDICINES)] == [(1, 0), (0, 0), (1, 1)]
    assert [row.place for row in arranged(rows, Show.ALL, Sort.PLACE)] == [(0, 0), (1, 0), (1, 1)]
    assert [row.place for row in arranged(rows, Show.MEDICINES, Sort.PLACE)] == [(1, 0), (1, 1)]


def test_no_two_kinds_have_the_same_lines() -> None:
    lines = [(look.line, look.over) for look in KIND_LOOKS.values()]
    assert len(set(lines)) == len(lines)


def test_a_choice_outlives_a_reading_as_long_as_its_sentence_does() -> None:
    first, second, third = READING.sentences
    moved = replace(READING, sentences=(third, replace(second, start=0), first))
    assert carried(READING, moved, (1, 1)) == (1, 1)
    assert carried(READING, moved, (0, 0)) == (2, 0)
    other = replace(READING, sentences=(replace(first, text=first.text + " Not."),))
    assert carried(READING, other, (0, 0)) is None
    assert carried(READING, None, (0, 0)) is None
    assert carried(None, READING, (0, 0)) is None


@pytest.mark.parametrize("chosen", [None, (9, 0), (0, 9), (-1, 0), (2, 0)])
def test_a_choice_that_is_not_there_means_nothing(chosen: tuple[int, int] | None) -> None:
    assert picked(READING, chosen) is None


def test_the_first_choice_is_a_sure_relation_of_medicines() -> None:
    assert first_relation(READING) == (0, 0)
    assert first_relation(NOTHING) is None
    assert first_relation(None) is None
    unsure, rest = READING.sentences[0], READING.sentences[1:]
    changed = replace(unsure, relations=(replace(unsure.relations[0], task="chemprot"),))
    assert first_relation(replace(READING, sentences=(changed, *rest))) == (1, 0)
    only: Reading = replace(READING, sentences=(replace(rest[0], relations=rest[0].relations[1:]),))
    assert first_relation(only) == (0, 0)


def test_the_selection_tells_only_what_is_new() -> None:
    selection, told = RelationSelection(), []
    selection.changed.connect(lambda: told.append(selection.chosen))
    for chosen in ((0, 1), (0, 1), None, None):
        selection.select(chosen)
    assert told == [(0, 1), None]
