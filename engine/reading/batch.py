"""Many abstracts: each is read once and written to the run's file, which is whole after every step and can be gone on with.

Going on means going over the source again: what is in the file already is passed over. So the source may have changed meanwhile,
nothing is lost and nothing stands twice, and memory holds one abstract at a time.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engine.cancellation import CancelledError, Progress
from engine.errors import InputError, ResourceError
from engine.reading.batch_file import (
    Row,
    RunHeader,
    connected,
    create_run,
    delete_run,
    held,
    insert,
    read_header,
    run_exists,
    verify,
    write_header,
)
from engine.records.reading import sayable

if TYPE_CHECKING:
    from engine.abstracts.model import Abstract
    from engine.application import Application
    from engine.reading.model import Entity, Reading, ReadingProvenance, ReadSentence, Relation

Check = Callable[[], None]
ReadText = Callable[[str, Check], "Reading"]
NoteKind = Literal["fault", "duplicate", "remark", "unread"]
# What a kill costs at most: the abstracts of so many seconds are read again.
_SAVE_EVERY_S = 1.0
# Notes that each pass over the source makes anew; the others belong to an abstract, which is read once.
_OF_A_PASS = "(abstract IS NULL OR kind = 'duplicate')"
# So many texts in a row on which the student stops are a fault of the installation.
_MOST_FAILURES = 5
_DIGEST_BYTES = 16
_MEDICINES = frozenset({"drug", "brand", "group", "drug_n", "chemical"})
_COLUMN_OF_SPAN = {"PAR": "participants", "INT": "interventions", "OUT": "outcomes"}
# Of the words of one abstract in one of those columns.
_MOST_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class BatchReader:
    """What reads the texts of a run. `provenance` is that of every reading; `heads` are the names of the student's heads.

    `unsaid`: remarks that are not repeated for each of thousands of abstracts: its row says the same, or they are of a text that
    somebody pasted.
    """

    read: ReadText
    provenance: ReadingProvenance
    heads: tuple[str, ...]
    notice: str
    unsaid: frozenset[str] = frozenset()


def batch_reader(application: Application) -> BatchReader:
    """The reader of an application.

    Raises:
        ResourceError: the student is missing or damaged. Names alone are no reading of many abstracts: a table without
            relations would look as if nothing were stated.
    """
    from engine.reading.reader import A_LIST, NO_MEDICINES, provenance, read_in_steps

    student = application.students.reader()

    def read(text: str, check: Check) -> Reading:
        steps = read_in_steps(application, text, check=check)
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                found: Reading = stop.value
                return found

    heads = tuple(head.name for head in student.manifest.heads)
    return BatchReader(read, provenance(application, student), heads, application.notice, frozenset({NO_MEDICINES, A_LIST}))


@dataclass(frozen=True, slots=True)
class FoundRun:
    """What lies where a run would be kept.

    `done`: records of the source that it holds. `total`: records of the last whole pass, 0 where there was none. `refusal`: why
    it cannot be gone on with, in one sentence.
    """

    exists: bool = False
    done: int = 0
    total: int = 0
    finished: bool = False
    refusal: str = ""


def look_at_run(path: Path, source: str, reader: BatchReader) -> Generator[Progress, None, FoundRun]:
    """What lies at a place; every row of it is verified. `source` is the name of the file or folder that is to be read."""
    try:
        if not run_exists(path):
            return FoundRun()
        header = yield from verify(path)
        with connected(path) as database:
            kinds = ("fault", "duplicate")
            passed = database.execute("SELECT COUNT(*) FROM notes WHERE kind IN (?, ?)", kinds).fetchone()[0]
        _refuse_another(header, path, source, reader)
    except InputError as error:
        return FoundRun(exists=True, refusal=error.sentence)
    return FoundRun(True, header.abstracts + passed, header.total, header.finished)


def _refuse_another(header: RunHeader, path: Path, source: str, reader: BatchReader) -> None:
    made, own = header.provenance, reader.provenance
    differs = ""
    if made.application != own.application:
        differs = "by another version of Coprescribe"
    elif made.student_sha256 != own.student_sha256:
        differs = "by another student"
    elif made.knowledge_digest != own.knowledge_digest:
        differs = "with other knowledge"
    elif header.source != source:
        differs = "from another source"
    if differs:
        raise InputError(f"The run in '{path.name}' was read {differs}; choose another file, or delete it to read all anew.")


def read_many(
    path: Path, source: str, abstracts: Iterable[Abstract], reader: BatchReader, *, check: Check, anew: bool = False
) -> Generator[Progress, None, RunHeader]:
    """Read what is not read yet into the run at `path`; the header as it is at the end.

    `source` is the name of what the abstracts come from. Yields after each record, with the total of the last whole pass (0 where
    there was none). Where it stops before the end, for whatever reason, what was read is in the file. `anew` deletes what is
    there. A source of which nothing can be read leaves no file.

    Raises:
        InputError: the run that is there is damaged or was read otherwise, cannot be written, or the source cannot be read on.
        ResourceError: the student stopped, or another student or knowledge answers than at the beginning.
        CancelledError: raised by `check`.
    """
    if anew:
        delete_run(path)
    if run_exists(path):
        header = yield from verify(path)
        _refuse_another(header, path, source, reader)
    else:
        abstracts = _begun(abstracts)
        begun = datetime.now(UTC).isoformat(timespec="seconds")
        header = RunHeader(reader.provenance, reader.heads, reader.notice, source, begun)
        create_run(path, header)
    done = 0
    with connected(path) as database, _written(_Writer(database, path, reader, check)) as writer:
        for abstract in abstracts:
            check()
            writer.take(abstract)
            done += 1
            yield Progress(done, max(header.total, done) if header.total else 0)
        writer.finish(done)
    return writer.header


def _begun(abstracts: Iterable[Abstract]) -> Iterator[Abstract]:
    """The same records, of which the first was asked for: a source that cannot be opened says so now."""
    source = iter(abstracts)
    return chain(list(islice(source, 1)), source)


@contextmanager
def _written(writer: _Writer) -> Iterator[_Writer]:
    """Whatever ends the work, whole records are written. A fault of the database itself, or a person's Ctrl+C in the middle of
    writing a record, takes back what was done since the last save: half a record would pass for a whole one ever after."""
    try:
        yield writer
    except sqlite3.Error:
        raise
    except BaseException:
        if not writer.amid_record:
            writer.save()
        raise
    writer.save()


class _Writer:
    """Writes one pass over the source."""

    def __init__(self, database: sqlite3.Connection, path: Path, reader: BatchReader, check: Check) -> None:
        self._database = database
        self._path = path
        self._reader = reader
        self._check = check
        self._saved_s = time.monotonic()
        self._failures = 0
        # Between the first and the last row of a record.
        self.amid_record = False
        database.execute("BEGIN IMMEDIATE")
        before = read_header(database, path)
        self.header = replace(before, passes=before.passes + 1, finished=False)
        self._number = {table: self._last(table) for table in ("abstracts", "relations", "pairs", "notes")}
        write_header(database, self.header)

    def _last(self, table: str) -> int:
        found: int = self._database.execute(f"SELECT COALESCE(MAX(number), 0) FROM {table}").fetchone()[0]
        return found

    def save(self) -> None:
        """Bring everything to the disk."""
        if not self._database.in_transaction:
            return
        notes = self._database.execute("SELECT COUNT(*) FROM notes").fetchone()[0]
        pairs = self._number["pairs"]
        self.header = replace(self.header, relations=self._number["relations"], pairs=pairs, notes=notes)
        write_header(self._database, self.header)
        self._database.execute("COMMIT")
        self._saved_s = time.monotonic()

    def finish(self, records: int) -> None:
        """The pass is whole: what earlier passes said of records that are no longer there goes."""
        self._begin()
        self._database.execute(f"DELETE FROM notes WHERE {_OF_A_PASS} AND pass < ?", (self.header.passes,))
        self.header = replace(self.header, finished=True, total=records)

    def _begin(self) -> None:
        if self._database.in_transaction:
            return
        self._database.execute("BEGIN IMMEDIATE")
        # Between two transactions another program may have begun a pass of its own.
        if read_header(self._database, self._path) != self.header:
            self._database.execute("ROLLBACK")
            raise held(self._path)

    def take(self, abstract: Abstract) -> None:
        """Read one record, unless it is there; a fault in it is written down and the rest goes on."""
        abstract = _sayable(abstract)
        if abstract.is_fault:
            # What is said of the folder as a whole, such as other files in it, is no record that could not be read.
            of_folder = abstract.place == 0 and abstract.source == self.header.source
            self._note("remark" if of_folder else "fault", None, abstract, abstract.remark or "There is no text.")
        else:
            self._take_text(abstract)
        if time.monotonic() - self._saved_s >= _SAVE_EVERY_S:
            self.save()

    def _take_text(self, abstract: Abstract) -> None:
        text = abstract.whole
        digest = _digest(text)
        known = self._known(abstract.pmid, digest)
        if known is not None:
            number, seen, why = known
            if seen < self.header.passes:
                self._begin()
                self._database.execute("UPDATE abstracts SET seen = ? WHERE number = ?", (self.header.passes, number))
            else:
                self._note("duplicate", number, abstract, why)
            return
        try:
            reading = self._reader.read(text, self._check)
        except InputError as error:
            self._note("fault", None, abstract, error.sentence)
            return
        except ResourceError as error:
            # One text may be too much for the student; when nothing can be read any more, going on would only count faults.
            self._failures += 1
            if self._failures >= _MOST_FAILURES:
                raise
            self._note("fault", None, abstract, error.sentence)
            return
        except (CancelledError, MemoryError):
            raise
        except Exception as error:
            # A bug that one text of thousands meets must not take the others along; it is told with the run.
            self._note("fault", None, abstract, f"The program failed on this text ({type(error).__name__}); please report it.")
            return
        self._failures = 0
        if reading.provenance != self._reader.provenance:
            raise ResourceError("The student or the knowledge changed while abstracts were read; start again to go on.")
        self._write(abstract, text, digest, reading)

    def _known(self, pmid: str | None, digest: str) -> tuple[int, int, str] | None:
        """(number, pass that met it last, how it was recognised) of a record that is there."""
        ask = "SELECT number, seen FROM abstracts WHERE"
        if pmid is not None:
            row = self._database.execute(f"{ask} pmid = ?", (pmid,)).fetchone()
            if row is not None:
                return row[0], row[1], f"The same PMID, {pmid}, was read before."
        row = self._database.execute(f"{ask} digest = ?", (digest,)).fetchone()
        return None if row is None else (row[0], row[1], "The same text was read before.")

    def _write(self, abstract: Abstract, text: str, digest: str, reading: Reading) -> None:
        self._begin()
        self.amid_record = True
        number = self._next("abstracts")
        spans = _spans(reading)
        values: Row = (
            *(number, abstract.pmid, digest, abstract.title, abstract.year, abstract.journal, abstract.source, abstract.place),
            *(text, json.dumps(_medicines(reading)), *(spans[column] for column in _COLUMN_OF_SPAN.values())),
        )
        insert(self._database, "abstracts", values, self.header.passes)
        self.header = replace(self.header, abstracts=self.header.abstracts + 1)
        for sentence in reading.sentences:
            if sentence.unread is not None:
                self._note("unread", number, abstract, f"{sentence.unread} ({_shortened(sentence.text)})")
            for relation in sentence.relations:
                self._write_relation(number, sentence, relation)
        for remark in (abstract.remark, *reading.remarks):
            if remark and remark not in self._reader.unsaid:
                self._note("remark", number, abstract, remark)
        self.amid_record = False

    def _write_relation(self, abstract: int, sentence: ReadSentence, relation: Relation) -> None:
        one, other = sentence.entities[relation.first], sentence.entities[relation.second]
        changed = None if relation.object is None else shown_name(sentence.entities[relation.object])
        names = (shown_name(one), shown_name(other), one.text, other.text)
        insert(
            self._database,
            "relations",
            (
                *(self._next("relations"), abstract, self._pair(one, other), sentence.text, sentence.start, *names),
                *("\n".join(name.casefold() for name in names), relation.task, relation.label, float(relation.probability)),
                *(int(relation.abstained), relation.doubt, relation.direction, relation.direction_probability, changed),
                *("; ".join(relation.mechanisms), relation.knowledge, relation.severity),
            ),
        )

    def _pair(self, one: Entity, other: Entity) -> int:
        """Number of a pair whose names may come in either order."""
        first, second = sorted((shown_name(one), shown_name(other)), key=lambda name: (name.casefold(), name))
        keys = (first.casefold(), second.casefold())
        row = self._database.execute("SELECT number FROM pairs WHERE first_key = ? AND second_key = ?", keys).fetchone()
        if row is not None:
            known: int = row[0]
            return known
        number = self._next("pairs")
        insert(self._database, "pairs", (number, first, second, *keys))
        return number

    def _note(self, kind: NoteKind, about: int | None, abstract: Abstract, sentence: str) -> None:
        self._begin()
        place = (abstract.source, abstract.place)
        old = (*place, self.header.passes)
        self._database.execute(f"DELETE FROM notes WHERE source = ? AND place = ? AND {_OF_A_PASS} AND pass < ?", old)
        values = (self._next("notes"), kind, about, *place, abstract.pmid, sentence, self.header.passes)
        insert(self._database, "notes", values)

    def _next(self, table: str) -> int:
        self._number[table] += 1
        return self._number[table]


def _sayable(abstract: Abstract) -> Abstract:
    """The record without halves of signs, which a name of a file may hold and no file of ours can."""
    return replace(
        abstract,
        text=sayable(abstract.text),
        title=sayable(abstract.title),
        journal=None if abstract.journal is None else sayable(abstract.journal),
        source=sayable(abstract.source),
        remark=sayable(abstract.remark),
    )


def shown_name(entity: Entity) -> str:
    """The name by which a table counts: that of the knowledge, else as written."""
    return entity.name or " ".join(entity.text.split())


def _digest(text: str) -> str:
    """The same for two texts whose words are."""
    words = " ".join(text.split()).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(words, digest_size=_DIGEST_BYTES).hexdigest()


def _medicines(reading: Reading) -> list[str]:
    """Names of all medicines and chemicals, each once, in the order of the text."""
    found = (shown_name(one) for sentence in reading.sentences for one in sentence.entities if one.kind in _MEDICINES)
    return list({name.casefold(): name for name in found}.values())


def _spans(reading: Reading) -> dict[str, str]:
    """Words of each PICO column, each once, in the order of the text; a long column is cut and says so."""
    found: dict[str, dict[str, None]] = {column: {} for column in _COLUMN_OF_SPAN.values()}
    for sentence in reading.sentences:
        for span in sentence.spans:
            column = _COLUMN_OF_SPAN.get(span.kind)
            if column is not None:
                found[column][" ".join(sentence.text[span.start : span.end].split())] = None
    return {column: _shortened("; ".join(words), _MOST_CHARACTERS) for column, words in found.items()}


def _shortened(text: str, most: int = 200) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
