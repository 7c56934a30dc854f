"""A reasoner whose answers are written down: everything but llama.cpp is real, and tests say how fast it writes, and what."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from engine.application import Application
from engine.installation import Installation
from engine.reasoning.language import DIRECTIONS, Answer, Direction, Label, ReasonedStep, token, vocabulary, write_answer
from engine.report import SEVERITY_ORDER, Severity
from engine.students.automaton import TokenAutomaton
from engine.students.fact_rows import code_ids
from engine.students.library import Students
from engine.students.manifest import Head, LabellerManifest, ReasonerManifest, StudentFile, TrainingData
from engine.students.onnx_model import OnnxModel
from engine.students.opening import LabellerStudent, ReasonerStudent
from engine.students.worker_client import Check, GeneratedToken, GenerationFigures, ReasonerProcess
from tests.engine.students.tiny import tokenizer_json

FIRST_LINE = "Labelled by the mechanism teacher and the regulator's record; no large language model took part."
_LIKELIEST = 0.91
_HEADS: dict[str, tuple[str, ...]] = {
    "severity": SEVERITY_ORDER,
    "direction": DIRECTIONS,
    "mechanism": ("none", "pk.metabolism", "pd.additive"),
}
_OPPOSITE = {"increase": "decrease", "decrease": "increase"}
Prompt = Sequence[Sequence[str]]
Write = Callable[[Prompt], Answer]


@dataclass
class Script:
    """What the student writes. `severity`: of every label; `wrong`: steps say the opposite of their facts; `pause_s`: before each
    token; `hold`: nothing is written while it is true; `error`: raised after so many tokens;
    `forced`: no token had an alternative."""

    severity: Severity = "contraindicated"
    wrong: bool = False
    pause_s: float = 0.0
    hold: Callable[[], bool] = lambda: False
    error: BaseException | None = None
    error_after: int = 5
    asked: list[Prompt] = field(default_factory=list)
    written: int = 0
    forced: bool = False
    warmed: int = 0
    ended: list[str] = field(default_factory=list)

    def answer(self, prompt: Prompt) -> Answer:
        """The answer to a prompt: of its facts, those in which the two medicines meet first."""
        found = _kinetic(prompt) or _dynamic(prompt)
        if found is None:
            return Answer(Label("none", "none", "none"), ())
        answer = replace(found, label=replace(found.label, severity=self.severity))
        return _turned(answer) if self.wrong else answer


def facts_of(prompt: Sequence[str]) -> list[list[str]]:
    """A prompt as facts: number, side and codes, without their brackets."""
    facts: list[list[str]] = []
    for piece in prompt:
        code = piece[1:-1]
        if code[:1] == "F" and code[1:].isdecimal():
            facts.append([])
        if facts and code != "answer":
            facts[-1].append(code)
    return facts


def _kinetic(prompt: Prompt) -> Answer | None:
    """One medicine inhibits or induces what the other is a substrate of."""
    for acting in prompt:
        if len(acting) < 5 or acting[2] not in ("inhibitor", "inducer"):
            continue
        for affected in prompt:
            if len(affected) < 5 or affected[2:4] != ["substrate", acting[3]] or affected[1] == acting[1]:
                continue
            facts = tuple(sorted((acting[0], affected[0]), key=lambda number: int(number[1:])))
            change = "increase" if acting[2] == "inhibitor" else "decrease"
            role = "inhibition" if acting[2] == "inhibitor" else "induction"
            side, effect = affected[1], "object_toxicity" if change == "increase" else "object_efficacy_loss"
            label = Label("major", _direction(side, change), "pk.metabolism")
            obj: Literal["A", "B"] = "A" if side == "A" else "B"
            steps = (
                ReasonedStep("pk.metabolism", acting[3], facts, role, obj, change),
                ReasonedStep("net_effect", effect, facts, None, obj, change),
            )
            return Answer(label, steps, ("avoid",))
    return None


def _dynamic(prompt: Prompt) -> Answer | None:
    """Both medicines carry one tag."""
    tags = [fact for fact in prompt if len(fact) > 3 and fact[2] == "tag"]
    for one in tags:
        for other in tags:
            if one[1] == "A" and other[1] == "B" and one[3] == other[3]:
                step = ReasonedStep("pd.additive", one[3], (one[0], other[0]))
                return Answer(Label("major", "both", "pd.additive"), (step,))
    return None


def _direction(side: str, change: str) -> Direction:
    directions: dict[str, Direction] = {
        "A_increase": "A_increase",
        "A_decrease": "A_decrease",
        "B_increase": "B_increase",
        "B_decrease": "B_decrease",
    }
    return directions[f"{side}_{change}"]


def _turned(answer: Answer) -> Answer:
    """The same with every direction turned round."""
    side, _, change = answer.label.direction.partition("_")
    label = replace(answer.label, direction=_direction(side, _OPPOSITE[change])) if change else answer.label
    steps = tuple(replace(step, change=_OPPOSITE[step.change]) if step.change else step for step in answer.steps)
    return replace(answer, label=label, steps=steps)


_LABEL_TOKENS = 3


class ScriptedProcess(ReasonerProcess):
    """Writes what a script says, and insists that the automaton allows it."""

    def __init__(self, tokens: Sequence[str], script: Script) -> None:
        super().__init__(Path("nowhere"), 512, command=("nothing",))
        self._tokens = tokens
        self._script = script

    def warm(self, check: Check | None = None) -> None:
        """As the real one."""
        self._script.warmed += 1

    def generate(
        self,
        prompt: Sequence[int],
        automaton: TokenAutomaton,
        *,
        max_tokens: int,
        time_limit_s: float,
        check: Check | None = None,
        temperature: float = 0.0,
        seed: int = 0,
    ) -> Generator[GeneratedToken, None, GenerationFigures]:
        """As the real one."""
        script, look = self._script, check or (lambda: None)
        told = facts_of([self._tokens[number] for number in prompt])
        script.asked.append(told)
        pieces = write_answer(script.answer(told))[:max_tokens]
        state, begun, ending = 0, time.monotonic(), "closed"
        try:
            for count, piece in enumerate(pieces):
                self._wait(look)
                if script.error is not None and count >= script.error_after:
                    raise script.error
                moves = automaton.moves(state)
                number = self._tokens.index(piece)
                if count < _LABEL_TOKENS and len(moves) == 1:
                    # A labeller has said the label already.
                    (number,) = moves
                others = [other for other in moves if other != number]
                share = {other: (1 - _LIKELIEST) / len(others) for other in others} if others else {}
                likeliest = _LIKELIEST if others else 1.0
                watched = {number: likeliest, **share} if state in automaton.watched else None
                state = moves[number]
                script.written += 1
                yield GeneratedToken(number, likeliest, watched)
            ending = "final"
        finally:
            script.ended.append(ending)
        forced = len(pieces) if script.forced else 0
        return GenerationFigures("final", len(prompt), 0, len(pieces), forced, 1, max(time.monotonic() - begun, 1e-3), 0.0)

    def _wait(self, look: Check) -> None:
        until = time.monotonic() + self._script.pause_s
        look()
        while time.monotonic() < until or self._script.hold():
            time.sleep(0.005)
            look()


class SummingLabels(OnnxModel):
    """A labeller's model: the surer that the severity is "contraindicated", the more of the codes in `adds` it is told."""

    def __init__(self, ids: Mapping[str, int], adds: Mapping[str, float]) -> None:
        self._table = np.zeros(max(ids.values()) + 1, dtype=np.float32)
        for code, value in adds.items():
            self._table[ids[token(code)]] = value

    def run(self, outputs: Sequence[str], feeds: Mapping[str, NDArray[np.int64]]) -> Sequence[NDArray[np.float32]]:
        """As in the contract of a model."""
        told = feeds["facts"]
        # A code counts once for each fact that names it.
        sums = self._table[told].sum(axis=(1, 2))
        logits = np.zeros((len(told), sum(map(len, _HEADS.values()))), dtype=np.float32)
        logits[:, 0] = sums - 1
        return [logits]


