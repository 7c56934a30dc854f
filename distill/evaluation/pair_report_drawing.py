"""The figures of the report, as SVG: macro-F1 with intervals, reliability, risk by coverage, and losses of training."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from distill.corpora.pairs import TEST_SPLITS, PairSplit
from distill.evaluation.pair_report_rows import Row, Sure
from distill.evaluation.pair_report_training import Training

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SPLIT_WORDS: dict[PairSplit, str] = {"warm": "warm", "s1": "S1: one unseen", "s2": "S2: both unseen"}
# Told apart without colours too.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#6A3D9A", "#333333", "#A6761D")
_MARKERS, _LINES = ("o", "s", "^", "D", "v", "P"), ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))
_KIND_COLOURS = {"student": 0, "arm": 5, "teacher": 2, "baseline": 4}
_BINS = 10
# Of five levels the likeliest has at least a fifth, in percent.
_UNSUREST = 20
# Of fewer answers the share that is right says little.
_LEAST_IN_BIN, _LEAST_KEPT = 10, 20


def severity_figure(rows: Sequence[Row]) -> bytes:
    """Macro-F1 of severity with its interval, a panel for each split."""
    shown = [row for row in rows if row.figures]
    figure = _figure(10.0, 1.3 + 0.36 * len(shown))
    panels = figure.subplots(1, len(TEST_SPLITS), sharey=True, sharex=True, squeeze=False)[0]
    for panel, split in zip(panels, TEST_SPLITS, strict=True):
        for place, row in enumerate(shown):
            part = row.figures.get(split)
            if part is None:
                continue
            value, low, high = (100 * part[f"severity_macro_f1{end}"] for end in ("", "_low", "_high"))
            at = _KIND_COLOURS[row.kind]
            panel.plot([low, high], [place, place], color=_COLOURS[at], linewidth=1.5)
            panel.plot([value], [place], color=_COLOURS[at], marker=_MARKERS[at], markersize=6)
            panel.annotate(f"{value:.1f}", (value, place), (0, 6), textcoords="offset points", ha="center", fontsize=8)
        panel.set_title(SPLIT_WORDS[split], fontsize=10)
        panel.grid(axis="x", color="#dddddd")
        panel.set_xlabel("macro-F1 of severity, %", fontsize=9)
    panels[0].set_yticks(range(len(shown)), [row.name for row in shown], fontsize=9)
    panels[0].set_ylim(len(shown) - 0.4, -0.8)
    return _svg(figure)


def reliability_figure(rows: Sequence[Row]) -> bytes:
    """How often severities are right, by how sure they are."""
    figure = _figure(10.0, 3.9)
    panels = figure.subplots(1, len(TEST_SPLITS), sharey=True, squeeze=False)[0]
    for panel, split in zip(panels, TEST_SPLITS, strict=True):
        panel.plot([_UNSUREST, 100], [_UNSUREST, 100], color="#999999", linewidth=1, label="as sure as right")
        for place, row in enumerate(rows):
            points = reliability(row.severity.get(split, ()))
            _line(panel, place, row.name, [100 * sure for sure, _right in points], [100 * right for _sure, right in points])
        panel.set_title(SPLIT_WORDS[split], fontsize=10)
        panel.set_xlim(_UNSUREST, 100)
        panel.set_ylim(0, 100)
        panel.grid(color="#dddddd")
        panel.set_xlabel("mean probability of the answer, %", fontsize=9)
    panels[0].set_ylabel("of these right, %", fontsize=9)
    _legend(figure, panels[0])
    return _svg(figure)


def reliability(sure: Sequence[Sure], bins: int = _BINS) -> list[tuple[float, float]]:
    """(mean probability, share that is right) of equally wide bins with enough answers."""
    held: list[list[Sure]] = [[] for _ in range(bins)]
    for one in sure:
        held[min(bins - 1, int(one[0] * bins))].append(one)
    kept = [part for part in held if len(part) >= _LEAST_IN_BIN]
    return [(sum(share for share, _right in part) / len(part), sum(right for _share, right in part) / len(part)) for part in kept]


def risk_figure(rows: Sequence[Row]) -> bytes:
    """How often severities are wrong when only the surest are answered."""
    figure = _figure(10.0, 3.9)
    panels = figure.subplots(1, len(TEST_SPLITS), sharey=True, squeeze=False)[0]
    for panel, split in zip(panels, TEST_SPLITS, strict=True):
        for place, row in enumerate(rows):
            points = risk_by_coverage(row.severity.get(split, ()))
            covered, wrong = [100 * one for one, _risk in points], [100 * risk for _one, risk in points]
            _line(panel, place, row.name, covered, wrong, marked=False)
        panel.axvline(95, color="#999999", linewidth=1)
        panel.set_title(SPLIT_WORDS[split], fontsize=10)
        panel.set_xlim(0, 100)
        panel.grid(color="#dddddd")
        panel.set_xlabel("answered, surest first, %", fontsize=9)
    panels[0].set_ylabel("of these wrong, %", fontsize=9)
    # Only once all lines are there: the panels share their scale.
    panels[0].set_ylim(bottom=0)
    _legend(figure, panels[0])
    return _svg(figure)


def risk_by_coverage(sure: Sequence[Sure]) -> list[tuple[float, float]]:
    """(share that is answered, share of these that is wrong), the surest answers first."""
    ranked = sorted(sure, key=lambda one: -one[0])
    wrong = np.cumsum([not right for _share, right in ranked])
    return [
        (kept / len(ranked), float(wrong[kept - 1]) / kept)
        for kept in range(min(_LEAST_KEPT, len(ranked)), len(ranked) + 1)
        if kept
    ]


def training_figure(trainings: Sequence[Training]) -> bytes:
    """Losses and macro-F1 on development pairs while students are trained."""
    drawn = [one for one in trainings if one.validations]
    figure = _figure(10.0, 3.9)
    losses, scores = figure.subplots(1, 2)
    for place, one in enumerate(drawn):
        steps = [100 * part["step"] / one.steps for part in one.validations]
        for name, words in (("loss", "label"), ("rationale_loss", "rationale")):
            if all(name in part for part in one.validations):
                style = place + len(drawn) * (name != "loss")
                _line(losses, style, f"{one.name}: {words}", steps, [part[name] for part in one.validations])
        if all("severity_macro_f1" in part for part in one.validations):
            _line(scores, place, one.name, steps, [100 * part["severity_macro_f1"] for part in one.validations])
    for panel, words in ((losses, "loss on development pairs, nats"), (scores, "macro-F1 of severity, %")):
        panel.set_xlabel("steps of training, %", fontsize=9)
        panel.set_ylabel(words, fontsize=9)
        panel.set_ylim(bottom=0)
        panel.grid(color="#dddddd")
        panel.legend(fontsize=8)
    return _svg(figure)


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _line(panel: Axes, place: int, name: str, across: Sequence[float], up: Sequence[float], *, marked: bool = True) -> None:
    at = place % len(_COLOURS)
    panel.plot(
        across,
        up,
        color=_COLOURS[at],
        linestyle=_LINES[at],
        marker=_MARKERS[at] if marked else None,
        markersize=5,
        linewidth=1.6,
        label=name,
    )


def _legend(figure: Figure, panel: Axes) -> None:
    handles, names = panel.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names), fontsize=9, frameon=False)


def _svg(figure: Figure) -> bytes:
    import matplotlib as mpl

    held = io.BytesIO()
    # The same figures make the same bytes.
    with mpl.rc_context({"svg.hashsalt": "coprescribe", "svg.fonttype": "path"}):
        figure.savefig(held, format="svg", metadata={"Date": None})
    return held.getvalue()
