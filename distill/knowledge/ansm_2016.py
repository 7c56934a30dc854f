"""Reader of the English edition of the ANSM thesaurus (WorldVista, 2016): interactions and classes in XML.

The XML is malformed in places. The text is cut into INTERACTION or CLASS blocks first and each block is read
with recovery, so that an element left open cannot swallow its neighbours; every repair is listed with its
line, and the number of elements read is compared with a plain count of the text.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lxml import etree

from distill.knowledge.ansm_2016_names import (
    CLASS_SPELLINGS,
    DRUG_SPELLINGS,
    MEMBER_SPELLINGS,
    UNNAMED_MEMBERS,
)
from distill.knowledge.ansm_text import AnsmError, Level, Repair

Kind = Literal["drug", "class"]
_ATC = re.compile(r"[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?")
_OUTRIGHT: dict[str, Level] = {
    "contraindication": "CI",
    "not recommended": "ASDEC",
    "precaution for use": "PE",
    "take into account": "APEC",
}
_MISSPELT: dict[str, Level] = {
    "contraindicaton": "CI",
    "contraindicatioin": "CI",
    "contrandication": "CI",
    "c0ntraindication": "CI",
    "contraindication with": "CI",
    "nor recommended": "ASDEC",
    "not recommeded": "ASDEC",
    "not recommended with": "ASDEC",
    "precautions for use": "PE",
    "precaution of use": "PE",
    "tale into account": "APEC",
}
_SENTENCES: dict[str, tuple[Level, ...]] = {
    "contraindication - not recommended - precaution for use": ("CI", "ASDEC", "PE"),
}


@dataclass(frozen=True)
class Side:
    """One partner, a drug or a class.

    `code` is the RxCUI (or '') or the edition's own class code; `written` is the name in the file, `name` the
    one meant.
    """

    kind: Kind
    name: str
    written: str
    code: str
    atc: tuple[str, ...]


@dataclass(frozen=True)
class InteractionEn:
    """One INTERACTION element. `severity` is the highest of `levels`, or None where the file states none."""

    index: int
    line: int
    source_file: str
    side1: Side
    side2: Side
    description: str
    severity_raw: str
    severity: Level | None
    levels: tuple[Level, ...]
    comment: str


@dataclass(frozen=True)
class MemberEn:
    """A drug listed in a class, with its line in the file; `rxnorm` may be ''."""

    name: str
    rxnorm: str
    atc: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class ClassEn:
    """One CLASS element of the class file."""

    name: str
    code: str
    members: tuple[MemberEn, ...]
    line: int


@dataclass(frozen=True)
class InteractionsEn:
    """The interaction file, in its order, with every repair."""

    interactions: tuple[InteractionEn, ...]
    repairs: tuple[Repair, ...]


@dataclass(frozen=True)
class ClassesEn:
    """The class file, in its order, with every repair."""

    classes: tuple[ClassEn, ...]
    repairs: tuple[Repair, ...]


@dataclass(frozen=True)
class UndefinedClass:
    """A class name used by interactions and defined nowhere.

    `resolution` is the defined class meant, or None.
    """

    name: str
    code: str
    uses: int
    resolution: str | None
    why: str


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise AnsmError(path, error.object[: error.start].count(b"\n") + 1, "not UTF-8") from error


def _blocks(text: str, tag: str, path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of each `<tag …>…</tag>` block.

    Raises AnsmError where the tags of the blocks do not alternate.
    """
    opened: re.Match[str] | None = None
    for match in re.finditer(rf"<(/?){tag}[\s>]", text):
        line = text.count("\n", 0, match.start()) + 1
        if match[1]:
            if opened is None:
                raise AnsmError(path, line, f"</{tag}> without <{tag}>")
            yield text.count("\n", 0, opened.start()) + 1, text[opened.start() : match.end()]
            opened = None
        elif opened is not None:
            raise AnsmError(path, line, f"<{tag}> inside <{tag}>")
        else:
            opened = match
    if opened is not None:
        raise AnsmError(path, text.count("\n", 0, opened.start()) + 1, f"<{tag}> is not closed")


def _parse(line: int, block: str, path: Path, repairs: list[Repair]) -> etree._Element:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    element = etree.fromstring(block.encode(), parser)
    if element is None:
        raise AnsmError(path, line, "nothing in the block can be read")
    repairs.extend(Repair(line + entry.line - 1, f"XML: {entry.message}") for entry in parser.error_log)
    return element


def _number(sourceline: object) -> int:
    return sourceline if isinstance(sourceline, int) else 1


def _line(element: etree._Element, first: int) -> int:
    return first + _number(element.sourceline) - 1


def _squeezed(text: str | None) -> str:
    return " ".join((text or "").split())


def _field(element: etree._Element, tag: str) -> str | None:
    """The text of a field at any depth (recovery may nest it); None where the element has no such field."""
    found = next(element.iter(tag), None)
    return None if found is None else found.text or ""