def _words(application: Application, unknown: Collection[str]) -> tuple[str, ...]:
    return tuple(piece for piece in vocabulary(application.store) if piece[1:-1] not in unknown)


def scripted_labeller(application: Application, adds: Mapping[str, float], unknown: Collection[str] = ()) -> LabellerStudent:
    """A labeller over that model."""
    tokens = _words(application, unknown)
    starts = {name: sum(len(labels) for _name, labels in list(_HEADS.items())[:place]) for place, name in enumerate(_HEADS)}
    heads = tuple(Head(name=name, kind="relation", labels=labels, start=starts[name]) for name, labels in _HEADS.items())
    manifest = LabellerManifest(
        name="scripted labeller",
        kind="labeller",
        version="0",
        created="2026-11-21",
        files={"model.onnx": StudentFile(sha256="0" * 64, size_bytes=1)},
        base="none",
        licence="CC0-1.0",
        non_commercial=False,
        data=(TrainingData(name="none", licence="CC0-1.0", citation="none"),),
        first_line=FIRST_LINE,
        tokens=tokens,
        heads=heads,
        parameters=1,
    )
    return LabellerStudent(Path("nowhere"), manifest, SummingLabels(code_ids(tokens), adds))


class ScriptedStudents(Students):
    """The students of an installation, with a reasoner and a labeller of our own, or none."""

    def __init__(
        self, installation: Installation, student: ReasonerStudent | None, labeller: LabellerStudent | None = None
    ) -> None:
        super().__init__(installation)
        self._student = student
        self._scripted_labeller = labeller

    def has_labeller(self) -> bool:
        """Whether there is one."""
        return self._scripted_labeller is not None

    def labeller(self) -> LabellerStudent:
        """The labeller. Raises ResourceError without one."""
        return self._scripted_labeller if self._scripted_labeller is not None else super().labeller()

    def has_reasoner(self) -> bool:
        """Whether there is one."""
        return self._student is not None

    def reasoner(self) -> ReasonerStudent:
        """The reasoner. Raises ResourceError without one."""
        return self._student if self._student is not None else super().reasoner()


