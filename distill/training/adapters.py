"""LoRA: small matrices beside the attention's weights, for encoders too large to be trained whole (Hu et al., ICLR 2022)."""

from __future__ import annotations

from distill.training.reader_model import Reader

_TARGETS = ["query", "key", "value", "dense"]
_ALPHA_PER_RANK = 2


def adapted(reader: Reader, rank: int) -> Reader:
    """The reader with adapters of that rank on its encoder, whose own weights then stay; as it is for rank 0."""
    if rank == 0:
        return reader
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(r=rank, lora_alpha=_ALPHA_PER_RANK * rank, target_modules=_TARGETS, lora_dropout=0.05)
    reader.encoder = get_peft_model(reader.encoder, config)
    return reader


def merged(reader: Reader) -> Reader:
    """The reader with its adapters, where it has any, added into the weights."""
    merge = getattr(reader.encoder, "merge_and_unload", None)
    if merge is not None:
        reader.encoder = merge()
    return reader
