"""What is told of one person's list must not reach the next."""

import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.files import opening
from desktop.files.working import ListState, write
from engine.cancellation import Progress
from tests.desktop.files.conftest import Desk


def slowly(path: Path, state: ListState) -> Callable[[], Generator[Progress, None, Path]]:
    """Saving on a slow disk."""

    def work() -> Generator[Progress, None, Path]:
        yield Progress(0, 0)
        time.sleep(0.3)
        write(path, state)
        return path

    return work


def test_a_file_saved_late_is_not_the_file_of_the_next_list(
    qtbot: QtBot, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "saving_of", slowly)
    monkeypatch.setattr(opening, "ask_where", lambda _window, _beside: tmp_path / "first.coprescribe.json")
    desk.editor.setPlainText("warfarin 5 mg")
    desk.files.save()
    assert desk.files.start_anew()
    desk.editor.setPlainText("metformin 500 mg")
    qtbot.waitUntil(lambda: not desk.tasks.busy, timeout=10_000)
    assert "warfarin" in (tmp_path / "first.coprescribe.json").read_text(encoding="utf-8")
    # Saving the next list would otherwise write over the first.
    assert desk.files.path is None
    assert desk.files.dirty


def test_a_fault_of_one_file_goes_when_another_opens(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_bytes(b'{"entry": [')
    (tmp_path / "good.txt").write_bytes(b"warfarin 5 mg")
    desk.files.open(tmp_path / "bad.json")
    qtbot.waitUntil(lambda: bool(desk.model.message), timeout=10_000)
    desk.files.open(tmp_path / "good.txt")
    qtbot.waitUntil(lambda: desk.files.path is not None, timeout=10_000)
    assert not desk.model.message
