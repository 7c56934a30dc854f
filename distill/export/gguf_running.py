"""A GGUF file in llama.cpp, for comparing: its tokenizer, and the logits after every token of a row."""

from __future__ import annotations

import ctypes
import logging
import os
from collections.abc import Sequence
from pathlib import Path

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from engine.errors import ResourceError

_FULL_PRECISION, _NO_FLASH = 0, 0


def quieten() -> None:
    """Stop llama.cpp from telling of its work on standard error; what fails is raised."""
    logging.getLogger("llama-cpp-python").setLevel(logging.CRITICAL)


class GgufRunner:
    """A file opened on one thread; close it when done."""

    def __init__(self, path: Path, context_tokens: int) -> None:
        """Open a file.

        Raises:
            ResourceError: llama.cpp makes no model of it.
        """
        quieten()
        llama_cpp.llama_backend_init()
        settings = llama_cpp.llama_model_default_params()
        settings.n_gpu_layers = 0
        # As the application runs it: see engine/students/worker/llama.py.
        settings.use_extra_bufts = False
        model = llama_cpp.llama_model_load_from_file(os.fsencode(path), settings)
        if model is None:
            raise ResourceError(f"llama.cpp makes no model of '{path}'.")
        form = llama_cpp.llama_context_default_params()
        form.n_ctx = form.n_batch = form.n_ubatch = context_tokens
        form.n_threads = form.n_threads_batch = 1
        # Whole precision in between, so that what differs is the file.
        form.type_k = form.type_v = _FULL_PRECISION
        form.flash_attn_type = _NO_FLASH
        context = llama_cpp.llama_init_from_model(model, form)
        vocabulary = llama_cpp.llama_model_get_vocab(model)
        memory = llama_cpp.llama_get_memory(context) if context is not None else None
        if context is None or memory is None or vocabulary is None:
            raise ResourceError(f"llama.cpp cannot run '{path}'.")
        self._model, self._context, self._memory, self._vocabulary = model, context, memory, vocabulary
        self.vocabulary_size = llama_cpp.llama_vocab_n_tokens(vocabulary)
        self._batch = llama_cpp.llama_batch_init(context_tokens, 0, 1)

    def close(self) -> None:
        """Free all memory."""
        llama_cpp.llama_batch_free(self._batch)
        llama_cpp.llama_free(self._context)
        llama_cpp.llama_model_free(self._model)

    def tokenised(self, text: str) -> tuple[int, ...]:
        """The tokens of a text, codes among them found."""
        content = text.encode()
        room = len(content) + 8
        found = (llama_cpp.llama_token * room)()
        # Asked to add what a file's own settings say: here nothing.
        count = llama_cpp.llama_tokenize(self._vocabulary, content, len(content), found, room, True, True)
        return tuple(found[:count])

    def special(self) -> tuple[int, int]:
        """Ids of the tokens that begin and end."""
        return llama_cpp.llama_vocab_bos(self._vocabulary), llama_cpp.llama_vocab_eos(self._vocabulary)

    def logits(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Logits (tokens, vocabulary) after each token of one row.

        Raises:
            ResourceError: llama.cpp cannot compute them.
        """
        self.forget()
        return self.more(tokens, 0)

    def forget(self) -> None:
        """Begin a new row."""
        llama_cpp.llama_memory_clear(self._memory, True)

    def more(self, tokens: Sequence[int], before: int) -> NDArray[np.float32]:
        """Logits (tokens, vocabulary) after each of these tokens, which come after `before` others of the same row.

        Raises:
            ResourceError: llama.cpp cannot compute them.
        """
        for place, token in enumerate(tokens):
            self._batch.token[place] = token
            self._batch.pos[place] = before + place
            self._batch.n_seq_id[place] = 1
            self._batch.seq_id[place][0] = 0
            self._batch.logits[place] = True
        self._batch.n_tokens = len(tokens)
        code = llama_cpp.llama_decode(self._context, self._batch)
        if code != 0:
            raise ResourceError(f"llama.cpp ended with code {code}.")
        size = len(tokens) * self.vocabulary_size
        address = ctypes.addressof(llama_cpp.llama_get_logits(self._context).contents)
        found = np.frombuffer(memoryview((ctypes.c_float * size).from_address(address)), dtype=np.float32)
        return found.reshape(len(tokens), self.vocabulary_size).copy()
