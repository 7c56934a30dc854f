"""The files of a student: its manifest is read strictly, and every file beside it is compared with what the manifest says."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from pydantic import ValidationError

from engine.errors import ResourceError
from engine.installation import REPAIR_HINT
from engine.students.manifest import MANIFEST_FILE, Manifest, StudentFile

_LARGEST_MANIFEST_BYTES = 1_000_000
# Names of files that lie in the folder itself on every system.
_BESIDE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def read_manifest(path: Path) -> Manifest:
    """The manifest of a student.

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
        return Manifest.model_validate_json(content, strict=True)
    except ValidationError as error:
        raise ResourceError(_what_is_wrong(path, error)) from error


def _what_is_wrong(path: Path, error: ValidationError) -> str:
    fields = {str(fault["loc"][0]) for fault in error.errors(include_url=False, include_input=False) if fault["loc"]}
    if fields & {"format", "kind"}:
        return f"The manifest '{path}' is of a format that this version of Coprescribe does not read. {REPAIR_HINT}"
    where = f" (see {', '.join(sorted(fields))})" if fields else ""
    return f"The manifest '{path}' is damaged{where}. {REPAIR_HINT}"


def verified_files(folder: Path, manifest: Manifest, needed: frozenset[str]) -> dict[str, bytes]:
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
        content = _verified(folder / name, said)
        if name in needed:
            found[name] = content
    return found


def _verified(path: Path, said: StudentFile) -> bytes:
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size == said.size_bytes else b""
    except OSError as error:
        raise ResourceError(f"The file '{path}' is missing or cannot be read. {REPAIR_HINT}") from error
    if len(content) != said.size_bytes:
        raise ResourceError(f"The file '{path}' has {size} bytes and not the {said.size_bytes} of its manifest. {REPAIR_HINT}")
    if hashlib.sha256(content).hexdigest() != said.sha256:
        raise ResourceError(f"The file '{path}' is not the one that its manifest describes. {REPAIR_HINT}")
    return content
