"""From a small corpus to votes, boundary cases and a report: the same each time, and never a pair of a test for the record."""

from collections import Counter
from pathlib import Path

import pytest

from distill.corpora.pair_inputs import PairInputs
from distill.corpora.pair_labels import universe_of
from distill.corpora.pairs import TEST_SPLITS, PairCorpus, PairSplit, describe, read_pairs
from distill.rationales.run import ITEMS, PairRun, items_of, teach
from distill.teachers.judging import Opener
from distill.teachers.panel import BOUNDARY, REPORT, VOTES, Labelling, Ready, VotingSettings, make_votes, panel_of
from distill.teachers.protocol import abstention
from distill.teachers.regulator import regulator_of
from distill.teachers.votes import read_votes
from distill.teachers.votes_report import agreements, rejection_lines
from distill.teachers.voting import likeliest
from engine.application import Application
from engine.cancellation import Progress
from engine.errors import InputError
from engine.installation import find_installation

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
    assert votes is not None
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
    said = labelling.said("development", panel)
    assert said is not None
    found = agreements(records, said, header.settings)
    assert set(found) == {"mechanism", "neighbours", "vote"}
    assert found["vote"].coverage >= max(found["mechanism"].coverage, found["neighbours"].coverage)
    # Half of the pairs are "none" in this small corpus: whoever says nothing else is right as often, but knows one level of many.
    levels = Counter(record.label.severity for record in records)
    most = levels.most_common(1)[0][1] / len(records)
    assert found["vote"].macro_f1["severity"] > 1.5 * (2 * most / (1 + most)) / len(levels)


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


def test_where_the_time_is_over_what_was_judged_is_kept(
    labelling: Labelling, corpus: PairCorpus, panel: tuple[Opener, ...], tmp_path: Path
) -> None:
    few = {split: records[:5] for split, records in corpus.splits.items()}
    small = PairCorpus(corpus.knowledge_digest, few, corpus.natural, corpus.extrapolated, corpus.division, corpus.substances, 0)
    seen: list[tuple[PairSplit, int]] = []

    def show(split: PairSplit, at: Progress) -> None:
        seen.append((split, at.done))

    stopped = Labelling(labelling.store, small, tmp_path, show, over=lambda: len(seen) > 3)
    assert make_votes(stopped, panel, SETTINGS) is None
    assert seen == [("development", done) for done in range(4)]
    assert not (tmp_path / VOTES).exists()
    seen.clear()
    assert make_votes(Labelling(labelling.store, small, tmp_path, show), panel, SETTINGS) is not None
    # The three that were judged are not asked about again.
    assert seen[0] == ("development", 3)
    assert (tmp_path / VOTES).exists()


def test_a_run_counts_its_classes_and_stops_where_the_time_is_over(corpus: PairCorpus, tmp_path: Path) -> None:
    told: list[str] = []
    run = PairRun(find_installation().compiled, tmp_path)
    run.__dict__["corpus"] = corpus
    assert items_of(run, told.append, over=lambda: True) is None
    assert told == []
    assert teach(run, told.append, over=lambda: True) is None
    assert told[1:-1] == list(describe(corpus))
    assert sum("severity: none" in line for line in told) >= 5
    assert told[-1].startswith("teachers, development: 0 of ")
    ends = iter([False])
    assert items_of(run, told.append, over=lambda: next(ends, True)) is None
    assert not (tmp_path / ITEMS).exists()
    with pytest.raises(InputError, match="one worker or more"):
        PairRun(find_installation().compiled, tmp_path, 0)
