"""DrugBank's types of interaction as directions and mechanisms, and which substances of ours are which of its drugs."""

from __future__ import annotations

import re
from pathlib import Path

from distill.knowledge.drugbank_vocabulary import read_vocabulary
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.language import Direction

# What is said of the second medicine, the mechanism, and whether more of it is less of the medicine's effect. First fit counts.
_KINDS: tuple[tuple[str, str, bool], ...] = (
    ("absorption|bioavailability", "pk.absorption", False),
    ("metabolism", "pk.metabolism", True),
    ("protein binding", "pk.distribution", True),
    ("excretion rate", "pk.excretion", True),
    ("serum concentration", "pk.unspecified", False),
    ("hypersensitivity", "pd.sensitisation", False),
)
_LESS = re.compile("decrease|reduced")


def outcome_of(description: str) -> tuple[Direction, str]:
    """Direction and mechanism of a type from its published sentence; A is #Drug1, B is #Drug2.

    More of an effect that both have is an added effect, in which neither is the affected one; less of one is antagonism.
    """
    if "risk or severity" in description:
        return "none", "pd.additive"
    # What comes of it ("resulting in a reduced serum concentration") says nothing more than the change itself.
    change = re.split(" resulting| which could", description)[0]
    less = _LESS.search(change) is not None
    for words, mechanism, reversed_ in _KINDS:
        if re.search(words, change):
            return ("B_decrease" if less != reversed_ else "B_increase"), mechanism
    return ("B_decrease", "pd.antagonistic") if less else ("none", "pd.additive")


def drugbank_codes(store: KnowledgeStore, vocabulary: Path) -> dict[str, str]:
    """DrugBank id by substance, through the UNII code that both sides carry.

    Raises:
        InputError: the vocabulary cannot be read.
    """
    by_unii = {drug.unii: drug.drugbank_id for drug in read_vocabulary(vocabulary) if drug.unii}
    found = ((one.id, by_unii.get(one.unii or "")) for one in store.all_substances())
    return {substance: code for substance, code in found if code is not None}
