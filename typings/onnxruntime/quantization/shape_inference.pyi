"""What we call of the preparation for quantising."""

from pathlib import Path

def quant_pre_process(input_model: Path, output_model_path: Path, *, skip_symbolic_shape: bool) -> None: ...
