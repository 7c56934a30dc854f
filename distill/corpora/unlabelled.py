"""Sentences without labels: of them a student learns hidden words, or what its teachers say."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from distill.corpora.model import Corpus, Document, Sentence
from distill.corpora.reading import damaged
from engine.errors import InputError

_FILE = "biomedical_sentences.txt.gz"


def read_text(folder: Path) -> Corpus:
    """One sentence a line, each a document of its own; all of it for training.

    Raises:
        InputError: the file is missing or damaged.
    """
    path = folder / _FILE
    try:
        lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
    except FileNotFoundError as error:
        raise InputError(f"The corpus file '{path}' is missing or cannot be read.") from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise damaged(path, "it is not gzip with UTF-8 text, or a part of it is missing") from error
    documents = tuple(
        Document(f"text.{number}", "text", (Sentence(f"text.{number}", line),))
        for number, line in enumerate(lines)
        if line.strip()
    )
    return Corpus("text", "research corpora", {"train": documents, "development": (), "test": ()})
