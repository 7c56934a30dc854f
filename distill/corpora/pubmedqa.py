"""PubMedQA (Jin et al., EMNLP 2019): abstracts of PubMed as JSON. Only their text is taken, not the questions and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from distill.corpora.model import Corpus, Document, Sentence
from distill.corpora.reading import damaged, read_corpus_text
from engine.installation import find_installation
from engine.reading.lexicon import sentence_splitter

_FILE = "ori_pqal.json"


def read_pubmedqa(folder: Path) -> Corpus:
    """Each abstract is a document, each of its paragraphs (the conclusion last) stands as one sentence; all of it for training.

    Raises:
        InputError: the file is missing or damaged.
    """
    path = folder / _FILE
    try:
        entries = json.loads(read_corpus_text(path))
    except ValueError as error:
        raise damaged(path, "it is not JSON") from error
    if not isinstance(entries, dict):
        raise damaged(path, "it does not hold abstracts by their PubMed id")
    documents = tuple(_document(pmid, entry, path) for pmid, entry in entries.items())
    return Corpus("pubmedqa", "MIT", {"train": documents, "development": (), "test": ()})


def read_pubmedqa_sentences(folder: Path) -> Corpus:
    """The same, with paragraphs cut into sentences.

    Raises:
        InputError: the file is missing or damaged.
        ResourceError: the table of abbreviations is.
    """
    whole, splitter = read_pubmedqa(folder), sentence_splitter(find_installation().resources)

    def cut(paragraph: Sentence) -> Iterator[Sentence]:
        for number, (start, end) in enumerate(splitter.spans(paragraph.text)):
            yield Sentence(f"{paragraph.id}.{number}", paragraph.text[start:end])

    documents = tuple(
        replace(document, sentences=tuple(one for paragraph in document.sentences for one in cut(paragraph)))
        for document in whole.splits["train"]
    )
    return replace(whole, name="pubmedqa-sentences", splits={**whole.splits, "train": documents})


def _document(pmid: str, entry: object, path: Path) -> Document:
    parts = entry.get("CONTEXTS") if isinstance(entry, dict) else None
    conclusion = entry.get("LONG_ANSWER") if isinstance(entry, dict) else None
    texts = [*parts, conclusion] if isinstance(parts, list) else []
    paragraphs = [text.strip() for text in texts if isinstance(text, str) and text.strip()]
    if not texts or len(paragraphs) < len(texts):
        raise damaged(path, f"the abstract {pmid} has no paragraphs of text")
    return Document(pmid, "PubMed", tuple(Sentence(f"{pmid}.{number}", text) for number, text in enumerate(paragraphs)))
