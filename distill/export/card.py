"""The card of a student, written by code from what was measured: no figure in it is typed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from distill.evaluation.reader import Figures
from distill.evaluation.table import compared_lines, figure_lines
from distill.export.records import RESTORED, TOLD, StageRecord
from engine.students.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Parity:
    """How far a form of the file is from PyTorch's answers on development rows: mean and greatest difference of logits, and the
    share of words and pairs that get the same class."""

    form: str
    mean_difference: float
    greatest_difference: float
    same_class: float


@dataclass(frozen=True, slots=True)
class Made:
    """What a card tells beside its manifest."""

    recipe: str
    purpose: str
    stages: Mapping[str, StageRecord]
    figures: Mapping[str, Figures]
    parity: Sequence[Parity]
    arms: Sequence[tuple[str, Figures, float]]
    teachers_micro_f1: float | None
    fp32_figures: Mapping[str, Figures]


def card_text(manifest: Manifest, made: Made) -> str:
    """The card as Markdown."""
    lines = [f"# {manifest.name}, version {manifest.version}", ""]
    lines += ["Written by `coprescribe-distill`; every figure was measured by it.", ""]
    lines += [f"- Made on {manifest.created} by the recipe `{made.recipe}`: {made.purpose}"]
    lines += [f"- Starts from: {manifest.base}", f"- Terms: {manifest.licence}", ""]
    lines += ["## What it learned from", "", "| data | licence | citation |", "|---|---|---|"]
    lines += [f"| {one.name} | {one.licence} | {one.citation} |" for one in manifest.data]
    lines += ["", "## Stages and compute", "", *_stage_lines(made), ""]
    lines += [*_again_lines(made.recipe), ""]
    lines += ["## The shipped int8 file on the official tests", ""]
    lines += ["`coprescribe-distill evaluate reader --data DATA` computes this table again.", "", *figure_lines(made.figures), ""]
    lines += ["## int8 against fp32", "", *_parity_lines(made), ""]
    if made.arms:
        lines += ["## Ablation, DDI Extraction 2013, official test, unfiltered (PyTorch, fp32)", ""]
        lines += [
            *compared_lines(made.arms, made.teachers_micro_f1),
            "",
            "Less than 1.5 points is noise on 979 positive pairs.",
            "",
        ]
    lines += ["## Limits", ""]
    lines += [
        "- Reads English sentences of abstracts and labels: what two sentences say together is not seen as a relation.",
        f"- Names are read {'by passages of several sentences' if manifest.passages else 'in each sentence by itself'}.",
        "- A relation is what a sentence states, not what is true. Nothing here was reviewed by a clinician.",
        "- ChemProt's figure is on stated relations only, as in the edition at hand.",
        "- Directions are judged by related pairs of the DDI test, annotated by a large language model where two answers agreed.",
        "- ADE has no official division; its negative pairs are names found in sentences without a stated effect.",
        "- `ade-effects` and `ddi-interactions` are of abstracts as they are, `chemprot-roles` (enzymes) of labels too: names as",
        "  a reader found them, right or wrong.",
        "- Their pairs were annotated by a large language model; sentences on which two answers differed are left out.",
        "- `shown` is what the bar of a head lets through, before the words of the sentence are asked.",
    ]
    return "\n".join(lines) + "\n"


def _again_lines(recipe: str) -> list[str]:
    again = "coprescribe-distill reproduce reader --device cuda --base BASE --data DATA --out OUT"
    return [
        "Go on from these weights on a GPU, with a stage more in a recipe file of your own:",
        "`coprescribe-distill unpack --base BASE --out OUT`, then",
        f"`{again} --recipe FILE`.",
        f"All stages from the base, or from the last checkpoint of a run that was stopped: `{again} --recipe {recipe}`.",
        "The whole plan is `--recipe gpu`.",
    ]


def _stage_lines(made: Made) -> list[str]:
    lines = ["| stage | device | threads | steps | hours | settings |", "|---|---|---|---|---|---|"]
    for name, record in made.stages.items():
        report, settings = record.report, record.settings.model_dump(mode="json")
        # A mean is not trained: settings of training say nothing of it.
        shown = ("mean_of",) if record.settings.mean_of else tuple(settings)
        hidden = set() if record.settings.guess_weight else {"guess_share"}
        hidden |= set() if record.settings.start else {"start_share"}
        said = [key for key in shown if key not in hidden and settings[key] not in ("", [], {}, 0.0)]
        told = ", ".join(f"{key} {_short(settings[key])}" for key in said)
        if RESTORED in report:
            told += f"; weights read back from {report[RESTORED]}"
        if TOLD in report:
            told += f"; as {report[TOLD]} tells"
        steps, hours = f"{report['step']} of {report['steps']}", float(report["seconds"]) / 3600
        # Reports of earlier versions do not tell the precision: on a processor it was single.
        device = f"{report['device']}, bf16" if report.get("precision") == "bf16" else report["device"]
        lines.append(f"| {name} | {device} | {report['threads']} | {steps} | {hours:.2f} | {told} |")
    return lines


def _short(value: object) -> str:
    if isinstance(value, list):
        return "+".join(map(str, value))
    return " ".join(f"{key}={part}" for key, part in value.items()) if isinstance(value, dict) else str(value)


def _parity_lines(made: Made) -> list[str]:
    lines = ["| form | mean difference of logits | greatest | same class |", "|---|---|---|---|"]
    lines += [
        f"| {one.form} | {one.mean_difference:.4f} | {one.greatest_difference:.3f} | {100 * one.same_class:.2f} % |"
        for one in made.parity
    ]
    lines += ["", "| head | fp32 | int8 | loss, points |", "|---|---|---|---|"]
    for head, part in made.fp32_figures.items():
        measure = "micro_f1" if "micro_f1" in part else "f1"
        before, after = 100 * part[measure], 100 * made.figures[head][measure]
        lines.append(f"| {head} | {before:.2f} | {after:.2f} | {before - after:.2f} |")
    return lines
