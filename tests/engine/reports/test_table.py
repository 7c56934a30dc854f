"""The table: every row that a spreadsheet needs, and none that it would run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.reports.material import versions
from engine.reports.table import COLUMNS, guarded, table_csv, table_rows
from tests.engine.reports.making import HOSTILE, OLD_WOMAN, RICH, material_of

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows as a spreadsheet reads them."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_it_begins_with_the_mark_of_utf8_and_has_its_columns(application: Application) -> None:
    made = material_of(application, "µ-opioid ärztlich xyz\nwarfarin 5 mg")
    content = table_csv(made)
    assert content.startswith(b"\xef\xbb\xbfrow,severity,")
    assert not table_csv(made, bom=False).startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert tuple(rows_of(content)[0]) == COLUMNS
    assert "µ-opioid ärztlich xyz" in content.decode("utf-8-sig")


def test_nothing_of_the_report_is_left_out(application: Application) -> None:
    made = material_of(application, RICH, OLD_WOMAN, title="Ward 3", remark="at noon")
    report = made.report
    rows = rows_of(table_csv(made))

    def of(kind: str) -> list[dict[str, str]]:
        return [row for row in rows if row["row"] == kind]

    assert [row["line_1"] for row in of("not checked")] == [row.line for row in report.not_checked]
    assert [row["text"].split("; near")[0] for row in of("not checked")] == [row.reason for row in report.not_checked]
    assert [row["text"] for row in of("assumed")] == list(report.assumed)
    assert len(of("finding")) == len(report.interactions)
    assert sorted(row["severity"] for row in of("finding")) == sorted(finding.severity for finding in report.interactions)
    assert len(of("medicine")) == len(report.drugs)
    assert len(of("patient")) == len(report.patient) > 0
    assert len(of("adds up")) == len(report.cumulative) > 0
    assert [row["conditions"] for row in of("not known")] == [one.datum for one in report.missing]
    assert of("pairs")[0]["text"] == f"{report.pairs_checked} checked, {report.pairs_not_checked} not checked"
    assert of("patient data")[0]["text"].startswith("age: 81 years; sex: female; weight: 50 kg")
    assert of("versions")[0]["text"] == versions(made)
    assert of("made")[0]["text"] == "2026-11-21 09:30 UTC"
    assert of("intended use")[0]["text"] == report.notice
    assert of("title")[0]["text"] == "Ward 3"
    assert of("remark")[0]["text"] == "at noon"


def test_a_finding_has_sources_conditions_facts_and_steps(application: Application) -> None:
    made = material_of(application, "warfarin 5 mg\nacetylsalicylic acid")
    (finding,) = [one for one in made.report.interactions if one.documented]
    (row,) = [one for one in rows_of(table_csv(made)) if one["row"] == "finding" and one["documented"] == "yes"]
    for level in finding.source_level:
        assert f"{level.source}: {level.level}" in row["source_levels"]
    for fact in finding.facts:
        assert f"{fact.id} {fact.text} [{fact.source}, {fact.locator} ({fact.basis})]" in row["facts"]
    for note in finding.conditions:
        assert f"{note.needs} (not known): {note.effect}" in row["conditions"]
    for step in finding.rationale:
        assert f"{step.text} [{step.status}]" in row["text"]
    assert (row["line_1"], row["line_2"]) == ("warfarin 5 mg", "acetylsalicylic acid")


def test_a_line_that_begins_like_a_formula_is_not_run(application: Application) -> None:
    made = material_of(application, HOSTILE + "\n  @SUM(1)\n+1 simvastatin 40 mg", title="=1+1", remark="-2")
    for row in rows_of(table_csv(made)):
        for cell in row.values():
            assert not cell.lstrip().startswith(tuple(SIGNS)), cell
    assert "'=1+1" in table_csv(made).decode("utf-8-sig")


@pytest.mark.parametrize("sign", SIGNS)
def test_each_sign_that_begins_a_formula_is_guarded(sign: str) -> None:
    assert guarded(f"{sign}A1") == f"'{sign}A1"
    assert guarded(f"  {sign}A1") == f"'  {sign}A1"


def test_figures_and_words_stay_as_they_are() -> None:
    assert guarded("\t5 mg") == "'\t5 mg"
    assert guarded("5 mg - twice") == "5 mg - twice"
    assert guarded("") == ""


@given(st.text())
def test_a_guarded_cell_comes_back_from_csv_and_never_begins_a_formula(cell: str) -> None:
    safe = guarded(cell)
    assert safe.removeprefix("'") == cell.removeprefix("'")
    assert not safe.lstrip().startswith(tuple(SIGNS))


def test_half_a_character_of_a_paste_does_not_stop_the_export(application: Application) -> None:
    made = material_of(application, "simvastatin 40 mg \ud83d\nclarithromycin\x00 500 mg")
    assert len(rows_of(table_csv(made))) == len(list(table_rows(made)))
