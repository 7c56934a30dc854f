"""Who acts on whom, in a verb that says no more than the mechanism does."""

import pytest

from desktop.prescription.findings_words import names_of, pair_words
from engine.application import Application
from engine.checking import CheckOptions

OPTIONS = CheckOptions(provisional=False, with_alternatives=False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # Exposure.
        ("simvastatin 40 mg; clarithromycin 500 mg", "clarithromycin raises simvastatin"),
        ("simvastatin 40 mg; rifampicin 600 mg", "rifampicin lowers simvastatin"),
        ("methotrexate 10 mg; probenecid 500 mg", "probenecid raises methotrexate"),
        # Both exposure and effect.
        ("digoxin 125 mcg; verapamil 240 mg", "verapamil strengthens the effect of digoxin"),
        # Nothing happens to the level of warfarin.
        ("warfarin 5 mg; ibuprofen 400 mg", "ibuprofen adds to warfarin"),
        ("bisoprolol 5 mg; ibuprofen 400 mg", "ibuprofen weakens the effect of bisoprolol"),
        # The mechanism is not known.
        ("warfarin 5 mg; simvastatin 40 mg", "simvastatin strengthens the effect of warfarin"),
        # A prodrug: less of the active form, more of what is given.
        ("clopidogrel 75 mg; omeprazole 20 mg", "omeprazole weakens the effect of clopidogrel"),
        ("tamoxifen 20 mg; paroxetine 20 mg", "paroxetine weakens the effect of tamoxifen"),
        # No roles.
        ("sertraline 50 mg; tramadol 50 mg", "sertraline + tramadol"),
    ],
)
def test_the_verb_follows_the_mechanism(application: Application, text: str, words: str) -> None:
    report = application.check(text, options=OPTIONS)
    assert pair_words(report.interactions[0], names_of(report)) == words
