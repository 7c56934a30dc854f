"""What concerns the list as a whole: duplicates and cumulative pharmacodynamic load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.interactions.alternatives import LOCAL_SUBGROUPS
from engine.interactions.exposure import Exposure
from engine.interactions.profile import best_tags
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.facts import FactBook, FactDraft, FactWriter
from engine.report import CumulativeLoad, Duplicate, Seriousness

# Vitamins, electrolytes and infusions share subgroups without being duplicates of each other.
# Insulins (basal and bolus) and vasopressors are meant to be combined, and so are groups of cytostatics and HIV medicines.
_NOT_THERAPEUTIC = ("A10A", "A11", "A12", "B05", "C01CA", "J05A", "L01", *LOCAL_SUBGROUPS)
# Written on several lines as a matter of course.
_SEVERAL_AT_ONCE = frozenset(
    {"calcium", "glucose", "insulin", "magnesium", "potassium", "ringer-lactate", "sodium-chloride", "water-for-injection"}
)
_ONE_OF_A_CLASS = ("oral-anticoagulants",)
_SHOWN_GRADES = frozenset({"known", "possible", "conditional", "strong", "moderate"})


def duplicates(store: KnowledgeStore, exposures: Sequence[Exposure]) -> tuple[Duplicate, ...]:
    """The same ingredient on two lines, and different ingredients of one chemical subgroup (first five ATC characters).

    Local and systemic use of a medicine is not a duplicate, nor are fluids, electrolytes and insulin on several lines; a
    subgroup of "other" medicines (a fifth character X) does not make duplicates of its members.
    """
    found: list[Duplicate] = []
    lines_of: defaultdict[tuple[str, bool], list[Exposure]] = defaultdict(list)
    for exposure in exposures:
        if exposure.substance not in _SEVERAL_AT_ONCE:
            lines_of[exposure.substance, exposure.systemic is False].append(exposure)
    for (substance, _), same in lines_of.items():
        if len(same) > 1:
            name = store.substance(substance).name
            found.append(Duplicate(kind="same ingredient", drugs=tuple(each.name for each in same), subgroup=name))
    found.extend(_subgroup_duplicates(store, exposures))
    found.extend(_class_duplicates(store, exposures))
    return tuple(found)


def _class_duplicates(store: KnowledgeStore, exposures: Sequence[Exposure]) -> list[Duplicate]:
    """Medicines of one class over several subgroups, where two of the class are one treatment given twice."""
    writer = FactWriter(store)
    found = []
    for class_id in _ONE_OF_A_CLASS:
        rows = {}
        for exposure in exposures:
            for row in store.memberships.get(exposure.substance):
                if row.class_id == class_id:
                    rows[exposure.name] = row
        subgroups = {one for row in rows.values() for one in store.substance(row.substance).subgroups}
        if len(rows) > 1 and len(subgroups) > 1:
            book = FactBook()
            for row in rows.values():
                book.cite(writer.membership(row))
            name = store.classes[class_id].name
            found.append(Duplicate(kind="same subgroup", drugs=tuple(rows), subgroup=name, facts=book.facts()))
    return found


def _subgroup_duplicates(store: KnowledgeStore, exposures: Sequence[Exposure]) -> list[Duplicate]:
    groups: defaultdict[str, dict[str, Exposure]] = defaultdict(dict)
    for exposure in exposures:
        if exposure.systemic is False:
            continue
        for subgroup in store.substance(exposure.substance).subgroups:
            if not subgroup.startswith(_NOT_THERAPEUTIC) and not subgroup.endswith("X"):
                groups[subgroup].setdefault(exposure.substance, exposure)
    writer = FactWriter(store)
    found = []
    for subgroup, members in groups.items():
        lines = {each.line_index for each in members.values()}
        if len(members) > 1 and len(lines) > 1:
            book = FactBook()
            for substance in members:
                book.cite(writer.subgroup(store.substance(substance), subgroup))
            names = tuple(each.name for each in members.values())
            found.append(Duplicate(kind="same subgroup", drugs=names, subgroup=subgroup, facts=book.facts()))
    return found


class Taken(Protocol):
    """What a load depends on: a row of a report's `drugs` or an exposure."""

    @property
    def substance(self) -> str:
        """Id of the substance."""

    @property
    def name(self) -> str:
        """Name of the medicine."""

    @property
    def systemic(self) -> bool | None:
        """Whether the exposure is general; None where it is not written."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """A medicine that adds to a harm: its grade (None where none is stated) and the row that says so.

    A weak contributor is known but not counted.
    """

    name: str
    substance: str
    grade: str | None
    fact: FactDraft

    @property
    def counted(self) -> bool:
        """Whether it takes part in a load."""
        return self.grade is None or self.grade in _SHOWN_GRADES


@dataclass(frozen=True, slots=True)
class Load:
    """One harm over the whole list, with everything in it that contributes, in the order of the list."""

    tag: str
    effect: str
    seriousness: Seriousness
    contributors: tuple[Contributor, ...]

    @property
    def counted(self) -> tuple[Contributor, ...]:
        """Contributors that are more than weak."""
        return tuple(one for one in self.contributors if one.counted)

    @property
    def adds_up(self) -> bool:
        """Whether at least two different treatments contribute more than weakly."""
        # A basal and a bolus insulin alone are one treatment.
        return len({"insulin" if one.substance.startswith("insulin") else one.substance for one in self.counted}) > 1


def load_overview(store: KnowledgeStore, taken: Iterable[Taken]) -> tuple[Load, ...]:
    """Every harm to which a systemic medicine contributes: what adds up first, then the serious, then the most contributors."""
    contributors: defaultdict[str, dict[str, Contributor]] = defaultdict(dict)
    writer = FactWriter(store)
    for one in taken:
        if one.systemic is False:
            continue
        for tag, row in best_tags(store.pd_tags.get(one.substance)).items():
            contributors[tag].setdefault(one.name, Contributor(one.name, one.substance, row.grade, writer.tag(row)))
    loads = []
    for tag, found in contributors.items():
        known = store.tags[tag]
        seriousness: Seriousness = "yes" if known.seriousness == "yes" else "no"
        loads.append(Load(tag, known.words, seriousness, tuple(found.values())))
    return tuple(sorted(loads, key=lambda load: (not load.adds_up, load.seriousness != "yes", -len(load.counted), load.tag)))


def cumulative_loads(store: KnowledgeStore, taken: Iterable[Taken]) -> tuple[CumulativeLoad, ...]:
    """Harms to which at least two systemic medicines of the list contribute, most contributors first."""
    loads = []
    for load in load_overview(store, taken):
        if load.adds_up:
            book = FactBook()
            for one in load.counted:
                book.cite(one.fact)
            names = tuple(one.name for one in load.counted)
            loads.append(
                CumulativeLoad(effect=load.effect, tag=load.tag, drugs=names, seriousness=load.seriousness, facts=book.facts())
            )
    return tuple(loads)
