"""Types of interaction as directions and mechanisms; substances by the codes that both sides carry."""

import pytest

from distill.teachers.type_outcomes import drugbank_codes, outcome_of
from engine.application import Application
from tests.knowledge_rows import published


@pytest.mark.parametrize(
    ("description", "outcome"),
    [
        ("The metabolism of #Drug2 can be increased when combined with #Drug1.", ("B_decrease", "pk.metabolism")),
        ("The serum concentration of #Drug2 can be increased when it is combined with #Drug1.", ("B_increase", "pk.unspecified")),
        (
            "#Drug1 can cause a decrease in the absorption of #Drug2 resulting in a reduced serum concentration.",
            ("B_decrease", "pk.absorption"),
        ),
        (
            "#Drug1 may decrease the excretion rate of #Drug2 which could result in a higher serum level.",
            ("B_increase", "pk.excretion"),
        ),
        ("The protein binding of #Drug2 can be decreased when combined with #Drug1.", ("B_increase", "pk.distribution")),
        ("The risk or severity of bleeding can be increased when #Drug1 is combined with #Drug2.", ("none", "pd.additive")),
        ("#Drug1 may increase the QTc-prolonging activities of #Drug2.", ("none", "pd.additive")),
        (
            "The therapeutic efficacy of #Drug2 can be decreased when used in combination with #Drug1.",
            ("B_decrease", "pd.antagonistic"),
        ),
        (
            "The serum concentration of the active metabolites of #Drug2 can be reduced when #Drug2 is used with #Drug1.",
            ("B_decrease", "pk.unspecified"),
        ),
    ],
)
def test_types_have_outcomes(description: str, outcome: tuple[str, str]) -> None:
    assert outcome_of(description) == outcome


def test_substances_are_known_by_their_unii(application: Application) -> None:
    codes = drugbank_codes(application.store, published("drugbank/drugbank_vocabulary.csv"))
    assert codes["warfarin"] == "DB00682"
    assert len(codes) > 500
