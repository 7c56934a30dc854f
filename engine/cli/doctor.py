"""`coprescribe doctor`: is this installation whole? Exit 1 with a sentence if anything is off."""

from __future__ import annotations

import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from engine.application import Application, open_application
from engine.checking import CheckOptions
from engine.cli.output import echo
from engine.errors import ResourceError
from engine.knowledge.tables import TABLES
from engine.report import Severity

_SPEED_LIST = "warfarin 5 mg od; amiodarone 200 mg od; simvastatin 40 mg nocte; ciprofloxacin 500 mg bd; digoxin 125 mcg od"


@dataclass(frozen=True, slots=True)
class Sentinel:
    """A pair whose severity is beyond doubt: if it comes out otherwise, nothing else may be believed."""

    text: str
    severity: Severity


SENTINELS: tuple[Sentinel, ...] = (
    Sentinel("simvastatin 40 mg; clarithromycin 500 mg", "contraindicated"),
    Sentinel("colchicine 0.5 mg; clarithromycin 500 mg", "contraindicated"),
    Sentinel("ergotamine 1 mg; clarithromycin 500 mg", "contraindicated"),
    Sentinel("iproniazid 50 mg; pethidine 50 mg", "contraindicated"),
    Sentinel("paracetamol 500 mg; amoxicillin 500 mg", "none"),
)


def check_sentinels(application: Application) -> list[str]:
    """Sentences for the sentinel pairs that do not come out as they must."""
    wrong = []
    for sentinel in SENTINELS:
        report = application.check(sentinel.text, options=CheckOptions(with_alternatives=False))
        found = report.interactions[0].severity if report.interactions else "none"
        if found != sentinel.severity or report.not_checked:
            wrong.append(f"The sentinel pair '{sentinel.text}' gives {found} instead of {sentinel.severity}.")
    return wrong


def run_doctor(resources: Path | None) -> None:
    """Print versions, digests, counts, sentinel pairs and speed.

    Raises:
        ResourceError: anything is missing, damaged or answers wrongly.
    """
    application = open_application(resources)
    store = application.store
    echo(f"Coprescribe {application.checker.version} on Python {platform.python_version()}, {sys.platform}")
    echo(f"Knowledge {store.version}, content digest {store.digest}")
    echo(", ".join(f"{table.name} {store.count(table.name)}" for table in TABLES if table.provenance))
    wrong = check_sentinels(application)
    if wrong:
        raise ResourceError(" ".join(wrong))
    echo(f"{len(SENTINELS)} sentinel pairs as they must be")
    started = time.perf_counter()
    application.check(_SPEED_LIST)
    echo(f"Five medicines checked in {(time.perf_counter() - started) * 1000:.0f} ms")
    echo("Students: none in this version")
