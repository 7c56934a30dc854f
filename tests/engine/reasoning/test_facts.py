"""Rows of the knowledge as facts in words."""

import pytest

from engine.application import Application
from engine.reasoning.facts import FactWriter


def texts(application: Application, substance: str) -> dict[str, str]:
    writer = FactWriter(application.store)
    return {row.property: writer.pk(row).text for row in application.store.pk_properties.all() if row.substance == substance}


def test_figures_of_kinetics_are_sentences_with_units(application: Application) -> None:
    assert texts(application, "simvastatin")["half_life_h"] == "simvastatin has a half-life of 3 h"
    assert texts(application, "clarithromycin")["f_oral"] == "clarithromycin has an oral bioavailability of 50 %"
    assert texts(application, "clarithromycin")["fe"] == "clarithromycin is excreted unchanged to 30 % (mean of a range)"


@pytest.mark.parametrize("left", ["_", " fraction", "half life", "%)", "None"])
def test_no_property_is_told_in_codes(application: Application, left: str) -> None:
    writer = FactWriter(application.store)
    told = [writer.pk(row).text for row in application.store.pk_properties.all()]
    assert len(told) > 500
    assert [text for text in told if left in text] == []
