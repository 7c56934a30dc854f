"""The words of the detail for what a sample list does not show: verdicts, conditions, provisional names, hostile texts."""

import pytest
from PySide6.QtGui import QPalette, QTextDocument
from pytestqt.qtbot import QtBot

from desktop.prescription.detail.markup import ink_of
from desktop.prescription.detail.parts import Page, finding_head, finding_reasons
from desktop.prescription.detail.words import datum_value, step_title, what_to_enter
from engine.application import Application
from engine.checking import CheckOptions
from engine.interactions.conditions import _DATUM_WORDS, _NUMBER_FIELDS
from engine.prescriptions.patient import Patient
from engine.report import Interaction


@pytest.fixture
def finding(application: Application) -> Interaction:
    return application.check("simvastatin 40 mg; clarithromycin 500 mg").interactions[0]


def plain(html: str) -> str:
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText().replace("\xa0", " ")


def page(application: Application) -> Page:
    return Page(application.store.sources, ink_of(QPalette()), frozenset())


def test_verdicts_have_sign_and_word(qtbot: QtBot, application: Application, finding: Interaction) -> None:
    first, second, *rest = finding.rationale
    doubted = finding.model_copy(
        update={
            "rationale": (
                first.model_copy(update={"status": "contradicted"}),
                second.model_copy(update={"status": "no_record", "facts": ()}),
                *rest,
            )
        }
    )
    text = plain(finding_reasons(doubted, page(application)))
    assert "1. Pharmacokinetics: metabolism · ✗ contradicted" in text
    assert "2. Net effect · ? no record" in text
    assert "no facts" in text


def test_an_unconfirmed_name_is_marked(qtbot: QtBot, application: Application) -> None:
    report = application.check("warfarrin 5 mg; amiodarone 200 mg", options=CheckOptions(provisional=True))
    assert "? Provisional: a name is not confirmed." in plain(finding_head(report.interactions[0]))


def test_a_condition_without_a_source_level_is_told_all_the_same(qtbot: QtBot, application: Application) -> None:
    local = application.check("timolol eye drops; verapamil 120 mg po").interactions
    noted = [one for one in (*local, *application.check("ibuprofen gel top; warfarin 5 mg po").interactions) if one.conditions]
    assert noted
    for one in noted:
        text = plain(finding_reasons(one, page(application)))
        assert all(note.effect in text or not note.known for note in one.conditions)


def test_an_inference_says_so(qtbot: QtBot, application: Application) -> None:
    every = application.check("fluconazole 200 mg\nwarfarin\namiodarone\ncitalopram\nlithium\nibuprofen\ntramadol").interactions
    inferred = next(one for one in every if not one.documented)
    text = plain(finding_head(inferred))
    assert "Inferred from mechanism facts; no source at hand documents this pair." in text
    assert "Evidence: mechanism facts only." in text


def test_texts_are_escaped(qtbot: QtBot, application: Application, finding: Interaction) -> None:
    wild = "<img src=x> & <b>"
    level = finding.source_level[0].model_copy(update={"condition": wild, "condition_state": "unknown"})
    facts = tuple(fact.model_copy(update={"text": wild, "locator": wild}) for fact in finding.facts)
    changed = finding.model_copy(update={"source_level": (level,), "facts": facts, "drugs": (wild, "b")})
    shown = frozenset({f"fact:level0:{level.fact}"})
    opened = Page(application.store.sources, ink_of(QPalette()), shown)
    assert wild in plain(finding_head(changed))
    text = plain(finding_reasons(changed, opened))
    assert f"? not known: applies when {wild}" in text
    assert f"{level.fact}: {wild}" in text
    assert f"Place: {wild}" in text


def test_every_kind_of_step_has_a_title(application: Application) -> None:
    kinds = [*application.store.mechanism_words, "net_effect", "severity", "management"]
    assert all(step_title(kind) for kind in kinds)
    assert step_title("pd.additive") == "Pharmacodynamics: additive"


def test_every_datum_has_a_value_in_words() -> None:
    patient = Patient(
        age_years=80,
        weight_kg=60,
        sex="female",
        creatinine_umol_l=200,
        potassium_mmol_l=3.1,
        qtc_ms=480,
        inr=2.5,
        child_pugh="B",
        pregnant=False,
        breastfeeding=False,
        smoker=True,
        alcohol=False,
    )
    of_patient = {words for field, (words, _unit) in _NUMBER_FIELDS.items() if not field.startswith("dose_")}
    of_patient |= {*_DATUM_WORDS.values(), "sex", "breastfeeding", "alcohol"} - {"history"}
    values = {datum: datum_value(datum, patient) for datum in of_patient}
    assert [datum for datum, value in values.items() if value is None] == []
    assert values["age"] == "80 years"
    assert values["smoking"] == "yes"
    assert values["eGFR"] == "19 mL/min, computed from creatinine"
    assert datum_value("potassium", Patient()) is None


def test_what_to_enter_says_where() -> None:
    assert what_to_enter("daily dose of warfarin") == "Write it in the medicine's line: daily dose of warfarin."
    assert what_to_enter("eGFR") == "Enter it with the patient's data: eGFR."
