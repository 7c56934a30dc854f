"""Corpora published one token a line (IOB): BC5CDR chemicals and diseases, NCBI diseases, EBM-NLP.

The text of a sentence is its tokens joined by single spaces, which is all that these files keep of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from distill.corpora.model import Corpus, Document, Mention, Sentence, Split
from distill.corpora.reading import damaged, read_corpus_text
from distill.corpora.splitting import divide

_DOCUMENT = "-DOCSTART-"
_NER_FILES: dict[Split, str] = {"train": "train.tsv", "development": "devel.tsv", "test": "test.tsv"}
# EBM-NLP is published with a training file that is not at hand: its development file is divided, by document.
_EBM_DEVELOPMENT_SHARE = 0.1

Token = tuple[str, str]


def read_names(folder: Path, name: str) -> Corpus:
    """BC5CDR or NCBI disease as IOB: "token TAB tag", an empty line between sentences, official splits.

    The files keep no document borders, so each sentence counts as a document.

    Raises:
        InputError: a file is missing or damaged.
    """
    splits: dict[Split, tuple[Document, ...]] = {}
    for split, file in _NER_FILES.items():
        path = folder / file
        documents = []
        for number, tokens in enumerate(_sentences(path, separator="\t")):
            # Two corpora over one text (BC5CDR's chemicals and diseases) name its sentences alike.
            sentence = _sentence(f"{name.partition('-')[0]}.{split}.{number}", tokens, path)
            documents.append(Document(sentence.id, name, (sentence,)))
        splits[split] = tuple(documents)
    return Corpus(name, "research use, cite", splits, borders=False)


def read_pico(folder: Path) -> Corpus:
    """EBM-NLP: "token POS - tag" with I-PAR, I-INT and I-OUT; documents begin with their PubMed id.

    Raises:
        InputError: a file is missing or damaged.
    """
    train, development = divide(_pico_documents(folder / "dev.txt"), _EBM_DEVELOPMENT_SHARE, "ebm-nlp")
    splits: dict[Split, tuple[Document, ...]] = {
        "train": train,
        "development": development,
        "test": tuple(_pico_documents(folder / "test.txt")),
    }
    return Corpus("ebm-nlp", "research use, cite", splits)


def _pico_documents(path: Path) -> Iterator[Document]:
    name = ""
    sentences: list[Sentence] = []
    for tokens in _sentences(path, separator=" "):
        if tokens[0][0] == _DOCUMENT:
            if sentences:
                yield Document(name, "PubMed", tuple(sentences))
            name, sentences = tokens[0][1].strip("()"), []
        elif not name:
            raise damaged(path, "it does not begin with a document")
        else:
            sentences.append(_sentence(f"{name}.{len(sentences)}", tokens, path))
    if sentences:
        yield Document(name, "PubMed", tuple(sentences))


def _sentences(path: Path, separator: str) -> Iterator[list[Token]]:
    """(token, tag) pairs of each stretch between empty lines."""
    tokens: list[Token] = []
    for number, line in enumerate(read_corpus_text(path).splitlines(), start=1):
        if not line.strip():
            if tokens:
                yield tokens
            tokens = []
            continue
        cells = line.split(separator)
        if len(cells) < 2 or not cells[0]:
            raise damaged(path, "a line does not hold a token and a tag", number)
        tokens.append((cells[0], cells[-1]))
    if tokens:
        yield tokens


def _sentence(sentence_id: str, tokens: list[Token], path: Path) -> Sentence:
    words: list[str] = []
    mentions: list[tuple[str, int, int]] = []
    position, before = 0, "O"
    for token, tag in tokens:
        sign, _dash, kind = tag.partition("-")
        if tag != "O" and (sign not in {"B", "I"} or not kind):
            raise damaged(path, f"'{tag}' is no tag")
        end = position + len(token)
        if tag != "O":
            if sign == "B" or before != kind:
                mentions.append((kind, position, end))
            else:
                mentions[-1] = (kind, mentions[-1][1], end)
        before = kind if tag != "O" else "O"
        words.append(token)
        position = end + 1
    text = " ".join(words)
    made = (
        Mention(f"{sentence_id}.e{number}", kind, text[start:end], ((start, end),))
        for number, (kind, start, end) in enumerate(mentions)
    )
    return Sentence(sentence_id, text, tuple(made))
