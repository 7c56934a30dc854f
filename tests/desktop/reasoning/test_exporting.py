"""Where the student disagrees, as a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.application import Application
from engine.reasoning.agreement import Comparison
from engine.report import Generated, GeneratedLabel, Interaction, Report
from engine.reports.disagreements import disagreements_csv
from tests.desktop.reasoning.bench import LIST, Bench
from tests.engine.reasoning.scripted import FIRST_LINE, Script, with_reasoner
from tests.engine.reasoning.test_agreement import generated as _generated


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("wrong", [False, True])
def test_disagreements_are_exported(qtbot: QtBot, application: Application, tmp_path: Path, wrong: bool) -> None:
    bench = Bench(qtbot, with_reasoner(application, Script(wrong=wrong)))
    bench.check(LIST)
    assert not bench.panel.export.isVisible()
    bench.panel.explain_all.click()
    bench.written()
    assert bench.panel.export.isVisible()
    path = tmp_path / "Prüf stand" / "table.csv"
    bench.panel.exporter.export_to(path, bench.report, bench.panel.written_pairs)
    bench.wait_for("⚠ Not written: The folder does not exist")
    path.parent.mkdir()
    bench.panel.exporter.export_to(path, bench.report, bench.panel.written_pairs)
    bench.wait_for("Written to")
    rows = rows_of(path.read_bytes())
    found = {(row["medicine_1"], row["medicine_2"]): row for row in rows if row["row"] in ("disagreement", "contradicted")}
    assert ("acetylsalicylic acid", "warfarin") in found
    assert (("simvastatin", "clarithromycin") in found) is wrong
    if wrong:
        row = found["simvastatin", "clarithromycin"]
        assert row["direction"] == "simvastatin increase"
        assert row["student_direction"] == "simvastatin decrease (0.89)"
        assert row["contradicted"] == "yes"
        assert "[contradicted, against it: " in row["steps"]
        assert "clarithromycin is a strong inhibitor of CYP3A4 [ansm-2019]" in row["facts"]
    last = {row["row"]: row["text"] for row in rows}
    assert last["counted"] == f"{len(found)} of 4 findings that the student wrote about"
    assert last["taught by"] == FIRST_LINE
    assert last["intended use"] == application.notice
    bench.close()


def test_no_cell_is_a_formula(application: Application) -> None:
    report = application.check(LIST)
    finding = report.interactions[0]
    generated = Generated(
        student="=cmd()",
        version="1",
        taught_by="+1",
        labelled_by="labeller 1",
        label=GeneratedLabel(severity={}, direction={}, mechanism={}),
        agrees=False,
        disagreements=("-1",),
        steps=(),
        facts=(),
        contradicted=False,
        tokens_per_second=1.0,
    )
    cells = [cell for row in rows_of(disagreements_csv(report, _pairs(report, finding, generated))) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_label_stands_under_the_name_of_who_gave_it(application: Application) -> None:
    report = application.check(LIST)
    made = _generated(Comparison(False, ("severity",), ("severity: minor instead of major",)))
    row = rows_of(disagreements_csv(report, [(report.interactions[0], made)]))[0]
    assert (row["student_severity"], row["labelled_by"], row["student"]) == ("moderate (0.90)", "labeller 0", "reasoner 0")


def test_the_facts_against_a_step_are_in_the_table(qtbot: QtBot, application: Application) -> None:
    bench = Bench(qtbot, with_reasoner(application, Script()))
    bench.check("paroxetine 20 mg\ncodeine 30 mg")
    bench.choose("paroxetine", "codeine")
    bench.explain()
    row = rows_of(disagreements_csv(bench.report, bench.panel.written_pairs))[0]
    assert "[contradicted, against it: codeine is a prodrug activated by CYP2D6]" in row["steps"]
    assert "codeine is a prodrug activated by CYP2D6 [" in row["facts"]
    bench.close()


def test_what_is_no_plain_agreement_is_counted_by_itself(application: Application) -> None:
    report = application.check(LIST)
    alone, torn = (
        _generated(Comparison(True, ("severity",))),
        _generated(Comparison(None, unsure="interaction 74 %, of which major 60 %")),
    )
    first, second = report.interactions[:2]
    rows = {row["row"]: row["text"] for row in rows_of(disagreements_csv(report, [(first, alone), (second, torn)]))}
    assert rows["counted"] == "0 of 2 findings that the student wrote about"
    assert rows["same severity"].startswith("1 of 2 findings: the same severity, and nothing else")
    assert rows["same severity"].endswith(" + ".join(first.drugs))
    assert rows["unsure"].startswith("1 of 2 findings: the student is unsure")
    assert rows["unsure"].endswith(" + ".join(second.drugs))


def _pairs(report: Report, finding: Interaction, generated: Generated) -> list[tuple[Interaction, Generated]]:
    assert finding in report.interactions
    return [(finding, generated)]
