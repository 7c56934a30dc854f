"""FHIR R4 as JSON to lists: one for each patient, one line for each medicine that is taken, and a sentence on all else."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from fhir.resources.R4B.medicationrequest import MedicationRequest
from fhir.resources.R4B.medicationstatement import MedicationStatement

from engine.cancellation import Progress
from engine.errors import InputError
from engine.records.codes import CodeLookup
from engine.records.fhir.dosage import directions_of
from engine.records.fhir.names import Names, one_line
from engine.records.fhir.person import kind_of, person_of, title_of
from engine.records.fhir.resources import Index, Raw, checked, is_turned, refuse_other_versions
from engine.records.fhir.standing import Standing, standing_of
from engine.records.model import MedicationList
from engine.records.strict_json import Json
from engine.records.tables import some

_MEDICINES = ("MedicationRequest", "MedicationStatement")
_REQUEST = frozenset({"status", "intent", "doNotPerform", "reportedBoolean", "reportedReference", "medicationCodeableConcept"})
_STATEMENT = frozenset({"status", "medicationCodeableConcept", "medicationReference", "subject", "dosage"})
_FIELDS = {
    "MedicationRequest": _REQUEST | {"medicationReference", "subject", "dosageInstruction"},
    "MedicationStatement": _STATEMENT,
}
_READ = frozenset({*_MEDICINES, "Medication", "Patient"})
# Who wrote what, where and when: nothing of it is a medicine or a datum for the check.
_UNIMPORTANT = frozenset({"Practitioner", "PractitionerRole", "Organization", "Encounter", "Location", "Provenance"})
_FOUND = "Given only by a code; the name is what our own table of substances has for that code: {}."
_NOT_LOOKED_UP = "Given only by a code, which was not looked up: {}."
_NOT_KNOWN = "Given only by a code for which no single name is known here, so they are not recognised: {}."
_KIND = re.compile(r"[A-Z][A-Za-z]{2,40}")
_STEP = 200
_LONGEST_NAMED = 60


def lists_of_fhir(
    value: Raw, lookup: CodeLookup | None = None, today: date | None = None
) -> Generator[Progress, None, tuple[MedicationList, ...]]:
    """The lists of a bundle, or of a single request or statement; `today` decides ages.

    Raises:
        InputError: it is of another version, of a kind that is no list of medicines, or holds none.
    """
    entries, remarks = _entries(value)
    index = Index()
    for raw, full_url in entries:
        refuse_other_versions(raw)
        index.add(raw, full_url)
    people: dict[str, _Person] = {}
    names = Names(index, lookup)
    for number, (raw, _url) in enumerate(entries, 1):
        if number % _STEP == 0:
            yield Progress(number, len(entries))
        if raw.get("resourceType") in _MEDICINES:
            key, patient = _subject(raw, index)
            people.setdefault(key, _Person(patient)).take(raw, names, number)
    if not people:
        raise InputError("The file is FHIR, but holds no medication request and no medication statement.")
    remarks += (*_shared_out(entries, people, index), *_unread(entries))
    day = today or datetime.now(tz=UTC).date()
    several = len(people) > 1
    return tuple(
        person.list(title_of(person.patient, place) if several else "", day, remarks)
        for place, person in enumerate(people.values(), 1)
    )


def _entries(value: Raw) -> tuple[list[tuple[Raw, Json]], tuple[str, ...]]:
    if value.get("resourceType") != "Bundle":
        if value.get("resourceType") not in (*_MEDICINES, "MedicationOrder"):
            raise InputError("The file is FHIR, but neither a bundle nor a medication request or statement.")
        return [(value, None)], ()
    if value.get("type") == "history":
        raise InputError("The bundle is a history of changes, not a list of what is taken.")
    if is_turned(value):
        raise InputError("The bundle follows rules of its own that may change its meaning, and is not read.")
    rows = value.get("entry", [])
    if not isinstance(rows, list):
        raise InputError("The bundle is damaged: its entries are not a list.")
    found: list[tuple[Raw, Json]] = []
    empty = 0
    for row in rows:
        resource = row.get("resource") if isinstance(row, dict) else None
        if isinstance(row, dict) and isinstance(resource, dict):
            found.append((resource, row.get("fullUrl")))
        else:
            empty += 1
    remarks = [f"Entries of the bundle that hold nothing: {empty}."] if empty else []
    if _has_next_page(value):
        remarks.append("The bundle is one page of several: medicines of the other pages are not in the list.")
    return found, tuple(remarks)


def _has_next_page(value: Raw) -> bool:
    links = value.get("link")
    return isinstance(links, list) and any(isinstance(link, dict) and link.get("relation") == "next" for link in links)


def _subject(raw: Raw, index: Index) -> tuple[str, Raw | None]:
    """(what tells one person's resources from another's, the person's own entry if there is one).

    Raises:
        InputError: two people of the file have the number that is referred to.
    """
    subject = raw.get("subject")
    if not isinstance(subject, dict):
        return "", None
    reference = subject.get("reference")
    if isinstance(reference, str):
        found = index.find(reference, raw)
        if found is not None and found.get("resourceType") == "Patient":
            # A number within one resource, as of what it contains, may be another person's in the next.
            return (json.dumps(found, sort_keys=True, default=str) if reference.startswith("#") else str(id(found))), found
        if found is None and index.means_two(reference):
            raise InputError("Two patients of the file have the same number, so nobody can tell whose medicines are whose.")
        return index.address(reference, raw), None
    named = subject.get("identifier") or subject.get("display")
    return (repr(named) if named else ""), None


def _unread(entries: list[tuple[Raw, Json]]) -> tuple[str, ...]:
    counted: Counter[str] = Counter()
    for raw, _url in entries:
        kind = raw.get("resourceType")
        name = kind if isinstance(kind, str) and _KIND.fullmatch(kind) else "unknown"
        if name not in _READ | _UNIMPORTANT and (name != "Observation" or kind_of(raw) is None):
            counted[name] += 1
    if not counted:
        return ()
    return (f"Parts of the file that are not read: {some([f'{count} × {name}' for name, count in counted.most_common()])}.",)


def _shared_out(entries: list[tuple[Raw, Json]], people: dict[str, _Person], index: Index) -> tuple[str, ...]:
    """Give each person their measurements; a sentence on those that belong to nobody with a medicine."""
    left = 0
    for raw, _url in entries:
        if raw.get("resourceType") == "Observation" and kind_of(raw) is not None:
            person = people.get(_subject(raw, index)[0])
            if person is None:
                left += 1
            else:
                person.observations.append(raw)
    return (f"Measurements of nobody who has a medicine in the file are left out: {left}.",) if left else ()


def _told(number: int, raw: Raw) -> str:
    """The place of an entry in the file, with what it calls its medicine where a name can be made out."""
    concept = raw.get("medicationCodeableConcept")
    codings = concept.get("coding") if isinstance(concept, dict) else None
    written = [concept.get("text")] if isinstance(concept, dict) else []
    written += [one.get("display") for one in codings if isinstance(one, dict)] if isinstance(codings, list) else []
    name = next((one_line(one) for one in written if isinstance(one, str) and one_line(one)), "")
    return f"{number} ({name[:_LONGEST_NAMED]})" if name else str(number)


@dataclass(slots=True)
class _Person:
    patient: Raw | None
    lines: dict[str, str] = field(default_factory=dict)
    named: dict[Standing, list[str]] = field(default_factory=dict)
    incomplete: list[str] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    coded: dict[str, list[str]] = field(default_factory=dict)
    repeated: int = 0
    observations: list[Raw] = field(default_factory=list)

    def take(self, raw: Raw, names: Names, number: int) -> None:
        """Add one request or statement, the `number`th entry of the file."""
        kind = str(raw["resourceType"])
        model: type[MedicationRequest] | type[MedicationStatement]
        model = MedicationRequest if kind == "MedicationRequest" else MedicationStatement
        found = checked(model, raw, _FIELDS[kind])
        if found is None or is_turned(raw):
            self.unusable.append(_told(number, raw))
            return
        name = names.of(found.medicationCodeableConcept, found.medicationReference, raw)
        for sentence, told in zip((_FOUND, _NOT_KNOWN if names.looks_up else _NOT_LOOKED_UP), names.take_coded(), strict=True):
            self.coded.setdefault(sentence, []).extend(one[:_LONGEST_NAMED] for one in told)
        if not name:
            self.unusable.append(_told(number, raw))
            return
        standing = standing_of(found)
        if standing is not Standing.TAKEN:
            self.named.setdefault(standing, []).append(name[:_LONGEST_NAMED])
        if not standing.in_list:
            return
        said = directions_of((found.dosageInstruction if isinstance(found, MedicationRequest) else found.dosage) or [])
        if not said.complete:
            self.incomplete.append(name[:_LONGEST_NAMED])
        line = f"{name} {said.words}".strip()
        self.repeated += line.casefold() in self.lines
        self.lines.setdefault(line.casefold(), line)

    def list(self, title: str, today: date, remarks: tuple[str, ...]) -> MedicationList:
        """The list of this person."""
        known, of_patient = person_of(self.patient, self.observations, today)
        said = [standing.value.format(some(names)) for standing, names in self.named.items()]
        said += [sentence.format(some(list(dict.fromkeys(told)))) for sentence, told in self.coded.items() if told]
        if self.incomplete:
            said.append(f"The file says more on how these are taken than the list does: {some(self.incomplete)}.")
        if self.unusable:
            said.append(
                f"Entries without a medicine that can be read by the rules of FHIR R4 are left out: {some(self.unusable)}."
            )
        if self.repeated:
            said.append(f"Entries that say the same as another are one line with it: {self.repeated}.")
        return MedicationList(title, "\n".join(self.lines.values()), known, remarks=(*said, *of_patient, *remarks))
