"""The corpora of a source, and which of their documents train."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from distill.corpora.model import Corpus, Document, Split
from distill.corpora.splitting import divide
from distill.corpora.statistics import read_corpus
from distill.training.tasks import source_of


def corpora_of(source: str, data: Path) -> list[Corpus]:
    """The corpora of a source."""
    return [read_corpus(name, data) for name in source_of(source).corpora]


def training_documents(corpora: Sequence[Corpus], development_share: float) -> list[Corpus]:
    """The corpora with a share of their development documents moved to training (the same documents of each)."""
    if not development_share:
        return list(corpora)
    return [replace(corpus, splits=_moved(corpus.splits, development_share)) for corpus in corpora]


def _moved(splits: dict[Split, tuple[Document, ...]], share: float) -> dict[Split, tuple[Document, ...]]:
    # Documents of two corpora over one text have names of their own; their number in the file is what they share.
    numbered = [replace(document, id=str(number)) for number, document in enumerate(splits["development"])]
    drawn = {document.id for document in divide(numbered, share, "development-as-training")[1]}
    development = splits["development"]
    moved = tuple(document for number, document in enumerate(development) if str(number) in drawn)
    rest = tuple(document for number, document in enumerate(development) if str(number) not in drawn)
    return {**splits, "train": splits["train"] + moved, "development": rest}
