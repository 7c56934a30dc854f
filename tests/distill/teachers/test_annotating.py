"""Sentences annotated by a model: what it is shown and asked, what is taken of its answer, and what is not."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from distill.corpora.statistics import read_corpus
from distill.corpora.written import read_named, read_typed
from distill.main import app
from distill.teachers.annotating import Annotator, Kind, write_lines
from distill.teachers.cache import ReplyCache
from distill.teachers.chat import ChatModel, Sampling
from engine.errors import InputError
from tests.distill.corpora.test_readers import ddi_zip
from tests.distill.teachers.test_language_model import Scripted

TEXTS = {
    "train": ["Aone may raise Btwo levels", "Cten and Aone were given", "Nothing here"],
    "devel": ["Aone blocked the bleeding of Dnine", "Aone gave headache and Aone flu"],
    "test": ["Cten and Aone were given"],
}
CHEMICALS, DISEASES = {"Aone", "Btwo", "Cten", "Dnine"}, {"bleeding", "headache", "flu"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The corpora with a few sentences: one of training stands in the test part too."""
    folder = tmp_path / "data"
    (folder / "ddi-corpus").mkdir(parents=True)
    ddi_zip(folder / "ddi-corpus").rename(folder / "ddi-corpus" / "DDICorpus-2013.zip")
    for place, kind, names in (
        ("BC5CDR-chem", "Chemical", CHEMICALS),
        ("BC5CDR-disease", "Disease", DISEASES),
        ("NCBI-disease", "Disease", DISEASES),
    ):
        (folder / "ner" / place).mkdir(parents=True)
        for split, texts in TEXTS.items():
            words = [[f"{word}\t{f'B-{kind}' if word in names else 'O'}" for word in text.split()] for text in texts]
            content = "\n\n".join("\n".join(lines) for lines in words) + "\n"
            (folder / "ner" / place / f"{split}.tsv").write_text(content, encoding="utf-8")
    return folder


def annotator(kind: Kind, data: Path, model: ChatModel) -> Annotator:
    return Annotator(kind, data, model, Sampling(), ReplyCache(data / "replies"))


def quiet(_words: str) -> None:
    """What is told on the way."""


def test_pairs_become_lines_that_the_corpus_is_read_from(data: Path) -> None:
    # The development part of a corpus whose conventions are not these may be annotated; the second of it has one name twice.
    model = Scripted(["1 || mechanism 1x2\n2 || \n3 || effect 1x2\nThat is all."])
    found = list(annotator("pairs", data, model).annotate("bc5cdr-chemical", None, quiet))
    assert found == [
        "bc5cdr.train.0 || 0-4 15-19 || mechanism 1x2",
        "bc5cdr.train.1 || 0-4 9-13 ||",
        "bc5cdr.development.0 || 0-4 29-34 || effect 1x2",
    ]
    ((prompt, _sampling),) = model.asked
    assert "1 [1:Chemical:Aone] may raise [2:Chemical:Btwo] levels\n2 " in prompt.question
    assert prompt.system.endswith("Examples, without numbers:")  # the only sentence of the toy corpus has a name in pieces
    path = data / "lines.txt"
    assert write_lines(found, path) == 3
    typed = read_typed(read_corpus("bc5cdr-chemical", data), path)
    assert [[pair.label for pair in one.pairs] for one in typed.sentences("train")] == [["mechanism"], ["none"], ["effect"]]


def test_names_are_every_place_where_they_stand_and_none_of_what_is_tested(data: Path) -> None:
    model = Scripted(["1 || Aone; Btwo ||\n2 || || "])
    found = list(annotator("names", data, model).annotate("bc5cdr-disease", None, quiet))
    # The second sentence is one of the test part, and that of development judges.
    assert found == ["bc5cdr.train.0 || 0-4 15-19 ||", "bc5cdr.train.2 ||  ||"]
    assert "Aone may raise Btwo levels || Aone; Btwo ||" in model.asked[0][0].system
    path = data / "lines.txt"
    write_lines(found, path)
    chemicals = read_named(read_corpus("bc5cdr-disease", data), path, "Chemical")
    assert [[one.text for one in sentence.mentions] for sentence in chemicals.sentences("train")] == [["Aone", "Btwo"], []]


def test_an_answer_that_cannot_be_read_is_asked_for_once_more(data: Path) -> None:
    told: list[str] = []
    model = Scripted(["1 || mechanism 1x3\n2 || nonsense 1x2\n9 || int 1x2\n3 || int 1x2", "1 || effect 1x2\n2 || advise"])
    found = list(annotator("pairs", data, model).annotate("bc5cdr-chemical", None, told.append))
    assert found == ["bc5cdr.train.0 || 0-4 15-19 || effect 1x2", "bc5cdr.development.0 || 0-4 29-34 || int 1x2"]
    assert model.asked[1][0].question.count("\n") == 1
    assert [sampling.seed for _prompt, sampling in model.asked] == [0, 1]
    assert told == ["3 of 3 sentences asked; answers to 1 could not be read"]
    # Asked again, all comes from the file of replies.
    assert list(annotator("pairs", data, Scripted([])).annotate("bc5cdr-chemical", None, quiet)) == found


def test_a_sentence_too_long_for_the_model_is_left_out(data: Path) -> None:
    assert list(annotator("pairs", data, Scripted([])).annotate("bc5cdr-chemical", 1, quiet)) == []


def test_a_model_is_judged_by_development_sentences(data: Path) -> None:
    model = Scripted(["1 || Aone; Dnine || bleeding\n2 || Aone || headache; Aone flu"])
    counts = annotator("names", data, model).judged(None, quiet)
    # Both places of one name; of overlapping names the longest of its kind.
    assert (counts.right, counts.wrong, counts.missed) == (6, 1, 1)


def test_the_command(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Scripted(["1 || int 1x2"])

    class Source:
        def model(self, _cache: ReplyCache) -> ChatModel:
            return model

    words = ["annotate", "pairs", "--data", str(data)]
    out = tmp_path / "pairs.txt"
    for wrong, sentence in (
        (["annotate", "verbs", "--data", str(data)], "Annotated are pairs or names."),
        ([*words, "--corpus", "none"], "There is no corpus 'none'; known are ddi-2013"),
        (words, "Give the file with --out"),
        ([*words, "--out", str(out)], "Name a large language model"),
    ):
        fault = CliRunner().invoke(app, wrong).exception
        assert isinstance(fault, InputError)
        assert fault.sentence.startswith(sentence)
    monkeypatch.setattr("distill.teachers.named_models.language_model", lambda _named: Source())
    asked = [*words, "--corpus", "bc5cdr-chemical", "--out", str(out), "--sentences", "1"]
    assert "1 sentences in" in CliRunner().invoke(app, asked).output
    assert out.read_text(encoding="utf-8") == "bc5cdr.train.0 || 0-4 15-19 || int 1x2\n"
    assert model.closed
    judged = CliRunner().invoke(app, [*words, "--out", str(out)]).output
    assert "precision 0.000, recall 0.000, F1 0.000" in judged
