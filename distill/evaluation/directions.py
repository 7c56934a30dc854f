"""Directions against what was annotated: what the words say alone, and with the student as a reading shows it.

Of pairs that are known to interact, in sentences whose names are known: what a reading leaves out because it is unsure of the
statement itself, or does not find a name, is not counted here. Precision is of what is said, recall of the pairs whose sentence
states that one medicine changes; what is said of a pair whose sentence states nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from distill.corpora.model import NO_RELATION, Corpus, Mention, Sentence, Split
from distill.evaluation.reader import Figures, Said, relation_logits
from distill.evaluation.relations import Answer, micro_counts
from distill.training.examples import unaskable
from distill.training.tasks import Source
from engine.reading.cues import CueWords, SentenceCues, Stated
from engine.reading.directing import CHANGES, agreed
from engine.students.manifest import Head
from engine.students.probabilities import calibrated

_NAME_OF = {change: name for name, change in CHANGES.items()}


def direction_figures(said: Said, head: Head, source: Source, corpus: Corpus, split: Split, words: CueWords) -> Figures:
    """Precision and recall of directions as a reading shows them, how many it shows, and precision and recall of the words alone.
    `source`, `corpus`: what `said` was asked of."""
    logits, truths = relation_logits(said, head, source.relation)
    sentences = {one.id: one for one in corpus.sentences(split)}
    cues: dict[str, _Names] = {}
    asked = [(one.document, pair) for one in said.examples if one.relation == source.relation for pair in one.pair_ids]
    missed = [Answer(*one, NO_RELATION) for one in unaskable(source, corpus, split, said.examples)]
    alone, shown = list(missed), list(missed)
    shares = calibrated(logits, head).tolist()
    for (document, (sentence, first, second)), own, truth in zip(asked, shares, truths, strict=True):
        if sentence not in cues:
            cues[sentence] = _Names(words, sentences[sentence])
        places = cues[sentence].places(first, second)
        plain = Stated() if places is None else cues[sentence].cues.stated(*places)
        pair = places or (0, 1)
        for answers, stated in ((alone, plain), (shown, agreed(plain, pair, own, head))):
            answers.append(Answer(document, "", head.labels[truth], _label(stated, pair)))
    of_words, together = micro_counts(alone), micro_counts(shown)
    return {
        "words_precision": of_words.precision,
        "words_recall": of_words.recall,
        "with_student_precision": together.precision,
        "with_student_recall": together.recall,
        "with_student_said": float(together.right + together.wrong),
    }


def _label(stated: Stated, pair: tuple[int, int]) -> str:
    if stated.object is None or stated.direction is None:
        return NO_RELATION
    return _NAME_OF[pair.index(stated.object), stated.direction]


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
