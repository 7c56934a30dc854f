"""The annotated US labels as a corpus: public domain, the only one here whose trained weights carry no terms."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from pathlib import Path

from distill.corpora.model import NO_RELATION, Corpus, Document, Mention, Pair, Sentence, Split
from distill.corpora.reading import read_corpus_text
from distill.corpora.splitting import divide
from distill.knowledge import nlm_labels

# Ids of sentences that also stand in what the DDI corpus develops and judges by (monographs quote labels), listed so that
# training without that corpus leaves out the same ones.
_HELD_BACK = Path(__file__).with_name("labels_held_back.txt")
_TEST_SHARE = 0.1
_DEVELOPMENT_SHARE = 0.1


def read_labels(folder: Path) -> Corpus:
    """Labels divided by label, but for the test part without sentences that the DDI corpus holds back; pairs with the own drug of
    a label, which no sentence names, are counted in the remarks.

    Raises:
        InputError: a file is missing or damaged.
    """
    documents, implied, slipped = [], 0, 0
    for label in nlm_labels.read_labels(folder):
        sentences = []
        for sentence in label.sentences:
            mentions = tuple(Mention(one.id, one.kind, one.text, one.spans) for one in sentence.mentions if one.aligned)
            slipped += len(sentence.mentions) - len(mentions)
            known = {mention.id for mention in mentions}
            whole = [pair for pair in sentence.pairs if {pair.first, pair.second} <= known]
            implied += len(sentence.pairs) - len(whole)
            pairs = tuple(Pair(pair.first, pair.second, pair.kind if pair.interacts else NO_RELATION) for pair in whole)
            sentences.append(Sentence(sentence.id, sentence.text, mentions, pairs))
        documents.append(Document(label.set_id, "label", tuple(sentences)))
    rest, test = divide(documents, _TEST_SHARE, "labels-test")
    train, development = divide(rest, _DEVELOPMENT_SHARE, "labels-development")
    held = frozenset(read_corpus_text(_HELD_BACK).split())
    splits: dict[Split, tuple[Document, ...]] = {
        "train": tuple(_without(document, held) for document in train),
        # Of a development part a stage may be told to learn, too.
        "development": tuple(_without(document, held) for document in development),
        "test": test,
    }
    remarks = (
        f"{slipped} mentions whose offsets have slipped are left out.",
        f"{implied} pairs with a medicine that their sentence does not name are left out.",
        f"{len(held)} sentences that the DDI corpus develops or judges by are left out.",
    )
    return Corpus("fda-labels", "US public domain", splits, remarks)


def _without(document: Document, held: Set[str]) -> Document:
    return replace(document, sentences=tuple(one for one in document.sentences if one.id not in held))
