"""The reasoner asked about a finding: what it tells of its label."""

from engine.application import Application
from engine.checking import CheckOptions
from engine.prescriptions.patient import Patient
from engine.reasoning.language import Answer, Label
from engine.reasoning.reasoner import Reasoner, facts_of_finding
from engine.report import Generated
from engine.students.temperatures import CALIBRATED
from tests.engine.reasoning.scripted import Prompt, Script, with_reasoner

LIST = "simvastatin 40 mg\nclarithromycin 500 mg bd"


def unsure(application: Application, script: Script) -> Generated:
    """What a student says that is hardly surer of one label than of any other."""
    student = with_reasoner(application, script).students.reasoner()
    manifest = student.manifest.model_copy(update={"temperatures": dict.fromkeys(CALIBRATED, 20.0)})
    reasoner = Reasoner(manifest, {token: number for number, token in enumerate(student.tokens)}, student.process)
    report = application.check(LIST, options=CheckOptions(with_alternatives=False))
    (finding,), patient = report.interactions, Patient()
    facts = facts_of_finding(application.store, report, finding, patient)
    telling = reasoner.explain(application.store, finding, facts, patient)
    while True:
        try:
            next(telling)
        except StopIteration as ended:
            generated: Generated = ended.value
            return generated


def test_what_was_written_is_told_first_also_where_none_is_likelier(application: Application) -> None:
    generated = unsure(application, Script())
    (direction, share), *others = generated.label.direction.items()
    assert direction == "simvastatin increase"
    # Each single direction is less likely than that there is no interaction at all.
    assert others[0] == ("none", max(generated.label.direction.values()))
    assert share < others[0][1]
    assert next(iter(generated.label.mechanism)) == "pk.metabolism"
    assert generated.agrees


def test_a_written_direction_against_the_finding_is_a_disagreement_however_unsure(application: Application) -> None:
    generated = unsure(application, Script(wrong=True))
    assert not generated.agrees
    assert generated.disagreements == (
        "direction: exposure or effect of simvastatin lowered instead of exposure or effect of simvastatin raised",
    )


class _Nothing(Script):
    """Writes that there is no interaction, whatever it is told."""

    def answer(self, prompt: Prompt) -> Answer:
        """As in the contract."""
        return Answer(Label("none", "none", "none"), ())


def test_a_none_that_is_hardly_likelier_than_the_rest_is_unsure(application: Application) -> None:
    generated = unsure(application, _Nothing())
    assert next(iter(generated.label.severity)) == "none"
    assert (generated.agrees, generated.disagreements) == (None, ())
    assert generated.unsure.startswith("interaction 7")
    assert ", of which contraindicated 1" in generated.unsure
