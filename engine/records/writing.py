"""Writing a file whole or not at all: whoever is interrupted keeps the file that was there before."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from engine.errors import InputError

_NOT_TOUCHED = "nothing was changed"
_SENTENCES = {
    errno.ENOSPC: "There is no room left on the disk",
    errno.EDQUOT: "There is no room left for you on the disk",
    errno.EFBIG: "The file is too large for the disk",
    errno.EROFS: "The disk can only be read",
    errno.EACCES: "You may not write to this file or folder",
    errno.EPERM: "You may not write to this file or folder",
    errno.ENOENT: "The folder does not exist",
    errno.ENOTDIR: "The folder does not exist",
    errno.ENAMETOOLONG: "The file's name is too long",
}


def write_file(path: Path, content: bytes) -> None:
    """Write `content` to `path`, in place of what is there, as :func:`written_whole` does.

    Raises:
        InputError: as there.
    """
    with written_whole(path) as file:
        file.write(content)


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` once everything is written to it.

    The bytes go to a new file in the same folder, are brought to the disk, and only then take the name. A link is followed, so
    that the file behind it changes and the link stays.

    Raises:
        InputError: the disk is full, the folder is missing or may not be written, or the name cannot be used; what was there
            before is untouched, and no part of the new file is left.
    """
    try:
        target, mode = _target(path)
        # A name of its own, so that a long name of the target does not make a longer one.
        temporary = target.parent / f".{os.urandom(8).hex()}.part"
        try:
            with temporary.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if mode is not None:
                temporary.chmod(mode)
            temporary.replace(target)
        finally:
            # After the replacement there is nothing left to remove.
            temporary.unlink(missing_ok=True)
        _sync_folder(target.parent)
    except OSError as error:
        reason = _SENTENCES.get(error.errno or 0) or f"The file cannot be written: {error.strerror or 'unknown reason'}"
        raise InputError(f"{reason}; {_NOT_TOUCHED}.") from error


def _target(path: Path) -> tuple[Path, int | None]:
    """The file behind a name, and its permissions if it is there."""
    try:
        target = Path(os.path.realpath(path))
        return target, _mode_of(target)
    except ValueError as error:
        # A name with a NUL is no name to any system.
        raise InputError(f"The file's name cannot be used; {_NOT_TOUCHED}.") from error


def _mode_of(target: Path) -> int | None:
    """Permissions of the file to be replaced; None where there is none yet."""
    if target.is_dir():
        raise InputError(f"A folder has this name; {_NOT_TOUCHED}.")
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise InputError(f"What has this name is not a file; {_NOT_TOUCHED}.")
    if not os.access(target, os.W_OK):
        raise InputError(f"The file that is there is write-protected; {_NOT_TOUCHED}.")
    return stat.S_IMODE(found.st_mode)


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk too; only POSIX opens folders for that."""
    if os.name != "posix":
        return
    # The file has its new content already: some network disks refuse this step, and "nothing was changed" would be wrong.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
