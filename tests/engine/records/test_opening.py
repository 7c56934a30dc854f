"""Any file: told apart by what it holds, and every fault one sentence that repeats nothing of it."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.records.content import MAX_FILE_BYTES, OTHER_ENCODING
from tests.engine.records.driving import opened, opened_content

NAMES = ["list.txt", "list.csv", "list.json", "list", "list.csv.gz"]


def test_plain_text_in_any_encoding(tmp_path: Path) -> None:
    text = "Simvastatin 40 mg\nPréparation 5 mg\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        (one,) = opened_content(tmp_path, text.encode(encoding), "list.txt")
        assert (one.text, one.remarks) == (text, ())
    (one,) = opened_content(tmp_path, text.encode("cp1252"), "list.txt")
    assert (one.text, one.remarks) == (text, (OTHER_ENCODING,))
    (one,) = opened_content(tmp_path, gzip.compress(text.encode()), "list.txt.gz")
    assert one.text == text


def test_a_list_of_check_boxes_is_no_json(tmp_path: Path) -> None:
    (one,) = opened_content(tmp_path, b"[x] Simvastatin 40 mg\n[ ] Aspirin\n", "list.txt")
    assert one.text.startswith("[x] Simvastatin")


def test_text_with_semicolons_and_commas_is_no_table(tmp_path: Path) -> None:
    text = "warfarin 5 mg od; aspirin 75 mg, once daily\nsimvastatin"
    (one,) = opened_content(tmp_path, text.encode(), "list.txt")
    assert one.text == text


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t\n", "is empty"),
        ("a.json", b'{"resourceType": "Bundle", "entry": [', "damaged or cut short"),
        ("a.json", b'{"a": 1, "a": 2}', "field twice"),
        ("a.json", b'{"a": NaN}', "not a number"),
        ("a.json", b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "nested too deep"),
        ("a.json", b'{"a":' * 100 + b"1" + b"}" * 100, "nested too deep"),
        ("a.json", b'{"a": ' + b"9" * 10_000 + b"}", "damaged or cut short"),
        ("a.json", b'{"secret": 1}', "neither a list saved by Coprescribe nor FHIR"),
        ("a.json", b'[{"resourceType": "Patient"}]', "neither a list saved"),
        ("a.json", b'{"kind": "coprescribe list", "format": 2, "text": "secret"}', "newer version of Coprescribe"),
        ("a.json", b'{"kind": "coprescribe list", "format": 1, "text": 5}', "saved list is damaged"),
        ("a.json", b'{"kind": "coprescribe list", "format": true, "text": ""}', "saved list is damaged"),
        ("a.json", b'{"kind": "coprescribe list", "format": 1, "text": "", "secret": 5}', "saved list is damaged"),
        ("a.json", b'{"kind": "coprescribe list", "format": 1, "text": "", "confirmed_names": [1]}', "saved list is damaged"),
        (
            "a.json",
            b'{"kind": "coprescribe list", "format": 1, "text": "", "patient": {"age_years": "secret"}}',
            "patient's data",
        ),
        ("a.xml", b'<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"/>', "only FHIR as JSON is read"),
        ("a.html", b"<!DOCTYPE html><p>secret", "web page"),
        ("a.xlsx", b"PK\x03\x04secret", "save the list as CSV"),
        ("a.xls", b"\xd0\xcf\x11\xe0secret", "save the list as CSV"),
        ("a.pdf", b"%PDF-1.7 secret", "is a PDF"),
        ("a.rtf", b"{\\rtf1 secret}", "formatted document"),
        ("a.txt", b"sec\0ret", "not text"),
        ("a.txt", b"\x81secret\xff", "not text in UTF-8"),
        ("a.csv", b"secret,other\n1,2\n", "No column of the table"),
        ("a.csv", b'drug,dose\n"secret,2\n', "table is damaged"),
        ("a.csv", b"drug,dose\nsecret" + b"x" * 200_000 + b",2\n", "table is damaged"),
        ("a.csv", b"drug,medication\nsecret,1\n", "More than one column"),
        ("a.gz", b"\x1f\x8bsecret", "damaged or cut short"),
        ("a.gz", gzip.compress(b"secret", mtime=0)[:-6], "damaged or cut short"),
    ],
)
def test_each_fault_is_one_sentence(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        opened_content(tmp_path, content, name)
    assert "secret" not in caught.value.sentence
    assert "\n" not in caught.value.sentence
    assert caught.value.sentence.endswith(".")


def test_too_large(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="larger than 20 MB"):
        opened_content(tmp_path, b"x" * (MAX_FILE_BYTES + 1), "a.txt")
    with pytest.raises(InputError, match="larger than 20 MB once it is unpacked"):
        opened_content(tmp_path, gzip.compress(b"x" * (MAX_FILE_BYTES + 1)), "a.txt.gz")
    with pytest.raises(InputError, match="longer than 2,000,000 characters"):
        opened_content(tmp_path, b"x" * 2_000_001, "a.txt")


def test_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        opened(tmp_path / "gone.txt")
    with pytest.raises(InputError, match="is a folder"):
        opened(tmp_path)


def test_more_than_500_medicines_open_with_a_remark(tmp_path: Path) -> None:
    (one,) = opened_content(tmp_path, b"drug,dose\n" + b"aspirin,75 mg\n" * 501, "a.csv")
    assert one.text.count("aspirin 75 mg") == 501
    assert one.remarks == ("The list has 501 lines; at most 500 medicines are checked at once.",)


def test_halves_of_signs_do_not_reach_the_screen(tmp_path: Path) -> None:
    saved = {"kind": "coprescribe list", "format": 1, "text": "Aspirin \ud800"}
    (one,) = opened_content(tmp_path, json.dumps(saved).encode(), "a.json")
    assert one.text == "Aspirin \ufffd"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), name=st.sampled_from(NAMES))
def test_any_bytes_open_or_are_refused(tmp_path: Path, content: bytes, name: str) -> None:
    try:
        lists = opened_content(tmp_path, content, name)
    except InputError:
        return
    assert lists


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(st.text(alphabet="drug dose,;\"'\t|\n1é", max_size=12), max_size=5), max_size=6),
    header=st.lists(st.sampled_from(["drug", "Dose", "unit", "patient", "status", "sig", "x", ""]), min_size=1, max_size=6),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
)
def test_any_table_opens_or_is_refused(tmp_path: Path, rows: list[list[str]], header: list[str], delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in [header, *rows])
    try:
        lists = opened_content(tmp_path, text.encode(), "a.csv")
    except InputError:
        return
    assert all("\n" not in line for one in lists for line in one.text.split("\n"))


@pytest.mark.parametrize("name", ["list.txt", "list.csv"])
def test_neither_the_check_nor_a_text_imports_the_library_of_fhir(resources: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("drug,dose\naspirin,75 mg\n" if name.endswith("csv") else "aspirin 75 mg\n", encoding="utf-8")
    code = (
        "import sys\nfrom pathlib import Path\nfrom engine.cli.main import main\nfrom engine.records.opening import open_lists\n"
        f"list(open_lists(Path({str(path)!r})))\n"
        f"assert main(['check', 'aspirin 75 mg', '--resources', {str(resources)!r}]) == 0\n"
        "assert 'engine.checking' in sys.modules\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('fhir', 'fhir_core')]\n"
    )
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
