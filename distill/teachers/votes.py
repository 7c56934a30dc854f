"""The file of votes that training reads: JSON lines, a header first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from distill.corpora.reading import damaged, read_corpus_text
from distill.teachers.voting import Vote, VoteSettings
from engine.records.writing import write_file

_FORMAT = 1
_DIGITS = 5


class VoteHeader(BaseModel):
    """First line of a file of votes. `teachers`: version by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = _FORMAT
    knowledge_digest: str
    teachers: dict[str, str]
    settings: VoteSettings
    votes: int


def write_votes(path: Path, header: VoteHeader, votes: Iterable[Vote]) -> None:
    """Write votes; the same votes make the same bytes."""
    lines = [header.model_dump_json(), *(_rounded(vote).model_dump_json() for vote in votes)]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, "".join(f"{line}\n" for line in lines).encode())


def read_votes(path: Path) -> tuple[VoteHeader, dict[str, Vote]]:
    """Read votes, by the id of their pair.

    Raises:
        InputError: the file is missing, cut off or damaged.
    """
    first, *lines = read_corpus_text(path).removesuffix("\n").split("\n")
    try:
        header = VoteHeader.model_validate_json(first)
    except ValidationError as error:
        raise damaged(path, "its first line is no header of votes", 1) from error
    if header.format != _FORMAT:
        raise damaged(path, "it was written by another version", 1)
    votes = {vote.item: vote for vote in _votes(path, lines)}
    if len(votes) != header.votes or len(lines) != header.votes:
        raise damaged(path, "votes are missing or too many")
    return header, votes


def _votes(path: Path, lines: Sequence[str]) -> Iterator[Vote]:
    for number, line in enumerate(lines, start=2):
        try:
            yield Vote.model_validate_json(line)
        except ValidationError as error:
            raise damaged(path, "it is no vote", number) from error


def _rounded(vote: Vote) -> Vote:
    """With few digits, and without labels that round to nothing."""
    parts = {
        axis: {label: round(share, _DIGITS) for label, share in given.items() if round(share, _DIGITS) > 0.0}
        for axis, given in (("severity", vote.severity), ("direction", vote.direction), ("mechanism", vote.mechanism))
    }
    numbers = {"entropy": round(vote.entropy, _DIGITS), "disagreement": round(vote.disagreement, _DIGITS)}
    return vote.model_copy(update=parts | numbers)
