"""The reader as ONNX: fp32 as it was trained, and int8 by dynamic quantisation of each output channel.

Silent mistakes that this avoids: attention in a fused form cannot be shown, so the eager one is exported; quantising per tensor
doubles the error, and one channel of large values leaves few steps to all others (`smoothing`); without VNNI, eight-bit products
overflow unless weights keep seven bits (`reduce_range`), whose error is less where they are rounded together (`rounding`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from distill.export.rounding import round_products
from distill.export.smoothing import smooth
from distill.training.reader_model import Inputs, Reader, seen
from engine.students.rows import Row

OPSET = 17
# The largest whole number that onnxruntime gives a weight of seven bits.
_SEVEN_BITS = 64
INPUTS = ("input_ids", "position_ids", "group_ids", "pairs")
OUTPUTS = ("name_logits", "relation_logits", "attention")
_AXES = {
    "input_ids": {0: "rows", 1: "tokens"},
    "position_ids": {0: "rows", 1: "tokens"},
    "group_ids": {0: "rows", 1: "tokens"},
    "pairs": {0: "pairs"},
    "name_logits": {0: "rows", 1: "tokens"},
    "relation_logits": {0: "pairs"},
    "attention": {0: "rows", 2: "tokens", 3: "tokens"},
}


class _Exported(nn.Module):
    """The reader with plain tensors in and out, attention as the mean over heads."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, positions: Tensor, groups: Tensor, pairs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        found = self.reader.encoder(input_ids=ids, position_ids=positions, attention_mask=seen(groups), output_attentions=True)
        answers = self.reader.answers(found.last_hidden_state, pairs)
        attention = torch.stack([layer.mean(1) for layer in found.attentions], dim=1)
        return answers.names, answers.relations, attention


@dataclass(frozen=True, slots=True)
class ExportedFiles:
    """Paths of the two forms."""

    fp32: Path
    int8: Path


def export_fp32(reader: Reader, path: Path) -> None:
    """Write the fp32 file. The reader must be one with attention that can be shown (`empty_reader(attention=True)`)."""
    example = Inputs(
        torch.tensor([[2, 7, 8, 3, 5, 6], [2, 7, 3, 0, 0, 0]]),
        torch.tensor([[0, 1, 2, 3, 1, 2], [0, 1, 2, 0, 0, 0]]),
        torch.tensor([[0, 0, 0, 0, 1, 1], [0, 0, 0, -1, -1, -1]]),
        torch.tensor([[0, 4, 5, 1, 2], [0, 5, 4, 2, 1]]),
    )
    with torch.inference_mode():
        torch.onnx.export(
            _Exported(reader).eval(),
            (example.ids, example.positions, example.groups, example.pairs),
            str(path),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=_AXES,
            opset_version=OPSET,
            dynamo=False,
        )


def quantise(fp32: Path, int8: Path, rows: Sequence[Row]) -> None:
    """Write the int8 form of an fp32 file, its weights of seven bits: right on processors without VNNI too, where eight-bit
    products overflow unseen. `rows`: on which its values are seen."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared = fp32.with_suffix(".prepared.onnx")
    quant_pre_process(fp32, prepared, skip_symbolic_shape=True)
    smooth(prepared, rows)
    quantize_dynamic(prepared, int8, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    round_products(prepared, int8, rows, _SEVEN_BITS)
    prepared.unlink()
