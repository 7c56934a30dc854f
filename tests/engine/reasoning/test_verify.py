"""The verifier: what cited rows say is supported, the opposite is contradicted, everything else has no record."""

import pytest

from engine.interactions.exposure import Exposure
from engine.knowledge import records as r
from engine.knowledge.records import Record
from engine.prescriptions.patient import Patient
from engine.reasoning import verify as v

TRACED = r.Provenance("ansm-2019", "p1", "file")
HIGH_DOSE = r.Level("fr1", 1, "contraindication", "a.dose_mg_per_day>20", ("avoid",), TRACED)
ANY_DOSE = r.Level("fr1", 2, "precaution", None, ("clinical_monitoring",), TRACED)
RULE = r.Rule(
    "fr1",
    "simvastatin",
    "@strong-cyp3a4-inhibitors",
    "a",
    "increase",
    (r.Mechanism("pk.metabolism", "CYP3A4", "inhibition"),),
    ("myopathy",),
    TRACED,
    (HIGH_DOSE, ANY_DOSE),
)
MEMBER = r.Membership("strong-cyp3a4-inhibitors", "clarithromycin", None, TRACED)
INHIBITOR = r.EnzymeRole("clarithromycin", "CYP3A4", "inhibitor", "strong", TRACED)
SUBSTRATE = r.EnzymeRole("simvastatin", "CYP3A4", "substrate", "sensitive", TRACED)
QT_ONE = r.PdTag("simvastatin", "qt_prolongation", "known", TRACED)
QT_OTHER = r.PdTag("clarithromycin", "qt_prolongation", "known", TRACED)
QT_THIRD = r.PdTag("amiodarone", "qt_prolongation", "known", TRACED)
THIRD_ROLE = r.EnzymeRole("ketoconazole", "CYP3A4", "inhibitor", "strong", TRACED)
KINETIC: tuple[Record, ...] = (RULE, MEMBER, HIGH_DOSE, ANY_DOSE, INHIBITOR, SUBSTRATE)


def context(dose_mg_per_day: float | None = 10.0, route: str | None = None) -> v.PairContext:
    simvastatin = Exposure(0, 0, "simvastatin", "simvastatin", dose_mg_per_day=dose_mg_per_day, route=route)
    clarithromycin = Exposure(1, 1, "clarithromycin", "clarithromycin")
    tags = {"qt_prolongation": "torsades_de_pointes"}
    return v.PairContext(simvastatin, clarithromycin, Patient(), tags, frozenset({"myopathy"}))


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (v.RoleClaim("clarithromycin", "CYP3A4", "inhibitor"), "supported"),
        (v.RoleClaim("clarithromycin", "CYP3A4", "inhibitor", "strong"), "supported"),
        (v.RoleClaim("clarithromycin", "CYP3A4", "inhibitor", "weak"), "contradicted"),
        (v.RoleClaim("clarithromycin", "CYP3A4", "inducer"), "contradicted"),
        (v.RoleClaim("clarithromycin", "CYP2D6", "inhibitor"), "no_record"),
        (v.MechanismClaim("pk.metabolism", "CYP3A4", "inhibition", "simvastatin"), "supported"),
        (v.MechanismClaim("pk.metabolism", "CYP3A4", "inhibition", "clarithromycin"), "contradicted"),
        (v.MechanismClaim("pk.metabolism", "CYP2D6", "inhibition", "simvastatin"), "no_record"),
        (v.OutcomeClaim("simvastatin", "clarithromycin", "increase"), "supported"),
        (v.OutcomeClaim("simvastatin", "clarithromycin", "decrease"), "contradicted"),
        (v.OutcomeClaim("clarithromycin", "simvastatin", "increase"), "contradicted"),
        (v.OutcomeClaim("simvastatin", "amiodarone", "increase"), "no_record"),
        (v.EffectClaim("myopathy", "simvastatin", "increase"), "supported"),
        (v.EffectClaim("object_toxicity", "simvastatin", "increase"), "supported"),
        (v.EffectClaim("object_efficacy_loss", "simvastatin", "decrease"), "no_record"),
        (v.EffectClaim("object_toxicity", "clarithromycin", "increase"), "no_record"),
        (v.EffectClaim("bleeding"), "no_record"),
        (v.LevelClaim("ansm-2019", "precaution", True), "supported"),
        (v.LevelClaim("ansm-2019", "contraindication", True), "contradicted"),
        (v.LevelClaim("fda-label-read", "precaution", True), "contradicted"),
        (v.SeverityClaim("moderate", inferred=False), "supported"),
        (v.SeverityClaim("contraindicated", inferred=False), "contradicted"),
        (v.SeverityClaim("minor", inferred=False), "contradicted"),
        (v.ActionClaim("clinical_monitoring"), "supported"),
        (v.ActionClaim("avoid"), "no_record"),
    ],
)
def test_single_claims(claim: v.Claim, expected: str) -> None:
    assert v.verify_step([claim], KINETIC, context()) == expected


def test_the_condition_of_a_level_is_evaluated_again() -> None:
    high = v.LevelClaim("ansm-2019", "contraindication", True)
    assert v.verify_step([high], KINETIC, context(40.0)) == "supported"
    assert v.verify_step([high], KINETIC, context(None)) == "contradicted"
    assert v.verify_step([v.LevelClaim("ansm-2019", "contraindication", None)], KINETIC, context(None)) == "supported"


