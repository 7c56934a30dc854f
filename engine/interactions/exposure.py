"""A medicine as it is taken: the substance with what the prescription line says of dose, route and use."""

from __future__ import annotations

from dataclasses import dataclass

# Routes whose exposure is general. Intrathecal, inhaled, nasal, ophthalmic, otic, topical and vaginal are local by intent.
SYSTEMIC_ROUTES: frozenset[str] = frozenset({"oral", "iv", "im", "sc", "rectal", "transdermal", "buccal"})
PARENTERAL_ROUTES: frozenset[str] = frozenset({"iv", "im", "sc"})
ROUTE_GROUPS: dict[str, frozenset[str]] = {"systemic": SYSTEMIC_ROUTES, "parenteral": PARENTERAL_ROUTES}
ROUTES: frozenset[str] = SYSTEMIC_ROUTES | frozenset(
    {"inhaled", "nasal", "ophthalmic", "otic", "topical", "vaginal", "intrathecal"}
)


@dataclass(frozen=True, slots=True)
class Exposure:
    """One ingredient of one line.

    `index` numbers the rows of the report; `line_index` is shared by the ingredients of a combination. None means "not written".
    `covered` is False for a medicine whose name is known but of whose interactions nothing is: its pairs are not checked.
    `absorbed` is True for a medicine that reaches the whole body by its route although that is a local one (timolol eye drops).
    """

    index: int
    line_index: int
    substance: str
    name: str
    route: str | None = None
    dose_mg: float | None = None
    dose_mg_per_day: float | None = None
    single_dose: bool = False
    confirmed: bool = True
    covered: bool = True
    absorbed: bool = False

    @property
    def systemic(self) -> bool | None:
        """Whether the exposure is general; None where no route is written."""
        return None if self.route is None else self.absorbed or self.route in SYSTEMIC_ROUTES

    @property
    def may_be_swallowed(self) -> bool:
        """Whether it can meet others in the gut: taken by mouth, or by a route that is not written and may be that one."""
        return self.route in (None, "oral")


def route_matches(route: str | None, wanted: str) -> bool | None:
    """Whether a route belongs to `wanted` (a route or a group, alternatives separated by "|"); None where no route is written."""
    if route is None:
        return None
    return any(route == part or route in ROUTE_GROUPS.get(part, frozenset()) for part in wanted.split("|"))
