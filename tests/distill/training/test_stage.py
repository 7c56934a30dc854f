"""A stage with a base made here: it learns, stops and goes on as if it had not, and a student learns from a teacher.

Skipped where the training libraries are not installed (`make setup-distill`).
"""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("accelerate")

import torch
from safetensors.torch import load_file, save_file

from distill.evaluation.judging import judged
from distill.export.student import heads_of
from distill.training.answering import answering_of
from distill.training.examples import marker_ids
from distill.training.loop import Training
from distill.training.reader_model import Inputs, empty_reader, encoder_of, reader_from_base, states_of
from distill.training.running import CHECKPOINT, Step
from distill.training.settings import Run, StageSettings, read_settings
from distill.training.stage import (
    MODEL,
    REPORT,
    SETTINGS,
    accelerator_of,
    finished_reader,
    material_of,
    run_stage,
    write_finished,
)
from distill.training.tasks import layout_of, task_of
from distill.training.teaching import ANSWERS
from engine.errors import InputError
from engine.students.encoding import open_tokenizer
from engine.students.rows import TEXT_GROUP


def settings_of(**changes: object) -> StageSettings:
    given: dict[str, object] = {
        "sources": ("ddi",),
        "epochs": 12,
        "learning_rate": 3e-3,
        "head_learning_rate": 3e-3,
        "batch_tokens": 256,
        "max_tokens": 32,
        "mask_rows": 0.3,
        "mask_share": 0.05,
    }
    return StageSettings.model_validate(given | changes)


def run_of(base: Path, data: Path, stages: Path) -> Run:
    return Run(base, stages, data, checkpoint_s=0.05)


def trained(name: str, settings: StageSettings, run: Run, stop_after_s: float | None = None) -> bool:
    return run_stage(name, settings, run, lambda _step: None, lambda _words: None, stop_after_s)


def ddi_f1(folder: Path, data: Path) -> tuple[float, float]:
    """Micro-F1 of relations and strict F1 of names on the test part."""
    tokenizer = open_tokenizer(folder / "tokenizer.json")
    layout = layout_of(read_settings(folder / SETTINGS).sources)
    heads = [head for head in heads_of(layout, tokenizer) if head.name in ("ddi", "drug-names")]
    figures = judged(answering_of(finished_reader(folder)), heads, tokenizer, settings_of(), data)
    return figures["ddi"]["micro_f1"], figures["drug-names"]["f1"]


def test_a_stage_learns_and_a_stopped_one_goes_on(base: Path, data: Path, tmp_path: Path) -> None:
    # Long enough that a fast machine is stopped as well.
    settings, run = settings_of(epochs=60), run_of(base, data, tmp_path)
    assert trained("whole", settings, run)
    relations, names = ddi_f1(tmp_path / "whole", data)
    assert relations > 0.95
    assert names > 0.95
    rounds, told_s = 0, 0.0
    while not trained("parts", settings, run, stop_after_s=0.2):
        rounds += 1
        assert rounds < 500
        # A run that was killed wrote no report: the time is the checkpoint's.
        report = tmp_path / "parts" / REPORT
        assert json.loads(report.read_text(encoding="utf-8"))["seconds"] >= round(told_s + 0.2, 1)
        told_s = json.loads(report.read_text(encoding="utf-8"))["seconds"]
        report.unlink()
    assert rounds >= 1
    # Dropout draws anew after a stop; everything else is the same, so the two are near and both have learnt.
    whole, parts = (load_file(tmp_path / name / MODEL) for name in ("whole", "parts"))
    assert whole.keys() == parts.keys()
    assert ddi_f1(tmp_path / "parts", data)[0] > 0.95
    reports = [json.loads((tmp_path / name / REPORT).read_text(encoding="utf-8")) for name in ("whole", "parts")]
    assert reports[0]["steps"] == reports[1]["steps"] == reports[1]["step"]
    with pytest.raises(InputError, match="other settings"):
        trained("whole", settings_of(seed=5), run)


