"""Reading the hand-edited tables: every fault is found and named with file and line before anything is compiled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from engine.interactions.conditions import parse_condition
from engine.interactions.exposure import ROUTES
from engine.knowledge.resolve import normal_form
from engine.knowledge.tables import BASES, PROVENANCE_COLUMNS, TABLE_BY_NAME, TABLES, Table

Row = tuple[str, ...]
MAX_REPORTED = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a table."""

    table: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.table}.tsv line {self.line}: {self.what}"


def read_table(folder: Path, table: Table) -> tuple[list[Row], list[Fault]]:
    """Read one table: its rows, and the faults of its form (missing file, header, column count, empty or padded cells)."""
    path = folder / f"{table.name}.tsv"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        return [], [Fault(table.name, 0, f"cannot be read: {error}")]
    if tuple(lines[0].split("\t")) != table.all_columns:
        return [], [Fault(table.name, 1, f"the header must be: {' '.join(table.all_columns)}")]
    rows, faults = [], []
    for number, line in enumerate(lines[1:], start=2):
        if not line and number == len(lines):
            continue
        cells = tuple(line.split("\t"))
        if len(cells) != len(table.all_columns):
            faults.append(Fault(table.name, number, f"{len(cells)} cells, {len(table.all_columns)} columns"))
        elif any(not cell or cell != cell.strip() for cell in cells):
            faults.append(Fault(table.name, number, "an empty cell (write '-') or a cell with outer spaces"))
        else:
            rows.append(cells)
    return rows, faults


