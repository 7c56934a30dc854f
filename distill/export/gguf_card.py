"""The card of a reasoner, written by code from what was measured: no figure in it is typed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from distill.evaluation.labels import split_lines
from distill.evaluation.reader import Figures
from distill.export.gguf_quantise import HALF
from distill.training.reasoner_settings import ReasonerSettings
from distill.training.refinement import TOLD, Refined
from engine.students.manifest import ReasonerManifest
from engine.students.temperatures import Temperatures

if TYPE_CHECKING:
    from distill.export.gguf_student import Compared

# Of the file of a reasoner that ships.
LARGEST_BYTES = 40_000_000


def reasoner_card(
    manifest: ReasonerManifest,
    figures: Mapping[str, Figures],
    report: Mapping[str, object],
    settings: ReasonerSettings,
    compared: Compared,
) -> str:
    """The card as Markdown; its first line says who taught it."""
    chosen = next(one for one in compared.differences if one.form == compared.form)
    shape = settings.shape
    lines = [manifest.first_line, "", f"# {manifest.name}, version {manifest.version}", ""]
    lines += ["Written by `coprescribe-distill`; every figure was measured by it, on the file that ships.", ""]
    adapted = settings.lora_rank > 0
    size = f"{manifest.parameters:,} weights" + ("" if adapted else f" ({shape.layers} layers of {shape.hidden})")
    steps = f"{report['items']} items, {report['step']} of {report['steps']} steps"
    time = f"{_hours(report['seconds'])} hours on {report['device']}, {report['threads']} thread"
    lines += [f"- {size}, {manifest.base}; GGUF {chosen.form}, {chosen.size_bytes / 1e6:.1f} MB"]
    lines += [f"- Made on {manifest.created}: {steps}, {time}", *refinement_lines(report)]
    if adapted and chosen.size_bytes > LARGEST_BYTES:
        lines += [f"- Larger than a reasoner that ships with the program may be ({LARGEST_BYTES // 1_000_000} MB)"]
    lines += [f"- Terms: {manifest.licence}", f"- Knowledge: {manifest.knowledge_digest}"]
    lines += [
        f"- Temperatures where it learned from both, one and none of the medicines: {temperature_words(manifest.softening)}"
    ]
    lines += [""]
    lines += ["## Learned from", "", *(f"- {one.name} ({one.licence}): {one.citation}" for one in manifest.data), ""]
    lines += ["Settings: `" + settings.model_dump_json() + "`", ""]
    lines += [*split_lines(figures), "", *_step_lines(figures), "", *_file_lines(compared), "", *_LIMITS]
    return "\n".join(lines) + "\n"


def temperature_words(temperatures: Temperatures) -> str:
    """Temperatures of each part of the label, by how many of the medicines were not learned from."""
    return ", ".join(f"{name} {' / '.join(f'{one:.2f}' for one in temperatures.rising(name))}" for name in temperatures.known)


def refinement_lines(report: Mapping[str, object]) -> list[str]:
    """What the training above went on from, where it was a refinement round."""
    if TOLD not in report:
        return []
    told = Refined.model_validate(report[TOLD])
    parts = ", ".join(f"{part} {count:,}" for part, count in told.wrong.items())
    before = f"{told.before.items:,} items, {told.before.step:,} steps, {_hours(told.before.seconds)} hours"
    wrong = f"{told.wrong_items:,} of {told.asked:,} training items wrongly ({parts}; asked in {_hours(told.asking_s)} hours)"
    return [
        f"- That was a refinement round. The training before it: {before}. What it made answers {wrong}; the round learned on",
        f"  these with more weight, and on {told.kept_right:,} of the others",
    ]


def _hours(seconds: object) -> str:
    return f"{float(str(seconds)) / 3600:.2f}"


def _step_lines(figures: Mapping[str, Figures]) -> list[str]:
    lines = ["## Steps", "", "| split | steps | supported | contradicted | no record | wrong direction | answers with steps |"]
    lines.append("|---|---|---|---|---|---|---|")
    for split, part in figures.items():
        names = ("steps_supported", "steps_contradicted", "steps_no_record", "wrong_direction", "answers_with_steps")
        lines.append(f"| {split} | {part['steps']:.0f} | {' | '.join(f'{100 * part[name]:.2f} %' for name in names)} |")
    return [*lines, "", *_JUDGED]


def _file_lines(compared: Compared) -> list[str]:
    greedy = compared.greedy
    same = f"{greedy.same} of {greedy.prompts} answers of the half-precision file are word for word those of PyTorch"
    same += f" ({greedy.ties} part where two tokens are equally likely)" if greedy.ties else ""
    lines = ["## The file", "", f"- {compared.texts} texts have the same tokens in llama.cpp; {same}.", ""]
    lines += ["| form | MB | divergence, nats | same next token |", "|---|---|---|---|"]
    for one in sorted(compared.differences, key=lambda one: -one.size_bytes):
        chosen = " (ships)" if one.form == compared.form else " (reference)" if one.form == HALF else ""
        lines.append(f"| {one.form}{chosen} | {one.size_bytes / 1e6:.1f} | {one.divergence:.1e} | {100 * one.same:.2f} % |")
    return lines


_JUDGED = (
    "Judged by the verifier that gives the badges. Wrong direction: exposure or effect is said to go one way, and the facts of",
    "the pair, cited or not, lead the other way alone, whatever a source documents.",
)
_LIMITS = (
    "## Limits",
    "",
    "- It sees facts of mechanism alone: what a regulator knows from cases and no fact explains it cannot know.",
    "- Its label is what rules and other teachers say of such facts, not what is true of a pair. Nothing here was reviewed by a",
    "  clinician, and it never changes a documented finding.",
    "- Steps that the facts do not support are shown with a badge, not hidden.",
)
