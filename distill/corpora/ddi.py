"""The corpus of DDI Extraction 2013 (Herrero-Zazo et al., J Biomed Inform 2013;46:914-920), from its zip file or folder.

Offsets are inclusive at both ends, and several where a mention is discontinuous ("46-61;82-86"). The relation task is trained on
`Train` and tested on "Test for DDI Extraction task"; names have a test part of their own ("Test for DrugNER task").
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from distill.corpora.model import NO_RELATION, Corpus, Document, Mention, Pair, Sentence
from distill.corpora.reading import damaged
from distill.corpora.splitting import divide
from engine.errors import InputError

LICENCE = "CC BY-NC 4.0"
RELATIONS = ("mechanism", "effect", "advise", "int")
KINDS = ("drug", "brand", "group", "drug_n")
# One positive pair of the training part (DDI-DrugBank.d236.s29.p0) has no type; the class that claims least is "int".
_UNTYPED = "int"
_TRAIN = "Train"
_RELATION_TEST = "Test/Test for DDI Extraction task"
_NAMES_TEST = "Test/Test for DrugNER task"
_DEVELOPMENT_SHARE = 0.1
_SEED = "ddi-2013"


def read_ddi(path: Path) -> Corpus:
    """The relation task: official training and test documents, a tenth of the former for development.

    Raises:
        InputError: the file is missing or damaged.
    """
    parts = _parts(path)
    train, development = divide(parts[_TRAIN], _DEVELOPMENT_SHARE, _SEED)
    return Corpus("ddi-2013", LICENCE, {"train": train, "development": development, "test": parts[_RELATION_TEST]})


def read_ddi_names(path: Path) -> Corpus:
    """The name task: the same training documents, its own test documents.

    Raises:
        InputError: the file is missing or damaged.
    """
    parts = _parts(path)
    train, development = divide(parts[_TRAIN], _DEVELOPMENT_SHARE, _SEED)
    return Corpus("ddi-2013-names", LICENCE, {"train": train, "development": development, "test": parts[_NAMES_TEST]})


def _parts(path: Path) -> dict[str, tuple[Document, ...]]:
    found: dict[str, list[Document]] = {_TRAIN: [], _RELATION_TEST: [], _NAMES_TEST: []}
    for name, content in _files(path):
        for part, documents in found.items():
            if f"/{part}/" in name:
                origin = name.split("/")[-2]
                documents.append(_document(content, origin, name))
    empty = [part for part, documents in found.items() if not documents]
    if empty:
        raise damaged(path, f"it holds no documents under '{empty[0]}'")
    return {part: tuple(documents) for part, documents in found.items()}


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name (with "/") and content of each XML file, in the order of names."""
    try:
        if path.is_dir():
            for file in sorted(path.rglob("*.xml")):
                yield f"/{file.relative_to(path).as_posix()}", file.read_bytes()
            return
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".xml"):
                    yield f"/{name}", archive.read(name)
    except OSError as error:
        raise InputError(f"The corpus file '{path}' is missing or cannot be read.") from error
    except zipfile.BadZipFile as error:
        raise damaged(path, "it is not a zip file, or a part of it is missing") from error


def _document(content: bytes, origin: str, name: str) -> Document:
    try:
        # Nothing outside the file is ever opened.
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
        sentences = tuple(_sentence(element, name) for element in root.iterchildren("sentence"))
    except etree.XMLSyntaxError as error:
        raise damaged(name, "its XML is broken") from error
    return Document(_attribute(root, "id", name), origin, sentences)


def _attribute(element: etree._Element, key: str, name: str) -> str:
    value = element.get(key)
    if value is None:
        raise damaged(name, f"it holds '{element.tag}' without {key}")
    return str(value)


def _sentence(element: etree._Element, name: str) -> Sentence:
    text = _attribute(element, "text", name)
    mentions = tuple(_mention(entity, text, name) for entity in element.iterchildren("entity"))
    known = {mention.id for mention in mentions}
    pairs = tuple(_pair(pair, known, name) for pair in element.iterchildren("pair"))
    return Sentence(_attribute(element, "id", name), text, mentions, pairs)


def _mention(element: etree._Element, text: str, name: str) -> Mention:
    kind = _attribute(element, "type", name)
    if kind not in KINDS:
        raise damaged(name, f"'{kind}' is no kind of name of this corpus")
    spans = []
    for stretch in _attribute(element, "charOffset", name).split(";"):
        first, dash, last = stretch.partition("-")
        if not (dash and first.isdigit() and last.isdigit() and int(first) <= int(last) < len(text)):
            raise damaged(name, "the place of a mention lies outside its sentence")
        spans.append((int(first), int(last) + 1))
    return Mention(_attribute(element, "id", name), kind, _attribute(element, "text", name), tuple(spans))


def _pair(element: etree._Element, known: set[str], name: str) -> Pair:
    first, second = _attribute(element, "e1", name), _attribute(element, "e2", name)
    if not {first, second} <= known:
        raise damaged(name, "a pair names a mention that is not there")
    label = NO_RELATION
    if _attribute(element, "ddi", name) == "true":
        label = str(element.get("type") or _UNTYPED)
        if label not in RELATIONS:
            raise damaged(name, f"'{label}' is no relation of this corpus")
    return Pair(first, second, label)
