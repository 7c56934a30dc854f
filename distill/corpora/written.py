"""What a large language model wrote and annotated for the reader, after the conventions of the corpora that it was shown training
sentences of: sentences with typed pairs, types of the pairs in published sentences, names in published sentences.

The files lie here, in `written/` (its README tells how they were made), one sentence a line. Of published sentences they hold ids
and offsets, never the text. Names are numbered from 1 in the order of the text, and of the pairs only those that are related are
told: see `marked.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from distill.corpora import chemprot
from distill.corpora.ade import ADVERSE_EFFECT
from distill.corpora.ddi import KINDS
from distill.corpora.marked import BAR, number_range, pairs_of, related, sentence_of
from distill.corpora.model import NO_RELATION, SPLITS, Corpus, Document, Mention, Pair, Sentence, Split
from distill.corpora.reading import damaged, read_corpus_text
from engine.errors import InputError
from engine.reading.directing import CHANGES

FOLDER = Path(__file__).with_name("written")
# Sentences that train, and those by which students are chosen and tuned.
SENTENCES: dict[Split, str] = {"train": "sentences.txt", "development": "development.txt"}
LABEL_PAIRS, BC5CDR_PAIRS, ADE_PAIRS = "label_pairs.txt", "bc5cdr_pairs.txt", "ade_pairs.txt"
ADE_NAMES, PUBMEDQA_NAMES = "ade_names.txt", "pubmedqa_names.txt"
CHEMPROT_NAMES, TRIAL_NAMES = "chemprot_names.txt", "ebm_nlp_names.txt"
BC5CDR_DRUGS, ADE_DRUGS = "bc5cdr_drugs.txt", "ade_drugs.txt"
DIKB_DRUGS, DIKB_PAIRS = "dikb_drugs.txt", "dikb_pairs.txt"
TEXT_DRUGS, TEXT_PAIRS = "text_drugs.txt", "text_pairs.txt"
# Sentences of several corpora: those that train, those by which the head is tuned, and those that judge.
EFFECTS: dict[Split, str] = {"train": "effects.txt", "development": "effects_development.txt", "test": "effects_test.txt"}
INTERACTIONS: dict[Split, str] = {
    "train": "interactions.txt",
    "development": "interactions_development.txt",
    "test": "interactions_test.txt",
}
ROLES: dict[Split, str] = {"train": "roles.txt", "development": "roles_development.txt", "test": "roles_test.txt"}
ROLE_SENTENCES, EFFECT_SENTENCES = "roles_sentences.txt", "effects_sentences.txt"
DIRECTIONS = "ddi_directions.txt"
_SUBSTANCE, _PROTEIN, _COMPLAINT = "drug", "protein", "effect"
_Span = tuple[int, int]
NAMED = ("Chemical", "Disease")
# What is annotated trains; a test part never does.
_READ: tuple[Split, ...] = ("train", "development")


def read_written(folder: Path) -> Corpus:
    """Written sentences, each a document of its own. A line of a file in `SENTENCES`: `[1:drug:Aspirin] may potentiate
    [2:drug:warfarin]. || effect 1x2`, and where it was told, which of the two changes: `|| second_up 1x2`.

    Raises:
        InputError: a file is missing or damaged.
    """
    return _of_this_project("written", folder, lambda sentence, _changes: sentence)


def read_written_directions(folder: Path) -> Corpus:
    """The written sentences of which it is told what changes, with those pairs alone.

    Raises:
        InputError: a file is missing or damaged.
    """
    return _of_this_project(
        "written-directions", folder, lambda sentence, changes: replace(sentence, pairs=changes) if changes else None
    )


def read_written_roles(folder: Path) -> Corpus:
    """Sentences written for the head of proteins, each substance of theirs with each enzyme or transporter; all train. A line of
    `ROLE_SENTENCES`: `[1:drug:Digoxin], a [2:protein:P-gp] substrate. || SUBSTRATE 1x2`.

    Raises:
        InputError: the file is missing or damaged, or tells of a pair of substances or of proteins, or
            names one of these kinds alone.
    """
    sentences = _of_two_kinds("written.roles", folder / ROLE_SENTENCES, (_SUBSTANCE, _PROTEIN), chemprot.RELATIONS)
    return _for_training("written-roles", "of this project", (Document(one.id, "written", (one,)) for one in sentences))


def read_written_effects(folder: Path) -> Corpus:
    """Sentences written for the head of adverse effects, each substance of theirs with each complaint; all train. A line of
    `EFFECT_SENTENCES`: `[1:effect:Hives] came with [2:drug:codeine]. || adverse_effect 1x2`. The substance
    is the first of its pair, wherever it stands, as in the ADE corpus.

    Raises:
        InputError: as :func:`read_written_roles`, of complaints in place of proteins.
    """
    kinds = (_SUBSTANCE, _COMPLAINT)
    found = _of_two_kinds("written.effects", folder / EFFECT_SENTENCES, kinds, (ADVERSE_EFFECT,))
    sentences = (_ordered(one, lambda name: kinds.index(name.kind)) for one in found)
    return _for_training("written-effects", "of this project", (Document(one.id, "written", (one,)) for one in sentences))


def _of_two_kinds(own: str, path: Path, kinds: tuple[str, str], labels: Collection[str]) -> Iterator[Sentence]:
    """The sentences of a file, `own` with their numbers, with their pairs of names of unlike kinds."""
    for number, line in _lines(path):
        with _naming(path, number):
            text, told = _columns(line, 2)
            sentence = sentence_of(f"{own}.{number}", text, told, kinds, labels)
            kind = {one.id: one.kind for one in sentence.mentions}
            alike = [pair for pair in sentence.pairs if kind[pair.first] == kind[pair.second]]
            if any(pair.label != NO_RELATION for pair in alike):
                raise ValueError("it tells of a pair of names of one kind")
            pairs = tuple(pair for pair in sentence.pairs if pair not in alike)
            if not pairs:
                raise ValueError("it has names of one kind alone")
        yield replace(sentence, pairs=pairs)


def _of_this_project(name: str, folder: Path, taken: Callable[[Sentence, tuple[Pair, ...]], Sentence | None]) -> Corpus:
    splits: dict[Split, tuple[Document, ...]] = dict.fromkeys(SPLITS, ())
    for split, file in SENTENCES.items():
        found = ((one.id, taken(one, changes)) for one, changes in _written(folder / file, split))
        # Documents without any stay, so that a share of them is the same documents of both corpora.
        splits[split] = tuple(Document(name, "written", () if one is None else (one,)) for name, one in found)
    return Corpus(name, "of this project", splits)


def _written(path: Path, split: Split) -> Iterator[tuple[Sentence, tuple[Pair, ...]]]:
    """The written sentences of a file, each with those of its pairs of which it is told what changes."""
    own = "written" if split == "train" else f"written.{split}"
    for number, line in _lines(path):
        with _naming(path, number):
            text, *told = (part.strip() for part in line.split(BAR))
            if not 1 <= len(told) <= 2:
                raise ValueError(f"it has no '{BAR}' before its pairs, or more than two columns behind it")
            sentence = sentence_of(f"{own}.{number}", text, told[0], KINDS)
            changes = _directed(sentence.mentions, "".join(told[1:]))
            interacting = {(pair.first, pair.second) for pair in sentence.pairs if pair.label != NO_RELATION}
            if not {(pair.first, pair.second) for pair in changes} <= interacting:
                raise ValueError("it tells what changes of a pair that it calls unrelated")
        yield sentence, changes


def _directed(mentions: Sequence[Mention], told: str) -> tuple[Pair, ...]:
    """The pairs of which it is told, and those alone, with what changes."""
    changes = related(told, len(mentions), (NO_RELATION, *CHANGES), in_order=True)
    return tuple(Pair(mentions[first - 1].id, mentions[second - 1].id, label) for (first, second), label in changes.items())


def read_directions(corpus: Corpus, path: Path) -> Corpus:
    """Sentences of a corpus, each in its own split, with the pairs of which it is told what changes. A line: `sentence id ||
    spans of the names, in order of the text || second_up 1x2; none 1x3`. Those of its test part judge and never train.

    Raises:
        InputError: the file is missing or damaged, or speaks of a sentence or name that the corpus does not have.
    """
    known = {sentence.id: sentence for split in SPLITS for sentence in corpus.sentences(split)}
    found = dict[str, Sentence]()
    for number, line in _lines(path):
        with _naming(path, number):
            sentence, mentions, told = _spanned(known, line)
            if sentence.id in found:
                raise ValueError(f"{sentence.id} stands there twice")
            found[sentence.id] = replace(sentence, pairs=_directed(mentions, told))
    # Documents without any stay, so that a share of them is the same documents as of the corpus itself.
    splits = {
        split: tuple(
            replace(document, sentences=tuple(found[one.id] for one in document.sentences if one.id in found))
            for document in corpus.splits[split]
        )
        for split in SPLITS
    }
    return Corpus(f"{corpus.name}-directions", corpus.licence, splits, borders=corpus.borders)


def _spanned(known: Mapping[str, Sentence], line: str) -> tuple[Sentence, tuple[Mention, ...], str]:
    """A sentence of a corpus, those of its names that stand at the given spans, and what is told of them."""
    name, places, told = _columns(line, 3)
    spans = _spans(places, len(known[name].text))
    at = {mention.spans[0]: mention for mention in known[name].mentions if len(mention.spans) == 1}
    strange = [span for span in spans if span not in at]
    if strange:
        raise ValueError(f"its sentence has no name at {strange[0][0]}-{strange[0][1]}")
    return known[name], tuple(at[span] for span in spans), told


def read_typed(corpus: Corpus, path: Path) -> Corpus:
    """Sentences of a corpus, those of its test part never, whose pairs were typed. A line: `sentence id || spans of the names, in
    order of the text || effect 1x2`, a span as its first character and one past its last, `12-20`.

    Raises:
        InputError: the file is missing or damaged, or speaks of a sentence or name that the corpus does not have.
    """
    known, found = _known(corpus), []
    for number, line in _lines(path):
        with _naming(path, number):
            sentence, mentions, told = _spanned(known, line)
            found.append(replace(sentence, mentions=mentions, pairs=pairs_of(mentions, related(told, len(mentions)))))
    return _for_training(f"{corpus.name}-typed", corpus.licence, _documents(corpus, found), borders=corpus.borders)


def read_named(name: str, corpus: Corpus, path: Path, columns: Sequence[str], kinds: Iterable[str]) -> Corpus:
    """The corpus `name`: sentences of another, those of its test part never, with names of some kinds. A line: `sentence id ||
    spans of the first kind || spans of the second ...`, of as many kinds as there are `columns`.

    Raises:
        InputError: the file is missing or damaged, or speaks of a sentence that the corpus does not have.
    """
    known, found, wanted = _known(corpus), list[Sentence](), set(kinds)
    for number, line in _lines(path):
        with _naming(path, number):
            sentence, *told = _columns(line, 1 + len(columns))
            text = known[sentence].text
            mentions = [
                Mention(f"{sentence}.{kind}{place}", kind, text[start:end], ((start, end),))
                for kind, column in zip(columns, told, strict=True)
                for place, (start, end) in enumerate(_spans(column, len(text)))
                if kind in wanted
            ]
            found.append(Sentence(sentence, text, tuple(sorted(mentions, key=lambda one: one.start))))
    return _for_training(name, corpus.licence, _documents(corpus, found), borders=corpus.borders)


def read_effects(corpora: Sequence[Corpus], folder: Path) -> Corpus:
    """Sentences of several corpora with the substances and complaints that a reader found in them, right or wrong, and all pairs
    of both: does the sentence say that the one did the other? A line of a file in `EFFECTS`: `corpus || sentence id || spans of
    the substances || spans of the complaints || 1x2 3x1`, number of a substance by number of a complaint.

    Raises:
        InputError: a file is missing or damaged, speaks of a sentence that its corpus does not have, or trains on what tunes or
            judges here or in its corpus.
    """
    return _of_several("effects", corpora, folder, EFFECTS, 3, _with_effects)


def read_interactions(corpora: Sequence[Corpus], folder: Path) -> Corpus:
    """Sentences of several corpora with the medicines that a reader found in them, right or wrong, and the types of all their
    pairs. A line of a file in `INTERACTIONS`: `corpus || sentence id || spans of the names, in order of the text || effect 1x2`.

    Raises:
        InputError: as :func:`read_effects`.
    """
    return _of_several("interactions", corpora, folder, INTERACTIONS, 2, _with_interactions)


def read_roles(corpora: Sequence[Corpus], folder: Path) -> Corpus:
    """Sentences of several corpora with the substances and the enzymes and transporters that a reader found in them, right or
    wrong, and what the sentence says that the one is to the other, or does to it. A line of a file in `ROLES`:
    `corpus || sentence id || spans of the substances || spans of the proteins || SUBSTRATE 1x1 2x1; INHIBITOR 3x1`, number of a
    substance by number of a protein. The name that stands first in the text is the first of its pair.

    Raises:
        InputError: as :func:`read_effects`.
    """
    return _of_several("roles", corpora, folder, ROLES, 3, _with_roles)


def _of_several(
    own: str,
    corpora: Sequence[Corpus],
    folder: Path,
    files: Mapping[Split, str],
    columns: int,
    annotated: Callable[..., Sentence],
) -> Corpus:
    """The corpus `own` of sentences of several others. `columns`: of a line, behind corpus and sentence; with the sentence's new
    name and text they are what `annotated` makes it of."""
    splits: dict[Split, tuple[Document, ...]] = {}
    places = dict[str, Split]()
    for split, file in files.items():
        path = folder / file
        # What judges in its corpus does not train here.
        parts: Sequence[Split] = ("train",) if split == "train" else SPLITS
        known = dict(_by_name(corpora, parts))
        found: dict[str, Document] = {}
        for number, line in _lines(path):
            with _naming(path, number):
                corpus, name, *told = _columns(line, 2 + columns)
                document, sentence = known[f"{corpus} {name}"]
                document_id = f"{corpus}.{document.id}"
                if places.setdefault(document_id, split) != split:
                    raise ValueError(f"the document {document_id} stands in another part, too")
                before = found.get(document_id, Document(document_id, corpus, ()))
                with_pairs = annotated(f"{corpus}.{name}", sentence.text, *told)
                if any(one.id == with_pairs.id for one in before.sentences):
                    raise ValueError(f"the sentence {with_pairs.id} stands there twice")
                found[document_id] = replace(before, sentences=(*before.sentences, with_pairs))
        splits[split] = tuple(found.values())
    return Corpus(own, "the terms of each text", splits)


def _by_name(corpora: Sequence[Corpus], parts: Sequence[Split]) -> Iterator[tuple[str, tuple[Document, Sentence]]]:
    for corpus in corpora:
        for split in parts:
            for document in corpus.splits[split]:
                for sentence in document.sentences:
                    yield f"{corpus.name} {sentence.id}", (document, sentence)


def _with_effects(name: str, text: str, substances: str, complaints: str, told: str) -> Sentence:
    kinds = {_SUBSTANCE: _spans(substances, len(text)), _COMPLAINT: _spans(complaints, len(text))}
    return _across(name, text, kinds, dict.fromkeys(told.split(), ADVERSE_EFFECT))


def _with_roles(name: str, text: str, substances: str, proteins: str, told: str) -> Sentence:
    stated: dict[str, str] = {}
    for label, *pairs in (part.split() for part in told.split(";") if part.strip()):
        if label not in chemprot.RELATIONS or not pairs or stated.keys() & set(pairs):
            raise ValueError(f"'{label}' is no role, has no pairs, or one that has a role already")
        stated |= dict.fromkeys(pairs, label)
    kinds = {_SUBSTANCE: _spans(substances, len(text)), _PROTEIN: _spans(proteins, len(text))}
    return _ordered(_across(name, text, kinds, stated), lambda one: one.start)


def _ordered(sentence: Sentence, rank: Callable[[Mention], int]) -> Sentence:
    """Of each pair the name of lower rank first."""
    of = {one.id: rank(one) for one in sentence.mentions}
    turned = (Pair(one.second, one.first, one.label) if of[one.second] < of[one.first] else one for one in sentence.pairs)
    return replace(sentence, pairs=tuple(turned))


def _across(name: str, text: str, kinds: Mapping[str, Sequence[_Span]], stated: dict[str, str]) -> Sentence:
    """A sentence with names of two kinds and all pairs of both; `stated`: labels by the numbers of both ("1x2")."""
    first, second = (
        [Mention(f"{name}.{kind}{place}", kind, text[start:end], ((start, end),)) for place, (start, end) in enumerate(spans, 1)]
        for kind, spans in kinds.items()
    )
    left = dict(stated)
    pairs = tuple(
        Pair(one.id, other.id, left.pop(f"{number}x{place}", NO_RELATION))
        for number, one in enumerate(first, 1)
        for place, other in enumerate(second, 1)
    )
    if left:
        raise ValueError(f"'{next(iter(left))}' is no pair of its names")
    return Sentence(name, text, tuple(sorted([*first, *second], key=lambda one: one.start)), pairs)


def _with_interactions(name: str, text: str, names: str, told: str) -> Sentence:
    spans = _spans(names, len(text))
    mentions = tuple(Mention(f"{name}.e{number}", "drug", text[slice(*span)], (span,)) for number, span in enumerate(spans, 1))
    return Sentence(name, text, mentions, pairs_of(mentions, related(told, len(mentions))))


def _spans(told: str, most: int) -> tuple[_Span, ...]:
    """Stretches of a text of `most` characters."""
    found = tuple(number_range(part) for part in told.split())
    ends = [0, *(end for _start, end in found)]
    if ends[-1] > most or any(not after <= start < end for after, (start, end) in zip(ends, found, strict=False)):
        raise ValueError(f"'{told}' are not stretches in order of the text")
    return found


def _columns(line: str, count: int) -> list[str]:
    columns = [part.strip() for part in line.split(BAR)]
    if len(columns) != count:
        raise ValueError(f"a line has {count} columns between '{BAR}'")
    return columns


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(read_corpus_text(path).splitlines(), start=1):
        if line.strip():
            yield number, line


@contextmanager
def _naming(path: Path, number: int) -> Iterator[None]:
    """Errors of a line as those of its file."""
    try:
        yield
    except KeyError as error:
        raise damaged(
            path, f"it speaks of {error.args[0]}, which the corpus, or its parts that train, does not have", number
        ) from None
    except ValueError as error:
        raise damaged(path, str(error), number) from None


def _known(corpus: Corpus) -> dict[str, Sentence]:
    return {sentence.id: sentence for split in _READ for sentence in corpus.sentences(split)}


def _documents(corpus: Corpus, sentences: Sequence[Sentence]) -> Iterator[Document]:
    """The documents of a corpus with those of their sentences that are given."""
    by_name = {sentence.id: sentence for sentence in sentences}
    if len(by_name) < len(sentences):
        twice = next(name for name, count in Counter(one.id for one in sentences).items() if count > 1)
        raise InputError(f"What was annotated in '{corpus.name}' speaks twice of the sentence '{twice}'.")
    for split in _READ:
        for document in corpus.splits[split]:
            found = tuple(by_name[one.id] for one in document.sentences if one.id in by_name)
            if found:
                yield replace(document, sentences=found)


def _for_training(name: str, licence: str, documents: Iterable[Document], *, borders: bool = True) -> Corpus:
    return Corpus(name, licence, {"train": tuple(documents), "development": (), "test": ()}, borders=borders)
