"""The reasoner's tokenizer: a symbol for each byte, and each code of the compact reasoning language as one token.

Codes decide everything; bytes are there so that any text has tokens and nothing is lost. llama.cpp divides the same text the same
way if the file says `gpt2` and `qwen2` (see :mod:`distill.export.gguf_file`), so the words are divided by that model's expression
and nothing is normalised before.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.reasoning.language import ANSWER, BEGIN, END

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PAD = "<pad>"
# The expression by which Qwen2 divides text before its merges; llama.cpp knows it as `qwen2`.
_QWEN2 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
# llama.cpp asks for merges and takes no empty list: two spaces are one token.
_SPACE = "Ġ"
MERGES = ((_SPACE, _SPACE),)


def byte_symbols() -> tuple[str, ...]:
    """A printable letter for each byte, in the order of GPT-2: bytes that print stand for themselves, the others come after."""
    printing = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAC + 1), *range(0xAE, 0xFF + 1)]
    others = [byte for byte in range(256) if byte not in printing]
    letters = {byte: chr(byte) for byte in printing} | {byte: chr(256 + place) for place, byte in enumerate(others)}
    return tuple(letters[byte] for byte in (*printing, *others))


def reasoner_tokenizer(vocabulary: Sequence[str]) -> Tokenizer:
    """The tokenizer over these codes: bytes first, then a padding token, then the codes in their order.

    A text begins with `BEGIN` and ends with `END`; neither is added by the tokenizer, since prompts are written whole.

    Raises:
        InputError: the codes are not such, not all different, or lack those with which prompts and answers begin and end.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

    if len(set(vocabulary)) < len(vocabulary) or not {BEGIN, ANSWER, END} <= set(vocabulary) or PAD in vocabulary:
        raise InputError("The vocabulary of the training items names a token twice, or lacks one that every answer needs.")
    if not all(len(code) > 2 and code.startswith("<") and code.endswith(">") for code in vocabulary):
        raise InputError("The vocabulary of the training items holds something that is no token.")
    symbols = [*byte_symbols(), *("".join(merge) for merge in MERGES)]
    tokenizer = Tokenizer(models.BPE(vocab={symbol: place for place, symbol in enumerate(symbols)}, merges=list(MERGES)))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_QWEN2), behavior="isolated", invert=False),
            pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_tokens([AddedToken(code, normalized=False) for code in (PAD, *vocabulary)])
    return tokenizer


def domain_ids(tokenizer: Tokenizer) -> dict[str, int]:
    """Ids of all codes, padding left out."""
    first = len(byte_symbols()) + len(MERGES) + 1
    words = ((tokenizer.id_to_token(place), place) for place in range(first, tokenizer.get_vocab_size()))
    return {word: place for word, place in words if word is not None}


def save_tokenizer(tokenizer: Tokenizer, path: Path) -> None:
    """Write `tokenizer.json`."""
    tokenizer.save(str(path))
