"""Texts that the student cannot read are told apart from English ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.reading.language import NOT_ENGLISH, other_script, remarks_on
from engine.reading.name_index import NameIndex

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


def test_names_of_medicines_say_nothing_of_a_language(application: Application) -> None:
    names = "warfarin, aspirin, simvastatin, clarithromycin, metformin, lisinopril, amlodipine, digoxin, fluoxetine, tramadol"
    assert remarks_on(names, application.lexicon.common_words, application.lexicon.names) == ()
    spanish = f"{OTHERS['Spanish, short']} warfarina, aspirin"
    assert remarks_on(spanish, application.lexicon.common_words, application.lexicon.names) == (NOT_ENGLISH,)


def test_english_is_english(application: Application) -> None:
    assert remarks_on(ENGLISH, application.lexicon.common_words, application.lexicon.names) == ()


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
def test_any_text_gets_its_remarks(text: str) -> None:
    found = remarks_on(text, frozenset({"the"}), NameIndex(()))
    assert bool(found) or text.strip()
    assert found == remarks_on(text, frozenset({"the"}), NameIndex(()))
