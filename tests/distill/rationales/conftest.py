"""The pair corpus of some hundred substances, and the facts of pairs drawn from all."""

from random import Random

import pytest

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pair_labels import universe_of
from distill.corpora.pairs import PairCorpus, read_pairs
from engine.application import Application
from engine.knowledge.store import KnowledgeStore

# Two of the same roles and some that meet at many places.
ALWAYS = ("clarithromycin", "simvastatin", "ketoconazole", "warfarin", "amiodarone", "fluoxetine", "phenelzine", "tramadol")
SUBSTANCES = 110


@pytest.fixture(scope="session")
def store(application: Application) -> KnowledgeStore:
    return application.store


@pytest.fixture(scope="session")
def corpus(store: KnowledgeStore) -> PairCorpus:
    universe = universe_of(store)
    drawn = Random(11).sample(universe, SUBSTANCES)
    return read_pairs(store, among={*ALWAYS, *drawn})


@pytest.fixture(scope="session")
def inputs(store: KnowledgeStore) -> PairInputs:
    return PairInputs(store)
