"""Figures over the lists of a batch, kept while it runs: a few numbers for each list, no report."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import mean, median

from engine.cli.batch_line import BatchLine, lines_recognised
from engine.report import SEVERITY_ORDER, Severity

_WIDTH = 30
_COLUMNS = ("total", "lists", "mean", "median", "most")


@dataclass(slots=True)
class Summary:
    """What came of a batch so far.

    `findings` and `pairs` hold one number for each list that was checked: findings of a severity, and different pairs of
    medicines with one. A medicine that stands on several lines makes several findings of one pair.
    """

    lists: int = 0
    failures: list[str] = field(default_factory=list)
    lines: int = 0
    recognised: int = 0
    findings: dict[Severity, list[int]] = field(default_factory=lambda: {level: [] for level in SEVERITY_ORDER})
    pairs: dict[Severity, list[int]] = field(default_factory=lambda: {level: [] for level in SEVERITY_ORDER})

    def add(self, line: BatchLine) -> None:
        """Count one list."""
        if line.report is None:
            self.failures.append(f"{': '.join(filter(None, (line.file, line.list)))}: {line.error}")
            return
        self.lists += 1
        recognised, unknown = lines_recognised(line.report.drugs, line.report.not_checked)
        self.lines += len(recognised) + len(unknown)
        self.recognised += len(recognised)
        for level in SEVERITY_ORDER:
            found = [finding for finding in line.report.interactions if finding.severity == level]
            self.findings[level].append(len(found))
            self.pairs[level].append(len({frozenset(finding.drugs) for finding in found}))

    def table(self, files: int) -> str:
        """The figures as text for a terminal."""
        share = f"{self.recognised / self.lines:.1%} of {self.lines}" if self.lines else "no line names a medicine"
        rows = [
            _row("Files", str(files)),
            _row("Lists checked", str(self.lists)),
            _row("Lists or files not checked", str(len(self.failures))),
            _row("Lines recognised", share),
        ]
        if self.lists:
            rows += ["", *_block("Findings for each list", self.findings)]
            rows += ["", *_block("Pairs of medicines", self.pairs)]
        return "\n".join(rows)


def _block(title: str, numbers: dict[Severity, list[int]]) -> list[str]:
    """One line a severity: over all lists, lists that have any, and mean, median and most of a list."""
    rows = [_row(title, "".join(f"{name:>9}" for name in _COLUMNS))]
    whole = [sum(of_list) for of_list in zip(*numbers.values(), strict=True)]
    for name, counts in (*numbers.items(), ("all", whole)):
        with_any = sum(count > 0 for count in counts)
        figures = f"{sum(counts):>9}{with_any:>9}{mean(counts):>9.1f}{median(counts):>9.1f}{max(counts):>9}"
        rows.append(_row(f"  {name}", figures))
    return rows


def _row(name: str, figures: str) -> str:
    return f"{name:<{_WIDTH}}{figures}"
