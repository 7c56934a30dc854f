"""What `coprescribe doctor` says of the students of pairs: are they whole, do they run, and do they get a plain pair right?"""

from __future__ import annotations

import time

from engine.application import Application
from engine.checking import CheckOptions
from engine.cli.doctor_student import tell_opened
from engine.cli.output import echo
from engine.errors import ResourceError
from engine.installation import REBUILD_HINT
from engine.prescriptions.patient import Patient
from engine.reasoning.reasoner import facts_of_finding, reasoner_of
from engine.report import Generated

_PAIR, _RIGHT = "simvastatin 40 mg po; clarithromycin 500 mg po", "simvastatin increase"


def check_labeller(application: Application) -> None:
    """Open the labeller, if there is one, and verify it. Its label of a plain pair is looked at when the reasoner explains it.

    Raises:
        ResourceError: it is damaged.
    """
    students = application.students
    if not students.has_labeller():
        echo("Labeller: not installed; without it, the reasoner labels pairs by itself")
        return
    tell_opened("labeller", students.labeller, lambda student: student.manifest.first_line)


def check_reasoner(application: Application) -> None:
    """Open the reasoner, if there is one, verify it, and let it explain a pair.

    Raises:
        ResourceError: it is damaged, or says what is not so.
        ProcessError: it does not run on this machine.
    """
    students = application.students
    if not students.has_reasoner():
        echo("Reasoner: not installed; without it, nothing is generated beside the findings")
        return
    tell_opened("reasoner", students.reasoner, lambda student: student.manifest.first_line)
    started = time.perf_counter()
    try:
        written = _explained(application)
    finally:
        students.close()
    seconds = time.perf_counter() - started
    direction = next(iter(written.label.direction), "none")
    if direction != _RIGHT or written.contradicted:
        # The label may be another student's.
        whose = "step that the reasoner wrote" if direction == _RIGHT else f"label by {written.labelled_by}"
        raise ResourceError(f"The {whose} gets the pair '{_PAIR}' wrong ({direction}). {REBUILD_HINT}")
    speed = "" if written.tokens_per_second is None else f", {written.tokens_per_second:.0f} tokens per second"
    said = f"{direction}, {len(written.steps)} steps{speed}"
    echo(f"OK: explained in {seconds:.1f} s with its start: {_PAIR}: {said}; label by {written.labelled_by}")


def _explained(application: Application) -> Generated:
    report = application.check(_PAIR, options=CheckOptions(with_alternatives=False))
    finding, patient = report.interactions[0], Patient()
    facts = facts_of_finding(application.store, report, finding, patient)
    steps = reasoner_of(application.students).explain(application.store, finding, facts, patient)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            written: Generated = stop.value
            return written
