"""The names of a sentence: what the student tags and what the dictionary finds, merged and resolved to the knowledge.

Where both find the same stretch, both are named as its source; where two overlap, the longer stands. A name is resolved only as
it is written (exact, synonym, brand, abbreviation, without words of salt, in the singular, or as the text itself defines it):
never by likeness.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from engine.knowledge.resolve import normal_form
from engine.reading.definitions import Definitions
from engine.reading.lexicon import Lexicon
from engine.reading.model import Entity, EntitySource, Span
from engine.reading.name_index import GROUP, PROTEIN, FoundName, KnownName
from engine.reading.tagging import Tagged

DRUG_NAMES, CHEMICALS, DISEASES, NCBI_DISEASES, PICO = "drug-names", "chemicals", "diseases", "ncbi-diseases", "pico"
CHEMICAL, DISEASE, NO_MEDICINE = "chemical", "disease", "drug_n"
MEDICINES = frozenset({"drug", "brand", GROUP, NO_MEDICINE})
# Kinds that stand for no medicine.
_UNRESOLVED = frozenset({DISEASE, PROTEIN})
_LEAST_SINGULAR = 4
# "R-methadone", "(S)-(-)-warfarin": half of the medicine, of which knowledge speaks as one.
_ENANTIOMER = re.compile(r"\(?[RS]\)?(?:\([+\-\u2212\u2013]\))?[-\u2010\u2011](?:\([+\-\u2212\u2013]\)-)?(?=[a-z]{5})")
# "aspirin-free", "statin-naive": the medicine is just what is not there.
_ABSENT = re.compile(r"[-\u2010-\u2013](?:free|na[i\u00ef]ve|sparing)\b", re.IGNORECASE)
_SIGNS_BEFORE, _SIGNS_AFTER = " -,;:./", " -,;:/"


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A stretch that may be a name. `known`: what the dictionary, or the text, says that exactly this stretch is. `chemical`: how
    sure the head of chemicals is of what the head of medicines names."""

    start: int
    end: int
    kind: str
    source: EntitySource
    probability: float | None = None
    known: KnownName | None = None
    chemical: float | None = None


class Namer:
    """Names the entities of the sentences of one text, in their order: what one sentence defines holds in the later ones.

    `shown`: the name to show for a substance id. `chemicals`: whether the student has a head of chemicals beside that of
    medicines, whose silence then says something.
    """

    def __init__(self, lexicon: Lexicon, shown: Callable[[str], str], *, chemicals: bool = False) -> None:
        self._lexicon = lexicon
        self._shown = shown
        self._chemicals = chemicals
        self._definitions = Definitions()

    def entities(self, text: str, tags: Sequence[Tagged]) -> tuple[Entity, ...]:
        """Names in a sentence, none within another, in order."""
        found = (*self._lexicon.names.find(text), *self._lexicon.groups.find(text))
        entities = self._named(text, found, tags)
        # A short form that is defined in this very sentence is a name in it, too.
        return self._named(text, found, tags) if self._definitions.learn(text, entities) else entities

    def _named(self, text: str, found: Sequence[FoundName], tags: Sequence[Tagged]) -> tuple[Entity, ...]:
        names = [trimmed for one in tags if one.head != PICO and (trimmed := _trimmed(text, one)) is not None]
        defined = tuple(self._definitions.find(text))
        listed = [one for one in found if self._counts(text, one, names)]
        candidates = [one for one in _candidates(names, listed, defined, self._chemicals) if _ABSENT.match(text, one.end) is None]
        return tuple(self._entity(text, one) for one in _without_overlap(candidates))

    def _counts(self, text: str, one: FoundName, names: Sequence[Tagged]) -> bool:
        """Whether a name of the dictionary counts: a doubtful one only where the student agrees that something chemical stands
        here, and none where the text says that the word stands for something else."""
        if self._definitions.knows(text[one.start : one.end]):
            return False
        agreed = any(tag.head in (DRUG_NAMES, CHEMICALS) and tag.start <= one.start and one.end <= tag.end for tag in names)
        return agreed or not one.doubtful

    def _entity(self, text: str, one: _Candidate) -> Entity:
        written = text[one.start : one.end]
        entity = Entity(one.start, one.end, written, one.kind, one.source, one.probability, chemical_probability=one.chemical)
        if one.kind == PROTEIN and one.known is not None:
            return replace(entity, name=self._lexicon.targets.get(one.known.name))
        known = None if one.kind in _UNRESOLVED else one.known or self.resolved(written)
        if known is None:
            return entity
        if known.kind == GROUP:
            return replace(entity, kind=GROUP, members=known.substances)
        # What the student takes for a group may be written like a medicine ("heparins"), and is more than that.
        if one.kind == GROUP:
            return entity
        return replace(entity, substance_ids=known.substances, name=" + ".join(map(self._shown, known.substances)) or None)

    def resolved(self, written: str) -> KnownName | None:
        """What a name that the student found stands for in the knowledge, or None."""
        if self._definitions.knows(written):
            return self._definitions.meaning(written)
        for spelling in _spellings(written, self._lexicon.salts):
            known = self._lexicon.names.named(spelling) or self._lexicon.groups.named(spelling)
            if known is not None and known.kind != PROTEIN:
                return known
        return None


