"""What a training run on another machine needs, small enough to travel: the base in half precision and the corpora, packed.

    .venv/bin/python tools/pack_training.py BASE DATA out/pack
    (there) tar xf out/pack/data.tar.xz -C /tmp; python3 -m distill.main reproduce reader --base out/pack/base --data /tmp ...

Needs `make setup-distill`. Weights are trained in single precision whatever they are stored in.
"""

from __future__ import annotations

import shutil
import sys
import tarfile
from pathlib import Path

from safetensors.torch import load_file

from distill.corpora.statistics import READERS
from distill.training.weights import save_weights


def main(base: Path, data: Path, out: Path) -> int:
    """Write both parts below `out` and say how large they are."""
    (out / "base").mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "tokenizer.json"):
        shutil.copyfile(base / name, out / "base" / name)
    weights = load_file(base / "model.safetensors")
    halves = {name: value.half() if value.is_floating_point() else value for name, value in weights.items()}
    save_weights(halves, out / "base" / "model.safetensors")
    with tarfile.open(out / "data.tar.xz", "w:xz") as packed:
        # Whatever corpus has a reader, so that no recipe lacks one there.
        for name in sorted({place.partition("/")[0] for _corpus, place, _reader in READERS} - {""}):
            packed.add(data / name, arcname=name)
    sizes = {path.relative_to(out): path.stat().st_size for path in sorted(out.rglob("*")) if path.is_file()}
    for path, size in sizes.items():
        sys.stdout.write(f"{size / 2**20:6.1f} MiB  {path}\n")
    sys.stdout.write(f"{sum(sizes.values()) / 2**20:6.1f} MiB  together\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4])))
