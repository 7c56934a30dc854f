"""Parts of the report on students of pairs: what is kept, what is drawn, and what the page says where something is missing."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from distill.corpora.pairs import PairSplit
from distill.evaluation.labels import LabelAnswer
from distill.evaluation.pair_report_drawing import reliability, risk_by_coverage, severity_figure, training_figure
from distill.evaluation.pair_report_kept import Keeping
from distill.evaluation.pair_report_page import Page, Points, Table, Words, html_lines, markdown_lines, write_page
from distill.evaluation.pair_report_rows import Row, Speed, row_of, timed
from distill.evaluation.pair_report_targets import target_blocks
from distill.evaluation.pair_report_training import read_training, trainings_of_run
from distill.evaluation.planted import PlantedFigures
from engine.errors import InputError
from engine.reasoning.language import AXES, Label

MAJOR, NONE = Label("major", "B_increase", "pk.metabolism"), Label("none", "none", "none")


def answer(truth: Label, sure: float, said: str = "major") -> LabelAnswer:
    other = "none" if said == "major" else "major"
    return LabelAnswer(truth, {said: sure, other: 1.0 - sure}, {truth.on("direction"): 1.0}, {truth.mechanism: 1.0})


def row(name: str, right: int, wrong: int = 0) -> Row:
    """So many right answers and so many wrong ones, in each split."""
    answers = [answer(MAJOR, 0.9)] * right + [answer(NONE, 0.9, "none")] * right + [answer(NONE, 0.6)] * wrong
    return row_of(name, "student", {"warm": answers, "s1": answers, "s2": answers}, Speed(alone=10.0))


def test_a_row_has_the_figures_of_its_answers() -> None:
    answers = [answer(MAJOR, 0.9), answer(MAJOR, 0.8), answer(NONE, 0.7, "none"), answer(NONE, 0.6)]
    found = row_of("one", "teacher", {"warm": answers, "s1": []}, Speed(alone=5.0), {"warm": 8, "s1": 3})
    part = found.figures["warm"]
    assert part["answered"] == 0.5
    assert part["severity_accuracy"] == 0.75
    assert part["direction_macro_f1"] == part["mechanism_macro_f1"] == 1.0
    assert part["severity_macro_f1"] == pytest.approx((0.8 + 2 / 3) / 2)
    # It says nothing of any pair of S1.
    assert "s1" not in found.figures
    assert found.severity["warm"] == ((0.9, True), (0.8, True), (0.7, True), (0.6, False))
    assert Row.model_validate_json(found.model_dump_json()) == found


def test_pace_counts_what_was_made() -> None:
    found, pace = timed(lambda: [math.factorial(number) for number in range(300)])
    assert len(found) == 300
    assert pace > 300


def test_what_was_measured_is_kept_until_the_model_changes(tmp_path: Path) -> None:
    asked: list[str] = []

    def make(name: str) -> Row:
        asked.append(name)
        return row(name, 3)

    keeping = Keeping(tmp_path / "kept", "pairs")
    first = keeping.kept(("one", "a"), Row, lambda: make("a"))
    assert keeping.kept(("one", "a"), Row, lambda: make("never")) == first
    keeping.kept(("one", "b"), Row, lambda: make("b"))
    Keeping(tmp_path / "kept", "other pairs").kept(("one", "a"), Row, lambda: make("other pairs"))
    assert asked == ["a", "b", "other pairs"]
    for path in (tmp_path / "kept").iterdir():
        path.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="delete that file"):
        keeping.kept(("one", "a"), Row, lambda: make("never"))


def test_what_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="Nothing can be written"):
        Keeping(tmp_path / "file").kept(("one",), Row, lambda: row("one", 2))
    with pytest.raises(InputError, match="Nothing can be written"):
        write_page(Page("first", "title", ()), tmp_path / "file", "page")


def test_a_page_is_the_same_in_both_forms_and_escaped() -> None:
    table = Table("A < B", ("who", "x|y"), (("<b>", "1"),))
    page = Page("Labelled by hand.", "Report & more", (Words("a <i> b"), Points(("one", "two")), table))
    markdown, html = list(markdown_lines(page)), "\n".join(html_lines(page))
    assert markdown[:3] == ["Labelled by hand.", "", "# Report & more"]
    assert "| who | x\\|y |" in markdown
    assert "- two" in markdown
    for part in (
        "a &lt;i&gt; b",
        "<caption>A &lt; B</caption>",
        '<th scope="row">&lt;b&gt;</th><td>1</td>',
        "Report &amp; more</h1>",
    ):
        assert part in html
    with pytest.raises(ValueError, match="a cell for each column"):
        Table("wrong", ("one", "two"), (("alone",),))


def test_curves_are_what_was_answered() -> None:
    sure = ((0.95, True),) * 9 + ((0.95, False),) + ((0.55, False),) * 10 + ((0.25, True),)
    # A single answer is no point; the surest come first.
    (unsure, wrong), (certain, right) = reliability(sure)
    assert [unsure, certain] == pytest.approx([0.55, 0.95])
    assert (wrong, right) == (0.0, 0.9)
    assert reliability(()) == risk_by_coverage(()) == []
    points = risk_by_coverage(sure)
    assert points[0] == (20 / 21, 11 / 20)
    assert points[-1] == (1.0, 11 / 21)


def test_figures_are_drawn_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    rows = [row("labeller", 12), row("reasoner", 9, 5)]
    drawn = severity_figure(rows)
    assert drawn == severity_figure(rows)
    assert drawn.lstrip().startswith(b"<?xml")
    assert b"http" not in drawn.partition(b"<defs>")[2].replace(b"http://www.w3.org", b"")
    validations = [{"step": step, "loss": 2.0 / step, "severity_macro_f1": 0.1 * step} for step in (1, 2, 3)]
    report = {"device": "CPU", "step": 3, "steps": 3, "seconds": 5.0, "items": 9, "parameters": 7, "torch": "2"}
    folder = tmp_path / "reasoner-training"
    folder.mkdir()
    (folder / "report.json").write_text(json.dumps(report | {"validations": validations}), encoding="utf-8")
    assert trainings_of_run(tmp_path) == {"reasoner": folder}
    training = read_training("reasoner", folder)
    assert len(training.validations) == 3
    assert training_figure([training]).lstrip().startswith(b"<?xml")
    (folder / "report.json").write_text(json.dumps(report | {"validations": [{"loss": 1.0}]}), encoding="utf-8")
    with pytest.raises(InputError, match="damaged"):
        read_training("reasoner", folder)


def test_targets_are_met_missed_or_not_measured() -> None:
    pytest.importorskip("llama_cpp")
    from distill.evaluation.pair_report_following import Following, Share
    from distill.evaluation.pair_report_students import MeasuredReasoner

    nothing = Share(pairs=0, hits=0)
    following = Following(dropped=nothing, dropped_others=nothing, shuffled=nothing, turned=nothing, exchanged=nothing)
    steps: dict[PairSplit, dict[str, float]] = {"warm": {"wrong_direction": 0.004}, "s2": {"wrong_direction": 0.031}}
    reasoner = MeasuredReasoner(
        row=row("reasoner", 30, 40),
        steps=steps,
        steps_shipped={},
        answers_per_s=1.0,
        tokens_per_s=2.0,
        following=following,
        labeller_following=None,
        simulated=(),
    )
    planted = PlantedFigures({"wrong target": {"no_record": 9, "supported": 1}}, 100, {"pd.additive": 1})
    _heading, table = target_blocks([row("labeller", 40), reasoner.row], reasoner, planted)
    assert isinstance(table, Table)
    found = {(one[0], one[1]): one[2:] for one in table.rows}
    assert found["reasoner at or above the labeller", "severity macro-F1, S1"][1] == "missed"
    assert found["labeller above gradient boosting", "severity macro-F1, S2"] == ("not measured", "not measured")
    assert found["wrong-direction steps at most 1.5% of steps", "its own label, worst split"] == ("3.10 %", "missed")
    assert found["wrong-direction steps at most 1.5% of steps", "the labeller's label"] == ("not measured", "not measured")
    errors = reasoner.row.figures["s2"]
    told = [f"{errors[f'{axis}_ece']:.3f}" for axis in AXES]
    where = "severity, direction, mechanism, S2"
    met = "met" if max(map(float, told)) <= 0.05 else "missed"
    assert found["reasoner: calibration error at most 0.05", where] == (", ".join(told), met)
    assert found["no planted error badged as supported", "verifier"] == ("1 of 10", "missed")
    assert found["true steps wrongly rejected at most 2%", "verifier"] == ("1.00 % of 100", "met")
