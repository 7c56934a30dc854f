"""Which pairs of a sentence are asked, and the rows that ask them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from engine.reading.model import Entity
from engine.reading.name_index import PROTEIN
from engine.reading.naming import CHEMICAL, DISEASE, MEDICINES
from engine.students.encoding import EncodedText, Question, make_row, window_around
from engine.students.manifest import Head, Manifest
from engine.students.rows import Row

DDI, ADE, CHEMPROT = "ddi", "ade", "chemprot"
PAIRS_A_ROW = 24
# Alone they name no complaint, and the medicine that is too much is often the other one ("lithium toxicity").
_NO_COMPLAINTS = frozenset({"toxicity", "toxicities", "toxic"})
# All pairs of 25 names. A sentence that lists more names is a table without lines, and would take seconds.
MOST_PAIRS = 300


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row, the head it asks, and for each of its pairs the places of both names among the entities."""

    row: Row
    head: Head
    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """All rows of a sentence. `too_far`: pairs that no window holds; `too_many`: pairs beyond `MOST_PAIRS`."""

    rows: tuple[AskedRow, ...]
    too_far: int = 0
    too_many: int = 0


def asked_pairs(entities: Sequence[Entity], task: str) -> list[tuple[int, int]]:
    """Pairs of one task, as (first marker, second marker). Two mentions of the same substance are no pair."""
    places = range(len(entities))
    if task == ADE:
        # As in its corpus: the medicine, then what it did.
        causes = [place for place in places if entities[place].kind in MEDICINES or entities[place].kind == CHEMICAL]
        return [(cause, place) for cause in causes for place in places if _complaint(entities[place])]
    if task == CHEMPROT:
        pairs = combinations(places, 2)
        return [pair for pair in pairs if _chemical_and_protein(*(entities[place].kind for place in pair))]
    medicines = [place for place in places if entities[place].kind in MEDICINES]
    return [pair for pair in combinations(medicines, 2) if not same_medicine(*(entities[place] for place in pair))]


def same_medicine(one: Entity, other: Entity) -> bool:
    """Whether two names stand for the same, or one for a part of the other."""
    if one.substance_ids and other.substance_ids:
        first, second = set(one.substance_ids), set(other.substance_ids)
        return first <= second or second <= first
    return one.text.casefold() == other.text.casefold()


def asking(encoded: EncodedText, entities: Sequence[Entity], manifest: Manifest) -> Asked:
    """The rows that ask all pairs of a sentence, of every relation head that the student has."""
    rows: list[AskedRow] = []
    too_far = too_many = 0
    for task in (DDI, ADE, CHEMPROT):
        head = manifest.head(task)
        if head is None or head.kind != "relation" or head.markers is None:
            continue
        pairs = asked_pairs(entities, task)
        if len(pairs) > MOST_PAIRS:
            too_many += len(pairs) - MOST_PAIRS
            pairs = _nearest(pairs, entities)
        by_window: dict[range, list[tuple[tuple[int, int], Question]]] = {}
        for pair in pairs:
            tokens = [encoded.tokens_in(entities[place].start, entities[place].end) for place in pair]
            if not all(tokens):
                too_far += 1
                continue
            first, second = (one[0] for one in tokens)
            window = window_around(encoded, first, second, manifest.max_tokens)
            if not window:
                too_far += 1
                continue
            by_window.setdefault(window, []).append((pair, Question(first, second, head.markers)))
        for window, asked in by_window.items():
            for start in range(0, len(asked), PAIRS_A_ROW):
                chunk = asked[start : start + PAIRS_A_ROW]
                row = make_row(encoded, window, [question for _pair, question in chunk])
                rows.append(AskedRow(row, head, tuple(pair for pair, _question in chunk)))
    return Asked(tuple(rows), too_far, too_many)


def _complaint(entity: Entity) -> bool:
    """Whether a name is that of a disease: the "hypotensive" effect of a medicine is none, nor is "toxicity" that of anything."""
    bare = entity.text.endswith("ive") and " " not in entity.text
    return entity.kind == DISEASE and not bare and entity.text.casefold() not in _NO_COMPLAINTS


def _chemical_and_protein(first: str, second: str) -> bool:
    chemical = (MEDICINES | {CHEMICAL}) & {first, second}
    return bool(chemical) and PROTEIN in (first, second)


def _nearest(pairs: Sequence[tuple[int, int]], entities: Sequence[Entity]) -> list[tuple[int, int]]:
    """Of a long list, the pairs with its first or last name, about which such a sentence speaks, then the nearest ones."""
    ends = {min(min(pair) for pair in pairs), max(max(pair) for pair in pairs)}
    ordered = sorted(pairs, key=lambda pair: (ends.isdisjoint(pair), abs(entities[pair[0]].start - entities[pair[1]].start)))
    return sorted(ordered[:MOST_PAIRS])
