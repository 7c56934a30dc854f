"""Where the publishers' files of the ANSM thesaurus are, for tests.

Beside the repository, or the test is skipped.
"""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "ansm-thesaurus"


def ansm_file(name: str) -> Path:
    """The file, or a skip with its reason where the data is not at hand."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"the publisher's file {name} is not at hand")
    return path
