"""The 86-type DrugBank task: pairs of medicines with a type of interaction, as published with DeepDDI (Ryu et al., PNAS 2018).

For research only: the data are CC BY-NC 4.0, and no student that ships learns from them or from a teacher that did. Official
splits are by pair, so nearly every medicine of the test is known from training; `cold_splits` holds medicines out.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from distill.corpora.model import SPLITS, Split
from distill.corpora.reading import damaged, read_corpus_text
from distill.corpora.splitting import place_of

LICENCE = "CC BY-NC 4.0; research only, does not ship"
ColdSplit = Literal["train", "development", "s1", "s2"]
COLD_SPLITS: tuple[ColdSplit, ...] = get_args(ColdSplit)
_FILES: dict[Split, str] = {"train": "train.txt", "development": "dev.txt", "test": "test.txt"}
_TYPE_COLUMNS = ("Interaction type", "Description")
_STEREO = str.maketrans("", "", "@/\\")


@dataclass(frozen=True, slots=True)
class TypedPair:
    """Two medicines (DrugBank ids, in the published order) and the label of their interaction, from 0."""

    first: str
    second: str
    label: int


@dataclass(frozen=True, slots=True)
class TypedCorpus:
    """The published pairs by official split.

    `descriptions`: by label, a sentence with #Drug1 and #Drug2. `smiles`: structure by DrugBank id; some medicines have none.
    """

    descriptions: tuple[str, ...]
    smiles: dict[str, str]
    splits: dict[Split, tuple[TypedPair, ...]]
    licence: str = LICENCE

    def pairs(self) -> tuple[TypedPair, ...]:
        """The pairs of all splits."""
        return tuple(pair for split in SPLITS for pair in self.splits[split])


def read_interaction_types(folder: Path) -> TypedCorpus:
    """Read the published files.

    Raises:
        InputError: a file is missing or damaged.
    """
    nodes = _nodes(folder / "node2id.json")
    descriptions = _descriptions(folder / "interaction_types.csv")
    splits = {split: tuple(_pairs(folder / name, nodes, len(descriptions))) for split, name in _FILES.items()}
    return TypedCorpus(descriptions, _smiles(folder / "drug_smiles.csv"), splits)


def _nodes(path: Path) -> dict[int, str]:
    try:
        content = json.loads(read_corpus_text(path))
    except (ValueError, RecursionError) as error:
        raise damaged(path, "it is not JSON") from error
    numbered = isinstance(content, dict) and all(type(number) is int for number in content.values())
    if not numbered or len(set(content.values())) != len(content):
        raise damaged(path, "it does not give each medicine a number of its own")
    return {number: medicine for medicine, number in content.items()}


def _descriptions(path: Path) -> tuple[str, ...]:
    """By label: the number of the first column less one. The last column numbers otherwise and is not read."""
    found: dict[int, str] = {}
    for line, row in _rows(path, _TYPE_COLUMNS):
        number = row[_TYPE_COLUMNS[0]]
        if not number.isascii() or not number.isdecimal() or int(number) in found:
            raise damaged(path, "a type has no number of its own", line)
        found[int(number)] = row[_TYPE_COLUMNS[1]]
    if sorted(found) != list(range(1, len(found) + 1)):
        raise damaged(path, "types are not numbered from 1 without a gap")
    return tuple(found[number] for number in sorted(found))


def _smiles(path: Path) -> dict[str, str]:
    return {row["drug_id"]: row["smiles"] for _line, row in _rows(path, ("drug_id", "smiles"))}


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by the line on which they end, each with at least these columns."""
    reader = csv.DictReader(read_corpus_text(path).splitlines(), strict=True)
    try:
        if not set(columns) <= set(reader.fieldnames or ()):
            raise damaged(path, f"it does not have the columns {', '.join(columns)}", 1)
        for row in reader:
            if None in row or any(not row[column] for column in columns):
                raise damaged(path, "a row has too few or too many cells", reader.line_num)
            yield reader.line_num, row
    except csv.Error as error:
        raise damaged(path, "it is not comma-separated text", reader.line_num) from error


