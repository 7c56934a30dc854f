"""The pair task: what is documented becomes the label, substances are held out whole, and no input tells the answer."""

import hashlib
import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.corpora.pair_circumstances import labelled_in, varied
from distill.corpora.pair_groups import relatives
from distill.corpora.pair_inputs import PairInputs, hints_of, swapped
from distill.corpora.pair_labels import documented_pairs, universe_of
from distill.corpora.pair_negatives import matched_pairs
from distill.corpora.pairs import (
    NATURAL_SPLITS,
    NO_LABEL,
    PAIR_SPLITS,
    Circumstances,
    PairCorpus,
    PairRecord,
    PairSettings,
    describe,
    pair_id,
    read_pairs,
)
from engine.application import Application
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.reasoning.language import DIRECTIONS, Label, prompt_of, vocabulary
from engine.report import SEVERITY_ORDER

# Every fourth substance of the real knowledge, and some that the tests name: enough of each class, quickly made.
NAMED = {"clarithromycin", "simvastatin", "rifampicin", "metformin", "citalopram", "escitalopram", "pimozide", "amiodarone"}
INSULINS = {"insulin-aspart", "insulin-glargine", "insulin-human"}


@pytest.fixture(scope="module")
def store(application: Application) -> KnowledgeStore:
    return application.store


@pytest.fixture(scope="module")
def among(store: KnowledgeStore) -> tuple[str, ...]:
    return tuple(sorted({*universe_of(store)[::4], *NAMED, *INSULINS}))


@pytest.fixture(scope="module")
def corpus(store: KnowledgeStore, among: tuple[str, ...]) -> PairCorpus:
    return read_pairs(store, among=among)


def every(corpus: PairCorpus) -> list[PairRecord]:
    return [*corpus.records(*PAIR_SPLITS), *corpus.extrapolated]


def said_by_the_application(application: Application, first: str, second: str) -> set[str]:
    report = application.check(f"{first}\n{second}")
    return {finding.severity for finding in report.interactions if finding.documented}


def test_a_pair_is_labelled_as_its_rule_says(corpus: PairCorpus) -> None:
    (record,) = [one for one in every(corpus) if one.id == "clarithromycin+simvastatin"]
    assert record.label == Label("contraindicated", "B_increase", "pk.metabolism")
    assert record.documented
    assert record.sources[0] == "ansm-2019"
    assert record.effects
    assert record.managements
    assert all(degree > 0 for degree in record.degree)


def test_severities_are_those_that_the_application_shows(application: Application, corpus: PairCorpus) -> None:
    names = application.store
    records = [one for split in PAIR_SPLITS for one in corpus.splits[split][::101]]
    assert {record.label.severity for record in records} >= {"none", "minor", "moderate", "major"}
    for record in records:
        shown = said_by_the_application(application, names.substance(record.first).name, names.substance(record.second).name)
        assert shown == ({record.label.severity} if record.documented else set()), record.id


def test_a_medicine_of_which_only_binding_in_the_gut_is_known_is_in_no_pair(store: KnowledgeStore) -> None:
    universe = set(universe_of(store))
    for alone in ("tinidazole", "activated-charcoal", "colestyramine"):
        assert {row.property for row in store.pk_properties.get(alone)} == {"absorption_binding"}
        assert alone not in universe
    assert {"sodium-polystyrene-sulfonate", "lanthanum", "amlodipine"} <= universe


def test_no_pair_stands_twice_and_every_id_is_that_of_its_substances(corpus: PairCorpus) -> None:
    records = every(corpus)
    assert len({record.id for record in records}) == len(records)
    assert all(record.id == pair_id(record.second, record.first) and record.first < record.second for record in records)


def test_held_out_substances_occur_nowhere_in_training(corpus: PairCorpus) -> None:
    part = corpus.division.parts
    sides = {
        "train": {("seen", "seen")},
        "development": {("seen", "seen")},
        "warm": {("seen", "seen")},
        "s1": {("seen", "test")},
        "s2": {("test", "test")},
        "development_cold": {("development", "seen"), ("development", "development")},
    }
    for split in PAIR_SPLITS:
        found = {tuple(sorted((part[one.first], part[one.second]))) for one in corpus.splits[split]}
        assert found == sides[split], split
    seen = {substance for record in corpus.records("train") for substance in (record.first, record.second)}
    for record in corpus.splits["s2"]:
        assert not {record.first, record.second} & seen


