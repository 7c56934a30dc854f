"""Settings are kept whole, set back only where they are bad, and never lose what a newer version wrote."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from engine.errors import ResourceError
from engine.settings import Settings, Values, migrated, read_settings, usable, write_settings

OTHER = Settings(font_percent=150, theme="dark", units="us", names="usan", least_severity="major", show_inferred=False)


def backups(path: Path) -> list[Path]:
    """Copies beside a settings file."""
    return sorted(path.parent.glob("*.backup-*"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "Einstellungen für mich" / "settings.json"


def test_no_file_is_the_defaults(path: Path) -> None:
    assert read_settings(path) == (Settings(), ())
    assert not path.parent.exists()


def test_what_was_written_is_read(path: Path) -> None:
    write_settings(path, OTHER)
    assert read_settings(path) == (OTHER, ())
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == 1
    write_settings(path, Settings())
    assert read_settings(path) == (Settings(), ())
    assert [each.name for each in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("bad", [79, 201, 100.0, "100", True, None])
def test_a_bad_value_resets_only_itself(path: Path, bad: object) -> None:
    path.parent.mkdir()
    text = json.dumps({"version": 1, "font_percent": bad, "theme": "dark"})
    path.write_text(text, encoding="utf-8")
    found, said = read_settings(path)
    assert found == Settings(theme="dark")
    assert said == ("The setting “font_percent” could not be used and was set back to “100”.",)
    write_settings(path, found)
    assert [each.read_text(encoding="utf-8") for each in backups(path)] == [text]
    assert read_settings(path) == (found, ())


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b"null", b"[" * 100_000, b'"' + b"x" * 1_100_000])
def test_a_broken_file_is_kept_beside(path: Path, text: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(text)
    found, said = read_settings(path)
    assert found == Settings()
    assert len(said) == 1
    assert "damaged" in said[0]
    assert path.read_bytes() == text
    write_settings(path, OTHER)
    assert read_settings(path) == (OTHER, ())
    assert len(backups(path)) == 1
    if len(text) < 1_000_000:
        assert backups(path)[0].read_bytes() == text


def test_backups_do_not_pile_up(path: Path) -> None:
    path.parent.mkdir()
    for number in range(20):
        path.write_text(f"broken {number}", encoding="utf-8")
        write_settings(path, Settings())
    assert len(backups(path)) == 9
    assert backups(path)[-1].read_text(encoding="utf-8") == "broken 19"


def test_a_newer_version_loses_nothing(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"version": 7, "theme": "dark", "units": "furlongs", "moon": {"phase": 3}}', encoding="utf-8")
    found, said = read_settings(path)
    assert found == Settings(theme="dark")
    assert "“units” could not be used" in said[0]
    assert "newer version" in said[1]
    write_settings(path, OTHER)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["version"] == 7
    assert kept["moon"] == {"phase": 3}
    assert read_settings(path)[0] == OTHER
    assert "furlongs" in backups(path)[0].read_text(encoding="utf-8")


def test_a_file_without_a_version_is_brought_up_with_a_backup(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"theme": "light"}', encoding="utf-8")
    assert read_settings(path) == (Settings(theme="light"), ())
    write_settings(path, Settings(theme="light"))
    assert [each.read_text(encoding="utf-8") for each in backups(path)] == ['{"theme": "light"}']


def test_every_step_of_the_chain_is_taken() -> None:
    def percent(values: Values) -> Values:
        return {"font_percent": values.pop("scale"), **values}

    def coloured(values: Values) -> Values:
        return {**values, "theme": "dark"}

    chain = {0: percent, 1: coloured}
    assert migrated({"scale": 150, "a": 1}, 0, chain) == {"font_percent": 150, "theme": "dark", "a": 1}
    assert migrated({"font_percent": 120}, 1, chain) == {"font_percent": 120, "theme": "dark"}
    assert migrated({"x": 1}, 2, chain) == {"x": 1}


def test_a_full_or_closed_disk_is_one_sentence_and_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_settings(path, OTHER)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ResourceError, match=r"there is no room left on the disk; nothing was changed\.$"):
        write_settings(path, Settings())
    assert read_settings(path) == (OTHER, ())
    assert [each.name for each in path.parent.iterdir()] == ["settings.json"]


def test_a_folder_in_the_place_of_the_file_is_one_sentence(tmp_path: Path) -> None:
    found, said = read_settings(tmp_path)
    assert found == Settings()
    assert "cannot be read" in said[0]
    with pytest.raises(ResourceError):
        write_settings(tmp_path, Settings())


@profile(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["version", "font_percent", "theme", "units", "x"]), st.none() | st.integers() | st.text())
)
def test_any_file_gives_usable_settings(tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]) -> None:
    path = tmp_path_factory.mktemp("any") / "settings.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    found, _said = read_settings(path)
    assert all(usable(name, getattr(found, name)) for name in ("font_percent", "theme", "units", "names", "notice_seen"))
    write_settings(path, found)
    assert read_settings(path)[0] == found