def clean_atc(raw: str) -> str | None:
    """The ATC code meant, a letter O where a digit stands mended, or None where the text is no ATC code."""
    code = raw.strip().upper()
    code = code[:1] + code[1:3].replace("O", "0") + code[3:]
    return code if len(code) > 1 and _ATC.fullmatch(code) else None


def _codes(elements: list[etree._Element], name: str, line: int, repairs: list[Repair]) -> tuple[str, ...]:
    """The valid ATC codes in order, repeats dropped; what is mended or dropped is listed once per drug."""
    kept: dict[str, None] = {}
    dropped: Counter[str] = Counter()
    for element in elements:
        raw = element.get("code") or ""
        code = clean_atc(raw)
        if code is None:
            dropped[raw] += 1
        else:
            kept[code] = None
            if code != raw:
                repairs.append(Repair(line, f"ATC {raw!r} of {name} read as {code}"))
    if dropped:
        what = ", ".join(f"{raw!r} ×{count}" if count > 1 else repr(raw) for raw, count in dropped.items())
        repairs.append(Repair(line, f"not ATC codes, dropped from {name}: {what}"))
    return tuple(kept)


def _side(parent: etree._Element, first: int, path: Path, repairs: list[Repair]) -> Side:
    partners = [child for child in parent if child.tag in ("DRUG", "CLASS")]
    line = _line(parent, first)
    if len(partners) != 1:
        raise AnsmError(path, line, f"{len(partners)} partners in {parent.tag}")
    partner = partners[0]
    written = partner.get("name") or ""
    name = written.strip()
    atc = _codes(list(parent.iter("ATC")), name, line, repairs)
    if any(child.tag == "ATC" for child in parent):
        repairs.append(Repair(line, f"ATC beside {name}, read as its own"))
    if partner.tag == "DRUG":
        code, meant = partner.get("rxcui") or "", DRUG_SPELLINGS.get(name, name)
        if not code:
            repairs.append(Repair(line, f"no RxCUI for {name}"))
    else:
        code, meant = partner.get("code") or "", CLASS_SPELLINGS.get(name, (name, ""))[0]
        if CLASS_SPELLINGS.get(name, ("", ""))[1] == "other members":
            meant = f"OTHER {meant}"
    if meant != name:
        repairs.append(Repair(line, f"name {name!r} read as {meant!r}"))
    return Side("drug" if partner.tag == "DRUG" else "class", meant, written, code, atc)


def read_severity(raw: str | None, comment: str) -> tuple[tuple[Level, ...], str | None]:
    """(levels, repair note) of a SEVERITY text.

    No levels where it states none. Outright spellings need no note.
    """
    if raw is None:
        return (), "no SEVERITY element: no level"
    plain = _squeezed(raw).casefold()
    if plain in _OUTRIGHT:
        return (_OUTRIGHT[plain],), None
    bare = plain.rstrip(" :.")
    level = _OUTRIGHT.get(bare) or _MISSPELT.get(bare)
    if level is not None:
        return (level,), f"severity {raw!r} read as {level}"
    if plain in _SENTENCES:
        return _SENTENCES[plain], f"severity {raw!r} read as {' - '.join(_SENTENCES[plain])}"
    if comment.lstrip("- ").casefold().startswith("contraindication"):
        return ("CI",), f"severity {raw!r} is a condition; level CI read from the comment {comment!r}"
    return (), f"severity {raw!r} states no level"


def _interaction(index: int, line: int, block: str, path: Path, repairs: list[Repair]) -> InteractionEn:
    element = _parse(line, block, path, repairs)
    first, second = next(element.iter("DRUG1"), None), next(element.iter("DRUG2"), None)
    if first is None or second is None:
        raise AnsmError(path, line, "an INTERACTION without two partners")
    for child in element.iter():
        if child.tag in ("INTERACTION", "SOURCE", "DRUG1", "DRUG2", "DRUG", "CLASS") and (child.text or "").strip():
            raise AnsmError(path, _line(child, line), f"text outside a field: {child.text!r}")
        if (child.tail or "").strip():
            raise AnsmError(path, _line(child, line), f"text outside a field: {child.tail!r}")
    raw = _field(element, "SEVERITY")
    comment = _squeezed(_field(element, "COMMENT"))
    levels, note = read_severity(raw, comment)
    if note is not None:
        repairs.append(Repair(line, note))
    return InteractionEn(
        index=index,
        line=line,
        source_file=_squeezed(_field(element, "SOURCE_FILE")),
        side1=_side(first, line, path, repairs),
        side2=_side(second, line, path, repairs),
        description=_squeezed(_field(element, "DESCRIPTION")),
        severity_raw=raw or "",
        severity=levels[0] if levels else None,
        levels=levels,
        comment=comment,
    )


