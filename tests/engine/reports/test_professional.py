"""The record as HTML: every part is there, what was typed stays text, and nothing is fetched."""

import re

import pytest
from lxml import html as lxml_html

from engine.application import Application
from engine.prescriptions.patient import Patient
from engine.reports.looks import LOOKS
from engine.reports.material import Material, versions
from engine.reports.plain import plain_html
from engine.reports.professional import Density, professional_html
from tests.engine.reports.making import HOSTILE, OLD_WOMAN, RICH, SAMPLE, material_of, text_of, words

BOTH: tuple[Density, ...] = ("short", "full")


@pytest.fixture(scope="module")
def rich(application: Application) -> Material:
    """A list that has every part."""
    return material_of(application, RICH, OLD_WOMAN, title="Ward 3", remark="seen at noon")


@pytest.mark.parametrize("density", BOTH)
def test_what_was_not_checked_and_assumed_stands_first(rich: Material, density: Density) -> None:
    said = words(professional_html(rich, density))
    report = rich.report
    assert report.not_checked
    assert report.assumed
    assert report.missing
    assert f"NOT CHECKED: {len(report.not_checked)} entries, {report.pairs_not_checked} pairs" in said
    for row in report.not_checked:
        assert f"line {row.line_number}: {row.line}: {row.reason}" in said
    for sentence in report.assumed:
        assert sentence in said
    for missing in report.missing:
        assert f"{missing.datum} ({len(missing.would_change)})" in said
    assert said.index("NOT CHECKED") < said.index("ASSUMED") < said.index("Findings, worst first")


@pytest.mark.parametrize("density", BOTH)
def test_versions_date_title_remark_patient_and_notice(rich: Material, density: Density) -> None:
    said = words(professional_html(rich, density))
    assert "Ward 3" in said
    assert "Remark: seen at noon" in said
    assert "2026-11-21 09:30 UTC" in said
    assert versions(rich) in said
    assert rich.report.provenance.knowledge_digest in said
    assert f"Intended use: {' '.join(rich.report.notice.split())}" in said
    assert "Patient: age: 81 years; sex: female; weight: 50 kg; creatinine: 150 µmol/L; potassium: 5.6 mmol/L" in said


@pytest.mark.parametrize("density", BOTH)
def test_each_finding_has_a_row_with_every_level_of_its_sources(rich: Material, density: Density) -> None:
    tree = lxml_html.fromstring(professional_html(rich, density))
    (table,) = [one for one in tree.iter("table") if text_of(one).startswith("Severity Pair")]
    rows = [["".join(str(part) for part in cell.itertext()) for cell in row.iter("td")] for row in table.iter("tr")][1:]
    assert len(rows) == len(rich.report.interactions)
    ranks = [[look.word for look in LOOKS.values()].index(row[0].split("\xa0")[2]) for row in rows]
    assert ranks == sorted(ranks)
    left = list(rows)
    for finding in rich.report.interactions:
        (row,) = [
            one
            for one in left
            if all(name in one[1] for name in finding.drugs)
            and LOOKS[finding.severity].word in one[0]
            and ("inferred" in one[4]) is not finding.documented
        ]
        left.remove(row)
        for level in finding.source_level:
            assert f"{level.source}: {level.level}" in row[4]
            assert level.condition is None or f", under conditions ({level.condition_state})" in row[4]
        assert finding.management.split(";")[0] in row[3]
        assert (", up" in row[2]) is any(", up" in effect for effect in finding.effects)
    assert not left


def test_levels_that_differ_stand_side_by_side(rich: Material) -> None:
    several = [one for one in rich.report.interactions if len({level.source for level in one.source_level}) > 1]
    assert several
    said = words(professional_html(rich, "short"))
    first, second = list({level.source: level for level in several[0].source_level}.values())[:2]
    assert re.search(re.escape(f"{first.source}: {first.level}") + r".{0,60}" + re.escape(f"{second.source}: "), said)


def test_each_step_has_its_badge_and_facts_and_each_fact_its_place_and_basis(rich: Material) -> None:
    said = words(professional_html(rich, "full"))
    steps = [step for finding in rich.report.interactions for step in finding.rationale]
    facts = [fact for finding in rich.report.interactions for fact in finding.facts]
    assert steps
    assert facts
    for step in steps:
        badge = {"supported": "✓ supported", "contradicted": "✗ contradicted", "no_record": "? no record"}[step.status]
        assert f"{step.text} [{badge}; facts: {', '.join(step.facts) or 'none'}]" in said
    for fact in facts:
        assert f"{fact.id}: {fact.text} [" in said
        if fact.basis == "recalled":
            assert "not traced to a source" in said
        else:
            assert f"{' '.join(fact.locator.split())} ({fact.basis})]" in said
            assert rich.words.sources[fact.source].split(";")[0] in said


def test_conditions_alternatives_loads_and_the_text_itself_are_in_the_full_record(rich: Material) -> None:
    said = words(professional_html(rich, "full"))
    report = rich.report
    notes = [note for finding in report.interactions for note in finding.conditions]
    assert notes
    for note in notes:
        state = "not known" if not note.known or note.met is None else "met" if note.met else "not met"
        assert f"{note.needs}: {state}; {note.effect}" in said
    alternatives = [one for finding in report.interactions for one in finding.alternatives]
    assert alternatives
    for one in alternatives:
        assert f"{one.name} instead of {one.instead_of} ({one.shared}); worst with the rest of the list" in said
    assert report.cumulative
    for load in report.cumulative:
        assert f"Adds up over the list: {load.effect}" in said
    assert report.patient
    for statement in report.patient:
        assert f"This patient: {statement.drug}, because of {statement.datum}" in said
    assert "The list as it was written" in said
    for line in RICH.split("\n"):
        assert line in said


