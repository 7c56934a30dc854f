"""What a reading says of directions, against what was annotated: the words alone, and words and student together.

Precision is of what is said, recall of the pairs whose sentence states that one medicine changes; what is said of a pair whose
sentence states nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from distill.corpora.model import NO_RELATION, Corpus, Mention, Sentence, Split
from distill.evaluation.counts import Counts
from distill.evaluation.reader import Figures, Said, relation_logits
from engine.reading.cues import CueWords, SentenceCues, Stated
from engine.reading.directing import CHANGES, agreed
from engine.students.manifest import Head
from engine.students.probabilities import calibrated

_NAME_OF = {change: name for name, change in CHANGES.items()}


def direction_figures(said: Said, head: Head, corpus: Corpus, split: Split, words: CueWords) -> Figures:
    """Precision and recall of directions as a reading shows them, and of the words alone. `corpus`: what `said` was asked of."""
    logits, truths = relation_logits(said, head, "direction")
    sentences = {one.id: one for one in corpus.sentences(split)}
    cues: dict[str, _Names] = {}
    pairs = [pair for example in said.examples if example.relation == "direction" for pair in example.pair_ids]
    alone, shown = Counts(), Counts()
    for (sentence, first, second), shares, truth in zip(pairs, calibrated(logits, head).tolist(), truths, strict=True):
        if sentence not in cues:
            cues[sentence] = _Names(words, sentences[sentence])
        places = cues[sentence].places(first, second)
        plain = cues[sentence].cues.stated(*places) if places is not None else Stated()
        true = head.labels[truth]
        alone += _counted(_label(plain, places), true)
        shown += _counted(_label(agreed(plain, places or (0, 1), shares, head), places or (0, 1)), true)
    return {
        "words_precision": alone.precision,
        "words_recall": alone.recall,
        "shown_precision": shown.precision,
        "shown_recall": shown.recall,
    }


def _label(stated: Stated, places: tuple[int, int] | None) -> str:
    if stated.object is None or stated.direction is None or places is None:
        return NO_RELATION
    return _NAME_OF[places.index(stated.object), stated.direction]


def _counted(said: str, true: str) -> Counts:
    return Counts(
        right=said == true != NO_RELATION,
        wrong=said not in (true, NO_RELATION),
        missed=true not in (said, NO_RELATION),
    )


class _Names:
    """The words of one published sentence around its names; of names within each other the first counts."""

    def __init__(self, words: CueWords, sentence: Sentence) -> None:
        names = list(_apart(sentence))
        self._places: Mapping[str, int] = {one.id: place for place, one in enumerate(names)}
        self.cues = SentenceCues(words, sentence.text, [(*one.spans[0], one.text.casefold()) for one in names])

    def places(self, first: str, second: str) -> tuple[int, int] | None:
        """Of two names among those that are taken; None where one is not."""
        found = self._places.get(first), self._places.get(second)
        return None if found[0] is None or found[1] is None else (found[0], found[1])


def _apart(sentence: Sentence) -> Iterator[Mention]:
    end = 0
    for one in sorted(sentence.mentions, key=lambda one: one.spans[0]):
        if one.spans[0][0] >= end:
            end = one.spans[0][1]
            yield one
