"""A batch as one table: the rows of each list's export, with the file and the list that they belong to."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TextIO

from engine.application import Application
from engine.cli.batch_line import BatchLine
from engine.records.model import MedicationList
from engine.reports.material import Material, Wordbook
from engine.reports.table import COLUMNS, guarded, table_rows


class RowWriter:
    """Writes lists as rows of one table, all with the time at which the batch began."""

    def __init__(self, file: TextIO, application: Application) -> None:
        self._writer = csv.DictWriter(file, ("file", "list", *COLUMNS), restval="", lineterminator="\n")
        self._writer.writeheader()
        self._words = Wordbook.of(application.store)
        self._made_at = datetime.now(UTC)

    def write(self, line: BatchLine, one: MedicationList) -> None:
        """Write the rows of one list; of one that could not be checked, the sentence that says why."""
        if line.report is None:
            rows = [{"row": "failed", "text": line.error or ""}]
        else:
            remark = " ".join(line.remarks)
            material = Material(line.report, one.patient, one.text, self._made_at, self._words, line.list, remark)
            rows = list(table_rows(material))
        for row in rows:
            whole = {"file": line.file, "list": line.list} | row
            self._writer.writerow({name: guarded(cell.replace("\x00", "")) for name, cell in whole.items()})
