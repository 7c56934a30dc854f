"""Items: every part can be left out, tests are never trained on, votes become the labels, and what is made is counted."""

import json
from collections import Counter
from dataclasses import dataclass, field

import pytest

from distill.corpora.pairs import PAIR_SPLITS, PairCorpus
from distill.rationales.building import ItemSettings, build_items, given_interaction, likeliest
from distill.rationales.curriculum import CurriculumSettings
from distill.rationales.items import ItemFile, TrainingItem
from distill.teachers.protocol import MECHANISMS, SEVERITIES, Distribution, Judgement, certain, check_distribution
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.language import DIRECTIONS, ReasonedStep, read_answer, vocabulary

PLAIN = ItemSettings(
    variants=1,
    quality=False,
    swap=False,
    dropped_share=0.0,
    circumstances_share=0.0,
    stand_ins=0,
    synthetic=0,
    strengths=0,
    balance=0.0,
    merge=False,
    curriculum=CurriculumSettings(stages=1),
)
FULL = ItemSettings(synthetic=20, strengths=20, circumstances_share=0.5, merge=False)


@dataclass(frozen=True)
class Vote:
    severity: Distribution = field(default_factory=lambda: {"none": 0.1, "minor": 0.6, "major": 0.3})
    direction: Distribution = field(default_factory=lambda: {"none": 0.2, "A_increase": 0.8})
    mechanism: Distribution = field(default_factory=lambda: {"none": 0.6, "pk.metabolism": 0.3, "pd.additive": 0.1})
    entropy: float = 1.0


@pytest.fixture(scope="module")
def full(store: KnowledgeStore, corpus: PairCorpus) -> ItemFile:
    return build_items(store, corpus, settings=FULL)


@pytest.fixture(scope="module")
def plain(store: KnowledgeStore, corpus: PairCorpus) -> ItemFile:
    return build_items(store, corpus, settings=PLAIN)


def test_without_any_addition_each_pair_is_one_item_with_the_label_of_its_source(corpus: PairCorpus, plain: ItemFile) -> None:
    for split in PAIR_SPLITS:
        records = {record.id: record for record in corpus.splits[split]}
        items = plain.split(split)
        assert sorted(item.pair for item in items) == sorted(records)
        for item in items:
            assert read_answer(item.answer).label == records[item.pair].label
            assert (item.kind, item.swapped, item.weight, item.stage) == ("pair", False, 1.0, 0)
            assert item.severity == certain(records[item.pair].label.severity)
    assert len(plain.split("train")) > 100


def test_every_item_is_readable_and_in_the_vocabulary(store: KnowledgeStore, full: ItemFile) -> None:
    known = set(vocabulary(store))
    assert full.vocabulary == vocabulary(store)
    for item in full.items:
        assert {*item.prompt, *(piece for answer in item.answers for piece in answer)} <= known
        labels = {read_answer(answer).label for answer in item.answers}
        assert len(labels) == 1
        check_distribution(item.severity, SEVERITIES)
        check_distribution(item.direction, DIRECTIONS)
        check_distribution(item.mechanism, MECHANISMS)
        assert len(set(item.answers)) == len(item.answers)


def test_no_pair_and_no_medicine_that_is_held_out_is_trained_on(corpus: PairCorpus, full: ItemFile) -> None:
    held = {*corpus.division.substances("test"), *corpus.division.substances("development")}
    measured = {record.id for split in PAIR_SPLITS if split != "train" for record in corpus.splits[split]}
    trained = full.split("train")
    assert not measured & {item.pair for item in trained}
    assert not [item.pair for item in trained if held & set(item.pair.split("+"))]
    assert {item.kind for item in full.items if item.split != "train"} == {"pair"}
    assert all(not item.swapped and len(item.answers) == 1 for item in full.items if item.split != "train")


def test_swapped_items_mirror_label_and_direction(full: ItemFile) -> None:
    trained = full.split("train")
    plain = {item.pair: item for item in trained if not item.swapped and item.kind == "pair"}
    turned = [item for item in trained if item.swapped and item.kind == "pair"]
    assert len(turned) == len(plain)
    mirror = {"A_increase": "B_increase", "B_increase": "A_increase", "A_decrease": "B_decrease", "B_decrease": "A_decrease"}
    directional = 0
    for item in turned:
        before = plain[item.pair]
        assert item.direction == {mirror.get(label, label): share for label, share in before.direction.items()}
        assert read_answer(item.answer).label.direction in item.direction
        assert item.severity == before.severity
        directional += next(iter(item.direction)) in mirror
    assert directional > 20


def test_all_that_was_made_is_counted_and_can_be_written_down(full: ItemFile, plain: ItemFile) -> None:
    made = json.loads(json.dumps(dict(full.made_with)))
    kinds = Counter(item.kind for item in full.split("train"))
    assert made["counts"]["kind"] == dict(sorted(kinds.items()))
    assert {"pair", "dropped", "circumstances", "synthetic", "strengths"} <= set(kinds)
    assert made["seen"]["answers"] > 100
    assert ItemSettings.model_validate(made["settings"]) == FULL
    assert sum(made["counts"]["tokens"].values()) == sum(len(one.prompt) + len(one.answer) for one in full.items)
    assert dict(plain.made_with)["seen"] == {}


