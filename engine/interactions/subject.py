"""A medicine of the list made ready for comparison with the others: its exposure, its sides of rules, its facts."""

from __future__ import annotations

from dataclasses import dataclass

from engine.interactions.documented import Side, sides
from engine.interactions.exposure import Exposure
from engine.interactions.profile import Profile, profile_of
from engine.knowledge.store import KnowledgeStore


@dataclass(frozen=True, slots=True)
class Subject:
    """What does not depend on the other medicine of a pair is worked out once for each medicine."""

    exposure: Exposure
    sides: dict[str, Side]
    profile: Profile


def make_subject(store: KnowledgeStore, exposure: Exposure) -> Subject:
    """Make one exposure ready."""
    return Subject(exposure, sides(store, exposure), profile_of(store, exposure.substance))
