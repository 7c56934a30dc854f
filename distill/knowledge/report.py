"""`coprescribe-distill knowledge report`: how much is known, on which basis, what was repaired, and who agrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from distill.knowledge import ansm_2016, ansm_2016_rules, ansm_2019, ansm_2019_rules
from distill.knowledge.agreement import Role, compare, dikb_roles, read_drugbank
from distill.knowledge.dikb import read as read_dikb
from distill.knowledge.second_coding import FIELDS, read_second_coding
from distill.knowledge.tables import TableSet
from engine.installation import Installation
from engine.knowledge.tables import TABLES

_SHOWN = 12


def default_data_folder(installation: Installation) -> Path:
    """Where the publishers' files lie in development: `shared/data` beside the checkout."""
    return installation.resources.parent.parent / "shared" / "data"


def knowledge_report(installation: Installation, data: Path | None, *, every_repair: bool) -> Iterator[str]:
    """Lines of the report. Sections that need the publishers' files say so where these are not at hand.

    Raises:
        InputError: the tables have faults.
    """
    tables = TableSet(installation.knowledge_tables)
    tables.refuse_faults()
    yield from _coverage(tables)
    yield from _targets(tables)
    yield from _second_coding(installation)
    folder = data if data is not None else default_data_folder(installation)
    if not folder.is_dir():
        yield f"Sources: the folder '{folder}' is not at hand; reading, repairs and agreement are not reported."
        return
    yield from _reading(tables, folder, every_repair=every_repair)
    yield from _agreement(tables, folder)


def _coverage(tables: TableSet) -> Iterator[str]:
    yield "Rows by table and basis"
    for table in TABLES:
        rows = tables.rows[table.name]
        if not table.provenance:
            yield f"  {table.name}: {len(rows)}"
            continue
        bases = Counter(basis for cell in tables.column(table.name, "basis") for basis in dict.fromkeys(cell.split(";")))
        counts = ", ".join(f"{basis} {bases[basis]}" for basis in ("file", "read", "recalled") if bases[basis])
        yield f"  {table.name}: {len(rows)} ({counts})"
    yield "Rows by source"
    by_source: Counter[str] = Counter()
    for table in TABLES:
        if table.provenance:
            by_source.update(source for cell in tables.column(table.name, "source") for source in cell.split(";"))
    for source, count in by_source.most_common():
        yield f"  {source}: {count}"


def _targets(tables: TableSet) -> Iterator[str]:
    kinds = Counter(tables.column("names", "kind"))
    yield "Counts that were asked for"
    yield f"  ingredients: {len(tables.rows['substances'])} (asked: 1300)"
    for column in ("rxnorm", "atc", "unii"):
        yield f"  ingredients with {column}: {sum(cell != '-' for cell in tables.column('substances', column))}"
    yield f"  brand names: {kinds['brand']} (asked: 2500)"
    yield f"  other names: {', '.join(f'{kind} {count}' for kind, count in sorted(kinds.items()) if kind != 'brand')}"
    yield f"  effects: {len(tables.rows['vocabulary_effects'])} (asked: 80)"
    yield f"  managements: {len(tables.rows['vocabulary_managements'])} (asked: 40)"
    with_roles = set(tables.column("enzyme_roles", "substance"))
    yield f"  substances with an enzyme or transporter role: {len(with_roles)} (asked: 450)"
    yield f"  substances with a pharmacodynamic tag: {len(set(tables.column('pd_tags', 'substance')))} (asked: 700)"
    years = dict(zip(tables.column("approvals", "substance"), tables.column("approvals", "first_approval_year"), strict=True))
    new = {substance for substance, year in years.items() if int(year) >= 2016}
    read = _substances_read(tables)
    yield f"  medicines first approved since 2016 with a fact that was read: {len(new & read)} (asked: 60)"


def _substances_read(tables: TableSet) -> set[str]:
    """Substances about which a fact on mechanism or interaction has the basis *read*."""
    found: set[str] = set()
    for table, columns in (("enzyme_roles", (0,)), ("pd_tags", (0,)), ("pk_properties", (0,)), ("rules", (1, 2))):
        for row in tables.rows[table]:
            if row[-1] == "read":
                found.update(row[column] for column in columns)
    return found


