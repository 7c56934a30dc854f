"""Votes of a small corpus from its teachers to its file: the same each time, without a pair of a test, damage told in words."""

from collections.abc import Callable
from pathlib import Path

import pytest

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pair_labels import universe_of
from distill.corpora.pairs import PairCorpus, read_pairs
from distill.teachers.judging import Opener
from distill.teachers.votes import (
    Panel,
    VoteHeader,
    VotingSettings,
    judged,
    panel_of,
    read_votes,
    votes_of,
    weights_of,
    write_votes,
)
from distill.teachers.votes_report import agreement_lines, agreements, entropy_lines, macro_f1_of, weight_lines
from distill.teachers.voting import VoteSettings
from engine.application import Application
from engine.cancellation import Progress
from engine.errors import InputError

SETTINGS = VotingSettings()


def unseen(_progress: Progress) -> None:
    """Nobody looks at how far it is."""


@pytest.fixture(scope="module")
def corpus(application: Application) -> PairCorpus:
    return read_pairs(application.store, among=universe_of(application.store)[::9])


@pytest.fixture(scope="module")
def panel(application: Application, corpus: PairCorpus) -> Panel:
    return panel_of(application.store, application.installation.compiled, corpus, SETTINGS)


@pytest.fixture(scope="module")
def weights(application: Application, corpus: PairCorpus, panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> VoteSettings:
    run = tmp_path_factory.mktemp("weights") / "development.run"
    said = judged(application.store, corpus, ("development",), panel.openers(), run, 1, unseen)
    report = agreements(corpus.records("development"), said, weights_of(corpus, said, SETTINGS))
    assert set(report) == {"mechanism", "neighbours", "vote"}
    assert report["vote"].coverage >= max(report["mechanism"].coverage, report["neighbours"].coverage)
    # Half of the pairs are "none": who is no better has learned nothing.
    assert report["vote"].accuracy["severity"] > 0.5
    lines = agreement_lines({"development": report})
    assert lines[0].startswith("| split | pairs | teacher | coverage |")
    assert len(lines) == 5
    return weights_of(corpus, said, SETTINGS)


def test_every_training_pair_is_voted_on(
    application: Application, corpus: PairCorpus, panel: Panel, weights: VoteSettings, tmp_path: Path
) -> None:
    votes, said = votes_of(application.store, corpus, panel, weights, tmp_path, 1, unseen)
    assert set(votes) == {record.id for record in corpus.records("train")} == set(said)
    right = sum(
        max(votes[one.id].severity, key=lambda level: votes[one.id].severity[level]) == one.label.severity
        for one in corpus.records("train")
    )
    assert right / len(votes) > 0.95
    assert sum(int(line.split("|")[2]) for line in entropy_lines(votes.values())[2:]) == len(votes)
    header = VoteHeader(knowledge_digest=corpus.knowledge_digest, teachers={"a": "1"}, settings=weights, votes=len(votes))
    write_votes(tmp_path / "votes.jsonl", header, votes.values())
    again, read = read_votes(tmp_path / "votes.jsonl")
    assert again == header
    assert {item: vote.voters for item, vote in read.items()} == {item: vote.voters for item, vote in votes.items()}
    first = (tmp_path / "votes.jsonl").read_bytes()
    # What was asked before is taken from the run; the result is the same.
    write_votes(
        tmp_path / "votes.jsonl", header, votes_of(application.store, corpus, panel, weights, tmp_path, 1, unseen)[0].values()
    )
    assert (tmp_path / "votes.jsonl").read_bytes() == first


def test_the_record_has_the_weight_that_was_set(weights: VoteSettings) -> None:
    assert weights.weights["regulator"]["severity"] == SETTINGS.regulator_share
    assert any("regulator" in line for line in weight_lines(weights))


def test_the_record_is_never_asked_about_a_test(
    application: Application, corpus: PairCorpus, panel: Panel, tmp_path: Path
) -> None:
    from distill.teachers.regulator import regulator_of
    from distill.teachers.votes import Ready

    teacher = regulator_of(corpus)
    openers: tuple[Opener, ...] = (Ready(teacher),)
    with pytest.raises(RuntimeError, match="belongs to a test"):
        judged(application.store, corpus, ("s2",), openers, tmp_path / "test.run", 1, unseen)
    with pytest.raises(ValueError, match="belongs to a test"):
        teacher.judge(PairInputs(application.store).item(corpus.records("warm")[0]))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: "", "no header"),
        (lambda text: text.replace('"format":1', '"format":7'), "another version"),
        (lambda text: text[: len(text) // 2], "line 2 is damaged"),
        (lambda text: text.split("\n")[0] + "\n", "missing or too many"),
    ],
)
def test_a_damaged_file_is_told_in_words(damage: Callable[[str], str], said: str, weights: VoteSettings, tmp_path: Path) -> None:
    path = tmp_path / "votes.jsonl"
    from distill.teachers.voting import vote_of

    header = VoteHeader(knowledge_digest="x", teachers={}, settings=weights, votes=1)
    write_votes(path, header, [vote_of("pair", [], weights)])
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_votes(path)


def test_a_missing_file_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing"):
        read_votes(tmp_path / "none.jsonl")


def test_macro_f1_is_over_the_labels_that_are_true() -> None:
    assert macro_f1_of(["a", "a", "b"], ["a", "b", "b"]) == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert macro_f1_of(["a", "a"], ["a", "c"]) == pytest.approx(2 / 3)
