"""Items that a student of reasoning is trained on, and the one file that holds them all.

The file carries the vocabulary, so that a machine without the knowledge can train: gzipped JSON lines, a header first, then one
item a line with its tokens as places in that vocabulary. Some thousand items take some hundred kilobytes.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from distill.corpora.pairs import PairSplit
from distill.corpora.reading import damaged
from distill.teachers.protocol import Distribution
from engine.records.writing import write_file

# `pair`: a pair of the corpus. `dropped`: facts left out that no step cites. `exchanged`: another medicine with the same facts in
# the place of one. `synthetic`: two medicines drawn, labelled by the rules on facts alone. `strengths`: with strengths changed.
# `circumstances`: with routes and patients.
ItemKind = Literal["pair", "dropped", "circumstances", "exchanged", "synthetic", "strengths"]
ITEM_KINDS: tuple[ItemKind, ...] = get_args(ItemKind)
_FORMAT = 1
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class TrainingItem:
    """One prompt with what should be answered.

    `pair`: id of the pair in the corpus, or of the made one. `swapped`: whether A and B changed places. `answers`: one or more
    whole answers that are equally right, the label tokens the same in each. `severity`, `direction`, `mechanism`: the labels to
    learn, as distributions (label to probability; what is left out has 0); the first tokens of an answer are their likeliest.
    `weight`: of the item in the loss. `stage`: from which stage of the curriculum on it is learned, 0 from the start.
    `split`: items of other splits than `train` are there to be measured by.
    """

    pair: str
    kind: ItemKind
    split: PairSplit
    swapped: bool
    prompt: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]
    severity: Distribution
    direction: Distribution
    mechanism: Distribution
    weight: float = 1.0
    stage: int = 0

    def __post_init__(self) -> None:
        if not self.answers or not all(self.answers):
            raise ValueError("an item has an answer")
        if self.weight <= 0.0 or self.stage < 0:
            raise ValueError("a weight is above nothing, and there is no stage before the first")

    @property
    def answer(self) -> tuple[str, ...]:
        """The first of the answers."""
        return self.answers[0]

    def answer_in(self, epoch: int) -> tuple[str, ...]:
        """The answer to learn in an epoch: the variants take turns, so that an epoch is as long with them as without."""
        return self.answers[epoch % len(self.answers)]


@dataclass(frozen=True, slots=True)
class ItemFile:
    """All items of a run with the vocabulary of their tokens.

    `knowledge_digest`: of the knowledge that they were made from. `made_with`: settings and counts, for cards and reports.
    """

    vocabulary: tuple[str, ...]
    items: tuple[TrainingItem, ...]
    knowledge_digest: str = ""
    made_with: Mapping[str, object] = field(default_factory=dict)

    def split(self, *splits: PairSplit) -> tuple[TrainingItem, ...]:
        """The items of some splits."""
        return tuple(item for item in self.items if item.split in splits)

    def measured(self, split: PairSplit) -> tuple[TrainingItem, ...]:
        """The pairs of a split as they stand in the corpus: each once, as nobody changed it."""
        return tuple(item for item in self.split(split) if item.kind == "pair" and not item.swapped)


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: int
    knowledge_digest: str
    vocabulary: list[str]
    items: int
    made_with: dict[str, object]


class _Line(BaseModel):
    """One item as it is written: short keys, tokens by their place."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    pair: str
    kind: ItemKind
    split: PairSplit
    swapped: bool
    prompt: list[int]
    answers: list[list[int]]
    severity: dict[str, float]
    direction: dict[str, float]
    mechanism: dict[str, float]
    weight: float
    stage: int


def write_items(path: Path, file: ItemFile) -> None:
    """Write a file of items; the same items make the same bytes.

    Raises:
        ValueError: a token is not in the vocabulary.
    """
    places = {piece: place for place, piece in enumerate(file.vocabulary)}
    header = _Header(
        format=_FORMAT,
        knowledge_digest=file.knowledge_digest,
        vocabulary=list(file.vocabulary),
        items=len(file.items),
        made_with=dict(file.made_with),
    )
    lines = [header.model_dump_json(), *(_line(item, places).model_dump_json() for item in file.items)]
    content = io.BytesIO()
    with gzip.GzipFile(fileobj=content, mode="wb", mtime=0) as archive:
        archive.write("".join(f"{line}\n" for line in lines).encode())
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, content.getvalue())


