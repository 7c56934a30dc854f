"""The mechanism teacher: what it concludes from facts alone, how sure it is, and when it keeps silent."""

from dataclasses import replace

import pytest

from distill.teachers.findings import findings_of, steps_of
from distill.teachers.measured import measure
from distill.teachers.mechanism import MechanismTeacher, measure_sureness
from distill.teachers.protocol import PairItem
from distill.teachers.voting import likeliest
from engine.application import Application
from engine.interactions.exposure import Exposure
from engine.knowledge.records import EnzymeRole
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.grammar import automaton_of, choices_of
from engine.reasoning.language import Answer, Label, ReasonedStep, vocabulary, write_answer
from engine.reasoning.pair_facts import PairFact, pair_facts


@pytest.fixture(scope="module")
def store(application: Application) -> KnowledgeStore:
    return application.store


def item(store: KnowledgeStore, first: str, second: str, routes: tuple[str | None, str | None] = (None, None)) -> PairItem:
    exposures = Exposure(0, 0, first, first, routes[0]), Exposure(1, 1, second, second, routes[1])
    return PairItem(f"{first}+{second}", pair_facts(store, *exposures))


def cited(facts: tuple[PairFact, ...], step: ReasonedStep) -> set[tuple[str, str, str]]:
    """Side, kind and place of each fact that a step cites."""
    return {(fact.side, fact.codes[0], fact.codes[1]) for fact in facts if fact.id in step.facts}


def test_an_inhibited_enzyme_raises_its_substrate(store: KnowledgeStore) -> None:
    pair = item(store, "clarithromycin", "simvastatin")
    lead = findings_of(store, pair.facts)[0]
    assert (lead.kind, lead.via, lead.role, lead.object, lead.change) == (
        "pk.metabolism",
        "CYP3A4",
        "inhibition",
        "B",
        "increase",
    )
    assert cited(pair.facts.facts, lead.step()) >= {("A", "inhibitor", "CYP3A4"), ("B", "substrate", "CYP3A4")}
    said = MechanismTeacher(store).judge(pair)
    assert not said.abstains
    assert (likeliest(said.direction), likeliest(said.mechanism)) == ("B_increase", "pk.metabolism")
    assert said.steps[-1] == ReasonedStep("net_effect", "object_toxicity", lead.facts, None, "B", "increase")


def test_the_order_of_the_medicines_only_swaps_the_sides(store: KnowledgeStore) -> None:
    teacher = MechanismTeacher(store)
    one, other = (teacher.judge(item(store, *names)) for names in (("rifampicin", "warfarin"), ("warfarin", "rifampicin")))
    assert likeliest(one.direction) == "B_decrease"
    assert likeliest(other.direction) == "A_decrease"
    assert one.severity == pytest.approx(other.severity)
    assert one.direction["B_decrease"] == pytest.approx(other.direction["A_decrease"])


def test_an_inhibited_activation_lowers_the_effect_of_a_prodrug(store: KnowledgeStore) -> None:
    pair = item(store, "paroxetine", "tamoxifen")
    lead = findings_of(store, pair.facts)[0]
    assert (lead.via, lead.role, lead.object, lead.change) == ("CYP2D6", "inhibition", "B", "decrease")
    assert ("B", "prodrug", "CYP2D6") in cited(pair.facts.facts, lead.step())


def test_a_common_harm_is_a_step_of_both(store: KnowledgeStore) -> None:
    said = MechanismTeacher(store).judge(item(store, "linezolid", "sertraline"))
    assert said.steps[0].kind == "pd.additive"
    assert said.steps[-1].object is None
    assert likeliest(said.direction) == "none"


def test_unstated_strengths_are_worth_less_than_stated_ones(store: KnowledgeStore) -> None:
    pair = item(store, "clarithromycin", "simvastatin")
    wanted = {("A", "inhibitor", "CYP3A4"), ("B", "substrate", "CYP3A4")}
    roles = [(fact, fact.row) for fact in pair.facts.facts if (fact.side, *fact.codes[:2]) in wanted]
    bare = [replace(fact, row=row._replace(strength=None)) for fact, row in roles if isinstance(row, EnzymeRole)]
    assert len(bare) == 2
    (found,) = findings_of(store, replace(pair.facts, facts=tuple(bare)))
    assert (found.sureness, found.object, found.change) == ("assumed", "B", "increase")
    assert found.facts == tuple(fact.id for fact in bare)


def test_what_is_used_locally_gives_nothing_to_reason_from(store: KnowledgeStore) -> None:
    assert MechanismTeacher(store).judge(item(store, "clarithromycin", "simvastatin", ("topical", "oral"))).abstains


def test_it_keeps_silent_where_little_is_known(store: KnowledgeStore) -> None:
    pair = item(store, "clarithromycin", "simvastatin")
    few = tuple(fact for fact in pair.facts.facts if fact.side == "A")
    assert MechanismTeacher(store).judge(PairItem("few", replace(pair.facts, facts=few))).abstains


def test_silence_of_rich_facts_is_never_certainty(store: KnowledgeStore) -> None:
    substances = [one.id for one in store.all_substances() if len(store.enzyme_roles.get(one.id)) > 5]
    pairs = (item(store, first, second) for first, second in zip(substances, substances[7:], strict=False))
    quiet = next(
        pair for pair in pairs if not findings_of(store, pair.facts) and not MechanismTeacher(store).judge(pair).abstains
    )
    none = Label("none", "none", "none")
    said = MechanismTeacher(store, measure_sureness(store, [(quiet, none)] * 500)).judge(quiet)
    assert said.severity["none"] == pytest.approx(0.8)
    assert sum(said.severity.values()) == pytest.approx(1.0)


def test_how_sure_it_is_is_measured(store: KnowledgeStore) -> None:
    pair = item(store, "clarithromycin", "simvastatin")
    rated = measure_sureness(store, [(pair, Label("contraindicated", "B_increase", "pk.metabolism"))] * 300)
    teacher = MechanismTeacher(store, rated)
    assert teacher.judge(pair).severity["contraindicated"] > 0.9
    # The other way round the measured direction is that of the object, wherever it stands.
    assert likeliest(teacher.judge(item(store, "simvastatin", "clarithromycin")).direction) == "A_increase"
    assert teacher.version != MechanismTeacher(store).version


def test_rare_kinds_lean_on_the_general_one() -> None:
    many = [(("pk", "strong"), "major", 1.0)] * 200
    found = measure([*many, (("pk", "weak"), "minor", 1.0)])
    even = {"major": 0.5, "minor": 0.5}
    assert found.distribution(("pk", "weak"), even)["major"] > 0.8
    assert found.distribution(("pd",), even) == even


def test_its_steps_can_be_written_by_the_grammar(store: KnowledgeStore) -> None:
    words = vocabulary(store)
    teacher = MechanismTeacher(store)
    written = 0
    universe = [one.id for one in store.all_substances() if store.enzyme_roles.get(one.id) and store.pd_tags.get(one.id)]
    for first, second in zip(universe[:150], universe[3:], strict=False):
        pair = item(store, first, second)
        steps = teacher.judge(pair).steps
        assert steps == steps_of(findings_of(store, pair.facts))
        automaton = automaton_of(choices_of(pair.facts, words))
        state = 0
        for piece in write_answer(Answer(Label("moderate", "B_increase", "pk.metabolism"), steps)):
            state = automaton.moves[state][piece]
        assert state == automaton.final
        written += bool(steps)
    assert written > 30
