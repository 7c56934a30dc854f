"""What was written and annotated for the reader: its form, whole and damaged, and that it holds nothing of what is tested."""

from dataclasses import replace
from pathlib import Path

import pytest

from distill.corpora import written
from distill.corpora.model import Corpus, Document, Mention, Sentence
from distill.corpora.overlap import HeldBack
from distill.corpora.statistics import read_corpus
from distill.corpora.written import (
    read_directions,
    read_effects,
    read_interactions,
    read_named,
    read_roles,
    read_typed,
    read_written,
    read_written_directions,
    read_written_effects,
    read_written_roles,
)
from distill.knowledge.nlm_labels import read_labels
from distill.training.tasks import task_of
from engine.errors import InputError

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
has_data = pytest.mark.skipif(not (DATA / "ddi-corpus").is_dir(), reason="the publishers' corpora are not at hand")
DDI = ("ddi-2013", "ddi-2013-names")
DISEASES = ("bc5cdr-chemical", "ncbi-disease")
# Of these some five hundred sentences were annotated, of all others more than a thousand.
SMALL = ("dikb-typed", "text-typed")


def published() -> Corpus:
    """One sentence of training and one of the test part, each with three names."""

    def document(name: str) -> Document:
        places = ((0, 4), (5, 9), (14, 18))
        mentions = tuple(
            Mention(f"{name}.e{at}", "Chemical", "Aone Btwo and Cten"[a:b], ((a, b),)) for at, (a, b) in enumerate(places)
        )
        return Document(name, "here", (Sentence(f"{name}.0", "Aone Btwo and Cten", mentions),))

    return Corpus("toy", "none", {"train": (document("d1"),), "development": (), "test": (document("d2"),)})


def lines(folder: Path, text: str) -> Path:
    path = folder / "lines.txt"
    path.write_text(text, encoding="utf-8")
    return path


def folder_of(folder: Path, train: str, development: str = "") -> Path:
    for file, text in zip(written.SENTENCES.values(), (train, development), strict=True):
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def told(sentence: Sentence) -> dict[tuple[str, str], str]:
    return {(sentence.mention(pair.first).text, sentence.mention(pair.second).text): pair.label for pair in sentence.pairs}


def test_a_written_sentence_has_its_names_and_all_its_pairs(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "\n[1:drug:Aone] with [2:group:b twos] or [3:brand:Cee]. || effect 1x2,3\n")
    (sentence,) = read_written(folder).sentences("train")
    assert sentence.text == "Aone with b twos or Cee."
    assert [(sentence.text[one.start : one.end], one.kind) for one in sentence.mentions] == [
        ("Aone", "drug"),
        ("b twos", "group"),
        ("Cee", "brand"),
    ]
    assert told(sentence) == {("Aone", "b twos"): "effect", ("Aone", "Cee"): "effect", ("b twos", "Cee"): "none"}


def test_of_a_written_sentence_it_may_be_told_what_changes(tmp_path: Path) -> None:
    both = "[1:drug:A] with [2:drug:B] || int 1x2\n[1:drug:A] of [2:drug:B], [3:drug:C] || effect 1x2,3 || first_up 1x3\n"
    folder = folder_of(tmp_path, both)
    assert len(read_written(folder).sentences("train")) == 2
    (sentence,) = read_written_directions(folder).sentences("train")
    assert told(sentence) == {("A", "C"): "first_up"}


def test_what_chooses_and_tunes_trains_nothing(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "[1:drug:A] or [2:drug:B] ||\n", "[1:drug:C] of [2:drug:D] || int 1x2 || none 1x2\n")
    for corpus, texts in ((read_written(folder), ["A or B"]), (read_written_directions(folder), [])):
        assert [one.text for one in corpus.sentences("train")] == texts
        assert [one.text for one in corpus.sentences("development")] == ["C of D"]
        assert corpus.sentences("test") == ()
        ids = [one.id for one in (*corpus.sentences("train"), *corpus.sentences("development"))]
        assert len(set(ids)) == len(ids)


