"""The ablation in the report: arms beside the reference of the same budget, and nothing said where the budget is another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("llama_cpp")

from distill.corpora.pairs import TEST_SPLITS
from distill.evaluation.labels import LabelAnswer
from distill.evaluation.pair_report_ablation import ArmTraining, ablation_blocks, arm_trainings, paired_difference
from distill.evaluation.pair_report_following import Following, Share
from distill.evaluation.pair_report_page import Block, Points, Table, Words
from distill.evaluation.pair_report_rows import Speed, row_of
from distill.evaluation.pair_report_students import MeasuredReasoner
from distill.evaluation.pair_report_training import Training
from distill.export.arms import REFERENCE
from distill.training.reasoner_settings import ReasonerSettings
from engine.errors import InputError
from engine.reasoning.language import Label

MAJOR, NONE = Label("major", "B_increase", "pk.metabolism"), Label("none", "none", "none")
NOTHING = Share(pairs=0, hits=0)
SETTINGS = ReasonerSettings(steps=40, batch_tokens=640)
REPORT = {"device": "cpu", "step": 40, "steps": 40, "seconds": 1800.0, "items": 1200, "parameters": 7000}


def measured(name: str, right: int, *, supported: float = 0.9, steps: float = 50) -> MeasuredReasoner:
    """One that calls `right` of twenty pairs rightly in each split, half of which interact."""
    truths = [MAJOR, NONE] * 10
    answers = [
        LabelAnswer(
            truth,
            {truth.severity if place < right else "minor": 0.9, "moderate": 0.1},
            {truth.direction: 1.0},
            {truth.mechanism: 1.0},
        )
        for place, truth in enumerate(truths)
    ]
    part = {"steps": steps, "steps_supported": supported, "wrong_direction": 1.0 - supported}
    return MeasuredReasoner(
        row=row_of(name, "arm", dict.fromkeys(TEST_SPLITS, answers), Speed()),
        steps=dict.fromkeys(TEST_SPLITS, part),
        steps_shipped={},
        answers_per_s=1.0,
        tokens_per_s=1.0,
        following=Following(dropped=NOTHING, dropped_others=NOTHING, shuffled=NOTHING, turned=NOTHING, exchanged=NOTHING),
        labeller_following=None,
        simulated=(),
    )


def trained(name: str, **other: object) -> ArmTraining:
    return ArmTraining(Training.model_validate({"name": name, **REPORT, **other}), SETTINGS)


def table(blocks: list[Block], caption: str) -> dict[str, tuple[str, ...]]:
    (found,) = (one for one in blocks if isinstance(one, Table) and one.caption.startswith(caption))
    return {row[0]: row[1:] for row in found.rows}


def words(blocks: list[Block]) -> str:
    return " ".join(one.text for one in blocks if isinstance(one, Words))


def test_arms_are_told_by_how_much_they_differ_from_the_reference() -> None:
    arms = [measured(REFERENCE.name, 14), measured("rationale first", 10, supported=0.95), measured("without hints", 14, steps=0)]
    names = [one.row.name for one in arms]
    blocks = list(ablation_blocks(arms, {name: trained(name) for name in names}))
    (points,) = (one for one in blocks if isinstance(one, Points))
    assert points.points[1] == "rationale first: the label is written after the steps."
    assert table(blocks, "How arms were trained")["without hints"] == ("1,200", "40", "0.50", "cpu")
    severity = table(blocks, "Severity")
    assert list(severity) == ["rationale first", "without hints"]
    # Fourteen of twenty against ten: 20 points less, surely, since the ten are among the fourteen.
    assert all(cell.startswith("-20.0 (") and cell.endswith("-5.0)") for cell in severity["rationale first"][3:])
    assert severity["without hints"] == ("+0.0",) * 3 + ("+0.0 (+0.0 to +0.0)",) * 3
    assert all(float(cell) < -10.0 for cell in severity["rationale first"][:3])
    steps = table(blocks, "Other labels and steps")
    assert steps["rationale first"] == ("+0.0", "+0.0", "+5.00", "-5.00")
    assert steps["without hints"][2:] == ("not measured", "not measured")
    told = words(blocks)
    assert "40 steps of at most 640 tokens and 7,000 weights" in told
    assert "points wide" in told


def test_arms_of_another_budget_are_not_compared() -> None:
    arms = [measured(REFERENCE.name, 14), measured("with curriculum", 10), measured("from elsewhere", 12)]
    trainings = {REFERENCE.name: trained(REFERENCE.name), "with curriculum": trained("with curriculum", steps=50)}
    blocks = list(ablation_blocks(arms, trainings))
    severity = table(blocks, "Severity")
    assert set(severity["with curriculum"]) == set(severity["from elsewhere"]) == {"other budget"}
    assert table(blocks, "How arms were trained")["from elsewhere"] == ("not said",) * 4


def test_without_the_reference_nothing_is_compared() -> None:
    blocks = list(ablation_blocks([measured("with curriculum", 10)], {"with curriculum": trained("with curriculum")}))
    assert "what each part is worth is not said" in words(blocks)
    assert [one.caption for one in blocks if isinstance(one, Table)] == ["How arms were trained"]
    assert not list(ablation_blocks([], {}))


def test_paired_differences_have_an_interval_that_holds_them() -> None:
    own, theirs = [True] * 60 + [False] * 40, [True] * 40 + [False] * 40 + [True] * 20
    value, low, high = paired_difference(own, theirs)
    assert value == pytest.approx(0.0)
    assert low < 0.0 < high
    assert high - low == pytest.approx(2 * 1.96 * (0.4 / 100) ** 0.5, rel=0.2)
    with pytest.raises(ValueError, match="the same pairs"):
        paired_difference(own, theirs[1:])


def test_trainings_lie_beside_the_students(tmp_path: Path) -> None:
    students = {name: tmp_path / name / "student" for name in ("with curriculum", "from elsewhere")}
    folder = tmp_path / "with curriculum" / "training"
    folder.mkdir(parents=True)
    (folder / "report.json").write_text(json.dumps(REPORT), encoding="utf-8")
    (folder / "settings.json").write_text(SETTINGS.model_dump_json(), encoding="utf-8")
    found = arm_trainings(students)
    assert list(found) == ["with curriculum"]
    assert found["with curriculum"].budget == (40, 640, 7000)
    (folder / "settings.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be used"):
        arm_trainings(students)