def test_rare_severities_occur_in_every_split(corpus: PairCorpus) -> None:
    for split in PAIR_SPLITS:
        assert {record.label.severity for record in corpus.splits[split]} == set(SEVERITY_ORDER), split


def test_relatives_fall_on_the_same_side(corpus: PairCorpus) -> None:
    part = corpus.division.parts
    assert len({part[insulin] for insulin in INSULINS}) == 1
    assert part["citalopram"] == part["escitalopram"]


def test_relatives_are_known_by_their_names() -> None:
    found = relatives(
        (
            *("isosorbide-dinitrate", "isosorbide-mononitrate", "valproic-acid", "mefenamic-acid", "levofloxacin", "ofloxacin"),
            *("fosphenytoin", "phenytoin", "norfloxacin", "zinc", "insulin-human-zinc", "insulin-aspart"),
            *("calcium-polystyrene-sulfonate", "sodium-polystyrene-sulfonate", "sodium-oxybate", "calcium"),
        )
    )
    assert found["isosorbide-dinitrate"] == found["isosorbide-mononitrate"]
    assert found["levofloxacin"] == found["ofloxacin"]
    assert found["fosphenytoin"] == found["phenytoin"]
    assert found["insulin-human-zinc"] == found["insulin-aspart"] != found["zinc"]
    assert found["calcium-polystyrene-sulfonate"] == found["sodium-polystyrene-sulfonate"] != found["sodium-oxybate"]
    assert found["valproic-acid"] != found["mefenamic-acid"]
    assert found["norfloxacin"] not in (found["ofloxacin"], found["phenytoin"])


def test_a_substance_keeps_its_side_when_others_join(store: KnowledgeStore, among: tuple[str, ...], corpus: PairCorpus) -> None:
    fewer = read_pairs(store, among=[one for one in among if one != "pimozide"])
    moved = [one for one in fewer.substances if fewer.division.parts[one] != corpus.division.parts[one]]
    assert len(moved) <= 0.05 * len(among)


def test_the_same_knowledge_gives_the_same_pairs(store: KnowledgeStore, among: tuple[str, ...], corpus: PairCorpus) -> None:
    assert read_pairs(store, among=among[::-1]) == corpus
    other = read_pairs(store, PairSettings(seed="another"), among=among)
    assert other.division.parts != corpus.division.parts


def test_undocumented_pairs_have_no_rule_whatever(store: KnowledgeStore, among: tuple[str, ...], corpus: PairCorpus) -> None:
    documented = documented_pairs(store, among)
    for record in corpus.records(*PAIR_SPLITS):
        assert ((record.first, record.second) in documented) == record.documented
        assert record.documented or (record.label, record.sources) == (NO_LABEL, ())


def test_substances_are_met_as_often_without_a_rule_as_with_one(corpus: PairCorpus) -> None:
    with_rule: Counter[str] = Counter()
    without: Counter[str] = Counter()
    for record in corpus.splits["train"]:
        (with_rule if record.documented else without).update((record.first, record.second))
    assert abs(with_rule.total() - without.total()) <= 0.02 * with_rule.total()
    # What interacts with nearly all others cannot be met as often without.
    common = {one for one, count in with_rule.items() if count < 0.3 * len(corpus.substances)}
    away = sum(abs(with_rule[one] - without[one]) for one in common)
    assert away <= 0.15 * with_rule.total()


def test_extended_rules_are_in_no_split(corpus: PairCorpus) -> None:
    assert corpus.extrapolated
    assert all(record.extrapolated for record in corpus.extrapolated)
    assert not any(record.extrapolated for record in corpus.records(*PAIR_SPLITS))
    assert not any(record.extrapolated for split in NATURAL_SPLITS for record in corpus.natural[split])


