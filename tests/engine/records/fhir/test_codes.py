"""Medicines that a file gives only by a code: a name where our tables have one, and never a silence."""

import json
from pathlib import Path

import pytest

from engine.application import Application
from engine.checking import CheckOptions
from engine.records.codes import code_lookup
from engine.records.opening import open_lists
from engine.records.strict_json import Json
from tests.engine.records.driving import driven
from tests.engine.records.fhir.building import bundle, lists, request

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
SNOMED = "http://snomed.info/sct"


def coded(*codes: tuple[str, str], **fields: Json) -> dict[str, Json]:
    coding: Json = [{"system": system, "code": code} for system, code in codes]
    return request(medicationCodeableConcept={"coding": coding}, **fields)


@pytest.mark.parametrize(
    ("codes", "name", "first"),
    [
        ([(RXNORM, "36567")], "simvastatin", "rxnorm:36567"),
        ([(ATC, "C10AA01")], "simvastatin", "atc:C10AA01"),
        ([(ATC, "c10aa01")], "simvastatin", "atc:c10aa01"),
        ([(SNOMED, "387584000"), (RXNORM, "36567")], "simvastatin", "snomed:387584000"),
        ([(RXNORM, "36567"), (ATC, "C10AA01")], "simvastatin", "rxnorm:36567"),
    ],
)
def test_a_code_of_our_tables_has_a_name(application: Application, codes: list[tuple[str, str]], name: str, first: str) -> None:
    (one,) = lists(coded(*codes), code_lookup(lambda: application.store))
    assert one.text == name
    assert one.remarks == (
        f"Given only by a code; the name is what our own table of substances has for that code: {name} ({first}).",
    )


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        ([(RXNORM, "999999999")], "rxnorm:999999999"),
        ([(ATC, "C10AA")], "atc:C10AA"),
        ([(SNOMED, "36567")], "snomed:36567"),
        (("http://example.org", "C10AA01"), "code:C10AA01"),
        # Two medicines: nobody can tell which is meant.
        ([(RXNORM, "36567"), (ATC, "B01AA03")], "rxnorm:36567"),
        # Dinitrate and plain isosorbide share this one.
        ([(ATC, "C01DA08")], "atc:C01DA08"),
    ],
)
def test_a_code_that_is_not_known_is_not_recognised_and_named(
    application: Application, codes: list[tuple[str, str]] | tuple[str, str], text: str
) -> None:
    given = codes if isinstance(codes, list) else [codes]
    (one,) = lists(coded(*given), code_lookup(lambda: application.store))
    assert one.text == text
    assert one.remarks == (f"Given only by a code for which no single name is known here, so they are not recognised: {text}.",)
    report = application.checker.check(one.text, options=CheckOptions(with_alternatives=False))
    assert report.drugs == ()
    assert [line.line for line in report.not_checked] == [text]


def test_without_a_look_up_it_is_said_that_nothing_was_looked_up() -> None:
    (one,) = lists(coded((RXNORM, "36567")))
    assert (one.text, one.remarks) == ("rxnorm:36567", ("Given only by a code, which was not looked up: rxnorm:36567.",))


def test_what_is_written_counts_before_any_code(application: Application) -> None:
    concept: Json = {"coding": [{"system": RXNORM, "code": "36567", "display": "Simvastatin 20 MG Oral Tablet"}]}
    (one,) = lists(request(medicationCodeableConcept=concept), code_lookup(lambda: application.store))
    assert (one.text, one.remarks) == ("Simvastatin 20 MG Oral Tablet", ())


def test_each_person_has_the_remark_of_their_own_codes(application: Application) -> None:
    other: Json = {"reference": "Patient/2"}
    first, second = lists(bundle(coded((RXNORM, "36567")), request(subject=other)), code_lookup(lambda: application.store))
    assert "simvastatin (rxnorm:36567)" in first.remarks[0]
    assert second.remarks == ()


def test_what_is_left_out_is_named_by_its_code_too(application: Application) -> None:
    (one,) = lists(coded((ATC, "C10AA01"), status="stopped"), code_lookup(lambda: application.store))
    assert one.text == ""
    assert "Left out, because the file says that they ended or were stopped: simvastatin." in one.remarks


def test_a_file_is_opened_with_a_look_up(application: Application, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(coded((ATC, "C10AA01"))), encoding="utf-8")
    (one,) = driven(open_lists(path, code_lookup(lambda: application.store)))
    assert one.text == "simvastatin"
