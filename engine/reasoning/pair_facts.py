"""The mechanism facts of a pair: all that a student is told of two medicines before it labels and explains them.

Roles at enzymes and transporters, pharmacodynamic tags, pharmacokinetic properties, routes and facts of the patient. Never a
documented rule, a class, an exposure measured for this very pair, or a level: a student that saw those would only repeat them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from engine.interactions.exposure import Exposure
from engine.interactions.profile import MODIFIER_RANK, SUBSTRATE_RANK, Profile, best_roles, profile_of
from engine.knowledge.records import EnzymeRole, PdTag, PkProperty
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient

Side = Literal["A", "B", "patient"]
Row = EnzymeRole | PdTag | PkProperty
_T = TypeVar("_T")
# More facts than this say little more of a pair and make a prompt slow; those in which the two meet come first.
MAX_FACTS = 24
UNSTATED = "unstated"
# Facts of one medicine alone: that the other has one of the same name too means nothing.
_NEVER_BOTH = ("route", "patient", "prodrug", "figure")
_NARROW = "narrow_therapeutic_index"
_ROLES = ("inhibitor", "inducer", "substrate")
# Upper bounds of "low" and "medium"; above is "high". Half-life in hours, the others as shares of one.
_BINS: dict[str, tuple[float, float]] = {"half_life_h": (6.0, 24.0), "fe": (0.3, 0.7), "f_oral": (0.3, 0.7)}
_BIN_WORDS = ("low", "medium", "high")
_STATED = (_NARROW, "absorption_chelation", "absorption_gastric_ph", "absorption_binding", "prodrug")
# Most medicines are absorbed from the gut: that matters where one that binds others is swallowed too, and is told only then.
_ABSORBED, _BINDS = ("absorption_binding", "object"), ("absorption_binding", "precipitant")
_SEVERE_RENAL_ML_MIN, _RENAL_ML_MIN, _ELDERLY_YEARS = 30.0, 60.0, 75.0
PATIENT_CODES = ("severe_renal_impairment", "renal_impairment", "hepatic_impairment", "pregnant", "elderly")


@dataclass(frozen=True, slots=True)
class PairFact:
    """One fact. `id` numbers it within the pair ("F1"), `side` says of whom it speaks, `codes` are its words in the compact
    reasoning language, the kind first. `row`: the row of knowledge; None for a route and for facts of the patient."""

    id: str
    side: Side
    codes: tuple[str, ...]
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What is known of two medicines, A the first and B the second. `left_out`: how many facts did not fit in."""

    first: Exposure
    second: Exposure
    facts: tuple[PairFact, ...]
    left_out: int = 0

    def __bool__(self) -> bool:
        """Whether there is anything to reason from: a row of knowledge."""
        return any(fact.row is not None for fact in self.facts)

    @property
    def substances(self) -> tuple[str, str]:
        """Ids of the two."""
        return self.first.substance, self.second.substance

    def fact(self, number: str) -> PairFact:
        """A fact by its id.

        Raises:
            KeyError: the pair has no such fact.
        """
        for fact in self.facts:
            if fact.id == number:
                return fact
        raise KeyError(number)

    def exposure(self, side: Side) -> Exposure:
        """The medicine of a side.

        Raises:
            KeyError: the side is the patient.
        """
        return {"A": self.first, "B": self.second}[side]


def pair_facts(store: KnowledgeStore, first: Exposure, second: Exposure, patient: Patient | None = None) -> PairFacts:
    """Facts of two medicines as they are taken, those in which the two meet first."""
    return facts_of(drug_facts(store, first), drug_facts(store, second), patient or Patient())


@dataclass(frozen=True, slots=True)
class DrugFacts:
    """One medicine with its rows to believe."""

    exposure: Exposure
    rows: tuple[Row, ...]

    @property
    def telling(self) -> bool:
        """Whether a row says more of the medicine than whether it binds in the gut or is bound there."""
        return any(_topic(row) != _ABSORBED[0] for row in self.rows)

    def beside(self, other: DrugFacts) -> tuple[Row, ...]:
        """The rows that are told where the other medicine is taken too."""
        swallowed = self.exposure.may_be_swallowed and other.exposure.may_be_swallowed
        if swallowed and any(_property(row) == _BINDS for row in other.rows):
            return self.rows
        return tuple(row for row in self.rows if _property(row) != _ABSORBED)


def drug_facts(store: KnowledgeStore, exposure: Exposure) -> DrugFacts:
    """One medicine made ready for :func:`facts_of`."""
    return DrugFacts(exposure, _rows(store, exposure))


