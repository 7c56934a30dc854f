"""A label beside a finding: what is compared, what is said, and where the student is only unsure."""

import pytest

from engine.application import Application
from engine.checking import CheckOptions
from engine.cli.explain_terminal import agreement_words
from engine.reasoning.agreement import Comparison, compared
from engine.report import Generated, GeneratedLabel, Interaction, MechanismNote


@pytest.fixture(scope="module")
def finding(application: Application) -> Interaction:
    """Digoxin is lowered, by its absorption."""
    report = application.check("colestyramine 4 g po; digoxin 125 mcg po", options=CheckOptions(with_alternatives=False))
    (found,) = report.interactions
    assert (found.severity, found.object, found.direction) == ("moderate", "digoxin", "decrease")
    assert [note.kind for note in found.mechanisms] == ["pk.absorption"]
    return found


def label(severity: str = "moderate", direction: str = "digoxin decrease", mechanism: str = "pk.absorption") -> GeneratedLabel:
    return GeneratedLabel(severity={severity: 0.9}, direction={direction: 0.9}, mechanism={mechanism: 0.9})


def generated(made: Comparison) -> Generated:
    return Generated(
        student="reasoner",
        version="0",
        taught_by="",
        labelled_by="labeller 0",
        label=label(),
        agrees=made.agrees,
        compared=made.compared,
        disagreements=made.disagreements,
        unsure=made.unsure,
        steps=(),
        facts=(),
        contradicted=False,
        tokens_per_second=1.0,
    )


def said(made: Comparison) -> str:
    """As the terminal says it."""
    return agreement_words(generated(made))


def test_the_same_label_agrees(finding: Interaction) -> None:
    assert said(compared(label(), finding)) == "= Agrees with the finding."


def test_another_direction_and_mechanism_disagree_in_words(finding: Interaction) -> None:
    made = compared(label(direction="none", mechanism="pd.additive"), finding)
    assert made.agrees is False
    assert said(made) == (
        "≠ Disagrees with the finding, which stands as it is: direction: neither medicine changed by the other instead of "
        "exposure or effect of digoxin lowered; mechanism: PD: additive instead of PK: absorption."
    )


@pytest.mark.parametrize(
    ("direction", "words"),
    [
        ("digoxin increase", "exposure or effect of digoxin raised"),
        ("colestyramine decrease", "exposure or effect of colestyramine lowered"),
    ],
)
def test_the_other_way_and_the_other_medicine_disagree(finding: Interaction, direction: str, words: str) -> None:
    made = compared(label(direction=direction), finding)
    assert made.disagreements == (f"direction: {words} instead of exposure or effect of digoxin lowered",)


def test_both_denies_no_direction_and_states_none(finding: Interaction) -> None:
    assert said(compared(label(direction="both"), finding)) == "= Agrees with the finding in severity and mechanism."
    either = finding.model_copy(update={"direction": "either"})
    assert said(compared(label(direction="both"), either)) == "= Agrees with the finding."
    assert said(compared(label(direction="digoxin increase"), either)) == "= Agrees with the finding."
    assert compared(label(direction="none"), either).disagreements == (
        "direction: neither medicine changed by the other instead of exposure or effect of digoxin raised or lowered",
    )


@pytest.mark.parametrize(
    ("known", "written", "difference"),
    [
        ("pk.absorption", "pk.metabolism", "PK: metabolism instead of PK: absorption"),
        ("pd.additive", "pk.metabolism", "PK: metabolism instead of PD: additive"),
        ("pk.unspecified", "pk.metabolism", ""),
        ("pk.metabolism", "pk.unspecified", ""),
        ("pk.unspecified", "pd.additive", "PD: additive instead of PK: way not stated"),
    ],
)
def test_mechanisms_are_compared_by_family_and_kind(finding: Interaction, known: str, written: str, difference: str) -> None:
    stated = finding.model_copy(update={"mechanisms": (MechanismNote(kind="unknown"), MechanismNote(kind=known))})
    made = compared(label(mechanism=written), stated)
    assert made.compared == ("severity", "direction", "mechanism")
    assert made.disagreements == ((f"mechanism: {difference}",) if difference else ())


@pytest.mark.parametrize("mechanism", ["unknown", "none"])
def test_agreement_in_severity_alone_is_said_as_that(finding: Interaction, mechanism: str) -> None:
    bare = finding.model_copy(update={"object": None, "precipitant": None, "direction": None})
    made = compared(label(mechanism=mechanism), bare)
    assert said(made) == "= Same severity as the finding; nothing else of the label can be compared."
    unknown = bare.model_copy(update={"mechanisms": (MechanismNote(kind="unknown"),)})
    assert said(compared(label(), unknown)).startswith("= Same severity")
    assert compared(label(severity="major", mechanism=mechanism), bare).disagreements == ("severity: major instead of moderate",)


def test_a_bare_plurality_of_none_is_unsure_and_no_disagreement(finding: Interaction) -> None:
    severity = {"none": 0.26, "contraindicated": 0.25, "major": 0.24, "moderate": 0.23, "minor": 0.02}
    torn = GeneratedLabel(severity=severity, direction={"none": 0.26}, mechanism={"none": 0.26})
    made = compared(torn, finding)
    assert (made.agrees, made.compared, made.disagreements) == (None, (), ())
    assert said(made) == (
        "? Unsure, so it neither agrees nor disagrees with the finding: "
        "interaction 74 %, of which contraindicated 25 %, major 24 %, moderate 23 %."
    )


def test_a_none_that_is_meant_disagrees_in_the_severity_alone(finding: Interaction) -> None:
    sure = GeneratedLabel(severity={"none": 0.5, "major": 0.5}, direction={"none": 0.5}, mechanism={"none": 0.5})
    assert compared(sure, finding).disagreements == ("severity: none found instead of moderate",)
