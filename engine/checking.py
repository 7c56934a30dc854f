"""The check: prescription text and patient in, report out. Pure over a read-only store."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from copy import copy
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import chain, combinations

from engine.cancellation import Progress
from engine.errors import InputError
from engine.interactions.alternatives import AlternativeFinder
from engine.interactions.exposure import Exposure
from engine.interactions.findings import FindingWriter, assess
from engine.interactions.overview import cumulative_loads, duplicates
from engine.interactions.patient_rules import missing_data, patient_statements
from engine.interactions.subject import Subject, make_subject
from engine.knowledge.resolve import Resolver
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.parser import parse_prescription
from engine.prescriptions.patient import Patient
from engine.prescriptions.recognise import Recognised, recognise
from engine.prescriptions.terms import SigTerms
from engine.report import SEVERITY_ORDER, Alternative, Interaction, Provenance, Report, Severity, severity_rank

# Alternatives are offered where a change of medicine would be considered.
_WORTH_REPLACING = severity_rank("moderate")


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How a check treats what a person has not confirmed, and whether it looks for alternatives.

    `provisional`: check unconfirmed spelling and abbreviation matches and mark them (command line); otherwise they wait.
    `confirmed_names`: matched names that a person has confirmed. `with_alternatives`: re-run the check for stand-ins.
    """

    provisional: bool = True
    confirmed_names: frozenset[str] = frozenset()
    with_alternatives: bool = True


