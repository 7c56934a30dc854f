"""Places of names in the editor: Qt's units, overlaps, and what lies in a part of the text."""

from hypothesis import given
from hypothesis import strategies as st

from desktop.abstract.text_marks import Offsets, TextMarks
from engine.reading.model import Entity, Reading, ReadSentence, Relation
from tests.engine.reports.reading_making import NOTICE, PROVENANCE, READING, TEXT

_TEXTS = st.text(st.sampled_from("aé\n😀𝛼漢"), max_size=30)


@given(_TEXTS)
def test_places_are_those_of_utf_16(text: str) -> None:
    offsets = Offsets(text)
    for place in range(len(text) + 1):
        assert offsets.utf16(place) == len(text[:place].encode("utf-16-le")) // 2


@given(_TEXTS, st.lists(st.tuples(st.integers(0, 29), st.integers(1, 8)), max_size=8), st.integers(0, 70), st.integers(0, 20))
def test_what_can_be_seen_is_found(text: str, names: list[tuple[int, int]], first: int, wide: int) -> None:
    spans = [(start, min(start + length, len(text))) for start, length in names if start < len(text)]
    entities = tuple(Entity(start, end, text[start:end], "drug", "student") for start, end in spans)
    marks = TextMarks(Reading(text, (ReadSentence(text, 0, entities),), (), PROVENANCE, NOTICE))
    last = first + wide
    wanted = {mark for mark in marks.names if mark.start <= last and mark.end > first}
    assert set(marks.names_between(first, last)) == wanted
    assert list(marks.names) == sorted(marks.names, key=lambda mark: (mark.start, -mark.end))
    for mark in marks.names_at(first):
        assert mark.start <= first <= mark.end


def test_names_unread_parts_and_pairs_stand_where_they_stand_in_the_text() -> None:
    marks = TextMarks(READING)
    for mark in marks.names:
        assert TEXT[mark.start : mark.end] == mark.entity.text
    assert [TEXT[part.start : part.end] for part in marks.unread] == ["Изучали препарат."]
    assert marks.unread[0].words == "it is not in English"
    first, second = marks.pair((1, 1))
    assert (TEXT[first.start : first.end], TEXT[second.start : second.end]) == ("warfarin", "xyzolumab")
    sentence = marks.sentence((1, 0))
    assert TEXT[sentence.start : sentence.end] == READING.sentences[1].text


def test_the_shortest_name_comes_first_and_sure_relations_before_unsure_ones() -> None:
    text = "beta blocker drug"
    entities = (Entity(0, 12, "beta blocker", "group", "student"), Entity(0, 4, "beta", "drug", "student"))
    unsure = Relation(0, 1, "ddi", "int", 0.4, (), abstained=True)
    sure = Relation(0, 1, "ddi", "effect", 0.9, (), abstained=False)
    marks = TextMarks(Reading(text, (ReadSentence(text, 0, entities, (unsure, sure)),), (), PROVENANCE, NOTICE))
    assert [mark.entity.text for mark in marks.names_at(2)] == ["beta", "beta blocker"]
    assert marks.names_at(14) == []
    assert marks.relations_of(marks.names_at(2)[0]) == [(0, 1), (0, 0)]
