"""What was understood of a prescription: plain values, every figure with its unit in its name, unknown as None.

How a reader of these values finds the medicines of an item (`engine.prescriptions.choosing` does it, given a predicate):

1. Look up `exact_candidates`, then `name_candidates`, in order; the first that is known names the item. Exact candidates are
   the written words with the words of dosing that may belong to a name ("Coversyl Plus", "Tylenol 3", "Claritin Eye"): a known
   product is more than its first word. They are not for looking up by spelling.
2. `parts_kind` says what `parts` are for:
   - ``"list"``: the line seems to name several medicines. Only if no candidate of the whole is known (a combination product
     may be), each part is an item of its own, and a part that is not known must be reported as not checked.
   - ``"separate"``: a comma or "and" stands between names without amounts. As "list", but the parts go first: the whole counts
     only if it is known and some part is not ("paraffin, liquid"). Parts with amounts of their own are a "list" without
     candidates of the whole, so two medicines never become a fixed combination of both.
   - ``"compound"``: one word such as "oxycodone-acetaminophen". As "list", but the parts count only if every one is known.
   - ``"also"``: the item stands; each part that is known *exactly* is one more medicine on the line, the others are mere words.
   - ``"search"``: a sentence. There is no whole; parts are runs of one to four of its words, longest first. Those that are known
     exactly and do not overlap (`words`) are the medicines; words in none of them must be shown as not read.
3. Parts may have parts of their own.
4. What the name that is known leaves over of its own words is in `beside`: those that are known exactly are more medicines (then
   nobody can tell whose the dose is, and none has it), the others must be shown as not read. A product of several that is
   known by their names alone counts only where "/", "+" or "-" joins them or each strength is written ("875/125 mg").

5. An item or part that is `negated` is named on a line that says that it is not taken. It must be shown as not checked, with
   that reason, and take part in no pair.
6. No remark is lost: for each line of `ParsedPrescription.ignored` and each item's `remark`, `choosing.medicines_in_remark`
   gives the medicines named there, which must be shown as not checked too.

Candidates after the first leave words out: a match with one of them is a match with less than was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Route = Literal[
    "oral",
    "iv",
    "im",
    "sc",
    "inhaled",
    "nasal",
    "ophthalmic",
    "otic",
    "topical",
    "transdermal",
    "rectal",
    "vaginal",
    "buccal",
    "intrathecal",
]
RouteSource = Literal["stated", "form"]
PartsKind = Literal["list", "separate", "compound", "also", "search"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sig:
    """Dose, route and schedule of one item. Where a line allows a range, the figure is the highest that it allows.

    Amounts are in the base of their kind: `mg`, `ml`, `units`, `IU`, `mmol`, `mEq`, `%`, or a rate such as `mg/kg`, `mcg/h`.
    """

    strength_mg: float | None = None
    """Mass in one unit (tablet, ampoule, puff) or in `strength_volume_ml`; the first component of a combination."""
    strengths_mg: tuple[float, ...] = ()
    """All components, in the order written: (500, 125) for "500/125 mg"."""
    strength_value: float | None = None
    strength_unit: str | None = None
    strength_volume_ml: float | None = None
    """The volume that holds `strength_value`: 5 for "250 mg/5 mL"."""
    dose_mg: float | None = None
    """One single dose; the largest one where they differ over the day."""
    dose_value: float | None = None
    """The single dose in `dose_unit`, which may be one without a mass (20 units)."""
    dose_unit: str | None = None
    dose_mg_per_day: float | None = None
    """Highest daily amount that the line allows; weekly doses are spread (1/7 a day); one single dose counts as a day's.
    Of what is taken as needed it is an upper bound, with a note, and unknown where neither frequency nor maximum is written."""
    max_mg_per_day: float | None = None
    units_per_dose: float | None = None
    """Tablets, puffs, drops … at a time."""
    units_per_day: float | None = None
    form: str | None = None
    """The pharmaceutical form as the vocabulary names it: tablet, cream, puff …"""
    route: Route | None = None
    route_source: RouteSource | None = None
    frequency_per_day: float | None = None
    as_needed: bool = False
    duration_days: float | None = None
    single_dose: bool = False
    notes: tuple[str, ...] = ()
    """Sentences on what could be read in two ways and how it was read. They repeat figures and terms;
    names only where it is said that one is not taken, or stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedItem(Sig):
    """One medicine line, or one part of it."""

    line_number: int
    """1-based number of the line of the text where the item begins; semicolons do not count."""
    line: str
    """The text of the item as written, trimmed; control characters are spaces. Directions on following lines are included
    after a newline; a part carries its piece of the line in the form used for matching."""
    name_text: str = ""
    exact_candidates: tuple[str, ...] = ()
    name_candidates: tuple[str, ...] = ()
    bracketed: tuple[str, ...] = ()
    """Names found in brackets: ("simvastatin",) for "Zocor (simvastatin)". They are candidates too; a reader who knows both
    should see that they agree."""
    beside: tuple[ParsedItem, ...] = ()
    """Stretches of one to four words of a name of several, longest first: "aspirin warfarin" may be two names."""
    words: tuple[int, int] = (0, 0)
    """Half-open range of the name in the words of the whole line: tells which parts of a sentence overlap."""
    parts: tuple[ParsedItem, ...] = ()
    parts_kind: PartsKind | None = None
    negated: bool = False
    """The line says that it is not taken: "no longer on", "stopped", "allergic to" …; of a list, whether all parts are."""
    remark: str = ""
    """What the line begins with and was left out as a datum of the person or an allergy: "Weight 70 kg,"."""
    problem: str | None = None
    """A sentence if the line was not read at all; the item must then be reported as not checked."""


@dataclass(frozen=True, slots=True)
class ParsedPrescription:
    """A text, read. Every line that is not blank is in exactly one item's `line` or in `ignored`."""

    items: tuple[ParsedItem, ...]
    empty_reason: str | None = None
    """A sentence if there is no item."""
    ignored: tuple[str, ...] = ()
    """Headings, numbering without text, lines about allergies or persons, directions that belong to no item."""
    notes: tuple[str, ...] = ()
    """Sentences about the text as a whole, such as replaced control characters."""
