"""What words and student say of a direction together: the words where they are plain, the student where it is sure, and nothing
where the two differ."""

from __future__ import annotations

import pytest

from engine.application import Application
from engine.errors import ResourceError
from engine.reading.cues import Stated
from engine.reading.directing import CHANGES, DIRECTION, agreed, head_of
from engine.reading.model import Relation
from engine.reading.reader import read
from engine.students.manifest import Head
from tests.engine.reading.scripted import scripted, with_student

HEAD = Head(name=DIRECTION, kind="relation", labels=("none", *CHANGES), start=0, abstain_below=0.9)
SILENT, PLAIN, WITHHELD = Stated(), Stated(7, "increase", exposure=True), Stated(withheld=True)


def shares(label: str, probability: float) -> list[float]:
    rest = (1 - probability) / (len(HEAD.labels) - 1)
    return [probability if one == label else rest for one in HEAD.labels]


@pytest.mark.parametrize(
    ("words", "label", "probability", "found"),
    [
        (SILENT, "first_up", 0.95, Stated(3, "increase", probability=0.95)),
        (SILENT, "second_down", 0.95, Stated(7, "decrease", probability=0.95)),
        (SILENT, "second_down", 0.89, SILENT),
        (SILENT, "none", 0.99, SILENT),
        (WITHHELD, "second_up", 0.95, WITHHELD),
        (PLAIN, "second_up", 0.95, PLAIN),
        (PLAIN, "second_down", 0.95, SILENT),
        (PLAIN, "first_up", 0.95, SILENT),
        (PLAIN, "first_up", 0.5, PLAIN),
        (PLAIN, "none", 0.99, SILENT),
        (PLAIN, "none", 0.8, PLAIN),
    ],
)
def test_words_and_student_together(words: Stated, label: str, probability: float, found: Stated) -> None:
    assert agreed(words, (3, 7), shares(label, probability), HEAD) == found


def test_a_head_that_is_asked_otherwise_is_refused() -> None:
    asked = HEAD.model_copy(update={"name": "ddi", "labels": ("none", "effect"), "markers": (1, 2)})
    student, _model = scripted({})
    sound = HEAD.model_copy(update={"markers": (1, 2)})
    for heads, found in (((asked,), None), ((asked, sound), sound)):
        assert head_of(student.manifest.model_copy(update={"heads": heads})) == found
    for wrong in ((asked, HEAD), (sound,), (asked, sound.model_copy(update={"labels": HEAD.labels[:-1]}))):
        with pytest.raises(ResourceError, match="head 'direction' of this reader student cannot be used"):
            head_of(student.manifest.model_copy(update={"heads": wrong}))


def relation(application: Application, sentence: str) -> Relation:
    """Of two medicines in a sentence, as the scripted student reads it."""
    medicines = dict.fromkeys(("cimetidine", "rifampicin", "warfarin"), "drug-names/B-drug")
    words = ("the", "of", "levels", "plasma", ".")
    student, _model = scripted(medicines, 64, words)
    ((found,),) = [one.relations for one in read(with_student(application, student), sentence).sentences]
    return found


def test_the_student_speaks_where_the_words_are_not_plain(application: Application) -> None:
    found = relation(application, "cimetidine reduces thereby warfarin.")
    assert (found.object, found.direction, found.knowledge) == (1, "increase", "documented")
    assert found.direction_probability == pytest.approx(0.93, abs=0.01)


def test_on_the_words_alone_nothing_is_said_of_the_student(application: Application) -> None:
    found = relation(application, "cimetidine increases the plasma levels of warfarin.")
    assert (found.object, found.direction, found.direction_probability) == (1, "increase", None)


def test_words_and_student_that_differ_state_nothing(application: Application) -> None:
    found = relation(application, "cimetidine increases the plasma levels of warfarin thence.")
    assert (found.object, found.direction, found.knowledge) == (None, None, "documented")


def test_that_the_knowledge_says_otherwise_is_not_said_on_the_word_of_the_student(application: Application) -> None:
    read_so = relation(application, "rifampicin reduces thereby warfarin.")
    silenced = relation(application, "rifampicin increases the plasma levels of warfarin thence.")
    plain = relation(application, "rifampicin increases the plasma levels of warfarin.")
    assert (read_so.direction, plain.direction) == ("increase", "increase")
    assert (read_so.knowledge, plain.knowledge) == ("other_direction", "contradicted")
    # The words contradict the knowledge and the student the words: no direction is shown, and no tick.
    assert (silenced.direction, silenced.knowledge) == (None, "other_direction")
    # Nor of what the student is not sure of.
    unsure = relation(application, "rifampicin increases the plasma levels of warfarin perhaps.")
    assert (unsure.abstained, unsure.direction, unsure.knowledge) == (True, "increase", "other_direction")


def test_that_the_knowledge_says_otherwise_is_not_said_of_a_role_that_is_not_sure(application: Application) -> None:
    sure = relation(application, "rifampicin inhibits CYP3A4.")
    unsure = relation(application, "rifampicin inhibits CYP3A4 perhaps.")
    assert (sure.task, sure.abstained, sure.knowledge) == ("chemprot", False, "contradicted")
    assert (unsure.task, unsure.abstained, unsure.knowledge) == ("chemprot", True, "other_direction")
    assert unsure.documented == sure.documented != ()


def test_of_a_statement_that_is_not_sure_the_student_tells_no_direction(application: Application) -> None:
    found = relation(application, "cimetidine reduces perhaps thereby warfarin.")
    assert (found.abstained, found.direction) == (True, None)
