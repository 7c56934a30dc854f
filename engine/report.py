"""The result of a check, as it is printed with ``--json`` and shown in the window.

Field names and nesting follow the contract in the design page. Models are frozen; lists are tuples.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Severity = Literal["contraindicated", "major", "moderate", "minor", "none"]
Seriousness = Literal["yes", "no", "unknown"]
Direction = Literal["increase", "decrease", "either"]
Match = Literal["exact", "synonym", "brand", "abbreviation", "spelling"]
Basis = Literal["file", "read", "recalled"]
StepStatus = Literal["supported", "contradicted", "no_record"]
Weight = Literal["contraindicated", "caution", "information"]
Evidence = Literal["regulator", "label", "study", "mechanism", "model"]
LabelAxis = Literal["severity", "direction", "mechanism"]

# How the assumption begins that names what was taken for no medicine: exports must not claim that those lines were read.
LEFT_OUT = "Left out as headings or remarks: "
LEFT_OUT_BETWEEN = "; "

SEVERITY_ORDER: tuple[Severity, ...] = ("contraindicated", "major", "moderate", "minor", "none")


# Longer lines are repeated in part: a report must not grow with what somebody pastes into one line.
LINE_LIMIT = 300


def shortened_line(line: str) -> str:
    """A line as it is repeated in a report: whole up to the limit (in characters), else its beginning and its length."""
    if len(line) <= LINE_LIMIT:
        return line
    # The shortened line keeps to the limit itself, so that a report read back is the report that was written.
    said = f"… (shortened, {len(line)} characters)"
    return line[: LINE_LIMIT - len(said)] + said


Line = Annotated[str, AfterValidator(shortened_line)]


def severity_rank(severity: Severity) -> int:
    """0 for contraindicated up to 4 for none: smaller is worse."""
    return SEVERITY_ORDER.index(severity)


class Frozen(BaseModel):
    """Base of every part of a report: immutable, unknown fields refused."""

    # Built when first used: a command that needs three of these models must not wait for all.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Codes(Frozen):
    """Codes that a source at hand carries; empty where none does."""

    rxnorm: str | None = None
    atc: tuple[str, ...] = ()
    unii: str | None = None


class Drug(Frozen):
    """One ingredient of one line; a combination gives several with the same line.

    `matched_name` is the known name that the line was taken for; `name_source` and `name_basis` say where that name comes from.
    `line_number` is the 1-based number of the line of the text where it begins; semicolons do not count.
    """

    line: Line
    line_number: int
    name: str
    substance: str
    match: Match
    matched_name: str
    name_basis: Basis
    name_source: str
    confirmed: bool
    codes: Codes
    dose_mg: float | None = None
    dose_mg_per_day: float | None = None
    route: str | None = None
    systemic: bool | None = None
    frequency_per_day: float | None = None
    as_needed: bool = False


class NotChecked(Frozen):
    """A line of which nothing, or not everything, could be checked; `line_number` as in :class:`Drug`, None for a remark."""

    line: Line
    line_number: int | None = None
    reason: str
    suggestions: tuple[str, ...] = ()


class Fact(Frozen):
    """One row of knowledge as it is cited. `key` is stable over reports, `id` numbers it within one interaction."""

    id: str
    key: str
    text: str
    source: str
    locator: str
    basis: Basis


class SourceLevel(Frozen):
    """What one source itself says, in its own scale, with the condition under which it says so."""

    source: str
    level: str
    severity: Severity
    condition: str | None = None
    condition_state: Literal["met", "not met", "unknown"] | None = None
    fact: str


class ConditionNote(Frozen):
    """A datum that decides about the severity: what is needed, whether it is known, and what it changes."""

    needs: str
    known: bool
    met: bool | None = None
    effect: str


class MechanismNote(Frozen):
    """Mechanism of an interaction: kind as in the vocabulary, via an enzyme, transporter or process, and role."""

    kind: str
    via: str | None = None
    role: str | None = None


def _missing(part: object) -> bool:
    """Whether a part is not there, and so not printed either."""
    return part is None


def _empty(part: object) -> bool:
    """Whether a part holds nothing, and so is not printed."""
    return not part


class Step(Frozen):
    """One step of a rationale with the facts that it rests on and the verdict of the verifier.

    `against`: of a contradicted step that a student wrote, the facts that decide against it: those of the pair that it does not
    cite, or, where what it cites says the opposite by itself, these.
    """

    step: str
    text: str
    facts: tuple[str, ...]
    status: StepStatus
    against: tuple[str, ...] = Field(default=(), exclude_if=_empty)


class Alternative(Frozen):
    """A medicine that was checked against the rest of the list before being offered."""

    name: str
    instead_of: str
    worst: Severity
    shared: str


class GeneratedLabel(Frozen):
    """What a student says of a pair before it reasons: calibrated probabilities, those that round to nothing left out.

    `severity` by level, `mechanism` by kind of the vocabulary ("none" too). `direction` by words such as "simvastatin increase",
    "both" or "none": whose exposure or effect changes, and which way. What the student wrote comes first, the others by falling
    share. Shares of direction and mechanism are of all that the pair may do: where the written severity is "none" a student that
    reasons tells their "none" alone, and the rest stays unsaid.
    """

    severity: dict[str, float]
    direction: dict[str, float]
    mechanism: dict[str, float]


class Generated(Frozen):
    """What a student wrote about a finding, beside it and never part of it. Each step was checked against the facts.

    `labelled_by`: name and version of the student whose label it is, the reasoner itself or a labeller.

    `taught_by`: which teachers labelled the student, in words. `agrees`: with the finding in each part of the label that could be
    `compared`; `disagreements` says where it does not. None: the student is unsure whether there is an interaction, which
    `unsure` puts in words, and neither agrees nor disagrees. `steps` cite facts of the finding, or of `facts`, whose numbers go
    on from the finding's. `contradicted`: a step says the opposite of its facts, so the conclusion does not stand. `remark`: what
    else must be known, such as facts that the student was not told. `tokens_per_second` is not there where the model
    computed none: each token was the only one that could stand there.
    """

    student: str
    version: str
    taught_by: str
    labelled_by: str
    label: GeneratedLabel
    agrees: bool | None
    compared: tuple[LabelAxis, ...] = ()
    disagreements: tuple[str, ...]
    unsure: str = ""
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...]
    contradicted: bool
    tokens_per_second: float | None = Field(default=None, exclude_if=_missing)
    remark: str = ""


class Interaction(Frozen):
    """A finding on one pair; `rows` are the places of the two in the report's `drugs`, since one medicine may stand on two lines.

    `object`, `precipitant` and `direction` are None where symmetric. The codes are those of the vocabularies, without the
    conditions and figures that `managements` words. `generated`: what a student wrote about it, where one was asked.
    """

    drugs: tuple[str, str]
    rows: tuple[int, int]
    object: str | None
    precipitant: str | None
    direction: Direction | None
    severity: Severity
    source_level: tuple[SourceLevel, ...]
    conditions: tuple[ConditionNote, ...]
    seriousness: Seriousness
    evidence: Evidence
    documented: bool
    provisional: bool
    mechanisms: tuple[MechanismNote, ...]
    effect: str
    effects: tuple[str, ...]
    effect_codes: tuple[str, ...]
    management: str
    managements: tuple[str, ...]
    management_codes: tuple[str, ...]
    rationale: tuple[Step, ...]
    facts: tuple[Fact, ...]
    alternatives: tuple[Alternative, ...]
    generated: Generated | None = Field(default=None, exclude_if=_missing)


class Duplicate(Frozen):
    """The same ingredient twice, or two ingredients of one therapeutic subgroup."""

    kind: Literal["same ingredient", "same subgroup"]
    drugs: tuple[str, ...]
    subgroup: str
    facts: tuple[Fact, ...] = ()


class CumulativeLoad(Frozen):
    """Several medicines that add to the same harm, over the whole list."""

    effect: str
    tag: str
    drugs: tuple[str, ...]
    seriousness: Seriousness
    facts: tuple[Fact, ...]


class PatientStatement(Frozen):
    """A sourced statement about one medicine that a known datum of the patient triggers.

    `weight` is how strongly the statement is put; it is no severity, which belongs to pairs. `statement` is its code.
    """

    drug: str
    datum: str
    text: str
    statement: str
    managements: tuple[str, ...]
    weight: Weight
    facts: tuple[Fact, ...]


class MissingDatum(Frozen):
    """A datum that is not given and would change what is said about these medicines."""

    datum: str
    would_change: tuple[tuple[str, ...], ...]


class Provenance(Frozen):
    """Versions and digests of everything that took part."""

    application: str
    knowledge: str
    knowledge_digest: str
    students: dict[str, str] = {}


class Report(Frozen):
    """The whole result of one check."""

    format: Literal[1] = 1
    drugs: tuple[Drug, ...]
    not_checked: tuple[NotChecked, ...]
    interactions: tuple[Interaction, ...]
    duplicates: tuple[Duplicate, ...]
    cumulative: tuple[CumulativeLoad, ...]
    patient: tuple[PatientStatement, ...]
    missing: tuple[MissingDatum, ...]
    assumed: tuple[str, ...]
    pairs_checked: int
    pairs_not_checked: int
    provenance: Provenance
    notice: str