def facts_of(first: DrugFacts, second: DrugFacts, patient: Patient) -> PairFacts:
    """The facts of a pair from rows that were read before: thousands of pairs share some hundred medicines."""
    plain: list[tuple[Side, tuple[str, ...]]] = []
    routed: tuple[tuple[Side, DrugFacts], ...] = (("A", first), ("B", second))
    plain += [(side, ("route", drug.exposure.route)) for side, drug in routed if drug.exposure.route]
    about: Side = "patient"
    plain += [(about, ("patient", code)) for code in patient_codes(patient)]
    rows = first.beside(second), second.beside(first)
    theirs = ({_topic(row) for row in rows[0]}, {_topic(row) for row in rows[1]})
    told: list[tuple[tuple[int, int, int], Side, Row]] = []
    sides: tuple[tuple[Side, tuple[Row, ...], set[str]], ...] = (("A", rows[0], theirs[1]), ("B", rows[1], theirs[0]))
    for side, own, others in sides:
        told += [((0 if _topic(row) in others else 1, _rank(row), at), side, row) for at, row in enumerate(own)]
    kept = sorted(told, key=lambda one: one[0])[:MAX_FACTS]
    # The same order as in the profiles, A before B: which fact is cited must not depend on what was left out.
    kept.sort(key=lambda one: (one[1], one[0][2]))
    every: list[tuple[Side, tuple[str, ...], Row | None]] = [(side, codes, None) for side, codes in plain]
    every += [(side, codes_of(row), row) for _order, side, row in kept]
    numbered = tuple(PairFact(f"F{number}", *one) for number, one in enumerate(every, start=1))
    return PairFacts(first.exposure, second.exposure, numbered, len(told) - len(kept))


def _rows(store: KnowledgeStore, exposure: Exposure) -> tuple[Row, ...]:
    """Rows to believe, of a medicine whose exposure is general: the facts describe nothing else."""
    if exposure.systemic is False:
        return ()
    profile = profile_of(store, exposure.substance)
    return (*_role_rows(store, exposure.substance), *_by_name(profile.tags), *_property_rows(profile))


def _role_rows(store: KnowledgeStore, substance: str) -> Iterator[EnzymeRole]:
    rows = store.enzyme_roles.get(substance)
    for role in _ROLES:
        yield from _by_name(best_roles(rows, role))


def _by_name(rows: Mapping[str, _T]) -> Iterable[_T]:
    return (rows[name] for name in sorted(rows))


def _property_rows(profile: Profile) -> Iterator[PkProperty]:
    found = {id(row): row for (name, _value), row in sorted(profile.properties.items()) if name in _STATED or name in _BINS}
    seen: set[str] = set()
    for row in found.values():
        # Several sources give a figure: one of them is enough to say "low".
        if row.property in _BINS and row.property in seen:
            continue
        seen.add(row.property)
        yield row


def _property(row: Row) -> tuple[str, str] | None:
    return (row.property, row.value) if isinstance(row, PkProperty) else None


def _topic(row: Row) -> str:
    """Where two medicines can meet: the same target, tag or process."""
    match row:
        case EnzymeRole():
            return row.target
        case PdTag():
            return row.tag
        case PkProperty():
            return row.property


def _rank(row: Row) -> int:
    """Which of the facts in which the two do not meet say more: 0 first."""
    match row:
        case EnzymeRole(role="substrate"):
            return 3 - SUBSTRATE_RANK.get(row.strength or "", 0)
        case EnzymeRole():
            return 3 - MODIFIER_RANK.get(row.strength or "", 0)
        case PdTag():
            return 1 if row.grade in ("strong", "known") else 2
        case _:
            return 0 if row.property in _STATED else 3


def codes_of(row: Row) -> tuple[str, ...]:
    """A row in the compact reasoning language, the kind of fact first."""
    match row:
        case EnzymeRole():
            return row.role, row.target, row.strength or UNSTATED
        case PdTag():
            return "tag", row.tag, row.grade or UNSTATED
        case PkProperty() if row.property in _BINS:
            return "figure", row.property, _bin(row)
        case PkProperty(property="prodrug"):
            return "prodrug", *(UNSTATED if value == "yes" else value for value in row.value.split("|")[:1])
        case PkProperty():
            return "property", f"{row.property}={row.value}"


def topic_of(codes: Sequence[str]) -> str | None:
    """What a fact, as codes, is about, where two medicines can meet in it: an enzyme or transporter, a tag, or a process of
    absorption. None for the others: that two medicines have like figures, routes or narrow ranges is no meeting."""
    if len(codes) < 2 or codes[0] in _NEVER_BOTH:
        return None
    # "absorption_chelation=object" meets "absorption_chelation=precipitant".
    name = codes[1].partition("=")[0]
    return None if name == _NARROW else name


def _bin(row: PkProperty) -> str:
    low, medium = _BINS[row.property]
    value = float(row.value)
    return _BIN_WORDS[(value > low) + (value > medium)]


def patient_codes(patient: Patient) -> tuple[str, ...]:
    """What is known of the patient and bears on exposure, as codes of `PATIENT_CODES`."""
    egfr_ml_min = patient.effective_egfr_ml_min()
    found = {
        "severe_renal_impairment": egfr_ml_min is not None and egfr_ml_min < _SEVERE_RENAL_ML_MIN,
        "renal_impairment": egfr_ml_min is not None and _SEVERE_RENAL_ML_MIN <= egfr_ml_min < _RENAL_ML_MIN,
        "hepatic_impairment": patient.child_pugh in ("B", "C"),
        "pregnant": patient.pregnant is True,
        "elderly": patient.age_years is not None and patient.age_years >= _ELDERLY_YEARS,
    }
    return tuple(code for code in PATIENT_CODES if found[code])
