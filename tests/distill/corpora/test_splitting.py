"""Development documents are drawn by their own id, whole, and the same whatever else is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.corpora.model import Document
from distill.corpora.splitting import divide

ids = st.lists(st.text(min_size=1, max_size=12), unique=True, max_size=60)


@given(ids, st.floats(min_value=0.05, max_value=0.95))
def test_every_document_is_in_exactly_one_part_and_stays_there(names: list[str], share: float) -> None:
    documents = [Document(name, "", ()) for name in names]
    rest, drawn = divide(documents, share, "seed")
    assert sorted((*rest, *drawn), key=lambda one: one.id) == sorted(documents, key=lambda one: one.id)
    fewer_rest, fewer_drawn = divide(documents[::2], share, "seed")
    assert set(fewer_rest) <= set(rest)
    assert set(fewer_drawn) <= set(drawn)


def test_the_share_is_about_what_was_asked() -> None:
    documents = [Document(f"d{number}", "", ()) for number in range(4000)]
    _rest, drawn = divide(documents, 0.1, "seed")
    assert 320 < len(drawn) < 480
    assert set(divide(documents, 0.1, "other")[1]) != set(drawn)


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0])
def test_a_share_that_leaves_nothing_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        divide([], share, "seed")
