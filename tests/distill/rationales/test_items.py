"""The file of training items: read as it was written, the same bytes each time, damaged ones refused in words."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.rationales.items import ITEM_KINDS, ItemFile, TrainingItem, counts_of, read_items, write_items
from engine.errors import InputError

WORDS = ("<pair>", "<answer>", "<severity:major>", "<severity:none>", "<direction:none>", "<end>")
PIECES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(tuple)
SHARES = st.sampled_from(({"major": 1.0}, {"major": 0.75, "none": 0.25}))
ITEMS = st.builds(
    TrainingItem,
    st.text(max_size=8),
    st.sampled_from(ITEM_KINDS),
    st.sampled_from(("train", "development", "s2")),
    st.booleans(),
    PIECES,
    st.lists(PIECES, min_size=1, max_size=3).map(tuple),
    SHARES,
    SHARES,
    SHARES,
    st.sampled_from((0.5, 1.0)),
    st.integers(0, 3),
)
ITEM = TrainingItem(
    "a+b",
    "pair",
    "train",
    False,
    ("<pair>", "<answer>"),
    (("<severity:major>", "<end>"), ("<severity:major>", "<direction:none>", "<end>")),
    {"major": 1.0},
    {"none": 1.0},
    {"unknown": 1.0},
)


@settings(max_examples=30)
@given(items=st.lists(ITEMS, max_size=4).map(tuple))
def test_items_are_read_as_they_were_written(items: tuple[TrainingItem, ...], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "new folder" / "items.jsonl.gz"
    file = ItemFile(WORDS, items, "digest", {"settings": {"variants": 3}})
    write_items(path, file)
    assert read_items(path) == file
    first = path.read_bytes()
    write_items(path, file)
    assert path.read_bytes() == first


def test_variants_of_the_answer_take_turns() -> None:
    assert [ITEM.answer_in(epoch) for epoch in range(3)] == [ITEM.answers[0], ITEM.answers[1], ITEM.answers[0]]
    assert ITEM.answer == ITEM.answers[0]


def test_items_are_counted_by_what_they_are() -> None:
    counts = counts_of([ITEM, replace(ITEM, split="s2"), replace(ITEM, kind="dropped", stage=1)])
    assert counts["split"] == {"s2": 1, "train": 2}
    assert counts["kind"] == {"dropped": 1, "pair": 1}
    assert counts["severity"] == {"major": 2}
    assert counts["stage"] == {"0": 1, "1": 1}
    assert counts["tokens"] == {"s2": 4, "train": 8}


def test_a_token_outside_the_vocabulary_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="<pair>"):
        write_items(tmp_path / "items.jsonl.gz", ItemFile(WORDS[1:], (ITEM,)))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content[: len(content) // 2], "cut off"),
        (lambda content: b"", "cut off|empty"),
        (lambda content: b"no archive", "cut off"),
        (lambda content: gzip.compress(b""), "empty"),
        (lambda content: gzip.compress(b"\xff\xfe"), "cut off or no gzipped text"),
        (lambda content: gzip.compress(b"{}\n"), "no header"),
        (lambda content: gzip.compress(gzip.decompress(content).replace(b'"format":1', b'"format":2')), "another version"),
        (lambda content: gzip.compress(gzip.decompress(content).splitlines()[0]), "missing or too many"),
        (lambda content: gzip.compress(gzip.decompress(content).replace(b'"kind":"pair"', b'"kind":"odd"')), "line 2"),
        (lambda content: gzip.compress(gzip.decompress(content).replace(b'"prompt":[0', b'"prompt":[99')), "line 2"),
        (lambda content: gzip.compress(gzip.decompress(content).replace(b'"weight":1.0', b'"weight":0.0')), "line 2"),
    ],
)
def test_a_damaged_file_is_refused_in_words(change: Callable[[bytes], bytes], words: str, tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl.gz"
    write_items(path, ItemFile(WORDS, (ITEM,)))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(InputError, match=words):
        read_items(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing"):
        read_items(tmp_path / "items.jsonl.gz")


def test_an_item_without_an_answer_or_weight_is_none() -> None:
    with pytest.raises(ValueError, match="answer"):
        replace(ITEM, answers=())
    with pytest.raises(ValueError, match="weight"):
        replace(ITEM, weight=0.0)
