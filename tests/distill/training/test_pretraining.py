"""Pre-training on a base made here: what is hidden, that it learns and goes on after a stop, and that a reader starts from it.

Skipped where the training libraries are not installed (`make setup-distill`).
"""

import gzip
import json
import random
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("accelerate")

import torch
from safetensors.torch import load_file, save_file

from distill.training.guessing import Vocabulary, hide, vocabulary_of
from distill.training.pretraining import TextRow, rows_of, run_pretraining
from distill.training.reader_model import reader_from_base
from distill.training.running import CHECKPOINT, Step
from distill.training.settings import PretrainingSettings, Run, pretrained_on
from distill.training.stage import MODEL, REPORT
from distill.training.tasks import layout_of
from engine.errors import InputError
from engine.students.encoding import NO_WORD, open_tokenizer
from engine.students.rows import Row

SENTENCES = ("aone raises the level of btwo .", "btwo lowers the level of aone .", "aone with btwo is safe .")
SETTINGS = PretrainingSettings(
    sources=("text",), epochs=30, learning_rate=3e-3, head_learning_rate=3e-3, batch_tokens=256, max_tokens=32
)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with running text."""
    folder = tmp_path_factory.mktemp("texts")
    (folder / "text").mkdir()
    lines = "\n".join(SENTENCES * 20)
    (folder / "text" / "biomedical_sentences.txt.gz").write_bytes(gzip.compress(lines.encode()))
    return folder


def pretrained(run: Run, settings: PretrainingSettings = SETTINGS, stop_after_s: float | None = None) -> tuple[bool, list[Step]]:
    shown: list[Step] = []
    return run_pretraining(settings, run, shown.append, lambda _words: None, stop_after_s), shown


def test_whole_words_are_guessed_and_most_of_them_are_hidden() -> None:
    words = (NO_WORD, 0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, NO_WORD)
    ids = tuple(range(100, 100 + len(words)))
    passage = TextRow(Row(ids, tuple(range(len(ids))), (0,) * len(ids)), words)
    order, fates = random.Random(1), Counter[str]()
    for _time in range(2000):
        shown = hide(passage, 0.15, Vocabulary(4, (7,)), order)
        guessed = {words[place] for place in shown.guessed}
        assert len(guessed) == 2
        assert set(shown.guessed) == {place for place, word in enumerate(words) if word in guessed}
        assert all(shown.row.ids[place] == ids[place] for place in range(len(ids)) if place not in shown.guessed)
        assert shown.row.positions == passage.row.positions
        for word in guessed:
            pieces = {shown.row.ids[place] for place in shown.guessed if words[place] == word}
            fates["hidden" if pieces == {4} else "replaced" if pieces == {7} else "left"] += 1
    assert 0.77 < fates["hidden"] / 4000 < 0.83
    assert 0.08 < fates["replaced"] / 4000 < 0.12


def test_long_texts_are_divided_and_only_words_of_the_texts_replace(base: Path, texts: Path) -> None:
    tokenizer = open_tokenizer(base / "tokenizer.json")
    assert len(rows_of("text", texts, tokenizer, 32)) == 60
    short = rows_of("text", texts, tokenizer, 5)
    assert all(len(one.row.ids) <= 5 for one in short)
    assert sum(len(one.row.ids) - 2 for one in short) == 20 * sum(len(text.split()) for text in SENTENCES)
    vocabulary = vocabulary_of(short, tokenizer)
    assert vocabulary.mask == tokenizer.token_to_id("[MASK]")
    assert set(vocabulary.others) == {tokenizer.token_to_id(word) for text in SENTENCES for word in text.split()}


def test_it_learns_stops_goes_on_and_gives_a_base(
    base: Path, texts: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = Run(base, tmp_path / "made", texts, checkpoint_s=0.05)
    rounds = 0
    while not (told := pretrained(run, stop_after_s=0.05))[0]:
        rounds += 1
        assert rounds < 500
    assert rounds >= 1
    # Five content words and eight in all: a guess by frequency costs about 2.
    assert told[1][-1].loss < 1.5
    report = json.loads((run.stages / REPORT).read_text(encoding="utf-8"))
    assert report["step"] == report["steps"]
    assert {path.name for path in run.stages.iterdir()} == {"config.json", MODEL, "tokenizer.json", "pretraining.json", REPORT}
    before, after = load_file(base / MODEL), load_file(run.stages / MODEL)
    assert {name: value.shape for name, value in before.items()} == {name: value.shape for name, value in after.items()}
    changed = "embeddings.word_embeddings.weight"
    assert not torch.equal(before[changed], after[changed])
    capfd.readouterr()
    reader = reader_from_base(run.stages, layout_of(("ddi",)))
    assert torch.equal(reader.encoder.state_dict()[changed], after[changed])
    assert capfd.readouterr() == ("", "")
    assert pretrained_on(run.stages) == ("text",)
    assert pretrained_on(base) == ()
    assert pretrained(run) == (True, [])
    with pytest.raises(InputError, match="other settings"):
        pretrained(run, SETTINGS.model_copy(update={"seed": 5}))
    with pytest.raises(InputError, match="already"):
        pretrained(Run(run.stages, tmp_path / "again", texts))


def test_a_base_without_all_weights_is_refused(base: Path, tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((base / name).read_bytes())
    with pytest.raises(InputError, match="that can be read"):
        reader_from_base(tmp_path, layout_of(("ddi",)))
    weights = load_file(base / MODEL)
    del weights["embeddings.word_embeddings.weight"]
    save_file(weights, tmp_path / MODEL, {"format": "pt"})
    with pytest.raises(InputError, match="lacks weights"):
        reader_from_base(tmp_path, layout_of(("ddi",)))


def test_what_cannot_be_learned_is_one_sentence(base: Path, texts: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no longer a number"):
        pretrained(
            Run(base, tmp_path / "a", texts), SETTINGS.model_copy(update={"learning_rate": 1e30, "head_learning_rate": 1e30})
        )
    with pytest.raises(InputError, match="nothing to learn"):
        pretrained(Run(base, tmp_path / "c", texts), SETTINGS.model_copy(update={"shares": {"text": 0.0}}))
    assert not pretrained(Run(base, tmp_path / "d", texts), stop_after_s=1e-9)[0]
    tensors = load_file(tmp_path / "d" / CHECKPOINT)
    tensors["model.bias"] = tensors.pop("model.guess.bias")
    save_file(tensors, tmp_path / "d" / CHECKPOINT)
    with pytest.raises(InputError, match="of another version"):
        pretrained(Run(base, tmp_path / "d", texts))
    with pytest.raises(InputError, match="missing"):
        pretrained(Run(base, tmp_path / "b", texts), SETTINGS.model_copy(update={"sources": ("pubmedqa",)}))
    if not torch.cuda.is_available():
        with pytest.raises(InputError, match="no GPU"):
            pretrained(Run(base, tmp_path / "d", texts, device="cuda"))