class TableSet:
    """All tables with their faults. `rows[name]` keeps file order; line numbers are row index + 2 where no fault shifted them."""

    def __init__(self, folder: Path) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.faults: list[Fault] = []
        for table in TABLES:
            self.rows[table.name], faults = read_table(folder, table)
            self.faults.extend(faults)
        if not self.faults:
            self._check()

    def refuse_faults(self) -> None:
        """Raise if anything is wrong.

        Raises:
            InputError: names the first faults and how many there are.
        """
        if self.faults:
            first = "; ".join(str(fault) for fault in self.faults[:MAX_REPORTED])
            raise InputError(f"The knowledge tables have {len(self.faults)} fault(s): {first}")

    def column(self, table: str, name: str) -> list[str]:
        """One column of a table."""
        position = TABLE_BY_NAME[table].all_columns.index(name)
        return [row[position] for row in self.rows[table]]

    def _check(self) -> None:
        keys = {table.name: set(self.column(table.name, table.columns[0])) for table in TABLES}
        for table in TABLES:
            for fault in self._check_table(table, keys):
                self.faults.append(fault)
        self.faults.extend(self._check_names(keys["substances"]))
        self.faults.extend(self._check_naming())
        self.faults.extend(self._check_rules(keys))
        self.faults.extend(self._check_levels())
        self.faults.extend(self._check_routes())
        self.faults.extend(self._check_patient_rules(keys))
        self.faults.extend(self._check_plain_words(keys))
        self.faults.extend(self._check_tall_man())

    def _check_table(self, table: Table, keys: dict[str, set[str]]) -> Iterator[Fault]:
        seen: set[Row] = set()
        columns = table.all_columns
        for number, row in enumerate(self.rows[table.name], start=2):
            cells = dict(zip(columns, row, strict=True))
            key = tuple(cells[column] for column in table.key)
            if key in seen:
                yield Fault(table.name, number, f"a second row for {' / '.join(key)}")
            seen.add(key)
            for column, target in table.refers.items():
                if cells[column] not in keys[target]:
                    yield Fault(table.name, number, f"{column} '{cells[column]}' is not in {target}.tsv")
            for column, allowed in table.allowed.items():
                if cells[column] not in allowed:
                    yield Fault(table.name, number, f"{column} '{cells[column]}' is not one of {' '.join(sorted(allowed))}")
            if table.provenance:
                yield from self._check_provenance(table, number, cells, keys["sources"])

    @staticmethod
    def _check_provenance(table: Table, number: int, cells: dict[str, str], sources: set[str]) -> Iterator[Fault]:
        # Only substances take their codes from several sources; elsewhere a locator may hold semicolons of its own.
        several = table.name == "substances"
        parts = [cells[column].split(";") if several else [cells[column]] for column in ("source", "basis")]
        if several and len({len(cells[column].split(";")) for column in PROVENANCE_COLUMNS}) != 1:
            yield Fault(table.name, number, "source, locator and basis do not have the same number of parts")
        for source, basis in zip(*parts, strict=False):
            if source not in sources:
                yield Fault(table.name, number, f"source '{source}' is not in sources.tsv")
            if basis not in BASES:
                yield Fault(table.name, number, f"basis '{basis}' is not one of {' '.join(sorted(BASES))}")
            if (basis == "recalled") != (source == "recalled"):
                yield Fault(table.name, number, "basis 'recalled' and source 'recalled' go together")
        if cells["locator"] == "-" and cells["basis"] != "recalled":
            yield Fault(table.name, number, "a traced row needs a locator")

    def _check_names(self, substances: set[str]) -> Iterator[Fault]:
        meaning: dict[str, str] = {}
        for number, (name, ids, _, route, *_rest) in enumerate(self.rows["names"], start=2):
            for substance in ids.split("+"):
                if substance not in substances:
                    yield Fault("names", number, f"substance '{substance}' is not in substances.tsv")
            if route != "-" and route not in ROUTES:
                yield Fault("names", number, f"route '{route}' is unknown")
            form = normal_form(name)
            if not form:
                yield Fault("names", number, f"'{name}' has no letter or digit")
            if meaning.setdefault(form, ids) != ids:
                yield Fault("names", number, f"'{name}' already means {meaning[form]}")

    def _check_naming(self) -> Iterator[Fault]:
        """A name that is shown must be one that is recognised and means this substance, and no two may share it."""
        meaning = {normal_form(row[0]): row[1] for row in self.rows["names"]}
        own = {row[0]: row[1] for row in self.rows["substances"]}
        for place in (1, 2):
            shown = {**own, **{row[0]: row[place] for row in self.rows["naming"] if row[place] != "-"}}
            count = Counter(shown.values())
            for number, row in enumerate(self.rows["naming"], start=2):
                name = shown[row[0]]
                if row[place] != "-" and meaning.get(normal_form(name)) != row[0]:
                    yield Fault("naming", number, f"'{name}' is not a name of {row[0]} in names.tsv")
                if count[name] > 1:
                    yield Fault("naming", number, f"'{name}' would stand for two substances")

    def _check_rules(self, keys: dict[str, set[str]]) -> Iterator[Fault]:
        vias = {row[0]: (set(row[2].split(";")), set(row[3].split(";"))) for row in self.rows["vocabulary_mechanisms"]}
        with_levels = set(self.column("rule_levels", "rule"))
        members = set(self.column("class_members", "class"))
        for number, row in enumerate(self.rows["rules"], start=2):
            rule, a, b, obj, direction, mechanisms, effects = row[:7]
            for side in (a, b):
                table = "classes" if side.startswith("@") else "substances"
                if side.removeprefix("@") not in keys[table]:
                    yield Fault("rules", number, f"side '{side}' is not in {table}.tsv")
                elif side.startswith("@") and side[1:] not in members:
                    yield Fault("rules", number, f"class '{side}' has no members")
            if (obj == "-") != (direction == "-"):
                yield Fault("rules", number, "object and direction are given together or not at all")
            for cell in mechanisms.split(";"):
                kind, *rest = cell.split(":")
                if kind not in vias or len(rest) != 2:
                    yield Fault("rules", number, f"mechanism '{cell}' is unknown")
                elif any(part not in ({"-"} | vias[kind][place]) for place, part in enumerate(rest)):
                    yield Fault("rules", number, f"mechanism '{cell}' has an unknown via or role")
            for code in effects.split(";"):
                if code not in keys["vocabulary_effects"]:
                    yield Fault("rules", number, f"effect '{code}' is unknown")
            if rule not in with_levels:
                yield Fault("rules", number, f"rule '{rule}' has no level")

    def _condition_faults(self, table: str, number: int, condition: str) -> Iterator[Fault]:
        if condition == "-":
            return
        try:
            atoms = parse_condition(condition)
        except ValueError as error:
            yield Fault(table, number, str(error))
            return
        known = {"substance": set(self.column("substances", "id")), "context": set(self.column("vocabulary_contexts", "code"))}
        known["route"] = set(ROUTES) | {"systemic", "parenteral"}
        for atom in atoms:
            for value in atom.value.split("|"):
                if atom.field in known and value not in known[atom.field]:
                    yield Fault(table, number, f"condition names an unknown {atom.field} '{value}'")

    def _management_faults(self, table: str, number: int, cell: str) -> Iterator[Fault]:
        words = {row[0]: row[1] for row in self.rows["vocabulary_managements"]}
        for part in cell.split(";") if cell != "-" else ():
            code, has_value, value = part.partition("=")
            if code not in words:
                yield Fault(table, number, f"management '{code}' is unknown")
            elif bool(has_value) != ("{value}" in words[code]) or (has_value and not _is_number(value)):
                yield Fault(table, number, f"management '{part}' has a wrong or missing value")

    def _check_routes(self) -> Iterator[Fault]:
        for table, position in (("systemic_by_route", 1), ("class_members", 2)):
            for number, row in enumerate(self.rows[table], start=2):
                for route in row[position].split("|"):
                    if route not in ROUTES | {"systemic", "parenteral", "-"}:
                        yield Fault(table, number, f"route '{route}' is unknown")

    def _check_levels(self) -> Iterator[Fault]:
        counts: dict[str, int] = {}
        for number, row in enumerate(self.rows["rule_levels"], start=2):
            counts[row[0]] = counts.get(row[0], 0) + 1
            if row[1] != str(counts[row[0]]):
                yield Fault("rule_levels", number, f"level number {row[1]} of {row[0]} should be {counts[row[0]]}")
            yield from self._condition_faults("rule_levels", number, row[3])
            yield from self._management_faults("rule_levels", number, row[4])

    def _check_patient_rules(self, keys: dict[str, set[str]]) -> Iterator[Fault]:
        prefixes = {"@": "classes", "#": "vocabulary_tags"}
        for number, row in enumerate(self.rows["patient_rules"], start=2):
            table = prefixes.get(row[1][:1], "substances")
            subject = row[1] if table == "substances" else row[1][1:]
            if subject not in keys[table]:
                yield Fault("patient_rules", number, f"subject '{row[1]}' is not in {table}.tsv")
            if row[7] == "recalled":
                yield Fault("patient_rules", number, "a patient rule needs a traced source")
            yield from self._condition_faults("patient_rules", number, row[2])
            yield from self._management_faults("patient_rules", number, row[4])

    def _check_plain_words(self, keys: dict[str, set[str]]) -> Iterator[Fault]:
        vocabularies = {kind: keys[f"vocabulary_{kind}s"] for kind in ("effect", "management", "statement")}
        for number, row in enumerate(self.rows["plain_words"], start=2):
            if row[1] not in vocabularies.get(row[0], set()):
                yield Fault("plain_words", number, f"{row[0]} '{row[1]}' is unknown")
        said = {(row[0], row[1]) for row in self.rows["plain_words"]}
        for kind, codes in vocabularies.items():
            for code in sorted(codes):
                if (kind, code) not in said:
                    yield Fault("plain_words", 0, f"{kind} '{code}' has no plain words")

    def _check_tall_man(self) -> Iterator[Fault]:
        known = {name.casefold() for name in self.column("names", "name")}
        spelled: dict[str, str] = {}
        for number, row in enumerate(self.rows["tall_man"], start=2):
            if row[0].casefold() not in known:
                yield Fault("tall_man", number, f"name '{row[0]}' is not in names.tsv")
            if row[1].casefold() != row[0].casefold() or spelled.setdefault(row[0].casefold(), row[1]) != row[1]:
                yield Fault("tall_man", number, f"'{row[1]}' is no other way, or a second one, to write '{row[0]}'")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
