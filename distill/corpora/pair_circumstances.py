"""The same pairs in other circumstances: with routes written and facts of the patient known, labelled by the rules again.

Without them a student would never have seen the words for routes and patients before it meets its first real prescription.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random

from distill.corpora.pair_labels import documented_of, exposure_of
from distill.corpora.pairs import NO_LABEL, Circumstances, PairRecord
from engine.interactions.documented import sides
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient

# About as often as on prescriptions; None: not written. Local routes are few there, but change what can be said.
_ROUTES: dict[str | None, int] = {None: 20, "oral": 50, "iv": 10, "sc": 4, "im": 3, "inhaled": 3, "topical": 4, "ophthalmic": 3}
_PATIENTS: tuple[tuple[Patient, int], ...] = (
    (Patient(), 60),
    (Patient(age_years=82.0), 10),
    (Patient(egfr_ml_min=45.0), 8),
    (Patient(egfr_ml_min=20.0), 8),
    (Patient(child_pugh="B"), 7),
    (Patient(pregnant=True), 7),
)


def varied(store: KnowledgeStore, records: Iterable[PairRecord], share: float, seed: str) -> Iterator[PairRecord]:
    """About `share` of the records again, in drawn circumstances: with the label that the rules give there, and the same id.

    What no source would rate there is left out. The pairs are those of the records, so a split stays what it is.

    Raises:
        ValueError: `share` does not lie between 0 and 1.
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a share lies between 0 and 1, not at {share}")
    for record in records:
        draw = Random(f"{seed}/{record.id}")
        if draw.random() >= share:
            continue
        found = labelled_in(store, record, _drawn(draw))
        if found is not None:
            yield found


def labelled_in(store: KnowledgeStore, record: PairRecord, circumstances: Circumstances) -> PairRecord | None:
    """A record in other circumstances; None where only a rule that we extended would apply."""
    first = exposure_of(store, record.first, 0, circumstances.first_route)
    second = exposure_of(store, record.second, 1, circumstances.second_route)
    found = documented_of(store, sides(store, first), sides(store, second), circumstances.patient)
    if found is None:
        return replace(record, label=NO_LABEL, effects=(), managements=(), sources=(), circumstances=circumstances)
    if found.extrapolated:
        return None
    told = replace(record, label=found.label, effects=found.effects, managements=found.managements, sources=found.sources)
    return replace(told, circumstances=circumstances)


def _drawn(draw: Random) -> Circumstances:
    first, second = draw.choices(list(_ROUTES), list(_ROUTES.values()), k=2)
    patients = [patient for patient, _weight in _PATIENTS]
    return Circumstances(first, second, draw.choices(patients, [weight for _patient, weight in _PATIENTS])[0])
