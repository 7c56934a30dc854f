"""A model in llama.cpp, by its low-level interface: one context, one sequence, and what is in its cache.

The only module that touches llama_cpp, which it loads when a model is loaded.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.students.worker.decoding import StoppedError

if TYPE_CHECKING:
    from llama_cpp import llama_context_params

# Most tokens that are computed at once: cancelling waits for as many.
PIECE_TOKENS = 32
_OWN_SEQUENCE = 0


class LlamaError(Exception):
    """llama.cpp cannot load or run the model; the message is not for people."""


class LlamaModel:
    """A loaded model with its context, for one thread at a time; freed with its process.

    A prompt is computed in pieces, and only whole pieces of an earlier prompt are used again. So each answer is the same to the
    last bit whether or not something was in the cache: the same tokens computed in other company differ in the fourth digit.
    """

    def __init__(self, path: Path, context_tokens: int) -> None:
        """Load a model on the processor.

        Raises:
            LlamaError: llama.cpp cannot be loaded, or makes no model of the file.
        """
        try:
            import llama_cpp
        except (ImportError, OSError, RuntimeError) as error:
            raise LlamaError("llama.cpp is not installed or does not run here") from error
        self._api = llama_cpp
        # Its own log goes to standard error by itself, also where Python cannot write any more.
        llama_cpp.llama_log_set(llama_cpp.llama_log_callback(), ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        settings = llama_cpp.llama_model_default_params()
        settings.n_gpu_layers = 0
        # Weights stay in the file's own order: in another, on processors with AMX, llama-cpp-python 0.3.36 ended the process
        # with a quantised file of 300 tokens. The shipped one has the same logits and speed either way.
        settings.use_extra_bufts = False
        settings.check_tensors = True
        model = llama_cpp.llama_model_load_from_file(os.fsencode(path), settings)
        if model is None:
            raise LlamaError("no model could be made of the file")
        context = llama_cpp.llama_init_from_model(model, self._context_settings(context_tokens))
        memory = llama_cpp.llama_get_memory(context) if context is not None else None
        vocabulary = llama_cpp.llama_model_get_vocab(model)
        if context is None or memory is None or vocabulary is None:
            raise LlamaError("no context could be made")
        self._context, self._memory = context, memory
        self.vocabulary_size = llama_cpp.llama_vocab_n_tokens(vocabulary)
        self._row = ctypes.c_float * self.vocabulary_size
        self.context_tokens = context_tokens
        batch = self._batch = llama_cpp.llama_batch_init(PIECE_TOKENS, 0, 1)
        # Each look into the batch makes an object: for one token of a small model that takes longer than to choose it.
        self._tokens, self._places, self._wanted = batch.token, batch.pos, batch.logits
        for place in range(PIECE_TOKENS):
            batch.n_seq_id[place] = 1
            batch.seq_id[place][0] = _OWN_SEQUENCE
            batch.logits[place] = False
        self._cached: list[int] = []
        # How many of them, from the first on, were computed in whole pieces.
        self._in_pieces = 0

    def _context_settings(self, context_tokens: int) -> llama_context_params:
        settings = self._api.llama_context_default_params()
        settings.n_ctx = context_tokens
        settings.n_batch = settings.n_ubatch = PIECE_TOKENS
        settings.n_seq_max = 1
        settings.n_threads = settings.n_threads_batch = 1
        settings.offload_kqv = False
        settings.no_perf = True
        # Its flash attention has no quick way for fewer than 64 tokens: a piece takes three times as long and one token a sixth
        # more. It adds up in half precision too, so that what a token's logits are depends more on its company.
        settings.flash_attn_type = self._api.LLAMA_FLASH_ATTN_TYPE_DISABLED
        return settings

    @property
    def room(self) -> int:
        """How many more tokens the context takes."""
        return self.context_tokens - len(self._cached)

    def set_threads(self, alone: int, together: int) -> None:
        """Threads for one token, and for several at once."""
        self._api.llama_set_n_threads(self._context, alone, together)

    def keep(self, prompt: Sequence[int]) -> int:
        """Forget all of the cache but the whole pieces with which a prompt begins (without its last token); their tokens."""
        same = 0
        for before, now in zip(self._cached[: self._in_pieces], prompt[:-1], strict=False):
            if before != now:
                break
            same += 1
        self._cut(same - same % PIECE_TOKENS)
        return len(self._cached)

    def read_ahead(self, prompt: Sequence[int], stopped: Callable[[], bool]) -> int:
        """Compute the whole pieces with which a prompt begins, until `stopped` says so, for the answer that is asked for next.
        Returns how many of its tokens were in the cache before.

        Raises:
            LlamaError: they cannot be computed.
        """
        cached, whole = self.keep(prompt), (len(prompt) - 1) // PIECE_TOKENS * PIECE_TOKENS
        try:
            if cached < whole:
                self.read(prompt[cached:whole], stopped)
        except StoppedError:
            # What was computed is there, and the answer goes on from it.
            return cached
        return cached

    def forget(self) -> None:
        """Empty the cache."""
        self._cut(0)

    def _cut(self, kept: int) -> None:
        if kept < len(self._cached) and not self._api.llama_memory_seq_rm(self._memory, _OWN_SEQUENCE, kept, -1):
            self._api.llama_memory_clear(self._memory, True)
            kept = 0
        del self._cached[kept:]
        self._in_pieces = min(self._in_pieces, kept)

    def read(self, tokens: Sequence[int], stopped: Callable[[], bool]) -> NDArray[np.float32]:
        """Add tokens to the cache; the logits of what comes next, (vocabulary,). Valid until the next call.

        Raises:
            StoppedError: `stopped` said so between two pieces of the tokens.
            LlamaError: they cannot be computed.
        """
        if not tokens or len(tokens) > self.room or not 0 <= min(tokens) <= max(tokens) < self.vocabulary_size:
            raise ValueError("no tokens, more than fit, or unknown ones")
        for start in range(0, len(tokens), PIECE_TOKENS):
            if start and stopped():
                raise StoppedError
            self._compute(tokens[start : start + PIECE_TOKENS])
        address = ctypes.addressof(self._api.llama_get_logits_ith(self._context, -1).contents)
        return np.frombuffer(memoryview(self._row.from_address(address)), dtype=np.float32)

    def _compute(self, tokens: Sequence[int]) -> None:
        before, last = len(self._cached), len(tokens) - 1
        for place, token in enumerate(tokens):
            self._tokens[place] = token
            self._places[place] = before + place
        self._wanted[last] = True
        self._batch.n_tokens = len(tokens)
        code = self._api.llama_decode(self._context, self._batch)
        self._wanted[last] = False
        if code != 0:
            self._api.llama_memory_clear(self._memory, True)
            self._cached.clear()
            self._in_pieces = 0
            raise LlamaError(f"decoding ended with code {code}")
        self._cached += tokens
        if before == self._in_pieces and len(tokens) == PIECE_TOKENS:
            self._in_pieces += PIECE_TOKENS
