"""A finished reasoner as a student folder: the smallest GGUF that loses nothing measurable, temperatures from unseen medicines,
figures of every split by the file that ships, manifest and card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pairs import PairCorpus, PairSplit
from distill.evaluation.reader import Figures
from distill.evaluation.reasoner import AskedPair, asked_pairs, fitted_temperatures, reasoner_label_figures, step_counts
from distill.export.gguf_card import LARGEST_BYTES, reasoner_card, temperature_words
from distill.export.gguf_file import ARCHITECTURE, write_gguf
from distill.export.gguf_parity import Greedy, check_tokenizer, hard_texts, same_greedily
from distill.export.gguf_quantise import HALF, TYPES, Answered, Difference, difference, quantise, said_by, smallest
from distill.export.gguf_running import GgufRunner
from distill.export.gguf_writing import GgufWriting
from distill.export.labeller import CALIBRATED_ON, PairOrigin, check_knowledge
from distill.export.student import CARD, TOKENIZER, file_of, write_manifest
from distill.rationales.holding_out import learned_from
from distill.rationales.items import ItemFile
from distill.training.reasoner_model import open_reasoner
from distill.training.reasoner_settings import ReasonerSettings
from distill.training.reasoner_tokens import domain_ids
from distill.training.recipes import read_named
from distill.training.stage import REPORT, SETTINGS
from engine.errors import InputError
from engine.knowledge.store import KnowledgeStore
from engine.records.writing import write_file
from engine.students.manifest import ReasonerManifest
from engine.students.temperatures import Temperatures, unlearned

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL = "model.gguf"
MEASURED: tuple[PairSplit, ...] = ("development", "warm", "s1", "s2")
_COMPARED, _GREEDY = 200, 60
_LICENCE = "Apache-2.0"


@dataclass(frozen=True, slots=True)
class Compared:
    """How the files were compared. `texts`: how many have the same tokens; `greedy`: the half-precision file with PyTorch."""

    texts: int
    greedy: Greedy
    differences: tuple[Difference, ...]
    form: str


def export_reasoner(
    trained: Path,
    file: ItemFile,
    store: KnowledgeStore,
    corpus: PairCorpus,
    origin: PairOrigin,
    folder: Path,
    note: Callable[[str], None],
    most_pairs: int = 4000,
) -> Path:
    """Write the student folder of a finished reasoner; the path of its card. `most_pairs`: of each split that are asked.

    Raises:
        InputError: the training is not finished, its knowledge is another, or the file is not the student that was trained.
    """
    if file.knowledge_digest != store.digest:
        raise InputError("The items were made from another knowledge than the one at hand.")
    tokenizer = open_reasoner(trained)[1]
    check_knowledge(trained, file)
    compared, path = compare_files(trained, file, tokenizer, note)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, folder / MODEL)
    shutil.copyfile(trained / TOKENIZER, folder / TOKENIZER)
    check_size((folder / MODEL).stat().st_size, origin)
    settings = read_named("reasoner", str(trained / SETTINGS), ReasonerSettings)
    pairs = _Pairs(store, PairInputs(store), corpus, file, most_pairs)
    with _written_by(folder / MODEL, tokenizer, settings) as writing:
        temperatures, figures = measured(writing, pairs, note)
    report = json.loads((trained / REPORT).read_text(encoding="utf-8"))
    manifest = ReasonerManifest(
        name="reasoner",
        kind="reasoner",
        version=origin.version,
        created=origin.created,
        files={name: file_of(folder / name) for name in (MODEL, TOKENIZER)},
        base=f"{origin.base}, adapted" if origin.base else "none: trained from nothing",
        licence=licence_of(origin),
        # Nobody here knows the terms of another base: the most careful reading holds.
        non_commercial=bool(origin.base),
        data=origin.data,
        teachers=origin.teachers,
        knowledge_digest=file.knowledge_digest,
        figures={f"{split}/{name}": round(value, 6) for split, part in figures.items() for name, value in part.items()},
        first_line=origin.first_line,
        context_tokens=settings.shape.context_tokens,
        temperatures=dict(temperatures.known),
        unseen_temperatures=dict(temperatures.unseen),
        learned=tuple(sorted(temperatures.learned)),
        undirected=temperatures.undirected,
        architecture=ARCHITECTURE,
        parameters=report["parameters"],
    )
    card = reasoner_card(manifest, figures, report, settings, compared)
    write_file(folder / CARD, card.encode())
    write_manifest(folder, manifest)
    return folder / CARD


def check_size(size_bytes: int, origin: PairOrigin) -> None:
    """See that a file can ship. What is adapted from an existing model stays with whoever adapted it, and has no such bound.

    Raises:
        InputError: it is too large.
    """
    if not origin.base and size_bytes > LARGEST_BYTES:
        raise InputError(f"The file of the reasoner is larger than {LARGEST_BYTES // 1_000_000} MB.")


def licence_of(origin: PairOrigin) -> str:
    """The terms of a student: weights of an existing model keep that model's."""
    return f"those of {origin.base}, from which it was adapted" if origin.base else _LICENCE


