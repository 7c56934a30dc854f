"""Whether a GGUF file is the student that was trained: the same tokens for any text, and the same words for the same prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from distill.export.gguf_running import GgufRunner
from distill.training.reasoner_model import Reasoner
from engine.errors import InputError
from engine.reasoning.language import END

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_MOST_TOKENS = 160
# Logits that differ by less are equal to within what the order of additions changes.
_TIE = 0.01
# Where two programs are likeliest to divide a text otherwise: letters of several bytes, joined signs, white space of every kind,
# contractions, digits, and what looks like a code but is none. Codes of the vocabulary are put between them.
HARD_TEXTS: tuple[str, ...] = (
    *("", " ", "  ", "   x", "x   ", "\n", "\r\n\r\n", " \n \t x", "\t\ttabs", "a\u00a0b\u2003c\u200bd", "\u2028x\u0085y"),
    *("warfarin 5 mg", "it's we'll I'VE THEY'RE", "\u017f's K'\u017f", "1234567890", "3.14e-10", "½ ² ٣ 九", "α-tocopherol µg"),
    *("naïve café e\u0301", "ÅÄÖ ßẞ", "日本語の薬 と 相互作用", "العربية دواء", "दवा", "ยา", "\ufeffmark", "\u202eback"),
    *("\U0001f642\U0001f469\u200d\U0001f467", "\U0001f3f3\ufe0f\u200d\U0001f308"),
    *("<", ">", "<>", "<F1", "F1>", "< F1 >", "<<F1>>", "<f1>", "<F1><F1", "<pair", "</pair>", "<|endoftext|>", "<s>", "</s>"),
    *("<eos>", "[INST]", "<unk>", "\x00", "a\x00b", "\x1b[31m", "\x7f", "'; DROP TABLE x; --", "${x} %s {}", "\\n\\u0041"),
    *("A" * 300, " ".join("ab" for _ in range(60)), "...!!!???", "\u2014\u2013-\u2010", "«»„“”", "http://x.y/z?a=b&c=d#e"),
)


def hard_texts(vocabulary: Sequence[str]) -> tuple[str, ...]:
    """Texts that must be divided alike: the hard ones, and codes alone, joined, and within them."""
    joined = ("".join(vocabulary[:40]), " ".join(vocabulary[-40:]), *vocabulary[:10])
    return (*HARD_TEXTS, *joined, *(f"{text}{code}{text}" for text, code in zip(HARD_TEXTS, vocabulary, strict=False)))


def check_tokenizer(runner: GgufRunner, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
    """Compare the tokens of texts.

    Raises:
        InputError: one text has other tokens in the file.
    """
    for text in texts:
        if runner.tokenised(text) != tuple(tokenizer.encode(text).ids):
            raise InputError(f"The GGUF file divides a text otherwise than the tokenizer: {text[:40]!a}.")


def greedy_by_file(runner: GgufRunner, prompt: Sequence[int], end: int) -> tuple[int, ...]:
    """The most probable tokens after a prompt, one after the other, by the file; nothing restricts them."""
    runner.forget()
    waiting, before = list(prompt), 0
    written: list[int] = []
    while len(written) < _MOST_TOKENS and (not written or written[-1] != end):
        logits = runner.more(waiting, before)[-1]
        before += len(waiting)
        waiting = [int(logits.argmax())]
        written += waiting
    return tuple(written)


def greedy_by_torch(reasoner: Reasoner, prompt: Sequence[int], end: int) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The same by PyTorch, computed anew for each token; and by how much each was ahead of the next best."""
    ids = list(prompt)
    ahead: list[float] = []
    with torch.inference_mode():
        while len(ahead) < _MOST_TOKENS and (not ahead or ids[-1] != end):
            place = torch.tensor([len(ids) - 1], dtype=torch.long)
            best = reasoner(torch.tensor([ids], dtype=torch.long), place)[0].topk(2)
            ids.append(best.indices.tolist()[0])
            ahead.append(best.values.tolist()[0] - best.values.tolist()[1])
    return tuple(ids[len(prompt) :]), tuple(ahead)


def halved(reasoner: Reasoner) -> Reasoner:
    """The same reasoner with its weights rounded to half precision, as the file holds them; norms stay whole."""
    state = reasoner.state_dict()
    rounded = {name: value.half().float() if len(value.shape) > 1 else value for name, value in state.items()}
    reasoner.load_state_dict(rounded)
    return reasoner.eval()


@dataclass(frozen=True, slots=True)
class Greedy:
    """How many prompts are answered word for word alike; `ties`: how many part where two tokens are equally likely."""

    same: int
    ties: int
    prompts: int


def same_greedily(path: Path, reasoner: Reasoner, tokenizer: Tokenizer, prompts: Sequence[Sequence[int]]) -> Greedy:
    """How many of the prompts a half-precision file answers exactly as PyTorch does; the reasoner is rounded like the file.

    Raises:
        InputError: there are no prompts, or the tokenizer is not a reasoner's.
    """
    end = tokenizer.token_to_id(END)
    if end is None or not prompts:
        raise InputError("There are no prompts to compare by, or the tokenizer is not a reasoner's.")
    reasoner = halved(reasoner)
    runner = GgufRunner(path, max(map(len, prompts)) + _MOST_TOKENS)
    same = ties = 0
    try:
        for prompt in prompts:
            wanted, ahead = greedy_by_torch(reasoner, prompt, end)
            given = greedy_by_file(runner, prompt, end)
            parted = next((place for place, pair in enumerate(zip(wanted, given, strict=False)) if len(set(pair)) > 1), None)
            same += wanted == given
            ties += parted is not None and ahead[parted] < _TIE
    finally:
        runner.close()
    return Greedy(same, ties, len(prompts))
