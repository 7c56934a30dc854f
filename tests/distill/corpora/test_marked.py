"""Sentences with numbered names, written and read again."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.corpora.ddi import KINDS, RELATIONS
from distill.corpora.marked import marked, related, sentence_of, told_of
from distill.corpora.model import Mention, Sentence

PAIRS = st.dictionaries(st.sampled_from(list(combinations(range(1, 8), 2))), st.sampled_from(RELATIONS))
WORDS = st.text(alphabet="abcxyz-,;()/ ", min_size=1, max_size=8).map(lambda text: " ".join(text.split())).filter(bool)


@given(PAIRS)
def test_pairs_are_read_as_they_were_told(pairs: dict[tuple[int, int], str]) -> None:
    assert related(told_of(pairs), 7) == pairs


def test_pairs_in_short() -> None:
    assert related("effect 1-2,4x5-7", 7) == dict.fromkeys([(a, b) for a in (1, 2, 4) for b in (5, 6, 7)], "effect")
    assert told_of({(1, 2): "int", (1, 4): "int", (2, 3): "effect"}) == "int 1x2,4; effect 2x3"


@given(st.text(alphabet="effct adviseint;x,-0123456789 ", max_size=40))
def test_nonsense_is_told_as_such(text: str) -> None:
    try:
        found = related(text, 5)
    except ValueError:
        return
    assert all(1 <= first < second <= 5 and label in RELATIONS for (first, second), label in found.items())


@given(st.lists(st.tuples(WORDS, WORDS, st.sampled_from(KINDS)), min_size=2, max_size=5), PAIRS)
def test_a_sentence_is_read_as_it_was_marked(parts: list[tuple[str, str, str]], pairs: dict[tuple[int, int], str]) -> None:
    text, mentions = "", []
    for number, (before, name, kind) in enumerate(parts, start=1):
        text += f"{before} "
        mentions.append(Mention(f"s.e{number}", kind, name, ((len(text), len(text) + len(name)),)))
        text += f"{name} "
    told = {pair: label for pair, label in pairs.items() if pair[1] <= len(parts)}
    sentence = Sentence("s", text.strip(), tuple(mentions))
    again = sentence_of("s", marked(sentence, mentions), told_of(told), KINDS)
    assert (again.text, again.mentions) == (sentence.text, sentence.mentions)
    assert {pair.label for pair in again.pairs} <= {"none", *told.values()}
    assert sum(pair.label != "none" for pair in again.pairs) == len(told)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Aone Btwo", (((0, 4),), ((2, 9),))),  # within each other
        ("Aone Btwo", (((0, 2), (3, 4)), ((5, 9),))),  # in pieces
        ("Aone [Btwo]", (((0, 4),), ((6, 10),))),
        ("Aone | Btwo", (((0, 4),), ((7, 11),))),
    ],
)
def test_what_cannot_be_marked(text: str, spans: tuple[tuple[tuple[int, int], ...], ...]) -> None:
    mentions = [Mention(f"e{number}", "drug", "", one) for number, one in enumerate(spans)]
    assert marked(Sentence("s", text, tuple(mentions)), mentions) == ""