def test_an_inferred_finding_and_one_without_confirmed_name_say_so(application: Application, rich: Material) -> None:
    assert any(not finding.documented for finding in rich.report.interactions)
    said = words(professional_html(rich, "full"))
    assert "Inferred from mechanism facts; no source at hand documents this pair" in said
    assert "inferred; no source at hand documents this pair" in words(professional_html(rich, "short"))
    unsure = application.check("simvastatine 40 mg\nclarithromicin 500 mg")
    made = Material(unsure, None, "", rich.made_at, rich.words)
    assert any(finding.provisional for finding in unsure.interactions)
    assert "NOT CONFIRMED" in words(professional_html(made, "short"))
    assert "provisional: a name is not confirmed" in words(professional_html(made, "short"))


def test_nothing_found_is_no_clearance(application: Application) -> None:
    for density in BOTH:
        said = words(professional_html(material_of(application, "xyzolumab"), density))
        assert "None found in what was checked (0 pairs)" in said
        assert "Absence of a finding is no proof that there is no interaction." in said
        assert "NOT CHECKED: 1 entry" in said
        assert "No medicine was recognised." in said


def test_a_clear_list_says_that_every_line_was_recognised(application: Application) -> None:
    said = words(professional_html(material_of(application, "paracetamol 1 g po qds"), "short"))
    assert "✓ NOT CHECKED: nothing; every line was recognised" in said


@pytest.mark.parametrize("text", [RICH, HOSTILE])
def test_the_file_is_self_contained(application: Application, text: str) -> None:
    made = material_of(application, text, title=HOSTILE[:60], remark="<b onload=alert(2)>http://evil.example</b>")
    for html in (professional_html(made, "short"), professional_html(made, "full"), plain_html(made)):
        tree = lxml_html.fromstring(html)
        allowed = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "b", "br", "hr", "span"}
        allowed |= {"table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li"}
        assert {str(element.tag) for element in tree.iter("*")} <= allowed
        for element in tree.iter("*"):
            kept = {"class", "style", "lang", "charset", "content", "name", "http-equiv"}
            assert set(element.keys()) <= kept | {"width", "border", "cellspacing", "cellpadding", "align", "valign", "bgcolor"}
        assert "url(" not in html
        assert "@import" not in html
        assert not re.findall(r"(?i)\b(?:src|href)\s*=\s*[\"'](?:http|//|data)", html)
        assert "default-src 'none'" in html


@pytest.mark.parametrize("density", BOTH)
def test_hostile_lines_and_names_are_shown_as_text(application: Application, density: Density) -> None:
    made = material_of(application, HOSTILE, title="<i>T</i>", remark="<script>r</script>")
    html = professional_html(made, density)
    assert "<script" not in html
    assert "<img" not in html
    said = words(html)
    assert "<script>alert(1)</script>" in said
    assert "<i>T</i>" in said
    assert "<script>r</script>" in said


def test_right_to_left_text_turns_nothing_else(application: Application) -> None:
    made = material_of(application, "סימבסטטין 40 mg\n\u202eevil\u202c simvastatin 40 mg", title="יעל כהן")
    html = professional_html(made, "full")
    assert "&#8296;יעל כהן&#8297;" in html
    assert "&#8296;סימבסטטין 40 mg&#8297;" in html
    assert not set(html) & {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u200f"}
    assert html.count("&#8296;") == html.count("&#8297;")


def test_lines_left_out_are_not_said_to_be_recognised(application: Application) -> None:
    said = words(professional_html(material_of(application, "Medications:\nparacetamol 1 g po qds\n---"), "short"))
    assert "✓ NOT CHECKED: nothing; 2 lines were taken for headings or remarks" in said
    assert "recognised" not in said
    one = words(professional_html(material_of(application, "Medications:\nxyzolumab"), "short"))
    assert "✗ NOT CHECKED: 1 entry, 0 pairs; 1 line was taken for a heading or remark" in one


def test_one_of_each_is_singular(application: Application) -> None:
    said = words(professional_html(material_of(application, "warfarin 5 mg\nibuprofen 400 mg"), "short"))
    assert "2 medicines, 1 pair checked, 0 not checked, 1 finding " in said
    none = words(professional_html(material_of(application, "paracetamol 1 g\namoxicillin 500 mg"), "short"))
    assert "None found in what was checked (1 pair)." in none


@pytest.mark.parametrize("density", BOTH)
def test_what_is_contraindicated_for_the_patient_stands_above_the_findings(application: Application, density: Density) -> None:
    made = material_of(application, f"{SAMPLE}metformin 500 mg", Patient(age_years=81.0, egfr_ml_min=20.0))
    said = words(professional_html(made, density))
    assert said.index("Contraindicated for this patient") < said.index("Metformin is contraindicated at this level")
    assert said.index("Metformin is contraindicated at this level") < said.index("Findings, worst first")
    assert said.index("Findings, worst first") < said.index(" This patient ") < said.index("lactic acidosis with metformin")
