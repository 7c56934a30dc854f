"""No internet socket: what the kernel sees of a check, of other commands and of the window."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed (Debian: apt-get install strace)"),
]

Note = Callable[[str], None]
INTERNET = ("AF_INET", "sin_port", "sin6_port", "AF_PACKET", "AF_NETLINK")
WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop.opening import opener_of
from desktop.tasks import TaskRunner
from desktop.window import MainWindow
app = QApplication([])
window = MainWindow(opener_of(Path(sys.argv[1])), TaskRunner())
window.show()
window.page.editor.setPlainText("warfarin 5 mg od\\naspirin 75 mg od\\n<img src='http://example.org/x.png'> http://example.org")
def look():
    if window.model.busy or not window.page.is_furnished or not window.page.findings.fresh or not window.page.detail.fresh:
        return
    timer.stop()
    assert "warfarin" in window.page.detail.views[0].head.toPlainText()
    print("checked")
    for tabs in (window.page.left, window.page.middle):
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
    window.show_about()
    window.files.let_go()
    QTimer.singleShot(500, app.closeAllWindows)
    QTimer.singleShot(1000, app.quit)
timer = QTimer()
timer.timeout.connect(look)
timer.start(50)
sys.exit(app.exec())
"""
# The trace itself is shown to work: this opens one.
OFFENDER = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()"


def traced(command: list[str], log: Path) -> tuple[subprocess.CompletedProcess[bytes], list[str]]:
    """A command under strace, and its calls that have to do with the internet."""
    done = subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(log), *command],
        capture_output=True,
        timeout=120,
        check=False,
        input=b"warfarin\naspirin\n",
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    calls = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return done, [call for call in calls if any(sign in call for sign in INTERNET)]


COMMANDS = {
    "check": ("check", "warfarin; aspirin; http://example.org"),
    "check --json": ("check", "-", "--json"),
    "drug": ("drug", "warfarin"),
    "doctor": ("doctor",),
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS.keys())
def test_commands_open_no_internet_socket(resources: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "desktop.main", *arguments, "--resources", str(resources)]
    done, calls = traced(command, tmp_path / "trace")
    assert done.returncode == 0, done.stderr
    assert calls == []


def test_the_window_opens_no_internet_socket(resources: Path, tmp_path: Path, note: Note) -> None:
    log = tmp_path / "trace"
    done, calls = traced([sys.executable, "-c", WINDOW, str(resources)], log)
    assert (done.returncode, done.stdout) == (0, b"checked\n"), done.stderr
    assert calls == []
    local = [call for call in log.read_text(encoding="utf-8").splitlines() if "socket(" in call]
    note(f"{len(local)} local sockets")


def test_the_trace_sees_a_socket(tmp_path: Path) -> None:
    _, calls = traced([sys.executable, "-c", OFFENDER], tmp_path / "trace")
    assert calls
