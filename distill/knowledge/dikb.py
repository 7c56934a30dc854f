"""Reader of the Drug Interaction Knowledge Base (DIKB): a MySQL dump of assertions with evidence records.

Input: `dikb_evidence.sql`. Three tables matter: `Assertions` (object, slot, value, rating), `Evidence`
(document, kind of study, measured value) and `Evidence_map` (which evidence stands for or against which
assertion). The dump is tokenised by hand: nothing in it is executed or evaluated, and statements other than
INSERT are passed over.

How the tables hang together: `Assertions.evidence_for` and `.evidence_against` name a set of evidence;
`Evidence_map` lists the members of a set, one row each, and shares its id with the `Evidence` row it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_OPENING = "INSERT INTO `{table}` VALUES "
_ASSERTION_COLUMNS = 13
_EVIDENCE_COLUMNS = 15
_QUOTE = 3
_MAP_COLUMNS = 3
_ESCAPES = {"0": "\0", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "Z": "\x1a"}
_OPPOSITE = {
    "substrate_of": "is_not_substrate_of",
    "is_not_substrate_of": "substrate_of",
    "inhibits": "does_not_inhibit",
    "does_not_inhibit": "inhibits",
}

Row = tuple[str | None, ...]


class DikbError(ValueError):
    """The dump cannot be read faithfully; names the file and the byte where reading stopped."""

    def __init__(self, path: Path, position: int, problem: str) -> None:
        super().__init__(f"{path}, character {position}: {problem}")
        self.path = path
        self.position = position


@dataclass(frozen=True)
class Evidence:
    """One evidence record: where it was published, what kind of study, and the value it measured, if any."""

    id: int
    document: str
    kind: str
    value: float | None


@dataclass(frozen=True)
class Assertion:
    """One assertion, e.g. `ketoconazole increases_auc midazolam`; `number` is the curators' value.

    For `increases_auc` it is the ratio of the object's AUC with the precipitant (`subject`) to that without.
    """

    id: int
    subject: str
    slot: str
    value: str
    rating: str
    number: float | None
    evidence_for: tuple[Evidence, ...]
    evidence_against: tuple[Evidence, ...]

    @property
    def accepted(self) -> bool:
        """Whether the curators assume it, at least one record supports it and none speaks against it."""
        return self.rating == "assume!" and bool(self.evidence_for) and not self.evidence_against

    @property
    def opposite(self) -> tuple[str, str, str] | None:
        """Subject, slot and value (lower case) of the assertion that would say the contrary, if any."""
        slot = _OPPOSITE.get(self.slot)
        return None if slot is None else (self.subject.lower(), slot, self.value.lower())

    @property
    def key(self) -> tuple[str, str, str]:
        """Subject, slot and value in lower case."""
        return (self.subject.lower(), self.slot, self.value.lower())


def read(path: Path) -> tuple[Assertion, ...]:
    """Read the assertions in id order, each with its evidence.

    Raises DikbError if the dump is damaged, a row has another number of columns or a reference leads nowhere.
    """
    text = path.read_text(encoding="latin-1")
    records = map(_evidence, rows(path, text, "Evidence", _EVIDENCE_COLUMNS))
    evidence = {record.id: record for record in records}
    sets: dict[str, list[Evidence]] = {}
    for row in rows(path, text, "Evidence_map", _MAP_COLUMNS):
        record = evidence.get(int(row[0] or 0))
        if record is None:
            raise DikbError(path, 0, f"Evidence_map row {row[0]} has no Evidence row")
        sets.setdefault(row[1] or "", []).append(record)
    found = [_assertion(row, sets) for row in rows(path, text, "Assertions", _ASSERTION_COLUMNS)]
    return tuple(sorted(found, key=lambda assertion: assertion.id))


def quotes(path: Path) -> tuple[tuple[int, str], ...]:
    """What the curators noted of each evidence record (id, note), in the order of the dump; records without a note are left out.

    Raises DikbError if the dump is damaged or a row has another number of columns.
    """
    text = path.read_text(encoding="latin-1")
    records = rows(path, text, "Evidence", _EVIDENCE_COLUMNS)
    return tuple((int(row[0] or 0), note) for row in records if (note := row[_QUOTE]))


def standing(assertions: tuple[Assertion, ...]) -> tuple[Assertion, ...]:
    """Give the accepted assertions whose contrary is not accepted too."""
    accepted = {assertion.key for assertion in assertions if assertion.accepted}
    return tuple(assertion for assertion in assertions if assertion.accepted and assertion.opposite not in accepted)


def rows(path: Path, text: str, table: str, columns: int) -> Iterator[Row]:
    """Yield the rows that INSERT statements put into `table`; NULL becomes None, numbers stay strings.

    Raises DikbError at the first character that a MySQL row list cannot hold.
    """
    opening = _OPENING.format(table=table)
    start = text.find(opening)
    while start >= 0:
        position = start + len(opening)
        while True:
            row, position = _row(path, text, position)
            if len(row) != columns:
                raise DikbError(path, position, f"a row of {table} has {len(row)} values, not {columns}")
            yield row
            following = text[position : position + 1]
            position += 1
            if following == ";":
                break
            if following != ",":
                raise DikbError(path, position, f"expected , or ; after a row of {table}")
        start = text.find(opening, position)


def _row(path: Path, text: str, position: int) -> tuple[Row, int]:
    if text[position : position + 1] != "(":
        raise DikbError(path, position, "expected ( at the beginning of a row")
    values: list[str | None] = []
    while True:
        value, position = _value(path, text, position + 1)
        values.append(value)
        following = text[position : position + 1]
        if following == ")":
            return tuple(values), position + 1
        if following != ",":
            raise DikbError(path, position, "expected , or ) after a value")


def _value(path: Path, text: str, position: int) -> tuple[str | None, int]:
    if text[position : position + 1] == "'":
        return _quoted(path, text, position + 1)
    end = position
    while end < len(text) and text[end] not in ",)":
        end += 1
    word = text[position:end]
    if word == "NULL":
        return None, end
    try:
        float(word)
    except ValueError as error:
        raise DikbError(path, position, f"{word[:20]!r} is neither NULL, a number nor quoted") from error
    return word, end


def _quoted(path: Path, text: str, position: int) -> tuple[str, int]:
    """Read to the closing quote from the character after the opening one; a doubled quote is one quote."""
    parts: list[str] = []
    while position < len(text):
        character = text[position]
        if character == "\\":
            escaped = text[position + 1 : position + 2]
            parts.append(_ESCAPES.get(escaped, escaped))
            position += 2
        elif character != "'":
            parts.append(character)
            position += 1
        elif text[position + 1 : position + 2] == "'":
            parts.append("'")
            position += 2
        else:
            return "".join(parts), position + 1
    raise DikbError(path, position, "the dump ends inside a quoted value")


def _evidence(row: Row) -> Evidence:
    return Evidence(int(row[0] or 0), row[2] or "", row[6] or "", None if row[8] is None else float(row[8]))


def _assertion(row: Row, sets: dict[str, list[Evidence]]) -> Assertion:
    return Assertion(
        id=int(row[0] or 0),
        subject=row[2] or "",
        slot=row[3] or "",
        value=row[4] or "",
        rating=row[7] or "",
        number=_number(row[9]),
        evidence_for=tuple(sets.get(row[11] or "", ())),
        evidence_against=tuple(sets.get(row[12] or "", ())),
    )


def _number(word: str | None) -> float | None:
    if word is None:
        return None
    try:
        return float(word)
    except ValueError:
        # `numeric_val` is a text column; a word in it ("none") means that nothing was measured.
        return None
