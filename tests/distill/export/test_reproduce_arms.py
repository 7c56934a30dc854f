"""The arms of the ablation from items to students, with a tiny reasoner over a small corpus.

Skipped where the training libraries or llama.cpp are not installed.
"""

import json
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("accelerate")
pytest.importorskip("onnx")
pytest.importorskip("gguf")
pytest.importorskip("llama_cpp")

from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from distill.corpora.pair_labels import universe_of
from distill.corpora.pairs import PairCorpus, read_pairs
from distill.evaluation.pair_report_ablation import arm_trainings
from distill.evaluation.pair_report_students import label_first
from distill.export import gguf_student
from distill.export.arms import REFERENCE, students_of_run
from distill.export.gguf_student import check_size, licence_of
from distill.export.labeller import PairOrigin
from distill.export.reproduce_arms import reproduce_arms
from distill.export.reproduce_pairs import NamedBase, PairStudent, Telling, origin_of, reproduce_reasoner
from distill.rationales.building import ItemSettings, build_items
from distill.rationales.items import ItemFile, read_items, write_items
from distill.rationales.run import PairRun, taught_by
from distill.teachers.panel import Labelling, VotingSettings, make_votes, panel_of
from distill.training.reasoner_settings import Phase, ReasonerSettings, Shape
from distill.training.refinement import RefinementSettings
from distill.training.settings import Run
from engine.application import Application
from engine.errors import InputError
from engine.students.opening import open_reasoner

SETTINGS = ReasonerSettings(
    shape=Shape(hidden=64, feed_forward=64, layers=1, heads=2, context_tokens=320),
    phases=(Phase(epochs=1),),
    steps=2,
    batch_tokens=320,
    validations=1,
    validation_items=4,
)
ITEMS = ItemSettings(synthetic=4, strengths=4, most_measured=6)


@dataclass
class Exported:
    """What would be exported."""

    origins: dict[str, PairOrigin] = field(default_factory=dict)
    files: dict[str, ItemFile] = field(default_factory=dict)


@pytest.fixture(scope="module")
def corpus(application: Application) -> PairCorpus:
    return read_pairs(application.store, among=universe_of(application.store)[::20])


