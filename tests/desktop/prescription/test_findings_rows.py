"""What a row of the findings says, on the real knowledge: roles, action, differing sources, what is unknown, one row a pair."""

import pytest

from desktop.prescription.choice import choice_of
from desktop.prescription.filters import Filter
from desktop.prescription.findings_rows import Row, Shown, shown_in_steps
from desktop.prescription.findings_status import result_words
from engine.application import Application
from engine.checking import CheckOptions
from engine.prescriptions.patient import Patient
from engine.report import Report
from tools.screens import LONG_LIST

OPTIONS = CheckOptions(provisional=False, with_alternatives=False)


@pytest.fixture(scope="module")
def report(application: Application) -> Report:
    """The list of forty."""
    return application.check(LONG_LIST, options=OPTIONS)


def shown(report: Report, wanted: Filter | None = None) -> Shown:
    """Everything at once."""
    last = list(shown_in_steps(report, wanted or Filter()))[-1]
    assert last is not None
    return last


def rows(given: Shown) -> list[Row]:
    """Rows of pairs."""
    return [row for group in given.groups if group.look for row in group.rows]


def row(given: Shown, title: str) -> Row:
    """The row of a title."""
    return next(one for one in rows(given) if one.title == title)


def test_one_row_a_pair_and_the_other_finding_is_named(report: Report) -> None:
    pairs = {frozenset(one.rows) for one in report.interactions}
    assert len(report.interactions) > len(pairs)
    assert len(rows(shown(report))) == len({one.choice for one in rows(shown(report))}) == len(pairs)
    both = row(shown(report), "verapamil raises sildenafil")
    assert "+ 1 documented finding (minor): low blood pressure" in both.remarks


def test_groups_are_worst_first_with_inferred_apart(report: Report) -> None:
    keys = [group.key for group in shown(report).groups]
    assert keys[:7] == [
        *("contraindicated documented", "major documented", "major inferred", "moderate documented"),
        *("moderate inferred", "minor documented", "minor inferred"),
    ]
    assert keys[7:] == ["list", "missing"]
    inferred = shown(report).groups[2]
    assert inferred.title == "▲ Major, inferred (1): from mechanism, no source documents it"
    assert not inferred.filled
    assert "inferred from mechanism" in inferred.rows[0].spoken


def test_a_row_says_who_acts_on_whom_what_can_happen_and_what_to_do(report: Report) -> None:
    first = row(shown(report), "clarithromycin raises simvastatin (line 1)")
    assert first.text == "Muscle damage, up to rhabdomyolysis\nAction: do not combine"
    assert row(shown(report), "clarithromycin raises simvastatin (line 40)").choice != first.choice
    assert row(shown(report), "St John's wort lowers warfarin").text.endswith("(+1 more)")
    assert row(shown(report), "amiodarone + citalopram").text.startswith("Torsades")
    assert first.spoken.startswith("clarithromycin raises simvastatin (line 1) — Contraindicated; documented; Muscle damage")


def test_sources_that_differ_stand_side_by_side_with_what_decides(report: Report) -> None:
    remarks = row(shown(report), "clarithromycin raises sildenafil").remarks.split("\n")
    assert remarks[0].startswith("Sources differ: Maker's label: contraindication, if its condition is met | ANSM 2019: not")
    assert remarks[1] == "? Not known and decides: use of sildenafil"
    assert not row(shown(report), "clarithromycin raises simvastatin (line 1)").remarks


def test_rows_mean_the_same_as_the_page_s_choices(report: Report) -> None:
    for one in report.interactions[:40]:
        assert choice_of(report, one) in {each.choice for each in rows(shown(report))}


def test_a_filter_marks_what_stays_and_what_a_row_leaves_out(report: Report) -> None:
    filtered = shown(report, Filter("contraindicated", medicine="-"))
    assert len(rows(filtered)) == 12
    assert all("Outside the filter" in one.remarks for one in rows(filtered))
    assert len(filtered.hidden) == len(filtered.sifted.hidden) == len(rows(shown(report))) - 12
    documented = shown(report, Filter(inferred=False))
    both = row(documented, "verapamil + sildenafil")
    assert "+ 1 inferred finding (moderate): more adverse effects of the affected medicine (outside the filter)" in both.remarks


def test_the_summary_counts_pairs_by_their_worst(report: Report) -> None:
    counts = shown(report).sifted.worst
    assert sum(counts.values()) == len(rows(shown(report)))
    # The filter hides findings, and the summary still counts them.
    assert shown(report, Filter(least_severity="major")).sifted.worst == counts
    words = result_words(report, counts)
    assert words.startswith(f"12 contraindicated, {counts['major']} major, ")
    assert words.endswith(f"; {report.pairs_checked} pairs checked")


def test_a_statement_on_the_patient_has_its_own_group(application: Application) -> None:
    report = application.check("metformin 1 g bd", Patient(egfr_ml_min=20), OPTIONS)
    group = shown(report).groups[0]
    assert group.key == "patient"
    assert group.title == f"This patient ({len(report.patient)})"
    assert group.rows[0].title == "metformin"
    assert "for this patient" in group.rows[0].spoken


def test_what_is_missing_is_written_as_it_is_written_everywhere(report: Report) -> None:
    titles = [one.title for one in shown(report).groups[-1].rows]
    assert {"eGFR", "INR", "Age", "Potassium"} <= set(titles)


def test_a_provisional_finding_says_so(application: Application) -> None:
    report = application.check("warfarrin 5 mg\naspirin 75 mg", options=CheckOptions(with_alternatives=False))
    assert "Provisional: a name is not confirmed" in rows(shown(report))[0].remarks
