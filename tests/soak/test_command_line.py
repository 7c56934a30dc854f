"""The command line as a process, under every stream, file and environment that it may meet."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.soak.material import Dealer

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(os.name != "posix", reason="streams, devices and permissions as POSIX has them"),
]

Note = Callable[[str], None]
PAIR = "warfarin 5 mg od; aspirin 75 mg od"
LIMIT_S = 60
LISTS = 30


class Program:
    """Runs the command line against one resources folder and holds every run to the house rules."""

    def __init__(self, resources: Path) -> None:
        self.resources = str(resources)
        self.runs = 0

    def command(self, *arguments: str | bytes) -> list[str | bytes]:
        return [sys.executable, "-m", "desktop.main", *arguments, "--resources", self.resources]

    def run(
        self,
        *arguments: str | bytes,
        given: bytes | None = b"",
        environment: Mapping[str, str] | None = None,
        memory_mb: int | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        self.runs += 1

        def limit() -> None:
            if memory_mb is not None:
                resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))

        return subprocess.run(
            self.command(*arguments),
            input=given,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
            env={**os.environ, **(environment or {})},
            preexec_fn=limit,
        )

    def shell(self, script: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
        """A shell in which "$@" is `check` without its text."""
        self.runs += 1
        command = ["/bin/bash", "-c", script, "bash", *self.command("check")]
        return subprocess.run(command, capture_output=True, timeout=LIMIT_S, check=False, env={**os.environ, **variables})

    def refused(self, code: int, done: subprocess.CompletedProcess[bytes]) -> str:
        """The one sentence of a run that failed as it should."""
        err = done.stderr.decode("utf-8", "replace")
        assert (done.returncode, done.stdout) == (code, b""), err
        assert "Traceback" not in err
        assert len(err.splitlines()) == 1, err
        return err

    def done(self, done: subprocess.CompletedProcess[bytes]) -> bytes:
        """The output of a run that was fine."""
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
        return done.stdout


@pytest.fixture
def program(resources: Path) -> Program:
    return Program(resources)


BINARY = (bytes(range(256)), b"\xff\xfe\xff", b"\x80" * 5_000, b"\x89PNG\r\n\x1a\n\x00", b"warfarin\n\xc3\x28", b"\xed\xa0\x80")


@pytest.mark.parametrize("given", BINARY)
def test_binary_on_standard_input(program: Program, given: bytes) -> None:
    assert "UTF-8" in program.refused(2, program.run("check", "-", given=given))


def test_text_of_every_kind_on_standard_input(program: Program) -> None:
    for given in ("warfarin\naspirin", "\ufeffwarfarin\r\naspirin\r\n", "warfarin\x00\naspirin\x1b[31m"):
        report = json.loads(program.done(program.run("check", "-", "--json", given=given.encode())))
        assert len(report["drugs"]) == 2
    report = json.loads(program.done(program.run("check", "--json", given="warfarin\naspirin".encode("utf-16"))))
    assert len(report["drugs"]) == 2
    for given in ("", " \n\t", "\ufeff"):
        program.refused(2, program.run("check", "-", given=given.encode()))
    assert "larger" in program.refused(2, program.run("check", "-", given=b"x" * 5_000_000))


@pytest.mark.parametrize("arguments", ["", f"'{PAIR}'", f"'{PAIR}' --json"])
@pytest.mark.parametrize("streams", ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams(program: Program, streams: str, arguments: str) -> None:
    done = program.shell(f'echo warfarin | "$@" {arguments} {streams}')
    assert b"Traceback" not in done.stdout + done.stderr
    closed_input = "<&-" in streams and not arguments
    assert done.returncode == (2 if closed_input else 0)


@pytest.mark.parametrize("arguments", [f"'{PAIR}'", f"'{PAIR}' --json"])
@pytest.mark.parametrize("reader", ["true", "head -c 1", "head -n 1", "sleep 0.2"])
def test_a_reader_that_leaves(program: Program, reader: str, arguments: str) -> None:
    done = program.shell(f'"$@" {arguments} | {reader} >/dev/null; exit "${{PIPESTATUS[0]}}"')
    assert done.returncode in (0, 1)
    assert done.stderr == b""


def test_a_long_report_to_a_reader_that_leaves(program: Program, dealer: Dealer) -> None:
    text = "\n".join(dealer.plain_medicine() for _ in range(40))
    done = program.shell('"$@" "$TEXT" | head -n 2 >/dev/null; exit "${PIPESTATUS[0]}"', TEXT=text)
    assert done.returncode in (0, 1)
    assert done.stderr == b""


def test_full_output(program: Program) -> None:
    for arguments in (f"'{PAIR}'", f"'{PAIR}' --json"):
        done = program.shell(f'"$@" {arguments} >/dev/full')
        assert "written" in program.refused(1, done)


def test_huge_arguments(program: Program) -> None:
    for text in ("x" * 100_000, "warfarin 5 mg od; " * 400, "warfarin 5 mg\n" * 450, "a/" * 3_000, "." * 300):
        program.done(program.run("check", text))
    program.refused(2, program.run("check", "warfarin 5 mg od; aspirin; " * 400))
    program.refused(2, program.run("check", "/" * 5_000))
    program.refused(2, program.run("drug", "x" * 100_000))
    program.refused(2, program.run("check", PAIR, "--severity", "x" * 100_000))
    program.refused(2, program.run("check", PAIR, "--" + "x" * 50_000))
    program.refused(2, program.run("check", PAIR, "--patient", "x" * 50_000))


def test_bytes_that_are_no_text_as_arguments(program: Program, tmp_path: Path) -> None:
    program.done(program.run("check", b"warfarin \xff\xfe 5 mg"))
    program.done(program.run("check", b"warfarin \xff 5 mg", "--json"))
    program.refused(2, program.run("drug", b"\xff\xfe\x1b[31m"))
    file = os.fsencode(tmp_path) + b"/list \xff.txt"
    Path(os.fsdecode(file)).write_bytes(b"warfarin\naspirin\n")
    assert b"warfarin" in program.done(program.run("check", file))
    program.refused(2, program.run("check", PAIR, "--patient", file))


def test_files_that_are_none(program: Program, tmp_path: Path) -> None:
    for what in (str(tmp_path), "/", ".", "/dev"):
        assert "folder" in program.refused(2, program.run("check", what))
        assert "folder" in program.refused(2, program.run("check", PAIR, "--patient", what))
    for arguments in (("check", "/dev/zero"), ("check", PAIR, "--patient", "/dev/zero")):
        assert "larger" in program.refused(2, program.run(*arguments, memory_mb=2_000))
    program.refused(2, program.run("check", "/dev/urandom", memory_mb=2_000))
    program.refused(2, program.run("check", "/dev/null"))
    program.refused(2, program.run("check", "/proc/self/mem"))
    link = tmp_path / "loop"
    link.symlink_to(link)
    program.refused(2, program.run("check", str(link)))


def test_pipes(program: Program, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"warfarin\naspirin\n"))
    writer.start()
    assert len(json.loads(program.done(program.run("check", str(pipe), "--json")))["drugs"]) == 2
    writer.join()
    done = program.shell('"$@" <(echo warfarin; echo aspirin) --json')
    assert len(json.loads(program.done(done))["drugs"]) == 2


def test_unreadable_file(program: Program, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads every file")
    file = tmp_path / "list.txt"
    file.write_text("warfarin", encoding="utf-8")
    file.chmod(0)
    assert "read" in program.refused(2, program.run("check", str(file)))


def test_a_file_that_another_user_may_not_read(program: Program, tmp_path: Path) -> None:
    """Root drops its rights for the run, so that permissions count."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    file = tmp_path / "list.txt"
    file.write_text("warfarin", encoding="utf-8")
    file.chmod(0o600)
    code = (
        "import os, sys; from engine.cli.main import main; import engine.cli.check\n"
        "os.setgid(65534); os.setuid(65534); sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "check", str(file), "--resources", program.resources]
    done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, check=False)
    assert "Permission denied" in program.refused(2, done)


