"""The files of abstracts in a folder and the folders in it, in the order of their names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePath

from engine.abstracts.kinds import is_abstract_file
from engine.abstracts.model import Check


@dataclass(frozen=True, slots=True)
class FolderContent:
    """`files`: paths below the folder, with "/" between their parts; `remark`: what is not opened, "" where there is nothing."""

    files: tuple[str, ...]
    remark: str


def files_in(folder: Path, check: Check | None = None) -> FolderContent:
    """The files that are opened with a folder. Hidden ones are passed over; links to folders are not followed."""
    files: list[Path] = []
    others = 0
    closed: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=closed.append):
        if check is not None:
            check()
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            if name.startswith("."):
                continue
            if is_abstract_file(path) and path.is_file():
                files.append(path.relative_to(folder))
            else:
                others += 1
    return FolderContent(tuple(path.as_posix() for path in sorted(files, key=_by_name)), _remark(others, len(closed)))


def _by_name(path: PurePath) -> tuple[tuple[str, str], ...]:
    return tuple((part.casefold(), part) for part in path.parts)


def _remark(others: int, closed: int) -> str:
    sentences = []
    if others:
        some = "1 file of another kind was" if others == 1 else f"{others:,} files of other kinds were"
        sentences.append(f"{some} left out.")
    if closed:
        sentences.append("1 folder could not be opened." if closed == 1 else f"{closed:,} folders could not be opened.")
    return " ".join(sentences)
