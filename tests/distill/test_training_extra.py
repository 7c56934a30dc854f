"""The training extra: skipped, and counted, where torch is absent."""

import tomllib
from pathlib import Path

import pytest


def test_torch_is_of_the_range_that_the_extra_names() -> None:
    torch = pytest.importorskip("torch", reason="the distill extra is not installed (make setup-distill)")
    extras = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]["distill"]
    (wanted,) = (line for line in extras if line.startswith("torch"))
    assert wanted == "torch>=2.11,<2.14"
    major, minor = (int(part) for part in torch.__version__.split(".")[:2])
    assert (2, 11) <= (major, minor) < (2, 14)
