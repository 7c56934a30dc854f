"""What holds for every test: windows are drawn off screen, and one compiled knowledge serves all that need it."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from distill.knowledge.build import build
from engine.application import Application, open_application
from engine.installation import find_installation

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# How long one example takes depends on what else the machine does; what must be fast is measured in the benchmarks.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A resources folder with the knowledge of this checkout, compiled afresh (a path with spaces and non-ASCII letters)."""
    folder = tmp_path_factory.mktemp("Prüf stand") / "resources"
    own = find_installation().resources
    folder.mkdir()
    shutil.copy(own / "intended_use.txt", folder)
    shutil.copytree(own / "samples", folder / "samples")
    shutil.copytree(own / "reading", folder / "reading")
    build(own / "knowledge", folder / "compiled")
    return folder


@pytest.fixture(scope="session")
def application(resources: Path) -> Application:
    """The application over the real knowledge."""
    return open_application(resources)
