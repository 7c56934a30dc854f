"""Doubts from a sentence's own words: what it denies, only asks, or says of two names apart."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from engine.application import Application
from engine.errors import ResourceError
from engine.installation import Installation
from engine.reading.doubts import SentenceDoubts
from engine.reading.lexicon import Lexicon
from engine.reading.model import Doubt, Entity

TASKS = {"mechanism": "ddi", "effect": "ddi", "advise": "ddi", "int": "ddi", "adverse_effect": "ade"}


def doubt(application: Application, text: str, first: str, second: str, label: str) -> Doubt | None:
    """Names stand in braces; diseases in double ones."""
    names: list[Entity] = []
    plain = ""
    for number, part in enumerate(text.replace("{{", "{\0").replace("}}", "}").replace("}", "{").split("{")):
        if number % 2:
            kind = "disease" if part.startswith("\0") else "drug"
            word = part.lstrip("\0")
            names.append(Entity(len(plain), len(plain) + len(word), word, kind, "both"))
            plain += word
        else:
            plain += part
    written = [name.text for name in names]
    doubts = SentenceDoubts(application.lexicon.doubts, plain, names)
    # The last mention of the second name: the one that is in question.
    places = written.index(first), len(written) - 1 - written[::-1].index(second)
    return doubts.of(TASKS.get(label, "chemprot"), label, *places)


@pytest.mark.parametrize(
    ("text", "first", "second", "label"),
    [
        ("{Azithromycin} does not inhibit {CYP3A4}.", "Azithromycin", "CYP3A4", "INHIBITOR"),
        ("{Fluvoxamine} inhibits {CYP1A2}, but not {CYP2D6}.", "Fluvoxamine", "CYP2D6", "INHIBITOR"),
        ("{Ranitidine} neither inhibits {CYP1A2} nor changes {theophylline}.", "Ranitidine", "theophylline", "mechanism"),
        ("{Paracetamol} did not affect the pharmacokinetics of {warfarin}.", "Paracetamol", "warfarin", "mechanism"),
        ("No interaction was seen between {sitagliptin} and {metformin}.", "sitagliptin", "metformin", "int"),
        ("There was no evidence that {sertraline} increases {digoxin} levels.", "sertraline", "digoxin", "mechanism"),
        ("{Apixaban} with {ketoconazole} failed to increase {{bleeding}}.", "Apixaban", "bleeding", "adverse_effect"),
        ("{Apixaban} with {ketoconazole} did not increase {{bleeding}}.", "Apixaban", "ketoconazole", "effect"),
        ("{{Cough}} is caused by {enalapril} and is not caused by {losartan}.", "Cough", "losartan", "adverse_effect"),
        ("{Pantoprazole} had no relevant effect on {clopidogrel}.", "Pantoprazole", "clopidogrel", "effect"),
        ("{{Bleeding}} was similar with {apixaban} and {warfarin}.", "Bleeding", "warfarin", "adverse_effect"),
        ("{Rifampicin} induces {CYP3A4}.", "Rifampicin", "CYP3A4", "INHIBITOR"),
        ("{Simvastatin} and {ketoconazole} do not interact.", "Simvastatin", "ketoconazole", "advise"),
        ("It is not necessary to avoid {ibuprofen} in patients taking {methotrexate}.", "ibuprofen", "methotrexate", "advise"),
        ("{Warfarin} and {paracetamol} may be used together without dose adjustment.", "Warfarin", "paracetamol", "advise"),
        ("{Apixaban} does not require dose adjustment with {ranitidine}.", "Apixaban", "ranitidine", "advise"),
        ("{Azithromycin} and {theophylline} can be coadministered safely.", "Azithromycin", "theophylline", "advise"),
        ("It was ruled out that {ranitidine} increases the levels of {theophylline}.", "ranitidine", "theophylline", "mechanism"),
        ("{Ranitidine} was excluded as a cause of higher levels of {theophylline}.", "Ranitidine", "theophylline", "mechanism"),
        ("{Pantoprazole} no longer increased {methotrexate} levels.", "Pantoprazole", "methotrexate", "mechanism"),
        ("{Clopidogrel} was switched to {prasugrel}.", "Clopidogrel", "prasugrel", "effect"),
        ("Dose adjustment of {warfarin} is not needed with {pantoprazole}.", "warfarin", "pantoprazole", "advise"),
        ("It is not necessary to adjust {apixaban} with {famotidine}.", "apixaban", "famotidine", "advise"),
        ("Monitoring is unnecessary when {warfarin} is combined with {sitagliptin}.", "warfarin", "sitagliptin", "advise"),
        ("Use of {metoprolol} and {paracetamol} is not contraindicated.", "metoprolol", "paracetamol", "advise"),
    ],
)
def test_what_is_denied(application: Application, text: str, first: str, second: str, label: str) -> None:
    assert doubt(application, text, first, second, label) == "denied"


@pytest.mark.parametrize(
    ("text", "first", "second", "label"),
    [
        ("{Clarithromycin} increases the levels of {simvastatin}.", "Clarithromycin", "simvastatin", "mechanism"),
        ("{Fluvoxamine} inhibits {CYP1A2}, but not {CYP2D6}.", "Fluvoxamine", "CYP1A2", "INHIBITOR"),
        ("{Rifampicin} induces {CYP3A4}.", "Rifampicin", "CYP3A4", "INDIRECT-UPREGULATOR"),
        ("{Nilotinib} is metabolised by {CYP3A4} and inhibits {CYP2D6}.", "Nilotinib", "CYP3A4", "SUBSTRATE"),
        ("{CYP3A4} metabolises {midazolam}, {triazolam}, and {ciclosporin}.", "CYP3A4", "ciclosporin", "SUBSTRATE"),
        ("{{Cough}} is caused by {enalapril} and is not caused by {losartan}.", "Cough", "enalapril", "adverse_effect"),
        ("{Warfarin} should not be taken with {metronidazole}.", "Warfarin", "metronidazole", "advise"),
        ("{Levothyroxine} is reduced not only by {calcium} but also by {iron}.", "Levothyroxine", "iron", "mechanism"),
        ("{A} increased {theophylline}, whereas {azithromycin} had no effect.", "A", "theophylline", "mechanism"),
        ("{Haloperidol} has no such effect and caused {{torsades}} in two.", "Haloperidol", "torsades", "adverse_effect"),
        ("{Verapamil} did not change {aspirin} and increased {digoxin} levels.", "Verapamil", "digoxin", "mechanism"),
        ("He developed {{rash}} while taking {lamotrigine}.", "rash", "lamotrigine", "adverse_effect"),
        ("{{Bleeding}} in a patient treated with {warfarin}.", "Bleeding", "warfarin", "adverse_effect"),
        ("{Folic acid} prevented {methotrexate}-induced {{mucositis}}.", "methotrexate", "mucositis", "adverse_effect"),
        ("{Lithium} is used widely; it may cause {{goitre}}.", "Lithium", "goitre", "adverse_effect"),
        ("{Warfarin} and {aspirin} together increase the risk.", "Warfarin", "aspirin", "effect"),
        ("{Auranofin} should not be used together with {penicillamine}.", "Auranofin", "penicillamine", "advise"),
        ("Avoid {iron} with {levothyroxine}; {zinc} may be used safely.", "iron", "levothyroxine", "advise"),
        ("It cannot be ruled out that {ranitidine} increases {theophylline}.", "ranitidine", "theophylline", "mechanism"),
        ("Unlike {cimetidine}, {ranitidine} raised {theophylline}.", "ranitidine", "theophylline", "mechanism"),
        ("{Clozapine} was stopped due to {{agranulocytosis}}.", "Clozapine", "agranulocytosis", "adverse_effect"),
        ("{{Rash}} was attributed to {lamotrigine}.", "Rash", "lamotrigine", "adverse_effect"),
        ("On {bupropion} the boy, {{seizure}}-free before, convulsed.", "bupropion", "seizure", "adverse_effect"),
        ("{{Hepatitis}} after {infliximab}: is screening needed?", "Hepatitis", "infliximab", "adverse_effect"),
        ("{Digoxin} levels were lower with {rifampicin} than without.", "Digoxin", "rifampicin", "mechanism"),
    ],
)
def test_what_is_stated_stands(application: Application, text: str, first: str, second: str, label: str) -> None:
    assert doubt(application, text, first, second, label) is None


@pytest.mark.parametrize(
    ("text", "first", "second", "label", "said"),
    [
        ("It is unknown whether {lithium} interacts with {lisinopril}.", "lithium", "lisinopril", "int", "asked"),
        ("To determine the effect of {fluconazole} on {warfarin}.", "fluconazole", "warfarin", "effect", "asked"),
        ("The effect of {iron} with {zinc} has not been studied.", "iron", "zinc", "int", "asked"),
        (
            "{A} may cause {{rhabdomyolysis}}, whereas {azithromycin} is safe.",
            "rhabdomyolysis",
            "azithromycin",
            "adverse_effect",
            "apart",
        ),
        ("High doses of {ropivacaine} produce {{pain}} relief.", "ropivacaine", "pain", "adverse_effect", "treated"),
        ("Patients on {tamoxifen} were less likely to develop {{pain}}.", "tamoxifen", "pain", "adverse_effect", "denied"),
        (
            "{Digoxin} levels rose in one of 40 patients, which was attributed to {{renal failure}}.",
            "Digoxin",
            "renal failure",
            "adverse_effect",
            "apart",
        ),
        ("Unlike {cimetidine}, {ranitidine} raised {theophylline}.", "cimetidine", "theophylline", "mechanism", "apart"),
        ("It is metabolised by {CYP3A4}, and {verapamil} is an inhibitor of it.", "CYP3A4", "verapamil", "SUBSTRATE", "apart"),
        ("{Verapamil} or {diltiazem} increases {digoxin}.", "Verapamil", "diltiazem", "mechanism", "listed"),
        ("{Folic acid} prevented {methotrexate}-induced {{mucositis}}.", "Folic acid", "mucositis", "adverse_effect", "treated"),
        ("{{Goitre}} was treated with {prednisolone}.", "Goitre", "prednisolone", "adverse_effect", "treated"),
        ("Patients with {{epilepsy}} received {carbamazepine}.", "epilepsy", "carbamazepine", "adverse_effect", "treated"),
        ("A man with {{schizophrenia}} on {clozapine} had a fever.", "schizophrenia", "clozapine", "adverse_effect", "treated"),
        ("A patient with {{hypertension}} treated with {amlodipine}.", "hypertension", "amlodipine", "adverse_effect", "treated"),
        ("Known for {{epilepsy}} and taking {carbamazepine}.", "epilepsy", "carbamazepine", "adverse_effect", "treated"),
        ("{AF} treated with {warfarin} had less {{stroke}}.", "warfarin", "stroke", "adverse_effect", "treated"),
        ("Does {oxybutynin} cause {{arrhythmia}} in children?", "oxybutynin", "arrhythmia", "adverse_effect", "asked"),
        ("Should {simvastatin} be stopped with {clarithromycin}?", "simvastatin", "clarithromycin", "advise", "asked"),
        ("Theoretically, {sertraline} could raise {tramadol} levels.", "sertraline", "tramadol", "mechanism", "asked"),
        ("{Naloxone} reverses the {{sedation}} caused by {morphine}.", "Naloxone", "sedation", "adverse_effect", "treated"),
    ],
)
def test_other_doubts(application: Application, text: str, first: str, second: str, label: str, said: str) -> None:
    assert doubt(application, text, first, second, label) == said


def test_order_does_not_matter(application: Application) -> None:
    names = (Entity(0, 1, "A", "drug", "both"), Entity(15, 16, "B", "drug", "both"))
    doubts = SentenceDoubts(application.lexicon.doubts, "A does not harm B.", names)
    assert doubts.of("ddi", "effect", 0, 1) == doubts.of("ddi", "effect", 1, 0) == "denied"


@pytest.mark.parametrize(("probability", "known", "said"), [(0.4, (), "name"), (0.6, (), None), (0.4, ("warfarin",), None)])
def test_what_is_hardly_a_name(application: Application, probability: float, known: tuple[str, ...], said: Doubt | None) -> None:
    names = (Entity(0, 1, "A", "drug", "both"), Entity(16, 17, "B", "drug", "student", probability, known))
    doubts = SentenceDoubts(application.lexicon.doubts, "A increases the B levels.", names)
    assert doubts.of("ddi", "mechanism", 0, 1) == said


@pytest.mark.parametrize(
    ("kind", "probability", "chemical", "said"),
    [
        # "empiric", which the head of medicines takes for a brand and the head of chemicals for nothing.
        ("brand", 0.85, 0.0, "name"),
        ("drug", 0.6, 0.75, "name"),
        ("drug", 0.6, 0.98, None),
        # Corpora of chemicals leave groups out.
        ("group", 0.86, 0.0, None),
        ("chemical", 0.6, None, None),
    ],
)
def test_both_heads_of_names_are_heard(
    application: Application, kind: str, probability: float, chemical: float | None, said: Doubt | None
) -> None:
    name = Entity(16, 17, "B", kind, "student", probability, chemical_probability=chemical)
    doubts = SentenceDoubts(application.lexicon.doubts, "A increases the B levels.", (Entity(0, 1, "A", "drug", "both"), name))
    assert doubts.of("ddi", "mechanism", 0, 1) == doubts.of("ddi", "advise", 0, 1) == said


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("PRAS40", "drug_n", "name"),
        ("Bcl10", "drug_n", "name"),
        ("Novolog70", "brand", None),
        ("Vitamin12", "drug", None),
        ("KNO3", "drug", None),
        ("PDCD5", "drug", "name"),
        ("PGE2", "drug", None),
        ("CCl4", "drug_n", None),
        ("RU486", "drug", None),
        ("ketamine", "drug_n", None),
        ("MODY2", "disease", None),
    ],
)
def test_what_looks_like_a_gene_is_hardly_a_medicine(application: Application, name: str, kind: str, said: Doubt | None) -> None:
    text = f"Aspirin inhibits {name}."
    names = (Entity(0, 7, "Aspirin", "drug", "both"), Entity(17, 17 + len(name), name, kind, "student", 0.99))
    assert SentenceDoubts(application.lexicon.doubts, text, names).of("ddi", "effect", 0, 1) == said


@pytest.mark.parametrize("damaged", ["doubts.tsv", "regimens.tsv", "body.tsv"])
@pytest.mark.parametrize("content", [None, "words\trole\nnot\tnobody's\n", "words\nnot\n"])
def test_a_damaged_table_is_named(application: Application, tmp_path: Path, damaged: str, content: str | None) -> None:
    shutil.copytree(application.installation.resources / "reading", tmp_path / "reading")
    (tmp_path / "reading" / damaged).unlink()
    if content is not None:
        (tmp_path / "reading" / damaged).write_text(content, encoding="utf-8")
    with pytest.raises(ResourceError, match=re.escape(damaged)):
        _ = Lexicon(Installation(tmp_path), application.store).doubts
