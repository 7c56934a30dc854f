"""What the mechanism facts of one pair lead to, with the numbers of the facts: the engine's own rules, on these facts alone.

Where a fact gives no strength, the rules are asked once more with a middling one: what then follows is *assumed*, and worth less.
A harm to which both contribute too weakly for the rules is kept as *slight*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.interactions.exposure import Exposure
from engine.interactions.inferred import InferredMatch, inferred_matches
from engine.interactions.profile import profile_from
from engine.interactions.subject import Subject
from engine.knowledge.records import EnzymeRole, Mechanism, PdTag, PkProperty
from engine.knowledge.store import KnowledgeStore
from engine.knowledge.tables import TRANSPORTERS
from engine.reasoning.language import ReasonedStep, StepKind
from engine.reasoning.pair_facts import PairFacts, Row
from engine.report import Severity, severity_rank

Sureness = Literal["stated", "assumed", "slight"]
_SURENESS: tuple[Sureness, ...] = ("stated", "assumed", "slight")
_ASSUMED_MODIFIER, _ASSUMED_SUBSTRATE = "moderate", "major"
_ASSUMED_GRADE = {"qt_prolongation": "possible"}
_ASSUMED_USUAL_GRADE = "moderate"
_MOST_KINETIC, _MOST_DYNAMIC = 3, 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One mechanism by which the pair may interact.

    `via`: target, process or tag. `role`, `object` and `change`: what happens there and to whose exposure; None where both
    medicines only contribute to the same harm. `facts`: numbers of the facts that it follows from, in rising order.
    """

    kind: StepKind
    via: str
    role: str | None
    object: Literal["A", "B"] | None
    change: str | None
    severity: Severity
    effect: str
    facts: tuple[str, ...]
    sureness: Sureness

    def step(self) -> ReasonedStep:
        """As a step of an answer."""
        return ReasonedStep(self.kind, self.via, self.facts, self.role, self.object, self.change)

    def net_step(self) -> ReasonedStep:
        """The outcome that it leads to, as a step."""
        return ReasonedStep("net_effect", self.effect, self.facts, None, self.object, self.change)


def findings_of(store: KnowledgeStore, facts: PairFacts) -> tuple[Finding, ...]:
    """What the facts of a pair lead to: the worst first, what is stated before what is assumed."""
    numbers = {id(fact.row): fact.id for fact in facts.facts if fact.row is not None}
    sides = [_rows(facts, side) for side in ("A", "B")]
    found: dict[tuple[str, ...], Finding] = {}
    for sureness in _SURENESS[:2]:
        # A row with its strength filled in stands for the row itself.
        filled = [[row if sureness == "stated" else _filled(row) for row in rows] for rows in sides]
        ids = {
            id(after): numbers[id(before)]
            for rows, changed in zip(sides, filled, strict=True)
            for before, after in zip(rows, changed, strict=True)
        }
        first, second = (_subject(exposure, rows) for exposure, rows in zip((facts.first, facts.second), filled, strict=True))
        for match in inferred_matches(store, first, second):
            one = _finding(match, facts.first, ids, sureness)
            found.setdefault((one.kind, one.via, one.role or "", one.object or ""), one)
    for slight in _slight(store, sides, numbers):
        found.setdefault((slight.kind, slight.via, "", ""), slight)
    return tuple(sorted(found.values(), key=_order))


def steps_of(findings: tuple[Finding, ...]) -> tuple[ReasonedStep, ...]:
    """The findings that matter most as steps of an answer: kinetic ones, dynamic ones, and the net effect of the first of all."""
    if not findings:
        return ()
    kinetic = [one.step() for one in findings if one.object is not None][:_MOST_KINETIC]
    dynamic = [one.step() for one in findings if one.object is None][:_MOST_DYNAMIC]
    return (*kinetic, *dynamic, findings[0].net_step())


def _order(finding: Finding) -> tuple[int, int, bool, str, str, str]:
    sureness = _SURENESS.index(finding.sureness)
    place = (finding.kind, finding.via, f"{finding.role}{finding.object}")
    return (severity_rank(finding.severity), sureness, finding.object is None, *place)


def _rows(facts: PairFacts, side: str) -> list[Row]:
    return [fact.row for fact in facts.facts if fact.side == side and fact.row is not None]


def _filled(row: Row) -> Row:
    """The row with a middling strength or grade where it states none."""
    if isinstance(row, EnzymeRole) and row.strength is None:
        return row._replace(strength=_ASSUMED_SUBSTRATE if row.role == "substrate" else _ASSUMED_MODIFIER)
    if isinstance(row, PdTag) and row.grade is None:
        return row._replace(grade=_ASSUMED_GRADE.get(row.tag, _ASSUMED_USUAL_GRADE))
    return row


def _subject(exposure: Exposure, rows: list[Row]) -> Subject:
    """A medicine of which nothing is known but these rows: no rule and no class."""
    roles = [row for row in rows if isinstance(row, EnzymeRole)]
    tags = (row for row in rows if isinstance(row, PdTag))
    return Subject(exposure, {}, profile_from(roles, tags, (row for row in rows if isinstance(row, PkProperty))))


def _finding(match: InferredMatch, first: Exposure, ids: dict[int, str], sureness: Sureness) -> Finding:
    side: Literal["A", "B"] | None = None
    if match.object is not None:
        side = "A" if match.object is first else "B"
    kind, via = _place(match)
    cited = tuple(sorted({ids[id(row)] for row in match.cited}, key=_number))
    return Finding(kind, via, match.mechanism.role, side, match.direction, match.severity, match.effects[0], cited, sureness)


def _place(match: InferredMatch) -> tuple[StepKind, str]:
    mechanism: Mechanism = match.mechanism
    if mechanism.kind == "pd.additive":
        return "pd.additive", next(row.tag for row in match.cited if isinstance(row, PdTag))
    via = mechanism.via or ""
    if mechanism.kind == "pk.absorption":
        return "pk.absorption", via
    return ("pk.transport" if via in TRANSPORTERS else "pk.metabolism"), via


def _slight(store: KnowledgeStore, sides: list[list[Row]], numbers: dict[int, str]) -> list[Finding]:
    """Harms to which both contribute, whatever the rules think of them."""
    one, other = ({row.tag: row for row in rows if isinstance(row, PdTag)} for rows in sides)
    found = []
    for tag in sorted(one.keys() & other.keys()):
        cited = tuple(sorted((numbers[id(one[tag])], numbers[id(other[tag])]), key=_number))
        found.append(Finding("pd.additive", tag, None, None, None, "minor", store.tags[tag].effect, cited, "slight"))
    return found


def _number(fact: str) -> int:
    return int(fact.removeprefix("F"))
