"""Explaining in the background: what is asked, and the work that answers it. Heavy libraries come only inside the work."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from engine.cancellation import CancelToken, Progress
from engine.errors import ResourceError

if TYPE_CHECKING:
    from engine.application import Application
    from engine.explain.model import Explanation, Method, Mode

    # Of what is asked: words of a sentence here, facts of a pair elsewhere.
    ExplainInSteps = Callable[[Application, "R", CancelToken], Generator[Progress, None, Explanation]]

R = TypeVar("R")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """Everything that an explanation depends on: the student by its digest, the sentence, the two names (half-open, in
    characters of it), the task, and what is asked."""

    student_sha256: str | None
    text: str
    first: Span
    second: Span
    task: str
    label: str
    method: Method
    mode: Mode
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """An explanation and how long it took."""

    explanation: Explanation
    seconds: float


def explain_in_steps(
    application: Application, request: ExplainRequest, token: CancelToken
) -> Generator[Progress, None, Explanation]:
    """Explain with the installation's student. `token` stops it between two batches too.

    Raises:
        ResourceError: the student is missing, damaged, has no such head, or is not the one that read the text.
        InputError: the student cannot read the two names together.
    """
    yield Progress(0, 0)
    from engine.explain.explaining import explain_in_steps as explain
    from engine.explain.sentence import answer_of

    student = application.students.reader()
    if student.sha256 != request.student_sha256:
        # An explanation of another student's answer would be kept, and shown, as one of this reading.
        raise ResourceError("The student was changed since this text was read: read the text again.")
    answer = answer_of(student, request.text, request.first, request.second, request.task, check=token.check)
    return (yield from explain(answer, request.method, request.label, request.mode, request.seed))


def timed(
    explain: ExplainInSteps[R], application: Application, request: R, token: CancelToken
) -> Generator[Progress, None, Answered]:
    """The same with the seconds that it took."""
    begun = time.perf_counter()
    explanation = yield from explain(application, request, token)
    return Answered(explanation, time.perf_counter() - begun)
