"""Sentences annotated by a model: what it is shown and asked, what is taken of its answer, and what is not."""

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from distill.corpora.model import Mention, Pair, Sentence
from distill.corpora.statistics import read_corpus
from distill.corpora.written import NAMED, read_named, read_typed
from distill.main import app
from distill.teachers.accounting import Prices
from distill.teachers.annotating import Annotator, write_lines
from distill.teachers.cache import ReplyCache
from distill.teachers.chat import ChatModel, Prompt, PromptTooLongError, Reply, Sampling
from distill.teachers.sentence_forms import Kind, PairsForm
from engine.errors import InputError
from tests.distill.corpora.test_readers import DOCUMENT, ddi_zip
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
    # Its second name is in one piece here, so that it can be shown.
    whole = ('charOffset="9-12;17-21" type="group" text="Btwo three"', 'charOffset="9-12" type="group" text="Btwo"')
    path = ddi_zip(folder / "ddi-corpus", whole).rename(folder / "ddi-corpus" / "DDICorpus-2013.zip")
    with zipfile.ZipFile(path, "a") as archive:
        # The first document is drawn for development, this one is not.
        archive.writestr("DDICorpus/Train/DrugBank/d9.xml", DOCUMENT.format(id="d9").replace(*whole))
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


def annotator(kind: Kind, data: Path, model: ChatModel, told: list[str] | None = None) -> Annotator:
    notes = [] if told is None else told
    return Annotator(kind, data, model, Sampling(), ReplyCache(data / "replies"), examples=4, note=notes.append)


def test_pairs_become_lines_that_the_corpus_is_read_from(data: Path) -> None:
    # The development part of a corpus that judges nothing here may be annotated; the second sentence of it has one name twice.
    model = Scripted(["<think>\n1 || int 1x2\n</think>\n1 || mechanism 1x2\n2. || none\n3 || Effect 1x2.\nThat is all."])
    found = list(annotator("pairs", data, model).annotate("bc5cdr-chemical"))
    assert found == [
        "bc5cdr.train.0 || 0-4 15-19 || mechanism 1x2",
        "bc5cdr.train.1 || 0-4 9-13 ||",
        "bc5cdr.development.0 || 0-4 29-34 || effect 1x2",
    ]
    ((prompt, _sampling),) = model.asked
    assert "1 [1:Chemical:Aone] may raise [2:Chemical:Btwo] levels\n2 " in prompt.question
    assert prompt.system.endswith("\n[1:drug:Aone] and [2:group:Btwo] or three may bleed. || effect 1x2")
    path = data / "lines.txt"
    assert write_lines(found, path) == 3
    typed = read_typed(read_corpus("bc5cdr-chemical", data), path)
    assert [[pair.label for pair in one.pairs] for one in typed.sentences("train")] == [["mechanism"], ["none"], ["effect"]]


def test_names_are_every_place_where_they_stand(data: Path) -> None:
    model = Scripted(["1 || Aone; Btwo ||\n2 || || -"])
    found = list(annotator("names", data, model).annotate("bc5cdr-disease"))
    # The second sentence is one of the test part, and that of development judges.
    assert found == ["bc5cdr.train.0 || 0-4 15-19 ||", "bc5cdr.train.2 ||  ||"]
    assert "Aone may raise Btwo levels || Aone; Btwo ||" in model.asked[0][0].system
    path = data / "lines.txt"
    write_lines(found, path)
    chemicals = read_named("named", read_corpus("bc5cdr-disease", data), path, NAMED, ["Chemical"])
    assert [[one.text for one in sentence.mentions] for sentence in chemicals.sentences("train")] == [["Aone", "Btwo"], []]


def test_what_is_tested_is_not_annotated(data: Path) -> None:
    # As it was published, whatever the names in it are marked with.
    tested = DOCUMENT.format(id="t").replace("Aone and Btwo or three may bleed.", "Aone may raise Btwo levels")
    place = "DDICorpus/Test/Test for DDI Extraction task/MedLine/t.xml"
    with zipfile.ZipFile(data / "ddi-corpus" / "DDICorpus-2013.zip", "a") as archive:
        archive.writestr(place, re.sub("<entity .*|<pair .*", "", tested))
    found = list(annotator("pairs", data, Scripted(["1 || int 1x2\n2 ||"])).annotate("bc5cdr-chemical"))
    assert [line.partition(" ")[0] for line in found] == ["bc5cdr.train.1", "bc5cdr.development.0"]


def test_only_medicines_are_paired(data: Path) -> None:
    with pytest.raises(InputError, match="'bc5cdr-disease' has nothing to ask of"):
        list(annotator("pairs", data, Scripted([])).annotate("bc5cdr-disease"))
    trigger, first, second = Mention("a", "Caution_Interaction", "Avoid", ((0, 5),)), drug("b", 6), drug("c", 11)
    sentence = Sentence("s", "Avoid Aone Btwo", (trigger, first, second), (Pair("b", "c", "Caution_Interaction"),))
    item = PairsForm().item([sentence])
    assert item is not None
    assert (item.text, item.truth) == ("Avoid [1:Drug:Aone] [2:Drug:Btwo]", frozenset())


