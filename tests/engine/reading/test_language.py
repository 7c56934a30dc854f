"""Texts that the student cannot read are told apart from English ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.reading.language import NOT_ENGLISH, is_list, other_script, remarks_on

ENGLISH = (
    "Patients who received warfarin were compared with those on placebo. The plasma levels of phenytoin were increased by "
    "cimetidine in all of the patients, and no bleeding was seen during the study."
)
OTHERS = {
    "German": "Die Patienten erhielten Warfarin und wurden mit denen unter Placebo verglichen. Die Spiegel von "
    "Phenytoin stiegen unter Cimetidin bei allen an, und während der Studie wurde keine Blutung gesehen, auch nicht später.",
    "French": "Les patients ont reçu de la warfarine et ont été comparés à ceux sous placebo. Les taux de phénytoïne ont "
    "augmenté avec la cimétidine chez tous les malades, et aucun saignement ne fut observé pendant toute cette étude.",
    "Spanish": "Los pacientes recibieron warfarina y se compararon con los de placebo. Los niveles de fenitoína aumentaron con "
    "cimetidina en todos ellos, y no se observó ninguna hemorragia durante el estudio ni tampoco después.",
    "German, short": "Die Patienten erhielten Warfarin und wurden mit Placebo verglichen.",
    "French, short": "La clarithromycine augmente les concentrations de simvastatine dans le plasma.",
    "Spanish, short": "La claritromicina aumenta las concentraciones plasmáticas de simvastatina en los pacientes.",
    "Russian": "Пациенты получали варфарин, их сравнивали между собой; кровотечений не было.",
    "Japanese": "ワルファリンを服用した患者では、シメチジンの併用によりフェニトインの血中濃度が上昇した。",
}


@pytest.mark.parametrize(
    "text", ["Clarithromycin raises simvastatin.", "Bleeding after aspirin with warfarin.", "Warfarin, aspirin"]
)
def test_a_few_words_say_nothing_of_their_language(application: Application, text: str) -> None:
    assert remarks_on(text, application.lexicon.common_words, application.lexicon.names) == ()


@pytest.mark.parametrize(
    "text",
    [
        "warfarin, aspirin, simvastatin",
        "Warfarin 5 mg tablet daily, aspirin 75 mg tablet daily",
        "Metformin 500 mg twice daily\nLisinopril 10 mg once daily\nSimvastatin 20 mg at night",
        "Current medications: metformin 500 mg tablets twice daily; lisinopril 10 mg od",
    ],
)
def test_lists_of_medicines(application: Application, text: str) -> None:
    assert is_list(text, application.lexicon.names, application.lexicon.dosing_words)


@pytest.mark.parametrize(
    "text",
    [
        "warfarin 5 mg daily",
        "Warfarin, warfarin",
        "Warfarin interacts with aspirin.",
        "No digoxin-amiodarone interaction.",
        "Warfarin versus aspirin",
        "Warfarin is not taken with aspirin",
        "Amiodarona nunca aumenta digoxina, warfarina, claritromicina, verapamilo, omeprazol, ibuprofeno.",
        "Amiodaron erhöht Digoxin, Warfarin, Simvastatin nicht.",
        "warfarin 与 aspirin 合用可增加出血风险。",
        "Insulin receptor, dopamine receptor",
        "Alcohol and tobacco use.",
    ],
)
def test_what_is_no_list_of_medicines(application: Application, text: str) -> None:
    assert not is_list(text, application.lexicon.names, application.lexicon.dosing_words)


def test_english_is_english(application: Application) -> None:
    assert remarks_on(ENGLISH, application.lexicon.common_words, application.lexicon.names) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Etonogestrel may interact with: {}.", ()),
        ("Etonogestrel increases the risk of: {}.", ()),
        ("Etonogestrel kann Wechselwirkungen auslösen bei: {}.", (NOT_ENGLISH,)),
        ("{}", ()),
        ("Avoid {}.", ()),
    ],
)
def test_a_long_list_of_names_hides_no_language(application: Application, text: str, said: tuple[str, ...]) -> None:
    many = (
        "paracetamol, ampicillin, tetracycline, phenytoin, phenobarbital, carbamazepine, topiramate, felbamate, griseofulvin, "
        "ketoconazole, itraconazole, atorvastatin, clofibrate, ciclosporin, morphine, prednisolone, temazepam, theophylline"
    )
    assert remarks_on(text.format(many), application.lexicon.common_words, application.lexicon.names) == said


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages(application: Application, language: str) -> None:
    assert remarks_on(OTHERS[language], application.lexicon.common_words, application.lexicon.names) == (NOT_ENGLISH,)


@pytest.mark.parametrize(
    ("text", "remark"),
    [("", "no text"), (" \n ", "no text"), ("Warfarin", "one word"), ("12 345", "one word"), (f"a\0{ENGLISH}", "NUL")],
)
def test_texts_that_are_none(application: Application, text: str, remark: str) -> None:
    (found,) = remarks_on(text, application.lexicon.common_words, application.lexicon.names)
    assert remark in found


def test_scripts() -> None:
    assert other_script(OTHERS["Russian"])
    assert other_script(OTHERS["Japanese"])
    assert not other_script("α- and β-blockers with ΔΨ, Müller and naïve patients")
    assert not other_script("β")


@given(st.text(max_size=80))
def test_any_text_gets_its_remarks(application: Application, text: str) -> None:
    names = application.lexicon.names
    found = remarks_on(text, frozenset({"the"}), names)
    assert bool(found) or text.strip()
    assert found == remarks_on(text, frozenset({"the"}), names)
