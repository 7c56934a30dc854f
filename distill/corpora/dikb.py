"""What curators of the Drug Interaction Knowledge Base (Boyce et al., 2009) noted from labels and articles, as sentences without
labels of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from distill.corpora.model import Corpus, Document, Sentence
from distill.corpora.reading import damaged
from distill.knowledge.dikb import DikbError, quotes
from engine.errors import InputError
from engine.installation import find_installation
from engine.reading.lexicon import sentence_splitter
from engine.reading.sentences import SentenceSplitter

_FILE = "dikb_evidence.sql"
_EMPTY_LINE = re.compile(r"\n\s*\n")


def read_dikb(folder: Path) -> Corpus:
    """The note of each evidence record is a document. A sentence that several notes have stands in the first of them; all of it
    is for training.

    Raises:
        InputError: the file is missing or damaged.
        ResourceError: the table of abbreviations is.
    """
    path, splitter = folder / _FILE, sentence_splitter(find_installation().resources)
    try:
        notes = quotes(path)
    except OSError as error:
        raise InputError(f"The corpus file '{path}' is missing or cannot be read.") from error
    except DikbError as error:
        raise damaged(path, f"at character {error.position} it is no list of rows") from error
    seen, documents = set[str](), []
    for record, note in notes:
        sentences = []
        for number, text in enumerate(_sentences(note, splitter)):
            if text.casefold() not in seen:
                seen.add(text.casefold())
                sentences.append(Sentence(f"dikb.{record}.{number}", text))
        if sentences:
            documents.append(Document(f"dikb.{record}", "DIKB", tuple(sentences)))
    return Corpus("dikb", "public research data", {"train": tuple(documents), "development": (), "test": ()})


def _sentences(note: str, splitter: SentenceSplitter) -> Iterator[str]:
    """Lines were broken anywhere; an empty one ends a paragraph."""
    for paragraph in _EMPTY_LINE.split(unescape(note)):
        line = " ".join(paragraph.split())
        for start, end in splitter.spans(line):
            yield line[start:end]
