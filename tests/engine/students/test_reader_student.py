"""The reader that ships keeps the contract: what it answers to a row depends on nothing else."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from engine.students.encoding import Question, encode, make_row
from engine.students.manifest import Head
from engine.students.opening import ReaderStudent, open_reader
from engine.students.probabilities import calibrated
from engine.students.rows import Row, RowAnswer
from engine.students.sentinel import read_sentinels
from tests.engine.students.real import STUDENT, needs_student

pytestmark = needs_student

SENTENCES = (
    "Ketoconazole increases the plasma concentration of simvastatin.",
    "Patients who take warfarin should not take aspirin or ibuprofen, because the risk of bleeding is higher.",
    "No interaction between digoxin and omeprazole was seen.",
)
NAMES = (("Ketoconazole", "simvastatin"), ("warfarin", "aspirin", "ibuprofen"), ("digoxin", "omeprazole"))


@pytest.fixture(scope="module")
def student() -> ReaderStudent:
    return open_reader(STUDENT)


@pytest.fixture(scope="module")
def head(student: ReaderStudent) -> Head:
    found = student.manifest.head("ddi")
    assert found is not None
    return found


def rows_of(student: ReaderStudent, head: Head, place: int) -> list[Row]:
    """A sentence with all of its pairs in one row, then with each pair alone."""
    assert head.markers is not None
    encoded = encode(student.tokenizer, SENTENCES[place])
    tokens = [encoded.tokens_in(at, at + 1)[0] for at in map(SENTENCES[place].index, NAMES[place])]
    asked = [Question(first, second, head.markers) for first, second in itertools.combinations(tokens, 2)]
    window = range(1, len(encoded.ids) - 1)
    return [make_row(encoded, window, questions) for questions in (asked, *([one] for one in asked))]


def test_what_is_beyond_doubt(student: ReaderStudent) -> None:
    assert read_sentinels(student).wrong == ()


def test_a_row_s_answer_does_not_depend_on_the_rows_beside_it(student: ReaderStudent, head: Head) -> None:
    rows = [row for place in range(len(SENTENCES)) for row in rows_of(student, head, place)] * 3
    for together, row in zip(student.session.answer(rows), rows, strict=True):
        (alone,) = student.session.answer([row])
        np.testing.assert_array_equal(together.names, alone.names)
        np.testing.assert_array_equal(together.relations, alone.relations)


def shares(answer: RowAnswer, head: Head) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Calibrated probabilities of the pairs of a row."""
    return calibrated(answer.relations, head)


def test_a_pair_s_answer_hardly_depends_on_the_pairs_beside_it(student: ReaderStudent, head: Head) -> None:
    # In exact arithmetic not at all; eight bits share one scale in a row.
    for place in range(len(SENTENCES)):
        answers = student.session.answer(rows_of(student, head, place))
        alone = np.concatenate([shares(answer, head) for answer in answers[1:]])
        np.testing.assert_allclose(shares(answers[0], head), alone, atol=0.06)


def test_markers_hardly_change_what_is_read_in_the_text(student: ReaderStudent, head: Head) -> None:
    # In exact arithmetic not at all; eight bits share one scale in a row.
    names = student.manifest.head("drug-names")
    assert names is not None
    for place in range(len(SENTENCES)):
        asked = rows_of(student, head, place)[0]
        length = asked.groups.index(1)
        plain = replace(asked, ids=asked.ids[:length], positions=asked.positions[:length], groups=asked.groups[:length], pairs=())
        with_markers, without = (calibrated(answer.names[:length], names) for answer in student.session.answer([asked, plain]))
        assert np.abs(with_markers - without).mean() < 0.02


def test_attention_is_of_the_right_form(student: ReaderStudent, head: Head) -> None:
    row = rows_of(student, head, 1)[0]
    (answer,) = student.session.answer([row], attention=True)
    assert answer.attention is not None
    np.testing.assert_allclose(answer.attention.sum(axis=-1), 1, atol=1e-4)
    text = row.groups.index(1)
    assert float(answer.attention[:, :text, text:].max()) < 1e-6  # the text sees no marker
    assert float(answer.attention[:, text : text + 2, text + 2 :].max()) < 1e-6  # a pair sees no other pair