def test_a_student_learns_from_its_teachers(base: Path, data: Path, tmp_path: Path) -> None:
    run = run_of(base, data, tmp_path)
    assert trained("one", settings_of(), run)
    assert trained("other", settings_of(seed=1), run)
    # No true label counts: what it knows it has from its teachers.
    taught = settings_of(teachers=("one", "other"), hard_weight=0.0, soft_weight=1.0, feature_weight=0.5, seed=3)
    assert trained("student", taught, run)
    assert ddi_f1(tmp_path / "student", data)[0] > 0.95
    # They read sentences, so that they are asked nothing of passages.
    with pytest.raises(InputError, match="say nothing of passages"):
        trained("unheard", taught.model_copy(update={"passages": True}), run)
    assert trained("heard", taught.model_copy(update={"passages": True, "hard_weight": 1e-9}), run)
    assert ddi_f1(tmp_path / "heard", data)[0] > 0.95
    with pytest.raises(InputError, match="not finished"):
        finished_reader(tmp_path / "nothing")


def test_a_teacher_is_asked_of_texts_as_it_learned_them(base: Path, data: Path, tmp_path: Path) -> None:
    run = run_of(base, data, tmp_path)
    assert trained("start", settings_of(epochs=1, markers_seen=True), run)
    assert trained("seeing", settings_of(epochs=1, markers_seen=True, start="start"), run)
    assert trained("blind", settings_of(epochs=1, start="start"), run)
    taught = settings_of(epochs=1, markers_seen=True, soft_weight=1.0, teachers=("both",))
    for name, parts in (("both", ("start", "seeing")), ("half", ("seeing", "blind"))):
        assert trained(name, StageSettings(mean_of=parts, sources=("ddi",), max_tokens=32, batch_tokens=256), run)
    assert trained("student", taught, run)
    with pytest.raises(InputError, match="The teacher 'half' did not learn, in all its parts"):
        trained("other", taught.model_copy(update={"teachers": ("start", "half")}), run)


def test_a_mean_has_the_mean_of_the_weights_and_answers_as_its_parts(base: Path, data: Path, tmp_path: Path) -> None:
    run = run_of(base, data, tmp_path)
    assert trained("start", settings_of(epochs=8), run)
    assert trained("one", settings_of(start="start", seed=1, epochs=2), run)
    assert trained("other", settings_of(start="start", seed=2, epochs=2), run)
    mean = StageSettings(mean_of=("one", "other"), sources=("ddi",), max_tokens=32, batch_tokens=256)
    assert trained("mean", mean, run)
    one, other, made = (load_file(tmp_path / name / MODEL) for name in ("one", "other", "mean"))
    assert any(not torch.equal(one[name], other[name]) for name in one)
    for name, value in made.items():
        torch.testing.assert_close(value, (one[name] + other[name]) / 2)
    assert ddi_f1(tmp_path / "mean", data)[0] > 0.95
    assert json.loads((tmp_path / "mean" / REPORT).read_text(encoding="utf-8"))["steps"] == 0
    assert trained("mean", mean, run)
    wider = mean.model_copy(update={"sources": ("ddi", "ade")})
    with pytest.raises(InputError, match="None of one, other has the head 'ade'"):
        trained("wider", wider, run)
    with pytest.raises(InputError, match="'one' has no head 'chemicals'"):
        trained("named", mean.model_copy(update={"sources": ("ddi", "bc5cdr")}), run)
    # A relation head that one of them has is that one's.
    write_settings(tmp_path / "third", settings_of(sources=("ddi", "ade")))
    write_finished(empty_reader(base, layout_of(("ddi", "ade"))), base, tmp_path / "third")
    assert trained("whole", wider.model_copy(update={"mean_of": ("one", "other", "third")}), run)
    third, whole = (load_file(tmp_path / name / MODEL) for name in ("third", "whole"))
    for name, value in whole.items():
        of_one = "relation_heads.ade" in name
        torch.testing.assert_close(value, third[name] if of_one else (one[name] + other[name] + third[name]) / 3)
    with pytest.raises(InputError, match="learned names from sentences"):
        trained("other-form", mean.model_copy(update={"passages": True}), run)


def write_settings(folder: Path, settings: StageSettings) -> None:
    folder.mkdir()
    (folder / SETTINGS).write_text(settings.model_dump_json(), encoding="utf-8")


def test_names_count_as_much_as_they_are_told_to(base: Path, data: Path, tmp_path: Path) -> None:
    assert trained("unheeded", settings_of(name_weight=1e-9), run_of(base, data, tmp_path))
    relations, names = ddi_f1(tmp_path / "unheeded", data)
    assert relations > 0.95
    assert names < 0.5


