"""What we call of llama-cpp-python: its low-level interface."""

import ctypes

class llama_model_params(ctypes.Structure):
    n_gpu_layers: int
    check_tensors: bool
    use_extra_bufts: bool

class llama_context_params(ctypes.Structure):
    n_ctx: int
    n_batch: int
    n_ubatch: int
    n_seq_max: int
    n_threads: int
    n_threads_batch: int
    offload_kqv: bool
    no_perf: bool
    type_k: int
    type_v: int
    flash_attn_type: int

class llama_model_quantize_params(ctypes.Structure):
    nthread: int
    ftype: int

class llama_batch(ctypes.Structure):
    n_tokens: int
    token: ctypes.Array[ctypes.c_int32]
    pos: ctypes.Array[ctypes.c_int32]
    n_seq_id: ctypes.Array[ctypes.c_int32]
    seq_id: ctypes.Array[ctypes.Array[ctypes.c_int32]]
    logits: ctypes.Array[ctypes.c_int8]

class Model:
    """A pointer to a model."""

class Context:
    """A pointer to a context."""

class Memory:
    """A pointer to the memory of a context."""

class Vocabulary:
    """A pointer to a vocabulary."""

class Floats:
    """A pointer to floats."""

    contents: ctypes.c_float

llama_token = ctypes.c_int32
LLAMA_FLASH_ATTN_TYPE_DISABLED: int

class llama_log_callback:
    """Without a function: null."""

def llama_log_set(log_callback: llama_log_callback, user_data: ctypes.c_void_p, /) -> None: ...
def llama_backend_init() -> None: ...
def llama_model_default_params() -> llama_model_params: ...
def llama_context_default_params() -> llama_context_params: ...
def llama_model_load_from_file(path_model: bytes, params: llama_model_params, /) -> Model | None: ...
def llama_init_from_model(model: Model, params: llama_context_params, /) -> Context | None: ...
def llama_get_memory(ctx: Context, /) -> Memory | None: ...
def llama_model_get_vocab(model: Model, /) -> Vocabulary | None: ...
def llama_vocab_n_tokens(vocab: Vocabulary, /) -> int: ...
def llama_batch_init(n_tokens: int, embd: int, n_seq_max: int, /) -> llama_batch: ...
def llama_set_n_threads(ctx: Context, n_threads: int, n_threads_batch: int, /) -> None: ...
def llama_memory_seq_rm(mem: Memory, seq_id: int, p0: int, p1: int, /) -> bool: ...
def llama_memory_clear(mem: Memory, data: bool, /) -> None: ...
def llama_decode(ctx: Context, batch: llama_batch, /) -> int: ...
def llama_get_logits_ith(ctx: Context, i: int, /) -> Floats: ...
def llama_get_logits(ctx: Context, /) -> Floats: ...
def llama_batch_free(batch: llama_batch, /) -> None: ...
def llama_free(ctx: Context, /) -> None: ...
def llama_model_free(model: Model, /) -> None: ...
def llama_tokenize(
    vocab: Vocabulary,
    text: bytes,
    text_len: int,
    tokens: ctypes.Array[ctypes.c_int32],
    n_tokens_max: int,
    add_special: bool,
    parse_special: bool,
    /,
) -> int: ...
def llama_vocab_bos(vocab: Vocabulary, /) -> int: ...
def llama_vocab_eos(vocab: Vocabulary, /) -> int: ...
def llama_model_quantize_default_params() -> llama_model_quantize_params: ...
def llama_model_quantize(fname_inp: bytes, fname_out: bytes, params: object, /) -> int: ...
