"""What `coprescribe doctor` says of the students."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.cli.main import main
from tests.engine.students.real import STUDENT, needs_student
from tests.engine.students.tiny import write_student


@pytest.fixture
def installed(resources: Path, tmp_path: Path) -> Path:
    """A copy of the resources, without a student."""
    return Path(shutil.copytree(resources, tmp_path / "resources"))


def doctor(capsys: pytest.CaptureFixture[str], resources: Path) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    code = main(["doctor", "--resources", str(resources)])
    out, err = capsys.readouterr()
    return code, out, err


def test_no_student_is_said_and_is_no_fault(capsys: pytest.CaptureFixture[str], installed: Path) -> None:
    code, out, err = doctor(capsys, installed)
    assert (code, err) == (0, "")
    assert "Reader: not installed" in out


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
def test_a_damaged_student_is_a_fault(capsys: pytest.CaptureFixture[str], installed: Path, name: str) -> None:
    folder = write_student(installed / "students" / "reader")
    (folder / name).write_bytes((folder / name).read_bytes()[:-1])
    code, out, err = doctor(capsys, installed)
    assert code == 1
    assert name in err
    assert len(err.strip().splitlines()) == 1
    assert "OK: every file" not in out


def test_a_student_that_reads_wrongly_is_a_fault(capsys: pytest.CaptureFixture[str], installed: Path) -> None:
    write_student(installed / "students" / "reader")
    code, out, err = doctor(capsys, installed)
    assert code == 1
    assert "OK: every file" in out
    assert "does not find the right names" in err


@needs_student
def test_the_student_that_ships(capsys: pytest.CaptureFixture[str], installed: Path) -> None:
    shutil.copytree(STUDENT, installed / "students" / "reader")
    code, out, err = doctor(capsys, installed)
    assert (code, err) == (0, "")
    assert "Terms of the reader: " in out
    assert "Ketoconazole increases" in out
