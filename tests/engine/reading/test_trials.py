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
        ("Both {digoxin} and {carvedilol} enhance the effect of each other.", "effect", None),
        ("{Warfarin} and {aspirin} increased the risk of bleeding.", "effect", None),
        ("Giving {warfarin} and {aspirin} raised it.", "effect", None),
        ("We recommend {everolimus} for patients previously treated with {sunitinib}.", "advise", "earlier"),
        ("{Infliximab} is recommended after failure of {methotrexate}.", "advise", "earlier"),
        ("{Selegiline} should not be given to patients previously treated with {fluoxetine}.", "advise", None),
        ("Start {moclobemide} five weeks after previous treatment with {fluoxetine}.", "advise", None),
        ("The combination of {cisapride} and {erythromycin} for treatment of reflux prolonged the QT interval.", "effect", None),
        ("{Cisapride} and {erythromycin} prolonged the QT interval.", "effect", None),
        ("{Doxorubicin} after previous treatment with {daunorubicin} is cardiotoxic.", "effect", None),
        ("Use {fluoxetine} with caution in patients taking {warfarin}.", "advise", None),
        ("{Clozapine} reduced chorea in {haloperidol}-naive patients.", "effect", "earlier"),
        ("Concentrations of both {cortisol} and vasopressin rose after {methadone}.", "mechanism", "measured"),
        ("Plasma ACTH and {cortisol} rose after {methadone}.", "mechanism", "measured"),
        ("{Hydralazine} increased the excretion of {noradrenaline}.", "mechanism", "measured"),
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
        ("{Diphenhydramine} inhibited the {histamine}-induced wheal.", "effect", None),
    ],
)
def test_what_trials_say(application: Application, text: str, label: str, said: Doubt | None) -> None:
    assert doubt(application, text, label) == said


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("{Warfarin} and {aspirin} increased the response.", "effect"),
        ("{Azathioprine} plus {allopurinol} led to pancytopenia during effective treatment of gout.", "effect"),
        ("{Mercaptopurine} plus {allopurinol}: severe myelosuppression in remission.", "effect"),
        ("{Verapamil} plus {propranolol} led to complete heart block though effective in angina.", "effect"),
        ("The combination of {sildenafil} and {nitroglycerin} gave relief and a profound fall in blood pressure.", "effect"),
        ("{Gentamicin} plus {furosemide}: hearing was gone after successful treatment of sepsis.", "effect"),
        ("{Tamoxifen} plus {paroxetine} shortened survival of responders.", "effect"),
        ("{Clopidogrel} plus {omeprazole} had worse outcomes and less efficacy.", "effect"),
        ("The combination of {oral contraceptives} and {rifampicin} reduced effectiveness.", "effect"),
        ("{Sildenafil} and {nitroglycerin} decreased blood pressure.", "effect"),
        ("Check levels of {lithium} in patients with heart failure on {lisinopril}.", "advise"),
        ("An alternative to {verapamil} is recommended in patients with heart failure on {metoprolol}.", "advise"),
        ("{Doxorubicin} requires a cumulative dose limit in patients with prior treatment with {daunorubicin}.", "advise"),
        (
            "{Trastuzumab} is indicated after cardiac assessment in those previously treated with {doxorubicin}, with caution.",
            "advise",
        ),
        ("We recommend {clopidogrel} in intolerance to aspirin in patients taking {omeprazole}.", "advise"),
        ("{Benzodiazepines} should be avoided in {opioid}-naive patients.", "advise"),
        ("Serum {potassium} rises with {potassium-sparing diuretics}.", "mechanism"),
        ("{Vitamin K} is displaced by {vitamin K antagonists}.", "mechanism"),
        ("{Ritonavir} raised levels of {lopinavir/ritonavir}.", "mechanism"),
        ("{Hydrocortisone} concentrations rose with {itraconazole}.", "mechanism"),
        ("{Fluvoxamine} increased the plasma concentrations of {melatonin}.", "mechanism"),
        ("{Entacapone} raised the concentrations of {adrenaline} during its infusion.", "mechanism"),
    ],
)
def test_a_danger_is_not_lost(application: Application, text: str, label: str) -> None:
    assert doubt(application, text, label) is None


def test_medicines_that_the_knowledge_has_are_two(application: Application) -> None:
    """Though the name of one is made of the other's."""
    text = "Hydroxychloroquine raises chloroquine levels."
    known = (Entity(0, 18, text[:18], "drug", "both", substance_ids=("a",)), Entity(26, 37, text[26:37], "drug", "both"))
    trials = application.lexicon.doubts.trials
    assert trials.doubt("mechanism", text, *known) == "same"
    both = (known[0], Entity(26, 37, text[26:37], "drug", "both", substance_ids=("b",)))
    assert trials.doubt("mechanism", text, *both) is None


def test_a_role_that_is_not_known_is_refused() -> None:
    with pytest.raises(KeyError):
        TrialWords([("improv*", "nobody's")], [])
    with pytest.raises(KeyError):
        TrialWords([], [("cortisol", "perhaps")])


@given(st.text(max_size=60), st.sampled_from(["effect", "mechanism", "advise", "int"]))
def test_any_text_is_taken(application: Application, between: str, label: str) -> None:
    text = f"A{between}B"
    names = Entity(0, 1, "A", "drug", "both"), Entity(len(text) - 1, len(text), "B", "drug", "both")
    assert application.lexicon.doubts.trials.doubt(label, text, *names) in (*(None, "together", "earlier", "measured", "same"),)
