"""Any file of medicines to its lists, told apart by what it holds: saved lists, FHIR, tables, plain text."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from engine.cancellation import Progress
from engine.errors import InputError
from engine.prescriptions.parser import MAX_CHARACTERS, MAX_ITEMS
from engine.records.codes import CodeLookup
from engine.records.content import text_of_file
from engine.records.model import MedicationList
from engine.records.reading import sayable
from engine.records.saved import is_saved, list_of_saved
from engine.records.strict_json import read_json

_TABLE_SUFFIXES = frozenset({".csv", ".tsv"})


def open_lists(path: Path, lookup: CodeLookup | None = None) -> Generator[Progress, None, tuple[MedicationList, ...]]:
    """The lists that a file holds, at least one; what a file held and a list does not is in the list's remarks.

    `lookup` names medicines of which the file gives only a code.

    Raises:
        InputError: the file is missing, too large, damaged, of a kind or version that is not read, or names no medicine.
    """
    yield Progress(0, 0)
    text, remarks = text_of_file(path)
    yield Progress(0, 0)
    return (yield from lists_of_text(text, lookup, tuple(suffix.lower() for suffix in path.suffixes), remarks))


def lists_of_text(
    text: str, lookup: CodeLookup | None = None, suffixes: tuple[str, ...] = (), remarks: tuple[str, ...] = ()
) -> Generator[Progress, None, tuple[MedicationList, ...]]:
    """The lists that the text of a file or of a pipe holds; `suffixes` are those of its name, `remarks` stand with each list.

    Raises:
        InputError: the text is damaged, of a kind or version that is not read, or names no medicine.
    """
    lists = yield from _lists_of(text, suffixes, lookup)
    if not lists:
        raise InputError("The file holds no list of medicines.")
    return tuple(_checked(one, remarks) for one in lists)


def _lists_of(
    text: str, suffixes: tuple[str, ...], lookup: CodeLookup | None
) -> Generator[Progress, None, tuple[MedicationList, ...]]:
    body = text.lstrip()
    if body.startswith("{") or (body.startswith("[") and (".json" in suffixes or body[1:].lstrip()[:1] in ("{", "]"))):
        return (yield from _lists_of_json(text, lookup))
    if body.startswith("<"):
        _refuse_markup(body)
    from engine.records.tables import lists_of_table, table_of

    table = table_of(text, surely=bool(_TABLE_SUFFIXES & set(suffixes)))
    if table is not None:
        return (yield from lists_of_table(table))
    if not body:
        raise InputError("The file is empty.")
    return (MedicationList(title="", text=text),)


def _lists_of_json(text: str, lookup: CodeLookup | None) -> Generator[Progress, None, tuple[MedicationList, ...]]:
    value = read_json(text)
    if is_saved(value):
        return (list_of_saved(value),)
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise InputError("The file is JSON, but neither a list saved by Coprescribe nor FHIR.")
    # Its models take a third of a second to import.
    from engine.records.fhir.bundle import lists_of_fhir

    return (yield from lists_of_fhir(value, lookup))


def _refuse_markup(body: str) -> None:
    beginning = body[:2_000].casefold()
    if "http://hl7.org/fhir" in beginning:
        raise InputError("The file is FHIR as XML; only FHIR as JSON is read.")
    if beginning.startswith(("<?xml", "<!doctype", "<html")):
        raise InputError("The file is XML or a web page, which is not read; copy its text and paste it into the list.")


def _checked(one: MedicationList, remarks: tuple[str, ...]) -> MedicationList:
    """The list with what the file as a whole has to say, and with a word on its length."""
    if len(one.text) > MAX_CHARACTERS:
        raise InputError(f"A list in the file is longer than {MAX_CHARACTERS:,} characters.")
    lines = sum(bool(line.strip()) for line in one.text.splitlines())
    if lines > MAX_ITEMS:
        remarks = (*remarks, f"The list has {lines:,} lines; at most {MAX_ITEMS} medicines are checked at once.")
    return replace(one, title=sayable(one.title), text=sayable(one.text), remarks=tuple(map(sayable, (*remarks, *one.remarks))))
