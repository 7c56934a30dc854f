"""Which files are opened as abstracts, told apart by their names; what a file really is, its bytes say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class AbstractKind:
    """A kind of file: words for a person, and the ends of its names in small letters."""

    words: str
    suffixes: tuple[str, ...]


ABSTRACT_KINDS = (
    AbstractKind("Text", (".txt", ".text", ".txt.gz")),
    AbstractKind("PubMed format (MEDLINE)", (".nbib", ".medline", ".nbib.gz")),
    AbstractKind("PubMed XML", (".xml", ".xml.gz")),
    AbstractKind("PDF", (".pdf",)),
    AbstractKind("Web page", (".html", ".htm", ".xhtml")),
)
ABSTRACT_SUFFIXES = tuple(suffix for kind in ABSTRACT_KINDS for suffix in kind.suffixes)


def is_abstract_file(path: PurePath) -> bool:
    """Whether a file of this name is opened when its folder is."""
    return path.name.lower().endswith(ABSTRACT_SUFFIXES)
