"""What a file of medicines holds once it is read."""

from __future__ import annotations

from dataclasses import dataclass

from engine.prescriptions.patient import Patient


@dataclass(frozen=True, slots=True)
class MedicationList:
    """One person's list, as it goes into the editor.

    `title` tells lists of one file apart and is empty where there is one; `text` has one medicine a line; `remarks` are sentences
    on what the file held and the list does not, one each: nothing is left out in silence.
    """

    title: str
    text: str
    patient: Patient | None = None
    confirmed_names: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()
