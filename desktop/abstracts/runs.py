"""What the page asks of a run over many abstracts, and the rows that it shows.

Everything here is called in the background. The page never holds more than the keys of a table's rows and the rows that can be
seen, so that a run of any size costs little memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from engine.cancellation import Progress
    from engine.reading.batch_model import AnyRow, PairRow, Query, Summary, Table

ExportFormat = Literal["csv", "json", "html"]


@dataclass(frozen=True, slots=True)
class Found:
    """What lies where a run would be kept.

    `done`, `total`: records of an earlier run over the same source; `total` 0 where it was not counted. `refusal`: why that run
    cannot be gone on with (another student, other knowledge, another source, a damaged file), in one sentence. `closed`: why
    nothing can be read now though the run may be looked at (a missing student), in one sentence.
    """

    exists: bool = False
    done: int = 0
    total: int = 0
    finished: bool = False
    refusal: str = ""
    closed: str = ""


Check = Callable[[], None]


class RunReader(Protocol):
    """Reads a run's file while it is being written, or afterwards. Raises InputError where the file cannot be read."""

    def summary(self) -> Summary:
        """The counts."""

    def keys(self, query: Query) -> array[int]:
        """Keys of the rows that a query finds, in its order."""

    def rows(self, table: Table, keys: Sequence[int]) -> list[AnyRow]:
        """Rows of a table, in the order of the keys."""

    def most_frequent(self, count: int) -> list[PairRow]:
        """The pairs of medicines that most abstracts state something of, the commonest first."""

    def count_pairs(self) -> int:
        """All pairs of medicines of which something is stated."""

    def text(self, abstract: int) -> str:
        """The text of an abstract as it was read."""

    def export(self, form: ExportFormat, path: Path) -> Generator[Progress, None, Path]:
        """Write everything to a file, whole or not at all."""


class Runs(Protocol):
    """Looks for runs, reads them and goes on with them."""

    def beside(self, source: Path) -> Path:
        """Where a run is kept beside its source."""

    def kept_in(self, folder: Path, source: Path) -> Path:
        """Where a run over a source is kept in a folder; another source has another place."""

    def look(self, source: Path, place: Path) -> Generator[Progress, None, Found]:
        """What lies at a place."""

    def read(self, source: Path, place: Path, *, anew: bool, check: Check) -> Generator[Progress, None, None]:
        """Read what is not read yet; `anew` throws away what lies there. `check` raises CancelledError to stop between steps."""

    def open(self, place: Path) -> RunReader:
        """The rows of a run."""
