"""What every corpus is read into: documents of sentences with mentions and with pairs of mentions that have a label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Split = Literal["train", "development", "test"]
SPLITS: tuple[Split, ...] = ("train", "development", "test")
NO_RELATION = "none"


@dataclass(frozen=True, slots=True)
class Mention:
    """A named thing: `spans` are half-open (start, end) offsets in characters of the sentence, several where discontinuous."""

    id: str
    kind: str
    text: str
    spans: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """First character."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.spans[-1][1]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two mentions of one sentence (their ids) and what the sentence says of them; `NO_RELATION` where nothing."""

    first: str
    second: str
    label: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it was published."""

    id: str
    text: str
    mentions: tuple[Mention, ...] = ()
    pairs: tuple[Pair, ...] = ()

    def mention(self, mention_id: str) -> Mention:
        """The mention of that id.

        Raises:
            KeyError: the sentence has none.
        """
        for mention in self.mentions:
            if mention.id == mention_id:
                return mention
        raise KeyError(mention_id)


@dataclass(frozen=True, slots=True)
class Document:
    """Sentences that belong together: never divided between splits. `origin` is a part of a corpus (DrugBank, MedLine …)."""

    id: str
    origin: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus by split; a split that it does not have is empty. `remarks` say what of the files could not be taken. `borders`:
    whether the files tell where a document ends; else each sentence counts as one, and they follow each other as in the texts."""

    name: str
    licence: str
    splits: dict[Split, tuple[Document, ...]]
    remarks: tuple[str, ...] = ()
    borders: bool = True

    def sentences(self, split: Split) -> tuple[Sentence, ...]:
        """All sentences of a split, in order."""
        return tuple(sentence for document in self.splits[split] for sentence in document.sentences)