def _check_counts(text: str, path: Path, read: Counter[str], tags: tuple[str, ...]) -> None:
    """Raises AnsmError unless as many elements were read as the text has start tags."""
    for tag in tags:
        written = len(re.findall(rf"<{tag}[\s/>]", text))
        if written != read[tag]:
            raise AnsmError(path, 1, f"{written} <{tag}> in the text, {read[tag]} read")


def read_interactions_text(text: str, path: Path) -> InteractionsEn:
    """Reads the text of the interaction file.

    Raises AnsmError where anything would be lost or cannot be assigned.
    """
    repairs: list[Repair] = []
    found: list[InteractionEn] = []
    read: Counter[str] = Counter()
    for line, block in _blocks(text, "INTERACTION", path):
        found.append(_interaction(len(found), line, block, path, repairs))
        one = found[-1]
        read.update(("INTERACTION", one.side1.kind, one.side2.kind))
        read.update(tag for tag in ("DESCRIPTION", "SEVERITY", "COMMENT") if f"<{tag}>" in block)
    counts = Counter({"INTERACTION": read["INTERACTION"], "DRUG": read["drug"], "CLASS": read["class"]})
    _check_counts(text, path, counts, ("INTERACTION", "DRUG", "CLASS"))
    for tag, filled in (
        ("DESCRIPTION", sum(bool(one.description) for one in found)),
        ("SEVERITY", sum(bool(one.severity_raw) for one in found)),
        ("COMMENT", sum(bool(one.comment) for one in found)),
    ):
        if filled != read[tag]:
            raise AnsmError(path, 1, f"{read[tag]} {tag} in the text, {filled} filled ones read")
    return InteractionsEn(tuple(found), tuple(sorted(repairs, key=lambda repair: repair.line)))


def read_interactions(path: Path) -> InteractionsEn:
    """Reads `interactions_en_2016.xml`; see `read_interactions_text`."""
    return read_interactions_text(_read(path), path)


def _member(element: etree._Element, first: int, repairs: list[Repair]) -> MemberEn:
    line = _line(element, first)
    rxnorm = element.get("rxnorm") or ""
    name = (element.get("name") or "").strip()
    if not name:
        name = UNNAMED_MEMBERS.get(rxnorm, "")
        repairs.append(Repair(line, f"member without a name, RxNorm {rxnorm}: read as {name or 'unknown'}"))
    if name in MEMBER_SPELLINGS:
        repairs.append(Repair(line, f"name {name!r} read as {MEMBER_SPELLINGS[name]!r}"))
        name = MEMBER_SPELLINGS[name]
    if not rxnorm:
        repairs.append(Repair(line, f"no RxNorm code for {name}"))
    return MemberEn(name, rxnorm, _codes(element.findall("ATC"), name, line, repairs), line)


def read_classes_text(text: str, path: Path) -> ClassesEn:
    """Reads the text of the class file. Raises AnsmError where a class or member would be lost."""
    repairs: list[Repair] = []
    classes: list[ClassEn] = []
    drugs = 0
    for line, block in _blocks(text, "CLASS", path):
        element = _parse(line, block, path, repairs)
        members = tuple(_member(drug, line, repairs) for drug in element.iter("DRUG"))
        drugs += len(members)
        one = ClassEn((element.get("name") or "").strip(), element.get("code") or "", members, line)
        same = [other for other in classes if other.name == one.name]
        if same:
            before, now = ({member.name for member in each.members} for each in (same[0], one))
            kind = "with the same members" if before == now else "with other members"
            repairs.append(Repair(line, f"class {one.name} is defined again (line {same[0].line}) {kind}"))
        classes.append(one)
    _check_counts(text, path, Counter({"CLASS": len(classes), "DRUG": drugs}), ("CLASS", "DRUG"))
    return ClassesEn(tuple(classes), tuple(sorted(repairs, key=lambda repair: repair.line)))


def read_classes(path: Path) -> ClassesEn:
    """Reads `classes_en_2016.xml`; see `read_classes_text`."""
    return read_classes_text(_read(path), path)


def undefined_classes(interactions: InteractionsEn, classes: ClassesEn) -> tuple[UndefinedClass, ...]:
    """The class names that interactions use and the class file does not define, sorted, each with its
    resolution.
    """
    defined = {one.name for one in classes.classes}
    uses: Counter[str] = Counter()
    codes: dict[str, str] = {}
    for one in interactions.interactions:
        for side in (one.side1, one.side2):
            name = side.written.strip()
            if side.kind == "class" and name not in defined:
                uses[name] += 1
                codes.setdefault(name, side.code)
    found: list[UndefinedClass] = []
    for name in sorted(uses):
        meant, why = CLASS_SPELLINGS.get(name, (None, "unresolved"))
        if meant is not None and meant not in defined:
            meant, why = None, f"unresolved: {meant} is not defined either"
        found.append(UndefinedClass(name, codes[name], uses[name], meant, why))
    return tuple(found)
