"""The house rules that no linter checks, over the whole tree; each checker is shown to catch an offence."""

import ast
import io
import re
import statistics
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("engine", "desktop", "distill")
PYTHON_FOLDERS = (*PACKAGES, "tests", "tools", "packaging", "typings")
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 80
MAX_MEDIAN_LINES = 150

PICKLING_MODULES = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
NETWORK_MODULES = {
    *("aiohttp", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket"),
    *("socketserver", "ssl", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc"),
    *("PySide6.QtNetwork", "PySide6.QtWebEngineCore", "PySide6.QtWebEngineWidgets", "PySide6.QtWebSockets"),
}
NETWORK_NAMES = {"AF_INET", "AF_INET6"}
SILENCING = re.compile(r"#\s*(type:\s*ignore|noqa|ruff:|flake8:|mypy:|pyright:|pylint:|fmt:\s*(off|skip))", re.IGNORECASE)

Checker = Callable[[str], list[str]]


def too_long(text: str) -> list[str]:
    """A file over the limit."""
    lines = len(text.splitlines())
    return [f"{lines} lines"] if lines > MAX_FILE_LINES else []


def long_functions(text: str) -> list[str]:
    """Functions over the limit, from `def` to the last line."""
    offences = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                offences.append(f"line {node.lineno}: {node.name} has {lines} lines")
    return offences


def missing_docstring(text: str) -> list[str]:
    """A module that does not say what it is."""
    return [] if (ast.get_docstring(ast.parse(text)) or "").strip() else ["no module docstring"]


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _forbidden_imports(tree: ast.AST, forbidden: set[str]) -> list[str]:
    found = []
    for line, name in _imported(tree):
        parts = name.split(".")
        if any(".".join(parts[:length]) in forbidden for length in range(1, len(parts) + 1)):
            found.append(f"line {line}: imports {name}")
    return found


def pickling(text: str) -> list[str]:
    """Imports of formats that run code when read, and NumPy's switch for one of them."""
    tree = ast.parse(text)
    switches = [
        f"line {node.value.lineno}: allow_pickle"
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle"
    ]
    return _forbidden_imports(tree, PICKLING_MODULES) + switches


def printing(text: str) -> list[str]:
    """Calls of `print`."""
    return [
        f"line {node.lineno}: print"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def networking(text: str) -> list[str]:
    """Imports of anything that opens an internet socket, and the names of the address families."""
    tree = ast.parse(text)
    families = [
        f"line {node.lineno}: {name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
        and (name := node.id if isinstance(node, ast.Name) else node.attr) in NETWORK_NAMES
    ]
    return _forbidden_imports(tree, NETWORK_MODULES) + families


def silencing(text: str) -> list[str]:
    """Comments that switch a checker off. Strings that only mention one are not comments."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [
        f"line {token.start[0]}: {token.string}"
        for token in tokens
        if token.type == tokenize.COMMENT and SILENCING.search(token.string)
    ]


def unlocked(text: str) -> list[str]:
    """Lines of a lock file that name a place to fetch from; requirements not pinned and hashed."""
    offences = [f"line {n}: {line}" for n, line in enumerate(text.splitlines(), 1) if "://" in line or " @ " in line]
    for requirement in filter(None, text.replace("\\\n", " ").splitlines()):
        if requirement.startswith("#"):
            continue
        if requirement.startswith("-"):
            offences.append(f"option: {requirement}")
        elif "==" not in requirement or "--hash=sha256:" not in requirement:
            offences.append(f"not pinned and hashed: {requirement.split()[0]}")
    return offences


def loosened(text: str) -> list[str]:
    """Settings in pyproject.toml that exempt our files from a checker."""
    tool = tomllib.loads(text)["tool"]
    ruff = {**tool["ruff"], **tool["ruff"].get("lint", {})}
    keys = ("ignore", "extend-ignore", "per-file-ignores", "extend-per-file-ignores")
    offences = [f"ruff: {key}" for key in keys if ruff.get(key)]
    for section in (tool["mypy"], *tool["mypy"].get("overrides", [])):
        offences += [f"mypy: {key}" for key in ("ignore_errors", "ignore_missing_imports") if section.get(key)]
        offences += [f"mypy: {code} off" for code in section.get("disable_error_code", [])]
    return offences


def python_files(folders: Iterable[str]) -> list[Path]:
    """Our own Python files and stubs in the given top folders."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py*"))
    return sorted(path for path in found if path.suffix in {".py", ".pyi"} and "__pycache__" not in path.parts)


def offences_in(paths: Iterable[Path], checker: Checker) -> list[str]:
    """Every offence as `path: what`."""
    return [f"{path.relative_to(ROOT)}: {offence}" for path in paths for offence in checker(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("checker", [too_long, long_functions, missing_docstring, pickling, silencing])
def test_whole_tree(checker: Checker) -> None:
    paths = python_files(PYTHON_FOLDERS)
    assert ROOT / "tests" / "test_house_rules.py" in paths
    assert offences_in(paths, checker) == []


def test_shell_scripts_are_short_too() -> None:
    scripts = [ROOT / "Makefile", ROOT / ".ci" / "run", *sorted((ROOT / "tools").glob("*.sh"))]
    assert offences_in(scripts, too_long) == []


def test_median_file_is_short() -> None:
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(PACKAGES)]
    assert statistics.median(lengths) <= MAX_MEDIAN_LINES


def test_print_only_on_the_command_line() -> None:
    cli = ROOT / "engine" / "cli"
    paths = [p for p in python_files(PACKAGES) if cli not in p.parents and p != cli.with_suffix(".py")]
    assert offences_in(paths, printing) == []


def test_no_internet_in_engine_and_desktop() -> None:
    assert offences_in(python_files(("engine", "desktop")), networking) == []


def test_lock_is_hashed_and_names_no_host() -> None:
    assert offences_in([ROOT / "requirements.lock"], unlocked) == []


def test_no_checker_is_loosened() -> None:
    assert offences_in([ROOT / "pyproject.toml"], loosened) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_package_resolves_inside_this_distribution(package: str, tmp_path: Path) -> None:
    # From elsewhere and isolated, so that only the installation can answer.
    code = f"import importlib.metadata as m, {package}; m.distribution('coprescribe'); print({package}.__file__)"
    command = [sys.executable, "-I", "-X", "utf8", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    assert Path(done.stdout.strip()).resolve() == ROOT / package / "__init__.py"


BODY = "".join(f"    x{n} = {n}\n" for n in range(MAX_FUNCTION_LINES))
LOOSE = "[tool.ruff.lint]\nignore = ['E501']\n[tool.mypy]\n[[tool.mypy.overrides]]\nignore_errors = true\n"


@pytest.mark.parametrize(
    ("checker", "bad", "good"),
    [
        (too_long, "x = 1\n" * (MAX_FILE_LINES + 1), "x = 1\n" * MAX_FILE_LINES),
        (long_functions, f"def f():\n{BODY}", f"def f():\n{BODY[: BODY.rindex('    ')]}"),
        (long_functions, f"class A:\n  async def f():\n{BODY}", "class A:\n  async def f(): ..."),
        (missing_docstring, "x = 1\n", '"""Says what it is."""\n'),
        (missing_docstring, '"""  """\n', '"""Says what it is."""\n'),
        (pickling, "import pickle\n", "import pickletools\n"),
        (pickling, "def f():\n    from joblib import load\n", "from json import load\n"),
        (pickling, "numpy.load(path, allow_pickle=True)\n", "numpy.load(path)\n"),
        (printing, "def f():\n    print('x')\n", "pprint('x')  # print('x')\n"),
        (networking, "import socket\n", "import sockets_of_ours\n"),
        (networking, "from urllib import request\n", "from urllib.parse import quote\n"),
        (networking, "from PySide6 import QtNetwork\n", "from PySide6 import QtWidgets\n"),
        (networking, "s.socket(s.AF_INET)\n", "s.socket(s.AF_UNIX)\n"),
        (silencing, "x = f()  # type: ignore[attr-defined]\n", "x = '# type: ignore'\n"),
        (silencing, "import os  # NOQA: F401\n", "import os  # no quality lost\n"),
        (unlocked, "a==1 \\\n    --hash=sha256:0\nb==2\n", "a==1 \\\n    --hash=sha256:0\n"),
        (unlocked, "--index-url somewhere\n", ""),
        (unlocked, "# from http://somewhere\n", "# from nowhere\n"),
        (loosened, LOOSE, "[tool.ruff.lint]\nselect = ['E']\n[tool.mypy]\nstrict = true\n"),
    ],
)
def test_each_checker_can_fail(checker: Checker, bad: str, good: str) -> None:
    assert checker(bad)
    assert checker(good) == []
