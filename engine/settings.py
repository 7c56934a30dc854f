"""What a person has chosen about the program: typed, versioned, and kept as one JSON file.

A broken file or a bad value resets only what is bad, says so, and leaves a backup of the file before it is rewritten. A file of
a newer version is used as far as it is understood, and what is not understood stays in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from engine.errors import InputError, ResourceError
from engine.records.writing import write_file

Theme = Literal["system", "light", "dark"]
Units = Literal["si", "us"]
Naming = Literal["inn", "usan", "ban"]
LeastSeverity = Literal["contraindicated", "major", "moderate", "minor", "none"]

SETTINGS_NAME = "settings.json"
SETTINGS_VERSION = 1
LEAST_FONT_PERCENT, MOST_FONT_PERCENT = 80, 200
_MAX_BYTES = 1_000_000
_BACKUPS = 9
Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults; every value is one that the program can use."""

    font_percent: int = 100
    theme: Theme = "system"
    units: Units = "si"
    names: Naming = "inn"
    least_severity: LeastSeverity = "none"
    show_documented: bool = True
    show_inferred: bool = True
    notice_seen: bool = False


_CHOICES: dict[str, tuple[str, ...]] = {
    "theme": get_args(Theme),
    "units": get_args(Units),
    "names": get_args(Naming),
    "least_severity": get_args(LeastSeverity),
}


def _unversioned(values: Values) -> Values:
    """A file without a version holds the same keys as version 1."""
    return values


# From each older version to the next one.
MIGRATIONS: Mapping[int, Callable[[Values], Values]] = {0: _unversioned}


def migrated(values: Values, version: int, chain: Mapping[int, Callable[[Values], Values]] = MIGRATIONS) -> Values:
    """Values of an older version, taken through every step of the chain; `version` itself is not among them.

    Raises:
        KeyError: the chain has no step from a version on the way.
    """
    for step in range(version, max(chain, default=-1) + 1):
        values = chain[step](dict(values))
    return values


def changed(settings: Settings, values: Mapping[str, object]) -> Settings:
    """Settings with other values by name.

    Raises:
        ValueError: a name is not known or a value is not usable.
    """
    if any(name not in _NAMES or not usable(name, value) for name, value in values.items()):
        raise ValueError("not a setting, or not a value for it")
    # Each value has been looked at, which the type of a keyword cannot say.
    make: Callable[..., Settings] = Settings
    return make(**{**asdict(settings), **values})


def usable(name: str, value: object) -> bool:
    """Whether a value can stand for a setting of this name."""
    if name in _CHOICES:
        return isinstance(value, str) and value in _CHOICES[name]
    if name == "font_percent":
        return type(value) is int and LEAST_FONT_PERCENT <= value <= MOST_FONT_PERCENT
    return isinstance(value, bool)


_NAMES = frozenset(field.name for field in fields(Settings))


@dataclass(frozen=True, slots=True)
class _File:
    """A settings file as it lies there: its version and values, and what of it cannot be used."""

    version: int
    values: Values
    faults: tuple[str, ...] = ()


def _parse(text: bytes) -> _File | None:
    try:
        parsed: object = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, dict):
        return None
    values = {str(key): value for key, value in parsed.items()}
    version = values.pop("version", 0)
    # A version that is none says nothing about the other keys, which are looked at one by one anyway.
    number = version if type(version) is int and version >= 0 else 0
    values = migrated(values, number)
    bad = [field.name for field in fields(Settings) if field.name in values and not usable(field.name, values[field.name])]
    return _File(number, values, tuple(bad))


def _contents(path: Path) -> bytes | None:
    """The file's bytes; None where there is no file.

    Raises:
        OSError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None


def read_settings(path: Path) -> tuple[Settings, tuple[str, ...]]:
    """The settings kept at a path, and one sentence for each thing that was set back or could not be read. Writes nothing."""
    try:
        text = _contents(path)
    except OSError as error:
        why = error.strerror or "unknown reason"
        return Settings(), (f"The settings file '{path}' cannot be read ({why}); the defaults are used.",)
    if text is None:
        return Settings(), ()
    file = _parse(text) if len(text) <= _MAX_BYTES else None
    if file is None:
        return Settings(), (f"The settings file '{path}' is damaged; the defaults are used, and a copy of it is kept.",)
    known = _NAMES - set(file.faults)
    settings = changed(Settings(), {name: file.values[name] for name in known & set(file.values)})
    said = [f"The setting “{name}” could not be used and was set back to “{getattr(settings, name)}”." for name in file.faults]
    if file.version > SETTINGS_VERSION:
        said.append("The settings are of a newer version of Coprescribe; what this one does not know is kept as it is.")
    return settings, tuple(said)


def _back_up(path: Path, text: bytes) -> None:
    places = [path.with_name(f"{path.stem}.backup-{number}{path.suffix}") for number in range(1, _BACKUPS + 1)]
    for place in places:
        if place.exists() and place.read_bytes() == text:
            return
    free = next((place for place in places if not place.exists()), places[-1])
    free.write_bytes(text)


def write_settings(path: Path, settings: Settings) -> None:
    """Keep settings at a path: the whole file or none of it. A file that is not plainly of this version is copied before.

    Raises:
        ResourceError: the folder or the disk takes no file; what lay there stays.
    """
    values: Values = {}
    version = SETTINGS_VERSION
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        old = _contents(path)
        if old is not None:
            file = _parse(old) if len(old) <= _MAX_BYTES else None
            if file is None or file.faults or file.version != SETTINGS_VERSION:
                _back_up(path, old)
            if file is not None:
                values, version = file.values, max(version, file.version)
        text = json.dumps({"version": version, **values, **asdict(settings)}, indent=2, ensure_ascii=False) + "\n"
        write_file(path, text.encode("utf-8", errors="backslashreplace"))
    except OSError as error:
        why = error.strerror or "unknown reason"
        raise ResourceError(f"The settings cannot be kept in '{path}': {why}.") from error
    except InputError as error:
        # Nobody typed anything: what is wrong is the place that the program keeps its settings in.
        why = error.sentence[0].lower() + error.sentence[1:]
        raise ResourceError(f"The settings cannot be kept in '{path}': {why}") from error
