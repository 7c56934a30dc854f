"""Sentences that stand in what a student is judged by."""

from distill.corpora.model import Sentence
from distill.corpora.overlap import HeldBack

LONG = "Patients who take Aone with Btwo should be monitored closely for signs of bleeding and bruising"


def test_a_sentence_is_known_by_its_stretches() -> None:
    held = HeldBack.of([Sentence("s", LONG), Sentence("t", "Thiazides raise lithium.")])
    assert held.holds(LONG.upper() + "!")
    assert held.holds(f"In general, {LONG.replace('Patients who', 'those who')}.")
    assert held.holds("thiazides raise lithium")
    assert not held.holds("Thiazides raise lithium levels.")
    assert not held.holds("Patients who take Aone with Btwo were not monitored.")
    # One stretch of many is a phrase.
    assert not held.holds(f"{' '.join(f'word{n}' for n in range(30))} be monitored closely for signs of bleeding and")


def test_a_sentence_in_other_words_is_known_too() -> None:
    held = HeldBack.of([Sentence("s", "Pretreatment with aone significantly increased the clearance of btwo by 50%.")])
    assert held.holds("Aone: pretreatment with AONE increased clearance of btwo by 50%")
    assert not held.holds("Pretreatment with cten lowered the exposure to dfour, but did not change its half-life.")


def test_short_sentences_are_alike_by_chance() -> None:
    held = HeldBack.of([Sentence("t", "In some patients thiazides raise the lithium levels.")])
    assert not held.holds("In most patients thiazides raise the lithium levels.")
    longer = HeldBack.of([Sentence("t", "In some patients thiazides raise the lithium levels markedly.")])
    assert longer.holds("In most patients thiazides raise the lithium levels markedly.")
