"""Each reader on a small file made by hand, whole and damaged."""

import zipfile
from pathlib import Path

import pytest

from distill.corpora.ade import read_ade
from distill.corpora.chemprot import read_chemprot
from distill.corpora.ddi import read_ddi, read_ddi_names
from distill.corpora.dikb import read_dikb
from distill.corpora.model import Corpus, Split
from distill.corpora.pubmedqa import read_pubmedqa
from distill.corpora.tokens import read_names, read_pico
from engine.errors import InputError

DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<document id="{id}"><sentence id="{id}.s0" text="Aone and Btwo or three may bleed.">
<entity id="{id}.s0.e0" charOffset="0-3" type="drug" text="Aone"/>
<entity id="{id}.s0.e1" charOffset="9-12;17-21" type="group" text="Btwo three"/>
<pair id="{id}.s0.p0" e1="{id}.s0.e0" e2="{id}.s0.e1" ddi="true" type="effect"/>
</sentence></document>"""
PLACES = (
    "DDICorpus/Train/DrugBank",
    "DDICorpus/Test/Test for DDI Extraction task/MedLine",
    "DDICorpus/Test/Test for DrugNER task/DrugBank",
)


def ddi_zip(folder: Path, change: tuple[str, str] = ("", "")) -> Path:
    path = folder / "corpus.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, place in enumerate(PLACES):
            archive.writestr(f"{place}/d{number}.xml", DOCUMENT.format(id=f"d{number}").replace(*change))
    return path


def taken(corpus: Corpus, split: Split) -> list[tuple[str, list[str], list[str]]]:
    """(text, mentions, labels) of each sentence of a split."""
    sentences = corpus.sentences(split)
    return [(one.text, [mention.text for mention in one.mentions], [pair.label for pair in one.pairs]) for one in sentences]


def test_a_discontinuous_mention_keeps_both_stretches(tmp_path: Path) -> None:
    corpus = read_ddi(ddi_zip(tmp_path))
    (sentence,) = corpus.sentences("test")
    assert [mention.spans for mention in sentence.mentions] == [((0, 4),), ((9, 13), (17, 22))]
    assert (sentence.mentions[1].start, sentence.mentions[1].end) == (9, 22)
    assert sentence.pairs[0].label == "effect"
    assert sentence.mention(sentence.pairs[0].second).kind == "group"
    assert corpus.splits["test"][0].origin == "MedLine"
    assert read_ddi_names(tmp_path / "corpus.zip").splits["test"][0].id == "d2"
    assert len(corpus.splits["train"]) + len(corpus.splits["development"]) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("</document>", ""), "XML is broken"),
        (('charOffset="0-3"', 'charOffset="0-300"'), "outside its sentence"),
        (('charOffset="0-3"', 'charOffset="zero"'), "outside its sentence"),
        (('type="drug"', 'type="wine"'), "'wine' is no kind"),
        (('type="effect"', 'type="magic"'), "'magic' is no relation"),
        (('e2="', 'e2="x'), "names a mention that is not there"),
        (('text="Aone"', ""), "'entity' without text"),
    ],
)
def test_a_damaged_ddi_document_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(InputError) as raised:
        read_ddi(ddi_zip(tmp_path, change))
    assert said in raised.value.sentence
    assert "d1.xml" in raised.value.sentence


def test_a_missing_a_broken_and_an_empty_zip(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing"):
        read_ddi(tmp_path / "absent.zip")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK nothing")
    with pytest.raises(InputError, match="not a zip file"):
        read_ddi(broken)
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    with pytest.raises(InputError, match="no documents under 'Train'"):
        read_ddi(tmp_path / "empty.zip")


def names_folder(folder: Path, content: str) -> Path:
    for file in ("train.tsv", "devel.tsv", "test.tsv"):
        (folder / file).write_text(content, encoding="utf-8")
    return folder


def test_tags_become_mentions(tmp_path: Path) -> None:
    content = "Aone\tB-Chemical\n-\tI-Chemical\ntwo\tI-Chemical\nB\tB-Chemical\nhelps\tO\n\nNothing\tO\n"
    corpus = read_names(names_folder(tmp_path, content), "toy")
    assert taken(corpus, "train") == [("Aone - two B helps", ["Aone - two", "B"], []), ("Nothing", [], [])]


@pytest.mark.parametrize(("content", "said"), [("word\n", "line 1"), ("word\tX-Chemical\n", "'X-Chemical' is no tag")])
def test_damaged_tags_are_named(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_names(names_folder(tmp_path, content), "toy")


def test_pico_documents_keep_their_number(tmp_path: Path) -> None:
    first = "-DOCSTART- (77)\n\nXylitol NN O I-INT\nfor NN O O\nchildren NN O I-PAR\n\n"
    text = f"{first}-DOCSTART- (78)\n\nB NN O I-OUT\nC NN O I-OUT\n"
    for file in ("dev.txt", "test.txt"):
        (tmp_path / file).write_text(text, encoding="utf-8")
    corpus = read_pico(tmp_path)
    assert [document.id for document in corpus.splits["test"]] == ["77", "78"]
    assert taken(corpus, "test") == [("Xylitol for children", ["Xylitol", "children"], []), ("B C", ["B C"], [])]
    (tmp_path / "dev.txt").write_text("A NN O O\n", encoding="utf-8")
    with pytest.raises(InputError, match="does not begin with a document"):
        read_pico(tmp_path)


def test_marks_become_mentions_and_crossed_ones_are_counted(tmp_path: Path) -> None:
    good = '{"text": "<< A-1 >>-like action of [[ bene ]].", "label": "AGONIST", "metadata": []}'
    crossed = '{"text": "<< A [[ b >> c ]] d << e >>.", "label": "AGONIST", "metadata": []}'
    for file in ("train.txt", "dev.txt", "test.txt"):
        (tmp_path / file).write_text(f"{good}\n{crossed}\n", encoding="utf-8")
    corpus = read_chemprot(tmp_path)
    assert taken(corpus, "train") == [("A-1-like action of bene.", ["A-1", "bene"], ["AGONIST"])]
    assert len(corpus.remarks) == 3
    (tmp_path / "test.txt").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="line 1 is damaged"):
        read_chemprot(tmp_path)


def test_the_distance_of_the_offsets_decides_between_two_occurrences(tmp_path: Path) -> None:
    text = "Rash after aone, no rash before; later rash with btwo."
    row = f"12|{text}|rash|{100 + text.rindex('rash')}|0|btwo|{100 + text.index('btwo')}|0"
    other = f"12|{text}|Rash|100|0|aone|111|0"
    absent = f"12|{text}|fever|1|2|aone|111|0"
    (tmp_path / "DRUG-AE.rel").write_text(f"{row}\n{other}\n{absent}", encoding="utf-8")
    (tmp_path / "ADE-NEG.txt").write_text("12 NEG Nothing happened.\n", encoding="utf-8")
    corpus = read_ade(tmp_path)
    sentences = [one for split in corpus.splits.values() for document in split for one in document.sentences]
    stated, negative = sentences
    rash = next(mention for mention in stated.mentions if mention.text == "rash")
    assert rash.start == text.rindex("rash")
    assert sorted(pair.label for pair in stated.pairs) == ["adverse_effect", "adverse_effect", "none", "none"]
    assert (negative.text, negative.pairs) == ("Nothing happened.", ())
    assert "1 rows" in corpus.remarks[0]


def test_abstracts_give_their_paragraphs_and_the_conclusion(tmp_path: Path) -> None:
    path = tmp_path / "ori_pqal.json"
    path.write_text('{"77": {"QUESTION": "Why?", "CONTEXTS": ["Aone. ", "Btwo."], "LONG_ANSWER": "So."}}', encoding="utf-8")
    corpus = read_pubmedqa(tmp_path)
    assert taken(corpus, "train") == [("Aone.", [], []), ("Btwo.", [], []), ("So.", [], [])]
    assert corpus.splits["train"][0].id == "77"
    for content, said in (("{", "not JSON"), ("[]", "by their PubMed id"), ('{"78": {"CONTEXTS": [3]}}', "abstract 78")):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=said):
            read_pubmedqa(tmp_path)
    with pytest.raises(InputError, match="missing"):
        read_pubmedqa(tmp_path / "absent")


def evidence(folder: Path, *notes: str) -> Path:
    """A dump whose evidence records have these notes, from record 1."""
    rows = ",".join(f"({number},'e','u','{note}'{',NULL' * 11})" for number, note in enumerate(notes, start=1))
    (folder / "dikb_evidence.sql").write_text(f"INSERT INTO `Evidence` VALUES {rows};\n", encoding="latin-1")
    return folder


def test_notes_of_curators_become_sentences_and_stand_once(tmp_path: Path) -> None:
    first = r"Quote:\n\nAone raised the AUC\nof Btwo (P &lt; .05). Btwo is safe, e.g. in 5 men.\n"
    corpus = read_dikb(evidence(tmp_path, first, "", "BTWO is safe, e.g. in 5 men. Cthree is not."))
    assert [(one.id, one.text) for one in corpus.sentences("train")] == [
        ("dikb.1.0", "Quote:"),
        ("dikb.1.1", "Aone raised the AUC of Btwo (P < .05)."),
        ("dikb.1.2", "Btwo is safe, e.g. in 5 men."),
        ("dikb.3.1", "Cthree is not."),
    ]
    assert [document.id for document in corpus.splits["train"]] == ["dikb.1", "dikb.3"]


def test_a_damaged_and_a_missing_dump_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"dikb_evidence\.sql' is missing"):
        read_dikb(tmp_path)
    path = evidence(tmp_path, "Aone raised Btwo.") / "dikb_evidence.sql"
    path.write_text(path.read_text(encoding="latin-1").replace(",NULL);", ");"), encoding="latin-1")
    with pytest.raises(InputError, match="no list of rows"):
        read_dikb(tmp_path)