class Checker:
    """Checks prescriptions against one store; safe to share between threads."""

    def __init__(self, store: KnowledgeStore, application_version: str, notice: str) -> None:
        self._store = store
        self.version = application_version
        self._notice = notice

    @cached_property
    def resolver(self) -> Resolver:
        """Name resolution over the store's names."""
        return Resolver(self._store.name_of_form, self._store.name_forms)

    def over(self, view: KnowledgeStore) -> Checker:
        """The same checker over a view of its store that shows other names; what was worked out of names and terms is shared."""
        other = copy(self)
        other._store = view
        other.__dict__.pop("_writer", None)
        return other

    @cached_property
    def sig_terms(self) -> SigTerms:
        """Vocabulary of prescription lines."""
        return SigTerms(self._store.sig_rows)

    @cached_property
    def _writer(self) -> FindingWriter:
        return FindingWriter(self._store)

    def recognise(self, text: str, options: CheckOptions) -> Recognised:
        """Lines of text as recognised medicines and what could not be recognised.

        Raises:
            InputError: the text is too long or holds more than 500 medicines.
        """
        parsed = parse_prescription(text, self.sig_terms)
        return recognise(
            parsed,
            self.resolver,
            self._store,
            provisional=options.provisional,
            confirmed_names=options.confirmed_names,
        )

    def check(self, text: str, patient: Patient | None = None, options: CheckOptions | None = None) -> Report:
        """Check a prescription.

        Raises:
            InputError: the text is too long or holds more than 500 medicines, or the patient's history has an unknown code.
        """
        steps = self.check_in_steps(text, patient, options)
        while True:
            try:
                next(steps)
            except StopIteration as finished:
                report: Report = finished.value
                return report

    def check_in_steps(
        self, text: str, patient: Patient | None = None, options: CheckOptions | None = None
    ) -> Generator[Progress, None, Report]:
        """The same check as a generator: yields after each medicine whose pairs are done, returns the report.

        Raises:
            InputError: the text is too long or holds more than 500 medicines.
        """
        options = options or CheckOptions()
        patient = patient or Patient()
        self._refuse_unknown_codes(patient)
        recognised = self.recognise(text, options)
        exposures = recognised.exposures
        subjects = [make_subject(self._store, exposure) for exposure in exposures]
        interactions = yield from self._interactions(subjects, patient)
        if options.with_alternatives:
            interactions = yield from self._with_alternatives(interactions, subjects, patient)
        statements, from_rules = patient_statements(self._store, exposures, patient)
        checked, not_checked = _count_pairs(exposures, recognised.unknown)
        return Report(
            drugs=recognised.drugs,
            not_checked=recognised.not_checked,
            interactions=interactions,
            duplicates=duplicates(self._store, exposures),
            cumulative=cumulative_loads(self._store, exposures),
            patient=statements,
            missing=missing_data(interactions, from_rules),
            assumed=recognised.assumed,
            pairs_checked=checked,
            pairs_not_checked=not_checked,
            provenance=Provenance(application=self.version, knowledge=self._store.version, knowledge_digest=self._store.digest),
            notice=self._notice,
        )

    def _refuse_unknown_codes(self, patient: Patient) -> None:
        """A code that no rule knows would be taken for granted by whoever wrote it, and change nothing."""
        unknown = [code for code in (*patient.history, *patient.history_absent) if code not in self._store.contexts]
        if unknown:
            near = get_close_matches(unknown[0], self._store.contexts, n=3, cutoff=0.5)
            hint = f" Near: {', '.join(near)}." if near else ""
            raise InputError(f"The patient's history names a code that is not known: {unknown[0]}.{hint}")

    def _interactions(self, subjects: Sequence[Subject], patient: Patient) -> Generator[Progress, None, tuple[Interaction, ...]]:
        """Findings of all pairs, worst first, documented before inferred."""
        # In the order of the report from the start: to sort tens of thousands at once would hold up every thread.
        found: dict[tuple[int, bool], list[Interaction]] = {
            (rank, inferred): [] for rank in range(len(SEVERITY_ORDER)) for inferred in (False, True)
        }
        try:
            yield from self._found(subjects, patient, found)
        except GeneratorExit:
            # So would to free them at once, when nobody wants them any more.
            for part in found.values():
                while part:
                    del part[-1]
            raise
        return tuple(chain.from_iterable(found.values()))

    def _found(
        self, subjects: Sequence[Subject], patient: Patient, found: dict[tuple[int, bool], list[Interaction]]
    ) -> Generator[Progress, None, None]:
        for position, first in enumerate(subjects):
            for second in subjects[position + 1 :]:
                if not _is_pair(first.exposure, second.exposure):
                    continue
                assessment = assess(self._store, first, second, patient)
                if assessment.documented or assessment.inferred:
                    for one in self._writer.present(assessment, patient):
                        found[severity_rank(one.severity), not one.documented].append(one)
            yield Progress(position + 1, len(subjects))

    def alternatives_in_steps(
        self, text: str, patient: Patient | None, options: CheckOptions, rows: tuple[int, int]
    ) -> Generator[Progress, None, tuple[Alternative, ...]]:
        """Alternatives for one pair alone, as a check with alternatives offers them for the pair's worst finding.

        `rows` are the places of the two medicines in the drugs of the report on the same text, patient and options.

        Raises:
            InputError: the text is too long or holds more than 500 medicines, or has no such places.
        """
        patient = patient or Patient()
        self._refuse_unknown_codes(patient)
        exposures = self.recognise(text, options).exposures
        yield Progress(0, 2)
        if not all(0 <= row < len(exposures) for row in rows):
            raise InputError("The list has changed: the pair is no longer in it.")
        subjects = []
        for exposure in exposures:
            subjects.append(make_subject(self._store, exposure))
            yield Progress(0, 2)
        first, second = (subjects[row] for row in rows)
        findings = self._writer.present(assess(self._store, first, second, patient), patient)
        severities: list[Severity] = [one.severity for one in findings]
        worst: Severity = min(severities, key=severity_rank, default="none")
        objects = {one.object for one in findings if one.severity == worst}
        finder = AlternativeFinder(self._store, self._writer, subjects, patient)
        pair = sorted((first.exposure, second.exposure), key=lambda one: one.name not in objects)
        offered: tuple[Alternative, ...] = ()
        for position, exposure in enumerate(pair):
            offered += finder.instead_of(exposure, findings) if worth_replacing(worst) else ()
            yield Progress(position + 1, 2)
        return offered

    def _with_alternatives(
        self, interactions: tuple[Interaction, ...], subjects: Sequence[Subject], patient: Patient
    ) -> Generator[Progress, None, tuple[Interaction, ...]]:
        finder = AlternativeFinder(self._store, self._writer, subjects, patient)
        completed = []
        for position, finding in enumerate(interactions):
            # The object first: replacing the medicine that is harmed is the usual way out.
            pair = sorted((subjects[row].exposure for row in finding.rows), key=lambda one: one.name != finding.object)
            offered: tuple[Alternative, ...] = ()
            if worth_replacing(finding.severity):
                for exposure in pair:
                    offered += finder.instead_of(exposure, (finding,))
            completed.append(finding.model_copy(update={"alternatives": offered}) if offered else finding)
            yield Progress(position + 1, len(interactions))
        return tuple(completed)


def worth_replacing(severity: Severity) -> bool:
    """Whether alternatives are looked for at this severity."""
    return severity_rank(severity) <= _WORTH_REPLACING


def _is_pair(first: Exposure, second: Exposure) -> bool:
    """Whether two rows are a pair to check: not within one fixed combination, and not an ingredient with itself (a duplicate)."""
    return first.line_index != second.line_index and first.substance != second.substance


def _count_pairs(exposures: Sequence[Exposure], unknown: int) -> tuple[int, int]:
    """(pairs that were checked, pairs that were not), where `unknown` lines stand for one medicine each."""
    pairs = [(first, second) for first, second in combinations(exposures, 2) if _is_pair(first, second)]
    checked = sum(first.covered and second.covered for first, second in pairs)
    return checked, len(pairs) - checked + unknown * len(exposures) + unknown * (unknown - 1) // 2
