"""A large language model as a teacher, described in a file (JSON) by those who have one.

    {"name": "qwen", "endpoint": {"base_url": "http://127.0.0.1:8000/v1", "model_name": "qwen", "requests_per_minute": 60}}

In the place of `endpoint` there may be `gguf` ({"path": ...}) or `transformers` ({"folder": ...}). `asking`, `sampling`,
`wordings` and `attempts` are optional. A key never stands in the file: `key_variable` names the environment variable that has it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from distill.teachers.chat import Sampling
from distill.teachers.opening import LanguageTeacher, ModelSettings
from distill.teachers.prompts import Asking, Codes
from distill.training.settings import Device
from engine.errors import InputError

_FORM = ConfigDict(frozen=True, extra="forbid")
_T = TypeVar("_T")


class _Gguf(BaseModel):
    model_config = _FORM
    path: Path
    context_tokens: int = Field(default=8192, gt=0)
    threads: int = Field(default=1, gt=0)
    gpu_layers: int = Field(default=0, ge=-1)


class _Folder(BaseModel):
    model_config = _FORM
    folder: Path
    device: Device = "cpu"


class _ModelFile(BaseModel):
    model_config = _FORM
    name: str = Field(min_length=1)
    endpoint: dict[str, object] | None = None
    gguf: _Gguf | None = None
    transformers: _Folder | None = None
    asking: Asking = Asking()
    sampling: Sampling = Sampling()
    wordings: tuple[int, ...] = ()
    attempts: int = Field(default=2, ge=1)


def teachers_of_file(path: Path, codes: Codes, cache: Path) -> tuple[LanguageTeacher, ...]:
    """Openers of the teacher that a file describes, one for each wording. `cache`: the file of its replies.

    Raises:
        InputError: the file cannot be read or says something that cannot be, or its model's library is not installed.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"The file '{path.name}' about a model cannot be read: {error.strerror}.") from error
    read = _checked(path, TypeAdapter(_ModelFile), content)
    named = [part for part in (read.endpoint, read.gguf, read.transformers) if part is not None]
    if len(named) != 1:
        raise InputError(f"The file '{path.name}' has to name one of endpoint, gguf and transformers.")
    try:
        source = _source(path, read)
    except ImportError as error:
        raise InputError("Large language models as teachers need the training libraries: make setup-distill.") from error
    teacher = LanguageTeacher(read.name, source, codes, cache, read.asking, read.sampling, read.attempts)
    every = teacher.wordings()
    wanted = read.wordings or tuple(range(len(every)))
    if read.asking.wording:
        raise InputError(f"The file '{path.name}' names its wordings by 'wordings', beside 'asking' and not in it.")
    if not all(0 <= number < len(every) for number in wanted) or len(set(wanted)) < len(wanted):
        raise InputError(f"The template '{read.asking.template}' has {len(every)} wordings, numbered from 0; name each once.")
    return tuple(every[number] for number in wanted)


def _source(path: Path, read: _ModelFile) -> ModelSettings:
    # Each needs a library that only those have who use it.
    if read.gguf is not None:
        from distill.teachers.local_gguf import GgufSettings

        given = read.gguf
        return GgufSettings.of(given.path, given.context_tokens, given.threads, given.gpu_layers)
    if read.transformers is not None:
        from distill.teachers.local_transformers import TransformersSettings

        return TransformersSettings.of(read.transformers.folder, read.transformers.device)
    from distill.teachers.endpoint import EndpointSettings

    return _checked(path, TypeAdapter(EndpointSettings), read.endpoint)


def _checked(path: Path, form: TypeAdapter[_T], given: object) -> _T:
    try:
        return form.validate_json(given) if isinstance(given, bytes) else form.validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "together"
        # Nothing of the error is kept: it holds what was given, which somebody may have taken for the place of a key.
        raise InputError(f"The file '{path.name}' about a model cannot be used ({place}): {first['msg']}.") from None
