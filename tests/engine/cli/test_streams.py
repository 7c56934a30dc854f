"""Streams and files as they are met: closed, full, endless, of another encoding, of any name."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.cli.check import read_patient, read_text
from engine.cli.main import main
from engine.cli.output import echo_json, one_line
from engine.errors import InputError
from engine.records.reading import MAX_INPUT_BYTES, read_file

posix = pytest.mark.skipif(os.name != "posix", reason="devices, pipes and closed descriptors as POSIX has them")
PAIR = "warfarin 5 mg od; aspirin 75 mg od"


def shell(command: str, resources: Path, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a shell command in which "$@" is the program up to its sub-command and $RESOURCES the resources folder."""
    return subprocess.run(
        ["/bin/bash", "-c", command, "bash", sys.executable, "-m", "desktop.main"],
        env={**os.environ, "RESOURCES": str(resources), **(environment or {})},
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("length", [200, 300, 900, 5000])
def test_a_text_on_one_line_is_never_taken_for_a_name(length: int) -> None:
    text = "warfarin 5 mg od; " * (length // 18)
    assert read_text(text) == text


def test_a_text_with_odd_signs_is_a_text() -> None:
    odd = ("a\0b", "warfarin/aspirin", "co-codamol 8/500", "\ud800", "\n", "", "warfarin 2.5 mg", "aspirin 75 mg p.o. b.d", "...")
    for text in odd:
        assert read_text(text) == text


@posix
def test_a_pipe_that_is_named_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text("warfarin\n", encoding="utf-8"))
    writer.start()
    assert read_text(str(pipe)) == "warfarin\n"
    writer.join()


@posix
def test_a_device_that_never_ends_is_refused() -> None:
    for read in (lambda: read_text("/dev/zero"), lambda: read_patient(Path("/dev/zero"))):
        with pytest.raises(InputError, match="larger than 4 MB"):
            read()


def test_a_file_of_just_the_limit_is_read(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_bytes(b"x" * MAX_INPUT_BYTES)
    assert len(read_file(file)) == MAX_INPUT_BYTES
    file.write_bytes(b"x" * (MAX_INPUT_BYTES + 1))
    with pytest.raises(InputError, match="larger"):
        read_file(file)


def test_a_folder_and_a_missing_file_are_named_for_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="The patient file is a folder"):
        read_patient(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_patient(tmp_path / "none.json")
    with pytest.raises(InputError, match="cannot be read"):
        read_patient(tmp_path / ("x" * 300))


def test_a_closed_standard_input_is_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["check"]) == 2
    assert capsys.readouterr().err == "The standard input is closed: give a list of medicines or a file.\n"


@posix
@pytest.mark.parametrize(
    "command", [f"check '{PAIR}'", f"check '{PAIR}' --json", "drug warfarin", "drug warfarin --json", "doctor"]
)
def test_a_full_output_is_a_sentence(resources: Path, command: str) -> None:
    done = shell(f'"$@" {command} --resources "$RESOURCES" >/dev/full', resources)
    assert done.returncode == 1
    assert done.stderr.decode() == "The output cannot be written: No space left on device.\n"


@posix
@pytest.mark.parametrize("command", [f"check '{PAIR}'", f"check '{PAIR}' --json", "drug warfarin", "doctor"])
def test_a_reader_that_went_away_gets_no_traceback(resources: Path, command: str) -> None:
    done = shell(f'"$@" {command} --resources "$RESOURCES" | true; exit "${{PIPESTATUS[0]}}"', resources)
    assert (done.returncode, done.stderr) == (0, b"")


@posix
def test_an_output_without_our_signs_still_gets_them(resources: Path) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = shell(f'"$@" check \'{PAIR}; xyzolumab ≥ 5 mg 💊\' --resources "$RESOURCES"', resources, ascii_only)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u25b2" in done.stdout or b"\\u25a0" in done.stdout
    done = shell(f'"$@" check \'{PAIR}; xyzolumab é 💊\' --json --resources "$RESOURCES"', resources, ascii_only)
    assert json.loads(done.stdout.decode("ascii"))["not_checked"]


def test_json_keeps_its_signs_where_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding, wanted in (("utf-8", "é💊"), ("cp1252", "\\u00e9\\ud83d\\udc8a")):
        written = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
        echo_json('{"line": "é💊"}')
        sys.stdout.flush()
        assert json.loads(written.getvalue().decode(encoding)) == {"line": "é💊"}
        assert wanted.encode(encoding) in written.getvalue()


def test_a_path_with_a_line_break_is_still_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "warfarin", "--resources", "/nowhere/a\nb\x1b[31m\r"]) == 1
    printed = capsys.readouterr().err
    assert len(printed.splitlines()) == 1
    assert "\x1b" not in printed
    assert one_line(" a\n\tb\u202e ") == "a b"


def test_no_line_steers_the_terminal(resources: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "\u202e\u2066(\n\nwarfarin \x1b[31m 5 mg\nAllergies: \u202epenicillin\nxyzolumab \u202e 5 mg"
    assert main(["check", text, "--resources", str(resources)]) == 0
    assert all(sign.isprintable() or sign == "\n" for sign in capsys.readouterr().out)


@posix
def test_an_interrupted_command_does_not_end_as_done(resources: Path) -> None:
    # Jobs of a shell's background ignore interrupts, and what they start would do so too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop.main", "check", "-", "--resources", str(resources)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    signal.signal(signal.SIGINT, before)
    waits = time.monotonic() + 60
    # Only once it waits for input is it past its imports, where an interrupt is Python's own business.
    while "pipe_read" not in waiting_in(process.pid) and time.monotonic() < waits:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    # Its input stays open until it has ended: an end of input just then would be a fault of its own.
    process.wait(timeout=20)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, b""), err
    assert b"Traceback" not in err


def waiting_in(process: int) -> str:
    """The kernel's name for what a process waits for; nothing where the kernel does not tell."""
    try:
        return Path(f"/proc/{process}/wchan").read_text(encoding="ascii")
    except OSError:
        return ""


def test_a_field_of_the_patient_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "patient.json"
    path.write_text('{"age_years": 5, "age_years": 80}', encoding="utf-8")
    with pytest.raises(InputError, match="The patient file has a field twice"):
        read_patient(path)
