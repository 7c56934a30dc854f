"""Reader of the DrugBank vocabulary (CC0): names, synonyms, CAS numbers, UNII codes and structure keys.

The file as published for spreadsheets is separated by semicolons and has two header lines, the first of
them without meaning.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError

_HEADER = ("DrugBank ID", "Accession Numbers", "Common name", "CAS", "UNII", "Synonyms", "Standard InChI Key")
_SPREADSHEET_HEADER = re.compile(r"Column\d+(;Column\d+)*")
_ID = re.compile(r"DB\d{5}")
_SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class VocabularyDrug:
    """One drug. Empty fields are ''; `synonyms` are in the file's order, without repeats."""

    drugbank_id: str
    accessions: tuple[str, ...]
    name: str
    cas: str
    unii: str
    synonyms: tuple[str, ...]
    inchi_key: str

    @property
    def all_names(self) -> tuple[str, ...]:
        """The common name, then every synonym that differs from it."""
        return (self.name, *(name for name in self.synonyms if name != self.name))


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split(_SEPARATOR) if part.strip()))


def _rows(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    row = next(reader, [])
    if row and _SPREADSHEET_HEADER.fullmatch(";".join(row)):
        row = next(reader, [])
    if tuple(row) != _HEADER:
        raise InputError(f"{where} does not begin with the column names of the DrugBank vocabulary.")
    for row in reader:
        if row:
            yield reader.line_num, row


def read_vocabulary_text(text: str, where: str) -> tuple[VocabularyDrug, ...]:
    """Every drug of the file's text, in its order.

    `where` names the file in errors. Raises InputError for other columns, a row of another width, an id that
    is not DB and five digits, a repeated id, or a drug without a name.
    """
    drugs: list[VocabularyDrug] = []
    seen: set[str] = set()
    for line, row in _rows(text, where):
        if len(row) != len(_HEADER):
            raise InputError(f"{where} has {len(row)} columns instead of {len(_HEADER)} at line {line}.")
        drugbank_id, accessions, name, cas, unii, synonyms, inchi_key = (cell.strip() for cell in row)
        if not _ID.fullmatch(drugbank_id) or not name:
            raise InputError(f"{where} has a drug without an id or a name at line {line}.")
        if drugbank_id in seen:
            raise InputError(f"{where} lists {drugbank_id} twice, again at line {line}.")
        seen.add(drugbank_id)
        drugs.append(VocabularyDrug(drugbank_id, _parts(accessions), name, cas, unii, _parts(synonyms), inchi_key))
    return tuple(drugs)


def read_vocabulary(path: Path) -> tuple[VocabularyDrug, ...]:
    """Every drug of the file at `path` (UTF-8, with or without a byte order mark).

    Raises InputError as `read_vocabulary_text` does, or where the file cannot be read as UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(f"The DrugBank vocabulary {path.name} cannot be read.") from fault
    return read_vocabulary_text(text, path.name)
