"""Names that stand side by side on a line, and words of other scripts: nothing of them is dropped without a word."""

import pytest

from engine.application import Application
from engine.prescriptions.recognise import NOT_RECOGNISED


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("aspirin warfarin", {"acetylsalicylic acid", "warfarin"}),
        ("aspirin warfarin simvastatin", {"acetylsalicylic acid", "warfarin", "simvastatin"}),
        ("aspirin xyzolumab warfarin 5 mg od", {"acetylsalicylic acid", "warfarin"}),
        ("Coumadin warfarin 5 mg", {"warfarin"}),
        ("metoprolol succinate xl 50 mg", {"metoprolol"}),
    ],
)
def test_each_name_of_a_line_is_found(application: Application, line: str, names: set[str]) -> None:
    report = application.check(line)
    assert {drug.name for drug in report.drugs} == names
    assert not report.duplicates


def test_nobody_knows_whose_the_dose_is(application: Application) -> None:
    report = application.check("aspirin warfarin 5 mg po od")
    assert [drug.dose_mg for drug in report.drugs] == [None, None]
    assert any("side by side" in sentence for sentence in report.assumed)
    (alone,) = application.check("Coumadin warfarin 5 mg po od").drugs
    assert alone.dose_mg == 5


@pytest.mark.parametrize("line", ["aspirin xyzolumab 5 mg", "aspirin ワルファリン", "aspirin варфарин", "aspirin βαρφαρίνη"])
def test_a_word_that_is_left_over_is_shown(application: Application, line: str) -> None:
    report = application.check(line)
    assert [drug.name for drug in report.drugs] == ["acetylsalicylic acid"]
    assert f"Not read as medicines: {line.split()[1]}." in report.assumed


@pytest.mark.parametrize("line", ["варфарин aspirin", "华法林 aspirin", "アスピリン warfarin 5 mg", "warfarinжюд", "βwarfarin"])
def test_letters_of_another_script_never_fall_away(application: Application, line: str) -> None:
    report = application.check(line)
    assert [(row.line, row.reason) for row in report.not_checked] == [(line, NOT_RECOGNISED)] or all(
        not drug.confirmed for drug in report.drugs
    )


def test_a_misspelt_name_does_not_hide_its_neighbour(application: Application) -> None:
    report = application.check("warfarrin aspirin 75 mg")
    assert {(drug.name, drug.confirmed) for drug in report.drugs} == {("warfarin", False), ("acetylsalicylic acid", True)}


def test_a_metal_beside_a_misspelt_name_is_no_medicine_of_its_own(application: Application) -> None:
    assert {drug.name for drug in application.check("calcium folinat 15 mg").drugs} <= {"folinic acid", "calcium folinate"}


@pytest.mark.parametrize("line", ["aspirin clopidogrel 75 mg", "aspirin clopidogrel"])
def test_names_of_a_known_product_without_a_sign_between_are_two(application: Application, line: str) -> None:
    report = application.check(line)
    assert [drug.name for drug in report.drugs] == ["acetylsalicylic acid", "clopidogrel"]
    assert report.pairs_checked == 1


def test_two_dosed_medicines_are_checked_as_a_pair(application: Application) -> None:
    for line in (
        "aspirin 75mg, clopidogrel 75mg",
        "aspirin 75 mg od and clopidogrel 75 mg od",
        "aliskiren 10 mg po, valsartan 20 mg po",
    ):
        report = application.check(line)
        assert report.pairs_checked == 1
        assert all(drug.dose_mg is not None for drug in report.drugs)


@pytest.mark.parametrize(
    "line", ["insulin glargine 10 units", "amoxicillin clavulanate 875/125 mg bd", "sodium bicarbonate 500 mg"]
)
def test_names_of_several_words_and_products_with_strengths_stay_one(application: Application, line: str) -> None:
    report = application.check(line)
    assert not any("side by side" in sentence for sentence in report.assumed)