def test_directions_keep_the_split_of_their_sentence(tmp_path: Path) -> None:
    path = lines(tmp_path, "d1.0 || 0-4 14-18 || second_down 1x2\nd2.0 || 0-4 5-9 14-18 || none 1x2; first_up 1x3\n")
    corpus = read_directions(published(), path)
    assert corpus.name == "toy-directions"
    assert [told(one) for one in corpus.sentences("train")] == [{("Aone", "Cten"): "second_down"}]
    assert [told(one) for one in corpus.sentences("test")] == [{("Aone", "Btwo"): "none", ("Aone", "Cten"): "first_up"}]


def test_a_sentence_is_told_once_what_changes(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 2 is damaged: .*d1\.0 stands there twice"):
        read_directions(published(), lines(tmp_path, "d1.0 || 0-4 5-9 || none 1x2\nd1.0 || 0-4 5-9 || first_up 1x2\n"))


def test_a_typed_sentence_is_the_published_one_with_the_names_that_were_asked(tmp_path: Path) -> None:
    corpus = read_typed(published(), lines(tmp_path, "d1.0 || 0-4 14-18 || advise 1x2\n"))
    (document,) = corpus.splits["train"]
    assert (corpus.name, document.id) == ("toy-typed", "d1")
    assert told(document.sentences[0]) == {("Aone", "Cten"): "advise"}


def test_named_sentences_are_two_corpora_over_one_text(tmp_path: Path) -> None:
    path = lines(tmp_path, "d1.0 || 0-4 5-9 || 14-18\n")
    chemicals, diseases = (read_named("new", published(), path, written.NAMED, [kind]) for kind in written.NAMED)
    assert [[one.text for one in corpus.sentences("train")[0].mentions] for corpus in (chemicals, diseases)] == [
        ["Aone", "Btwo"],
        ["Cten"],
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[1:drug:A] alone || ", "fewer than two names"),
        ("[1:drug:A] [3:drug:B] || ", "not numbered in order"),
        ("[1:drug:A] [2:drug:B] [n] || ", "brackets that are none"),
        ("[1:drug:A] [2:drug:B] || effect 1x3", "are not numbers"),
        ("[1:drug:A] [2:drug:B] || effect 1x1", "with itself"),
        ("[1:drug:A] [2:drug:B] || effect 1x2; int 2x1", "two things"),
        ("[1:drug:A] [2:drug:B] || causes 1x2", "no relation with its pairs"),
        ("[1:drug:A] [2:drug:B] || effect", "no relation with its pairs"),
        ("[1:drug:A] [2:drug:B] || effect 1", "no range"),
        ("[1:drug:A] [2:drug:B] || effect 1x²", "no range"),
        ("[1:drug:A] raises [2:drug:B].", "before its pairs"),
        ("[1:drug:A] raises [2:drug:B]. || int 1x2 || none 1x2 ||", "more than two columns"),
        ("[1:drug:A] raises [2:drug:B]. || int 1x2 || first_up 2x1", "against the order"),
        ("[1:drug:A] raises [2:drug:B]. || || second_up 1x2", "calls unrelated"),
    ],
)
def test_a_damaged_written_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(InputError, match=rf"line 2 is damaged: .*({said})"):
        read_written(folder_of(tmp_path, "", f"[1:drug:A] [2:drug:B] ||\n{line}\n"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("d2.0 || 0-4 5-9 || ", "speaks of d2.0"),  # of the test part
        ("d1.0 || 0-4 5-8 || ", "no name at 5-8"),
        ("d1.0 || 5-9 0-4 || ", "not stretches in order"),
        ("d1.0 || 0-4 4-4 || ", "not stretches in order"),
        ("d1.0 || 0-4", "3 columns"),
        ("d1.0 || 0-4 5-9 || effect 1x2 || more", "3 columns"),
    ],
)
def test_a_damaged_typed_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(InputError, match=rf"line 1 is damaged: .*{said}"):
        read_typed(published(), lines(tmp_path, f"{line}\n"))


def test_a_name_beyond_its_sentence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not stretches in order"):
        read_named("new", published(), lines(tmp_path, "d1.0 || 0-4 || 14-19\n"), written.NAMED, ["Disease"])


