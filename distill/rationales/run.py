"""From the knowledge to the items that students of pairs learn from: pairs, the teachers' votes, rationales.

Run again it goes on where it was stopped; what is finished is kept. Where the file of items lies in the folder already (made on
another machine), nothing is made anew. No training library is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import PairCorpus, PairSplit, describe, read_pairs
from distill.rationales.building import build_items
from distill.rationales.items import ItemFile, read_items, write_items
from distill.teachers.judging import Opener
from distill.teachers.panel import REPORT, VOTES, Labelling, VotingSettings, make_votes, panel_of
from distill.teachers.protocol import Judgement
from distill.teachers.run_file import judgements_of
from distill.teachers.votes import VoteHeader, read_votes
from distill.teachers.voting import Vote
from engine.cancellation import Progress
from engine.errors import InputError
from engine.knowledge.store import KnowledgeStore

ITEMS = "items.jsonl.gz"


@dataclass(frozen=True)
class PairRun:
    """Where a run works. `knowledge`: folder of the compiled store. `out`: its own folder. `workers`: processes that label. Store
    and pairs are read when they are first asked for, once."""

    knowledge: Path
    out: Path
    workers: int = 1

    def __post_init__(self) -> None:
        """Raises InputError where nobody would label: that is said before the pairs are read."""
        if self.workers < 1:
            raise InputError("Labelling needs one worker or more.")

    @property
    def votes(self) -> Path:
        """Folder of the teachers' judgements, votes and report."""
        return self.out / "votes"

    @cached_property
    def store(self) -> KnowledgeStore:
        """The knowledge. Raises ResourceError where it is missing or damaged."""
        return KnowledgeStore(self.knowledge)

    @cached_property
    def corpus(self) -> PairCorpus:
        """The pairs of the knowledge, in about half a minute."""
        return read_pairs(self.store)


@dataclass(frozen=True, slots=True)
class Taught:
    """What the teachers say of the training pairs: their votes by the id of the pair, and their judgements."""

    votes: Mapping[str, Vote]
    judgements: tuple[Judgement, ...]


def teach(
    run: PairRun,
    note: Callable[[str], None],
    language_teachers: Sequence[Opener] = (),
    ray_address: str = "",
    over: Callable[[], bool] | None = None,
) -> Path | None:
    """Have the teachers judge all training pairs and vote; the path of the report on them, None where the time was over before
    the end: what was judged is kept.

    `language_teachers`: large models beside the teachers that run here. `over`: whether no time is left.

    Raises:
        InputError: a file of the folder cannot be used, or a teacher cannot be asked.
        ResourceError: the knowledge is missing or damaged.
    """
    settings = VotingSettings()
    note("pairs from the knowledge")
    for line in describe(run.corpus):
        note(line)

    def show(split: PairSplit, at: Progress) -> None:
        if at.done % max(1, at.total // 10) == 0 or at.done == at.total:
            note(f"teachers, {split}: {at.done} of {at.total} pairs")

    labelling = Labelling(run.store, run.corpus, run.votes, show, run.workers, ray_address, over)
    panel = (*panel_of(run.store, run.knowledge, run.corpus, settings), *language_teachers)
    return None if make_votes(labelling, panel, settings) is None else run.votes / REPORT


def items_of(run: PairRun, note: Callable[[str], None], over: Callable[[], bool] | None = None) -> ItemFile | None:
    """The items of a run: read where they lie in its folder, made from knowledge and votes where not. None where the time was
    over before they were made (`over`: whether it is).

    Raises:
        InputError: a file of the folder cannot be used.
        ResourceError: the knowledge is missing or damaged.
    """
    path = run.out / ITEMS
    if not path.exists():
        if over is not None and over():
            return None
        if not (run.votes / VOTES).exists() and teach(run, note, over=over) is None:
            return None
        taught = taught_by(run)
        note("items from pairs, votes and rationales")
        write_items(path, build_items(run.store, run.corpus, taught.votes, judgements=taught.judgements))
    return read_items(path)


def votes_of(run: PairRun) -> tuple[VoteHeader, dict[str, Vote]]:
    """The votes of a run, and how they were made.

    Raises:
        InputError: their file is missing or cannot be used, or belongs to other knowledge.
    """
    header, votes = read_votes(run.votes / VOTES)
    if header.knowledge_digest != run.store.digest:
        raise InputError(f"The votes in '{run.votes}' belong to other knowledge: delete that folder, and they are made again.")
    return header, votes


def taught_by(run: PairRun) -> Taught:
    """What the teachers of a run say.

    Raises:
        InputError: a file of the votes is missing or cannot be used, or belongs to other knowledge.
    """
    _header, votes = votes_of(run)
    said = judgements_of(run.votes / "train.run", PairInputs(run.store).items(run.corpus.records("train")))
    return Taught(votes, tuple(one for given in said.values() for one in given))


def teachers_of(run: PairRun) -> tuple[str, ...]:
    """Names and versions of the teachers that voted, as the votes of the run name them."""
    path = run.votes / VOTES
    if not path.exists():
        return ()
    header, _votes = read_votes(path)
    return tuple(f"{name} {version}" for name, version in sorted(header.teachers.items()))


_TEACHERS = {
    "mechanism": "rules on mechanism facts",
    "regulator": "the regulator's record",
    "neighbours": "the most similar documented pairs",
}


def first_line(teachers: Iterable[str]) -> str:
    """Who labelled a student, in words: the first line of its card, and on screen."""
    named = [_TEACHERS.get(one.split(" ")[0], one) for one in teachers]
    if not named:
        return "Labelled by the regulator's record alone; no large language model took part."
    listed = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    # Only teachers that run here without a model are known by these words.
    none = "; no large language model took part." if all(one.split(" ")[0] in _TEACHERS for one in teachers) else "."
    return f"Labelled by {listed}{none}"