def test_local_use_may_be_held_lower_but_never_higher() -> None:
    local = context(route="topical")
    assert v.verify_step([v.SeverityClaim("minor", inferred=False)], KINETIC, local) == "supported"
    assert v.verify_step([v.SeverityClaim("major", inferred=False)], KINETIC, local) == "contradicted"


def test_a_rule_says_nothing_without_the_membership_through_which_it_applies() -> None:
    rows = tuple(row for row in KINETIC if row is not MEMBER)
    assert v.verify_step([v.EffectClaim("myopathy")], rows, context()) == "no_record"


def test_rows_on_a_third_substance_support_nothing() -> None:
    assert v.verify_step([v.RoleClaim("ketoconazole", "CYP3A4", "inhibitor")], [THIRD_ROLE], context()) == "no_record"
    assert v.verify_step([v.EffectClaim("torsades_de_pointes")], [QT_ONE, QT_THIRD], context()) == "no_record"
    assert v.verify_step([v.EffectClaim("torsades_de_pointes")], [QT_ONE, QT_OTHER], context()) == "supported"


def test_ceilings_of_inferred_severities() -> None:
    rows = (INHIBITOR, SUBSTRATE)
    narrow = r.PkProperty("simvastatin", "narrow_therapeutic_index", "yes", None, TRACED)
    assert v.verify_step([v.SeverityClaim("moderate", inferred=True)], rows, context()) == "supported"
    assert v.verify_step([v.SeverityClaim("major", inferred=True)], rows, context()) == "contradicted"
    assert v.verify_step([v.SeverityClaim("major", inferred=True)], [*rows, narrow], context()) == "supported"
    assert v.verify_step([v.SeverityClaim("major", inferred=True)], [QT_ONE, QT_OTHER], context()) == "supported"
    assert v.verify_step([v.SeverityClaim("contraindicated", inferred=True)], [*rows, narrow], context()) == "contradicted"


def test_one_contradicted_claim_contradicts_the_step() -> None:
    claims: list[v.Claim] = [
        v.LevelClaim("ansm-2019", "precaution", True),
        v.OutcomeClaim("simvastatin", "clarithromycin", "decrease"),
    ]
    assert v.verify_step(claims, KINETIC, context()) == "contradicted"


def test_one_unrecorded_claim_takes_the_support_away() -> None:
    assert (
        v.verify_step([v.LevelClaim("ansm-2019", "precaution", True), v.ActionClaim("monitor_ecg")], KINETIC, context())
        == "no_record"
    )


def test_nothing_claimed_and_nothing_cited() -> None:
    assert v.verify_step([], KINETIC, context()) == "no_record"
    assert v.verify_step([v.LevelClaim("ansm-2019", "precaution", True)], [], context()) == "no_record"


def test_facts_that_point_both_ways_contradict_either() -> None:
    inducer = r.EnzymeRole("clarithromycin", "P-gp", "inducer", "strong", TRACED)
    transported = r.EnzymeRole("simvastatin", "P-gp", "substrate", "major", TRACED)
    rows = (RULE, MEMBER, inducer, transported)
    assert v.verify_step([v.OutcomeClaim("simvastatin", "clarithromycin", "increase")], rows, context()) == "contradicted"


@pytest.mark.parametrize(
    ("route", "direction", "expected"),
    [
        (None, "decrease", "supported"),
        ("oral", "decrease", "supported"),
        ("oral", "increase", "contradicted"),
        ("iv", "decrease", "no_record"),
        ("iv", "increase", "no_record"),
    ],
)
def test_absorption_changes_only_where_both_are_swallowed(route: str | None, direction: str, expected: str) -> None:
    rows = (
        r.PkProperty("simvastatin", "absorption_binding", "object", None, TRACED),
        r.PkProperty("clarithromycin", "absorption_binding", "precipitant", None, TRACED),
    )
    claim = v.OutcomeClaim("simvastatin", "clarithromycin", direction)
    assert v.verify_step([claim], rows, context(route=route)) == expected
    assert v.verify_step([claim], rows[:1], context(route=route)) == "no_record"


def test_a_blocked_activation_lowers_the_effect_of_a_prodrug() -> None:
    pair = v.PairContext(
        Exposure(0, 0, "clopidogrel", "clopidogrel"), Exposure(1, 1, "omeprazole", "omeprazole"), Patient(), {}, frozenset()
    )
    inhibitor = r.EnzymeRole("omeprazole", "CYP2C19", "inhibitor", "moderate", TRACED)
    substrate = r.EnzymeRole("clopidogrel", "CYP2C19", "substrate", "major", TRACED)
    prodrug = r.PkProperty("clopidogrel", "prodrug", "CYP2C19", None, TRACED)
    claim = v.OutcomeClaim("clopidogrel", "omeprazole", "decrease")
    assert v.verify_step([claim], [inhibitor, substrate, prodrug], pair) == "supported"
    assert v.verify_step([claim], [inhibitor, substrate], pair) == "contradicted"
