"""Development documents, drawn by their own id: the same on every machine and whatever else is in the corpus."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from distill.corpora.model import Document

_BUCKETS = 10_000


def place_of(document_id: str, seed: str) -> float:
    """A number from 0 to 1 that depends on the id and the seed alone."""
    digest = hashlib.sha256(f"{seed}\0{document_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _BUCKETS / _BUCKETS


def divide(documents: Iterable[Document], share: float, seed: str) -> tuple[tuple[Document, ...], tuple[Document, ...]]:
    """(rest, drawn): about `share` of the documents are drawn. A document is never divided.

    Raises:
        ValueError: `share` does not lie between 0 and 1.
    """
    if not 0.0 < share < 1.0:
        raise ValueError(f"a share lies between 0 and 1, not at {share}")
    rest: list[Document] = []
    drawn: list[Document] = []
    for document in documents:
        (drawn if place_of(document.id, seed) < share else rest).append(document)
    return tuple(rest), tuple(drawn)
