"""How a MIMIC-style prescription table is read and what is found in it: shares, every unrecognised name, figures by severity.

    .venv/bin/python tools/mimic_report.py PRESCRIPTIONS.csv.gz [ADMISSIONS.csv.gz]

The second file tells how many admissions there are at all: some have no order and so no list. It prints names of medicines and
figures, and no row of a patient.
"""

from __future__ import annotations

import csv
import gzip
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.application import Application, open_application
from engine.checking import CheckOptions
from engine.cli.batch_line import BatchLine, lines_recognised
from engine.cli.batch_summary import Summary
from engine.cli.lists import read_lists
from engine.prescriptions.recognise import Recognised
from engine.records.mimic import order_line
from engine.records.model import MedicationList
from engine.report import Report

Order = dict[str, str]


@dataclass(slots=True)
class Figures:
    """What was counted over all lists; `unrecognised` and `containers` count orders by the drug that they name."""

    summary: Summary = field(default_factory=Summary)
    lines: int = 0
    lines_recognised: int = 0
    orders: int = 0
    recognised: int = 0
    unrecognised: Counter[str] = field(default_factory=Counter)
    containers: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


def orders_of(path: Path) -> Iterator[Order]:
    """The rows of a table by column in lower case, spaces tidied as in the lists."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield {name.casefold(): " ".join((cell or "").split()) for name, cell in row.items()}


def measure(path: Path, application: Application, *, findings: bool) -> Figures:
    """Read each list by itself, check it too for `findings`, and look each order of the table up in what came of it."""
    figures = Figures()
    options = CheckOptions(with_alternatives=False)
    by_stay: dict[str, Counter[tuple[str, str]]] = {}
    for order in orders_of(path):
        by_stay.setdefault(f"Admission {order['hadm_id']}", Counter())[order["drug"], order_line(order)] += 1
    for one in read_lists(path):
        started = time.perf_counter()
        read: Report | Recognised
        if findings:
            read = application.check(one.text, one.patient, options)
            figures.summary.add(BatchLine(list=one.title, file=path.name, report=read))
        else:
            read = application.checker.recognise(one.text, options)
        figures.seconds.append(time.perf_counter() - started)
        lines = lines_recognised(read.drugs, read.not_checked)
        figures.lines += len(lines[0] | lines[1])
        figures.lines_recognised += len(lines[0])
        _count(by_stay.pop(one.title, Counter()), one, *lines, figures)
    for left in by_stay.values():
        figures.lost.update({drug: count for (drug, _), count in left.items()})
    return figures


def _count(
    orders: Counter[tuple[str, str]], one: MedicationList, recognised: frozenset[int], unknown: frozenset[int], figures: Figures
) -> None:
    """Count each order of a list as recognised, not recognised, a container named in a remark, or lost."""
    numbers = {line.casefold(): number for number, line in enumerate(one.text.splitlines(), 1)}
    remarks = " ".join(one.remarks)
    for (drug, line), count in orders.items():
        figures.orders += count
        number = numbers.get(line.casefold())
        if number in recognised:
            figures.recognised += count
        elif number in unknown:
            figures.unrecognised[drug] += count
        elif number is None and f"× {drug}" in remarks:
            figures.containers[drug] += count
        else:
            figures.lost[drug] += count


def show(figures: Figures) -> Iterator[str]:
    """The figures as lines of text."""
    medicines = figures.orders - figures.containers.total()
    seconds = sorted(figures.seconds)
    yield f"{figures.orders} orders, {medicines} of more than a container; recognised: {figures.recognised / medicines:.2%}"
    yield f"orders lost: {figures.lost.total()} {dict(figures.lost) or ''}".rstrip()
    yield f"seconds for a list: median {seconds[len(seconds) // 2]:.3f}, most {seconds[-1]:.3f}, all {sum(seconds):.1f}"
    yield ""
    yield figures.summary.table(1)
    yield ""
    yield f"Containers: {', '.join(f'{count} × {drug}' for drug, count in figures.containers.most_common())}"
    yield f"Names that were not recognised: {len(figures.unrecognised)}"
    yield from (f"  {count:>5}  {drug}" for drug, count in figures.unrecognised.most_common())


def main(arguments: list[str]) -> int:
    """Print the figures; 0 if no order was lost."""
    paths = [Path(argument) for argument in arguments]
    if not 1 <= len(paths) <= 2:
        sys.stderr.write("usage: mimic_report.py PRESCRIPTIONS.csv[.gz] [ADMISSIONS.csv[.gz]]\n")
        return 2
    figures = measure(paths[0], open_application(), findings=True)
    if len(paths) == 2:
        stays = {order["hadm_id"] for order in orders_of(paths[1])}
        sys.stdout.write(f"{len(stays)} admissions, {figures.summary.lists} with orders\n")
    sys.stdout.write("\n".join(show(figures)) + "\n")
    return 1 if figures.lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
