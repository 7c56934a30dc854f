"""The full DrugBank database (XML), for those who have a licence: medicines, their interactions, and proteins with actions.

Read as a stream: the published file is larger than most memories. Nothing that ships learns from it. Entities and document types,
which the published file does not have, are refused, and nothing is fetched.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, get_args

from lxml import etree

from distill.corpora.reading import damaged

LICENCE = "DrugBank licence of whoever has the file; research only, does not ship"
ProteinKind = Literal["enzyme", "transporter", "carrier", "target"]
_KINDS: tuple[ProteinKind, ...] = get_args(ProteinKind)
_SPACE = "{http://www.drugbank.ca}"


@dataclass(frozen=True, slots=True)
class DrugBankProtein:
    """What a medicine does to a protein, or a protein to it; `actions` in the publisher's words ("inhibitor", "substrate")."""

    kind: ProteinKind
    id: str
    name: str
    gene: str
    organism: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrugBankInteraction:
    """Another medicine (DrugBank id) and the publisher's sentence on the two. Each is told at both of its medicines."""

    other: str
    description: str


@dataclass(frozen=True, slots=True)
class DrugBankDrug:
    """A medicine. `groups`: "approved", "withdrawn" and so on. `smiles`: its structure, "" where none is given."""

    id: str
    name: str
    groups: tuple[str, ...]
    smiles: str
    interactions: tuple[DrugBankInteraction, ...]
    proteins: tuple[DrugBankProtein, ...]


def read_drugbank(path: Path) -> Iterator[DrugBankDrug]:
    """Medicines of the database, one at a time: from the XML file, or from the zip file in which it is given.

    Raises:
        InputError: the file is missing, damaged, no DrugBank database, or declares a document type.
    """
    with _opened(path) as content:
        try:
            yield from _drugs(content, path)
        except etree.XMLSyntaxError as error:
            raise damaged(path, "it is not whole XML", error.lineno) from error
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise damaged(path, "it is not a whole zip file") from error
        except OSError as error:
            raise damaged(path, "it cannot be read") from error


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        if path.suffix.lower() != ".zip":
            with path.open("rb") as content:
                yield content
            return
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".xml")]
            if len(names) != 1:
                raise damaged(path, f"it holds {len(names)} XML files in place of one")
            with archive.open(names[0]) as content:
                yield content
    except zipfile.BadZipFile as error:
        raise damaged(path, "it is not a whole zip file") from error
    except OSError as error:
        raise damaged(path, "it is missing or cannot be read") from error


def _drugs(content: IO[bytes], path: Path) -> Iterator[DrugBankDrug]:
    # Entities stay as they are, and a file that declares any is refused before they could matter.
    events = etree.iterparse(content, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False)
    depth = 0
    for event, element in events:
        if event == "start":
            if depth == 0:
                _see_root(element, path)
            depth += 1
            continue
        depth -= 1
        # Medicines are named within pathways and mixtures too: those that are described stand below the root.
        if depth == 1 and element.tag == f"{_SPACE}drug":
            yield _drug(element, path)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _see_root(root: etree._Element, path: Path) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise damaged(path, "it declares a document type, which the published file does not")
    if root.tag != f"{_SPACE}drugbank":
        raise damaged(path, "it is not a DrugBank database")


def _drug(element: etree._Element, path: Path) -> DrugBankDrug:
    identifiers = element.findall(f"{_SPACE}drugbank-id")
    primary = next((one.text for one in identifiers if one.get("primary") == "true"), None)
    name = _text(element, "name")
    if not primary or not name:
        raise damaged(path, "a medicine has no id or no name", _line(element))
    return DrugBankDrug(
        primary,
        name,
        _texts(element, "groups", "group"),
        _smiles(element),
        tuple(_interactions(element, path)),
        tuple(protein for kind in _KINDS for protein in _proteins(element, kind, path)),
    )


def _interactions(element: etree._Element, path: Path) -> Iterator[DrugBankInteraction]:
    for one in element.iterfind(f"{_SPACE}drug-interactions/{_SPACE}drug-interaction"):
        other = _text(one, "drugbank-id")
        if not other:
            raise damaged(path, "an interaction does not name the other medicine", _line(one))
        yield DrugBankInteraction(other, _text(one, "description"))


def _proteins(element: etree._Element, kind: ProteinKind, path: Path) -> Iterator[DrugBankProtein]:
    for one in element.iterfind(f"{_SPACE}{kind}s/{_SPACE}{kind}"):
        number = _text(one, "id")
        if not number:
            raise damaged(path, "a protein has no id", _line(one))
        gene = one.findtext(f"{_SPACE}polypeptide/{_SPACE}gene-name")
        actions = _texts(one, "actions", "action")
        yield DrugBankProtein(kind, number, _text(one, "name"), (gene or "").strip(), _text(one, "organism"), actions)


def _smiles(element: etree._Element) -> str:
    for one in element.iterfind(f"{_SPACE}calculated-properties/{_SPACE}property"):
        if _text(one, "kind") == "SMILES":
            return _text(one, "value")
    return ""


def _line(element: etree._Element) -> int | None:
    line: object = element.sourceline
    return line if isinstance(line, int) else None


def _text(element: etree._Element, child: str) -> str:
    return (element.findtext(f"{_SPACE}{child}") or "").strip()


def _texts(element: etree._Element, parent: str, child: str) -> tuple[str, ...]:
    found = element.iterfind(f"{_SPACE}{parent}/{_SPACE}{child}")
    return tuple(one.text.strip() for one in found if one.text and one.text.strip())


def describe_drugbank(path: Path) -> Iterator[str]:
    """Figures of the database, in words.

    Raises:
        InputError: the file is missing or damaged.
    """
    count: Counter[str] = Counter()
    for drug in read_drugbank(path):
        count["medicines"] += 1
        count["interactions"] += len(drug.interactions)
        count["structures"] += bool(drug.smiles)
        count.update(f"{protein.kind}s" for protein in drug.proteins)
    yield f"drugbank ({LICENCE})"
    yield f"  {', '.join(f'{number} {what}' for what, number in count.items() if number)}"
