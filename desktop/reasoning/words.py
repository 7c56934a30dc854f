"""The words around what a student wrote: its label, whether it agrees, the badges of steps. Nothing is told by colour alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.prescription.detail.words import step_verdict
from desktop.prescription.filters_bar import mechanism_words
from desktop.widgets.severity import LOOKS
from desktop.widgets.severity import label as severity_words
from engine.reports.looks import SeverityLook
from engine.reports.reading_words import percent, worth_naming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.report import Generated, GeneratedLabel, Step, StepStatus

translate = QCoreApplication.translate
_UP, _DOWN = " increase", " decrease"
# Signs and words are those of the steps from knowledge; the colours are the student's own.
STEP_LOOKS: dict[StepStatus, SeverityLook] = {
    "supported": SeverityLook("supported", "✓", "#ffffff", "#1d5c2f"),
    "contradicted": SeverityLook("contradicted", "✗", "#ffffff", "#8b0015"),
    "no_record": SeverityLook("no record", "?", "#202020", "#e6e6e6"),
}


def badge_of(status: StepStatus) -> str:
    """The verdict on a step: sign and word on a ground of its own."""
    look = STEP_LOOKS[status]
    words = escape(step_verdict(status)).replace(" ", "&nbsp;")
    return f'<span style="color:{look.text};background-color:{look.background}">&nbsp;{words}&nbsp;</span>'


def direction_words(direction: str) -> str:
    """Whose exposure or effect changes, and which way."""
    if direction.endswith(_UP):
        return translate("Reasoning", "exposure or effect of {0} goes up").format(direction.removesuffix(_UP))
    if direction.endswith(_DOWN):
        return translate("Reasoning", "exposure or effect of {0} goes down").format(direction.removesuffix(_DOWN))
    known = {
        "both": translate("Reasoning", "both are changed"),
        "none": translate("Reasoning", "neither is changed by the other"),
    }
    return known.get(direction, direction)


def kind_words(kind: str) -> str:
    """A mechanism in words."""
    return translate("Reasoning", "no mechanism") if kind == "none" else mechanism_words(kind)


def severity_words_of(severity: str) -> str:
    """A level as a student names it, with its shape."""
    known = next((level for level in LOOKS if level == severity), None)
    return severity_words(known) if known is not None else severity


def label_rows(label: GeneratedLabel) -> Iterator[tuple[str, str]]:
    """Each part of a label: its name, and the classes with their probabilities, what it wrote first."""
    parts: tuple[tuple[str, Mapping[str, float], Callable[[str], str]], ...] = (
        (translate("Reasoning", "Severity"), label.severity, severity_words_of),
        (translate("Reasoning", "Direction"), label.direction, direction_words),
        (translate("Reasoning", "Mechanism"), label.mechanism, kind_words),
    )
    for name, shares, words in parts:
        yield name, "; ".join(f"{words(kind)} {percent(share)}" for kind, share in worth_naming(shares))


def agreement_words(generated: Generated) -> str:
    """Whether the student and the finding say the same, as far as that can be compared; the finding stands in any case."""
    if generated.agrees is None:
        said = translate("Reasoning", "? Unsure, so it neither agrees nor disagrees with the finding: {0}.")
        return said.format(generated.unsure)
    if generated.agrees:
        return {
            ("severity",): translate("Reasoning", "= Same severity as the finding; nothing else of the label can be compared."),
            ("severity", "direction"): translate("Reasoning", "= Agrees with the finding in severity and direction."),
            ("severity", "mechanism"): translate("Reasoning", "= Agrees with the finding in severity and mechanism."),
        }.get(generated.compared, translate("Reasoning", "= Agrees with the finding."))
    said = translate("Reasoning", "≠ Disagrees with the finding, which stands as it is: {0}")
    return said.format("; ".join(generated.disagreements).rstrip(".") + ".")


def labelled_words(generated: Generated) -> str:
    """Which student the label is from: the one that reasons, or one that does nothing else."""
    return translate("Reasoning", "Label by {0}.").format(generated.labelled_by)


def contradiction_words(steps: Sequence[Step]) -> str:
    """Why the student's conclusion does not stand; empty where no step is contradicted."""
    wrong = [str(number) for number, step in enumerate(steps, 1) if step.status == "contradicted"]
    if not wrong:
        return ""
    if len(wrong) == 1:
        said = translate("Reasoning", "✗ The student's conclusion does not stand: step {0} says the opposite of the facts.")
    else:
        said = translate("Reasoning", "✗ The student's conclusion does not stand: steps {0} say the opposite of the facts.")
    return said.format(", ".join(wrong))