def compare_files(trained: Path, file: ItemFile, tokenizer: Tokenizer, note: Callable[[str], None]) -> tuple[Compared, Path]:
    """Write all forms beside the training, compare them, and choose; what was found, and the path of the chosen one.

    Raises:
        InputError: the half-precision file is not the student that was trained.
    """
    half = trained / f"{HALF}.gguf"
    write_gguf(trained, half, "reasoner")
    rows = answered_rows(file, tokenizer)
    texts = hard_texts(file.vocabulary)
    runner = GgufRunner(half, 64)
    try:
        check_tokenizer(runner, tokenizer, texts)
    finally:
        runner.close()
    prompts = [row.prompt for row in rows[:_GREEDY]]
    greedy = same_greedily(half, open_reasoner(trained)[0], tokenizer, prompts)
    note(f"{len(texts)} texts have the same tokens; {greedy.same} of {greedy.prompts} answers are the same at half precision")
    if greedy.same + greedy.ties < greedy.prompts:
        raise InputError(f"The GGUF file answers {greedy.prompts - greedy.same} of {greedy.prompts} prompts unlike PyTorch.")
    reference = said_by(half, rows)
    differences = [difference(HALF, half, reference, rows)]
    for form in TYPES:
        path = trained / f"{form}.gguf"
        quantise(half, path, form)
        differences.append(difference(form, path, reference, rows))
        note(f"{form}: {differences[-1].divergence:.1e} nats, {100 * differences[-1].same:.2f} % the same")
    form = smallest(differences)
    return Compared(len(texts), greedy, tuple(differences), form), trained / f"{form}.gguf"


def answered_rows(file: ItemFile, tokenizer: Tokenizer) -> list[Answered]:
    """Development prompts with an answer each, from all over them."""
    ids, items = domain_ids(tokenizer), file.measured("development")
    spread = items[:: max(1, len(items) // _COMPARED)]
    return [Answered(tuple(ids[one] for one in item.prompt), tuple(ids[one] for one in item.answer)) for item in spread]


@dataclass(frozen=True, slots=True)
class _Writing:
    """What writes: the file, its tokens, and whether the label stands first."""

    runner: GgufRunner
    ids: Mapping[str, int]
    label_first: bool

    def answers(self, *, label_alone: bool = False) -> GgufWriting:
        """Whole answers, or labels alone."""
        return GgufWriting(self.runner, self.ids, label_first=self.label_first, label_alone=label_alone)


@contextmanager
def _written_by(path: Path, tokenizer: Tokenizer, settings: ReasonerSettings) -> Iterator[_Writing]:
    runner = GgufRunner(path, settings.shape.context_tokens)
    try:
        yield _Writing(runner, domain_ids(tokenizer), settings.label_first)
    finally:
        runner.close()


@dataclass(frozen=True, slots=True)
class _Pairs:
    """What is asked: pairs that stand in the file of items, of each split at most so many."""

    store: KnowledgeStore
    inputs: PairInputs
    corpus: PairCorpus
    file: ItemFile
    most: int

    def asked(self, writing: GgufWriting, split: PairSplit) -> tuple[AskedPair, ...]:
        """What was written about pairs from all over a split, as others are measured by them too."""
        known = {item.pair for item in self.file.measured(split)}
        records = [record for record in self.corpus.splits[split] if record.id in known]
        return asked_pairs(writing, records[:: max(1, -(-len(records) // self.most))], self.inputs)

    def of_two_unlearned(self, writing: GgufWriting, learned: Collection[str]) -> tuple[AskedPair, ...]:
        """What was written about every pair of development whose medicines were both never learned from: they are few."""
        records = [one for split in CALIBRATED_ON for one in self.corpus.splits[split]]
        return asked_pairs(writing, [one for one in records if unlearned((one.first, one.second), learned) == 2], self.inputs)


def measured(writing: _Writing, pairs: _Pairs, note: Callable[[str], None]) -> tuple[Temperatures, dict[str, Figures]]:
    """Temperatures, and the figures of every split."""
    learned = frozenset(learned_from(pairs.corpus))
    labels = writing.answers(label_alone=True)
    asked: dict[int, list[AskedPair]] = {0: [], 1: [], 2: list(pairs.of_two_unlearned(labels, learned))}
    answered = {split: pairs.asked(writing.answers(), split) for split in MEASURED}
    for split in CALIBRATED_ON:
        for one in answered.get(split) or pairs.asked(labels, split):
            unmet = unlearned(one.facts.substances, learned)
            if unmet < 2:
                asked[unmet].append(one)
    temperatures = fitted_temperatures(asked, learned)
    note(f"temperatures: {temperature_words(temperatures)}; by {', '.join(str(len(one)) for one in asked.values())} pairs")
    figures: dict[str, Figures] = {}
    for split, several in answered.items():
        figures[split] = reasoner_label_figures(several, temperatures) | step_counts(several, pairs.store).figures()
        note(f"{split}: severity macro-F1 {100 * figures[split]['severity_macro_f1']:.1f}")
    return temperatures, figures
