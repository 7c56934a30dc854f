"""Tensors on the disk: skipped where the training libraries are not installed (`make setup-distill`)."""

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")

import torch
from safetensors.torch import load_file

from distill.training import weights
from distill.training.weights import save_weights


def test_tensors_in_any_order_of_their_numbers_come_back(tmp_path: Path) -> None:
    kept = {"turned": torch.arange(6).reshape(2, 3).T, "step": torch.tensor(7)}
    save_weights(kept, tmp_path / "file")
    found = load_file(tmp_path / "file")
    assert found.keys() == kept.keys()
    assert all(torch.equal(found[name], value) for name, value in kept.items())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_stop_while_writing_leaves_the_file_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    save_weights({"one": torch.ones(2)}, path)

    def stopped(_tensors: object, begun: Path, _metadata: object) -> None:
        begun.write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(weights, "save_file", stopped)
        with pytest.raises(KeyboardInterrupt):
            save_weights({"one": torch.zeros(2)}, path)
    assert torch.equal(load_file(path)["one"], torch.ones(2))
    save_weights({"one": torch.zeros(2)}, path)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
