"""Plain words for patients: short, no order to stop or change a medicine, and for every dangerous effect whom to call."""

import re

import pytest

from engine.application import Application
from engine.knowledge.records import PlainWords

# What may kill within hours or days: whoever reads the sheet must learn what to do.
URGENT = [
    *("acute_kidney_injury", "agranulocytosis", "anaphylaxis_treatment_failure", "angioedema"),
    *("anticoagulant_loss", "antiplatelet_loss", "av_block", "bleeding", "bradycardia", "bronchospasm"),
    *("cns_depression", "cytotoxic_toxicity", "digitalis_toxicity", "encephalopathy", "ergotism"),
    *("gastrointestinal_bleeding", "gastrointestinal_obstruction", "hepatotoxicity", "hyperammonaemia"),
    *("hyperkalaemia", "hypersensitivity", "hypertensive_crisis", "hyperthermia", "hypoglycaemia"),
    *("hypoglycaemia_masked", "hypokalaemia", "hyponatraemia", "hypotension", "immunosuppression"),
    *("intracranial_hypertension", "lactic_acidosis", "lithium_toxicity", "methaemoglobinaemia"),
    *("myelosuppression", "myopathy", "neuroleptic_malignant_syndrome", "neuromuscular_block", "opioid_toxicity"),
    *("pancreatitis", "respiratory_depression", "seizure_control_loss", "seizures", "serious_infection"),
    *("serotonin_syndrome", "skin_reaction", "teratogenicity", "theophylline_toxicity", "thrombosis"),
    *("torsades_de_pointes", "ventricular_arrhythmia", "ventricular_fibrillation"),
]
WHOM = re.compile(r"call (an ambulance|a doctor|your doctor|your team)|get help at once", re.IGNORECASE)
# An order to end or change a treatment; "do not stop" and questions are none.
ORDER = re.compile(r"(?<!not )\b(stop taking|stop using|skip|halve|double|take less|take more|leave out)\b", re.IGNORECASE)
JARGON = re.compile(
    r"contraindicat|exposure|syndrome|toxicity|monitor|INR(?!\))|ECG(?!\))|dose-|renal|hepatic|QT|CYP", re.IGNORECASE
)
LONGEST_SENTENCE_WORDS = 28


def words_of(application: Application) -> dict[tuple[str, str], PlainWords]:
    return application.store.plain_words


@pytest.mark.parametrize("code", URGENT)
def test_a_dangerous_effect_says_whom_to_call(application: Application, code: str) -> None:
    assert WHOM.search(words_of(application)["effect", code].words)


@pytest.mark.parametrize("kind", ["effect", "management", "statement"])
def test_words_are_short_plain_and_order_nothing(application: Application, kind: str) -> None:
    rows = {code: row.words for (own, code), row in words_of(application).items() if own == kind}
    assert rows
    for code, words in rows.items():
        assert not ORDER.search(words), code
        assert not JARGON.search(words), code
        assert words.endswith("."), code
        assert all(len(sentence.split()) <= LONGEST_SENTENCE_WORDS for sentence in words.split(". ")), code


def test_every_action_is_a_question_or_keeps_the_treatment(application: Application) -> None:
    rows = [(code, row.words) for (kind, code), row in words_of(application).items() if kind == "management"]
    assert {words.split()[0] for _code, words in rows} == {"Ask", "Do", "Tell"}
    assert [code for code, words in rows if words.startswith("Do ")] == ["do_not_stop_abruptly"]


def test_what_is_forbidden_is_asked_about_today(application: Application) -> None:
    statements = application.store.statements
    forbidden = [code for code, row in statements.items() if row.weight == "contraindicated"]
    assert forbidden
    for code in forbidden:
        assert re.search(r"today|before (you drink|the next dose)", words_of(application)["statement", code].words), code
