"""Copies of sentences with other names: everything else stays as it was, and every mention still marks its name."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.corpora.model import Corpus, Document, Mention, Pair, Sentence
from distill.training.renaming import known_names, renamed
from engine.errors import InputError

WORDS = st.sampled_from(["alpha", "beta", "gamma delta", "Épsilon-1", "and", "raises", ","])


def corpus_of(*sentences: Sentence) -> Corpus:
    return Corpus("made", "", {"train": (Document("d", "", sentences),), "development": (), "test": ()})


def sentence_of(words: list[str], named: set[int], kind: str = "drug") -> Sentence:
    text, mentions, at = "", [], 0
    for number, word in enumerate(words):
        if number in named:
            mentions.append(Mention(f"m{number}", kind, word, ((at, at + len(word)),)))
        text += f"{word} "
        at = len(text)
    return Sentence("s", text, tuple(mentions), (Pair("m0", "m1", "effect"),))


@given(st.lists(WORDS, min_size=1, max_size=8), st.sets(st.integers(0, 7)), st.integers(0, 9))
def test_all_but_the_names_stays(words: list[str], named: set[int], seed: int) -> None:
    corpus = corpus_of(sentence_of(words, named))
    (changed,) = renamed([corpus], {"drug": ["newname", "other one"]}, seed)
    before = corpus.sentences("train")[0]
    if not before.mentions:
        assert not changed.sentences("train")
        return
    (after,) = changed.sentences("train")
    assert (after.id, after.pairs) == (before.id, before.pairs)
    rest_before, rest_after = before.text, after.text
    for old, new in zip(reversed(before.mentions), reversed(after.mentions), strict=True):
        assert (new.id, new.kind) == (old.id, old.kind)
        assert after.text[new.start : new.end] == new.text
        rest_before = rest_before[: old.start] + "|" + rest_before[old.end :]
        rest_after = rest_after[: new.start] + "|" + rest_after[new.end :]
    assert rest_before == rest_after


def test_the_same_name_stays_the_same_medicine_and_another_view_moves_with_it() -> None:
    sentence = sentence_of(["alpha", "raises", "beta", "and", "alpha"], {0, 2, 4})
    diseases = replace(sentence, mentions=(Mention("x", "Disease", "raises", ((6, 12),)),), pairs=())
    known = {"drug": [f"name{number}" for number in range(50)], "Disease": ["fever"]}
    first, second = renamed([corpus_of(sentence), corpus_of(diseases)], known, 1)
    one, other = first.sentences("train")[0], second.sentences("train")[0]
    assert one.text == other.text
    assert one.mentions[0].text == one.mentions[2].text != one.mentions[1].text
    assert other.text[other.mentions[0].start : other.mentions[0].end] == other.mentions[0].text


def test_mentions_in_pieces_or_over_each_other_stay_as_they_are() -> None:
    text = "alpha and beta acids"
    pieces = Mention("p", "drug", "alpha acids", ((0, 5), (15, 20)))
    whole = Mention("w", "drug", "beta acids", ((10, 20),))
    free = Mention("f", "drug", "and", ((6, 9),))
    (changed,) = renamed([corpus_of(Sentence("s", text, (pieces, free, whole)))], {"drug": ["zzz"]}, 0)
    (after,) = changed.sentences("train")
    assert after.text.startswith("alpha ")
    assert after.text.endswith(" beta acids")
    assert [after.mentions[0].text, after.mentions[2].text] == ["alpha acids", "beta acids"]


def test_the_names_of_the_knowledge_are_single_medicines(tmp_path: Path) -> None:
    names = known_names(Path(__file__).parents[3] / "resources" / "knowledge")
    assert "warfarin" in names["drug"]
    assert len(names["brand"]) > 5000
    assert not any("/" in name for name in names["drug"])
    with pytest.raises(InputError, match="names cannot be read"):
        known_names(tmp_path)
