"""The compiled store refuses what is missing, damaged, mixed or of another format."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.errors import ResourceError
from engine.knowledge.store import MANIFEST_NAME, STORE_NAME, KnowledgeStore


@pytest.fixture
def compiled(resources: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(resources / "compiled", tmp_path / "compiled"))


def test_opens(compiled: Path) -> None:
    store = KnowledgeStore(compiled)
    assert store.count("substances") == len(store.all_substances())


@pytest.mark.parametrize("place", [0, 100, -1])
def test_one_changed_byte_is_refused(compiled: Path, place: int) -> None:
    path = compiled / STORE_NAME
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(ResourceError, match="damaged") as fault:
        KnowledgeStore(compiled)
    assert STORE_NAME in fault.value.sentence


@pytest.mark.parametrize("name", [STORE_NAME, MANIFEST_NAME])
def test_a_missing_file_is_named(compiled: Path, name: str) -> None:
    (compiled / name).unlink()
    with pytest.raises(ResourceError) as fault:
        KnowledgeStore(compiled)
    assert name in fault.value.sentence


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 1}'])
def test_a_broken_manifest_is_refused(compiled: Path, content: str) -> None:
    (compiled / MANIFEST_NAME).write_text(content, encoding="utf-8")
    with pytest.raises(ResourceError):
        KnowledgeStore(compiled)


def test_another_format_is_refused(compiled: Path) -> None:
    path = compiled / MANIFEST_NAME
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, "format": "99"}), encoding="utf-8")
    with pytest.raises(ResourceError, match="format 99"):
        KnowledgeStore(compiled)


def test_the_content_digest_does_not_depend_on_row_order(resources: Path, tmp_path: Path) -> None:
    from distill.knowledge.build import build
    from engine.installation import find_installation

    tables = Path(shutil.copytree(find_installation().knowledge_tables, tmp_path / "tables"))
    names = tables / "names.tsv"
    head, *rows = names.read_text(encoding="utf-8").splitlines()
    names.write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    result = build(tables, tmp_path / "compiled")
    manifest = json.loads((resources / "compiled" / MANIFEST_NAME).read_text(encoding="utf-8"))
    assert result.content_digest == manifest["content_digest"]
    assert result.file_sha256 == manifest["sha256"]


def test_threads_share_a_store(resources: Path) -> None:
    store = KnowledgeStore(resources / "compiled")
    ids = [row.id for row in store.all_substances()][:400]
    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(
            pool.map(lambda one: (store.substance(one).id, len(store.rules_of(one)), store.memberships.get(one)), ids * 4)
        )
    assert [answer[0] for answer in answers] == ids * 4
    assert answers[: len(ids)] == answers[-len(ids) :]