def read_items(path: Path) -> ItemFile:
    """Read a file of items.

    Raises:
        InputError: it is missing, cut off, damaged or of another format.
    """
    # Not `splitlines`: JSON leaves other signs that end a line as they are.
    lines = _text_of(path).removesuffix("\n").split("\n")
    if not lines[0]:
        raise damaged(path, "it is empty", 1)
    try:
        header = _Header.model_validate_json(lines[0])
    except ValidationError as error:
        raise damaged(path, "its first line is no header of training items", 1) from error
    if header.format != _FORMAT:
        raise damaged(path, "it was written by another version", 1)
    if len(lines) - 1 != header.items:
        raise damaged(path, "items are missing or too many")
    items = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            items.append(_item(_Line.model_validate_json(line), header.vocabulary))
        except ValueError as error:  # a ValidationError is one
            raise damaged(path, "it is no training item", number) from error
    return ItemFile(tuple(header.vocabulary), tuple(items), header.knowledge_digest, header.made_with)


def _text_of(path: Path) -> str:
    try:
        return gzip.decompress(path.read_bytes()).decode("utf-8")
    except (EOFError, zlib.error, UnicodeDecodeError, gzip.BadGzipFile) as error:
        raise damaged(path, "it is cut off or no gzipped text") from error
    except OSError as error:
        raise damaged(path, "it is missing or cannot be read") from error


def _line(item: TrainingItem, places: Mapping[str, int]) -> _Line:
    unknown = {piece for pieces in (item.prompt, *item.answers) for piece in pieces if piece not in places}
    if unknown:
        raise ValueError(f"tokens outside the vocabulary: {sorted(unknown)}")
    return _Line(
        pair=item.pair,
        kind=item.kind,
        split=item.split,
        swapped=item.swapped,
        prompt=[places[piece] for piece in item.prompt],
        answers=[[places[piece] for piece in answer] for answer in item.answers],
        severity=_rounded(item.severity),
        direction=_rounded(item.direction),
        mechanism=_rounded(item.mechanism),
        weight=round(item.weight, _DIGITS),
        stage=item.stage,
    )


def _item(line: _Line, vocabulary: list[str]) -> TrainingItem:
    return TrainingItem(
        line.pair,
        line.kind,
        line.split,
        line.swapped,
        _pieces(line.prompt, vocabulary),
        tuple(_pieces(answer, vocabulary) for answer in line.answers),
        line.severity,
        line.direction,
        line.mechanism,
        line.weight,
        line.stage,
    )


def _pieces(places: list[int], vocabulary: list[str]) -> tuple[str, ...]:
    if not all(0 <= place < len(vocabulary) for place in places):
        raise ValueError("a token that the vocabulary does not have")
    return tuple(vocabulary[place] for place in places)


def _rounded(distribution: Distribution) -> dict[str, float]:
    return {label: round(share, _DIGITS) for label, share in distribution.items() if round(share, _DIGITS) > 0.0}


def counts_of(items: Iterable[TrainingItem]) -> dict[str, dict[str, int]]:
    """How many items and tokens there are: by split, kind, severity (the one written first) and stage of the training items."""
    found: dict[str, Counter[str]] = {key: Counter() for key in ("split", "kind", "severity", "stage", "tokens")}
    for item in items:
        found["split"][item.split] += 1
        found["tokens"][item.split] += len(item.prompt) + len(item.answer)
        if item.split == "train":
            found["kind"][item.kind] += 1
            found["severity"][item.answer[0].removeprefix("<severity:").removesuffix(">")] += 1
            found["stage"][str(item.stage)] += 1
    return {key: dict(sorted(counter.items())) for key, counter in found.items()}
