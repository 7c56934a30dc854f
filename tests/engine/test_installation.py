"""Where the resources are found, and the sentence where they are not."""

from pathlib import Path

import pytest

from engine.errors import ResourceError
from engine.installation import find_installation


def test_the_checkout_s_own_resources() -> None:
    assert (find_installation().knowledge_tables / "sources.tsv").is_file()


@pytest.mark.parametrize("folder", [Path("/nowhere/resources"), Path("/" + "/".join(["x" * 200] * 40))])
def test_a_folder_that_cannot_be_reached_is_one_sentence(folder: Path) -> None:
    with pytest.raises(ResourceError) as fault:
        find_installation(folder)
    assert fault.value.sentence.startswith("The resources folder")