def pico_spans(tags: Sequence[Tagged]) -> tuple[Span, ...]:
    """Stretches of the trial head."""
    return tuple(Span(one.start, one.end, one.kind, one.probability) for one in tags if one.head == PICO)


def _trimmed(text: str, one: Tagged) -> Tagged | None:
    """A stretch without the signs at its ends that belong to no name; None for one that has no letter."""
    written = text[one.start : one.end]
    if not any(sign.isalpha() for sign in written):
        return None
    start = one.start + len(written) - len(written.lstrip(_SIGNS_BEFORE))
    end = one.end - len(written) + len(written.rstrip(_SIGNS_AFTER))
    return replace(one, start=start, end=end)


def _candidates(
    tags: Sequence[Tagged], listed: Sequence[FoundName], defined: Sequence[FoundName], chemicals: bool
) -> list[_Candidate]:
    """All stretches that may be names. `listed`: by the dictionary; `defined`: by the text itself, which knows best. `chemicals`:
    whether these were looked for."""
    tags = _settled(tags, {(name.start, name.end) for name in (*listed, *defined)})
    medicines = [one for one in tags if one.head == DRUG_NAMES]
    found: dict[tuple[int, int], _Candidate] = {}
    # The head for medicines says more than the one for chemicals, so it comes last and stands.
    for one in sorted(tags, key=lambda tag: tag.head == DRUG_NAMES):
        if one.head == CHEMICALS and any(_overlap(one, other) for other in medicines):
            continue
        kind = {CHEMICALS: CHEMICAL, DRUG_NAMES: one.kind}.get(one.head, DISEASE)
        seconding = (other.probability for other in tags if other.head == CHEMICALS and _overlap(one, other))
        chemical = max(seconding, default=0.0) if chemicals and one.head == DRUG_NAMES else None
        found[one.start, one.end] = _Candidate(one.start, one.end, kind, "student", one.probability, chemical=chemical)
    for name in listed:
        place = name.start, name.end
        said = found.get(place)
        if said is None or name.known.kind == PROTEIN:
            found[place] = _Candidate(*place, name.known.kind, "dictionary", None, name.known)
        elif said.source == "student" and said.kind != DISEASE:
            # Whether a name is a brand's, knowledge knows better.
            kind = said.kind if said.kind in (GROUP, NO_MEDICINE) else name.known.kind
            found[place] = replace(said, kind=kind, source="both", known=name.known)
    for name in defined:
        place = name.start, name.end
        said = found.get(place)
        # The student may take a short form for something else: how sure it is of that says nothing here.
        probability = said.probability if said is not None and said.kind in MEDICINES | {CHEMICAL} else None
        source: EntitySource = "dictionary" if probability is None else "both"
        found[place] = _Candidate(*place, name.known.kind, source, probability, name.known)
    return list(found.values())


def _settled(tags: Sequence[Tagged], known: Set[tuple[int, int]]) -> list[Tagged]:
    """Without the less likely one of a medicine and a disease that stand at the same words; what is `known` is a medicine."""
    diseases = [one for one in tags if one.head in (DISEASES, NCBI_DISEASES)]
    medicines = [one for one in tags if one.head == DRUG_NAMES]
    beaten = [
        worse
        for disease in diseases
        for medicine in medicines
        if (disease.start, disease.end) == (medicine.start, medicine.end)
        for sure in [(medicine.start, medicine.end) in known or disease.probability <= medicine.probability]
        for worse in [disease if sure else medicine]
    ]
    return [one for one in tags if one not in beaten]


def _overlap(one: Tagged | _Candidate, other: Tagged | _Candidate) -> bool:
    return one.start < other.end and other.start < one.end


def _without_overlap(candidates: list[_Candidate]) -> list[_Candidate]:
    """The longest first; of two as long, the one that is found twice, then the one that stands first."""
    candidates.sort(key=lambda one: (one.start - one.end, one.source != "both", one.start))
    chosen: list[_Candidate] = []
    for one in candidates:
        if not any(_overlap(one, other) for other in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.start)


def _spellings(written: str, salts: frozenset[str]) -> Iterator[str]:
    """As written, without words of salt and release behind it, and both in the singular; at last without the sign of one of two
    enantiomers. A metal alone is another medicine."""
    yield written
    words = written.split()
    while len(words) > 1 and normal_form(words[-1]) in salts:
        words.pop()
    bare = " ".join(words)
    stripped = bare != " ".join(written.split()) and not all(normal_form(word) in salts for word in words)
    if stripped:
        yield bare
    for name in (written, bare) if stripped else (written,):
        if name.endswith("s") and len(name) > _LEAST_SINGULAR:
            yield name[:-1]
    half = _ENANTIOMER.match(written)
    if half is not None:
        yield from _spellings(written[half.end() :], salts)