ENVIRONMENTS: dict[str, dict[str, str]] = {
    "C": {"LC_ALL": "C", "LANG": "C"},
    "ASCII": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "POSIX": {"LC_ALL": "POSIX", "LANG": ""},
    "Latin-1": {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
    "CP1252": {"PYTHONIOENCODING": "cp1252:strict"},
    "UTF-16": {"PYTHONIOENCODING": "utf-16"},
    "no such locale": {"LC_ALL": "xx_YY.nowhere"},
    "no home": {"HOME": ""},
    "home that is a file": {"HOME": "/etc/hostname"},
    "home that is gone": {"HOME": "/nowhere/at/all", "XDG_CONFIG_HOME": "/nowhere", "XDG_CACHE_HOME": "/nowhere"},
    "narrow": {"COLUMNS": "1"},
    "odd width": {"COLUMNS": "-5"},
    "no terminal": {"TERM": "dumb", "NO_COLOR": "1"},
    "colour": {"FORCE_COLOR": "1", "TERM": "xterm-256color"},
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environments(program: Program, name: str) -> None:
    text = f"{PAIR}\nxyzolumab ≥ 5 µg 💊"
    encoding = "utf-16" if name == "UTF-16" else "utf-8" if name in ("C", "POSIX") else "latin-1"
    out = program.done(program.run("check", text, environment=ENVIRONMENTS[name]))
    assert "warfarin" in out.decode(encoding)
    written = program.done(program.run("check", text, "--json", environment=ENVIRONMENTS[name]))
    assert len(json.loads(written.decode("utf-16" if name == "UTF-16" else "utf-8"))["drugs"]) == 2
    program.done(program.run("drug", "warfarin", environment=ENVIRONMENTS[name]))


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own, of which every byte is taken."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount")
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("this machine does not let tmpfs be mounted")
    try:
        with pytest.raises(OSError, match="No space"):
            (folder / "full").write_bytes(b"\0" * 1_000_000)
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_full_home(program: Program, tiny: Path) -> None:
    places = {"HOME": str(tiny), "TMPDIR": str(tiny), "XDG_CONFIG_HOME": str(tiny), "XDG_DATA_HOME": str(tiny)}
    program.done(program.run("check", PAIR, environment=places))
    program.done(program.run("doctor", environment=places))
    done = program.shell('"$@" "warfarin; aspirin" >"$HOME/out"', **places)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_read_only_home(program: Program, tiny: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(tiny)], check=True)
    program.done(program.run("check", PAIR, environment={"HOME": str(tiny), "TMPDIR": str(tiny)}))
    assert [path.name for path in tiny.iterdir()] == ["full"]


