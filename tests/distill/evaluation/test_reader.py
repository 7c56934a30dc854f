"""Scores of a reader whose answers are the truth itself, or nothing: every head of every source is judged by its own corpus."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from distill.corpora.model import Corpus, Document, Mention, Pair, Sentence
from distill.evaluation.reader import Said, name_figures, relation_figures, said_of, shown_figures
from distill.evaluation.tuning import least_gain, micro_f1, tuned_relation
from distill.export.student import heads_of
from distill.training.examples import IGNORED, Example, examples_of
from distill.training.tasks import Source, layout_of, source_of
from engine.students.encoding import open_tokenizer
from engine.students.manifest import Head
from engine.students.probabilities import calibrated
from engine.students.rows import Row, RowAnswer

TEXTS = ("aone raises btwo", "the aone is safe with btwo", "btwo lowers the level of aone and of the")


@pytest.fixture(scope="module")
def tokenizer(base_tokenizer: Path) -> Tokenizer:
    return open_tokenizer(base_tokenizer)


def corpus(name: str, kind: str, words: tuple[str, ...], label: str = "effect") -> Corpus:
    """The three texts with the given words as mentions; a pair in those that hold two."""
    documents = []
    for number, text in enumerate(TEXTS):
        mentions = tuple(
            Mention(word, kind, word, ((text.index(word), text.index(word) + len(word)),)) for word in words if word in text
        )
        pairs = (Pair(mentions[0].id, mentions[1].id, label if number else "none"),) if len(mentions) > 1 else ()
        documents.append(Document(f"{name}.{number}", f"part{number % 2}", (Sentence(f"s{number}", text, mentions, pairs),)))
    return Corpus(name, "", {"train": (), "development": (), "test": tuple(documents)})


def truthful(examples: Sequence[Example], heads: Sequence[Head]) -> Said:
    """Answers that are the truth of every example."""
    tasks = {"drug-names": "drug-names", "chemicals": "chemicals", "diseases": "diseases"}
    answers = []
    for example in examples:
        names = np.zeros((len(example.row.ids), 40), dtype=np.float32)
        relations = np.zeros((len(example.row.pairs), 40), dtype=np.float32)
        for head in heads:
            for place, label in enumerate(example.tags.get(tasks.get(head.name, ""), ())):
                if label != IGNORED:
                    names[place, head.start + label] = 9.0
            if head.name == example.relation:
                for place, label in enumerate(example.pair_labels):
                    relations[place, head.start + label] = 9.0
        answers.append(RowAnswer(names, relations))
    return Said(tuple(examples), tuple(answers))


def heads(tokenizer: Tokenizer, *sources: str) -> dict[str, Head]:
    return {head.name: head for head in heads_of(layout_of(sources), tokenizer)}


def test_the_truth_scores_one_hundred_in_every_head(tokenizer: Tokenizer) -> None:
    known = heads(tokenizer, "ddi")
    given = corpus("ddi", "drug", ("aone", "btwo"))
    said = truthful(examples_of(source_of("ddi"), [given], "test", tokenizer, 32), list(known.values()))
    figures = relation_figures(said, known["ddi"], source_of("ddi"), given, "test")
    assert (figures["micro_f1"], figures["detection_f1"], figures["f1/effect"], figures["pairs"]) == (1.0, 1.0, 1.0, 3.0)
    assert name_figures(said, known["drug-names"], "drug-names", given, "test")["f1"] == 1.0


def test_what_is_shown_is_what_the_bar_lets_through(tokenizer: Tokenizer) -> None:
    given = corpus("ddi", "drug", ("aone", "btwo"))
    head = heads(tokenizer, "ddi")["ddi"].model_copy(update={"abstain_below": 0.9})
    said = truthful(examples_of(source_of("ddi"), [given], "test", tokenizer, 32), [head])
    assert shown_figures(said, head, source_of("ddi"), given, "test") == {
        "shown_precision": 1.0,
        "shown_recall": 1.0,
        "shown": 2.0,
    }
    # All are called an effect: of the two that are, one without being sure, and the one that is none.
    sure = [4.0, 1.0, 4.0]
    effect = head.start + head.labels.index("effect")
    answers = []
    for answer, logit in zip(said.answers, sure, strict=True):
        relations = np.zeros_like(answer.relations)
        relations[:, effect] = logit * 2
        answers.append(RowAnswer(answer.names, relations))
    figures = shown_figures(Said(said.examples, tuple(answers)), head, source_of("ddi"), given, "test")
    assert figures == {"shown_precision": 0.5, "shown_recall": 0.5, "shown": 2.0}
    nothing = tuple(RowAnswer(one.names, np.zeros_like(one.relations)) for one in said.answers)
    assert shown_figures(Said(said.examples, nothing), head, source_of("ddi"), given, "test")["shown"] == 0.0
    # A pair that no row holds is one that was not found.
    fewer = Said(said.examples[:-1], said.answers[:-1])
    assert shown_figures(fewer, head, source_of("ddi"), given, "test")["shown_recall"] == 0.5


def test_names_are_counted_by_origin_too(tokenizer: Tokenizer) -> None:
    known = heads(tokenizer, "ddi")
    given = corpus("ddi", "drug", ("aone", "btwo"))
    said = truthful(examples_of(source_of("ddi"), [given], "test", tokenizer, 32), list(known.values()))
    # Nothing is said of the documents of one origin.
    answers = [
        RowAnswer(np.zeros_like(answer.names), answer.relations) if example.origin == "part1" else answer
        for example, answer in zip(said.examples, said.answers, strict=True)
    ]
    figures = name_figures(Said(said.examples, tuple(answers)), known["drug-names"], "drug-names", given, "test")
    assert (figures["f1/part0"], figures["f1/part1"]) == (1.0, 0.0)
    assert 0.0 < figures["f1"] < 1.0


def test_two_corpora_over_one_text_are_each_judged_by_their_own_mentions(tokenizer: Tokenizer) -> None:
    known = heads(tokenizer, "bc5cdr")
    parts = [corpus("one", "Chemical", ("aone",)), corpus("other", "Disease", ("btwo",))]
    said = truthful(examples_of(source_of("bc5cdr"), parts, "test", tokenizer, 32), list(known.values()))
    assert name_figures(said, known["chemicals"], "chemicals", parts[0], "test")["f1"] == 1.0
    assert name_figures(said, known["diseases"], "diseases", parts[1], "test")["f1"] == 1.0
    assert name_figures(said, known["diseases"], "diseases", parts[0], "test")["f1"] == 0.0


def test_a_pair_that_no_row_can_hold_counts_as_missed(tokenizer: Tokenizer) -> None:
    known = heads(tokenizer, "ddi")
    text = "aone " + "the " * 60 + "btwo"
    mentions = tuple(Mention(word, "drug", word, ((text.index(word), text.index(word) + 4),)) for word in ("aone", "btwo"))
    sentence = Sentence("s", text, mentions, (Pair("aone", "btwo", "effect"),))
    given = Corpus("ddi", "", {"train": (), "development": (), "test": (Document("d", "", (sentence,)),)})
    near = corpus("ddi", "drug", ("aone", "btwo")).splits["test"]
    both = Corpus("ddi", "", {"train": (), "development": (), "test": (*given.splits["test"], *near)})
    said = truthful(examples_of(source_of("ddi"), [both], "test", tokenizer, 20), list(known.values()))
    figures = relation_figures(said, known["ddi"], source_of("ddi"), both, "test")
    assert figures["pairs"] == 4.0
    assert figures["micro_f1"] == pytest.approx(2 * 2 / (2 + 3))


def test_silence_scores_nothing(tokenizer: Tokenizer) -> None:
    known = heads(tokenizer, "ddi")
    given = corpus("ddi", "drug", ("aone", "btwo"))

    def nothing(rows: Sequence[Row]) -> list[RowAnswer]:
        zeros = [np.zeros((len(row.ids), 9), dtype=np.float32) for row in rows]
        for part in zeros:
            part[:, 0] = 5.0
        none = np.tile(np.array([5.0, 0, 0, 0, 0], dtype=np.float32), (1, 1))
        return [RowAnswer(part, none[: len(row.pairs)]) for part, row in zip(zeros, rows, strict=True)]

    said = said_of(nothing, examples_of(source_of("ddi"), [given], "test", tokenizer, 32))
    assert relation_figures(said, known["ddi"], source_of("ddi"), given, "test")["micro_f1"] == 0.0
    assert name_figures(said, known["drug-names"], "drug-names", given, "test")["recall"] == 0.0


def test_stated_relations_alone_leave_none_out(tokenizer: Tokenizer) -> None:
    source = Source("chemprot", ("chemprot",), (), "chemprot")
    known = heads(tokenizer, "chemprot")["chemprot"]
    given = corpus("chemprot", "name", ("aone", "btwo"), label="AGONIST")
    examples = examples_of(source, [given], "test", tokenizer, 32)
    said = truthful(examples, [known])
    for answer in said.answers:
        answer.relations[:, known.start] = 20.0
    open_figures = relation_figures(said, known, source, given, "test")
    assert open_figures["micro_f1"] == 0.0
    assert relation_figures(said, known, source, given, "test", stated_only=True)["f1/AGONIST"] == 1.0


def test_where_none_is_no_answer_the_temperature_does_not_heed_it(tokenizer: Tokenizer) -> None:
    known = heads(tokenizer, "chemprot")["chemprot"]
    given = corpus("chemprot", "name", ("aone", "btwo"), label="AGONIST")
    source = Source("chemprot", ("chemprot",), (), "chemprot")
    agonist, other = known.labels.index("AGONIST"), known.labels.index("INHIBITOR")
    (one,) = [one for one in examples_of(source, [given], "test", tokenizer, 32) if agonist in one.pair_labels][:1]

    def says(label: int, none: float) -> RowAnswer:
        relations = np.full((len(one.pair_labels), len(known.labels)), -50.0, dtype=np.float32)
        relations[:, [known.start, agonist, other]] = [none, 0.0, 0.0]
        relations[:, label] = 8.0
        return RowAnswer(np.zeros((len(one.row.ids), 1), dtype=np.float32), relations)

    def temperature(none: float, *, stated_only: bool) -> float:
        answers = [*[says(agonist, none)] * 9, says(other, none)]
        return tuned_relation(Said((one,) * 10, tuple(answers)), known, "chemprot", stated_only=stated_only).temperature

    # Nine of ten are right: of two classes that is 8 divided by log 9.
    assert temperature(-50.0, stated_only=True) == pytest.approx(8.0 / np.log(9.0), rel=0.02)
    assert temperature(5.0, stated_only=True) == pytest.approx(temperature(-50.0, stated_only=True), rel=1e-3)
    assert abs(temperature(5.0, stated_only=False) - temperature(5.0, stated_only=True)) > 0.2


def test_a_class_that_is_held_back_is_weighed_up_on_development_data(tokenizer: Tokenizer) -> None:
    known = heads(tokenizer, "ddi")["ddi"]
    given = corpus("ddi", "drug", ("aone", "btwo"))
    said = truthful(examples_of(source_of("ddi"), [given], "test", tokenizer, 32), [known])
    for answer in said.answers:
        # The student says "none" a little louder than anything else.
        answer.relations[:, known.start] += 9.5
    tuned = tuned_relation(said, known, "ddi")
    assert tuned.biases
    assert relation_figures(said, tuned, source_of("ddi"), given, "test")["micro_f1"] > 0.7
    assert least_gain(400) == least_gain(4000) == pytest.approx(0.01)
    assert least_gain(100) == pytest.approx(0.02)
    assert micro_f1(np.array([1, 0, 2]), np.array([1, 1, 2])) == pytest.approx(0.8)


def test_what_must_be_right_is_held_back_until_it_is(tokenizer: Tokenizer) -> None:
    known = heads(tokenizer, "ddi")["ddi"]

    # Of the first text its pair is unrelated, of the second it is "effect".
    given = corpus("ddi", "drug", ("aone", "btwo"))
    none, effect, _other = examples_of(source_of("ddi"), [given], "test", tokenizer, 32)
    assert (none.pair_labels, effect.pair_labels) == ((0,), (known.labels.index("effect"),))

    def says_effect(one: Example, logit: float) -> RowAnswer:
        relations = np.zeros((len(one.pair_labels), len(known.labels)), dtype=np.float32)
        relations[:, known.labels.index("effect")] = logit
        return RowAnswer(np.zeros((len(one.row.ids), 1), dtype=np.float32), relations)

    # One of ten is wrong, with less certainty than the others.
    answers = [says_effect(none, 4.0), *[says_effect(effect, 9.0)] * 9]
    many = Said((none, *[effect] * 9) * 10, tuple(answers * 10))
    ordinary, strict = tuned_relation(many, known, "ddi"), tuned_relation(many, known, "ddi", precision=0.95)
    of_wrong, of_right = (calibrated(one.relations, strict).max() for one in answers[:2])
    assert ordinary.abstain_below <= of_wrong < strict.abstain_below <= of_right
    # Where no certainty is enough, or few answers tell of it, nothing less than certainty is.
    for few in (Said((none,) * 100, (says_effect(none, 9.0),) * 100), Said((effect,) * 49, (says_effect(effect, 9.0),) * 49)):
        assert tuned_relation(few, known, "ddi", precision=0.95).abstain_below == 1.0
