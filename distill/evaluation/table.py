"""Figures as tables of text: what the command prints and what the card holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from distill.evaluation.reader import Figures

_INTERVALS = ("micro_f1", "f1")

# Figures that are no shares.
_COUNTS = frozenset({"pairs", "shown", "with_student_said"})


def figure_lines(figures: Mapping[str, Figures]) -> list[str]:
    """One Markdown table of all heads: the head, the measure, its value (percent but for calibration) and its interval."""
    lines = ["| head | measure | value | 95 % interval |", "|---|---|---|---|"]
    for head, part in figures.items():
        for name, value in part.items():
            if name.endswith(("_low", "_high")):
                continue
            interval = ""
            if name in _INTERVALS:
                interval = f"{_percent(part[f'{name}_low'])} to {_percent(part[f'{name}_high'])}"
            shown = f"{value:.0f}" if name in _COUNTS else f"{value:.3f}" if name == "ece" else _percent(value)
            lines.append(f"| {head} | {name.replace('_', ' ')} | {shown} | {interval} |")
    return lines


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def compared_lines(rows: Sequence[tuple[str, Figures, float]], teachers: float | None) -> list[str]:
    """The ablation as a Markdown table: (words, figures of the relation head, sentences a second). `teachers`: micro-F1 that is
    taken as 100 percent, where there is one."""
    labels = [name.removeprefix("f1/") for name in rows[0][1] if name.startswith("f1/")] if rows else []
    lines = [
        f"| stage | micro-F1 | 95 % interval | detection | {' | '.join(labels)} | of its teacher | sentences/s |",
        f"|---|---|---|---|{'---|' * len(labels)}---|---|",
    ]
    for words, figures, rate in rows:
        interval = f"{_percent(figures['micro_f1_low'])} to {_percent(figures['micro_f1_high'])}"
        share = "" if not teachers else f"{100 * figures['micro_f1'] / teachers:.0f} %"
        parts = " | ".join(_percent(figures[f"f1/{label}"]) for label in labels)
        lines.append(
            f"| {words} | {_percent(figures['micro_f1'])} | {interval} | {_percent(figures['detection_f1'])} | {parts} | "
            f"{share} | {rate:.0f} |"
        )
    return lines