def wait_until_it_reads(process: int) -> None:
    """Past its imports, where an interrupt is Python's own business; the kernel names what a process waits for."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        if "pipe_read" in Path(f"/proc/{process}/wchan").read_text(encoding="ascii"):
            return
        time.sleep(0.05)


def test_little_memory_and_little_time(program: Program) -> None:
    program.done(program.run("check", PAIR, memory_mb=400))
    for number in (signal.SIGINT, signal.SIGTERM):
        # Jobs of a shell's background ignore interrupts, and what they start would do so too.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        process = subprocess.Popen(
            program.command("check", "-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        signal.signal(signal.SIGINT, before)
        assert process.stdin is not None
        process.stdin.write(b"warfarin\n")
        process.stdin.flush()
        wait_until_it_reads(process.pid)
        process.send_signal(number)
        out, err = process.communicate(timeout=LIMIT_S)
        assert out == b""
        assert b"Traceback" not in err
        assert process.returncode in (130, -number)


def test_random_lists(program: Program, dealer: Dealer, note: Note) -> None:
    for number in range(LISTS):
        text = dealer.text()
        arguments = ("--json",) if number % 2 else ()
        done = program.run(
            "check", "-", *arguments, given=text.encode("utf-8", "surrogatepass" if number % 3 == 0 else "replace")
        )
        print(repr(text))
        assert b"Traceback" not in done.stderr
        if done.returncode == 2:
            program.refused(2, done)
            continue
        out = program.done(done).decode("utf-8")
        if arguments:
            assert json.loads(out)["notice"]
        else:
            assert all(sign.isprintable() or sign == "\n" for sign in out), out
        provisional = done.stderr.decode("utf-8").splitlines()
        assert all(line.startswith("Provisional: ") for line in provisional)
    note(f"{LISTS} lists")
