"""A whole text: names, pairs, relations with direction and knowledge, remarks on what was not read."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.application import Application
from engine.cancellation import CancelledError, Progress
from engine.errors import InputError, ResourceError
from engine.installation import Installation
from engine.reading.language import NOT_ENGLISH, OTHER_SCRIPT
from engine.reading.lexicon import Lexicon
from engine.reading.model import Reading, ReadSentence
from engine.reading.reader import A_LIST, MOST_CHARACTERS, NO_MEDICINES, ONLY_DICTIONARY, read, read_in_steps
from tests.engine.reading.scripted import ScriptedModel, scripted, with_student

TAGS = {
    **dict.fromkeys(("cimetidine", "warfarin", "methotrexate", "mtx", "ibuprofen", "simvastatin"), "drug-names/B-drug"),
    "nsaids": "drug-names/B-group",
    "clopidogrel": "drug-names/B-drug",
    "ulcers": "diseases/B-Disease",
    "adults": "pico/B-PAR",
}
WORDS = ["the", "levels", "clearance", "of", "and", "with", "was", "given", ".", "(", ")", "by", "cyp2c9", "in"]
ABSTRACT = (
    "BACKGROUND: Cimetidine increases the levels of warfarin. Cimetidine decreased the levels of warfarin. "
    "Methotrexate (MTX) was given to adults. NSAIDs reduces the renal clearance of MTX. Ibuprofen causes ulcers. "
    "Perhaps simvastatin raises ibuprofen. Warfarin was given with warfarin. Cimetidine inhibits CYP2C9."
)


@pytest.fixture(params=[False, True], ids=["by sentences", "by passages"])
def read_application(application: Application, request: pytest.FixtureRequest) -> tuple[Application, ScriptedModel]:
    student, model = scripted(TAGS, 64, WORDS, passages=request.param)
    return with_student(application, student), model


def relations(sentence: ReadSentence) -> list[tuple[str, str, str, str, str]]:
    return [
        (sentence.entities[one.first].text, sentence.entities[one.second].text, one.task, one.label, one.knowledge)
        for one in sentence.relations
    ]


def test_an_abstract(read_application: tuple[Application, ScriptedModel]) -> None:
    reading = read(read_application[0], ABSTRACT)
    assert "".join(ABSTRACT[one.start : one.start + len(one.text)] + " " for one in reading.sentences).strip() == ABSTRACT
    assert [relations(one) for one in reading.sentences] == [
        [("Cimetidine", "warfarin", "ddi", "mechanism", "documented")],
        [("Cimetidine", "warfarin", "ddi", "mechanism", "contradicted")],
        [],
        [("NSAIDs", "MTX", "ddi", "mechanism", "documented")],
        [("Ibuprofen", "ulcers", "ade", "adverse_effect", "not_compared")],
        [("simvastatin", "ibuprofen", "ddi", "mechanism", "no_record")],
        [],
        [("Cimetidine", "CYP2C9", "chemprot", "INHIBITOR", "no_record")],
    ]
    stated, opposed = reading.sentences[0].relations[0], reading.sentences[1].relations[0]
    assert (stated.object, stated.direction, opposed.object, opposed.direction) == (1, "increase", 1, "decrease")
    assert stated.documented == opposed.documented
    assert stated.severity == "moderate"
    assert reading.sentences[3].relations[0].mechanisms == ("pk.excretion",)
    assert [span.kind for span in reading.sentences[2].spans] == ["PAR"]
    assert reading.remarks == ()
    assert reading.notice == read_application[0].notice


def test_probabilities_are_calibrated_and_below_the_bar_it_abstains(
    read_application: tuple[Application, ScriptedModel],
) -> None:
    sentences = read(read_application[0], ABSTRACT).sentences
    sure, unsure = sentences[0].relations[0], sentences[5].relations[0]
    for one in (sure, unsure):
        assert sum(share for _label, share in one.probabilities) == pytest.approx(1, abs=1e-5)
        assert dict(one.probabilities)[one.label] == one.probability == max(share for _label, share in one.probabilities)
    assert (sure.abstained, unsure.abstained) == (False, True)
    assert unsure.probability < 0.6 < sure.probability


def test_what_was_defined_holds_in_later_sentences(read_application: tuple[Application, ScriptedModel]) -> None:
    sentence = read(read_application[0], ABSTRACT).sentences[3]
    assert [(one.text, one.name, one.source) for one in sentence.entities] == [
        ("NSAIDs", None, "both"),
        ("MTX", "methotrexate", "both"),
    ]


def test_the_same_text_is_read_the_same(read_application: tuple[Application, ScriptedModel]) -> None:
    text = f"{ABSTRACT} " * 20
    first, again = read(read_application[0], text), read(read_application[0], text)
    assert first == again
    alone = [one for _ in range(20) for one in read(read_application[0], ABSTRACT).sentences]
    assert [one.text for one in first.sentences] == [one.text for one in alone]
    assert [relations(one) for one in first.sentences] == [relations(one) for one in alone]


def test_without_a_student_names_of_the_dictionary_are_left(application: Application) -> None:
    reading = read(with_student(application, None), ABSTRACT)
    assert reading.remarks == ("The student that reads abstracts is not installed.", ONLY_DICTIONARY)
    assert not any(one.relations for one in reading.sentences)
    assert {entity.source for one in reading.sentences for entity in one.entities} == {"dictionary"}
    assert [entity.name for entity in reading.sentences[0].entities] == ["cimetidine", "warfarin"]
    assert reading.provenance.student is reading.provenance.student_sha256 is None


def test_what_read_it_is_named(read_application: tuple[Application, ScriptedModel]) -> None:
    provenance = read(read_application[0], "Warfarin was given.").provenance
    store = read_application[0].store
    assert (provenance.student, provenance.student_sha256, provenance.non_commercial) == ("scripted 0", "0" * 64, True)
    assert (provenance.knowledge, provenance.knowledge_digest) == (store.version, store.digest)


@pytest.mark.parametrize("text", ["", " \n", "Warfarin", "It rained all day.", "\0", "Warfarin was\0given."])
def test_poor_texts_are_read_with_a_remark(read_application: tuple[Application, ScriptedModel], text: str) -> None:
    reading = read(read_application[0], text)
    assert reading.remarks
    assert "".join(one.text for one in reading.sentences) == text.strip()


def test_no_medicines(read_application: tuple[Application, ScriptedModel]) -> None:
    assert read(read_application[0], "It rained all day.").remarks == (NO_MEDICINES,)


def test_a_list_of_medicines_is_told_from_a_text(read_application: tuple[Application, ScriptedModel]) -> None:
    listed = "Warfarin, aspirin, simvastatin, clarithromycin, metformin, lisinopril, amlodipine, digoxin, fluoxetine"
    assert read(read_application[0], listed).remarks == (A_LIST,)
    assert read(with_student(read_application[0], None), listed).remarks[-1] == ONLY_DICTIONARY
    told = "Of all the patients who came to the clinic some were given warfarin and some were given aspirin."
    assert read(read_application[0], told).remarks == ()


def test_what_looks_like_a_list_and_states_something_is_none(read_application: tuple[Application, ScriptedModel]) -> None:
    # The scripted student takes the word for a statement; to the dictionary of directions it is none.
    stated = read(
        read_application[0], "Cimetidine increases warfarin; digoxin, amiodarone, verapamil, omeprazole, ibuprofen, aspirin"
    )
    assert any(one.relations for one in stated.sentences)
    assert A_LIST not in stated.remarks
    foreign = "Cimetidine nunca increases warfarina, claritromicina, verapamilo, omeprazol, ibuprofeno, digoxina."
    reading = read(read_application[0], foreign)
    assert NOT_ENGLISH in reading.remarks
    assert {relation.doubt for one in reading.sentences for relation in one.relations} <= {"language"}


def test_other_scripts_are_not_put_to_the_student(read_application: tuple[Application, ScriptedModel]) -> None:
    application, model = read_application
    reading = read(application, "Пациенты получали варфарин и аспирин. Кровотечений никогда не было.")
    assert NOT_ENGLISH in reading.remarks
    assert [one.unread for one in reading.sentences] == [OTHER_SCRIPT, OTHER_SCRIPT]
    assert model.rows == 0


def test_what_another_language_seems_to_state_is_unsure(read_application: tuple[Application, ScriptedModel]) -> None:
    reading = read(read_application[0], "Cimetidine increases warfarin volgens nederlandse artsen bij oudere patienten.")
    assert NOT_ENGLISH in reading.remarks
    relations = [one for sentence in reading.sentences for one in sentence.relations]
    assert {(one.doubt, one.abstained, one.direction) for one in relations} == {("language", True, None)}


def test_the_longest_text_and_one_more(application: Application) -> None:
    with pytest.raises(InputError, match="too long"):
        read(application, "a" * (MOST_CHARACTERS + 1))
    unread = with_student(application, None)
    text = ("Cimetidine increases the levels of warfarin. " * (MOST_CHARACTERS // 45 + 1))[:MOST_CHARACTERS]
    steps = read_in_steps(unread, text)
    assert next(steps) == Progress(0, MOST_CHARACTERS)
    done = [next(steps).done for _ in range(20)]
    assert done == sorted(set(done))
    assert done[-1] < MOST_CHARACTERS // 10


def test_progress_ends_at_the_end(read_application: tuple[Application, ScriptedModel]) -> None:
    text = f"{ABSTRACT} " * 29 + ABSTRACT
    steps = read_in_steps(read_application[0], text)
    readings: list[Reading] = []

    def run() -> Generator[Progress, None, None]:
        readings.append((yield from steps))

    seen = [progress.done for progress in run()]
    assert seen == sorted(seen)
    assert seen[-1] == len(text)
    assert len(seen) > 5
    assert readings[0].text == text


def test_it_stops_when_asked(read_application: tuple[Application, ScriptedModel]) -> None:
    application, model = read_application
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked > 3:
            raise CancelledError

    with pytest.raises(CancelledError):
        list(read_in_steps(application, f"{ABSTRACT} " * 50, check=check))
    assert 0 < model.rows < 8 * 50


def test_very_many_names_are_told(application: Application) -> None:
    words = [row.name for row in application.store.names if re.fullmatch("[a-z]{9,}", row.name)]
    student, model = scripted(dict.fromkeys(words, "drug-names/B-drug"), 200)
    chosen: dict[tuple[str, ...], str] = {}
    for name in words:
        known = application.lexicon.names.named(name)
        if known is not None:
            chosen.setdefault(known.substances, name)
    text = ", ".join(list(chosen.values())[:60]) + "."
    reading = read(with_student(application, student), text)
    assert len(reading.sentences[0].entities) == 60
    (remark,) = (one for one in reading.remarks if "very many" in one)
    assert f"{60 * 59 // 2 - 300} pairs of names were not read" in remark
    assert model.pairs == 300


def test_names_too_far_apart_are_told(application: Application) -> None:
    student, _model = scripted(TAGS, 16, [*WORDS, "x"])
    reading = read(with_student(application, student), f"Cimetidine {'x ' * 30} warfarin the levels of.")
    assert any("too far apart" in one for one in reading.remarks)


def test_a_missing_word_table_is_a_sentence(application: Application) -> None:
    nowhere = replace(application, lexicon=Lexicon(Installation(application.installation.compiled), application.store))
    with pytest.raises(ResourceError, match="word table"):
        read(nowhere, "Warfarin was given.")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.text(max_size=150),
        st.lists(st.sampled_from([*TAGS, *WORDS, "increases", "MTX", ". ", "(", " ", "\n", "\0", "é"]), max_size=40).map(
            " ".join
        ),
    )
)
def test_any_text_is_read(read_application: tuple[Application, ScriptedModel], text: str) -> None:
    reading = read(read_application[0], text)
    for sentence in reading.sentences:
        assert text[sentence.start : sentence.start + len(sentence.text)] == sentence.text
        places = [(one.start, one.end) for one in sentence.entities]
        assert all(left[1] <= right[0] for left, right in pairwise(places))
        assert all(sentence.text[one.start : one.end] == one.text != "" for one in sentence.entities)
        for relation in sentence.relations:
            assert relation.first < relation.second < len(sentence.entities)
            assert relation.object in (None, relation.first, relation.second)
            assert (relation.object is None) == (relation.direction is None)