def test_rare_severities_weigh_more_and_made_pairs_less(full: ItemFile) -> None:
    trained = full.split("train")
    counts = Counter(item.answer[0] for item in trained)
    rare, common = min(counts, key=lambda one: counts[one]), max(counts, key=lambda one: counts[one])
    assert weight_of(trained, rare) > weight_of(trained, common)
    made = [item for item in trained if item.kind in ("synthetic", "strengths")]
    assert all(item.weight < weight_of(trained, item.answer[0]) for item in made)
    assert {item.stage for item in trained} == {0, 1, 2}


def weight_of(items: tuple[TrainingItem, ...], severity: str) -> float:
    (weight,) = {item.weight for item in items if item.kind == "pair" and item.answer[0] == severity}
    return weight


def test_votes_become_the_labels_to_learn(store: KnowledgeStore, corpus: PairCorpus) -> None:
    pair = next(record.id for record in corpus.splits["train"] if record.documented)
    (item,) = (one for one in build_items(store, corpus, {pair: Vote()}, PLAIN).split("train") if one.pair == pair)
    assert item.severity == Vote().severity
    assert item.direction == Vote().direction
    # Of an interaction that is told, "no mechanism" cannot be said.
    assert item.mechanism == pytest.approx({"pk.metabolism": 0.75, "pd.additive": 0.25})
    assert item.answer[:3] == ("<severity:minor>", "<direction:A_increase>", "<mechanism:pk.metabolism>")
    measured = next(record for record in corpus.splits["s1"])
    (kept,) = (one for one in build_items(store, corpus, {measured.id: Vote()}, PLAIN).split("s1") if one.pair == measured.id)
    assert kept.severity == certain(measured.label.severity)


def test_a_vote_for_nothing_is_a_whole_label() -> None:
    assert likeliest(Vote(severity={"none": 0.9, "minor": 0.1})).mechanism == "none"
    assert likeliest(Vote(severity={"none": 0.9, "minor": 0.1})).direction == "none"
    assert given_interaction({"none": 1.0}) == {"unknown": 1.0}


def test_steps_of_other_teachers_are_variants_that_pass_the_same_control(
    store: KnowledgeStore, corpus: PairCorpus, plain: ItemFile
) -> None:
    explained = next(one for one in plain.split("train") if read_answer(one.answer).steps)
    (right, *_rest) = read_answer(explained.answer).steps
    nonsense = ReasonedStep("pk.metabolism", "CYP2E1", ("F1",), "induction", "A", "increase")
    shares = certain("major"), certain("none"), certain("unknown")
    said = [
        Judgement(explained.pair, "model", "1", *shares, (right, nonsense)),
        Judgement(explained.pair, "other", "1", *shares, abstains=True),
    ]
    settings = PLAIN.model_copy(update={"quality": True})
    made = build_items(store, corpus, settings=settings, judgements=said)
    (item,) = (one for one in made.split("train") if one.pair == explained.pair)
    assert len(item.answers) == 2
    assert read_answer(item.answers[1]).steps == (right,)
    assert read_answer(item.answers[1]).label == read_answer(item.answer).label
    faults = made.made_with["faults"]
    assert isinstance(faults, dict)
    assert faults["unsupported"] + faults.get("contradicted", 0) == 1


def test_items_of_the_same_tokens_become_one_of_their_weight_together(
    store: KnowledgeStore, corpus: PairCorpus, full: ItemFile
) -> None:
    merged = build_items(store, corpus, settings=FULL.model_copy(update={"merge": True}))
    one, many = merged.split("train"), full.split("train")
    assert len({(item.kind, item.prompt, item.answers) for item in one}) == len(one) < len(many)
    assert sum(item.weight for item in one) == pytest.approx(sum(item.weight for item in many))
    assert merged.made_with["merged"] == len(many) - len(one)
    assert merged.split("warm", "s1", "s2") == full.split("warm", "s1", "s2")
    for item in one:
        check_distribution(item.severity, SEVERITIES)
        same = [other for other in many if (other.kind, other.prompt, other.answers) == (item.kind, item.prompt, item.answers)]
        assert item.weight == pytest.approx(sum(other.weight for other in same))


def test_without_hints_rationales_differ_and_labels_do_not(store: KnowledgeStore, corpus: PairCorpus, plain: ItemFile) -> None:
    made = build_items(store, corpus, settings=PLAIN.model_copy(update={"hints": False}))
    pairs = list(zip(made.split("train"), plain.split("train"), strict=True))
    assert all(
        (one.prompt, one.severity, one.direction) == (other.prompt, other.severity, other.direction) for one, other in pairs
    )
    assert all(one.answer[:3] == other.answer[:3] for one, other in pairs)
    assert any(one.answer != other.answer for one, other in pairs)


def test_the_same_settings_make_the_same_items(store: KnowledgeStore, corpus: PairCorpus, full: ItemFile) -> None:
    assert build_items(store, corpus, settings=FULL).items == full.items