@pytest.fixture(scope="module")
def finished(application: Application, corpus: PairCorpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with votes and items, as `reproduce reasoner` leaves it."""
    folder, settings = tmp_path_factory.mktemp("run"), VotingSettings()
    labelling = Labelling(application.store, corpus, folder / "votes", lambda _split, _at: None)
    make_votes(labelling, panel_of(application.store, application.installation.compiled, corpus, settings), settings)
    run = PairRun(application.installation.compiled, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("distill.rationales.run.read_pairs", lambda _store: corpus)
        said = taught_by(run)
        write_items(folder / "items.jsonl.gz", build_items(run.store, corpus, said.votes, ITEMS, said.judgements))
    return folder


@pytest.fixture
def made(application: Application, corpus: PairCorpus, finished: Path, monkeypatch: pytest.MonkeyPatch) -> PairStudent:
    monkeypatch.setattr("distill.rationales.run.read_pairs", lambda _store: corpus)
    run = PairRun(application.installation.compiled, finished)
    return PairStudent(run, Run(Path(), finished, Path(), "cpu", 1), "7", "2026-11-21")


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Exported:
    """In place of an export: what is given to it."""
    found = Exported()

    def export(
        trained: Path, file: ItemFile, _store: object, _corpus: object, origin: PairOrigin, folder: Path, *_rest: object
    ) -> Path:
        found.files[trained.parent.name], found.origins[trained.parent.name] = file, origin
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}", encoding="utf-8")
        return folder / "card.md"

    monkeypatch.setattr(gguf_student, "export_reasoner", export)
    return found


def telling(notes: list[str]) -> Telling:
    return Telling(lambda _step: None, notes.append)


def test_each_arm_learns_from_its_own_items_for_as_many_steps(made: PairStudent, exported: Exported) -> None:
    notes: list[str] = []
    names = ("without-augmentation", "without voting", REFERENCE.name)
    cards = reproduce_arms(made, SETTINGS, telling(notes), names)
    out = made.pairs.out
    slugs = {REFERENCE.name: REFERENCE.slug, "without voting": "without-voting", "without augmentation": "without-augmentation"}
    assert cards == {name: out / "arms" / slug / "student" / "card.md" for name, slug in slugs.items()}
    assert notes.count("what the teachers say") == 1
    trained = {name: one.told for name, one in arm_trainings(students_of_run(out)).items()}
    assert {one.step for one in trained.values()} == {one.steps for one in trained.values()} == {2}
    # The vote is unsure, the source's label is not, and only the teachers' names are on the cards of those that learned of them.
    assert unsure(exported.files[REFERENCE.slug])
    assert not unsure(exported.files["without-voting"])
    assert exported.origins["without-voting"].first_line.startswith("Labelled by the regulator's record alone")
    assert exported.origins[REFERENCE.slug].teachers
    plain = exported.files["without-augmentation"].split("train")
    assert {item.kind for item in plain} == {"pair"}
    assert not any(item.swapped for item in plain)
    assert exported.files[REFERENCE.slug].items == read_items(out / "items.jsonl.gz").items
    measured = {slug: [item.pair for item in file.items if item.split != "train"] for slug, file in exported.files.items()}
    assert measured["without-voting"] == measured["without-augmentation"] == measured[REFERENCE.slug]
    # Again: nothing is made anew.
    exported.files.clear()
    notes.clear()
    assert reproduce_arms(made, SETTINGS, telling(notes), names) == cards
    assert not exported.files
    assert not [one for one in notes if "items" in one or "export" in one]
    with pytest.raises(InputError, match="other settings"):
        reproduce_arms(made, SETTINGS.model_copy(update={"steps": 3}), telling(notes), names)
    path = out / "arms" / "without-augmentation" / "items.jsonl.gz"
    write_items(path, read_items(out / "items.jsonl.gz"))
    with pytest.raises(InputError, match="made with other settings"):
        reproduce_arms(made, SETTINGS, telling(notes), names)


def unsure(file: ItemFile) -> bool:
    """Whether any pair as it is has a severity of which nobody is sure."""
    return any(max(item.severity.values()) < 0.99 for item in file.split("train") if item.kind == "pair" and not item.swapped)


def test_an_arm_becomes_a_student_that_the_engine_opens_and_the_report_finds(made: PairStudent) -> None:
    cards = reproduce_arms(made, SETTINGS, telling([]), ("rationale first",))
    assert cards is not None
    folder = cards["rationale first"].parent
    assert students_of_run(made.pairs.out)["rationale first"] == folder
    student = open_reasoner(folder)
    assert student.manifest.version == "7"
    assert not label_first(folder)
    settings = json.loads((folder.parent / "training" / "settings.json").read_text(encoding="utf-8"))
    assert (settings["label_first"], settings["steps"]) == (False, 2)


# peft asks transformers in a way that is going to be renamed.
@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_a_student_of_another_base_carries_its_name_and_terms(
    made: PairStudent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, out = tmp_path / "base", tmp_path / "out"
    pieces = Tokenizer(WordLevel({word: place for place, word in enumerate(("?", "inhibitor", "CYP3A4", "strong"))}, "?"))
    pieces.pre_tokenizer = Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=pieces, unk_token="?").save_pretrained(base)
    config = LlamaConfig(
        vocab_size=4,
        hidden_size=64,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=512,
    )
    LlamaForCausalLM(config).save_pretrained(base)
    out.mkdir()
    shutil.copyfile(made.pairs.out / "items.jsonl.gz", out / "items.jsonl.gz")
    run = PairRun(made.pairs.knowledge, out)
    run.__dict__["corpus"] = made.pairs.corpus
    adapted = replace(made, pairs=run, base=NamedBase(base, "Toy Llama 1"))
    settings = SETTINGS.model_copy(update={"lora_rank": 2})
    # As large as a real one would be.
    monkeypatch.setattr("distill.export.gguf_student.LARGEST_BYTES", 1)
    monkeypatch.setattr("distill.export.gguf_card.LARGEST_BYTES", 1)
    cards = reproduce_arms(adapted, settings, telling([]), ("rationale first",))
    assert cards is not None
    manifest = open_reasoner(cards["rationale first"].parent).manifest
    assert manifest.base == "Toy Llama 1, adapted"
    assert manifest.licence == "those of Toy Llama 1, from which it was adapted"
    assert manifest.non_commercial
    card = cards["rationale first"].read_text(encoding="utf-8")
    assert "- Terms: those of Toy Llama 1, from which it was adapted" in card
    assert "- Larger than a reasoner that ships with the program may be" in card
    assert "Apache-2.0" not in card.partition("## Learned from")[0]
    with pytest.raises(InputError, match="larger than"):
        check_size(2, origin_of(made, ()))
    assert licence_of(origin_of(made, ())) == "Apache-2.0"
    with pytest.raises(InputError, match="give both --base"):
        reproduce_reasoner(made, settings, telling([]))


@pytest.mark.parametrize(
    ("names", "settings", "sentence"),
    [
        (("without sense",), SETTINGS, "no such arm"),
        ((), SETTINGS.model_copy(update={"steps": None}), "has to fix it"),
        ((), SETTINGS.model_copy(update={"refinement": RefinementSettings()}), "no refinement round"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    made: PairStudent, names: tuple[str, ...], settings: ReasonerSettings, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        reproduce_arms(made, settings, telling([]), names)


def test_items_that_do_not_say_how_they_were_made_are_refused(made: PairStudent, tmp_path: Path, finished: Path) -> None:
    file = read_items(finished / "items.jsonl.gz")
    write_items(tmp_path / "items.jsonl.gz", ItemFile(file.vocabulary, file.items, file.knowledge_digest))
    other = PairStudent(PairRun(made.pairs.knowledge, tmp_path), made.machine, "7", "2026-11-21")
    with pytest.raises(InputError, match="does not say with which settings"):
        reproduce_arms(other, SETTINGS, telling([]), ("without hints",))


def test_when_the_time_is_over_the_same_command_goes_on(
    made: PairStudent, exported: Exported, tmp_path: Path, finished: Path
) -> None:
    (tmp_path / "items.jsonl.gz").write_bytes((finished / "items.jsonl.gz").read_bytes())
    other = PairStudent(PairRun(made.pairs.knowledge, tmp_path), made.machine, "7", "2026-11-21")
    notes: list[str] = []
    # Neither items nor a training are begun.
    for name in ("without hints", "rationale first"):
        assert reproduce_arms(other, SETTINGS, telling(notes), (name,), stop_after_s=0.0) is None
    assert not (tmp_path / "arms").exists()
    assert reproduce_arms(other, SETTINGS, telling(notes), ("rationale first",), stop_after_s=600.0) is not None
    assert list(exported.files) == ["rationale-first"]
