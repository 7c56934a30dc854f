"""The ADE corpus (Gurulingappa et al., J Biomed Inform 2012;45:885-892): drugs and the adverse effects that a sentence states.

Offsets are counted in documents that are not published with it. What they still tell is how far the two names lie apart, and that
decides which of several occurrences in the sentence is meant. Sentences without a stated effect are published without names;
where they hold a drug and an effect of the other sentences, that is a pair without a relation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from distill.corpora.model import NO_RELATION, Corpus, Document, Mention, Pair, Sentence, Split
from distill.corpora.reading import damaged, read_corpus_text
from distill.corpora.splitting import divide

ADVERSE_EFFECT = "adverse_effect"
_COLUMNS = 8
_SHORTEST, _LONGEST_WORDS = 4, 6
_TEST_SHARE = 0.1
_DEVELOPMENT_SHARE = 0.1


@dataclass(slots=True)
class _Stated:
    """Stretches named in one sentence, and which of them belong together."""

    effects: list[tuple[int, int]] = field(default_factory=list)
    drugs: list[tuple[int, int]] = field(default_factory=list)
    pairs: set[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=set)


def read_ade(folder: Path) -> Corpus:
    """Sentences with drug-effect pairs and sentences without, divided by PubMed id (there is no official division).

    Raises:
        InputError: a file is missing or damaged.
    """
    stated, lost = _stated(folder / "DRUG-AE.rel")
    by_document: dict[str, list[Sentence]] = {}
    for (pmid, text), found in stated.items():
        sentences = by_document.setdefault(pmid, [])
        sentences.append(_sentence(f"{pmid}.{len(sentences)}", text, found))
    drugs, effects = _vocabulary(stated)
    for pmid, text in _negatives(folder / "ADE-NEG.txt"):
        if (pmid, text) not in stated:
            sentences = by_document.setdefault(pmid, [])
            found = _Stated(_named(text, effects), _named(text, drugs))
            sentences.append(_sentence(f"{pmid}.{len(sentences)}", text, found))
    documents = (Document(pmid, "PubMed", tuple(sentences)) for pmid, sentences in by_document.items())
    rest, test = divide(documents, _TEST_SHARE, "ade-test")
    train, development = divide(rest, _DEVELOPMENT_SHARE, "ade-development")
    splits: dict[Split, tuple[Document, ...]] = {"train": train, "development": development, "test": test}
    remarks = (f"DRUG-AE.rel: {lost} rows name something that their sentence does not hold; left out.",) if lost else ()
    return Corpus("ade", "research use, cite", splits, remarks)


def _vocabulary(stated: dict[tuple[str, str], _Stated]) -> tuple[frozenset[str], frozenset[str]]:
    """(drugs, effects): names in small letters; those of under four letters mean too much else."""
    drugs = {text[slice(*span)].lower() for (_pmid, text), found in stated.items() for span in found.drugs}
    effects = {text[slice(*span)].lower() for (_pmid, text), found in stated.items() for span in found.effects}
    return (
        frozenset(name for name in drugs - effects if len(name) >= _SHORTEST),
        frozenset(name for name in effects - drugs if len(name) >= _SHORTEST),
    )


def _named(text: str, names: frozenset[str]) -> list[tuple[int, int]]:
    """Stretches of whole words that are a name; of those that overlap the longest."""
    words = [match.span() for match in re.finditer(r"[\w-]+", text)]
    found: list[tuple[int, int]] = []
    for place, (start, _end) in enumerate(words):
        if found and start < found[-1][1]:
            continue
        for _start, end in reversed(words[place : place + _LONGEST_WORDS]):
            if text[start:end].lower() in names:
                found.append((start, end))
                break
    return found


def _stated(path: Path) -> tuple[dict[tuple[str, str], _Stated], int]:
    stated: dict[tuple[str, str], _Stated] = {}
    lost = 0
    for number, line in enumerate(read_corpus_text(path).splitlines(), start=1):
        cells = line.split("|")
        if len(cells) != _COLUMNS or not (cells[3].isdigit() and cells[6].isdigit()):
            raise damaged(path, f"a line does not have {_COLUMNS} columns with offsets", number)
        pmid, text, effect, effect_at, _effect_end, drug, drug_at, _drug_end = cells
        places = _places(text, effect, drug, int(effect_at) - int(drug_at))
        if places is None:
            lost += 1
            continue
        found = stated.setdefault((pmid, text), _Stated())
        found.effects.append(places[0])
        found.drugs.append(places[1])
        found.pairs.add(places)
    return stated, lost


def _occurrences(text: str, name: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(re.escape(name), text)] if name else []


def _places(text: str, effect: str, drug: str, apart: int) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """(effect, drug): the occurrences that lie as far apart as the offsets say, or nearest to that; None without both."""
    options = [(one, other) for one in _occurrences(text, effect) for other in _occurrences(text, drug)]
    return min(options, key=lambda both: abs(both[0][0] - both[1][0] - apart)) if options else None


def _sentence(sentence_id: str, text: str, found: _Stated) -> Sentence:
    mentions: dict[tuple[str, tuple[int, int]], Mention] = {}
    for kind, places in (("effect", found.effects), ("drug", found.drugs)):
        for start, end in sorted(set(places)):
            mention_id = f"{sentence_id}.e{len(mentions)}"
            mentions[kind, (start, end)] = Mention(mention_id, kind, text[start:end], ((start, end),))
    pairs = []
    for drug in sorted(set(found.drugs)):
        for effect in sorted(set(found.effects)):
            label = ADVERSE_EFFECT if (effect, drug) in found.pairs else NO_RELATION
            pairs.append(Pair(mentions["drug", drug].id, mentions["effect", effect].id, label))
    return Sentence(sentence_id, text, tuple(mentions.values()), tuple(pairs))


def _negatives(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(read_corpus_text(path).splitlines(), start=1):
        pmid, _space, rest = line.partition(" ")
        sign, _space, text = rest.partition(" ")
        if not pmid.isdigit() or sign != "NEG" or not text:
            raise damaged(path, "a line is not 'PubMed-id NEG sentence'", number)
        yield pmid, text