def test_a_sentence_is_annotated_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'toy' speaks twice of the sentence 'd1\.0'"):
        read_typed(published(), lines(tmp_path, "d1.0 || 0-4 5-9 || int 1x2\nd1.0 || 0-4 5-9 ||\n"))


def effects_of(folder: Path, **files: str) -> Corpus:
    for split, file in written.EFFECTS.items():
        (folder / file).write_text(files.get(split, ""), encoding="utf-8")
    return read_effects([published()], folder)


def test_every_substance_is_asked_of_every_complaint(tmp_path: Path) -> None:
    corpus = effects_of(tmp_path, train="toy || d1.0 || 0-4 5-9 || 14-18 || 2x1\n", test="toy || d2.0 || 5-9 || 0-4 14-18 ||\n")
    (learned,), (judging,) = corpus.sentences("train"), corpus.sentences("test")
    assert told(learned) == {("Aone", "Cten"): "none", ("Btwo", "Cten"): "adverse_effect"}
    assert told(judging) == {("Btwo", "Aone"): "none", ("Btwo", "Cten"): "none"}
    assert [(one.text, one.kind) for one in learned.mentions] == [("Aone", "drug"), ("Btwo", "drug"), ("Cten", "effect")]
    assert corpus.sentences("development") == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("toy || d1.0 || 0-4 || 14-18", "has 5 columns"),
        ("toy || d9.0 || 0-4 || 14-18 ||", "it speaks of toy d9.0"),
        # Of the corpus' own test part.
        ("toy || d2.0 || 0-4 || 14-18 ||", "it speaks of toy d2.0"),
        ("toy || d1.0 || 0-4 || 14-19 ||", "not stretches in order"),
        ("toy || d1.0 || 0-4 || 14-18 || 1x2", "'1x2' is no pair of its names"),
        ("toy || d1.0 || 0-4 || 14-18 || 1x1\ntoy || d1.0 || 5-9 || 14-18 ||", "stands there twice"),
    ],
)
def test_damaged_effects_are_one_sentence(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        effects_of(tmp_path, train=f"{line}\n")
    assert said in raised.value.sentence


def test_a_document_trains_or_judges_and_never_both(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the document toy\.d1 stands in another part"):
        effects_of(tmp_path, train="toy || d1.0 || 0-4 || 14-18 ||\n", test="toy || d1.0 || 5-9 || 14-18 ||\n")


def test_every_pair_of_medicines_has_its_type(tmp_path: Path) -> None:
    for split, file in written.INTERACTIONS.items():
        line = {"train": "toy || d1.0 || 0-4 5-9 14-18 || effect 1x2,3\n", "test": "toy || d2.0 || 0-4 5-9 ||\n"}.get(split, "")
        (tmp_path / file).write_text(line, encoding="utf-8")
    corpus = read_interactions([published()], tmp_path)
    (learned,), (judging,) = corpus.sentences("train"), corpus.sentences("test")
    assert told(learned) == {("Aone", "Btwo"): "effect", ("Aone", "Cten"): "effect", ("Btwo", "Cten"): "none"}
    assert told(judging) == {("Aone", "Btwo"): "none"}
    assert corpus.name == "interactions"
    (tmp_path / written.INTERACTIONS["train"]).write_text("toy || d1.0 || 0-4 5-9 || harm 1x2\n", encoding="utf-8")
    with pytest.raises(InputError, match="'harm 1x2' is no relation"):
        read_interactions([published()], tmp_path)


def test_roles_are_of_two_kinds_of_names_in_the_order_of_the_text(tmp_path: Path) -> None:
    """A line names substances before proteins, whatever stands first in the sentence."""
    for split, file in written.ROLES.items():
        line = {"train": "toy || d1.0 || 0-4 14-18 || 5-9 || INHIBITOR 1x1; SUBSTRATE 2x1\n", "test": ""}.get(split, "")
        (tmp_path / file).write_text(line, encoding="utf-8")
    (learned,) = read_roles([published()], tmp_path).sentences("train")
    assert told(learned) == {("Aone", "Btwo"): "INHIBITOR", ("Btwo", "Cten"): "SUBSTRATE"}
    assert [one.kind for one in learned.mentions] == ["drug", "protein", "drug"]
    (tmp_path / written.ROLES["train"]).write_text("toy || d1.0 || 0-4 || 5-9 || INHIBITOR 1x2\n", encoding="utf-8")
    with pytest.raises(InputError, match="'1x2' is no pair"):
        read_roles([published()], tmp_path)


def test_written_roles_are_of_a_substance_and_a_protein(tmp_path: Path) -> None:
    file = tmp_path / written.ROLE_SENTENCES
    line = "[1:drug:Aone] and [2:drug:Btwo] meet at [3:protein:CYP9Z9], which [4:drug:Cee] leaves alone. || SUBSTRATE {}\n"
    file.write_text("\n" + line.format("1,2x3"), encoding="utf-8")
    corpus = read_written_roles(tmp_path)
    (sentence,) = corpus.sentences("train")
    assert sentence.text == "Aone and Btwo meet at CYP9Z9, which Cee leaves alone."
    assert told(sentence) == {("Aone", "CYP9Z9"): "SUBSTRATE", ("Btwo", "CYP9Z9"): "SUBSTRATE", ("CYP9Z9", "Cee"): "none"}
    assert corpus.sentences("development") == corpus.sentences("test") == ()
    for damage, said in (("1x2", "line 2 .* a pair of names of one kind"), ("1x5", "line 2 .* numbers of its names")):
        file.write_text("\n" + line.format(damage), encoding="utf-8")
        with pytest.raises(InputError, match=said):
            read_written_roles(tmp_path)
    file.write_text("[1:drug:Aone] at [2:protein:CYP9Z9]. || effect 1x2\n", encoding="utf-8")
    with pytest.raises(InputError, match="'effect 1x2' is no relation"):
        read_written_roles(tmp_path)


def test_of_a_written_harm_the_substance_is_the_first_wherever_it_stands(tmp_path: Path) -> None:
    file = tmp_path / written.EFFECT_SENTENCES
    line = "[1:effect:Hives] came with [2:drug:Aone], given for [3:effect:gout]. || {}\n"
    file.write_text(line.format("adverse_effect 1x2"), encoding="utf-8")
    corpus = read_written_effects(tmp_path)
    (sentence,) = corpus.sentences("train")
    assert told(sentence) == {("Aone", "Hives"): "adverse_effect", ("Aone", "gout"): "none"}
    assert corpus.sentences("development") == corpus.sentences("test") == ()
    file.write_text(line.format("adverse_effect 1x3"), encoding="utf-8")
    with pytest.raises(InputError, match=r"line 1 .* a pair of names of one kind"):
        read_written_effects(tmp_path)
    file.write_text("[1:effect:Hives] and [2:effect:gout]. ||\n", encoding="utf-8")
    with pytest.raises(InputError, match="names of one kind alone"):
        read_written_effects(tmp_path)


@has_data
def test_roles_that_train_are_of_no_text_that_judges() -> None:
    """Neither of the sentences that judge the head beside ChemProt, nor of the DDI corpus' development and test parts; and all
    that is stated is a label of the head."""
    corpus = read_corpus("roles", DATA)
    held = HeldBack.of_corpora([corpus, *(read_corpus(one, DATA) for one in DDI)])
    assert [one.id for one in corpus.sentences("train") if held.holds(one.text)] == []
    parts = {split: len(corpus.sentences(split)) for split in corpus.splits}
    assert parts["train"] > 800
    assert parts["test"] > 140
    labels = {pair.label for split in corpus.splits for one in corpus.sentences(split) for pair in one.pairs}
    assert labels <= set(task_of("chemprot").labels)


@has_data
def test_interactions_that_train_are_of_no_text_that_judges() -> None:
    """Neither of the abstracts that judge the head beside its corpus, nor of that corpus."""
    corpus = read_corpus("interactions", DATA)
    held = HeldBack.of_corpora([corpus, *(read_corpus(one, DATA) for one in DDI)])
    assert [one.id for one in corpus.sentences("train") if held.holds(one.text)] == []
    # Running text of which pairs are typed for training as well.
    judging = {one.text for split in ("development", "test") for one in corpus.sentences(split)}
    assert [one.id for one in read_corpus("text-typed", DATA).sentences("train") if one.text in judging] == []
    parts = {split: len(corpus.sentences(split)) for split in corpus.splits}
    assert parts["train"] > 1800
    assert min(parts.values()) > 700


@has_data
def test_effects_that_train_are_of_no_text_that_judges() -> None:
    """Neither of the sentences that judge the head in other text, nor of the ADE corpus' own, nor of its development part; and
    that corpus, which teaches the same head, holds none word for word."""
    corpus, other = read_corpus("effects", DATA), read_corpus("ade", DATA)
    held = HeldBack.of_corpora([corpus, other])
    assert [one.id for one in corpus.sentences("train") if held.holds(one.text)] == []
    parts = {split: len(corpus.sentences(split)) for split in corpus.splits}
    assert parts["train"] > 4000
    assert min(parts.values()) > 500
    learned = {one.text.casefold() for one in other.sentences("train") if one.pairs}
    judging = [one for split in ("development", "test") for one in corpus.sentences(split)]
    assert [one.id for one in judging if one.text.casefold() in learned] == []


def test_sentences_without_document_borders_stay_so(tmp_path: Path) -> None:
    corpus = replace(published(), borders=False)
    assert not read_typed(corpus, lines(tmp_path, "d1.0 || 0-4 5-9 ||\n")).borders
    assert read_typed(published(), tmp_path / "lines.txt").borders


def test_no_sentence_both_trains_and_chooses() -> None:
    corpus = read_written(written.FOLDER)
    learned, kept = ({one.text for one in corpus.sentences(split)} for split in written.SENTENCES)
    assert len(kept) > 1000
    assert learned.isdisjoint(kept)


@has_data
@pytest.mark.parametrize(
    ("name", "judging"),
    [
        ("written", DDI),
        ("written-roles", (*DDI, "roles", "chemprot-sentences")),
        ("written-effects", (*DDI, "effects", "ade")),
        ("fda-labels-typed", DDI),
        ("bc5cdr-typed", DDI),
        ("bc5cdr-drugs", DDI),
        ("ade-drugs", DDI),
        ("ade-typed", DDI),
        ("dikb-typed", DDI),
        ("text-typed", DDI),
        ("ade-disease", DISEASES),
        ("pubmedqa-disease", DISEASES),
        ("chemprot-disease", DISEASES),
        ("ebm-nlp-disease", DISEASES),
    ],
)
def test_no_sentence_is_one_of_those_that_the_reader_is_judged_by(name: str, judging: tuple[str, ...]) -> None:
    held = HeldBack.of_corpora(read_corpus(one, DATA) for one in judging)
    corpus = read_corpus(name, DATA)
    sentences = (*corpus.sentences("train"), *corpus.sentences("development"))
    assert len(sentences) > (400 if name in SMALL else 1000)
    assert [one.text for one in sentences if held.holds(one.text)] == []


@has_data
def test_the_labels_lack_just_what_the_ddi_corpus_holds_back() -> None:
    held = HeldBack.of_corpora(read_corpus(one, DATA) for one in DDI)
    published = {one.id: one.text for label in read_labels(DATA / "fda-labels-annotated") for one in label.sentences}
    corpus = read_corpus("fda-labels", DATA)
    taught = {one.id for split in ("train", "development") for one in corpus.sentences(split)}
    judging = {one.id for one in corpus.sentences("test")}
    assert published.keys() - taught - judging == {name for name in published if held.holds(published[name])} - judging


@has_data
@pytest.mark.parametrize("name", [*SMALL, "effects", "interactions", "roles"])
def test_names_in_sentences_that_are_cut_here_are_whole_words(name: str) -> None:
    """Their offsets hold as long as sentences are cut as they were then."""
    corpus = read_corpus(name, DATA)
    broken = [
        (one.id, mention.text)
        for split in corpus.splits
        for one in corpus.sentences(split)
        if name in SMALL or one.id.startswith(("pubmedqa", "dikb"))
        for mention in one.mentions
        if one.text[mention.start - 1 : mention.start].isalnum() or mention.text != mention.text.strip()
    ]
    assert broken == []
