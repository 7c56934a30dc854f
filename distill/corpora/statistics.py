"""What the corpora at hand hold, in figures: `coprescribe-distill corpora --data FOLDER`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from distill.corpora import written
from distill.corpora.ade import read_ade
from distill.corpora.chemprot import read_chemprot, read_chemprot_sentences
from distill.corpora.ddi import KINDS, read_ddi, read_ddi_names
from distill.corpora.dikb import read_dikb
from distill.corpora.drugbank_xml import describe_drugbank
from distill.corpora.interaction_types import describe_types, read_interaction_types
from distill.corpora.labels import read_labels
from distill.corpora.model import SPLITS, Corpus
from distill.corpora.pubmedqa import read_pubmedqa, read_pubmedqa_sentences
from distill.corpora.tokens import read_names, read_pico
from distill.corpora.twosides import describe_twosides
from distill.corpora.unlabelled import read_text

_Reading = Callable[[Path], Corpus]


def _typed(corpus: Corpus, file: str) -> Corpus:
    return written.read_typed(corpus, written.FOLDER / file)


def _named(name: str, corpus: Corpus, file: str, kind: str) -> Corpus:
    return written.read_named(name, corpus, written.FOLDER / file, written.NAMED, [kind])


def _both_named(name: str, place: str, read: _Reading, file: str) -> tuple[tuple[str, str, _Reading], ...]:
    """Chemicals and diseases that were annotated in the sentences of a corpus: a corpus of each over one text."""
    chemical, disease = (f"{name}-{kind.casefold()}" for kind in written.NAMED)
    return (
        (chemical, place, lambda folder: _named(chemical, read(folder), file, "Chemical")),
        (disease, place, lambda folder: _named(disease, read(folder), file, "Disease")),
    )


def _drugs(name: str, corpus: Corpus, file: str) -> Corpus:
    return written.read_named(name, corpus, written.FOLDER / file, KINDS, KINDS)


def _drugs_typed(corpus: Corpus, names: str, pairs: str) -> Corpus:
    """Sentences without labels, in which both names and pairs were annotated."""
    return _typed(_drugs(corpus.name, corpus, names), pairs)


# Texts of which sentences were annotated with names as a reader found them; of enzymes labels speak more than abstracts do.
_AS_THEY_ARE = ("bc5cdr-chemical", "ebm-nlp", "ade", "text", "pubmedqa-sentences")
_PHARMACOLOGY_TOO = (*_AS_THEY_ARE, "chemprot-sentences")
_LABELS_TOO = (*_AS_THEY_ARE, "ddi-2013", "dikb", "fda-labels")


def _all_of(names: Iterable[str], data: Path) -> list[Corpus]:
    return [read_corpus(name, data) for name in names]


# Name, place below the data folder, reader.
READERS: tuple[tuple[str, str, _Reading], ...] = (
    ("ddi-2013", "ddi-corpus/DDICorpus-2013.zip", read_ddi),
    ("ddi-2013-names", "ddi-corpus/DDICorpus-2013.zip", read_ddi_names),
    ("bc5cdr-chemical", "ner/BC5CDR-chem", lambda folder: read_names(folder, "bc5cdr-chemical")),
    ("bc5cdr-disease", "ner/BC5CDR-disease", lambda folder: read_names(folder, "bc5cdr-disease")),
    ("ncbi-disease", "ner/NCBI-disease", lambda folder: read_names(folder, "ncbi-disease")),
    ("chemprot", "chemprot", read_chemprot),
    ("chemprot-sentences", "chemprot", read_chemprot_sentences),
    ("ade", "ade-corpus", read_ade),
    ("ebm-nlp", "ebm-nlp-pico", read_pico),
    ("fda-labels", "fda-labels-annotated", read_labels),
    ("text", "text", read_text),
    ("pubmedqa", "pubmedqa", read_pubmedqa),
    ("pubmedqa-sentences", "pubmedqa", read_pubmedqa_sentences),
    ("dikb", "dikb", read_dikb),
    # What was written and annotated for the reader lies in the project; the sentences of the last ones among the data.
    ("written", "", lambda _folder: written.read_written(written.FOLDER)),
    ("written-directions", "", lambda _folder: written.read_written_directions(written.FOLDER)),
    ("written-roles", "", lambda _folder: written.read_written_roles(written.FOLDER)),
    ("written-effects", "", lambda _folder: written.read_written_effects(written.FOLDER)),
    (
        "ddi-2013-directions",
        "ddi-corpus/DDICorpus-2013.zip",
        lambda folder: written.read_directions(read_ddi(folder), written.FOLDER / written.DIRECTIONS),
    ),
    ("fda-labels-typed", "fda-labels-annotated", lambda folder: _typed(read_labels(folder), written.LABEL_PAIRS)),
    (
        "bc5cdr-typed",
        "ner/BC5CDR-chem",
        lambda folder: _typed(read_names(folder, "bc5cdr-chemical"), written.BC5CDR_PAIRS),
    ),
    (
        "ade-typed",
        "ade-corpus",
        lambda folder: _typed(_named("ade-chemical", read_ade(folder), written.ADE_NAMES, "Chemical"), written.ADE_PAIRS),
    ),
    ("dikb-typed", "dikb", lambda folder: _drugs_typed(read_dikb(folder), written.DIKB_DRUGS, written.DIKB_PAIRS)),
    ("text-typed", "text", lambda folder: _drugs_typed(read_text(folder), written.TEXT_DRUGS, written.TEXT_PAIRS)),
    ("effects", "", lambda data: written.read_effects(_all_of(_AS_THEY_ARE, data), written.FOLDER)),
    ("interactions", "", lambda data: written.read_interactions(_all_of(_PHARMACOLOGY_TOO, data), written.FOLDER)),
    ("roles", "", lambda data: written.read_roles(_all_of(_LABELS_TOO, data), written.FOLDER)),
    *_both_named("ade", "ade-corpus", read_ade, written.ADE_NAMES),
    *_both_named("pubmedqa", "pubmedqa", read_pubmedqa, written.PUBMEDQA_NAMES),
    *_both_named("chemprot", "chemprot", read_chemprot_sentences, written.CHEMPROT_NAMES),
    *_both_named("ebm-nlp", "ebm-nlp-pico", read_pico, written.TRIAL_NAMES),
    (
        "bc5cdr-drugs",
        "ner/BC5CDR-chem",
        lambda folder: _drugs("bc5cdr-drugs", read_names(folder, "bc5cdr-chemical"), written.BC5CDR_DRUGS),
    ),
    ("ade-drugs", "ade-corpus", lambda folder: _drugs("ade-drugs", read_ade(folder), written.ADE_DRUGS)),
)
# What only licence holders have, under the names of its publishers: place below the data folder, description.
LICENSED: tuple[tuple[str, Callable[[Path], Iterator[str]]], ...] = (
    ("drugbank/full database.xml", describe_drugbank),
    ("drugbank/drugbank_all_full_database.xml.zip", describe_drugbank),
    ("twosides/TWOSIDES.csv.gz", describe_twosides),
)


def read_corpus(name: str, data: Path) -> Corpus:
    """One corpus by its name in `READERS`.

    Raises:
        KeyError: there is no such corpus.
        InputError: its files are missing or damaged.
    """
    for known, place, reader in READERS:
        if known == name:
            return reader(data / place)
    raise KeyError(f"no corpus is called {name}; known are {', '.join(known for known, _place, _reader in READERS)}")


def corpus_lines(corpus: Corpus) -> Iterator[str]:
    """Documents, sentences, mentions by kind and pairs by label of each split, then what could not be taken."""
    yield f"{corpus.name} ({corpus.licence})"
    for split in SPLITS:
        sentences = corpus.sentences(split)
        kinds = Counter(mention.kind for sentence in sentences for mention in sentence.mentions)
        labels = Counter(pair.label for sentence in sentences for pair in sentence.pairs)
        yield f"  {split}: {len(corpus.splits[split])} documents, {len(sentences)} sentences"
        if kinds:
            yield f"    mentions: {_counted(kinds)}"
        if labels:
            yield f"    pairs: {_counted(labels)}"
    for remark in corpus.remarks:
        yield f"  {remark}"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def statistics_lines(data: Path) -> Iterator[str]:
    """Figures of every corpus below a data folder.

    Raises:
        InputError: a corpus is missing or damaged.
    """
    for _name, place, reader in READERS:
        yield from corpus_lines(reader(data / place))
    yield from describe_types(read_interaction_types(data / "drugbank-ddi-types"))
    yield from licensed_lines(data)


def licensed_lines(data: Path) -> Iterator[str]:
    """Figures of what licence holders have put below the data folder.

    Raises:
        InputError: a file that is there is damaged.
    """
    for place, described in LICENSED:
        if (data / place).exists():
            yield from described(data / place)
        else:
            yield f"{place}: not at hand"
