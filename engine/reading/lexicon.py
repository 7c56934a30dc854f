"""The words that reading needs, made once when they are first asked for: names, abbreviations, cues, common words."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from engine.errors import ResourceError
from engine.installation import REBUILD_HINT
from engine.knowledge.resolve import normal_form
from engine.reading.name_index import SHORTEST_NAME, KnownName, NameIndex, group_name, medicine_name, protein_name
from engine.reading.sentences import SentenceSplitter
from engine.reading.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.installation import Installation
    from engine.knowledge.store import KnowledgeStore
    from engine.reading.cues import CueWords
    from engine.reading.doubts import DoubtWords

FOLDER = "reading"
# Kinds of words in directions that stand in sentences too.
_OF_SENTENCES = frozenset({"noise", "prose", "reason", "negation", "stopped", "person"})


class Lexicon:
    """Word tables of `resources/reading` and the names of the knowledge. It shows no names of medicines itself, so all views of a
    store share one. Every table raises `ResourceError` where it is missing or damaged."""

    def __init__(self, installation: Installation, store: KnowledgeStore) -> None:
        self._folder = installation.resources / FOLDER
        self._store = store

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.tsv"

    @cached_property
    def names(self) -> NameIndex:
        """Names of medicines, enzymes and transporters."""
        doubtful = frozenset(normal_form(name) for name, _why in read_table(self._path("doubtful_names"), ("name", "why")))
        kinds = {substance.id: substance.kind for substance in self._store.all_substances()}
        medicines = [medicine_name(row, doubtful, kinds) for row in self._store.names if len(row.name) >= SHORTEST_NAME]
        proteins = [protein_name(name) for name, _target in read_table(self._path("proteins"), ("name", "target"))]
        return NameIndex([*medicines, *proteins])

    @cached_property
    def groups(self) -> NameIndex:
        """Names of groups of medicines. Apart from the others: where one does not count, what it is made of may ("CYP3A4
        inhibitor")."""
        return NameIndex(self._groups())

    def _groups(self) -> Iterator[KnownName]:
        """Of their table. A member is a substance, or ("@…") all that a source counts to a class: those that we count to it do
        not make what a source says of the class a statement on them. A table of several classes has a group that is narrower or
        wider than any of theirs ("oral contraceptives")."""
        counted: dict[str, list[str]] = {}
        for row in self._store.memberships.all():
            if row.provenance.traced:
                counted.setdefault(f"@{row.class_id}", []).append(row.substance)
        substances = {substance.id for substance in self._store.all_substances()}
        for name, cell in read_table(self._path("groups"), ("name", "members")):
            keys = cell.split(";")
            unknown = [key for key in keys if key not in counted and key not in substances]
            if unknown:
                path = self._path("groups")
                raise ResourceError(f"The word table '{path}' names {unknown[0]}, not held by the knowledge. {REBUILD_HINT}")
            yield from group_name(name, tuple(sorted({member for key in keys for member in counted.get(key, [key])})))

    @cached_property
    def targets(self) -> dict[str, str]:
        """Enzymes and transporters as the knowledge calls them, by the names of `names` that mean one."""
        return {name: target for name, target in read_table(self._path("proteins"), ("name", "target")) if target != "-"}

    @cached_property
    def doubts(self) -> DoubtWords:
        """Words that deny, ask, set apart, or speak of two treatments."""
        from engine.reading.doubts import DoubtWords
        from engine.reading.trials import TrialWords

        columns = ("words", "role")
        try:
            trials = TrialWords(read_table(self._path("regimens"), columns), read_table(self._path("body"), ("name", "given")))
            return DoubtWords(read_table(self._path("doubts"), columns), trials)
        except KeyError as error:
            raise ResourceError(
                f"One of the word tables doubts.tsv, regimens.tsv and body.tsv in '{self._folder}' has a role that is not known. "
                f"{REBUILD_HINT}"
            ) from error

    @cached_property
    def salts(self) -> frozenset[str]:
        """Normal forms of words of salt and release, which a name may lose ("hydrochloride", "retard")."""
        rows = self._store.rows("sig_terms")
        return frozenset(normal_form(row[0]) for row in rows if row[1] in ("salt", "release"))

    @cached_property
    def dosing_words(self) -> frozenset[str]:
        """Single words of directions ("tablet", "twice", "daily"), in small letters; none that only sentences have."""
        rows = self._store.rows("sig_terms")
        return frozenset(word for row in rows if row[1] not in _OF_SENTENCES for word in row[0].casefold().split())

    @cached_property
    def splitter(self) -> SentenceSplitter:
        """Finds sentences."""
        return sentence_splitter(self._folder.parent)

    @cached_property
    def common_words(self) -> frozenset[str]:
        """Very common English words of abstracts, in small letters."""
        return frozenset(word for (word,) in read_table(self._path("common_words"), ("word",)))

    @cached_property
    def cues(self) -> CueWords:
        """Words that state a direction or a mechanism."""
        return cue_words(self._folder.parent)


def cue_table(resources: Path) -> Path:
    """The file of the words that state a direction or a mechanism, of a resources folder."""
    return resources / FOLDER / "cues.tsv"


def cue_words(resources: Path) -> CueWords:
    """Words that state a direction or a mechanism, of a resources folder.

    Raises:
        ResourceError: the table is missing or damaged.
    """
    from engine.reading.cues import CueWords

    path = cue_table(resources)
    try:
        return CueWords(read_table(path, ("words", "role", "mechanism")))
    except KeyError as error:
        raise ResourceError(f"The word table '{path}' has a role that is not known. {REBUILD_HINT}") from error


def sentence_splitter(resources: Path) -> SentenceSplitter:
    """What finds sentences, with the abbreviations of a resources folder.

    Raises:
        ResourceError: their table is missing or damaged.
    """
    return SentenceSplitter(dict(_pair(row) for row in read_table(resources / FOLDER / "abbreviations.tsv", ("words", "where"))))


def _pair(row: tuple[str, ...]) -> tuple[str, str]:
    first, second = row
    return first, second
