"""The files of a student: its manifest is read strictly, and every file beside it is compared with what the manifest says."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from engine.errors import ResourceError
from engine.installation import REPAIR_HINT
from engine.students.manifest import MANIFEST_FILE, StudentFile, StudentManifest

_LARGEST_MANIFEST_BYTES = 1_000_000
_PIECE_BYTES = 4_000_000
# Names of files that lie in the folder itself on every system.
_BESIDE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_M = TypeVar("_M", bound=StudentManifest)


def read_manifest(path: Path, form: type[_M]) -> _M:
    """The manifest of a student of one kind.

    Raises:
        ResourceError: it is missing, of another format, or not as it must be.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_MANIFEST_BYTES + 1)
    except OSError as error:
        raise ResourceError(f"The manifest '{path}' is missing or cannot be read. {REPAIR_HINT}") from error
    if len(content) > _LARGEST_MANIFEST_BYTES:
        raise ResourceError(f"The manifest '{path}' is far too large. {REPAIR_HINT}")
    try:
        return form.model_validate_json(content, strict=True)
    except ValidationError as error:
        raise ResourceError(_what_is_wrong(path, error)) from error


def _what_is_wrong(path: Path, error: ValidationError) -> str:
    fields = {str(fault["loc"][0]) for fault in error.errors(include_url=False, include_input=False) if fault["loc"]}
    if fields & {"format", "kind"}:
        return f"The manifest '{path}' is of a format that this version of Coprescribe does not read. {REPAIR_HINT}"
    where = f" (see {', '.join(sorted(fields))})" if fields else ""
    return f"The manifest '{path}' is damaged{where}. {REPAIR_HINT}"


def verified_files(folder: Path, manifest: StudentManifest, needed: frozenset[str]) -> dict[str, bytes]:
    """The content of the `needed` files, by name, after every file that the manifest names was compared with it. What is returned
    is what was compared: nothing is read twice.

    Raises:
        ResourceError: a file is missing, changed or not named by the manifest.
    """
    missing = needed - set(manifest.files)
    if missing:
        raise ResourceError(f"The manifest '{folder / MANIFEST_FILE}' does not name {', '.join(sorted(missing))}. {REPAIR_HINT}")
    found = {}
    for name, said in sorted(manifest.files.items()):
        if not _BESIDE.fullmatch(name) or name == MANIFEST_FILE:
            raise ResourceError(f"The manifest '{folder / MANIFEST_FILE}' names a file that is not beside it. {REPAIR_HINT}")
        content = _verified(folder / name, said, keep=name in needed)
        if name in needed:
            found[name] = content
    return found


def _verified(path: Path, said: StudentFile, *, keep: bool) -> bytes:
    """The content of a file that is as it was said to be; nothing where it is not to be kept, since a model may be large."""
    digest, kept, length = hashlib.sha256(), [], 0
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            while size == said.size_bytes and (piece := file.read(_PIECE_BYTES)):
                digest.update(piece)
                length += len(piece)
                if keep:
                    kept.append(piece)
    except OSError as error:
        raise ResourceError(f"The file '{path}' is missing or cannot be read. {REPAIR_HINT}") from error
    if length != said.size_bytes:
        raise ResourceError(f"The file '{path}' has {size} bytes and not the {said.size_bytes} of its manifest. {REPAIR_HINT}")
    if digest.hexdigest() != said.sha256:
        raise ResourceError(f"The file '{path}' is not the one that its manifest describes. {REPAIR_HINT}")
    return b"".join(kept)
