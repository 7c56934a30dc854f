"""The 86 types as one command: what is measured on them becomes a page. Needs torch and RDKit.

Research only: nothing that is written here goes into a student that ships, and no vote takes it in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from distill.corpora.interaction_types import TypedCorpus, describe_types, read_interaction_types
from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import PairSplit
from distill.evaluation.types86 import evaluate_types, research_lines, types_lines
from distill.rationales.run import PairRun, votes_of
from distill.teachers.fingerprints import fingerprints_of
from distill.teachers.panel import VOTES, WEIGHED_ON, Said
from distill.teachers.run_file import judgements_of
from distill.teachers.structure import StructureSettings, train_structure
from distill.teachers.structure_teacher import StructureTeacher
from distill.teachers.type_outcomes import drugbank_codes
from engine.cancellation import Progress
from engine.errors import InputError
from engine.records.writing import write_file

PAGE = "types86.md"
TYPES, VOCABULARY = "drugbank-ddi-types", "drugbank/drugbank_vocabulary.csv"
_RESEARCH = "For research alone: nothing of this is part of the application or of a student that ships."


def write_types(
    data: Path, out: Path, note: Callable[[str], None], settings: StructureSettings | None = None, run: PairRun | None = None
) -> Path:
    """Measure all methods on the types and write the page; its path. `data`: folder of the corpora. `run`: of the teachers, to
    say what the structure network would add to their vote.

    Raises:
        InputError: a file is missing or damaged, or the run has no votes.
    """
    asked = settings or StructureSettings()
    teachers = {} if run is None else _teachers_of(run)
    corpus = read_interaction_types(data / TYPES)

    def show(name: str, at: Progress) -> None:
        note(f"{name} splits: {at.done} of {at.total} epochs")

    lines = ["# The 86 types", "", _RESEARCH, ""]
    lines += ["```", *describe_types(corpus), "```", ""]
    lines += types_lines(evaluate_types(corpus, asked, show))
    if run is not None:
        lines += ["", "## Beside the teachers", "", *_beside_the_teachers(corpus, run, data / VOCABULARY, asked, show, teachers)]
    out.mkdir(parents=True, exist_ok=True)
    write_file(out / PAGE, "".join(f"{line}\n" for line in lines).encode())
    return out / PAGE


def _teachers_of(run: PairRun) -> Mapping[str, str]:
    """Names and versions of the teachers that voted in a run."""
    if not (run.votes / VOTES).is_file():
        raise InputError(f"The run '{run.out}' has no votes of teachers: `coprescribe-distill teach` makes them.")
    header, _votes = votes_of(run)
    return header.teachers


def _beside_the_teachers(
    corpus: TypedCorpus,
    run: PairRun,
    vocabulary: Path,
    settings: StructureSettings,
    show: Callable[[str, Progress], None],
    teachers: Mapping[str, str],
) -> Iterator[str]:
    """What the teachers said of the pairs that they are weighed by, with what the network says of them."""
    codes = drugbank_codes(run.store, vocabulary)
    types = len(corpus.descriptions)
    prints = fingerprints_of(corpus.smiles)
    network = train_structure(prints, corpus.splits["train"], types, settings, lambda at: show("official", at))
    teacher = StructureTeacher(network, codes, corpus.descriptions)
    said: dict[PairSplit, Said] = {}
    for split in WEIGHED_ON:
        items = list(PairInputs(run.store).items(run.corpus.records(split)))
        kept = judgements_of(run.votes / f"{split}.run", items)
        said[split] = {
            item.id: [*(one for one in kept[item.id] if (one.teacher, one.version) in teachers.items()), teacher.judge(item)]
            for item in items
        }
    yield from research_lines(run.corpus, said)
