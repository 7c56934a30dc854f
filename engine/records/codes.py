"""Names for medicines that a file gives only by a code: what the project's own tables say of RxNorm and ATC codes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeStore

CodeLookup = Callable[[str, str], str | None]
"""(system: "rxnorm", "atc", "snomed", "ndc" or "code", code) → the one name that is known for it, or None."""


def code_lookup(store: Callable[[], KnowledgeStore]) -> CodeLookup:
    """A look-up in the table of substances: RxNorm numbers of ingredients and whole ATC codes, each only of one substance.

    The store is asked for and its table read with the first code: few files need it.
    """
    known = cache(lambda: _known(store()))
    return lambda system, code: known().get((system, code.strip().upper()))


def _known(store: KnowledgeStore) -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], set[str]] = {}
    for one in store.all_substances():
        if one.rxnorm is not None:
            names.setdefault(("rxnorm", one.rxnorm), set()).add(one.name)
        for code in one.atc:
            names.setdefault(("atc", code), set()).add(one.name)
    return {key: min(found) for key, found in names.items() if len(found) == 1}
