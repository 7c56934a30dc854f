"""Opening a student: its files are verified, and the model must run and fit its labels, before anything is believed of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ResourceError
from engine.installation import REPAIR_HINT
from engine.students.encoding import open_tokenizer
from engine.students.fact_rows import INPUT, OUTPUT, fact_array
from engine.students.files import read_manifest, verified_files
from engine.students.fitting import check_fit, check_heads
from engine.students.gguf_model import read_model
from engine.students.manifest import MANIFEST_FILE, LabellerManifest, Manifest, ReasonerManifest
from engine.students.onnx_model import ModelError, OnnxModel
from engine.students.session import ReaderSession
from engine.students.worker_client import ReasonerProcess

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL_FILE = "model.onnx"
REASONER_FILE = "model.gguf"
TOKENIZER_FILE = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class ReaderStudent:
    """A reader whose files were verified. `tokenizer` and `session` may be used from several threads."""

    folder: Path
    manifest: Manifest
    tokenizer: Tokenizer
    session: ReaderSession

    @property
    def sha256(self) -> str:
        """SHA-256 of the model file, in hexadecimal digits."""
        return self.manifest.files[MODEL_FILE].sha256


def open_reader(folder: Path) -> ReaderStudent:
    """Open the reader in a folder; takes some tenths of a second, so never on the thread of the window.

    Raises:
        ResourceError: there is none, or a file of it is missing, changed, of another format, or does not fit the others.
    """
    manifest = read_manifest(folder / MANIFEST_FILE, Manifest)
    contents = verified_files(folder, manifest, frozenset({MODEL_FILE, TOKENIZER_FILE}))
    check_heads(manifest, folder)
    tokenizer = open_tokenizer(folder / TOKENIZER_FILE)
    model = _loaded(contents[MODEL_FILE], folder / MODEL_FILE)
    check_fit(model, manifest, tokenizer, folder, MODEL_FILE)
    return ReaderStudent(folder, manifest, tokenizer, ReaderSession(model))


def _loaded(content: bytes, path: Path) -> OnnxModel:
    try:
        return OnnxModel(content)
    except ModelError as error:
        raise ResourceError(f"The model '{path}' cannot be loaded by this version of Coprescribe. {REPAIR_HINT}") from error


@dataclass(frozen=True, slots=True)
class ReasonerStudent:
    """A reasoner whose files were verified. `tokens`: text of each token id; `process` runs the model when it is first asked."""

    folder: Path
    manifest: ReasonerManifest
    tokenizer: Tokenizer
    tokens: tuple[str, ...]
    process: ReasonerProcess

    @property
    def sha256(self) -> str:
        """SHA-256 of the model file, in hexadecimal digits."""
        return self.manifest.files[REASONER_FILE].sha256

    @property
    def model_path(self) -> Path:
        """The model file."""
        return self.folder / REASONER_FILE


def open_reasoner(folder: Path) -> ReasonerStudent:
    """Open the reasoner in a folder. Nothing is run: llama.cpp sees the model in a process of its own, with the first request.

    Raises:
        ResourceError: there is none, or a file of it is missing, changed, of another format, or does not fit the others.
    """
    manifest = read_manifest(folder / MANIFEST_FILE, ReasonerManifest)
    verified_files(folder, manifest, frozenset({REASONER_FILE, TOKENIZER_FILE}))
    path = folder / REASONER_FILE
    model = read_model(path)
    tokenizer = open_tokenizer(folder / TOKENIZER_FILE)
    if tuple(map(tokenizer.id_to_token, range(tokenizer.get_vocab_size()))) != model.tokens:
        raise ResourceError(f"The tokenizer beside the model '{path}' has another vocabulary. {REPAIR_HINT}")
    if manifest.context_tokens > model.context_length or manifest.architecture != model.architecture:
        raise ResourceError(f"The manifest '{folder / MANIFEST_FILE}' describes another model. {REPAIR_HINT}")
    return ReasonerStudent(folder, manifest, tokenizer, model.tokens, ReasonerProcess(path, manifest.context_tokens))


@dataclass(frozen=True, slots=True)
class LabellerStudent:
    """A labeller whose files were verified; `model` may be run from several threads."""

    folder: Path
    manifest: LabellerManifest
    model: OnnxModel

    @property
    def sha256(self) -> str:
        """SHA-256 of the model file, in hexadecimal digits."""
        return self.manifest.files[MODEL_FILE].sha256


def open_labeller(folder: Path) -> LabellerStudent:
    """Open the labeller in a folder; takes some tenths of a second, so never on the thread of the window.

    Raises:
        ResourceError: there is none, or a file of it is missing, changed, of another format, or does not fit the others.
    """
    manifest = read_manifest(folder / MANIFEST_FILE, LabellerManifest)
    contents = verified_files(folder, manifest, frozenset({MODEL_FILE}))
    path = folder / MODEL_FILE
    model = _loaded(contents[MODEL_FILE], path)
    classes = sum(len(head.labels) for head in manifest.heads)
    try:
        # A pair of which nothing is told, and one fact of the last code: both must be answered.
        told = fact_array([[], [[len(manifest.tokens)]]], manifest.codes_a_row)
        (logits,) = model.run([OUTPUT], {INPUT: told})
    except ModelError as error:
        raise ResourceError(f"The model '{path}' is no labeller. {REPAIR_HINT}") from error
    if logits.shape != (2, classes):
        raise ResourceError(f"The model '{path}' has other labels than its manifest. {REPAIR_HINT}")
    return LabellerStudent(folder, manifest, model)
