"""TWOSIDES: read as published, and as others have mended it; damaged files end in a sentence with the line."""

import gzip
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.corpora.statistics import licensed_lines
from distill.corpora.twosides import ReportedSignal, describe_twosides, read_twosides
from engine.errors import InputError

HEADER = (
    "drug_1_rxnorn_id,drug_1_concept_name,drug_2_rxnorm_id,drug_2_concept_name,condition_meddra_id,condition_concept_name,"
    "A,B,C,D,PRR,PRR_error,mean_reporting_frequency"
)
ROWS = [
    '1,Alphazole,2,"Betastatin, USP",10003239,Arthralgia,7,149,24,1536,2.9,0.4,0.045',
    "1,Alphazole,3,Gammacin,9,Pain,1,1,0,9,inf,1.1,1.0",
]
FIRST = ReportedSignal("1", "Alphazole", "2", "Betastatin, USP", "10003239", "Arthralgia", 2.9, 0.4, 0.045)


def written(folder: Path, *lines: str, name: str = "TWOSIDES.csv.gz") -> Path:
    path = folder / name
    content = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize("name", ["TWOSIDES.csv.gz", "TWOSIDES.csv"])
def test_rows_are_read_as_published(tmp_path: Path, name: str) -> None:
    first, second = read_twosides(written(tmp_path, HEADER, *ROWS, name=name))
    assert first == FIRST
    assert second.prr == math.inf
    lines = list(describe_twosides(tmp_path / name))
    assert "does not ship" in lines[0]
    assert "2 signals of 2 pairs and 2 conditions" in lines[1]


def test_what_is_there_is_counted_and_what_is_not_is_named(tmp_path: Path) -> None:
    (tmp_path / "twosides").mkdir()
    written(tmp_path / "twosides", HEADER, *ROWS)
    lines = list(licensed_lines(tmp_path))
    assert any("2 signals" in line for line in lines)
    assert [line for line in lines if line.endswith("not at hand")] == [
        "drugbank/full database.xml: not at hand",
        "drugbank/drugbank_all_full_database.xml.zip: not at hand",
    ]


def test_a_mended_header_and_tabs_are_read_too(tmp_path: Path) -> None:
    header = HEADER.replace("rxnorn", "rxnorm").replace(",A,B,C,D", "").replace(",", "\t")
    row = "1\tAlphazole\t2\tBetastatin, USP\t10003239\tArthralgia\t2.9\t0.4\t0.045"
    assert list(read_twosides(written(tmp_path, header, row))) == [FIRST]


def test_a_header_among_the_rows_is_left_out(tmp_path: Path) -> None:
    assert len(list(read_twosides(written(tmp_path, HEADER, ROWS[0], HEADER, ROWS[1])))) == 2


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "line 1"),
        (("a,b,c",), "line 1"),
        ((HEADER.replace("PRR_error", "PRR"),), "line 1"),
        ((HEADER, ROWS[0], "1,Alphazole,2"), "line 3"),
        ((HEADER, ROWS[0] + ",1"), "line 2"),
        ((HEADER, ROWS[0].replace("10003239", "x")), "line 2"),
        ((HEADER, ROWS[0].replace("2.9", "much")), "not a number"),
        ((HEADER, ROWS[0].replace("2.9", "nan")), "below nothing"),
        ((HEADER, ROWS[0].replace("0.045", "1.5")), "share above one"),
        ((HEADER, ROWS[0].replace('USP"', "USP")), "not a table"),
    ],
)
def test_a_damaged_file_ends_in_a_sentence(tmp_path: Path, lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError) as caught:
        list(read_twosides(written(tmp_path, *lines)))
    assert said in str(caught.value)
    assert "TWOSIDES.csv.gz" in str(caught.value)


def test_a_file_that_is_missing_cut_off_or_no_text_ends_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing"):
        list(read_twosides(tmp_path / "absent.csv"))
    path = written(tmp_path, HEADER, *ROWS * 200)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="cut off"):
        list(read_twosides(path))
    path.write_bytes(HEADER.encode() + b"\n\xff\xfe\n")
    with pytest.raises(InputError, match="UTF-8"):
        list(read_twosides(path))


@given(content=st.binary(max_size=200))
def test_no_bytes_end_in_another_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "TWOSIDES.csv"
    path.write_bytes(HEADER.encode() + b"\n" + content)
    try:
        found = list(read_twosides(path))
    except InputError:
        return
    assert all(math.isfinite(signal.reporting_frequency) for signal in found)