def with_reasoner(
    application: Application, script: Script | None, adds: Mapping[str, float] | None = None, unknown: Collection[str] = ()
) -> Application:
    """The application with a reasoner that follows a script, or with none; and with a labeller, if `adds` is given. Neither has
    words for the codes in `unknown`."""
    labeller = scripted_labeller(application, adds, unknown) if adds is not None else None
    if script is None:
        return replace(application, students=ScriptedStudents(application.installation, None, labeller))
    tokens = _words(application, unknown)
    manifest = ReasonerManifest(
        name="scripted reasoner",
        kind="reasoner",
        version="0",
        created="2026-11-21",
        files={"model.gguf": StudentFile(sha256="0" * 64, size_bytes=1)},
        base="none",
        licence="CC0-1.0",
        non_commercial=False,
        data=(TrainingData(name="none", licence="CC0-1.0", citation="none"),),
        first_line=FIRST_LINE,
        context_tokens=512,
        temperatures={"severity": 1.0, "none": 1.0, "direction": 1.0, "mechanism": 1.0},
        architecture="llama",
        parameters=1,
    )
    process = ScriptedProcess(tokens, script)
    # Nothing is cut into tokens here: the reasoner is told its tokens.
    student = ReasonerStudent(Path("nowhere"), manifest, Tokenizer.from_str(tokenizer_json()), tokens, process)
    return replace(application, students=ScriptedStudents(application.installation, student, labeller))