@pytest.mark.parametrize("form", [{"batch_tokens": 64}, {"markers_seen": True}], ids=["markers unseen", "markers seen"])
def test_names_are_learned_from_passages(base: Path, data: Path, tmp_path: Path, form: dict[str, object]) -> None:
    settings, run = settings_of(passages=True, epochs=20, **form), run_of(base, data, tmp_path)
    assert trained("passages", settings, run)
    tokenizer = open_tokenizer(tmp_path / "passages" / "tokenizer.json")
    asked = [one.row for one in material_of(settings, data, tokenizer).examples if one.row.pairs]
    assert all((set(row.groups) == {TEXT_GROUP}) is settings.markers_seen for row in asked)
    # Pairs are asked by markers that no text sees, whichever way they were learned.
    heads, answering = heads_of(layout_of(("ddi",)), tokenizer), answering_of(finished_reader(tmp_path / "passages"))
    figures = judged(answering, heads, tokenizer, settings, data)
    assert figures["ddi"]["micro_f1"] > 0.95
    assert figures["drug-names"]["f1"] > 0.95


def test_hidden_words_are_learned_beside_the_tasks_and_leave_nothing_behind(base: Path, data: Path, tmp_path: Path) -> None:
    run, shown = run_of(base, data, tmp_path), list[Step]()
    assert trained("before", settings_of(), run)
    guessing = settings_of(start="before", sources=("ddi", "ddi-text"), guess_weight=1.0, guess_share=0.3)
    rounds = 0
    while not run_stage("after", guessing, run, shown.append, lambda _words: None, 0.03):
        rounds += 1
        assert rounds < 500
    assert rounds >= 1
    # The tasks cost next to nothing by now: the loss, a mean over the steps of a run, is that of the guesses.
    still = guessing.model_copy(update={"learning_rate": 1e-9, "head_learning_rate": 1e-9})
    assert run_stage("still", still, run, shown.append, lambda _words: None)
    assert shown[0].loss < 0.5 * shown[1].loss
    assert trained("unheeded", guessing.model_copy(update={"guess_weight": 1e-9}), run)
    assert ddi_f1(tmp_path / "after", data)[0] > 0.95
    before, after, unheeded = (load_file(tmp_path / name / MODEL) for name in ("before", "after", "unheeded"))
    assert before.keys() == after.keys()
    embedding = "encoder.embeddings.word_embeddings.weight"
    moved = [(weights[embedding] - before[embedding]).norm().item() for weights in (after, unheeded)]
    assert moved[0] > 2 * moved[1]


def test_an_encoder_begins_between_the_base_and_where_it_starts_from(base: Path, data: Path, tmp_path: Path) -> None:
    run, name = run_of(base, data, tmp_path), "encoder.embeddings.word_embeddings.weight"
    assert trained("before", settings_of(), run)
    still = {"learning_rate": 1e-12, "head_learning_rate": 1e-12, "weight_decay": 0.0, "epochs": 1}
    assert trained("between", settings_of(start="before", start_share=0.25, **still), run)
    first = reader_from_base(base, layout_of(("ddi",))).state_dict()
    before, between = (load_file(tmp_path / stage / MODEL) for stage in ("before", "between"))
    torch.testing.assert_close(between[name], 0.25 * before[name] + 0.75 * first[name])
    torch.testing.assert_close(between["name_head.weight"], before["name_head.weight"])


def test_a_head_learns_alone_and_moves_nothing_else(base: Path, data: Path, tmp_path: Path) -> None:
    run = run_of(base, data, tmp_path)
    assert trained("before", settings_of(relation_weight=1e-9), run)
    alone = settings_of(start="before", only_heads=("ddi",), weight_decay=0.0, epochs=30, learning_rate=0.02)
    assert trained("alone", alone, run)
    before, after = (load_file(tmp_path / name / MODEL) for name in ("before", "alone"))
    words, tokenizer = "encoder.embeddings.word_embeddings.weight", open_tokenizer(base / "tokenizer.json")
    moved = (after[words] - before[words]).abs().sum(dim=1)
    assert moved.nonzero().flatten().tolist() == sorted(marker_ids(task_of("ddi"), tokenizer))
    for name, value in before.items():
        if name != words:
            assert torch.equal(after[name], value) is not name.startswith("relation_heads.ddi"), name
    (relations, names), (learned, same) = (ddi_f1(tmp_path / name, data) for name in ("before", "alone"))
    assert learned > max(0.9, relations + 0.1)
    assert same == names
    # Nothing is asked that never learned, and rows are those of the start.
    wider = alone.model_copy(update={"sources": ("ddi", "ebm-nlp")})
    with pytest.raises(InputError, match="'before' has no head 'pico'"):
        trained("wider", wider, run)
    with pytest.raises(InputError, match="rows of another form"):
        trained("passages", alone.model_copy(update={"passages": True}), run)


