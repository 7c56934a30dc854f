"""ChemProt as JSON lines: a sentence with its two names marked by "<< >>" and "[[ ]]", and the relation between them.

This edition holds stated relations only, thirteen labels and no pair without one. Since its annotators marked every relation of a
sentence, the pairs of its names that no line gives are pairs without one: :func:`read_chemprot_sentences`.
"""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path

from distill.corpora.model import NO_RELATION, Corpus, Document, Mention, Pair, Sentence, Split
from distill.corpora.reading import damaged, read_corpus_text

RELATIONS = (
    *("INHIBITOR", "SUBSTRATE", "INDIRECT-DOWNREGULATOR", "INDIRECT-UPREGULATOR", "ACTIVATOR", "ANTAGONIST", "PRODUCT-OF"),
    *("AGONIST", "DOWNREGULATOR", "UPREGULATOR", "SUBSTRATE_PRODUCT-OF", "AGONIST-ACTIVATOR", "AGONIST-INHIBITOR"),
)
_FILES: dict[Split, str] = {"train": "train.txt", "development": "dev.txt", "test": "test.txt"}
_MARK = re.compile(r"<< | >>|\[\[ | \]\]")
_OPENING = {"<< ": "first", "[[ ": "second"}
_CLOSING = {" >>": "first", " ]]": "second"}


def read_chemprot(folder: Path) -> Corpus:
    """All three official files. Pairs whose marks lie inside each other are left out and counted in the remarks.

    Raises:
        InputError: a file is missing or damaged.
    """
    splits: dict[Split, tuple[Document, ...]] = {}
    remarks = []
    for split, file in _FILES.items():
        documents, unreadable = _read(folder / file, split)
        splits[split] = documents
        if unreadable:
            remarks.append(f"{file}: {unreadable} lines whose two marked names cannot be told apart are left out.")
    return Corpus("chemprot", "research use, cite", splits, tuple(remarks))


def read_chemprot_sentences(folder: Path) -> Corpus:
    """The same with one entry a sentence, all of its names, and the pairs that no line gives as pairs without a relation.

    Where two lines give one pair two labels, the first counts.

    Raises:
        InputError: a file is missing or damaged.
    """
    corpus = read_chemprot(folder)
    splits: dict[Split, tuple[Document, ...]] = {}
    for split, documents in corpus.splits.items():
        by_text: dict[str, list[Sentence]] = {}
        for sentence in (sentence for document in documents for sentence in document.sentences):
            by_text.setdefault(sentence.text, []).append(sentence)
        splits[split] = tuple(
            Document(views[0].id, "PubMed", (_merged(f"{views[0].id}.whole", text, views),)) for text, views in by_text.items()
        )
    return Corpus("chemprot-sentences", corpus.licence, splits, corpus.remarks)


def _merged(sentence_id: str, text: str, views: list[Sentence]) -> Sentence:
    stated: dict[tuple[tuple[int, int], tuple[int, int]], str] = {}
    for view in views:
        low, high = sorted(mention.spans[0] for mention in view.mentions)
        stated.setdefault((low, high), view.pairs[0].label)
    spans = sorted({span for pair in stated for span in pair})
    mentions = {
        span: Mention(f"{sentence_id}.e{number}", "name", text[slice(*span)], (span,)) for number, span in enumerate(spans)
    }
    pairs = tuple(
        Pair(mentions[first].id, mentions[second].id, stated.get((first, second), NO_RELATION))
        for first, second in combinations(spans, 2)
        if first[1] <= second[0]  # names within each other are never a pair
    )
    return Sentence(sentence_id, text, tuple(mentions.values()), pairs)


def _read(path: Path, split: Split) -> tuple[tuple[Document, ...], int]:
    documents, unreadable = [], 0
    for number, line in enumerate(read_corpus_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        marked, label = _fields(line, path, number)
        sentence = _sentence(f"chemprot.{split}.{number}", marked, label)
        if sentence is None:
            unreadable += 1
        else:
            documents.append(Document(sentence.id, "PubMed", (sentence,)))
    return tuple(documents), unreadable


def _fields(line: str, path: Path, number: int) -> tuple[str, str]:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise damaged(path, "a line is not JSON", number) from error
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str) or not isinstance(entry.get("label"), str):
        raise damaged(path, "a line has no text or no label", number)
    return entry["text"], entry["label"]


def _sentence(sentence_id: str, marked: str, label: str) -> Sentence | None:
    """None where there are not exactly two marked names side by side."""
    text, last, opened = "", 0, {}
    spans: dict[str, tuple[int, int]] = {}
    for mark in _MARK.finditer(marked):
        text += marked[last : mark.start()]
        last = mark.end()
        sign = mark.group()
        if sign in _OPENING:
            opened[_OPENING[sign]] = len(text)
        elif _CLOSING[sign] in opened and _CLOSING[sign] not in spans:
            spans[_CLOSING[sign]] = (opened[_CLOSING[sign]], len(text))
        else:
            return None
    text += marked[last:]
    if len(_MARK.findall(marked)) != 4 or set(spans) != {"first", "second"}:
        return None
    mentions = tuple(Mention(f"{sentence_id}.{role}", role, text[slice(*spans[role])], (spans[role],)) for role in spans)
    return Sentence(sentence_id, text, mentions, (Pair(f"{sentence_id}.first", f"{sentence_id}.second", label),))
