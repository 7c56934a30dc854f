"""The labeller: opened only when whole, asked by facts alone, and the labels of a pair add up."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.application import Application
from engine.cancellation import CancelledError
from engine.errors import ResourceError
from engine.interactions.exposure import Exposure
from engine.reasoning.labelling import Labeller, told_shares
from engine.reasoning.language import told_facts
from engine.reasoning.pair_facts import PairFacts, pair_facts
from engine.students.fact_rows import CODES_A_MEETING, fact_array, meetings, rows_of
from engine.students.manifest import Head, LabellerManifest, StudentFile
from engine.students.opening import open_labeller
from engine.students.temperatures import Temperatures
from tests.engine.students.onnx_writing import Graph

TOKENS = ("<A>", "<B>", "<inhibitor>", "<substrate>", "<CYP3A4>", "<strong>", "<sensitive>")
SEVERITIES = ("major", "none")
DIRECTIONS = ("A_increase", "B_increase", "none")
HEADS = (
    Head(name="severity", kind="label", labels=SEVERITIES, start=0, temperature=2.0),
    Head(name="direction", kind="label", labels=DIRECTIONS, start=2),
)
# What each code adds to the logits: a strong modifier to "major", nothing else to anything.
TABLE = np.zeros((len(TOKENS) + 1, 5), dtype=np.float32)
TABLE[1 + TOKENS.index("<strong>"), 0] = 4.0


def model_bytes(classes: int = 5, codes_a_row: int = 4) -> bytes:
    graph = Graph()
    found = graph.node("Gather", graph.constant(TABLE[:, :classes]), "facts")
    graph.node("ReduceSum", found, graph.constant(np.array([1, 2], dtype=np.int64)), output="logits", integers={"keepdims": 0})
    return graph.model({"facts": ("pairs", "facts", codes_a_row)}, {"logits": ("pairs", classes)})


def write(folder: Path, content: bytes | None = None, **changes: object) -> Path:
    content = content or model_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(content)
    file = StudentFile(sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))
    made = LabellerManifest(
        name="labeller",
        kind="labeller",
        version="1",
        created="2026-11-21",
        files={"model.onnx": file},
        base="none",
        licence="Apache-2.0",
        non_commercial=False,
        data=(),
        first_line="Labelled by hand.",
        tokens=TOKENS,
        heads=HEADS,
        parameters=40,
    )
    (folder / "manifest.json").write_text(made.model_copy(update=changes).model_dump_json(), encoding="utf-8")
    return folder


def facts_of(application: Application, first: str, second: str) -> PairFacts:
    return pair_facts(application.store, Exposure(0, 0, first, first), Exposure(1, 1, second, second))


def test_the_labels_of_each_part_add_up_and_follow_from_the_facts(application: Application, tmp_path: Path) -> None:
    labeller = Labeller(open_labeller(write(tmp_path / "ein Schüler")))
    several = [facts_of(application, "clarithromycin", "simvastatin"), facts_of(application, "loratadine", "simvastatin")]
    severity = labeller.probabilities(several, "severity")
    assert labeller.labels("severity") == SEVERITIES
    np.testing.assert_allclose(severity.sum(axis=1), 1.0, rtol=1e-6)
    # One strong inhibitor's 4, divided by the temperature of 2, against 0.
    strong = sum(fact.codes == ("inhibitor", "CYP3A4", "strong") for fact in several[0].facts)
    assert strong == 1
    assert severity[0, 0] == pytest.approx(1 / (1 + np.exp(-2.0)), abs=1e-6)
    assert severity[1, 0] == pytest.approx(0.5)
    np.testing.assert_allclose(labeller.probabilities(several, "direction"), 1 / 3, rtol=1e-6)
    assert labeller.probabilities([], "severity").shape == (0, 2)


def test_more_pairs_than_a_run_takes_give_the_same_and_can_be_cancelled(application: Application, tmp_path: Path) -> None:
    labeller = Labeller(open_labeller(write(tmp_path)))
    pair = facts_of(application, "clarithromycin", "simvastatin")
    calls = []
    many = labeller.probabilities([pair] * 600, "severity", lambda: calls.append(1))
    assert np.ptp(many[:, 0]) == 0.0
    assert len(calls) == 3

    def cancel() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        labeller.probabilities([pair], "severity", cancel)


def test_numbers_of_facts_are_not_told() -> None:
    prompt = ("<pair>", "<F1>", "<A>", "<inhibitor>", "<CYP3A4>", "<strong>", "<F2>", "<patient>", "<elderly>", "<answer>")
    assert told_facts(prompt) == (("<A>", "<inhibitor>", "<CYP3A4>", "<strong>"), ("<patient>", "<elderly>"))
    assert told_facts(("<pair>", "<answer>")) == ()


def test_facts_that_meet_are_told_once_more_together() -> None:
    inhibitor, substrate = ("<A>", "<inhibitor>", "<CYP3A4>", "<strong>"), ("<B>", "<substrate>", "<CYP3A4>", "<sensitive>")
    prodrug = ("<B>", "<prodrug>", "<CYP3A4>")
    raising, taken = (
        ("<A>", "<property>", "<absorption_gastric_ph=raises_ph>"),
        ("<B>", "<property>", "<absorption_gastric_ph=object>"),
    )
    assert meetings([inhibitor, substrate, prodrug, ("<A>", "<route>", "<oral>"), ("<B>", "<route>", "<oral>")]) == [(0, 1)]
    assert meetings([taken, raising]) == [(1, 0)]
    narrow, long = ("<property>", "<narrow_therapeutic_index=yes>"), ("<figure>", "<half_life_h>", "<high>")
    assert meetings([("<A>", *narrow), ("<B>", *narrow), ("<A>", *long), ("<B>", *long)]) == []
    # Those of one medicine alone do not meet, nor do facts of the patient.
    assert meetings([inhibitor, ("<A>", *substrate[1:]), ("<patient>", "<elderly>")]) == []
    rows = rows_of([(1, 3, 5), (2, 4, 5, 7)], [(0, 1)])
    assert rows == [[1, 3, 5], [2, 4, 5, 7], [1, 3, 5, 0, 2, 4, 5, 7]]
    assert fact_array([rows], CODES_A_MEETING)[0, 2].tolist() == rows[2]


def test_a_labeller_is_told_meetings_where_its_manifest_says_so(application: Application, tmp_path: Path) -> None:
    student = open_labeller(write(tmp_path, model_bytes(codes_a_row=8), codes_a_row=8))
    pair = facts_of(application, "clarithromycin", "simvastatin")
    # The strong inhibitor is told alone, and once with each fact that it meets.
    (met,) = Labeller(student).probabilities([pair], "severity")
    facts = [fact.codes for fact in pair.facts if fact.side == "B" and "CYP3A4" in fact.codes and fact.codes[0] == "substrate"]
    assert met[0] == pytest.approx(1 / (1 + np.exp(-2.0 * (1 + len(facts)))), abs=1e-5)
    assert len(facts) == 1
    with pytest.raises(ResourceError, match="is no labeller"):
        open_labeller(write(tmp_path / "other", codes_a_row=8))


def test_pairs_of_medicines_that_were_not_learned_are_told_with_less_certainty(application: Application, tmp_path: Path) -> None:
    head = HEADS[0].model_copy(update={"unseen_temperatures": (4.0, 8.0)})
    pair = facts_of(application, "clarithromycin", "simvastatin")
    both = ("clarithromycin", "simvastatin")
    for learned, temperature in ((both, 2.0), (both[:1], 4.0), (both[1:], 4.0), ((), 8.0)):
        labeller = Labeller(open_labeller(write(tmp_path / str(temperature), heads=(head, HEADS[1]), learned=learned)))
        expected = pytest.approx(1 / (1 + np.exp(-4.0 / temperature)), abs=1e-6)
        assert labeller.probabilities([pair], "severity")[0, 0] == expected


def test_a_model_that_does_not_fit_its_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="other labels"):
        open_labeller(write(tmp_path / "labels", heads=HEADS[:1]))
    with pytest.raises(ResourceError, match="is no labeller"):
        open_labeller(write(tmp_path / "codes", tokens=(*TOKENS, "<new>")))
    with pytest.raises(ResourceError, match="cannot be loaded"):
        open_labeller(write(tmp_path / "damaged", content=b"no model"))
    folder = write(tmp_path / "changed")
    (folder / "model.onnx").write_bytes(model_bytes()[:-1] + b"x")
    with pytest.raises(ResourceError, match="is not the one"):
        open_labeller(folder)


def test_shares_after_a_severity_are_told_whatever_it_turns_out_to_be(application: Application) -> None:
    pair = facts_of(application, "clarithromycin", "simvastatin")
    plain = Temperatures({"severity": 1.0, "none": 1.0, "direction": 1.0})
    severity = {"moderate": 0.6, "none": 0.4}
    written = [severity, {"B_increase": 0.9, "none": 0.1}]
    told = told_shares("direction", written, plain, pair)
    assert told == pytest.approx({"B_increase": 0.6 * 0.9, "none": 0.6 * 0.1 + 0.4})
    assert told_shares("severity", written[:1], plain, pair) == severity
    # After "none" nothing else could be written.
    none = [{"moderate": 0.4, "none": 0.6}, {"none": 1.0}]
    assert told_shares("direction", none, plain, pair) == pytest.approx({"none": 0.6})
    # Of what was overlooked half changes no exposure or effect; but each has a mechanism.
    half = replace(plain, known=dict(plain.known, mechanism=1.0), undirected=0.5)
    assert told_shares("direction", none, half, pair) == pytest.approx({"none": 0.8})
    assert told_shares("mechanism", none, half, pair) == pytest.approx({"none": 0.6})


def test_no_interaction_is_told_with_a_certainty_of_its_own(application: Application) -> None:
    pair = facts_of(application, "clarithromycin", "simvastatin")
    sure = Temperatures({"severity": 2.0, "none": 0.5, "direction": 1.0, "mechanism": 1.0})
    nothing, something = {"none": 0.6, "major": 0.4}, {"none": 0.4, "major": 0.6}
    assert told_shares("severity", [nothing], sure, pair) == pytest.approx({"none": 9 / 13, "major": 4 / 13})
    other = 0.4**0.5 / (0.4**0.5 + 0.6**0.5)
    assert told_shares("severity", [something], sure, pair) == pytest.approx({"none": other, "major": 1 - other})
    # What follows counts on the same share.
    assert told_shares("mechanism", [nothing, {"none": 1.0}, {"none": 1.0}], sure, pair) == pytest.approx({"none": 9 / 13})
    told = told_shares("mechanism", [something, {"B_increase": 1.0}, {"pk.metabolism": 1.0}], sure, pair)
    assert told == pytest.approx({"pk.metabolism": 1 - other, "none": other})


def test_a_reasoner_is_less_sure_of_medicines_that_it_never_learned_from(application: Application) -> None:
    pair = facts_of(application, "clarithromycin", "simvastatin")
    severity = [{"major": 0.8, "none": 0.2}]
    for learned, share in ((("clarithromycin", "simvastatin"), 0.8), (("simvastatin",), 2 / 3), ((), 1 / (1 + 0.25 ** (1 / 3)))):
        told = told_shares(
            "severity", severity, Temperatures({"severity": 1.0}, {"severity": (2.0, 3.0)}, frozenset(learned)), pair
        )
        assert told["major"] == pytest.approx(share)
