"""Sentences of abstracts: what ends one, what does not, and that nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.reading.sentences import LONGEST_SENTENCE, SentenceSplitter

PIECES = st.sampled_from(
    [
        "Warfarin",
        "was",
        "given",
        "et al",
        "vs",
        "i.v",
        "3.5",
        "2",
        "(",
        ")",
        "[",
        "J",
        "\n",
        "\n\n",
        "METHODS",
        ":",
        ".",
        ". ",
        "! ",
        " ",
    ]
)


def split(application: Application, text: str) -> list[str]:
    return [text[start:end] for start, end in application.lexicon.splitter.spans(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Warfarin was given.", "Bleeding followed."],
        ["Warfarin was given by J. Smith et al. (2003) at 3.5 mg i.v. twice.", "It was stopped."],
        ["Drug A vs. placebo was tried.", "Approx. 5 mg b.i.d. were used.", "Patients received vitamin C.", "They slept."],
        ["The AUC rose (P < .05. See Fig. 2.) in all.", "E. coli grew."],
        ["BACKGROUND: Little is known.", "METHODS: In Dec. 2003 we looked.", "RESULTS: P was < .05.", "Was it?", "Yes!"],
        ["1. Take it.", "2. Stop it."],
        ["The U.S. Food and Drug Administration warns.", "See No. 5 for more.", "No.", "We said no."],
        ["It fell by 5.", "Then it rose at 8 a.m. again."],
        ['He said "stop."', "They did (as told).", "[Done.]", "End"],
    ],
)
def test_sentences_of_one_line(application: Application, sentences: list[str]) -> None:
    assert split(application, " ".join(sentences)) == sentences


def test_lines_are_joined_but_headings_lists_and_empty_lines_begin_anew(application: Application) -> None:
    text = "Warfarin was\ngiven to all\nMETHODS: We looked\n1. at this\n- at that\n\nA new paragraph"
    wanted = ["Warfarin was\ngiven to all", "METHODS: We looked", "1. at this", "- at that", "A new paragraph"]
    assert split(application, text) == wanted


def test_a_missing_space_after_a_stop(application: Application) -> None:
    assert split(application, "They slept.Phenytoin levels rose.") == ["They slept.", "Phenytoin levels rose."]


def test_a_text_without_stops_is_cut_between_words(application: Application) -> None:
    sentences = split(application, "warfarin " * 2000)
    assert len(sentences) > 2
    assert all(len(one) <= LONGEST_SENTENCE and set(one.split()) == {"warfarin"} for one in sentences)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)))
def test_nothing_is_lost(text: str) -> None:
    spans = list(SentenceSplitter({"vs": "inside", "al": "inside"}).spans(text))
    before = 0
    for start, end in spans:
        assert before <= start < end <= len(text)
        assert not text[before:start].strip()
        assert text[start:end] == text[start:end].strip()
        before = end
    assert not text[before:].strip()


@given(st.text(alphabet="ab .", max_size=60), st.integers(min_value=0, max_value=3))
def test_a_splitter_gives_the_same_each_time(text: str, times: int) -> None:
    splitter = SentenceSplitter({})
    assert len({tuple(splitter.spans(text)) for _ in range(times + 2)}) == 1
