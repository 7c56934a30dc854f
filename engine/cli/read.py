"""`coprescribe read`: read one abstract, print names and stated relations as JSON or for a terminal, with explanations if asked.

Without a student, names come from the dictionary alone: they are printed, and the command ends with 1, so that no script takes
"no relation looked for" for "none stated".
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from engine.application import Application, open_application
from engine.cancellation import Progress
from engine.cli.output import complain, echo_json
from engine.cli.progress import ProgressLine
from engine.cli.read_input import read_abstract
from engine.errors import InputError
from engine.reports.reading_material import Explained, stated

if TYPE_CHECKING:
    from engine.explain.model import Method, Mode
    from engine.reading.model import Reading

# As the contract of explanations has them, which needs numpy.
_METHODS = Literal["lime", "shapley", "attention", "occlusion"]
T = TypeVar("T")


def known_method(written: str) -> Method:
    """The method of that name.

    Raises:
        InputError: there is none.
    """
    for known in get_args(_METHODS):
        if written == known:
            method: Method = known
            return method
    raise InputError(f"The method of an explanation must be one of: {', '.join(get_args(_METHODS))}.")


def run_read(argument: str, *, as_json: bool, method: Method | None, mode: Mode, resources: Path | None) -> None:
    """Read a text, a file or standard input, and print what was read; what the file held otherwise goes to standard error.

    Raises:
        InputError: there is no text, or it cannot be read.
        ResourceError: the installation is damaged; or there is no student, after the names were printed.
    """
    abstract = read_abstract(argument)
    if abstract.remark:
        complain(abstract.remark)
    application = open_application(resources)
    from engine.reading.reader import read_in_steps

    progress = ProgressLine("characters")
    try:
        reading = driven(read_in_steps(application, abstract.whole), lambda now: progress.show("reading", now.done, now.total))
    finally:
        progress.end()
    explanations = [] if method is None else _explained(application, reading, method, mode)
    if as_json:
        from engine.reading.as_json import reading_json

        remarks = (abstract.remark,) if abstract.remark else ()
        made = reading_json(
            reading, explanations, title=abstract.title or None, pmid=abstract.pmid, year=abstract.year, remarks=remarks
        )
        echo_json(made.model_dump_json(indent=1))
    else:
        from engine.cli.read_terminal import print_reading

        print_reading(abstract, reading, explanations)
    if reading.provenance.student is None:
        # Says what is wrong with it.
        application.students.reader()


def driven(steps: Generator[Progress, None, T], tell: Callable[[Progress], None]) -> T:
    """Do the steps one after the other; what they come to."""
    while True:
        try:
            tell(next(steps))
        except StopIteration as stop:
            found: T = stop.value
            return found


def _explained(application: Application, reading: Reading, method: Method, mode: Mode) -> list[Explained]:
    """An explanation of each relation; where there can be none, a sentence on standard error says why."""
    relations = stated(reading)
    if reading.provenance.student is None or not relations:
        return []
    from engine.explain.explaining import explain_in_steps
    from engine.explain.sentence import answer_of

    student, progress = application.students.reader(), ProgressLine("relations explained")
    found: list[Explained] = []
    try:
        for done, one in enumerate(relations):
            first, second = (one.sentence.entities[place] for place in (one.relation.first, one.relation.second))
            spans = (first.start, first.end), (second.start, second.end)
            try:
                answer = answer_of(student, one.sentence.text, *spans, one.relation.task)
            except InputError as error:
                complain(f"Relation {one.number} is not explained: {error.sentence}")
                continue
            steps = explain_in_steps(answer, method, one.relation.label, mode)
            explanation = driven(steps, partial(_tell, progress, done, len(relations)))
            found.append(Explained(one.sentence_number, one.relation_number, explanation))
    finally:
        progress.end()
    return found


def _tell(progress: ProgressLine, done: int, total: int, _now: Progress) -> None:
    progress.show("explaining", done, total)
