"""Reader of the French edition of the ANSM thesaurus, September 2019.

Input: the text of a 249-page PDF (`interactions_fr_2019.txt`) and two tables (`classes_fr_2019.tsv`,
`substances_fr_2019.tsv`, columns molecule and famille). Every non-blank line of the text ends up in exactly
one place: the title, page furniture, a heading or an entry; `read_text` refuses a file where one would be
lost.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from distill.knowledge.ansm_text import (
    LEVELS,
    AnsmError,
    Level,
    Repair,
    join_lines,
    split_members,
)

_FOOTER = re.compile(r"ANSM - Septembre 2019 *|Thesaurus des interactions médicamenteuses *|www\.ansm\.sante\.fr \d+/249 *")
_FOOTER_PAGE = re.compile(r"www\.ansm\.sante\.fr (\d+)/249")
_PAGE_NUMBER = re.compile(r"\d{1,3} *")
_LEVEL = re.compile(
    r"(?P<tag>CONTRE-INDICATION|Association DECONSEILLEE|Précaution d'emploi|A prendre en compte"
    r"|(?:CI|ASDEC|PE|APEC)(?: - (?:CI|ASDEC|PE|APEC))+)(?P<rest>.*)"
)
_WORDS: dict[str, Level] = {
    "CONTRE-INDICATION": "CI",
    "Association DECONSEILLEE": "ASDEC",
    "Précaution d'emploi": "PE",
    "A prendre en compte": "APEC",
}
_CAPITALS = re.compile(r"[^a-zà-öø-ÿ]*[A-ZÀ-ÖØ-Þ][^a-zà-öø-ÿ]*[A-ZÀ-ÖØ-Þ][^a-zà-öø-ÿ]*")
_LEVEL_PARAGRAPH = re.compile(
    r"(contre-indication|association déconseillée|précaution d'emploi|a prendre en compte)", re.IGNORECASE
)
_PARAGRAPH_WORDS: dict[str, Level] = {
    "contre-indication": "CI",
    "association déconseillée": "ASDEC",
    "précaution d'emploi": "PE",
    "a prendre en compte": "APEC",
}
_EFFECT_PARAGRAPH = re.compile(
    r"(risque|augmentation|diminution|majoration|réduction|variation|inhibition|addition|antagonisme|"
    r"troubles|potentialisation|possibilité|effet|accroissement|élévation|hypotension|"
    r"dans l['’]indication contraception|-? ?pour (?!des doses)|avec la spironolactone à la posologie)",
    re.IGNORECASE,
)
_SEE_ALSO = re.compile(r"\(?voir aussi *(?::|(?=\"))", re.IGNORECASE)
_LOST_SIGN = "\ufffd"


@dataclass(frozen=True)
class Heading:
    """A substance or class under which entries stand.

    `line` and `lines` are 1-based line numbers of the file.
    """

    name: str
    page: int
    see_also: tuple[str, ...]
    members: tuple[str, ...]
    intro: str
    line: int
    lines: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True)
class Entry:
    """One '+ PARTNER' entry. `level_tag` holds the level codes as printed, highest first.

    `body_left` is the management and conditions column, `body_right` the effect and mechanism column; `split`
    says how they were told apart: 'glued' (description printed on the level's line), 'blank cell', 'two
    paragraphs', 'levels' (several paragraphs, cut by wording) or 'none' (no level line). `text` is both,
    joined by a space.
    """

    index: int
    page: int
    heading: str
    partner: str
    level_tag: tuple[Level, ...]
    level_raw: str
    body_left: str
    body_right: str
    text: str
    split: str
    first_line_number: int
    lines: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True)
class Edition2019:
    """What the file holds, in its order.

    `furniture` and `title` are line numbers; `repairs` every irregularity.
    """

    headings: tuple[Heading, ...]
    entries: tuple[Entry, ...]
    repairs: tuple[Repair, ...]
    title: tuple[int, ...]
    furniture: tuple[int, ...]


@dataclass(frozen=True)
class Membership:
    """One row of a membership table: the molecule belongs to the class (famille) on this line of the file.

    In the substance table a molecule without a class has the famille 'Interactions en propre seulement' or
    ''.
    """

    molecule: str
    famille: str
    line: int


@dataclass(frozen=True)
class _Line:
    number: int
    page: int
    text: str
    after_blank: bool


class _Pages:
    """Takes page furniture out of the lines and numbers the rest by page."""

    def __init__(self, path: Path, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.title: list[int] = []
        self.furniture: list[int] = []
        self.repairs: list[Repair] = []

    def body(self) -> Iterator[_Line]:
        """The lines that carry content, blank ones included, each with its page."""
        page, awaiting, after_blank = 1, True, True
        for number, line in enumerate(self.lines, 1):
            text = line.replace("\f", "")
            if page == 1 and not (awaiting and _PAGE_NUMBER.fullmatch(text)):
                if text.strip():
                    self.title.append(number)
            elif awaiting and _PAGE_NUMBER.fullmatch(text):
                page, awaiting, after_blank = self._turn(page, number, text), False, True
            elif _FOOTER.fullmatch(text):
                self.furniture.append(number)
                after_blank = True
                match = _FOOTER_PAGE.match(text)
                if match is not None:
                    awaiting = True
                    if int(match[1]) != page:
                        self.repairs.append(Repair(number, f"footer of page {match[1]} on page {page}"))
            else:
                yield _Line(number, page, text, after_blank)
                after_blank = not text.strip()

    def _turn(self, page: int, number: int, text: str) -> int:
        new = int(text)
        if new != page + 1:
            self.repairs.append(Repair(number, f"page {new} follows page {page}"))
        self.furniture.append(number)
        return new


def _is_heading(line: _Line) -> bool:
    text = line.text.strip()
    return (
        line.after_blank
        and not text.startswith(("+", "-", "("))
        and _LEVEL.fullmatch(text) is None
        and _CAPITALS.fullmatch(text) is not None
    )


def _blocks(lines: Iterator[_Line], path: Path) -> Iterator[list[_Line]]:
    """Runs of lines that begin with a heading or with '+'."""
    block: list[_Line] = []
    for line in lines:
        starts = line.text.startswith("+") or _is_heading(line)
        if starts and block:
            yield block
            block = []
        if not starts and not block:
            if line.text.strip():
                raise AnsmError(path, line.number, f"text before the first heading: {line.text!r}")
            continue
        block.append(line)
    if block:
        yield block


def _paragraphs(lines: list[_Line]) -> list[list[_Line]]:
    paragraphs: list[list[_Line]] = [[]]
    for line in lines:
        if line.text.strip():
            if line.after_blank and paragraphs[-1]:
                paragraphs.append([])
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _joined(lines: list[_Line]) -> str:
    return join_lines(line.text for line in lines)


def _member_list(lines: list[_Line]) -> tuple[list[_Line], list[_Line]]:
    """Cuts a heading's text before its bracketed member list, which is always last: (before, list)."""
    for position, line in enumerate(lines):
        if line.text.lstrip().startswith("("):
            depth = 0
            text = "\n".join(rest.text.strip() for rest in lines[position:])
            closes = []
            for offset, character in enumerate(text):
                depth += (character == "(") - (character == ")")
                if depth == 0 and character == ")":
                    closes.append(offset)
            if not closes or closes == [len(text) - 1]:
                return lines[:position], lines[position:]
    return lines, []


def _heading(block: list[_Line], returned: list[_Line], repairs: list[Repair]) -> Heading:
    name, rest = block[0], [line for line in block[1:] + returned if line.text.strip()]
    see = list[_Line]()
    if rest and _SEE_ALSO.match(rest[0].text.strip()):
        last = 1
        while last < len(rest) and rest[last].number == rest[last - 1].number + 1 and not rest[0].text.startswith("("):
            last += 1
        see, rest = rest[:last], rest[last:]
    before, members = _member_list(rest)
    see_text = _SEE_ALSO.sub("", _joined(see)).strip()
    if see_text.startswith('"'):
        repairs.append(Repair(see[0].number, f"'see also' in brackets and quotation marks: {see_text}"))
        see_text = see_text.strip('")')
    member_text = _joined(members)
    if members and not member_text.endswith(")"):
        repairs.append(Repair(members[-1].number, f"member list is not closed: {member_text!r}"))
    if returned:
        repairs.append(Repair(returned[0].number, f"member list of {name.text.strip()} stands after its first entries"))
    return Heading(
        name=join_lines([name.text]),
        page=name.page,
        see_also=tuple(part for part in re.split(r" - | -$", see_text) if part),
        members=split_members(member_text) if members else (),
        intro=_joined(before),
        line=name.number,
        lines=tuple(line.number for line in [name, *see, *before, *members]),
    )


def _split_columns(paragraphs: list[list[_Line]]) -> tuple[list[_Line], list[_Line]]:
    """(left, right) of three or more paragraphs: the right column starts where an effect is told."""
    last_level = max((i for i, p in enumerate(paragraphs) if _LEVEL_PARAGRAPH.match(p[0].text.strip())), default=0)
    first = len(paragraphs) - 1
    for position in range(last_level + 1, len(paragraphs)):
        if _EFFECT_PARAGRAPH.match(paragraphs[position][0].text.strip()):
            first = position
            break
    left = [line for paragraph in paragraphs[:first] for line in paragraph]
    right = [line for paragraph in paragraphs[first:] for line in paragraph]
    return left, right


def _restore_signs(text: str, line: int, repairs: list[Repair]) -> str:
    """Puts back '>=' where the PDF lost the sign and left a replacement character elsewhere in the text."""
    if _LOST_SIGN not in text:
        return text
    plain = re.sub(r" +", " ", text.replace(f"{_LOST_SIGN} {_LOST_SIGN}", "").replace(_LOST_SIGN, "")).strip()
    mended = re.sub(r"\( ?(?=1 ?g|500 mg)", "(>= ", plain)
    mended = re.sub(r"et/ou (?=3 ?g)", "et/ou >= ", mended)
    repairs.append(Repair(line, f"signs lost in the PDF, read as '>=': {plain!r} → {mended!r}"))
    return mended


def _bodies(rest: str, body: list[_Line], level: _Line) -> tuple[list[_Line], list[_Line], str]:
    """(left, right, how) of the lines after the level; `rest` is what is glued to the level's own line."""
    if rest.strip():
        return [], [replace(level, text=rest), *(line for line in body if line.text.strip())], "glued"
    paragraphs = _paragraphs(body)
    if body and body[0].text and not body[0].text.strip():
        return [], [line for paragraph in paragraphs for line in paragraph], "blank cell"
    if len(paragraphs) < 2:
        return [], [line for paragraph in paragraphs for line in paragraph], "one paragraph"
    if len(paragraphs) == 2:
        return paragraphs[0], paragraphs[1], "two paragraphs"
    return *_split_columns(paragraphs), "levels"


def _level_line(block: list[_Line]) -> int | None:
    """Position of the level's line: the first line after the partner, wrapped capitals and blanks skipped."""
    for position, line in enumerate(block[1:], 1):
        text = line.text.strip()
        if _LEVEL.fullmatch(text):
            return position
        if text and (line.after_blank or _CAPITALS.fullmatch(text) is None):
            return None
    return None


def _entry(block: list[_Line], heading: str, index: int, repairs: list[Repair]) -> tuple[Entry, list[_Line]]:
    """The entry of a block, and lines that belong to the heading instead (a member list printed too late)."""
    first = block[0]
    position = _level_line(block)
    returned: list[_Line] = []
    if position is None:
        kept = [p for p in _paragraphs(block[1:]) if not p[0].text.startswith("(")]
        returned = [line for p in _paragraphs(block[1:]) if p[0].text.startswith("(") for line in p]
        partner, left = [first], list[_Line]()
        right, how = [line for p in kept for line in p], "none"
        raw, tag = "", _implied_level(_joined(right))
        repairs.append(Repair(first.number, f"no level line; read as {' - '.join(tag) or 'no level'} from the sentence"))
    else:
        raw, rest = _level(block[position])
        tag = (_WORDS[raw],) if raw in _WORDS else tuple(code for code in LEVELS if code in raw.split(" - "))
        partner = [line for line in block[:position] if line.text.strip()]
        left, right, how = _bodies(rest, block[position + 1 :], block[position])
        if how == "one paragraph":
            repairs.append(Repair(first.number, "one paragraph after the level: taken as the description"))
        absent = sorted(_levels_named(left) - set(tag), key=LEVELS.index)
        if absent:
            what = f"the text names {' - '.join(absent)}, which the level line {raw!r} does not"
            repairs.append(Repair(first.number, what))
        if len(partner) > 1:
            repairs.append(Repair(first.number, "partner's name wraps over lines"))
    left_text, right_text = (_restore_signs(_joined(side), first.number, repairs) for side in (left, right))
    taken = {line.number for line in returned}
    entry = Entry(
        index=index,
        page=first.page,
        heading=heading,
        partner=join_lines([partner[0].text.lstrip("+"), *(line.text for line in partner[1:])]),
        level_tag=tag,
        level_raw=raw,
        body_left=left_text,
        body_right=right_text,
        text=" ".join(part for part in (left_text, right_text) if part),
        split=how,
        first_line_number=first.number,
        lines=tuple(line.number for line in block if line.text.strip() and line.number not in taken),
    )
    return entry, returned


def _level(line: _Line) -> tuple[str, str]:
    """The level as printed and what is glued to it; ('', whole line) where the line states none."""
    match = _LEVEL.fullmatch(line.text.strip())
    return (match["tag"], match["rest"]) if match else ("", line.text)


def _levels_named(lines: list[_Line]) -> set[Level]:
    """The levels that lines of the management column open with, as in 'Contre-indication avec :'."""
    named: set[Level] = set()
    for line in lines:
        match = _LEVEL_PARAGRAPH.match(line.text.strip())
        if match is not None:
            named.add(_PARAGRAPH_WORDS[match[1].casefold()])
    return named


def _implied_level(text: str) -> tuple[Level, ...]:
    return ("APEC",) if re.match(r"il convient de prendre en compte", text, re.IGNORECASE) else ()


def read_text(text: str, path: Path) -> Edition2019:
    """Reads the text of the thesaurus; `path` is named in errors.

    Raises AnsmError where text stands before the first heading, an entry has no heading or a line would be
    lost.
    """
    lines = text.split("\n")
    pages = _Pages(path, lines)
    repairs: list[Repair] = []
    headings: list[Heading] = []
    entries: list[Entry] = []
    pending: tuple[list[_Line], list[_Line]] | None = None
    for block in _blocks(pages.body(), path):
        if not block[0].text.startswith("+"):
            if pending is not None:
                headings.append(_heading(*pending, repairs))
            pending = (block, [])
            continue
        if pending is None:
            raise AnsmError(path, block[0].number, f"entry without a heading: {block[0].text!r}")
        entry, returned = _entry(block, join_lines([pending[0][0].text]), len(entries), repairs)
        entries.append(entry)
        pending[1].extend(returned)
    if pending is not None:
        headings.append(_heading(*pending, repairs))
    edition = Edition2019(
        headings=tuple(headings),
        entries=tuple(entries),
        repairs=tuple(sorted([*pages.repairs, *repairs], key=lambda repair: repair.line)),
        title=tuple(pages.title),
        furniture=tuple(pages.furniture),
    )
    _check_nothing_lost(edition, lines, path)
    return edition


def _check_nothing_lost(edition: Edition2019, lines: list[str], path: Path) -> None:
    """Raises AnsmError unless every non-blank line is claimed once and every '+' line begins an entry."""
    claimed: set[int] = set()
    groups = [
        edition.title,
        edition.furniture,
        *(h.lines for h in edition.headings),
        *(e.lines for e in edition.entries),
    ]
    for number in (number for group in groups for number in group):
        if number in claimed:
            raise AnsmError(path, number, "line read twice")
        claimed.add(number)
    starts = {entry.first_line_number for entry in edition.entries}
    outside = set(edition.title) | set(edition.furniture)
    for number, line in enumerate(lines, 1):
        if line.strip() and number not in claimed:
            raise AnsmError(path, number, f"line lost: {line!r}")
        if line.startswith("+") and number not in starts and number not in outside:
            raise AnsmError(path, number, f"'+' line that is not an entry: {line!r}")


def read_interactions(path: Path) -> Edition2019:
    """Reads `interactions_fr_2019.txt`.

    Raises AnsmError as `read_text` does, and where the file is not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise AnsmError(path, error.object[: error.start].count(b"\n") + 1, "not UTF-8") from error
    return read_text(text, path)


def read_memberships(path: Path) -> tuple[Membership, ...]:
    """Reads a table of molecule and famille (tab-separated, quoted).

    Raises AnsmError naming the line of a bad row.
    """
    rows: list[Membership] = []
    reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8")), delimiter="\t", strict=True)
    for row in reader:
        if reader.line_num == 1:
            if row != ["molecule", "famille"]:
                raise AnsmError(path, 1, f"columns are {row}, not molecule and famille")
            continue
        if len(row) != 2 or not row[0].strip():
            raise AnsmError(path, reader.line_num, f"not a molecule and a famille: {row}")
        rows.append(Membership(row[0].strip(), row[1].strip(), reader.line_num))
    return tuple(rows)
