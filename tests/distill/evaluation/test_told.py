"""What the application tells, counted against annotators."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from distill.corpora.model import Corpus, Document, Mention, Pair, Sentence
from distill.corpora.statistics import READERS
from distill.evaluation.told import TEXTS, Told, told_lines, told_of
from distill.main import app
from engine.application import Application, open_application
from engine.errors import InputError

FIRST = "Cimetidine increases the plasma levels of theophylline."
SECOND = "Plasma levels of cortisol were increased by methadone."


@pytest.fixture(scope="module")
def application() -> Application:
    """This installation's, with the reader that ships."""
    return open_application()


def sentence(text: str, names: tuple[str, str], label: str) -> Sentence:
    """A sentence with two names that are related so."""
    mentions = tuple(
        Mention(
            name,
            "drug",
            name,
            ((text.index(name), text.index(name) + len(name)),),
        )
        for name in names
    )
    return Sentence(text, text, mentions, (Pair(*names, label),))


def corpus(*sentences: Sentence) -> Corpus:
    """Of one test document."""
    return Corpus("made-up", "none", {"train": (), "development": (), "test": (Document("one", "made-up", sentences),)})


def test_what_is_told_is_counted(application: Application) -> None:
    first = sentence(FIRST, ("Cimetidine", "theophylline"), "mechanism")
    second = sentence(SECOND, ("cortisol", "methadone"), "none")
    assert told_of(application, corpus(first, second), "ddi") == Told(told=1, right=1, related=1, unsure=1, stated=1)
    assert told_of(application, corpus(first, second), "ade") == Told(stated=1)


def test_another_label_and_another_name_are_told_apart(application: Application) -> None:
    other = sentence(FIRST, ("Cimetidine", "theophylline"), "effect")
    assert told_of(application, corpus(other), "ddi") == Told(told=1, related=1, stated=1)
    none = sentence(FIRST, ("Cimetidine", "theophylline"), "none")
    assert told_of(application, corpus(none), "ddi") == Told(told=1)
    longer = sentence(FIRST, ("Cimetidine", "levels of theophylline"), "mechanism")
    assert told_of(application, corpus(longer), "ddi") == Told(stated=1, elsewhere=1)


def test_names_stand_where_the_whole_document_has_them(application: Application) -> None:
    again = [sentence(SECOND, ("cortisol", "methadone"), "none"), sentence(FIRST, ("Cimetidine", "theophylline"), "mechanism")]
    assert told_of(application, corpus(*again), "ddi") == Told(told=1, right=1, related=1, unsure=1, stated=1)


def test_the_table_has_a_line_for_each_text(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name for name, _place, _reader in READERS}
    assert {name for _words, name, _task in TEXTS} <= known
    one = corpus(sentence(FIRST, ("Cimetidine", "theophylline"), "mechanism"))
    monkeypatch.setattr("distill.evaluation.told.read_corpus", lambda _name, _data: one)
    lines = list(told_lines(application, application.installation.resources))
    assert len(lines) == 2 + len(TEXTS)
    assert lines[2].endswith("| 1 | 100.0 % (1 of 1) | 100.0 % (1 of 1) | 100.0 % (1 of 1) | 0, 0 | 0 |")
    assert lines[4].endswith("| 0 | - | - | 0.0 % (0 of 1) | 0, 0 | 0 |")


def test_it_asks_for_the_corpora() -> None:
    fault = CliRunner().invoke(app, ["evaluate", "told"]).exception
    assert isinstance(fault, InputError)
    assert "give --data" in fault.sentence
