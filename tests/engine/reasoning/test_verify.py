"""The verifier: what cited rows say is supported, the opposite is contradicted, everything else has no record."""

import pytest

from engine.knowledge import records as r
from engine.reasoning import verify as v
from engine.reasoning.facts import Record

TRACED = r.Provenance("ansm-2019", "p1", "file")
LEVEL = r.Level("fr1", 1, "contraindication", None, ("avoid",), TRACED)
RULE = r.Rule(
    "fr1",
    "simvastatin",
    "@strong-cyp3a4-inhibitors",
    "a",
    "increase",
    (r.Mechanism("pk.metabolism", "CYP3A4", "inhibition"),),
    ("myopathy",),
    TRACED,
    (LEVEL,),
)
INHIBITOR = r.EnzymeRole("clarithromycin", "CYP3A4", "inhibitor", "strong", TRACED)
SUBSTRATE = r.EnzymeRole("simvastatin", "CYP3A4", "substrate", "sensitive", TRACED)
QT_ONE = r.PdTag("amiodarone", "qt_prolongation", "known", TRACED)
QT_OTHER = r.PdTag("citalopram", "qt_prolongation", "known", TRACED)
CONTEXT = v.PairContext({"fr1": ("simvastatin", "clarithromycin")}, {"qt_prolongation": "torsades_de_pointes"})
ALL: tuple[Record, ...] = (RULE, LEVEL, INHIBITOR, SUBSTRATE, QT_ONE, QT_OTHER)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (v.RoleClaim("clarithromycin", "CYP3A4", "inhibitor"), "supported"),
        (v.RoleClaim("clarithromycin", "CYP3A4", "inhibitor", "strong"), "supported"),
        (v.RoleClaim("clarithromycin", "CYP3A4", "inhibitor", "weak"), "contradicted"),
        (v.RoleClaim("clarithromycin", "CYP3A4", "inducer"), "contradicted"),
        (v.RoleClaim("clarithromycin", "CYP2D6", "inhibitor"), "no_record"),
        (v.OutcomeClaim("simvastatin", "clarithromycin", "increase"), "supported"),
        (v.OutcomeClaim("simvastatin", "clarithromycin", "decrease"), "contradicted"),
        (v.OutcomeClaim("clarithromycin", "simvastatin", "increase"), "contradicted"),
        (v.OutcomeClaim("simvastatin", "amiodarone", "increase"), "no_record"),
        (v.MechanismClaim("pk.metabolism", "CYP3A4", "inhibition"), "supported"),
        (v.MechanismClaim("pk.metabolism", "CYP2D6", "inhibition"), "no_record"),
        (v.EffectClaim("myopathy"), "supported"),
        (v.EffectClaim("torsades_de_pointes"), "supported"),
        (v.EffectClaim("bleeding"), "no_record"),
        (v.LevelClaim("contraindication"), "supported"),
        (v.LevelClaim("precaution"), "no_record"),
        (v.ActionClaim("avoid"), "supported"),
        (v.ActionClaim("monitor_ecg"), "no_record"),
        (v.TagClaim("amiodarone", "qt_prolongation"), "supported"),
        (v.TagClaim("amiodarone", "bleeding"), "no_record"),
    ],
)
def test_single_claims(claim: v.Claim, expected: str) -> None:
    assert v.verify_step([claim], ALL, CONTEXT) == expected


def test_one_contradicted_claim_contradicts_the_step() -> None:
    claims = [v.LevelClaim("contraindication"), v.OutcomeClaim("simvastatin", "clarithromycin", "decrease")]
    assert v.verify_step(claims, ALL, CONTEXT) == "contradicted"


def test_one_unrecorded_claim_takes_the_support_away() -> None:
    assert v.verify_step([v.LevelClaim("contraindication"), v.ActionClaim("monitor_ecg")], ALL, CONTEXT) == "no_record"


def test_nothing_claimed_and_nothing_cited() -> None:
    assert v.verify_step([], ALL, CONTEXT) == "no_record"
    assert v.verify_step([v.LevelClaim("contraindication")], [], CONTEXT) == "no_record"


def test_a_blocked_activation_lowers_the_effect_of_a_prodrug() -> None:
    inhibitor = r.EnzymeRole("omeprazole", "CYP2C19", "inhibitor", "moderate", TRACED)
    substrate = r.EnzymeRole("clopidogrel", "CYP2C19", "substrate", "major", TRACED)
    prodrug = r.PkProperty("clopidogrel", "prodrug", "CYP2C19", None, TRACED)
    claim = v.OutcomeClaim("clopidogrel", "omeprazole", "decrease")
    assert v.verify_step([claim], [inhibitor, substrate, prodrug], CONTEXT) == "supported"
    assert v.verify_step([claim], [inhibitor, substrate], CONTEXT) == "contradicted"
