"""The teachers that run here without a large model, and from what they say to votes, boundary cases and a report.

Teachers are made and measured on training pairs, weighed on development pairs, and asked about all training pairs. Every step is
the same for the same knowledge; what was asked before is taken from the run files in the folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import PairCorpus, PairSplit
from distill.teachers.boundary import boundary_cases, boundary_counts, boundary_csv
from distill.teachers.judging import Opener
from distill.teachers.labelling import label
from distill.teachers.mechanism import MechanismTeacher, Sureness, measure_sureness
from distill.teachers.neighbours import NeighbourSettings, NeighbourTeacher
from distill.teachers.protocol import Judgement, PairItem, Teacher
from distill.teachers.regulator import regulator_of
from distill.teachers.run_file import judgements_of
from distill.teachers.votes import VoteHeader, write_votes
from distill.teachers.votes_report import agreement_lines, agreements, entropy_lines, rejection_lines, weight_lines
from distill.teachers.voting import Vote, VoteSettings, fitted_weights, vote_of, with_regulator
from engine.cancellation import Progress
from engine.knowledge.store import KnowledgeStore
from engine.records.writing import write_file

VOTES, BOUNDARY, REPORT = "votes.jsonl", "boundary.csv", "teachers.md"
# Splits on which the teachers are weighed.
WEIGHED_ON: tuple[PairSplit, ...] = ("development", "development_cold")
Said = Mapping[str, Sequence[Judgement]]
Show = Callable[[PairSplit, Progress], None]


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


@dataclass(frozen=True, slots=True)
class Labelling:
    """Asks teachers about pairs of a corpus. `folder`: of the run files, one for each split. `workers`: processes, or actors on
    the Ray cluster at `ray_address`. `over`: whether no time is left, for a run that has to stop."""

    store: KnowledgeStore
    corpus: PairCorpus
    folder: Path
    show: Show
    workers: int = 1
    ray_address: str = ""
    over: Callable[[], bool] | None = None

    def items(self, split: PairSplit) -> list[PairItem]:
        """The pairs of a split as teachers get them."""
        return list(PairInputs(self.store).items(self.corpus.records(split)))

    def said(self, split: PairSplit, openers: Sequence[Opener]) -> Said | None:
        """What the teachers say of all pairs of a split, by the pair's id; None where the time was over before all were asked
        about: what they said is kept.

        Raises:
            InputError: the run file cannot be used.
        """
        items, run = self.items(split), self.folder / f"{split}.run"
        with closing(label(items, openers, run, self.workers, self.ray_address)) as asking:
            for progress in asking:
                self.show(split, progress)
                if progress.done < progress.total and self.over is not None and self.over():
                    return None
        versions = set(_versions(openers).items())
        # A run file also keeps what teachers of other versions said.
        found = judgements_of(run, items)
        return {item: [one for one in given if (one.teacher, one.version) in versions] for item, given in found.items()}


def panel_of(store: KnowledgeStore, knowledge: Path, corpus: PairCorpus, settings: VotingSettings) -> tuple[Opener, ...]:
    """The teachers that may be asked about any pair, made from the training pairs.

    `knowledge`: folder of the compiled store, which other processes open for themselves.
    """
    inputs = PairInputs(store)
    pairs = [(inputs.item(record), record.label) for record in corpus.records("train")]
    return MechanismOpener(knowledge, measure_sureness(store, pairs)), Ready(NeighbourTeacher(pairs, settings.neighbours))


def weights_of(corpus: PairCorpus, said: Mapping[PairSplit, Said], settings: VotingSettings) -> VoteSettings:
    """Weights: of the record as set, of the other teachers as fitted on what they say of the development pairs.

    Of those with seen and of those with unseen substances: among seen ones alone, a teacher that only looks at like pairs is
    nearly always the best, and a student must do without.
    """
    pairs = [(record.label, said[split][record.id]) for split in WEIGHED_ON for record in corpus.records(split)]
    return VoteSettings(weights=with_regulator(fitted_weights(pairs), settings.regulator_share))


def make_votes(
    labelling: Labelling, panel: Sequence[Opener], settings: VotingSettings, measured: Sequence[PairSplit] = ()
) -> dict[str, Vote] | None:
    """Ask the panel and the record about all training pairs; write votes, boundary cases and a report into the folder.

    `measured`: further splits on which the panel is compared with the record, which is never asked about a test. Stopped or
    killed, the same call goes on. The votes come back by the pair's id; None where the time was over before all were asked about.

    Raises:
        InputError: a file of the folder cannot be used.
    """
    corpus, folder = labelling.corpus, labelling.folder
    folder.mkdir(parents=True, exist_ok=True)
    without_record: dict[PairSplit, Said] = {}
    for split in dict.fromkeys((*WEIGHED_ON, *measured)):
        given = labelling.said(split, panel)
        if given is None:
            return None
        without_record[split] = given
    weights = weights_of(corpus, without_record, settings)
    openers: tuple[Opener, ...] = (*panel, Ready(regulator_of(corpus)))
    said = labelling.said("train", openers)
    if said is None:
        return None
    votes = {item: vote_of(item, given, weights) for item, given in sorted(said.items())}
    header = VoteHeader(knowledge_digest=corpus.knowledge_digest, teachers=_versions(openers), settings=weights, votes=len(votes))
    write_votes(folder / VOTES, header, votes.values())
    cases = boundary_cases(labelling.items("train"), votes, said)
    write_file(folder / BOUNDARY, boundary_csv(cases).encode())
    compared = {split: agreements(corpus.records(split), given, weights) for split, given in without_record.items()}
    lines = [
        *("# Teachers and their vote", "", "Weights:", "", *weight_lines(weights), ""),
        *("Agreement with the record, which takes no part here:", "", *agreement_lines(compared), ""),
        *("Votes on training pairs, the record among the voters:", "", *entropy_lines(votes.values()), ""),
        *rejection_lines(one for given in said.values() for one in given),
        "",
        "Boundary cases: " + ", ".join(f"{reason} {count}" for reason, count in boundary_counts(cases).items()) + ".",
    ]
    write_file(folder / REPORT, "".join(f"{line}\n" for line in lines).encode())
    return votes


def _versions(openers: Sequence[Opener]) -> dict[str, str]:
    teachers = [opener() for opener in openers]
    return {teacher.name: teacher.version for teacher in teachers}
