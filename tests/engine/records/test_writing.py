"""A file is written whole or not at all, and every fault of the disk is one sentence."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.records.writing import write_file

posix = pytest.mark.skipif(os.name != "posix", reason="links, modes and devices as POSIX has them")


def failing(number: int) -> Callable[[int], None]:
    def fail(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@settings(deadline=None)  # how long a disk takes is no fault of ours
@given(content=st.binary(max_size=300))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    target = tmp_path_factory.mktemp("Ablage für Mai") / "Liste ü.json"
    write_file(target, b"old")
    write_file(target, content)
    assert target.read_bytes() == content
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "no room left on the disk"), (errno.EROFS, "only be read"), (errno.EIO, "cannot be written")],
)
def test_a_fault_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, says: str) -> None:
    target = tmp_path / "list.json"
    target.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", failing(number))
    with pytest.raises(InputError, match=says) as caught:
        write_file(target, b"new")
    assert caught.value.sentence.endswith("nothing was changed.")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@posix
def test_a_disk_that_syncs_no_folders_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "list.json"
    fsync = os.fsync

    def files_only(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", files_only)
    write_file(target, b"new")
    assert target.read_bytes() == b"new"


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder does not exist"):
        write_file(tmp_path / "gone" / "list.json", b"new")


def test_names_that_cannot_be(tmp_path: Path) -> None:
    for name, says in (("a\0b", "name cannot be used"), ("x" * 300, "name is too long"), (".", "A folder has this name")):
        with pytest.raises(InputError, match=says):
            write_file(tmp_path / name, b"new")
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_device_is_no_file() -> None:
    with pytest.raises(InputError, match="not a file"):
        write_file(Path("/dev/null"), b"new")


@posix
def test_a_link_stays_a_link_and_a_mode_stays(tmp_path: Path) -> None:
    behind = tmp_path / "behind.json"
    behind.write_bytes(b"old")
    behind.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(behind)
    write_file(link, b"new")
    assert link.is_symlink()
    assert behind.read_bytes() == b"new"
    assert behind.stat().st_mode & 0o777 == 0o640


@posix
def test_write_protected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "list.json"
    target.write_bytes(b"old")
    # The tests may run as root, for whom no file is protected.
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(InputError, match="write-protected"):
        write_file(target, b"new")
    assert target.read_bytes() == b"old"
