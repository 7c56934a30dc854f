"""Alternatives: what adds to the very harm of the finding does not stand in, even where no rule names the pair."""

from __future__ import annotations

import pytest

from engine.application import Application
from engine.checking import CheckOptions
from engine.interactions.alternatives import candidates_for
from engine.interactions.profile import best_tags
from tests.engine.records.driving import driven


def offered(application: Application, text: str, effect_code: str, instead_of: str) -> set[str]:
    report = application.check(text)
    (finding,) = (one for one in report.interactions if effect_code in one.effect_codes)
    return {one.name for one in finding.alternatives if one.instead_of == instead_of}


@pytest.mark.parametrize("partner", ["citalopram 20 mg po", "domperidone 10 mg po", "haloperidol 2 mg po"])
def test_a_macrolide_that_prolongs_the_qt_does_not_stand_in_for_another(application: Application, partner: str) -> None:
    store = application.store
    names = offered(application, f"erythromycin 500 mg iv\n{partner}", "torsades_de_pointes", "erythromycin")
    carriers = {
        store.substance(one.substance).name
        for one in candidates_for(store, "erythromycin")
        if (row := best_tags(store.pd_tags.get(one.substance)).get("qt_prolongation")) is not None and row.grade != "weak"
    }
    assert {"clarithromycin", "azithromycin"} <= carriers
    assert not names & carriers


def test_a_harm_by_a_raised_level_alone_keeps_the_statins_apart(application: Application) -> None:
    text = "simvastatin 40 mg po od\nclarithromycin 500 mg po bd"
    assert "pravastatin" in offered(application, text, "myopathy", "simvastatin")


def test_a_macrolide_without_an_effect_on_the_enzyme_stands_in_beside_a_statin(application: Application) -> None:
    names = offered(application, "simvastatin 40 mg po od\nclarithromycin 500 mg po bd", "myopathy", "clarithromycin")
    assert "azithromycin" in names


def test_both_ways_to_ask_agree(application: Application) -> None:
    text = "erythromycin 500 mg iv\ncitalopram 20 mg po"
    (finding,) = application.check(text).interactions
    assert finding.alternatives == driven(application.checker.alternatives_in_steps(text, None, CheckOptions(), (0, 1)))
