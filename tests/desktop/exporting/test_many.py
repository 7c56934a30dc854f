"""Five hundred medicines leave in every kind, and the window goes on meanwhile."""

import random
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.exporting.kinds import KINDS
from engine.application import Application
from tests.desktop.exporting.conftest import Desk

pytestmark = pytest.mark.soak

MEDICINES = 500
LONGEST_S = 540.0


def test_five_hundred_medicines_in_every_kind(desk: Desk, application: Application, tmp_path: Path) -> None:
    names = [one.name for one in application.store.all_substances() if one.name.isalpha()]
    desk.check("\n".join(f"{name} 10 mg po od" for name in random.Random(7).sample(names, MEDICINES)))
    dialog = desk.open()
    for kind in KINDS:
        path = tmp_path / f"{kind.content.name}.{kind.suffix}"
        dialog.choose(kind)
        started = time.monotonic()
        desk.exporter.write(kind, path)
        while desk.exporter.busy or dialog.preview.loading:
            QApplication.processEvents()
            time.sleep(0.001)
            assert time.monotonic() - started < LONGEST_S
        assert dialog.status.text() == f"Saved as {path.name}."
        assert path.stat().st_size > 10_000
        path.unlink()
