"""Copies of sentences in which the names are others: what is stated of two medicines must be read from the words between them.

Replacing mentions by others of their kind: Dai and Adel, "An Analysis of Simple Data Augmentation for Named Entity Recognition",
COLING 2020. Here it serves relations as well: a reader that has seen few hundred pairs learns them by heart otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

from distill.corpora.model import Corpus, Document, Mention, Sentence
from distill.knowledge.tables import read_table
from engine.errors import InputError
from engine.knowledge.tables import TABLE_BY_NAME

# Kinds of names in the knowledge, and the kinds of mentions that they can stand for.
_KNOWN_NAMES: dict[str, tuple[str, ...]] = {"inn": ("drug", "Chemical"), "brand": ("brand",)}
Pools = Mapping[str, Sequence[str]]
_Place = tuple[int, int]


def known_names(tables: Path) -> dict[str, list[str]]:
    """Names of medicines in the knowledge tables, by the kinds of mentions that they can replace.

    Raises:
        InputError: the table of names is missing or damaged.
    """
    rows, faults = read_table(tables, TABLE_BY_NAME["names"])
    if faults:
        raise InputError(f"The names cannot be read: {faults[0]}.")
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, substances, kind, *_rest in rows:
        # A combination is not one mention in any of the corpora.
        if "+" not in substances and "/" not in name:
            for mentioned in _KNOWN_NAMES.get(kind, ()):
                found[mentioned].append(name)
    return dict(found)


def renamed(corpora: Sequence[Corpus], known: Pools, seed: int) -> list[Corpus]:
    """The corpora with other names in their training sentences; sentences in which no name can be replaced are left out.

    `corpora`: over the same sentences, each with mentions of its own. Ids of documents, sentences and mentions stay.
    """
    random = Random(seed)
    pools = _pools(corpora, known)
    documents: list[list[Document]] = [[] for _corpus in corpora]
    for views in zip(*(corpus.splits["train"] for corpus in corpora), strict=True):
        sentences: list[list[Sentence]] = [[] for _corpus in corpora]
        for same in zip(*(view.sentences for view in views), strict=True):
            for kept, one in zip(sentences, _renamed_sentence(same, pools, random), strict=False):
                kept.append(one)
        for mine, view, kept in zip(documents, views, sentences, strict=True):
            mine.append(replace(view, sentences=tuple(kept)))
    return [
        replace(corpus, splits={**corpus.splits, "train": tuple(mine)}) for corpus, mine in zip(corpora, documents, strict=True)
    ]


def _pools(corpora: Sequence[Corpus], known: Pools) -> dict[str, list[str]]:
    """What can stand for a mention of each kind: all mentions of that kind in training, and known names."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for kind, names in known.items():
        found[kind] |= set(names)
    for corpus in corpora:
        for sentence in corpus.sentences("train"):
            for mention in sentence.mentions:
                if len(mention.spans) == 1:
                    found[mention.kind].add(sentence.text[mention.start : mention.end])
    return {kind: sorted(names) for kind, names in found.items()}


def _renamed_sentence(views: Sequence[Sentence], pools: Pools, random: Random) -> list[Sentence]:
    """One sentence as each corpus sees it, renamed; nothing where no name could be replaced."""
    replacements: dict[_Place, str] = {}
    chosen: dict[str, str] = {}
    for mention in _replaceable([mention for view in views for mention in view.mentions]):
        # The same name twice in a sentence stays the same medicine.
        new = chosen.setdefault(mention.text.casefold(), random.choice(pools[mention.kind]))
        replacements[mention.spans[0]] = new
    if not replacements:
        return []
    text, moved = _replaced(views[0].text, replacements)
    return [
        replace(view, text=text, mentions=tuple(_moved_mention(mention, text, moved) for mention in view.mentions))
        for view in views
    ]


def _replaceable(mentions: Iterable[Mention]) -> list[Mention]:
    """Mentions in one piece that share no character with another one."""
    found = sorted(mentions, key=lambda one: one.start)
    spans = sorted(span for mention in found for span in mention.spans)
    overlapping = {span for before, after in pairwise(spans) if after[0] < before[1] for span in (before, after)}
    return [one for one in found if len(one.spans) == 1 and one.spans[0] not in overlapping]


def _replaced(text: str, replacements: Mapping[_Place, str]) -> tuple[str, dict[int, int]]:
    """The new text, and where each old character's place has gone (for starts and ends outside what was replaced)."""
    parts: list[str] = []
    moved: dict[int, int] = {}
    at = length = 0
    for (start, end), new in sorted(replacements.items()):
        for place in range(at, start + 1):
            moved[place] = length + place - at
        parts += [text[at:start], new]
        length += start - at + len(new)
        at = end
        moved[end] = length
    for place in range(at, len(text) + 1):
        moved[place] = length + place - at
    parts.append(text[at:])
    return "".join(parts), moved


def _moved_mention(mention: Mention, text: str, moved: Mapping[int, int]) -> Mention:
    spans = tuple((moved[start], moved[end]) for start, end in mention.spans)
    return replace(mention, spans=spans, text=" ".join(text[start:end] for start, end in spans))
