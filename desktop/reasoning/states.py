"""What the student is at, and how a run over several findings went, each in a sentence or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.reasoning.reasoning import Reasoning, Stage, Tally, Written
from engine.reasoning.counting import agreeing, contradicted, disagreeing, same_severity_alone, unsure

if TYPE_CHECKING:
    from desktop.reasoning.work import Asked
    from engine.report import Generated

translate = QCoreApplication.translate
# Pairs beyond these are counted.
_FEW = 6


def stage_words(asked: Asked, written: Written) -> str:
    """How far the student is with one finding; of a finished one, how fast it was."""
    pair = " + ".join(asked.finding.drugs)
    if written.stage is Stage.DONE and written.reasoned is not None:
        speed, seconds = written.reasoned.generated.tokens_per_second, f"{written.reasoned.seconds:.1f}"
        if speed is None:
            return translate("Reasoning", "Written about {0} in {1} s.").format(pair, seconds)
        said = translate("Reasoning", "Written about {0}: {1} tokens per second, {2} s in all.")
        return said.format(pair, f"{speed:.0f}", seconds)
    if written.stage is Stage.FAULT:
        return translate("Reasoning", "⚠ Nothing is written about {0}: {1}").format(pair, written.fault)
    said = {
        Stage.WAITING: translate("Reasoning", "{0} waits for its turn."),
        Stage.WRITING: translate("Reasoning", "The student is writing about {0}…"),
        Stage.STOPPED: translate("Reasoning", "Stopped: what is shown about {0} is not the whole."),
    }.get(written.stage, translate("Reasoning", "The student was not asked about {0} yet."))
    return said.format(pair)


def tally_words(tally: Tally, reasoning: Reasoning) -> str:
    """How far a run is, and on which pairs the student disagrees or is contradicted; empty where there is nothing to count."""
    finished = reasoning.finished
    parts = []
    if tally.total > 1:
        parts.append(_run_words(tally, running=reasoning.busy))
    if len(finished) > 1:
        count = sum(agreeing(generated) for _asked, generated in finished)
        parts.append(translate("Reasoning", "Of {0} findings, the student agrees with {1}.").format(len(finished), count))
        alone = translate("Reasoning", "Same severity, with nothing else to compare, on: {0}.")
        parts += _named(alone, _pairs(finished, same_severity_alone))
        parts += _named(translate("Reasoning", "Unsure on: {0}."), _pairs(finished, unsure))
        parts += _named(translate("Reasoning", "Disagrees on: {0}."), _pairs(finished, disagreeing))
        parts += _named(translate("Reasoning", "Contradicted by the facts on: {0}."), _pairs(finished, contradicted))
    return " ".join(parts)


def _run_words(tally: Tally, *, running: bool) -> str:
    if running:
        said = translate("Reasoning", "{0} of {1} findings are done.").format(tally.done, tally.total)
    elif tally.ended:
        said = translate("Reasoning", "All {1} findings are done.").format(tally.done, tally.total)
    else:
        said = translate("Reasoning", "Ended early: {0} of {1} findings are done.").format(tally.done, tally.total)
    if tally.failed:
        said += " " + translate("Reasoning", "Of these, {0} could not be written.").format(tally.failed)
    return said


def _pairs(finished: Sequence[tuple[Asked, Generated]], wanted: Callable[[Generated], bool]) -> list[str]:
    return [" + ".join(asked.finding.drugs) for asked, generated in finished if wanted(generated)]


def _named(said: str, pairs: Sequence[str]) -> list[str]:
    if not pairs:
        return []
    named = "; ".join(pairs[:_FEW])
    if len(pairs) > _FEW:
        named = translate("Reasoning", "{0} and {1} more").format(named, len(pairs) - _FEW)
    return [said.format(named)]
