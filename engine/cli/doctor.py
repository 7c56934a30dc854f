"""`coprescribe doctor`: is this installation whole? Exit 1 with a sentence if anything is off."""

from __future__ import annotations

import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from engine.application import Application, open_application
from engine.checking import CheckOptions
from engine.cli.doctor_reasoner import check_labeller, check_reasoner
from engine.cli.doctor_student import tell_opened
from engine.cli.output import echo
from engine.errors import ResourceError
from engine.installation import REBUILD_HINT
from engine.knowledge.digest import VERSION_LENGTH, content_digest
from engine.knowledge.store import KnowledgeStore
from engine.knowledge.tables import TABLES
from engine.report import Direction, Report, Severity, severity_rank
from engine.students.library import Students

_SPEED_LIST = "warfarin 5 mg od; amiodarone 200 mg od; simvastatin 40 mg nocte; ciprofloxacin 500 mg bd; digoxin 125 mcg od"


@dataclass(frozen=True, slots=True)
class Sentinel:
    """A pair of which what must come out is beyond doubt: if it comes out otherwise, nothing else may be believed.

    `severity` is the worst finding's; `object` (a substance's name) and `direction` are compared where given.
    """

    text: str
    severity: Severity
    object: str | None = None
    direction: Direction | None = None


SENTINELS: tuple[Sentinel, ...] = (
    Sentinel("simvastatin 40 mg; clarithromycin 500 mg", "contraindicated", "simvastatin", "increase"),
    Sentinel("colchicine 0.5 mg; clarithromycin 500 mg", "contraindicated", "colchicine", "increase"),
    Sentinel("ergotamine 1 mg; clarithromycin 500 mg", "contraindicated", "ergotamine", "increase"),
    Sentinel("ethinylestradiol 30 mcg od; rifampicin 600 mg od", "major", "ethinylestradiol", "decrease"),
    Sentinel("iproniazid 50 mg; pethidine 50 mg", "contraindicated"),
    # One pair, decided by the doses.
    Sentinel("methotrexate 25 mg once weekly; aspirin 1 g tds", "contraindicated", "methotrexate", "increase"),
    Sentinel("methotrexate 10 mg once weekly; aspirin 1 g tds", "moderate", "methotrexate", "increase"),
    Sentinel("paracetamol 500 mg; amoxicillin 500 mg", "none"),
)
# One pair by mouth and used locally: the second must be milder.
_BY_MOUTH = "diclofenac 50 mg tablets po; warfarin 5 mg po"
_LOCALLY = "diclofenac 1 % gel topically; warfarin 5 mg po"
_NOT_CHECKED = "xyzolumab 5 mg; warfarin 5 mg"


def _checked(application: Application, text: str) -> Report:
    return application.check(text, options=CheckOptions(with_alternatives=False))


def _worst(report: Report) -> Severity:
    return min((finding.severity for finding in report.interactions), key=severity_rank, default="none")


def _wrong_pair(application: Application, sentinel: Sentinel) -> str | None:
    report = _checked(application, sentinel.text)
    severity = _worst(report)
    if severity != sentinel.severity or report.not_checked or report.pairs_checked != 1:
        return f"The sentinel pair '{sentinel.text}' gives {severity} instead of {sentinel.severity}."
    if sentinel.object is None:
        return None
    worst = next(finding for finding in report.interactions if finding.severity == severity)
    if (worst.object, worst.direction) != (sentinel.object, sentinel.direction):
        return f"The sentinel pair '{sentinel.text}' does not give: {sentinel.object}, {sentinel.direction}."
    return None


def check_sentinels(application: Application) -> list[str]:
    """Sentences for the sentinel lists that do not come out as they must."""
    wrong = [sentence for sentinel in SENTINELS if (sentence := _wrong_pair(application, sentinel)) is not None]
    by_mouth, locally = (_worst(_checked(application, text)) for text in (_BY_MOUTH, _LOCALLY))
    if severity_rank(locally) <= severity_rank(by_mouth):
        wrong.append(f"The sentinel pair '{_LOCALLY}' gives {locally}, which is no milder than by mouth ({by_mouth}).")
    unknown = _checked(application, _NOT_CHECKED)
    if not unknown.not_checked or unknown.pairs_checked or not unknown.pairs_not_checked:
        wrong.append(f"The sentinel list '{_NOT_CHECKED}' does not say that a medicine of it was not checked.")
    return wrong


def check_digest(store: KnowledgeStore) -> None:
    """Compare what the knowledge says with what it and its manifest are said to hold.

    Raises:
        ResourceError: digest or version belong to other content.
    """
    digest = content_digest(store.rows)
    if (store.digest, store.version) != (digest, digest[:VERSION_LENGTH]):
        raise ResourceError(f"The content of the knowledge has another digest than its manifest says. {REBUILD_HINT}")


def check_students(students: Students) -> None:
    """Open each student that is there, verify it, and let it read the sentinel sentences.

    Raises:
        ResourceError: a student is damaged or answers wrongly.
    """
    if not students.has_reader():
        echo("Reader: not installed; without it, abstracts show the names that the knowledge has, and no interactions")
        return
    reader = tell_opened("reader", students.reader)
    # After the student is known to be there: its arrays need NumPy, which no other command loads.
    from engine.students.sentinel import SENTINEL, read_sentinels

    started = time.perf_counter()
    reading = read_sentinels(reader)
    read_ms = (time.perf_counter() - started) * 1000
    if reading.wrong:
        raise ResourceError(f"{' '.join(reading.wrong)} {REBUILD_HINT}")
    said = f": {reading.label} ({reading.probability:.2f})" if reading.probability is not None else ""
    echo(f"OK: read in {read_ms:.0f} ms: {SENTINEL.rstrip('.')}{said}")


def run_doctor(resources: Path | None) -> None:
    """Print versions, digests, counts, sentinel lists, speed and students.

    A student that is not there is said and is no fault: its terms do not let everyone keep it.

    Raises:
        ResourceError: anything is missing, damaged or answers wrongly.
    """
    application = open_application(resources)
    store = application.store
    echo(f"Coprescribe {application.checker.version} on Python {platform.python_version()}, {sys.platform}")
    echo(f"Knowledge {store.version}, content digest {store.digest}")
    check_digest(store)
    echo("OK: the digest was worked out anew from every row")
    echo(", ".join(f"{table.name} {store.count(table.name)}" for table in TABLES if table.provenance))
    wrong = check_sentinels(application)
    if wrong:
        raise ResourceError(" ".join(wrong))
    for sentinel in SENTINELS:
        affected = f" ({sentinel.object}, {sentinel.direction})" if sentinel.object else ""
        echo(f"OK: {sentinel.text}: {sentinel.severity}{affected}")
    echo(f"OK: {_LOCALLY}: milder than by mouth")
    echo(f"OK: {_NOT_CHECKED}: not checked, and said so")
    started = time.perf_counter()
    application.check(_SPEED_LIST)
    echo(f"Five medicines checked in {(time.perf_counter() - started) * 1000:.0f} ms")
    check_students(application.students)
    check_labeller(application)
    check_reasoner(application)
