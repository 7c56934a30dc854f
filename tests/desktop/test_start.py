"""The program as it is started: exit codes, sentences on standard error, and what is imported before the window shows."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.installation import find_installation
from tests.engine.students.children import linux_only

# Offscreen, Qt says so of every window.
_NOISE = "This plugin does not support"
RUN = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog
from desktop import start
from desktop.prescription.view_model import Phase

class Closing(start.MainWindow):
    def __init__(self, *given):
        super().__init__(*given)
        self.seen = False
        self.model.fault_met.connect(lambda _sentence: QTimer.singleShot(50, self.close))
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.look)
        self.timer.start(20)

    def look(self):
        if self.seen or self.model.phase is Phase.CHECKED and self.page.is_furnished and self.page.findings.fresh:
            # Not once: on a busy machine the intended use may be shown after the list is checked.
            if not self.seen:
                sys.stdout.write(self.page.findings.status.summary.text())
            self.seen = True
            for dialog in self.findChildren(QDialog):
                if dialog.isVisible():
                    sys.stdout.write(dialog.windowTitle())
                    dialog.accept()
            self.close()

start.MainWindow = Closing
code = start.run_desktop(sys.argv[3] if len(sys.argv) > 3 else None, Path(sys.argv[1]), Path(sys.argv[2]))
"""
ENDING = "sys.exit(code)"
WARMING = """
            self.model.application.students.reasoner().process.warm()
            self.close()

start"""
COUNTING = """
from tests.engine.students.children import children
sys.stdout.write(f" left behind: {children()}")
sys.exit(code)
"""
NOTHING_HEAVY = """
import sys
import desktop.start
heavy = {"pydantic", "typer", "rich", "rapidfuzz", "sqlite3", "engine.report", "engine.application"}
heavy |= {"numpy", "scipy", "sklearn", "pandas", "matplotlib", "onnxruntime", "tokenizers", "lime", "pypdf", "defusedxml"}
heavy &= set(sys.modules)
sys.exit(f"imported before the window shows: {sorted(heavy)}" if heavy else 0)
"""


def run(code: str, *arguments: str) -> tuple[int, str, list[str]]:
    """(exit code, standard output, our lines on standard error) of a process."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, [line for line in done.stderr.splitlines() if _NOISE not in line]


def test_a_file_is_shown_and_checked_and_the_intended_use_is_shown_once(resources: Path, tmp_path: Path) -> None:
    given = (str(resources), str(tmp_path / "settings.json"), str(resources / "samples" / "sample.txt"))
    code, shown, errors = run(RUN + ENDING, *given)
    assert (code, errors) == (0, [])
    assert "10 pairs checked" in shown
    assert "Intended use" in shown
    code, shown, errors = run(RUN + ENDING, *given)
    assert (code, errors) == (0, [])
    assert "Intended use" not in shown


def test_a_missing_file_is_a_sentence_and_exit_code_2(resources: Path, tmp_path: Path) -> None:
    code, _shown, errors = run(RUN + ENDING, str(resources), str(tmp_path / "settings.json"), str(tmp_path / "absent.txt"))
    assert (code, errors) == (2, ["The file cannot be read: No such file or directory."])


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_damaged_knowledge_is_a_sentence_and_exit_code_1(resources: Path, tmp_path: Path, damage: str) -> None:
    if damage == "changed":
        compiled = tmp_path / "compiled"
        compiled.mkdir()
        (compiled / "manifest.json").write_bytes((resources / "compiled" / "manifest.json").read_bytes())
        content = bytearray((resources / "compiled" / "knowledge.sqlite").read_bytes())
        content[len(content) // 2] ^= 1
        (compiled / "knowledge.sqlite").write_bytes(content)
    code, _shown, errors = run(RUN + ENDING, str(tmp_path), str(tmp_path / "settings.json"))
    assert code == 1
    assert len(errors) == 1
    assert "Run 'make run'" in errors[0]


@linux_only
def test_the_students_process_ends_with_the_window(resources: Path, tmp_path: Path) -> None:
    own = find_installation().students / "reasoner"
    whole = tmp_path / "resources"
    shutil.copytree(resources, whole)
    shutil.copytree(own, whole / "students" / "reasoner")
    warming = RUN.replace("\n            self.close()\n\nstart", WARMING)
    assert warming != RUN
    code, shown, errors = run(
        warming + COUNTING, str(whole), str(tmp_path / "settings.json"), str(whole / "samples" / "sample.txt")
    )
    assert (code, errors) == (0, [])
    assert "left behind: []" in shown


def test_the_window_shows_before_the_engine_is_imported() -> None:
    assert run(NOTHING_HEAVY) == (0, "", [])
