"""Votes for all training pairs: teachers made and measured on training pairs, weighed on development pairs, asked, and counted.

Every step is the same for the same knowledge; what was asked before is taken from the run files in the folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import PairCorpus, PairSplit
from distill.corpora.reading import damaged, read_corpus_text
from distill.teachers.judging import Opener
from distill.teachers.labelling import label
from distill.teachers.mechanism import MechanismTeacher, Sureness, measure_sureness
from distill.teachers.neighbours import NeighbourSettings, NeighbourTeacher
from distill.teachers.protocol import Judgement, Teacher
from distill.teachers.regulator import regulator_of
from distill.teachers.run_file import judgements_of
from distill.teachers.voting import Vote, VoteSettings, fitted_weights, vote_of, with_regulator
from engine.cancellation import Progress
from engine.knowledge.store import KnowledgeStore

_FORMAT = 1
_DIGITS = 5


class VotingSettings(BaseModel):
    """How votes are made.

    `regulator_share`: weight of the documented record beside all other teachers together. 1 is the same as no vote.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    regulator_share: float = Field(default=0.7, ge=0.0, le=1.0)
    neighbours: NeighbourSettings = NeighbourSettings()


@dataclass(frozen=True, slots=True)
class Ready:
    """An opener of a teacher that is plain data, and goes to other processes as it is."""

    teacher: Teacher

    def __call__(self) -> Teacher:
        """The teacher."""
        return self.teacher


@dataclass(frozen=True, slots=True)
class MechanismOpener:
    """Opens the mechanism teacher over the compiled knowledge in a folder, in whichever process it is needed."""

    knowledge: Path
    sureness: Sureness

    def __call__(self) -> MechanismTeacher:
        """Open it.

        Raises:
            ResourceError: the knowledge is missing or damaged.
        """
        return MechanismTeacher(KnowledgeStore(self.knowledge), self.sureness)


class VoteHeader(BaseModel):
    """First line of a file of votes. `teachers`: version by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = _FORMAT
    knowledge_digest: str
    teachers: dict[str, str]
    settings: VoteSettings
    votes: int


@dataclass(frozen=True, slots=True)
class Panel:
    """The teachers that run here without a large model, made from training pairs. Openers are to be called in any process."""

    mechanism: MechanismOpener
    neighbours: NeighbourTeacher

    def openers(self) -> tuple[Opener, ...]:
        """Those that may be asked about any pair."""
        return self.mechanism, Ready(self.neighbours)


def panel_of(store: KnowledgeStore, knowledge: Path, corpus: PairCorpus, settings: VotingSettings) -> Panel:
    """Make the teachers from the training pairs. `knowledge`: folder of the compiled store, for other processes."""
    inputs = PairInputs(store)
    pairs = [(inputs.item(record), record.label) for record in corpus.records("train")]
    return Panel(MechanismOpener(knowledge, measure_sureness(store, pairs)), NeighbourTeacher(pairs, settings.neighbours))


Judged = dict[str, list[Judgement]]


def judged(
    store: KnowledgeStore,
    corpus: PairCorpus,
    splits: Sequence[PairSplit],
    openers: Sequence[Opener],
    run: Path,
    workers: int,
    show: Callable[[Progress], None],
) -> Judged:
    """What the teachers say of all pairs of some splits, by the pair's id. `run`: file of the labelling run.

    Raises:
        InputError: the run file cannot be used.
    """
    items = list(PairInputs(store).items(corpus.records(*splits)))
    for progress in label(items, openers, run, workers):
        show(progress)
    versions = {(teacher.name, teacher.version) for teacher in (opener() for opener in openers)}
    # A run file also keeps what teachers of other versions said.
    return {
        item: [one for one in said if (one.teacher, one.version) in versions] for item, said in judgements_of(run, items).items()
    }


def weights_of(corpus: PairCorpus, said: Mapping[str, Sequence[Judgement]], settings: VotingSettings) -> VoteSettings:
    """Weights: of the record as set, of the other teachers as fitted on what they say of the development pairs."""
    pairs = [(record.label, said[record.id]) for record in corpus.records("development")]
    return VoteSettings(weights=with_regulator(fitted_weights(pairs), settings.regulator_share))


def votes_of(
    store: KnowledgeStore,
    corpus: PairCorpus,
    panel: Panel,
    weights: VoteSettings,
    folder: Path,
    workers: int,
    show: Callable[[Progress], None],
) -> tuple[dict[str, Vote], Judged]:
    """Votes of all training pairs, by id, with what each teacher said. The record takes part; pairs of tests are never asked.

    Raises:
        InputError: the run file cannot be used.
    """
    openers: tuple[Opener, ...] = (*panel.openers(), Ready(regulator_of(corpus)))
    said = judged(store, corpus, ("train",), openers, folder / "train.run", workers, show)
    return {item: vote_of(item, found, weights) for item, found in sorted(said.items())}, said


def write_votes(path: Path, header: VoteHeader, votes: Iterable[Vote]) -> None:
    """Write votes as JSON lines, a header first; the same votes make the same bytes."""
    lines = [header.model_dump_json(), *(_rounded(vote).model_dump_json() for vote in votes)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


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
