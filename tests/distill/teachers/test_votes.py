"""The file of votes: read as written, and damage told in words."""

from collections.abc import Callable
from pathlib import Path

import pytest

from distill.teachers.votes import VoteHeader, read_votes, write_votes
from distill.teachers.voting import Vote, VoteSettings, vote_of
from engine.errors import InputError
from engine.reasoning.language import AXES

SETTINGS = VoteSettings(weights={"regulator": dict.fromkeys(AXES, 1.0)})
VOTES = [vote_of(f"pair-{number}", [], SETTINGS) for number in range(3)]


def written(path: Path, votes: list[Vote] = VOTES) -> VoteHeader:
    header = VoteHeader(knowledge_digest="x", teachers={"regulator": "1"}, settings=SETTINGS, votes=len(votes))
    write_votes(path, header, votes)
    return header


def test_votes_are_read_as_written(tmp_path: Path) -> None:
    header = written(tmp_path / "votes.jsonl")
    again, votes = read_votes(tmp_path / "votes.jsonl")
    assert again == header
    assert list(votes) == ["pair-0", "pair-1", "pair-2"]
    assert votes["pair-0"].severity == pytest.approx(VOTES[0].severity)


def test_labels_that_round_to_nothing_are_left_out(tmp_path: Path) -> None:
    vote = VOTES[0].model_copy(update={"severity": {"major": 1.0 - 1e-9, "minor": 1e-9}})
    written(tmp_path / "votes.jsonl", [vote])
    assert read_votes(tmp_path / "votes.jsonl")[1]["pair-0"].severity == {"major": 1.0}


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: "", "no header"),
        (lambda text: text.replace('"format":1', '"format":7'), "another version"),
        (lambda text: text[:-50], "line 4 is damaged"),
        (lambda text: text.split("\n")[0] + "\n", "missing or too many"),
        (lambda text: text.replace("pair-1", "pair-0"), "missing or too many"),
    ],
)
def test_a_damaged_file_is_told_in_words(damage: Callable[[str], str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "votes.jsonl"
    written(path)
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_votes(path)


def test_a_missing_file_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing"):
        read_votes(tmp_path / "none.jsonl")
