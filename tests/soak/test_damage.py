"""Damaged, mixed, missing and moved knowledge: one sentence each time, or the very same answers."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.application import Application, open_application
from engine.errors import ResourceError
from engine.knowledge.store import MANIFEST_NAME, STORE_NAME

pytestmark = pytest.mark.soak

Note = Callable[[str], None]
LIST = "simvastatin 40 mg nocte\nclarithromycin 500 mg bd\nwarfarin 5 mg od\naspirin 75 mg od\nxyzolumab"
STORE_SAMPLES = 200
TRUNCATIONS = 40
NAMES = ("with space and ünïcödé 药", "'quote\" & <b>", "percent %41 #x?y", "line\nbreak", "🧪", "-dash", "a" * 200)


@pytest.fixture
def copy(resources: Path, tmp_path: Path) -> Path:
    """A resources folder that may be harmed."""
    return Path(shutil.copytree(resources, tmp_path / "resources"))


@pytest.fixture(scope="module")
def wanted(application: Application) -> str:
    """What the list gives with whole knowledge."""
    return application.check(LIST).model_dump_json()


def assert_refused(folder: Path) -> None:
    with pytest.raises(ResourceError) as fault:
        open_application(folder).check(LIST)
    sentence = fault.value.sentence
    assert sentence
    assert "Traceback" not in sentence
    assert sentence.rstrip().endswith(".")


def harmed(content: bytes, chance: random.Random, samples: int) -> Iterator[tuple[str, bytes]]:
    """(what was done, content) for single bytes changed and for truncations."""
    places = chance.sample(range(len(content)), min(samples, len(content)))
    for place in places:
        value = chance.choice([content[place] ^ (1 << chance.randrange(8)), 0, 255, 10])
        if value != content[place]:
            yield f"byte {place} is {value}", content[:place] + bytes([value]) + content[place + 1 :]
    for length in (0, 1, 15, 16, 100, len(content) - 1, *(chance.randrange(len(content)) for _ in range(TRUNCATIONS))):
        yield f"cut to {length}", content[:length]
    yield "doubled", content * 2
    yield "one byte more", content + b"\0"


def test_damaged_store(copy: Path, chance: random.Random, note: Note) -> None:
    path = copy / "compiled" / STORE_NAME
    count = 0
    for what, content in harmed(path.read_bytes(), chance, STORE_SAMPLES):
        path.write_bytes(content)
        print(what)
        assert_refused(copy)
        count += 1
    note(f"{count} damages refused")


def test_damaged_manifest(copy: Path, chance: random.Random, note: Note, wanted: str) -> None:
    """Every byte counts but for white space: a changed version or digest would stand in every report as provenance."""
    path = copy / "compiled" / MANIFEST_NAME
    whole = path.read_bytes()
    meant = json.loads(whole)
    count, harmless = 0, 0
    for what, content in harmed(whole, chance, len(whole)):
        path.write_bytes(content)
        print(what)
        try:
            same = json.loads(content) == meant
        except ValueError:
            same = False
        if same:
            assert open_application(copy).check(LIST).model_dump_json() == wanted
            harmless += 1
        else:
            assert_refused(copy)
            count += 1
    note(f"{count} damages refused, {harmless} changed nothing")


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe{}", b"null", b"1e999", b'"x"', b"\x00" * 1_000]
)
def test_odd_manifest(copy: Path, content: bytes) -> None:
    (copy / "compiled" / MANIFEST_NAME).write_bytes(content)
    assert_refused(copy)


def test_manifest_of_another_store(copy: Path) -> None:
    path = copy / "compiled" / MANIFEST_NAME
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for key in manifest:
        values: tuple[object, ...] = ("0" * 64, "", None, 1, [], {"a": 1}, "x" * 10_000)
        for value in values:
            path.write_text(json.dumps({**manifest, key: value}), encoding="utf-8")
            assert_refused(copy)
        path.write_text(json.dumps({name: value for name, value in manifest.items() if name != key}), encoding="utf-8")
        assert_refused(copy)


@pytest.mark.parametrize("name", [f"compiled/{STORE_NAME}", f"compiled/{MANIFEST_NAME}", "intended_use.txt", "compiled"])
def test_missing_or_wrong_kind(copy: Path, name: str) -> None:
    path = copy / name
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    assert_refused(copy)
    path.mkdir()
    assert_refused(copy)
    path.rmdir()
    path.symlink_to(copy / "itself")
    assert_refused(copy)


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\xff"])
def test_emptied_notice(copy: Path, content: bytes) -> None:
    (copy / "intended_use.txt").write_bytes(content)
    assert_refused(copy)


def test_read_only_resources(copy: Path, wanted: str) -> None:
    paths = [copy, *copy.rglob("*")]
    before = {path: path.stat().st_mtime_ns for path in paths}
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert open_application(copy).check(LIST).model_dump_json() == wanted
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert {path: path.stat().st_mtime_ns for path in [copy, *copy.rglob("*")]} == before


@pytest.mark.parametrize("name", NAMES)
def test_any_path_serves(copy: Path, tmp_path: Path, name: str, wanted: str) -> None:
    place = tmp_path / name
    copy.rename(place)
    assert open_application(place).check(LIST).model_dump_json() == wanted


def test_a_very_long_path(copy: Path, tmp_path: Path, wanted: str) -> None:
    place = tmp_path
    while len(os.fsencode(place)) < 3_500:
        place = place / ("folder " + "ä" * 60)
    place.mkdir(parents=True)
    shutil.move(str(copy), place / "resources")
    assert open_application(place / "resources").check(LIST).model_dump_json() == wanted
    for hopeless in (place / "y" / ("x" * 250) / ("x" * 250) / ("x" * 250), tmp_path / ("z" * 300)):
        with pytest.raises(ResourceError):
            open_application(hopeless)


def test_replaced_while_open(copy: Path, wanted: str) -> None:
    opened = open_application(copy)
    compiled = copy / "compiled"
    (compiled / STORE_NAME).write_bytes(b"\0" * 4096)
    assert opened.check(LIST).model_dump_json() == wanted
    (compiled / MANIFEST_NAME).replace(compiled / STORE_NAME)
    assert opened.check(LIST).model_dump_json() == wanted
    shutil.rmtree(copy)
    assert opened.check(LIST).model_dump_json() == wanted