def drug(name: str, start: int) -> Mention:
    return Mention(name, "Drug", {6: "Aone", 11: "Btwo"}[start], ((start, start + 4),))


def test_an_answer_that_cannot_be_read_is_asked_for_once_more(data: Path) -> None:
    told: list[str] = []
    model = Scripted(["1 || mechanism 1x3\n2 || nonsense 1x2\n9 || int 1x2\n3 || int 1x2", "1 || effect 1x2\n2 || advise"])
    found = list(annotator("pairs", data, model, told).annotate("bc5cdr-chemical"))
    assert found == ["bc5cdr.train.0 || 0-4 15-19 || effect 1x2", "bc5cdr.development.0 || 0-4 29-34 || int 1x2"]
    assert model.asked[1][0].question.count("\n") == 1
    assert [sampling.seed for _prompt, sampling in model.asked] == [0, 1]
    assert told == ["3 of 3 sentences; too long for the model 0, answer not read 1"]
    # Asked again, all comes from the file of replies.
    assert list(annotator("pairs", data, Scripted([])).annotate("bc5cdr-chemical")) == found


def test_a_line_that_the_limit_cut_off_is_not_taken(data: Path) -> None:
    class Cut(Scripted):
        def reply(self, prompt: Prompt, sampling: Sampling) -> Reply:
            return replace(super().reply(prompt, sampling), whole=False)

    model = Cut(["1 || Aone; Btwo ||\n2 || ||", "1 || ||"])
    assert list(annotator("names", data, model).annotate("bc5cdr-disease")) == ["bc5cdr.train.0 || 0-4 15-19 ||"]


def test_sentences_that_do_not_fit_are_asked_in_halves(data: Path) -> None:
    class Small(Scripted):
        def reply(self, prompt: Prompt, sampling: Sampling) -> Reply:
            if "\n" in prompt.question or "Btwo" in prompt.question:
                raise PromptTooLongError
            return Reply("1 || effect 1x2", 1, 1, whole=True)

    told: list[str] = []
    found = list(annotator("pairs", data, Small([]), told).annotate("bc5cdr-chemical"))
    assert [line.partition(" ")[0] for line in found] == ["bc5cdr.train.1", "bc5cdr.development.0"]
    assert told == ["3 of 3 sentences; too long for the model 1, answer not read 0"]
    with pytest.raises(InputError, match="show it fewer sentences with --examples"):
        list(annotator("pairs", data, Scripted([]), told).annotate("bc5cdr-chemical", 1))


def test_a_model_is_judged_by_all_development_sentences(data: Path) -> None:
    model = Scripted(["1 || Aone; Dnine || bleeding\n2 || Aone || headache; Aone flu"])
    counts = annotator("names", data, model).judged()
    # Both places of one name; of overlapping names the longest of its kind.
    assert (counts.right, counts.wrong, counts.missed) == (6, 1, 1)


def test_a_model_is_judged_by_the_types_of_pairs(data: Path) -> None:
    counts = annotator("pairs", data, Scripted(["1 || effect 1x2"])).judged()
    assert (counts.right, counts.wrong, counts.missed) == (1, 0, 0)
    (data / "replies").unlink()
    counts = annotator("pairs", data, Scripted(["1 || int 1x2"])).judged()
    assert (counts.right, counts.wrong, counts.missed) == (0, 1, 1)


def test_the_command(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Scripted(["1 || int 1x2", "1 || Aone; Dnine || bleeding\n2 || Aone || none", "2 || talk"])

    class Source:
        identity, prices = "scripted", Prices()

        def model(self, _cache: ReplyCache) -> ChatModel:
            return model

    out = tmp_path / "pairs.txt"
    words = ["annotate", "pairs", "--data", str(data), "--out", str(out)]
    for wrong, sentence in (
        (["annotate", "verbs", *words[2:]], "Annotated are pairs or names."),
        ([*words, "--corpus", "none"], "There is no corpus 'none'; known are ddi-2013"),
        (words, "Name a large language model"),
    ):
        fault = CliRunner().invoke(app, wrong).exception
        assert isinstance(fault, InputError)
        assert fault.sentence.startswith(sentence)
    monkeypatch.setattr("distill.teachers.named_models.language_model", lambda _named: Source())
    asked = CliRunner().invoke(app, [*words, "--corpus", "bc5cdr-chemical", "--sentences", "1"]).output
    assert "1 sentences in" in asked
    assert "replies kept: 1." in asked
    assert out.read_text(encoding="utf-8") == "bc5cdr.train.0 || 0-4 15-19 || int 1x2\n"
    assert model.closed
    judged = CliRunner().invoke(app, ["annotate", "names", *words[2:]]).output
    # Five of seven names, nothing wrong.
    assert "precision 1.000, recall 0.714, F1 0.833" in judged
