"""Further pre-training of a base on text of the field (Gururangan et al., "Don't Stop Pretraining", ACL 2020): words are hidden
and guessed."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from transformers import PreTrainedModel

from distill.corpora.statistics import read_corpus
from distill.training.batches import planned
from distill.training.collating import inputs_of
from distill.training.guessing import Guess, Vocabulary, guess_loss, guessed_of, hide, vocabulary_of
from distill.training.reader_model import Inputs, encoder_of, states_of
from distill.training.running import CHECKPOINT, Loop, Step
from distill.training.settings import PRETRAINING, PretrainingSettings, Run, TextSource, pretrained_on
from distill.training.stage import MODEL, accelerator_of, claim, report_of, write_report
from distill.training.weights import save_weights
from engine.errors import InputError
from engine.students.encoding import encode, make_row, open_tokenizer, row_words, windows
from engine.students.rows import Row

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_CORPORA: dict[TextSource, str] = {"text": "text", "labels": "fda-labels", "pubmedqa": "pubmedqa"}
_COPIED = ("config.json", "tokenizer.json")


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row of text; `words`: number of the word of each token, `NO_WORD` for signs."""

    row: Row
    words: tuple[int, ...]


def rows_of(source: TextSource, data: Path, tokenizer: Tokenizer, max_tokens: int) -> tuple[TextRow, ...]:
    """The training texts of a source as rows; longer ones are divided between words.

    Raises:
        InputError: the corpus is missing or damaged.
    """
    found = []
    for sentence in read_corpus(_CORPORA[source], data).sentences("train"):
        encoded = encode(tokenizer, sentence.text)
        for window in windows(encoded, max_tokens):
            row = make_row(encoded, window)
            found.append(TextRow(row, row_words(encoded, window, row)))
    return tuple(found)


class WordGuesser(nn.Module):
    """An encoder, and a guess of hidden tokens."""

    def __init__(self, encoder: PreTrainedModel, width: int, tokens: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.guess = Guess(width, tokens)

    def forward(self, inputs: Inputs, guessed: Tensor) -> Tensor:
        """Logits (guessed tokens of the batch, vocabulary); `guessed` (rows, tokens)."""
        logits: Tensor = self.guess(states_of(self.encoder, inputs)[guessed], self.encoder.get_input_embeddings().weight)
        return logits


def guesser_from_base(folder: Path, *, written_out: bool = False) -> WordGuesser:
    """A guesser over published weights; only its transform begins anew. `written_out`: see :func:`encoder_of`.

    Raises:
        InputError: the folder holds no encoder, or not all of its weights.
    """
    encoder = encoder_of(folder, written_out=written_out)
    tokens, width = encoder.get_input_embeddings().weight.shape
    return WordGuesser(encoder, width, tokens)


class Pretraining(Loop):
    """Pre-training under way. `parts`: which rows belong to which source."""

    def __init__(
        self,
        guesser: WordGuesser,
        rows: Sequence[TextRow],
        parts: dict[str, range],
        vocabulary: Vocabulary,
        settings: PretrainingSettings,
        accelerator: Accelerator,
    ) -> None:
        self.guesser, self._rows, self._vocabulary, self._share = guesser, rows, vocabulary, settings.mask_share
        plan = list(planned([len(one.row.ids) for one in rows], parts, settings))
        super().__init__(guesser, plan, settings, accelerator)

    def _loss(self, places: tuple[int, ...], order: random.Random) -> tuple[Tensor, int]:
        """What the guesses cost."""
        shown = [hide(self._rows[place], self._share, self._vocabulary, order) for place in places]
        inputs = inputs_of([one.row for one in shown]).to(self._accelerator.device)
        guessed, truth = guessed_of(shown, inputs.ids.shape[1])
        with self._accelerator.autocast():
            logits = self._running(inputs, guessed.to(self._accelerator.device))
        return guess_loss(logits, truth.to(self._accelerator.device)), sum(len(one.row.ids) for one in shown)


def run_pretraining(
    settings: PretrainingSettings,
    run: Run,
    show: Callable[[Step], None],
    note: Callable[[str], None],
    stop_after_s: float | None = None,
) -> bool:
    """Pre-train a base in the folder `run.stages`, or go on; whether it is finished and the folder is a base itself.

    Raises:
        InputError: a corpus, the base or the device is missing, or the folder holds a base that was made with other settings.
    """
    folder, accelerator, started = run.stages, accelerator_of(run), time.monotonic()
    if folder.resolve() == run.base.resolve():
        raise InputError("The new base needs a folder of its own, not that of the base it starts from.")
    if pretrained_on(run.base):
        # What it learned from before would be lost from its settings, and with it the terms of that text.
        raise InputError("The base was pre-trained here already; name all sources in one run that starts from a published base.")
    claim(folder / PRETRAINING, settings, "a base", accelerator)
    if (folder / MODEL).exists():
        return True
    torch.manual_seed(settings.seed)
    tokenizer = open_tokenizer(run.base / "tokenizer.json")
    rows: list[TextRow] = []
    parts: dict[str, range] = {}
    for source in settings.sources:
        found = rows_of(source, run.data, tokenizer, settings.max_tokens)
        parts[source] = range(len(rows), len(rows) + len(found))
        rows += found
    if accelerator.is_main_process:
        note(f"{len(rows)} rows, {sum(len(one.row.ids) for one in rows)} tokens")
    vocabulary = vocabulary_of(rows, tokenizer)
    guesser = guesser_from_base(run.base, written_out=run.device == "cpu")
    pretraining = Pretraining(guesser, rows, parts, vocabulary, settings, accelerator)
    pretraining.begun_s = started
    pretraining.resume(folder)
    finished = pretraining.run(folder, show, run.checkpoint_s, stop_after_s)
    if accelerator.is_main_process:
        report = report_of(run, pretraining)
        write_report(folder, report)
        if finished:
            _finish(pretraining.guesser.encoder, run)
    accelerator.wait_for_everyone()
    return finished


def _finish(encoder: nn.Module, run: Run) -> None:
    folder = run.stages
    for name in _COPIED:
        shutil.copyfile(run.base / name, folder / name)
    # Last: with it the stage counts as finished.
    save_weights(encoder.state_dict(), folder / MODEL)
    (folder / CHECKPOINT).unlink()