def _second_coding(installation: Installation) -> Iterator[str]:
    rows = read_second_coding(installation.knowledge_tables)
    yield f"Second coding: {len({row.rule for row in rows})} rules coded again without sight of the tables"
    for name in FIELDS:
        cells = [row for row in rows if row.field == name]
        same = sum(row.first == row.second for row in cells)
        yield f"  {name}: {same} of {len(cells)} agree ({100 * same / len(cells):.1f}%)"


def _reading(tables: TableSet, folder: Path, *, every_repair: bool) -> Iterator[str]:
    thesaurus = folder / "ansm-thesaurus"
    french = ansm_2019.read_interactions(thesaurus / "interactions_fr_2019.txt")
    rules, differences = ansm_2019_rules.merge(french)
    coded = sum(row[0].startswith("fr") for row in tables.rows["rules"])
    yield "French edition 2019"
    yield f"  entries read: {len(french.entries)}; rules after merging mirrored entries: {len(rules)}"
    yield f"  rules with both sides resolved and coded: {coded} ({100 * coded / len(rules):.1f}%, asked: 98%)"
    yield f"  differences between halves: {len(differences)}"
    yield from _repairs([f"line {one.line}: {one.what}" for one in french.repairs], every_repair=every_repair)
    english = ansm_2016.read_interactions(thesaurus / "interactions_en_2016.xml")
    classes = ansm_2016.read_classes(thesaurus / "classes_en_2016.xml")
    merged, differences_en = ansm_2016_rules.merge(english)
    kept = sum(row[0].startswith("en") for row in tables.rows["rules"])
    yield "English edition 2016"
    yield f"  entries read: {len(english.interactions)}; rules after merging: {len(merged)}; classes: {len(classes.classes)}"
    yield f"  rules kept, which the 2019 edition no longer says: {kept}"
    kinds = Counter(one.kind for one in differences_en)
    yield f"  differences between halves: {', '.join(f'{kind} {count}' for kind, count in kinds.most_common())}"
    undefined = ansm_2016.undefined_classes(english, classes)
    unresolved = [one.name for one in undefined if one.resolution is None]
    yield f"  class names without a definition: {len(undefined)}, of which resolved: {len(undefined) - len(unresolved)}"
    yield from (f"    unresolved: {name}" for name in unresolved)
    repairs = [f"line {one.line}: {one.what}" for one in (*english.repairs, *classes.repairs)]
    yield from _repairs(repairs, every_repair=every_repair)


def _repairs(lines: list[str], *, every_repair: bool) -> Iterator[str]:
    yield f"  repairs: {len(lines)}"
    shown = lines if every_repair else lines[:_SHOWN]
    yield from (f"    {line}" for line in shown)
    if len(shown) < len(lines):
        yield f"    … {len(lines) - len(shown)} more with --repairs"


def _agreement(tables: TableSet, folder: Path) -> Iterator[str]:
    ids: dict[str, str] = {}
    for row in tables.rows["substances"]:
        for source, locator in zip(row[6].split(";"), row[7].split(";"), strict=True):
            if source == "drugbank-vocabulary":
                ids[locator] = row[0]
    accepted, denied = dikb_roles(read_dikb(folder / "dikb" / "dikb_evidence.sql"))
    ours = {Role(row[0], row[1], row[2]) for row in tables.rows["enzyme_roles"]}
    result = compare(ours, read_drugbank(folder / "drugbank" / "proteins_nc.tsv", ids), accepted, denied)
    yield "Agreement of enzyme and transporter roles with DrugBank or DIKB (cross-check only)"
    yield f"  {result.shared} of {result.comparable} comparable roles ({100 * result.share:.1f}%)"
    yield f"  disagreements: {len(result.disagreements)}, each explained in disagreements.tsv"
    for kind, count in Counter(one.kind.value for one in result.disagreements).most_common():
        yield f"    {kind}: {count}"
