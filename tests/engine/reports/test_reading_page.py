"""A reading as HTML: what was not read and what is unsure stand out, nothing is lost, nothing oversold, nothing fetched."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import html as lxml_html

from engine.reading.model import Entity, Reading, ReadSentence
from engine.reports.reading_material import SEVERITY_KEY, Explained, ReadingHead, terms_of, versions_of
from engine.reports.reading_page import reading_html
from engine.reports.reading_trust import CAUTION
from engine.reports.reading_words import label_words, percent
from tests.engine.reports.making import text_of, words
from tests.engine.reports.reading_making import (
    NOTHING,
    NOTICE,
    PROVENANCE,
    READING,
    SENTENCES,
    TEXT,
    explanation,
    read_by_the_student_alone,
)

HEAD = ReadingHead("Warfarin <b>", "PMID 123", datetime(2026, 11, 21, 9, 30, tzinfo=UTC))


def rows_of(html: str, first_cell: str) -> list[list[str]]:
    """The cells of the table whose head begins with a word."""
    tables = lxml_html.fromstring(html).iter("table")
    (table,) = [one for one in tables if text_of(one).startswith(first_cell)]
    return [[text_of(cell) for cell in row.iter("td")] for row in table.iter("tr")][1:]


def test_what_was_not_read_stands_before_what_was() -> None:
    said = words(reading_html(READING, head=HEAD))
    assert "✗ NOT READ: 1 sentence" in said
    assert "sentence 3: Изучали препарат.: it is not in English" in said
    assert "The last part is in another language." in said
    assert said.index("NOT READ") < said.index("What the sentences state")
    assert "Warfarin <b>" in said
    assert "2026-11-21 09:30 UTC · PMID 123 · 3 sentences, 3 statements, 1 of them unsure, 1 sentence not read" in said
    assert "Nothing read is no proof that there is nothing." in said


def test_each_statement_has_names_class_probability_and_what_knowledge_says() -> None:
    rows = rows_of(reading_html(READING), "No.")
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert [row[1] for row in rows] == ["1", "2", "2"]
    assert rows[0][2] == "Fluconazole + S-warfarin (warfarin)"
    assert rows[0][3].startswith("PK mechanism ")
    assert rows[0][4] == "over 99 %"
    assert rows[0][5] == "exposure or effect of S-warfarin goes up metabolism"
    student = rows_of(reading_html(read_by_the_student_alone(0.96)), "No.")
    assert student[0][5] == "as the student reads it (96 % sure), exposure or effect of S-warfarin goes up metabolism"
    assert rows[0][6].startswith("✓ documented in the knowledge here")
    assert "Major" in rows[0][6]
    assert SEVERITY_KEY in words(reading_html(READING))
    assert rows[1][2] == "Aspirin (acetylsalicylic acid) + warfarin"
    assert rows[1][3].startswith("Advice ")
    assert rows[1][5] == "not read"
    assert rows[1][6] == "✗ the knowledge here says otherwise"
    assert rows[2][4] == "⚠ 41 %, unsure: not to be relied on"
    assert rows[2][6] == "? not checked: too little is known here of a name, or of a group as a whole"


def test_the_whole_text_is_there_with_its_names_in_place() -> None:
    html = reading_html(READING)
    said = words(html)
    for piece in ("TITLE", *(sentence.text for sentence in SENTENCES)):
        plain = said.replace(" (protein)", "").replace(" .", ".").replace(" ;", ";")
        assert " ".join(piece.split()) in " ".join(plain.split())
    assert '<b style="background-color:#dce9f8">S-warfarin</b>' in html
    assert "CYP2C9 (protein)" in said
    assert "[states no. 2, 3]" in said
    names = rows_of(html, "As written")
    assert names[[row[1] for row in names].index("warfarin")][:4] == ["S-warfarin, warfarin", "warfarin", "medicine", "2"]
    assert [row[1] for row in names if row[0] == "xyzolumab"] == ["not known here"]
    assert rows_of(html, "What Words") == [["outcome", "plasma exposure", "1", "71 %"]]


def test_versions_licence_and_notice_are_in_every_export() -> None:
    for reading in (READING, NOTHING):
        said = words(reading_html(reading))
        assert versions_of(PROVENANCE) in said
        for part in ("ab" * 32, "cd" * 32, "reader 1", "CC BY-NC 4.0", "Not for commercial use.", NOTICE):
            assert part in said


def test_without_a_student_it_says_that_nothing_was_looked_for() -> None:
    bare = tuple(replace(sentence, relations=(), unread=None) for sentence in SENTENCES)
    made = replace(PROVENANCE, student=None, student_sha256=None, licence=None, non_commercial=False)
    said = words(reading_html(replace(READING, sentences=bare, remarks=("The student is missing.",), provenance=made)))
    assert "✗ NOT READ: the whole text; no student took part" in said
    assert "No statement was looked for: no student took part." in said
    assert "every sentence was read" not in said
    assert "no student: names from the dictionary alone" in said
    assert terms_of(made) == ""


def test_nothing_stated_is_no_clearance() -> None:
    clear = replace(READING, sentences=(ReadSentence("Nothing here.", 0),), text="Nothing here.", remarks=())
    said = words(reading_html(clear))
    assert "✓ EVERY SENTENCE WAS READ" in said
    assert "Nothing was read about two names together. That is no proof that there is nothing." in said
    assert "✗ NOT READ: the whole text; there is no sentence" in words(reading_html(NOTHING))


def test_an_explanation_says_what_moved_the_student_and_how_far_to_trust_it() -> None:
    html = reading_html(READING, (Explained(0, 0, explanation()),))
    said = words(html)
    assert CAUTION in said
    assert "Statement 1: Fluconazole + S-warfarin; LIME, quick" in said
    assert "Class “PK mechanism”: over 99 % · from 212 variants of the sentence · seed 0" in said
    assert "[Fluconazole] ▲increased ▽the plasma exposure of [S-warfarin] by ▲inhibiting CYP2C9." in said
    assert rows_of(html, "Rank")[0] == ["1", "increased", "+0.400", "▲ for the class", "▇" * 10]
    assert rows_of(html, "Rank")[2][3] == "▽ against the class"
    assert "Local fit: 0.83. A simple sum over the words gives back 83 % of" in said
    assert "the probability falls by 62 points of 100; without random ones it falls by 8 points" in said
    assert "That is more than chance." in said
    assert "about 88 % of the top five words would be the same" in said


def test_an_unstable_explanation_has_neither_colours_nor_words() -> None:
    html = reading_html(READING, (Explained(0, 0, explanation(stable=False)),))
    said = words(html)
    assert "Unstable: the words are not shown" in said
    assert "The top words change from seed to seed." in said
    assert "▲increased" not in said
    assert "+0.400" not in said
    assert "That is no more than chance." in said
    assert "That is no better than chance." in said


def test_hostile_text_stays_text_and_nothing_is_fetched() -> None:
    bad = "<script>alert(1)</script> \u202e & <img src=http://evil.example/x.png> \x00end"
    entity = Entity(0, 8, "<script>", "drug", "student", 0.5, (), "<i>")
    reading = Reading(bad, (ReadSentence(bad, 0, (entity,), unread="<b>"),), ("<u>",), PROVENANCE, "<s>")
    html = reading_html(reading, head=ReadingHead("<i>T</i>", "<a href=x>"))
    said = words(html)
    assert "<img src=http://evil.example/x.png>" in said
    assert "<script" not in html
    assert "<img" not in html
    assert not set(html) & {"\u202e", "\x00"}
    assert not re.findall(r"(?i)\b(?:src|href)\s*=\s*[\"']", html)
    assert "default-src 'none'" in html


def test_overlapping_names_lose_no_letter() -> None:
    inside = (Entity(0, 12, "insulin lisp", "drug", "both"), Entity(8, 16, "lispro x", "drug", "both"))
    reading = replace(READING, text="insulin lispro x", sentences=(ReadSentence("insulin lispro x", 0, inside),))
    assert "1. insulin lisp ro x" in words(reading_html(reading))


@pytest.mark.parametrize(("share", "said"), [(1.0, "over 99 %"), (0.991, "over 99 %"), (0.99, "99 %"), (0.0, "under 1 %")])
def test_no_probability_is_certainty(share: float, said: str) -> None:
    assert percent(share) == said


def test_a_class_that_is_not_known_is_shown_by_its_name() -> None:
    assert label_words("ddi", "inhibitor_x") == "inhibitor x"
    assert TEXT.startswith("TITLE")


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        ReadingHead(made_at=datetime.fromisoformat("2026-11-21T09:30:00"))
