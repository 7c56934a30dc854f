"""A build that cannot be written is a sentence, and what was there before still serves."""

import shutil
from pathlib import Path

import pytest

from distill.knowledge.build import build
from engine.errors import ResourceError
from engine.installation import find_installation
from engine.knowledge.store import KnowledgeStore


def test_a_folder_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    place = tmp_path / "compiled"
    place.write_text("a file", encoding="utf-8")
    with pytest.raises(ResourceError, match="cannot be written") as fault:
        build(find_installation().knowledge_tables, place)
    assert fault.value.sentence.endswith(".")


def test_a_full_disk_leaves_the_older_store(resources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = Path(shutil.copytree(resources / "compiled", tmp_path / "compiled"))

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ResourceError, match=r"compiled': There is no room left on the disk\.$"):
        build(find_installation().knowledge_tables, compiled)
    assert {path.name for path in compiled.iterdir()} == {"knowledge.sqlite", "manifest.json"}
    assert KnowledgeStore(compiled).version