def test_attention_written_out_says_the_same(base: Path) -> None:
    # Two tokens of text, a pair's two markers that the text doesn't see, and padding.
    inputs = Inputs(
        *(torch.tensor(rows) for rows in ([[1, 5, 6, 7, 0]], [[0, 1, 0, 1, 0]], [[0, 0, 1, 1, -1]], [[0, 2, 3, 0, 1]]))
    )
    one, written_out = encoder_of(base), encoder_of(base, attention_dropout=0.0, written_out=True)
    with torch.inference_mode():
        torch.testing.assert_close(states_of(written_out.eval(), inputs)[:, :4], states_of(one.eval(), inputs)[:, :4])
    dropped = [encoder.config.attention_probs_dropout_prob for encoder in (one, written_out)]
    assert dropped[0] > 0
    assert dropped[1] == 0


def test_a_batch_is_learned_again_with_moved_words_that_then_stand_as_before(
    base: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(adversarial=0.25)
    tokenizer, reader = open_tokenizer(base / "tokenizer.json"), reader_from_base(base, layout_of(("ddi",)))
    material = material_of(settings, data, tokenizer)
    training = Training(reader, material.examples, material.parts, settings, accelerator_of(run_of(base, data, base)))
    words = reader.encoder.get_input_embeddings().weight
    seen: list[tuple[torch.Tensor, torch.Tensor | None, float]] = []
    ask = training._loss

    def noted(places: tuple[int, ...], order: Random) -> tuple[torch.Tensor, int]:
        loss, tokens = ask(places, order)
        seen.append((words.detach().clone(), None if words.grad is None else words.grad.clone(), loss.item()))
        return loss, tokens

    monkeypatch.setattr(training, "_loss", noted)
    reader.eval()  # Without dropout both passes are the same but for the words.
    kept = words.detach().clone()
    training._optimiser.zero_grad()
    places = training._plan[0]
    loss, _tokens = training._loss(places, Random(1))
    training._backward(loss, places, Random(1))
    (first, _none, before), (second, uphill, after) = seen
    assert uphill is not None
    torch.testing.assert_close(second - first, 0.25 * uphill / uphill.norm())
    assert after > before
    torch.testing.assert_close(words.detach(), kept)


def test_it_learns_from_moved_words_too(base: Path, data: Path, tmp_path: Path) -> None:
    assert trained("learned", settings_of(adversarial=0.05), run_of(base, data, tmp_path))
    assert ddi_f1(tmp_path / "learned", data)[0] > 0.95


def test_products_in_bfloat16_learn_as_well_and_are_told(base: Path, data: Path, tmp_path: Path) -> None:
    # In a process of its own: the training library keeps one precision a process.
    (tmp_path / "settings.json").write_text(settings_of().model_dump_json(), encoding="utf-8")
    command = [sys.executable, "-m", "distill.main", "train", "short", str(tmp_path / "settings.json"), "--precision", "bf16"]
    for option, value in (("--base", base), ("--data", data), ("--stages", tmp_path)):
        command += [option, str(value)]
    subprocess.run(command, check=True, capture_output=True)
    assert ddi_f1(tmp_path / "short", data)[0] > 0.95
    assert json.loads((tmp_path / "short" / REPORT).read_text(encoding="utf-8"))["precision"] == "bf16"
    assert {value.dtype for value in load_file(tmp_path / "short" / MODEL).values()} == {torch.float32}
    assert trained("whole", settings_of(), run_of(base, data, tmp_path))
    short, whole = (load_file(tmp_path / name / MODEL)["name_head.weight"] for name in ("short", "whole"))
    assert not torch.equal(short, whole)


# peft still asks transformers by an old name.
@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_adapters_learn_and_are_added_into_the_weights(base: Path, data: Path, tmp_path: Path) -> None:
    pytest.importorskip("peft")
    run = run_of(base, data, tmp_path)
    guessing = {"sources": ("ddi", "ddi-text"), "guess_weight": 0.1}
    assert trained("lora", settings_of(lora_rank=8, epochs=20, **guessing), run)
    assert trained("full", settings_of(epochs=1), run)
    assert load_file(tmp_path / "lora" / MODEL).keys() == load_file(tmp_path / "full" / MODEL).keys()
    assert ddi_f1(tmp_path / "lora", data)[0] > 0.9


def test_a_teacher_without_the_heads_of_its_student_is_refused(base: Path, data: Path, tmp_path: Path) -> None:
    run = run_of(base, data, tmp_path)
    assert trained("one", settings_of(epochs=1), run)
    (tmp_path / "corpus").mkdir()
    strange = settings_of(sources=("ddi", "ade"), teachers=("one",), soft_weight=1.0)
    with pytest.raises(InputError):
        trained("student", strange, run)


def test_a_stopped_stage_does_not_go_on_with_other_rows(base: Path, data: Path, tmp_path: Path) -> None:
    changed = tmp_path / "data"
    shutil.copytree(data, changed)
    stages = tmp_path / "stages"
    assert not trained("one", settings_of(), run_of(base, changed, stages), stop_after_s=1e-9)
    archive = changed / "ddi-corpus" / "DDICorpus-2013.zip"
    with zipfile.ZipFile(archive) as kept:
        files = {name: kept.read(name).replace(b'ddi="true" type="effect"', b'ddi="true" type="int"') for name in kept.namelist()}
    with zipfile.ZipFile(archive, "w") as relabelled:
        for name, content in files.items():
            relabelled.writestr(name, content)
    with pytest.raises(InputError, match="other rows"):
        trained("one", settings_of(), run_of(base, changed, stages))
    assert trained("one", settings_of(), run_of(base, data, stages))
    assert not (stages / "one" / "rows.sha256").exists()


def test_a_checkpoint_of_several_processes_goes_on_in_one(base: Path, data: Path, tmp_path: Path) -> None:
    run = run_of(base, data, tmp_path)
    assert not trained("one", settings_of(), run, stop_after_s=1e-9)
    path = tmp_path / "one" / CHECKPOINT
    tensors = load_file(path)
    assert (tensors["step"].item(), tensors.pop("processes").item()) == (1, 1)
    # As three processes would have left it after one step, and as it was left before that number was written.
    for processes, expected in ((3, 4), (None, 2)):
        more = {} if processes is None else {"processes": torch.tensor(processes)}
        save_file(tensors | more, path)
        assert not trained("one", settings_of(), run, stop_after_s=1e-9)
        assert load_file(path)["step"].item() == expected


def test_answers_to_other_sentences_are_not_taken(base: Path, data: Path, tmp_path: Path) -> None:
    run = run_of(base, data, tmp_path)
    assert trained("one", settings_of(epochs=1), run)
    taught = settings_of(teachers=("one",), soft_weight=1.0)
    assert not trained("student", taught, run, stop_after_s=0.01)
    path = tmp_path / "student" / ANSWERS
    kept = load_file(path)
    save_file(kept | {"examples": kept["examples"].flip(0)}, path)
    with pytest.raises(InputError, match="answers to other sentences"):
        trained("student", taught, run)
    save_file(kept | {"teachers": kept["teachers"].flip(0)}, path)
    with pytest.raises(InputError, match="answers of other teachers"):
        trained("student", taught, run)
    save_file(kept, path)
    assert trained("student", taught, run)


def test_a_teacher_that_reads_other_tokens_is_refused(base: Path, data: Path, tmp_path: Path) -> None:
    run = run_of(base, data, tmp_path)
    assert trained("one", settings_of(epochs=1), run)
    path = tmp_path / "one" / "tokenizer.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"aone"', '"athree"'), encoding="utf-8")
    for strange in (settings_of(teachers=("one",), soft_weight=1.0), settings_of(start="one")):
        with pytest.raises(InputError, match="another vocabulary"):
            trained(f"student-{strange.start}", strange, run)