def test_at_the_natural_rate_most_pairs_have_no_rule(corpus: PairCorpus) -> None:
    for split in NATURAL_SPLITS:
        records = corpus.natural[split]
        assert 0.0 < sum(record.documented for record in records) / len(records) < 0.3
        sides = {tuple(sorted((corpus.division.parts[one.first], corpus.division.parts[one.second]))) for one in records}
        assert sides == {("seen", "test") if split == "s1" else ("test", "test")}


def test_rates_of_undocumented_pairs_are_settings(store: KnowledgeStore, among: tuple[str, ...]) -> None:
    corpus = read_pairs(store, PairSettings(train_negatives=0.5, test_negatives=0.0), among=among)
    documented = [record.documented for record in corpus.splits["train"]]
    assert 0.30 <= documented.count(False) / len(documented) <= 0.36
    assert all(record.documented for record in corpus.splits["s1"])


def test_settings_that_leave_nothing_to_learn_from_are_refused() -> None:
    with pytest.raises(ValueError, match="half of the substances"):
        PairSettings(development_share=0.0)
    with pytest.raises(ValueError, match="half of the substances"):
        PairSettings(test_share=0.45, development_share=0.2)
    with pytest.raises(ValueError, match="negatives"):
        PairSettings(test_negatives=-1.0)


def test_no_input_holds_a_name_a_rule_or_a_label(store: KnowledgeStore, corpus: PairCorpus) -> None:
    inputs = PairInputs(store)
    known = set(vocabulary(store))
    targets = {row.target for row in store.enzyme_roles.all()}
    for record in [*corpus.records("s1", "s2", "development")][::7]:
        facts = inputs.facts(record)
        prompt = prompt_of(facts)
        assert set(prompt) <= known
        codes = {piece.strip("<>") for piece in prompt}
        assert not {record.first, record.second} & (codes - targets)
        assert not any(code.startswith(("severity:", "direction:", "mechanism:", "effect:", "do:", "step:")) for code in codes)
        rows = {type(fact.row).__name__ for fact in facts.facts}
        assert rows <= {"EnzymeRole", "PdTag", "PkProperty", "NoneType"}


