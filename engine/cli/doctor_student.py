"""What `coprescribe doctor` says of any student that it opened."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from engine.cli.output import echo

if TYPE_CHECKING:
    from engine.students.manifest import StudentManifest


class _Student(Protocol):
    @property
    def manifest(self) -> StudentManifest: ...

    @property
    def sha256(self) -> str: ...


_S = TypeVar("_S", bound=_Student)


def tell_opened(name: str, opened: Callable[[], _S], taught: Callable[[_S], str] | None = None) -> _S:
    """Open a student and say its version, digest, terms and how long it took. `taught`: who taught it, where it says so.

    Raises:
        ResourceError: it is damaged.
    """
    started = time.perf_counter()
    student = opened()
    opened_ms = (time.perf_counter() - started) * 1000
    manifest = student.manifest
    terms = " Not for commercial use." if manifest.non_commercial else ""
    echo(f"{name.capitalize()} {manifest.version}, SHA-256 {student.sha256}")
    if taught is not None:
        echo(taught(student))
    echo(f"Terms of the {name}: {manifest.licence}{terms}")
    echo(f"OK: every file of the {name} is as its manifest says; opened in {opened_ms:.0f} ms")
    return student
