"""TWOSIDES, for those who have it: side effects reported of two medicines together (Tatonetti et al., Sci Transl Med 2012).

A row is a statistical signal from spontaneous reports, not an interaction: it labels nothing by itself.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from distill.corpora.reading import damaged

LICENCE = "as published by nSIDES; research only, does not ship"
# The published header has "rxnorn" for the first medicine; files that others have mended have not.
_FIRST_ID = ("drug_1_rxnorn_id", "drug_1_rxnorm_id")
_SECOND_ID = "drug_2_rxnorm_id"
_NAMES = ("drug_1_concept_name", "drug_2_concept_name")
_CONDITION = ("condition_meddra_id", "condition_concept_name")
_FIGURES = ("PRR", "PRR_error", "mean_reporting_frequency")


@dataclass(frozen=True, slots=True)
class ReportedSignal:
    """A condition (MedDRA code) reported of two medicines (RxNorm codes) together.

    `prr`: proportional reporting ratio, `prr_error`: its standard error, `reporting_frequency`: share of the pair's reports that
    name the condition; all without unit. A ratio without any report to compare with is infinite.
    """

    first: str
    first_name: str
    second: str
    second_name: str
    condition: str
    condition_name: str
    prr: float
    prr_error: float
    reporting_frequency: float


def read_twosides(path: Path) -> Iterator[ReportedSignal]:
    """Rows one at a time, from a comma- or tab-separated file, gzipped or not. A header that stands again among them is left out.

    Raises:
        InputError: the file is missing or damaged.
    """
    with _opened(path) as lines:
        try:
            yield from _signals(lines, path)
        except csv.Error as error:
            raise damaged(path, "it is not a table") from error
        except (UnicodeDecodeError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise damaged(path, "it is cut off or not text in UTF-8") from error
        except OSError as error:
            raise damaged(path, "it cannot be read") from error


@contextmanager
def _opened(path: Path) -> Iterator[io.TextIOWrapper]:
    try:
        content = path.open("rb")
    except OSError as error:
        raise damaged(path, "it is missing or cannot be read") from error
    with content:
        packed = content.read(2) == b"\x1f\x8b"
        content.seek(0)
        with io.TextIOWrapper(gzip.GzipFile(fileobj=content) if packed else content, encoding="utf-8-sig", newline="") as lines:
            yield lines


def _signals(lines: io.TextIOWrapper, path: Path) -> Iterator[ReportedSignal]:
    header = lines.readline()
    columns = next(csv.reader([header], delimiter="\t" if "\t" in header else ","), [])
    first_id = next((name for name in _FIRST_ID if name in columns), None)
    wanted = [first_id or _FIRST_ID[0], _NAMES[0], _SECOND_ID, _NAMES[1], *_CONDITION, *_FIGURES]
    if len(set(columns)) != len(columns) or not set(wanted) <= set(columns):
        raise damaged(path, f"its first line does not name the columns {', '.join(wanted)}", 1)
    places = [columns.index(name) for name in wanted]
    reader = csv.reader(lines, delimiter="\t" if "\t" in header else ",", strict=True)
    for row in reader:
        if row == columns:
            continue
        if len(row) != len(columns):
            raise damaged(path, "a row has too few or too many cells", reader.line_num + 1)
        yield _signal([row[place] for place in places], path, reader.line_num + 1)


def _signal(cells: list[str], path: Path, line: int) -> ReportedSignal:
    first, first_name, second, second_name, condition, condition_name, *figures = cells
    if not all(code.isascii() and code.isdecimal() for code in (first, second, condition)):
        raise damaged(path, "a code of a medicine or condition is not a number", line)
    try:
        prr, error, frequency = (float(figure) for figure in figures)
    except ValueError as wrong:
        raise damaged(path, "a figure is not a number", line) from wrong
    if math.isnan(prr) or math.isnan(frequency) or min(prr, frequency) < 0.0 or frequency > 1.0:
        raise damaged(path, "a ratio is below nothing or a share above one", line)
    return ReportedSignal(first, first_name, second, second_name, condition, condition_name, prr, error, frequency)


def describe_twosides(path: Path) -> Iterator[str]:
    """Figures of the file, in words.

    Raises:
        InputError: the file is missing or damaged.
    """
    count: Counter[str] = Counter()
    pairs: set[tuple[str, str]] = set()
    conditions: set[str] = set()
    for signal in read_twosides(path):
        count["signals"] += 1
        pairs.add((signal.first, signal.second))
        conditions.add(signal.condition)
    yield f"twosides ({LICENCE})"
    yield f"  {count['signals']} signals of {len(pairs)} pairs and {len(conditions)} conditions"
