"""Students are opened when they are first asked for, and kept; a fault is one sentence each time."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.application import open_application
from engine.errors import ResourceError
from engine.installation import Installation
from engine.students import opening
from engine.students.library import Students
from tests.engine.students.tiny import write_student


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were really opened."""
    folders: list[Path] = []
    really = opening.open_reader

    def counted(folder: Path) -> opening.ReaderStudent:
        folders.append(folder)
        return really(folder)

    monkeypatch.setattr(opening, "open_reader", counted)
    return folders


@pytest.fixture
def students(tmp_path: Path) -> Students:
    return Students(Installation(tmp_path))


def test_opened_once_for_all_threads(students: Students, tmp_path: Path, opened: list[Path]) -> None:
    folder = write_student(tmp_path / "students" / "reader")
    assert students.has_reader()
    assert opened == []
    with ThreadPoolExecutor(8) as pool:
        readers = list(pool.map(lambda _: students.reader(), range(8)))
    assert all(reader is readers[0] for reader in readers)
    assert opened == [folder]
    students.close()
    assert students.reader() is not readers[0]
    assert len(opened) == 2


@pytest.mark.parametrize("empty_folder", [False, True])
def test_missing_until_it_is_put_there(students: Students, tmp_path: Path, empty_folder: bool) -> None:
    if empty_folder:
        (tmp_path / "students" / "reader").mkdir(parents=True)
    assert not students.has_reader()
    for _ in range(2):
        with pytest.raises(ResourceError, match="is not installed"):
            students.reader()
    shutil.rmtree(tmp_path / "students", ignore_errors=True)
    write_student(tmp_path / "students" / "reader")
    assert students.reader().manifest.name == "tiny reader"


def test_a_damaged_one_is_looked_at_once_until_it_changes(students: Students, tmp_path: Path, opened: list[Path]) -> None:
    folder = write_student(tmp_path / "students" / "reader")
    (folder / "card.md").rename(tmp_path / "card.md")
    sentences = set()
    for _ in range(3):
        with pytest.raises(ResourceError) as fault:
            students.reader()
        sentences.add(fault.value.sentence)
    assert len(sentences) == len(opened) == 1
    assert "card.md" in sentences.pop()
    (tmp_path / "card.md").rename(folder / "card.md")
    assert students.reader().folder == folder


def test_the_application_opens_without_and_with_a_damaged_student(resources: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(resources, tmp_path / "resources"))
    folder = write_student(copy / "students" / "reader")
    (folder / "model.onnx").write_bytes(b"")
    application = open_application(copy)
    assert application.check("simvastatin; clarithromycin").interactions
    with pytest.raises(ResourceError, match=r"model\.onnx"):
        application.students.reader()
