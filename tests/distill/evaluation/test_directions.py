"""Directions as a reading shows them: the words' own, those that only the student gives, and those that one of the two denies."""

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from distill.corpora.model import Corpus, Document, Mention, Pair, Sentence
from distill.evaluation.directions import direction_figures
from distill.evaluation.reader import Said
from distill.export.student import heads_of
from distill.training.examples import examples_of
from distill.training.tasks import layout_of, source_of
from engine.installation import find_installation
from engine.reading.lexicon import cue_words
from engine.students.encoding import open_tokenizer
from engine.students.rows import RowAnswer

RESOURCES = find_installation().resources
# What is true, and what the student says.
CASES = (
    ("Aone increases the plasma levels of Btwo", "second_up", "second_up"),
    ("Aone increases the plasma levels of Btwo", "second_up", "first_up"),
    ("Aone increases the plasma levels of Btwo", "second_up", "none"),
    ("Aone and Btwo were given", "first_down", "first_down"),
    ("Aone and Btwo were given", "first_down", "none"),
    ("Aone and Btwo were given", "none", "second_up"),
    ("Aone and Btwo were given", "none", "none"),
)


@pytest.fixture(scope="module")
def tokenizer(base_tokenizer: Path) -> Tokenizer:
    return open_tokenizer(base_tokenizer)


def corpus() -> Corpus:
    documents = []
    for number, (text, true, _said) in enumerate(CASES):
        names = [Mention(f"{number}.{one}", "drug", one, ((text.index(one), text.index(one) + 4),)) for one in ("Aone", "Btwo")]
        # A name within another one is none to the words.
        inner = Mention(f"{number}.in", "drug", "one", ((1, 4),))
        sentence = Sentence(f"s{number}", text, (inner, *names), (Pair(names[0].id, names[1].id, true),))
        documents.append(Document(f"d{number}", "", (sentence,)))
    return Corpus("directions", "", {"train": (), "development": (), "test": tuple(documents)})


def test_words_alone_and_with_the_student(tokenizer: Tokenizer) -> None:
    (head,) = heads_of(layout_of(("ddi-directions",)), tokenizer)
    given = corpus()
    examples = examples_of(source_of("ddi-directions"), [given], "test", tokenizer, 64)
    answers = []
    for example, (_text, _true, said) in zip(examples, CASES, strict=True):
        relations = np.zeros((1, len(head.labels)), dtype=np.float32)
        relations[0, head.labels.index(said)] = 9.0
        answers.append(RowAnswer(np.zeros((len(example.row.ids), 1), dtype=np.float32), relations))
    words = cue_words(RESOURCES)
    figures = direction_figures(Said(examples, tuple(answers)), head, source_of("ddi-directions"), given, "test", words)
    # Of five that are stated the words say three; the student adds one, silences two, and says one that is not stated.
    assert figures == pytest.approx(
        {
            "words_precision": 1.0,
            "words_recall": 0.6,
            "with_student_precision": 2 / 3,
            "with_student_recall": 0.4,
            "with_student_said": 3.0,
        }
    )


def test_what_was_not_asked_is_missed(tokenizer: Tokenizer) -> None:
    (head,) = heads_of(layout_of(("ddi-directions",)), tokenizer)
    nothing = direction_figures(Said((), ()), head, source_of("ddi-directions"), corpus(), "test", cue_words(RESOURCES))
    assert set(nothing.values()) == {0.0}
