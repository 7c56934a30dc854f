"""Substances that are held out once more, to calibrate by."""

from distill.corpora.pairs import PairCorpus
from distill.rationales.building import ItemSettings, build_items
from distill.rationales.holding_out import held_out, learned_from, pairs_between, without
from distill.rationales.items import ItemFile
from engine.knowledge.store import KnowledgeStore


def test_a_share_of_the_seen_substances_is_held_out_with_their_relatives(corpus: PairCorpus) -> None:
    held, seen = held_out(corpus.division, share=0.4), corpus.division.substances("seen")
    assert 0.2 < len(held) / len(seen) < 0.6
    assert held < set(seen)
    groups = {corpus.division.groups[one] for one in held}
    assert not any(corpus.division.groups[one] in groups for one in seen if one not in held)
    assert held_out(corpus.division, share=0.4, seed="another") != held


def test_training_loses_what_says_something_of_them_and_nothing_else(store: KnowledgeStore, corpus: PairCorpus) -> None:
    settings = ItemSettings(variants=1, synthetic=40, strengths=20, dropped_share=0.0, most_measured=50)
    file, held = build_items(store, corpus, settings=settings), held_out(corpus.division, share=0.4)
    left = without(file, held)

    def of_theirs(items: ItemFile) -> int:
        return sum(any(one in held for one in item.pair.split("+")) for item in items.split("train"))

    assert of_theirs(file) > 20
    assert of_theirs(left) == 0
    # Where one medicine stands for another of the same roles, its label may be one of theirs.
    told = [item for item in file.split("train") if item.kind != "exchanged"]
    kept = [item for item in told if not any(one in held for one in item.pair.split("+"))]
    assert len(told) - len(kept) > 20
    assert list(left.split("train")) == kept
    assert left.split("warm", "s1", "s2", "development") == file.split("warm", "s1", "s2", "development")


def test_what_is_asked_are_training_pairs_between_them(corpus: PairCorpus) -> None:
    held = held_out(corpus.division, share=0.4)
    asked = pairs_between(corpus, held)
    assert asked
    assert all({record.first, record.second} <= held for record in asked)
    assert set(asked) <= set(corpus.splits["train"])
    learned = learned_from(corpus)
    assert set(learned) <= set(corpus.division.substances("seen"))
    assert list(learned) == sorted(set(learned))