def without(resources: Path, folder: Path, *tables: str) -> KnowledgeStore:
    """The same knowledge without the rows of some tables."""
    compiled = Path(shutil.copytree(resources / "compiled", folder / "compiled"))
    path = compiled / "knowledge.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        for table in tables:
            connection.execute(f'DELETE FROM "{table}"')
        connection.commit()
    manifest = json.loads((compiled / "manifest.json").read_text(encoding="utf-8"))
    manifest["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (compiled / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return KnowledgeStore(compiled)


def test_inputs_are_the_same_where_no_rule_is_known(
    store: KnowledgeStore, corpus: PairCorpus, resources: Path, tmp_path: Path
) -> None:
    bare = without(resources, tmp_path, "rules", "rule_levels", "classes", "class_members", "auc_changes", "patient_rules")
    assert not bare.all_rules()
    assert not documented_pairs(bare, corpus.substances[:40])
    full, emptied = PairInputs(store), PairInputs(bare)
    for record in corpus.records(*PAIR_SPLITS)[::5]:
        assert full.facts(record) == emptied.facts(record)


def test_the_facts_that_a_label_rests_on_are_in_the_input(store: KnowledgeStore) -> None:
    record = PairRecord("a", "clarithromycin", "simvastatin", NO_LABEL)
    inputs = PairInputs(store)
    told = {(fact.side, fact.codes) for fact in inputs.facts(record).facts}
    assert {("A", ("inhibitor", "CYP3A4", "strong")), ("B", ("substrate", "CYP3A4", "sensitive"))} <= told
    turned = inputs.facts(record, swap=True)
    assert turned.first.substance == "simvastatin"
    assert {("B", ("inhibitor", "CYP3A4", "strong")), ("A", ("substrate", "CYP3A4", "sensitive"))} <= {
        (fact.side, fact.codes) for fact in turned.facts
    }


@given(direction=st.sampled_from(DIRECTIONS))
def test_a_label_turned_twice_is_itself(direction: str) -> None:
    label = Label("major", next(one for one in DIRECTIONS if one == direction), "pk.metabolism")
    assert swapped(swapped(label)) == label
    assert (swapped(label) == label) == (direction in ("both", "none"))


def test_hints_name_the_side_that_changes(store: KnowledgeStore) -> None:
    record = PairRecord("a", "clarithromycin", "simvastatin", Label("contraindicated", "B_increase", "pk.metabolism"))
    inputs = PairInputs(store)
    hinted, turned = inputs.item(record, hints=True), inputs.item(record, swap=True, hints=True)
    assert hinted.hints is not None
    assert (hinted.hints.direction, hinted.hints.affected) == ("B_increase", "B")
    assert turned.hints is not None
    assert (turned.hints.direction, turned.hints.affected) == ("A_increase", "A")
    assert [item.hints for item in inputs.items([record])] == [None]
    assert hints_of(NO_LABEL).affected == ""


def test_circumstances_change_the_facts_and_the_label(store: KnowledgeStore, corpus: PairCorpus) -> None:
    train = corpus.splits["train"]
    found = list(varied(store, train, 0.5, "seed"))
    assert 0.35 * len(train) < len(found) < 0.55 * len(train)
    assert {record.id for record in found} <= {record.id for record in train}
    assert found == list(varied(store, train, 0.5, "seed"))
    before = {record.id: record.label for record in train}
    assert any(record.label != before[record.id] for record in found)
    inputs = PairInputs(store)
    codes = {fact.codes for record in found for fact in inputs.facts(record).facts}
    assert {("route", "oral"), ("route", "topical"), ("patient", "elderly"), ("patient", "pregnant")} <= codes
    assert set(vocabulary(store)) >= {piece for record in found for piece in prompt_of(inputs.facts(record))}
    with pytest.raises(ValueError, match="share"):
        next(varied(store, train, 1.5, "seed"))


def test_used_locally_a_medicine_is_labelled_as_the_rules_say_there(store: KnowledgeStore, corpus: PairCorpus) -> None:
    (record,) = [one for one in every(corpus) if one.id == "clarithromycin+simvastatin"]
    same = labelled_in(store, record, Circumstances("oral", "oral", Patient()))
    local = labelled_in(store, record, Circumstances("topical", "oral", Patient()))
    assert same is not None
    assert same.label == record.label
    assert local is not None
    assert local.label == NO_LABEL
    assert not {fact.codes[0] for fact in PairInputs(store).facts(local).facts if fact.side == "A"} - {"route"}


def test_the_description_counts_classes(corpus: PairCorpus) -> None:
    lines = list(describe(corpus))
    assert lines[0].startswith(f"pairs of {len(corpus.substances)} substances")
    for split in PAIR_SPLITS:
        assert any(line.startswith(f"  {split}: {len(corpus.splits[split])} pairs") for line in lines)
    counts = Counter(record.label.severity for record in corpus.splits["train"])
    assert any(f"contraindicated {counts['contraindicated']}" in line for line in lines)


names = st.sampled_from([f"s{number}" for number in range(12)])
pairs = st.sets(st.tuples(names, names).filter(lambda pair: pair[0] < pair[1]), min_size=1, max_size=25)


@given(positives=pairs, more=pairs, rate=st.sampled_from([0.0, 0.5, 1.0, 2.0]), mixed=st.booleans())
def test_matched_pairs_are_new_and_of_the_same_substances(
    positives: set[tuple[str, str]], more: set[tuple[str, str]], rate: float, mixed: bool
) -> None:
    if not mixed:
        positives = {(f"a{first}", f"b{second}") for first, second in positives}
    taken = positives | more
    found = matched_pairs(sorted(positives), rate, taken, "seed", mixed=mixed)
    assert found == matched_pairs(sorted(positives), rate, taken, "seed", mixed=mixed)
    assert len(set(found)) == len(found) <= round(rate * len(positives))
    assert not set(found) & taken
    assert all(first < second for first, second in found)
    met = {substance for pair in positives for substance in pair}
    assert {substance for pair in found for substance in pair} <= met
    if not mixed:
        assert all((first[0], second[0]) == ("a", "b") for first, second in found)
    free = {pair for pair in combinations(sorted(met), 2) if mixed or pair[0][0] != pair[1][0]} - taken
    if len(free) <= round(rate * len(positives)):
        assert len(found) <= len(free)
