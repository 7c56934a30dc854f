"""The box of alternatives: what its words promise, and what they do not."""

from pytestqt.qtbot import QtBot

from desktop.prescription.detail.alternatives import AlternativesBox
from engine.report import Alternative


def test_an_alternative_without_a_finding_is_not_called_harmless(qtbot: QtBot) -> None:
    box = AlternativesBox()
    qtbot.addWidget(box)
    box.show_alternatives((Alternative(name="josamycin", instead_of="erythromycin", worst="none", shared="ATC subgroup J01FA"),))
    (label,) = box.labels
    assert "None found" in label.text()
    assert "where none was found, that is no proof" in box.state.text()


def test_where_nothing_is_offered_the_limits_of_the_search_are_named(qtbot: QtBot) -> None:
    box = AlternativesBox()
    qtbot.addWidget(box)
    box.show_alternatives(())
    assert "without adding to the same harm" in box.state.text()
    assert "Medicines of other subgroups were not looked at." in box.state.text()
