"""Any file and any clipboard: read or refused in one sentence, in bounded time and memory, and no medicine lost in silence."""

import copy
import gzip
import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.records.model import MedicationList
from engine.records.opening import open_lists
from engine.records.pasting import text_of_paste
from engine.records.saved import list_of_saved, saved_bytes
from engine.records.strict_json import Json, read_json
from tests.engine.records.driving import driven
from tests.soak.fuzzing import Fuzzing
from tests.soak.material import DIRECTIONS, DOSES, JUNK, SIGNS

pytestmark = pytest.mark.soak

Note = Callable[[str], None]
SECONDS = 20
SLOWEST_S = 5.0
SUFFIXES = (".txt", ".csv", ".tsv", ".json", ".gz", ".csv.gz", ".json.gz", "", ".coprescribe.json", ".xlsx")
BUNDLE = Path(__file__).resolve().parents[1] / "data" / "fhir_r4_bundle.json"
TABLE = (
    "patient,drug,dose,unit,route,frequency,status,sig\n"
    '1,Warfarin,5,mg,oral,od,active,"take one; with water"\n'
    "1,Aspirin,75,mg,oral,daily,stopped,\n2,Ibuprofen,400,mg,po,tds,yes,prn\n"
)
MIMIC = (
    '"row_id","hadm_id","startdate","enddate","drug_type","drug","prod_strength","dose_val_rx","dose_unit_rx","route"\n'
    '1,100,2160-01-01,2160-01-03,"MAIN","Warfarin","5mg Tablet","5","mg","PO"\n'
    '2,101,2160-01-01,,"BASE","Syringe","","1","SYR","IV"\n'
)
SAVED = saved_bytes(MedicationList("", "Warfarin 5 mg\nAspirin", None, frozenset({"coumadin"})), "1")
TAGS = (
    *("<s>", "</s>", "<p>", "</p>", "<li>", "<ul>", "</ul>", "<td>", "<tr>", "<table>", "</table>", "<br>", "<del>", "</del>"),
    *("<span style='text-decoration:line-through'>", "</span>", "<style>.a{text-decoration:line-through}</style>", "<i class=a>"),
    *("<!--", "-->", "<script>", "</script>", "<pre>", "</pre>", "&nbsp;", "&#0;", "<", ">", "<a b='", "<![CDATA["),
)
VALUES: tuple[Json, ...] = (
    *(None, True, False, 0, -1, 1e300, "", "x", "active", "stopped", [], {}, [None], "Patient/1", "#a", "\ud800", "a;b\nc"),
    *({"text": "Warfarin"}, {"reference": "Medication/m1"}, [{"code": "36567"}], "2026-02-31", 10**400, "<b>&amp;", 3.5),
)


def seeds() -> list[bytes]:
    """Files that open, of every kind."""
    plain = "Warfarin 5 mg od\nPréparation; Aspirin 75 mg\n"
    whole = [BUNDLE.read_bytes(), TABLE.encode(), MIMIC.encode(), SAVED, plain.encode(), plain.encode("utf-16")]
    return [*whole, *(gzip.compress(one) for one in whole), plain.encode("cp1252"), b"PK\x03\x04", b""]


def harmed(chance: random.Random, content: bytes, others: list[bytes]) -> bytes:
    """The content with a few things done to it."""
    for _ in range(chance.randrange(6)):
        place = chance.randrange(len(content) + 1)
        length = chance.choice((1, 1, 3, 30, 1_000))
        part = content[place : place + length]
        other = chance.choice(others)
        content = chance.choice(
            (
                content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :],
                content[:place] + content[place + length :],
                content[:place] + part * chance.choice((2, 50)) + content[place:],
                content[:place] + other[chance.randrange(len(other) + 1) :],
                content[:place] + chance.choice(SIGNS).encode("utf-8", "surrogatepass") + content[place:],
                content[:place]
                + chance.choice((b",", b'"', b";", b"\t", b"\n", b"{", b"]", b"\0", b"drug,dose\n"))
                + content[place:],
                gzip.compress(content) if len(content) < 10**6 else content,
            )
        )[:3_000_000]
    return content


def harmed_json(chance: random.Random, value: Json) -> Json:
    """The value with a few of its parts changed, left out, doubled or moved."""
    value = copy.deepcopy(value)
    for _ in range(chance.randrange(1, 5)):
        inner: Json = value
        while isinstance(inner, dict | list) and inner:
            key: str | int = chance.choice(list(inner)) if isinstance(inner, dict) else chance.randrange(len(inner))
            below: Json = inner[str(key)] if isinstance(inner, dict) else inner[int(key)]
            if chance.random() < 0.25 or not (isinstance(below, dict | list) and below):
                _harm_part(chance, inner, key, below)
                break
            inner = below
    return value


