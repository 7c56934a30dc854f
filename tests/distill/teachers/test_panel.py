"""From a small corpus to votes, boundary cases and a report: the same each time, and never a pair of a test for the record."""

from collections import Counter
from pathlib import Path

import pytest

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pair_labels import universe_of
from distill.corpora.pairs import TEST_SPLITS, PairCorpus, PairSplit, read_pairs
from distill.teachers.judging import Opener
from distill.teachers.panel import BOUNDARY, REPORT, VOTES, Labelling, Ready, VotingSettings, make_votes, panel_of
from distill.teachers.protocol import abstention
from distill.teachers.regulator import regulator_of
from distill.teachers.votes import read_votes
from distill.teachers.votes_report import agreements, rejection_lines
from distill.teachers.voting import likeliest
from engine.application import Application
from engine.cancellation import Progress

SETTINGS = VotingSettings()


def unseen(_split: PairSplit, _progress: Progress) -> None:
    """Nobody looks at how far it is."""


@pytest.fixture(scope="module")
def corpus(application: Application) -> PairCorpus:
    return read_pairs(application.store, among=universe_of(application.store)[::14])


@pytest.fixture(scope="module")
def panel(application: Application, corpus: PairCorpus) -> tuple[Opener, ...]:
    return panel_of(application.store, application.installation.compiled, corpus, SETTINGS)


@pytest.fixture(scope="module")
def labelling(application: Application, corpus: PairCorpus, tmp_path_factory: pytest.TempPathFactory) -> Labelling:
    return Labelling(application.store, corpus, tmp_path_factory.mktemp("votes"), unseen)


def test_every_training_pair_is_voted_on(labelling: Labelling, corpus: PairCorpus, panel: tuple[Opener, ...]) -> None:
    votes = make_votes(labelling, panel, SETTINGS, ("warm",))
    train = corpus.records("train")
    assert set(votes) == {record.id for record in train}
    right = [likeliest(votes[record.id].severity) == record.label.severity for record in train]
    assert sum(right) / len(right) > 0.95
    header, read = read_votes(labelling.folder / VOTES)
    assert {item: vote.voters for item, vote in read.items()} == {item: vote.voters for item, vote in votes.items()}
    assert header.knowledge_digest == corpus.knowledge_digest
    assert set(header.teachers) == {"mechanism", "neighbours", "regulator"}
    for weights in ({name: by_axis["severity"] for name, by_axis in header.settings.weights.items()},):
        assert weights["regulator"] == SETTINGS.regulator_share
        assert sum(weights.values()) == pytest.approx(1.0)
    assert (labelling.folder / BOUNDARY).read_text(encoding="utf-8").startswith("pair,A,B,reasons,")
    report = (labelling.folder / REPORT).read_text(encoding="utf-8")
    for words in ("| warm | ", "| development_cold | ", "| regulator | 0.700 |", "Boundary cases: all "):
        assert words in report
    before = {name: (labelling.folder / name).read_bytes() for name in (VOTES, BOUNDARY, REPORT)}
    # What was asked before is taken from the run files; the result is the same.
    make_votes(labelling, panel, SETTINGS, ("warm",))
    assert {name: (labelling.folder / name).read_bytes() for name in before} == before


def test_what_was_not_taken_is_counted_by_reason(labelling: Labelling, corpus: PairCorpus) -> None:
    (item, other), teacher = labelling.items("train")[:2], regulator_of(corpus)
    assert rejection_lines([teacher.judge(item)]) == ["No answer of a teacher was rejected."]
    said = [
        teacher.judge(item),
        *(abstention(one, teacher, "cut_off") for one in (item, other)),
        abstention(item, teacher, "empty"),
    ]
    assert rejection_lines(said)[2:] == ["| regulator | cut off | 2 |", "| regulator | empty | 1 |"]


def test_the_panel_has_learned_something(labelling: Labelling, corpus: PairCorpus, panel: tuple[Opener, ...]) -> None:
    header, _votes = read_votes(labelling.folder / VOTES)
    records = corpus.records("development")
    found = agreements(records, labelling.said("development", panel), header.settings)
    assert set(found) == {"mechanism", "neighbours", "vote"}
    assert found["vote"].coverage >= max(found["mechanism"].coverage, found["neighbours"].coverage)
    most = Counter(record.label.severity for record in records).most_common(1)[0][1] / len(records)
    assert found["vote"].accuracy["severity"] > most


@pytest.mark.parametrize("split", TEST_SPLITS)
def test_the_record_is_never_asked_about_a_test(labelling: Labelling, corpus: PairCorpus, split: PairSplit) -> None:
    teacher = regulator_of(corpus)
    with pytest.raises(ValueError, match="belongs to a test"):
        teacher.judge(PairInputs(labelling.store).item(corpus.records(split)[0]))
    with pytest.raises(RuntimeError, match="belongs to a test"):
        labelling.said(split, (Ready(teacher),))


def test_teachers_go_to_other_processes(
    corpus: PairCorpus, panel: tuple[Opener, ...], labelling: Labelling, tmp_path: Path
) -> None:
    few = {split: records[:6] for split, records in corpus.splits.items()}
    small = PairCorpus(corpus.knowledge_digest, few, corpus.natural, corpus.extrapolated, corpus.division, corpus.substances, 0)
    alone, together = (Labelling(labelling.store, small, tmp_path / str(workers), unseen, workers) for workers in (1, 2))
    for one in (alone, together):
        one.folder.mkdir()
    assert together.said("development", panel) == alone.said("development", panel)
