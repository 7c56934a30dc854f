"""`coprescribe check --explain`: what the student writes about each finding, beside it and never part of it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from engine.application import Application
from engine.cli.explain_terminal import Told
from engine.cli.output import complain, echo_json
from engine.cli.progress import ProgressLine
from engine.cli.terminal import print_report
from engine.errors import CoprescribeError, InputError
from engine.prescriptions.patient import Patient
from engine.reasoning.counting import worst_of_pairs
from engine.reasoning.reasoner import GeneratedPart, facts_of_finding, reasoner_of
from engine.report import Generated, Interaction, Report
from engine.students.library import LABELLER, REASONER

if TYPE_CHECKING:
    from engine.students.opening import LabellerStudent, ReasonerStudent

Tell = Callable[[GeneratedPart], None]


class Explainer:
    """Asks the installation's student about the findings of one report."""

    def __init__(self, application: Application, report: Report, patient: Patient) -> None:
        """Raises:
        ResourceError: the student is missing or damaged.
        """
        self._store = application.store
        self._report = report
        self._patient = patient
        self._reasoner = reasoner_of(application.students)
        students = application.students
        taking_part: list[tuple[str, LabellerStudent | ReasonerStudent]] = [(REASONER, students.reasoner())]
        taking_part += [(LABELLER, students.labeller())] if students.has_labeller() else []
        self._versions = {name: f"{one.manifest.version} (SHA-256 {one.sha256})" for name, one in taking_part}

    @property
    def versions(self) -> dict[str, str]:
        """Version and digest of each student that takes part, by name: the one that writes first, then the one that labels."""
        return dict(self._versions)

    @property
    def first_line(self) -> str:
        """Who taught the student."""
        return self._reasoner.manifest.first_line

    def written(self, finding: Interaction, tell: Tell) -> Generated | None:
        """What the student writes about a finding, told as it arrives; None, with a sentence on standard error, where there is
        nothing to reason from.

        Raises:
            ResourceError: the model cannot be run here.
            ProcessError: the student's process ended, or took too long.
        """
        facts = facts_of_finding(self._store, self._report, finding, self._patient)
        try:
            # Closed at once where a person interrupts: that stops the processor's work too.
            with closing(self._reasoner.explain(self._store, finding, facts, self._patient)) as steps:
                return _driven(steps, tell)
        except InputError as error:
            complain(error.sentence)
            return None


def _driven(steps: Generator[GeneratedPart, None, Generated], tell: Tell) -> Generated:
    while True:
        try:
            part = next(steps)
        except StopIteration as stop:
            written: Generated = stop.value
            return written
        tell(part)


@contextmanager
def _explaining(application: Application, report: Report, patient: Patient) -> Iterator[Explainer]:
    """A student to ask; its process has ended afterwards, whatever came between."""
    try:
        yield Explainer(application, report, patient)
    finally:
        application.students.close()


def print_explained_json(application: Application, report: Report, patient: Patient) -> None:
    """Print the report; the worst finding of each pair has what the student wrote. Whatever ends the student, it is printed.

    Raises:
        CoprescribeError: there is no student, or it ended before the last finding; after the report was printed.
    """
    progress, found = ProgressLine("findings explained"), list(report.interactions)
    took_part = report.provenance.students
    fault: CoprescribeError | None = None
    try:
        with _explaining(application, report, patient) as explainer:
            asked = list(worst_of_pairs(report.interactions))
            for count, finding in enumerate(asked):
                progress.show("explaining", count, len(asked))
                written = explainer.written(finding, lambda _part: None)
                if written is None:
                    continue
                # At once: where the student breaks off later, what it wrote before is still printed with its name.
                took_part = {**report.provenance.students, **explainer.versions}
                found[report.interactions.index(finding)] = finding.model_copy(update={"generated": written})
    except CoprescribeError as error:
        fault = error
    finally:
        progress.end()
    provenance = report.provenance.model_copy(update={"students": took_part})
    echo_json(report.model_copy(update={"interactions": tuple(found), "provenance": provenance}).model_dump_json(indent=1))
    if fault is not None:
        raise fault


def print_explained(application: Application, report: Report, patient: Patient) -> None:
    """Print the report, and below it what the student writes about the worst finding of each pair, line by line as it arrives.

    Raises:
        CoprescribeError: there is no student, or it ended before the last finding.
        ResourceError: the standard output takes no more.
    """
    print_report(report)
    with _explaining(application, report, patient) as explainer:
        told = Told()
        if not report.interactions:
            told.nothing()
            return
        told.begin(explainer.versions, explainer.first_line)
        for finding in worst_of_pairs(report.interactions):
            told.about(finding)
            told.ended(explainer.written(finding, told.take))
