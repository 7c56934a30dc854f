"""A reading as a table: every part of it, and nothing that a spreadsheet would run."""

import csv
import io
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from engine.reading.model import Entity, ReadSentence
from engine.reports.reading_material import ReadingHead, versions_of
from engine.reports.reading_table import COLUMNS, reading_csv
from tests.engine.reports.reading_making import NOTICE, PROVENANCE, READING, SENTENCES, read_by_the_student_alone

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"


def rows_of(content: str) -> list[dict[str, str]]:
    """The rows as a spreadsheet reads them."""
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_nothing_of_the_reading_is_left_out() -> None:
    rows = rows_of(reading_csv(READING, ReadingHead("Ward 3", "PMID 1")))

    def of(kind: str) -> list[dict[str, str]]:
        return [row for row in rows if row["row"] == kind]

    assert tuple(rows[0]) == COLUMNS
    assert [(row["sentence"], row["statement"], row["text"]) for row in of("not read")] == [
        ("3", "it is not in English", SENTENCES[2].text)
    ]
    assert [row["text"] for row in of("remark")] == list(READING.remarks)
    assert [row["name_1"] for row in of("name")] == [one.text for sentence in SENTENCES for one in sentence.entities]
    assert [row["text"] for row in of("part of a trial")] == ["plasma exposure"]
    assert of("versions")[0]["text"] == versions_of(PROVENANCE)
    assert "Not for commercial use." in of("terms of use")[0]["text"]
    assert of("intended use")[0]["text"] == NOTICE
    assert [of(kind)[0]["text"] for kind in ("title", "source")] == ["Ward 3", "PMID 1"]
    assert len(of("caution")) == 4


def test_a_statement_has_its_numbers_and_says_whether_it_is_unsure() -> None:
    first, _second, third = [row for row in rows_of(reading_csv(READING)) if row["row"] == "statement"]
    assert {name: first[name] for name in ("name_1", "name_2", "understood_as_2", "statement", "probability", "unsure")} == {
        "name_1": "Fluconazole",
        "name_2": "S-warfarin",
        "understood_as_2": "warfarin",
        "statement": "mechanism",
        "probability": "0.9980",
        "unsure": "no",
    }
    assert (first["direction"], first["object"], first["mechanisms"]) == ("increase", "S-warfarin", "pk.metabolism")
    assert first["direction_probability"] == ""
    (student, *_others) = [row for row in rows_of(reading_csv(read_by_the_student_alone(0.96))) if row["row"] == "statement"]
    assert (student["direction"], student["direction_probability"]) == ("increase", "0.9600")
    assert (first["knowledge"], first["severity"], first["documented"]) == ("documented", "major", "R12")
    assert first["text"] == SENTENCES[0].text
    assert (third["unsure"], third["probability"], third["knowledge"]) == ("yes", "0.4100", "not checked")


@given(st.text(max_size=40), st.sampled_from(SIGNS), st.sampled_from(["", " ", "\t", "\n"]))
def test_no_cell_is_a_formula(rest: str, sign: str, before: str) -> None:
    bad = f"{before}{sign}{rest}"
    entity = Entity(0, len(bad), bad, bad, "student", None, (), bad)
    reading = replace(READING, sentences=(ReadSentence(bad, 0, (entity,), unread=bad),), remarks=(bad,))
    content = reading_csv(reading, ReadingHead(bad, bad))
    assert "\x00" not in content
    for row in rows_of(content):
        assert not any(cell.lstrip().startswith(tuple(SIGNS)) for cell in row.values())
