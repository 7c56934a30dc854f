"""What is taken of a language model's answer, and what is rejected and why. Reading raises nothing but its own error."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.teachers.answer_text import MOST_TEXT, RejectedError
from distill.teachers.answers import REASONS, ModelAnswer, read_reply
from distill.teachers.chat import Reply
from distill.teachers.protocol import MECHANISMS, SEVERITIES, Hints, check_distribution
from engine.reasoning.language import DIRECTIONS, Label, ReasonedStep
from tests.distill.teachers.pairs import CODES, SECTIONS, answer, answered, item

STEPS = (
    ReasonedStep("pk.metabolism", "CYP3A4", ("F2", "F4"), "inhibition", "B", "increase"),
    ReasonedStep("pd.additive", "qt_prolongation", ("F3", "F5")),
    ReasonedStep("net_effect", "object_toxicity", ("F2", "F4"), None, "B", "increase"),
)
PROSE = (
    "PK: A blocks CYP3A4, which breaks down B. [F2, F4]\n"
    "PD: Both prolong the QT interval. [F3, F5]\n"
    "Severity: B rises a lot. [F2]\n"
    "Summary: More B. [F2, F4]"
)
TRUNCATED = answered()[:200]


def read(text: str, *, whole: bool = True, hints: Hints | None = None) -> ModelAnswer:
    return read_reply(Reply(text, 1, 1, whole), item(0, hints), CODES, hinted=hints is not None)


def rejection(text: str, *, whole: bool = True, hints: Hints | None = None) -> str:
    with pytest.raises(RejectedError) as caught:
        read(text, whole=whole, hints=hints)
    return caught.value.reason


@pytest.mark.parametrize(
    "text",
    [
        answered(),
        f"```json\n{answered()}\n```\nI hope this helps!",
        f"<think>Is it {{major}}?</think>\n{answered()}",
        f"no opening tag, yet a thought</think>{answered()}",
        f'The form is {{"severity": "...", "direction": "..."}}. My answer:\n{answered()}',
        json.dumps(answer(), indent=2),
        json.dumps({key.upper(): value for key, value in answer().items()}),
        answered(severity="MAJOR.", direction="b-increase (exposure of B goes up)", mechanism="PK Metabolism"),
        answered().replace("CYP3A4, which", "CYP3A4,\n\twhich\a"),
        SECTIONS,
        f"**Answer**\n\n{SECTIONS.replace('SEVERITY:', '**Severity:**').replace('PK:', '## PK:')}",
        SECTIONS.replace("F2, F4", "f2 and F 4"),
    ],
)
def test_an_answer_is_read_whatever_stands_around_it(text: str) -> None:
    found = read(text)
    assert found.label == Label("major", "B_increase", "pk.metabolism")
    assert found.steps == STEPS
    assert found.managements == ("monitor_ecg",)
    assert found.prose.replace("lot [F2].", "lot. [F2]").replace("lot. [F2].", "lot. [F2]") == PROSE
    assert found.severity["major"] == pytest.approx(0.8)
    assert found.severity["none"] == pytest.approx(0.05)


def test_an_answer_without_confidence_is_sure() -> None:
    for confidence in (None, True, "very", -1, 7, float("nan")):
        assert read(answered(confidence=confidence)).direction["B_increase"] == 1.0
    # One that trusts itself less than chance still prefers its own label.
    spread = read(answered(confidence=0)).severity
    assert max(spread, key=spread.__getitem__) == "major"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("x" * (MOST_TEXT + 1), "too_long"),
        ("<think>and on and on", "cut_off"),
        ("I cannot give medical advice.", "unreadable"),
        ("[1, 2, 3]", "unreadable"),
        (TRUNCATED, "unreadable"),
        ("[" * 15_000, "unreadable"),
        ('{"severity":' * 1500, "unreadable"),
        ('{"severity": ' + "9" * 5000 + "}", "unreadable"),
        (answered(severity="severe"), "unknown_label"),
        (answered(severity="major or moderate"), "unknown_label"),
        (answered(severity="not major"), "unknown_label"),
        (answered(severity={"major": 1}), "unknown_label"),
        (answered(direction="increase"), "unknown_label"),
        (answered(direction=None), "unknown_label"),
        (answered(severity="none"), "inconsistent"),
        (answered(mechanism="none"), "inconsistent"),
        (answered(severity="none", mechanism="none"), "inconsistent"),
        (answered(severity_reason="So it is [F9]."), "unknown_fact"),
        (answered(summary={"text": "More.", "facts": [-1]}), "unknown_fact"),
        (answered(pk=[], pd=[]), "no_reasons"),
        (answered(pk=["A blocks CYP3A4."], pd="none"), "no_reasons"),
        (answered(pk=[{"text": "A", "facts": ["F2"]}] * 13), "too_long"),
        (SECTIONS.replace("DIRECTION: B_increase\n", ""), "unknown_label"),
        (SECTIONS.replace("F5", "F6"), "unknown_fact"),
    ],
)
def test_what_cannot_be_taken_is_rejected_with_its_reason(text: str, reason: str) -> None:
    assert rejection(text) == reason
    assert reason in REASONS


def test_an_answer_that_ran_into_its_limit() -> None:
    assert rejection(TRUNCATED, whole=False) == "cut_off"
    assert rejection(SECTIONS[:60], whole=False) == "cut_off"
    # What was cut off came after the answer.
    assert read(f"{answered()} And furth", whole=False).steps == STEPS


def test_no_interaction_needs_no_reasons() -> None:
    found = read(answered(severity="none", direction="none", mechanism="none", pk=[], pd=[], summary="Nothing is shared."))
    assert found.label == Label("none", "none", "none")
    assert found.steps == ()


def test_a_told_direction_must_be_kept() -> None:
    assert read(answered(), hints=Hints("B_increase")).label.direction == "B_increase"
    assert rejection(answered(), hints=Hints("B_decrease")) == "against_hint"


def test_what_the_compact_language_cannot_say_stays_prose() -> None:
    vague = {
        "text": "A changes B by OCT9.",
        "via": "OCT9",
        "role": "inhibition",
        "object": "B",
        "change": "increase",
        "facts": ["F2"],
    }
    found = read(answered(pk=[vague, "A raises B, see F4."], summary="B rises", management=["pray", "avoid", "avoid"]))
    assert found.steps == STEPS[1:2]
    assert found.prose.startswith("PK: A changes B by OCT9. [F2]\nPK: A raises B, see F4. [F4]\n")
    assert found.managements == ("avoid",)


def test_words_for_steps() -> None:
    kinetic = {"text": "x", "via": "cyp3a4", "role": "inhibits", "object": "medicine B", "change": "up", "facts": "F4; F2"}
    joint = {"text": "x", "effect": "Torsades de pointes", "object": "both", "facts": [3, 5]}
    found = read(answered(pk=kinetic, pd=[], summary=joint))
    assert found.steps == (STEPS[0], ReasonedStep("net_effect", "torsades_de_pointes", ("F3", "F5")))


PARTS = st.sampled_from(
    ["severity", "direction", "mechanism", "pk", "pd", "summary", "confidence", "management", "text", "facts", "via", "role"]
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["major", "B_increase", "F2", "none"])
)
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(PARTS | st.text(), inner), max_leaves=8)


def taken_or_rejected(text: str) -> None:
    found, reason = None, ""
    try:
        found = read(text)
    except RejectedError as error:
        reason = error.reason
    if found is None:
        assert reason in REASONS
        return
    for spread, labels in ((found.severity, SEVERITIES), (found.direction, DIRECTIONS), (found.mechanism, MECHANISMS)):
        check_distribution(spread, labels)
    given_ids = {fact.id for fact in item().facts.facts}
    assert all(step.facts and given_ids.issuperset(step.facts) for step in found.steps)


@given(st.text())
def test_any_text(text: str) -> None:
    taken_or_rejected(text)


@given(st.text(alphabet='{}[]":,\n\\ -|*`<>FASPKDthink0123456789severityndo_m'))
def test_text_that_looks_like_an_answer(text: str) -> None:
    taken_or_rejected(f'SEVERITY: major {text} {{"severity": {text}}}')


@settings(max_examples=40)
@given(st.dictionaries(PARTS, TREES, max_size=4))
def test_any_json(changes: dict[str, object]) -> None:
    taken_or_rejected(json.dumps(answer() | changes))


@settings(max_examples=40)
@given(
    st.dictionaries(st.sampled_from(["pk", "pd", "severity_reason", "summary", "management", "confidence"]), TREES, max_size=4)
)
def test_right_labels_with_any_reasons(changes: dict[str, object]) -> None:
    taken_or_rejected(json.dumps(answer() | changes))


@given(st.integers(0, len(answered())), st.booleans())
def test_an_answer_cut_anywhere(length: int, fenced: bool) -> None:
    taken_or_rejected("```json\n" * fenced + answered()[:length])
