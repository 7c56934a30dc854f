"""A reader of a few kilobytes that keeps the whole contract and whose every answer can be worked out by hand.

The name logits of a token are the row of its id in `NAME_TABLE`, plus its position in each class; the relation logits of a pair
are the sum of the rows of its four ids (markers and first tokens) in `RELATION_TABLE`; attention from token i to token j is
position i times position j in the first layer, and that again in the second.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.students.manifest import Head, Manifest, StudentFile, TrainingData
from engine.students.rows import Row
from tests.engine.students.onnx_writing import Graph

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[A]", "[B]", "aspirin", "warfarin", "bleeding", "and", "raises", "##s", ".")
MARKERS = (4, 5)
MAX_TOKENS = 32
_random = np.random.default_rng(7)
NAME_TABLE: NDArray[np.float32] = _random.normal(size=(len(WORDS), 8)).astype(np.float32)
RELATION_TABLE: NDArray[np.float32] = _random.normal(size=(len(WORDS), 7)).astype(np.float32)
HEADS = (
    Head(name="drug-names", kind="names", labels=("O", "B-drug", "I-drug", "B-brand", "I-brand"), start=0),
    Head(name="diseases", kind="names", labels=("O", "B-Disease", "I-Disease"), start=5),
    Head(
        name="ddi",
        kind="relation",
        labels=("none", "mechanism", "effect", "advise", "int"),
        start=0,
        markers=MARKERS,
        temperature=1.5,
        biases=(0.0, 0.1, 0.2, 0.0, 0.4),
    ),
    Head(name="ade", kind="relation", labels=("none", "adverse_effect"), start=5, markers=MARKERS),
)


def model_bytes(name_classes: int = 8, relation_classes: int = 7, first_input: str = "input_ids", keys: str = "all") -> bytes:
    """The model file; other numbers of classes, another name of an input, or attention to "one" token only make a wrong one."""
    graph = Graph()
    whole = graph.constant(np.array([1], dtype=np.int64))
    names = graph.node("Gather", graph.constant(NAME_TABLE[:, :name_classes]), first_input)
    # A table, so that a position beyond it is refused as by a real model.
    places = graph.constant(np.arange(MAX_TOKENS, dtype=np.float32))
    far = graph.node("Gather", places, "position_ids")
    last = graph.constant(np.array([-1], dtype=np.int64))
    graph.node("Add", names, graph.node("Unsqueeze", far, last), output="name_logits")
    table = graph.constant(RELATION_TABLE[:, :relation_classes])
    total = ""
    for column in range(1, 5):
        where = graph.node("Gather", "pairs", graph.constant(np.array([0, column], dtype=np.int64)), integers={"axis": 1})
        answer = graph.node("Gather", table, graph.node("GatherND", first_input, where))
        total = graph.node("Add", total, answer, output="relation_logits" if column == 4 else "") if total else answer
    column_form = graph.node("Unsqueeze", graph.node("Unsqueeze", far, whole), last)
    row_form = graph.node("Unsqueeze", graph.node("Unsqueeze", far, whole), whole)
    if keys == "one":
        row_form = graph.constant(np.ones((1, 1, 1, 1), dtype=np.float32))
    looked = graph.node("Mul", column_form, row_form)
    graph.node("Concat", looked, looked, output="attention", integers={"axis": 1})
    shape = ("rows", "tokens")
    return graph.model(
        {first_input: shape, "position_ids": shape, "group_ids": shape, "pairs": ("pairs", 5)},
        {
            "name_logits": (*shape, "names"),
            "relation_logits": ("pairs", "relations"),
            "attention": ("rows", 2, "tokens", "tokens"),
        },
    )


def tokenizer_json() -> str:
    """A WordPiece tokenizer over `WORDS`, as the tokenizers library saves it."""
    special = [
        {
            "id": i,
            "content": WORDS[i],
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for i in range(6)
    ]
    signs = [{"SpecialToken": {"id": sign, "type_id": 0}} for sign in ("[CLS]", "[SEP]")]
    single = [signs[0], {"Sequence": {"id": "A", "type_id": 0}}, signs[1]]
    return json.dumps(
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": special,
            "normalizer": {
                "type": "BertNormalizer",
                "clean_text": True,
                "handle_chinese_chars": True,
                "strip_accents": None,
                "lowercase": True,
            },
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": single,
                "pair": [*single, {"Sequence": {"id": "B", "type_id": 0}}],
                "special_tokens": {
                    sign: {"id": sign, "ids": [WORDS.index(sign)], "tokens": [sign]} for sign in ("[CLS]", "[SEP]")
                },
            },
            "decoder": None,
            "model": {
                "type": "WordPiece",
                "unk_token": "[UNK]",
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": {word: i for i, word in enumerate(WORDS)},
            },
        }
    )


def manifest_of(folder: Path, heads: tuple[Head, ...] = HEADS) -> Manifest:
    """A manifest that describes the files of a folder as they are."""
    files = {
        path.name: StudentFile(sha256=hashlib.sha256(path.read_bytes()).hexdigest(), size_bytes=path.stat().st_size)
        for path in sorted(folder.iterdir())
        if path.name != "manifest.json"
    }
    return Manifest(
        name="tiny reader",
        kind="reader",
        version="0",
        created="2026-11-21",
        files=files,
        max_tokens=MAX_TOKENS,
        heads=heads,
        base="none",
        licence="CC0-1.0",
        non_commercial=False,
        data=(TrainingData(name="none", licence="CC0-1.0", citation="none"),),
    )


def write_manifest(folder: Path, heads: tuple[Head, ...] = HEADS) -> None:
    """Write the manifest beside the files."""
    (folder / "manifest.json").write_text(manifest_of(folder, heads).model_dump_json(), encoding="utf-8")


def write_student(folder: Path) -> Path:
    """The whole student in a new folder."""
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model_bytes())
    (folder / "tokenizer.json").write_text(tokenizer_json(), encoding="utf-8")
    (folder / "card.md").write_text("# A tiny reader for tests\n", encoding="utf-8")
    write_manifest(folder)
    return folder


def expected_names(row: Row) -> NDArray[np.float32]:
    """What `name_logits` must be for a row."""
    return NAME_TABLE[list(row.ids)] + np.array(row.positions, dtype=np.float32)[:, None]


def expected_relations(row: Row) -> NDArray[np.float32]:
    """What `relation_logits` must be for a row."""
    asked = [(pair.first_marker, pair.second_marker, pair.first_token, pair.second_token) for pair in row.pairs]
    sums = [sum(RELATION_TABLE[row.ids[place]] for place in places) for places in asked]
    return np.array(sums, dtype=np.float32).reshape(len(asked), RELATION_TABLE.shape[1])


def expected_attention(row: Row) -> NDArray[np.float32]:
    """What `attention` must be for a row."""
    places = np.array(row.positions, dtype=np.float32)
    return np.stack([np.outer(places, places)] * 2)
