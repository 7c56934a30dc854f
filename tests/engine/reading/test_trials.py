"""What trials say of two medicines that is no interaction of theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Application
from engine.reading.doubts import SentenceDoubts
from engine.reading.model import Doubt, Entity
from engine.reading.trials import TrialWords


def doubt(application: Application, text: str, label: str) -> Doubt | None:
    """Two names stand in braces."""
    parts = text.replace("}", "{").split("{")
    left = len(parts[0])
    right = left + len(parts[1]) + len(parts[2])
    names = (
        Entity(left, left + len(parts[1]), parts[1], "drug", "both"),
        Entity(right, right + len(parts[3]), parts[3], "drug", "both"),
    )
    return SentenceDoubts(application.lexicon.doubts, "".join(parts), names).of("ddi", label, 0, 1)


@pytest.mark.parametrize(
    ("text", "label", "said"),
    [
        ("Patients receiving {infliximab} plus {methotrexate} showed improvement in joint scores.", "effect", "together"),
        ("The combination of alkalinized {lidocaine} and {heparin} relieved bladder pain.", "effect", "together"),
        ("The {fluorouracil}-{mitomycin} combination had a 14 % response rate.", "effect", "together"),
        ("{Pemetrexed} and {cisplatin} in combination prolonged survival.", "effect", "together"),
        ("{Infliximab} plus {methotrexate} was more effective than methotrexate alone.", "effect", None),
        ("{Amiloride} combined with {enalapril} caused hyperkalaemia in patients on treatment of heart failure.", "effect", None),
        ("Treatment with {lithium} plus {haloperidol} led to an encephalopathic syndrome.", "effect", None),
        ("The combination of {cytarabine} and {decitabine} had a synergistic effect on tumour cells.", "effect", None),
        ("{Infliximab} plus {methotrexate}: improvement in joint scores.", "mechanism", None),
        ("{Warfarin} and {aspirin} increased the response.", "effect", "apart"),
        ("We found that both {benzocaine} and {phenoxyethanol} depressed phagocytosis.", "effect", "apart"),
        ("Both {digoxin} and {carvedilol} enhance the effect of each other.", "effect", None),
        ("{Warfarin} and {aspirin} increased the risk of bleeding.", "effect", None),
        ("Giving {warfarin} and {aspirin} raised it.", "effect", None),
        ("We recommend {everolimus} for patients previously treated with {sunitinib}.", "advise", "earlier"),
        ("{Infliximab} is recommended after failure of {methotrexate}.", "advise", "earlier"),
        ("{Doxorubicin} after previous treatment with {daunorubicin} is cardiotoxic.", "effect", None),
        ("Use {fluoxetine} with caution in patients taking {warfarin}.", "advise", None),
        ("{Clozapine} reduced chorea in {haloperidol}-naive patients.", "effect", "earlier"),
        ("Concentrations of both {cortisol} and vasopressin rose after {methadone}.", "mechanism", "measured"),
        ("Plasma ACTH and {cortisol} rose after {methadone}.", "mechanism", "measured"),
        ("{Hydralazine} increased the excretion of {noradrenaline}.", "mechanism", "measured"),
        ("{Ketoconazole} lowered {testosterone} levels.", "mechanism", "measured"),
        ("{Ketoconazole} lowered the clearance of {cortisol} that was infused.", "mechanism", None),
        ("{Ketoconazole} raised the levels of {midazolam}.", "mechanism", None),
        ("{Malondialdehyde} was reduced by {amlodipine}.", "mechanism", "measured"),
        ("The amount of {PGE - M} fell with {indomethacin}.", "mechanism", "measured"),
        ("{Homovanillic acid} reversed the effect of {haloperidol}.", "effect", None),
        ("{Valganciclovir} gives higher exposures of {ganciclovir}.", "mechanism", "same"),
        ("{L - carnitine} raised plasma {carnitine}.", "mechanism", "same"),
        ("{Perindopril} is changed into {perindoprilat}.", "mechanism", "same"),
        ("{Ethanol} delays the oxidation of {methanol}.", "mechanism", None),
        ("{Escitalopram} raised the levels of {citalopram}.", "mechanism", None),
        ("{Digoxin} is bound by {digoxin immune fab}.", "effect", None),
        ("{Diphenhydramine} inhibited the {histamine}-induced wheal.", "effect", None),
    ],
)
def test_what_trials_say(application: Application, text: str, label: str, said: Doubt | None) -> None:
    assert doubt(application, text, label) == said


def test_a_role_that_is_not_known_is_refused() -> None:
    with pytest.raises(KeyError):
        TrialWords([("improv*", "nobody's")], [])
    with pytest.raises(KeyError):
        TrialWords([], [("cortisol", "perhaps")])


@given(st.text(max_size=60), st.sampled_from(["effect", "mechanism", "advise", "int"]))
def test_any_text_is_taken(application: Application, between: str, label: str) -> None:
    text = f"A{between}B"
    names = Entity(0, 1, "A", "drug", "both"), Entity(len(text) - 1, len(text), "B", "drug", "both")
    assert application.lexicon.doubts.trials.doubt(label, text, *names) in (
        *(None, "together", "apart", "earlier", "measured", "same"),
    )
