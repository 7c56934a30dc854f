"""Large language models as teachers, from what a user wrote on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from distill.teachers.judging import Opener
from distill.teachers.model_file import teachers_of_file
from distill.teachers.opening import LanguageTeacher, ModelSettings
from distill.teachers.prompts import codes_of_store
from engine.errors import InputError
from engine.knowledge.store import KnowledgeStore


@dataclass(frozen=True, slots=True)
class Named:
    """One model at most: at an OpenAI-compatible endpoint, in a GGUF file, or in a folder for transformers. `key_variable`: the
    environment variable with the endpoint's key. `described`: a file that says it all, with prices, pace and hints."""

    endpoint: str = ""
    model: str = ""
    key_variable: str = ""
    gguf: Path | None = None
    folder: Path | None = None
    described: Path | None = None


def language_teachers(named: Named, knowledge: Path, cache: Path) -> tuple[Opener, ...]:
    """Openers of the model in each of its wordings; nothing where none is named. `cache`: the file of its replies.

    Raises:
        InputError: more than one is named, an endpoint without its model, or a file is no model.
        ResourceError: the knowledge is missing or damaged.
    """
    found = _checked(named)
    codes = codes_of_store(KnowledgeStore(knowledge))
    if named.described is not None:
        return teachers_of_file(named.described, codes, cache)
    return tuple(one for source in found for one in LanguageTeacher("language model", source, codes, cache).wordings())


def language_model(named: Named) -> ModelSettings:
    """The model that is named, for other questions than about pairs.

    Raises:
        InputError: none or more than one is named, or an endpoint without its model.
    """
    found = _checked(named)
    if not found:
        raise InputError("Name a large language model: --endpoint with --model, --gguf or --transformers.")
    return found[0]


def _checked(named: Named) -> list[ModelSettings]:
    try:
        found = _settings(named)
    except ImportError as error:
        raise InputError("Large language models as teachers need the training libraries: make setup-distill.") from error
    if len(found) + (named.described is not None) > 1:
        raise InputError("Name one model: an endpoint, a GGUF file, a folder, or a file that describes one.")
    if bool(named.endpoint) != bool(named.model):
        raise InputError("An endpoint needs the name of its model (--model), and the other way round.")
    return found


def _settings(named: Named) -> list[ModelSettings]:
    # Each needs a library that only those have who use it.
    found: list[ModelSettings] = []
    if named.endpoint:
        from distill.teachers.endpoint import EndpointSettings

        found.append(EndpointSettings(named.endpoint, named.model, key_variable=named.key_variable))
    if named.gguf is not None:
        from distill.teachers.local_gguf import GgufSettings

        found.append(GgufSettings.of(named.gguf))
    if named.folder is not None:
        from distill.teachers.local_transformers import TransformersSettings

        found.append(TransformersSettings.of(named.folder))
    return found