def _harm_part(chance: random.Random, inner: Json, key: str | int, below: Json) -> None:
    way = chance.randrange(4)
    if isinstance(inner, dict):
        if way == 0:
            del inner[key]
        elif way == 1:
            inner[chance.choice(("status", "modifierExtension", "subject", "text", "value", "unit", "coding"))] = below
        else:
            inner[key] = copy.deepcopy(chance.choice(VALUES))
    elif isinstance(inner, list) and isinstance(key, int):
        if way == 0:
            del inner[key]
        elif way == 1:
            inner.append(copy.deepcopy(below))
        else:
            inner[key] = copy.deepcopy(chance.choice(VALUES))


def one_sentence(error: InputError) -> str:
    """The sentence of a refusal, which is one."""
    assert error.sentence.endswith(".")
    assert "\n" not in error.sentence
    assert "Traceback" not in error.sentence
    return error.sentence


def opened(path: Path) -> tuple[str, float]:
    """(what came of it, seconds)."""
    begun = time.perf_counter()
    try:
        lists = driven(open_lists(path))
    except InputError as error:
        return one_sentence(error)[:40], time.perf_counter() - begun
    assert lists
    for one in lists:
        for text in (one.title, one.text, *one.remarks):
            text.encode("utf-8")
        # What is read can be saved and is then the same.
        again = list_of_saved(read_json(saved_bytes(one, "1").decode("ascii")))
        assert (again.text, again.patient) == (one.text, one.patient)
    return "read", time.perf_counter() - begun


def fuzz(note: Note, tmp_path: Path, chance: random.Random, make: Callable[[], bytes]) -> None:
    opened(BUNDLE)
    Fuzzing(opened, SUFFIXES, SECONDS, SLOWEST_S, fewest_ends=3).run(note, tmp_path, chance, make)


def test_harmed_files_of_every_kind(chance: random.Random, note: Note, tmp_path: Path) -> None:
    known = seeds()
    fuzz(note, tmp_path, chance, lambda: harmed(chance, chance.choice(known), known))


def test_bytes_of_chance(chance: random.Random, note: Note, tmp_path: Path) -> None:
    beginnings = (b"", b"", b"{", b"\x1f\x8b", b"\xff\xfe", b"drug,dose\n", b'{"resourceType":"Bundle","entry":[', b"<html>")
    alphabets = (bytes(range(256)), b'{}[],:"\\ntrue0123456789.eE-', b'drug,;|\t"\n 5mg', b"\0a")

    def make() -> bytes:
        letters = chance.choice(alphabets)
        return chance.choice(beginnings) + bytes(chance.choices(letters, k=chance.choice((0, 1, 10, 300, 5_000))))

    fuzz(note, tmp_path, chance, make)


def test_harmed_bundles_and_saved_lists(chance: random.Random, note: Note, tmp_path: Path) -> None:
    known: list[Json] = [json.loads(BUNDLE.read_text(encoding="utf-8")), json.loads(SAVED)]
    weights = (9, 1)

    def make() -> bytes:
        return json.dumps(harmed_json(chance, chance.choices(known, weights)[0])).encode("utf-8", "surrogatepass")

    fuzz(note, tmp_path, chance, make)


def test_clipboards(chance: random.Random, note: Note) -> None:
    pieces = (*TAGS, *TAGS, *DOSES, *DIRECTIONS, *JUNK, *SIGNS, "Warfarin ", "aspirin ", "; ", "\n")
    until, done, refused, slowest_s = time.monotonic() + SECONDS, 0, 0, 0.0
    while time.monotonic() < until:
        html = "".join(chance.choices(pieces, k=chance.choice((1, 5, 50, 500))))
        if chance.random() < 0.05:
            html = chance.choice(pieces) * chance.choice((1_000, 30_000))
        plain = chance.choice((None, "", html, "Warfarin 5 mg\nAspirin"))
        begun = time.perf_counter()
        try:
            text = text_of_paste(plain, html)
        except InputError as error:
            refused += bool(one_sentence(error))
            text = ""
        slowest_s = max(slowest_s, time.perf_counter() - begun)
        done += 1
        text.encode("utf-8")
        assert not {"\0", "\r", "\t"} & set(text)
        for line in text.split("\n"):
            assert not (line.startswith("struck out: ") and (";" in line or "\uff1b" in line))
    note(f"{done} clipboards, {refused} refused, slowest {slowest_s:.2f} s")
    assert slowest_s < SLOWEST_S