def _pairs(path: Path, nodes: dict[int, str], types: int) -> Iterator[TypedPair]:
    for number, line in enumerate(read_corpus_text(path).splitlines(), start=1):
        cells = line.split()
        if len(cells) != 3 or not all(cell.isascii() and cell.isdecimal() for cell in cells):
            raise damaged(path, "a line does not hold two medicines and a label as numbers", number)
        first, second, label = (int(cell) for cell in cells)
        if first not in nodes or second not in nodes:
            raise damaged(path, "a medicine has a number that the list of medicines does not know", number)
        if label >= types:
            raise damaged(path, f"a label is not one of the {types} types", number)
        yield TypedPair(nodes[first], nodes[second], label)


def cold_splits(
    corpus: TypedCorpus, held_out: float = 0.2, development: float = 0.1, seed: str = "types-1"
) -> dict[ColdSplit, tuple[TypedPair, ...]]:
    """All pairs divided by medicine: about `held_out` of the medicines are in no pair of `train` and `development`.

    `s1`: one medicine held out. `s2`: both. `development`: this share of the other pairs. Medicines that differ in salt or in the
    marks of their stereochemistry alone, as their structures are written, are held out together.

    Raises:
        ValueError: a share does not lie between 0 and 1.
    """
    if not (0.0 < held_out < 1.0 and 0.0 < development < 1.0):
        raise ValueError("shares lie between 0 and 1")
    every = corpus.pairs()
    medicines = {medicine for pair in every for medicine in (pair.first, pair.second)}
    skeletons = {medicine: _skeleton(corpus.smiles.get(medicine, medicine)) for medicine in medicines}
    unseen = {medicine for medicine, skeleton in skeletons.items() if place_of(skeleton, seed) < held_out}
    found: defaultdict[ColdSplit, list[TypedPair]] = defaultdict(list)
    for pair in every:
        count = (pair.first in unseen) + (pair.second in unseen)
        # The order of a pair must not decide: a few stand in both orders.
        place = place_of("+".join(sorted((pair.first, pair.second))), f"{seed}/pairs")
        seen: ColdSplit = "development" if place < development else "train"
        split: ColdSplit = "s2" if count == 2 else "s1" if count == 1 else seen
        found[split].append(pair)
    return {split: tuple(found[split]) for split in COLD_SPLITS}


def _skeleton(smiles: str) -> str:
    """The longest part of a structure without marks of stereochemistry: approximate, since a structure has many spellings."""
    return max(smiles.translate(_STEREO).split("."), key=len)


def describe_types(corpus: TypedCorpus) -> Iterator[str]:
    """Figures of the official and of the cold splits, in words."""
    yield f"drugbank-ddi-types ({corpus.licence})"
    yield f"  {len(corpus.descriptions)} types; structures of {len(corpus.smiles)} medicines"
    for split in SPLITS:
        yield f"  {split}: {_figures(corpus.splits[split])}"
    trained = {frozenset((pair.first, pair.second)) for pair in corpus.splits["train"]}
    both = sum(frozenset((pair.first, pair.second)) in trained for pair in corpus.splits["test"])
    yield f"  {both} pairs of the test stand in training too, with another type or the other way round"
    for cold, pairs in cold_splits(corpus).items():
        yield f"  cold {cold}: {_figures(pairs)}"


def _figures(pairs: tuple[TypedPair, ...]) -> str:
    labels = Counter(pair.label for pair in pairs)
    medicines = {medicine for pair in pairs for medicine in (pair.first, pair.second)}
    most = max(labels.values(), default=0)
    return f"{len(pairs)} pairs of {len(medicines)} medicines, {len(labels)} types, the most frequent {most} times"
