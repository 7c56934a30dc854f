"""Many abstracts: each is read once, faults and duplicates are counted, and a run that was stopped goes on where it was."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection

import pytest

from engine.abstracts.model import Abstract
from engine.cancellation import CancelledError, CancelToken
from engine.errors import InputError, ResourceError
from engine.reading import batch, batch_file
from engine.reading.batch import FoundRun, look_at_run, read_many
from engine.reading.batch_file import RUN_SUFFIX, RunHeader, Value, connected, create_run, insert
from engine.reading.batch_rows import RunRows
from engine.reading.model import Reading
from tests.engine.reading.batching import BROKEN, UNREADABLE, abstract, finished, go_on, provenance, read_text, reader, run


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / f"Läufe für Mai{RUN_SUFFIX}"


def look(place: Path, source: str = "source") -> FoundRun:
    steps = look_at_run(place, source, reader())
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            found: FoundRun = stop.value
            return found


def content(place: Path) -> list[tuple[object, ...]]:
    """What a run says, without when it was read."""
    rows = RunRows(place)
    abstracts = [(one.pmid, one.title, one.source, one.place, one.medicines, one.participants) for one in rows.abstracts()]
    relations = [(one.pmid, one.sentence, one.first, one.second, one.probability) for one in rows.relations()]
    return sorted([*abstracts, *relations, *((one.kind, one.where, one.sentence) for one in rows.remarks())], key=repr)


def test_each_abstract_is_read_once(place: Path) -> None:
    texts: list[str] = []
    header = run(place, [abstract(1), abstract(2), abstract(1)], reader(called=texts.append))
    assert len(texts) == 2
    assert (header.abstracts, header.relations, header.pairs, header.total, header.finished) == (2, 2, 1, 3, True)
    (remark,) = RunRows(place).remarks()
    assert (remark.kind, remark.sentence) == ("duplicate", "The same PMID, 1001, was read before.")


def test_the_same_words_are_one_text_whatever_the_number(place: Path) -> None:
    first = abstract(1, "Warfarin and aspirin.")
    again = replace(first, text="Warfarin  and\naspirin.", pmid=None, place=2)
    other = replace(first, text="Aspirin and warfarin.", pmid=None, place=3)
    header = run(place, [first, again, other])
    assert header.abstracts == 2
    assert [one.sentence for one in RunRows(place).remarks()] == ["The same text was read before."]


def test_a_fault_in_one_record_is_written_down_and_the_rest_goes_on(place: Path) -> None:
    fault = Abstract("", source="scan.pdf", remark="The PDF is scanned.")
    header = run(place, [abstract(1, UNREADABLE), fault, abstract(2, BROKEN), abstract(3)])
    said = [(one.kind, one.where, one.sentence) for one in RunRows(place).remarks()]
    assert header.abstracts == 1
    assert said == [
        ("fault", "a.nbib, record 1, PMID 1001", "The text is in another language."),
        ("fault", "scan.pdf", "The PDF is scanned."),
        ("fault", "a.nbib, record 2, PMID 1002", "The program failed on this text (ZeroDivisionError); please report it."),
    ]


def test_what_is_said_of_the_folder_is_no_record_that_failed(place: Path) -> None:
    run(place, [abstract(1), Abstract("", source="source", remark="2 other files were left out.")])
    run(place, [abstract(1), Abstract("", source="source", remark="3 other files were left out.")])
    summary = RunRows(place).summary()
    assert (summary.faults, summary.remarks) == (0, 1)
    assert [one.sentence for one in RunRows(place).remarks()] == ["3 other files were left out."]


def test_remarks_on_an_abstract_are_kept(place: Path) -> None:
    run(place, [abstract(1, remark="The record was cut.")])
    (remark,) = RunRows(place).remarks()
    assert (remark.kind, remark.abstract, remark.sentence) == ("remark", 1, "The record was cut.")


def test_progress_knows_the_total_only_after_a_whole_pass(place: Path) -> None:
    steps = read_many(place, "source", [abstract(1), abstract(2)], reader(), check=go_on)
    assert [(one.done, one.total) for one in steps] == [(1, 0), (2, 0)]
    assert (look(place).done, look(place).total, look(place).finished) == (2, 2, True)
    again = read_many(place, "source", [abstract(n) for n in (1, 2, 3)], reader(), check=go_on)
    assert [(one.done, one.total) for one in again if one.done][-3:] == [(1, 2), (2, 2), (3, 3)]


@pytest.mark.parametrize("stop_after", [0, 1, 3, 5])
def test_a_run_that_was_stopped_goes_on_without_loss_or_doubling(place: Path, tmp_path: Path, stop_after: int) -> None:
    source = [abstract(1), abstract(2, UNREADABLE), abstract(1), abstract(3), abstract(4), abstract(5, "One may take warfarin.")]
    whole = tmp_path / f"whole{RUN_SUFFIX}"
    run(whole, source)
    texts: list[str] = []
    token = CancelToken()

    def stopping() -> Iterator[Abstract]:
        for number, one in enumerate(source):
            if number == stop_after:
                token.cancel()
            yield one

    with pytest.raises(CancelledError):
        finished(read_many(place, "source", stopping(), reader(called=texts.append), check=token.check))
    before = look(place)
    assert before.exists
    assert not before.finished
    assert before.done == stop_after
    run(place, source, reader(called=texts.append))
    assert content(place) == content(whole)
    # What could not be read is tried again, and nothing else.
    assert len([one for one in texts if UNREADABLE not in one]) == len({one for one in texts if UNREADABLE not in one})


def test_closing_the_steps_keeps_what_was_read(place: Path) -> None:
    steps = read_many(place, "source", [abstract(n) for n in range(5)], reader(), check=go_on)
    for _ in range(3):
        next(steps)
    steps.close()
    assert [one.pmid for one in RunRows(place).abstracts()] == ["1000", "1001", "1002"]


@pytest.mark.parametrize("table", ["abstracts", "pairs", "relations", "notes"])
@pytest.mark.parametrize("fault", [KeyboardInterrupt(), MemoryError()], ids=["Ctrl+C", "memory"])
def test_stopped_in_the_middle_of_writing_a_record_there_is_no_half_of_it(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, fault: BaseException
) -> None:
    source = [abstract(1), abstract(2, "One may take aspirin with xyzolumab.", remark="Odd."), abstract(3)]
    whole = tmp_path / f"whole{RUN_SUFFIX}"
    run(whole, source)
    run(place, source[:1])

    def stopped(database: Connection, into: str, values: Sequence[Value], *more: Value) -> None:
        if into == table:
            raise fault
        insert(database, into, values, *more)

    with monkeypatch.context() as patched:
        patched.setattr(batch, "insert", stopped)
        with pytest.raises(type(fault)):
            run(place, source)
    assert look(place) == FoundRun(True, 1, 1, True)
    run(place, source)
    assert content(place) == content(whole)


def test_a_source_of_which_nothing_can_be_read_leaves_no_run(place: Path) -> None:
    def locked() -> Iterator[Abstract]:
        yield from ()
        raise InputError("The PDF is locked.")

    with pytest.raises(InputError, match="locked"):
        run(place, locked())
    assert not place.exists()


def test_a_source_that_grows_at_the_front_has_no_duplicates(place: Path) -> None:
    run(place, [abstract(1), abstract(2)])
    header = run(place, [replace(one, place=number) for number, one in enumerate([abstract(9), abstract(1), abstract(2)], 1)])
    assert (header.abstracts, header.notes) == (3, 0)


def test_faults_of_an_earlier_pass_go_with_their_records(place: Path) -> None:
    run(place, [abstract(1), abstract(2, UNREADABLE), abstract(1)])
    assert RunRows(place).summary().remarks == 2
    run(place, [abstract(1), abstract(2, "Now it can be read.")])
    assert RunRows(place).summary().remarks == 0


def test_a_source_that_fails_keeps_what_was_read(place: Path) -> None:
    def failing() -> Iterator[Abstract]:
        yield abstract(1)
        raise InputError("The file is damaged further on.")

    with pytest.raises(InputError, match="further on"):
        run(place, failing())
    assert look(place).done == 1


@pytest.mark.parametrize(
    ("by", "source", "says"),
    [
        (reader(provenance(student="c" * 64)), "source", "by another student"),
        (reader(provenance(knowledge="d" * 64)), "source", "with other knowledge"),
        (reader(replace(provenance(), application="0.2.0")), "source", "by another version of Coprescribe"),
        (reader(), "another", "from another source"),
    ],
)
def test_a_run_of_other_origin_is_refused_and_stays(place: Path, by: object, source: str, says: str) -> None:
    run(place, [abstract(1)])
    before = place.read_bytes()
    from engine.reading.batch import BatchReader

    assert isinstance(by, BatchReader)
    with pytest.raises(InputError, match=says):
        finished(read_many(place, source, [abstract(2)], by, check=go_on))
    assert place.read_bytes() == before


def test_looking_says_why_a_run_cannot_be_gone_on_with(place: Path) -> None:
    assert look(place) == FoundRun()
    run(place, [abstract(1)])
    assert "from another source" in look(place, "another").refusal
    place.write_bytes(b"no database at all, but long enough to be looked at")
    assert "is no run of Coprescribe" in look(place).refusal


def test_anew_throws_the_run_away_and_nothing_else(place: Path) -> None:
    run(place, [abstract(1)])
    finished(read_many(place, "another", [abstract(2)], reader(), check=go_on, anew=True))
    assert [one.pmid for one in RunRows(place).abstracts()] == ["1002"]
    place.write_text("the notes of a person")
    with pytest.raises(InputError, match="stays as it is"):
        finished(read_many(place, "another", [abstract(2)], reader(), check=go_on, anew=True))
    assert place.read_text() == "the notes of a person"


def test_an_empty_file_is_taken_and_a_folder_is_not(place: Path) -> None:
    place.touch()
    assert run(place, [abstract(1)]).abstracts == 1
    with pytest.raises(InputError, match="name of a folder"):
        run(place.parent, [abstract(1)])


def test_two_that_write_one_run_do_not_mix(place: Path) -> None:
    slow = read_many(place, "source", [abstract(n) for n in range(4)], reader(), check=go_on)
    next(slow)
    with connected(place) as other:
        other.execute("PRAGMA busy_timeout = 1")
        with pytest.raises(Exception, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    slow.close()


def test_a_run_that_another_begins_at_the_same_moment_is_left_to_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exists(path: Path) -> bool:
        # Between this look and the lock the other one is faster.
        monkeypatch.undo()
        run(path, [abstract(1)])
        return False

    monkeypatch.setattr(batch_file, "run_exists", exists)
    with pytest.raises(InputError, match="Another program is writing"):
        create_run(place, RunHeader(provenance(), (), "", "source", ""))
    assert look(place) == FoundRun(True, 1, 1, True)


def test_a_student_that_changes_ends_the_run_with_a_sentence(place: Path) -> None:
    own = reader()

    def changing(text: str, _check: Callable[[], None]) -> Reading:
        return read_text(text, provenance(student="e" * 64) if "study 2" in text else None)

    with pytest.raises(ResourceError, match="changed while"):
        run(place, [abstract(1), abstract(2), abstract(3)], replace(own, read=changing))
    assert [one.pmid for one in RunRows(place).abstracts()] == ["1001"]


def test_a_student_that_stops_on_everything_ends_the_run_and_on_one_text_does_not(place: Path) -> None:
    def stopping(text: str, _check: Callable[[], None]) -> Reading:
        if "study 3" in text or "study 2" not in text:
            raise ResourceError("The reader stopped.")
        return read_text(text)

    with pytest.raises(ResourceError, match="stopped"):
        run(place, [abstract(n) for n in range(1, 12)], replace(reader(), read=stopping))
    summary = RunRows(place).summary()
    assert (summary.abstracts, summary.faults) == (1, 5)


def test_halves_of_signs_do_not_stop_a_run(place: Path) -> None:
    odd = replace(abstract(1), source="a\udcff.nbib", title="A \ud800 title")
    run(place, [odd, odd])
    (row,) = RunRows(place).abstracts()
    assert "�" in row.title


def test_a_run_can_be_carried_elsewhere(place: Path, tmp_path: Path) -> None:
    run(place, [abstract(1)])
    moved = tmp_path / "anderswo ü.run"
    shutil.move(place, moved)
    assert run(moved, [abstract(1), abstract(2)]).abstracts == 2
