"""Damaged word tables end in a sentence that names the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.application import Application
from engine.errors import ResourceError
from engine.installation import Installation
from engine.reading.lexicon import Lexicon
from engine.reading.tables import read_table


def damaged(application: Application, folder: Path, table: str, content: bytes) -> Lexicon:
    """A lexicon whose table holds this."""
    shutil.copytree(application.installation.resources / "reading", folder / "reading")
    (folder / "reading" / f"{table}.tsv").write_bytes(content)
    return Lexicon(Installation(folder), application.store)


@pytest.mark.parametrize(
    "content", [b"", b"other\n", b"words\trole\tmechanism\nx\n", b"words\trole\tmechanism\nx\t\t-\n", b"\xff\xfe"]
)
def test_a_damaged_table(application: Application, tmp_path: Path, content: bytes) -> None:
    lexicon = damaged(application, tmp_path, "cues", content)
    with pytest.raises(ResourceError, match=r"cues\.tsv"):
        lexicon.cues.at(["increases"], 0)


def test_a_role_that_nobody_knows(application: Application, tmp_path: Path) -> None:
    lexicon = damaged(application, tmp_path, "cues", b"words\trole\tmechanism\nsideways\tsideways\t-\n")
    with pytest.raises(ResourceError, match="role"):
        lexicon.cues.at(["increases"], 0)


def test_a_group_with_a_member_that_the_knowledge_does_not_hold(application: Application, tmp_path: Path) -> None:
    lexicon = damaged(application, tmp_path, "groups", b"name\tmembers\nstatin\t@statins;atorvastatinum\n")
    with pytest.raises(ResourceError, match=r"groups\.tsv.*atorvastatinum"):
        lexicon.groups.named("statin")


def test_a_missing_table(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="missing"):
        list(read_table(tmp_path / "none.tsv", ("a",)))


def test_the_tables_of_this_checkout_are_made_once(application: Application) -> None:
    lexicon = application.lexicon
    assert lexicon.names is lexicon.names
    assert lexicon.cues is lexicon.cues
    assert "the" in lexicon.common_words
    assert {"hydrochloride", "sodium"} <= lexicon.salts
    assert application.named("usan").lexicon is lexicon
