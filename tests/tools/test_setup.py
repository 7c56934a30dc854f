"""`tools/setup.sh` builds the knowledge when anything that it is made of changed, or when it is not what was built."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "setup.sh"
# Everything but the calls at the end: the functions alone, with a pipeline program of our own.
RUN = f"""
set -euo pipefail
eval "$(sed '/^command -v python3/,$d; /^cd /d' '{SCRIPT}')"
build_knowledge
"""
PROGRAM = """#!/usr/bin/env bash
echo built >>built.log
mkdir -p resources/compiled
echo store >resources/compiled/knowledge.sqlite
echo manifest >resources/compiled/manifest.json
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("resources/knowledge/names.tsv", "distill/knowledge/build.py", "engine/prescriptions/terms.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text("first", encoding="utf-8")
    program = tmp_path / ".venv" / "bin" / "coprescribe-distill"
    program.parent.mkdir(parents=True)
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(0o755)
    return tmp_path


def builds(checkout: Path) -> int:
    """How often the knowledge has been built after one more set-up."""
    done = subprocess.run(["/bin/bash", "-c", RUN], cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return len((checkout / "built.log").read_text(encoding="utf-8").splitlines())


def test_a_second_run_builds_nothing(checkout: Path) -> None:
    assert [builds(checkout), builds(checkout)] == [1, 1]


@pytest.mark.parametrize(
    "name",
    [
        *("resources/knowledge/names.tsv", "distill/knowledge/build.py", "engine/prescriptions/terms.py"),
        *("resources/compiled/knowledge.sqlite", "resources/compiled/manifest.json"),
    ],
)
def test_what_changed_is_built_anew(checkout: Path, name: str) -> None:
    assert builds(checkout) == 1
    (checkout / name).write_text("second", encoding="utf-8")
    assert [builds(checkout), builds(checkout)] == [2, 2]


@pytest.mark.parametrize("name", ["knowledge.sqlite", "manifest.json"])
def test_a_missing_file_is_built_anew(checkout: Path, name: str) -> None:
    assert builds(checkout) == 1
    (checkout / "resources" / "compiled" / name).unlink()
    assert builds(checkout) == 2
