"""Lines as people write them, and what must be understood of each. None means: must stay unknown."""

from __future__ import annotations

import pytest

from engine.prescriptions.model import ParsedItem
from engine.prescriptions.parser import parse_prescription
from engine.prescriptions.terms import SigTerms

Expected = dict[str, object]


def only_item(text: str, terms: SigTerms) -> ParsedItem:
    """The single item of a line."""
    items = parse_prescription(text, terms).items
    assert len(items) == 1
    return items[0]


def check(text: str, name: str, expected: Expected, terms: SigTerms) -> None:
    """Assert name and fields of the line's one item."""
    item = only_item(text, terms)
    assert item.line == text.strip()
    assert item.problem is None
    assert item.name_text == name
    for field, wanted in expected.items():
        found = getattr(item, field)
        if isinstance(wanted, float | int) and not isinstance(wanted, bool):
            assert found == pytest.approx(wanted, rel=1e-6), field
        else:
            assert found == wanted, field


WEEK = 1 / 7
AMOUNTS: list[tuple[str, str, Expected]] = [
    ("Coumadin 5mg PO qd", "Coumadin", {"strength_mg": 5, "dose_mg": 5, "dose_mg_per_day": 5}),
    ("simvastatin 40 mg nocte", "simvastatin", {"dose_mg": 40, "dose_mg_per_day": 40}),
    ("simvastatin40mg nocte", "simvastatin", {"dose_mg": 40}),
    ("paracetamol 1 g qds", "paracetamol", {"dose_mg": 1000, "dose_mg_per_day": 4000}),
    ("paracetamol 1g/8h", "paracetamol", {"dose_mg": None}),
    ("Levothyrox 75 µg le matin", "Levothyrox", {"dose_mg": 0.075}),
    ("levothyroxine 75 μg mane", "levothyroxine", {"dose_mg": 0.075}),
    ("levothyroxine 100 micrograms OM", "levothyroxine", {"dose_mg": 0.1, "frequency_per_day": 1}),
    ("levothyroxine 0.1mg ½ tab daily", "levothyroxine", {"dose_mg": 0.05, "dose_mg_per_day": 0.05}),
    ("prednisolone 5 mg 1½ tabs od", "prednisolone", {"dose_mg": 7.5}),
    ("prednisolone 5 mg 1 1/2 tabs od", "prednisolone", {"dose_mg": 7.5}),
    ("prednisolone 5 mg one and a half tablets od", "prednisolone", {"dose_mg": 7.5}),
    ("bisoprolol 5 mg half a tablet daily", "bisoprolol", {"dose_mg": 2.5}),
    ("Previscan 20 mg 3/4 cp le soir", "Previscan", {"dose_mg": 15, "frequency_per_day": 1}),
    ("digoxin 0,125 mg 1 cp/j", "digoxin", {"dose_mg": 0.125, "dose_mg_per_day": 0.125}),
    ("Coumadine 2 mg 1,5 cp/j", "Coumadine", {"dose_mg": 3}),
    ("digoxin 62.5 mcg od", "digoxin", {"dose_mg": 0.0625}),
    ("digoxin .125 mg od", "digoxin", {"dose_mg": 0.125}),
    ("co-amoxiclav 500/125 mg tds", "co-amoxiclav", {"strengths_mg": (500, 125), "dose_mg": 500}),
    ("Truvada 200 mg/245 mg od", "Truvada", {"strengths_mg": (200, 245)}),
    ("Kaletra 200/50 mg 2 tabs bd", "Kaletra", {"strengths_mg": (200, 50), "dose_mg": 400, "dose_mg_per_day": 800}),
    ("Augmentin 500/62,5 mg 2 cp x 3/j", "Augmentin", {"strengths_mg": (500, 62.5), "dose_mg_per_day": 3000}),
    ("amoxicillin 250 mg/5 mL 10 mL tds", "amoxicillin", {"strength_volume_ml": 5, "dose_mg": 500}),
    ("5 mL of amoxicillin 250 mg/5 mL tid", "amoxicillin", {"dose_mg": 250, "dose_mg_per_day": 750}),
    ("amoxicillin 250 mg/5 mL one teaspoonful tds", "amoxicillin", {"dose_mg": 250}),
    ("Oramorph 10mg/5ml 2.5-5 ml prn", "Oramorph", {"dose_mg": 10, "as_needed": True}),
    ("methadone 1 mg/mL 60 mL daily supervised", "methadone", {"dose_mg": 60}),
    ("Furosemide 40mg/4mL Vial 20 mg 0.5 VIAL IV", "Furosemide", {"dose_mg": 20, "route": "iv"}),
    ("Heparin 5000 Units / mL- 1mL Vial 5000 UNIT SC", "Heparin", {"dose_value": 5000, "dose_unit": "units"}),
    ("heparin 5,000 units s/c q 8 h", "heparin", {"dose_value": 5000, "dose_unit": "units", "dose_mg": None}),
    ("heparin 5 000 units sc bd", "heparin", {"dose_value": 5000}),
    ("heparin 12 500 units sc bd", "heparin", {"dose_value": None}),
    ("vitamin D3 50,000 units weekly", "vitamin D3", {"dose_value": 50000, "frequency_per_day": WEEK}),
    ("insulin glargine 20 units sc nocte", "insulin glargine", {"dose_value": 20, "dose_unit": "units"}),
    ("Lovenox 4000 UI/0,4 mL 1 injection SC par jour", "Lovenox", {"dose_value": 4000, "dose_unit": "IU"}),
    ("potassium chloride 20 mEq po bid", "potassium chloride", {"dose_value": 20, "dose_unit": "mEq"}),
    ("Penicillin G 5 million units iv q4h", "Penicillin G", {"dose_value": 5e6, "frequency_per_day": 6}),
    ("Ventolin HFA 90 mcg/actuation 2 puffs q4h prn", "Ventolin", {"dose_mg": 0.18, "units_per_dose": 2}),
    ("prednisolone 5 mg 6 tablets od", "prednisolone", {"dose_mg": 30, "units_per_dose": 6}),
    ("Warfarin 5mg Tablet 10 mg 2 TAB PO", "Warfarin", {"strength_mg": 5, "dose_mg": 10}),
    ("Albumin 250mL Vial 25 gm 2 VIAL IV", "Albumin", {"dose_mg": 25000}),
    ("ceftriaxone 1 g vial 2 vials iv", "ceftriaxone", {"dose_mg": 2000}),
    ("ceftriaxone 1 g 2 vials iv", "ceftriaxone", {"dose_mg": None}),
    ("Warfarin 5mg Tablet 7.5 mg 2 TAB PO", "Warfarin", {"dose_mg": None}),
    ("Warfarin 1mg, 3mg and 5mg tabs as per INR", "Warfarin", {"dose_mg": None, "dose_mg_per_day": None}),
    ("take 2 tablets of paracetamol 500 mg four times a day", "paracetamol", {"dose_mg": 1000, "dose_mg_per_day": 4000}),
    ("paracetamol 2 x 500 mg qid", "paracetamol", {"dose_mg": 1000, "dose_mg_per_day": 4000}),
    ("paracetamol 2 500 mg tablets", "paracetamol", {"dose_mg": 1000}),
    ("furosemide 40 mg 2 daily", "furosemide", {"dose_mg": 80, "dose_mg_per_day": 80}),
    ("Omeprazole 20mg caps ii bd", "Omeprazole", {"dose_mg": 40}),
    ("amoxicillin 500 mg 3x1", "amoxicillin", {"dose_mg": None, "frequency_per_day": None}),
    ("aspirin 75 od", "aspirin", {"dose_mg": None, "frequency_per_day": 1}),
    ("Seretide 250 Evohaler 2 puffs bd", "Seretide", {"units_per_dose": 2, "route": "inhaled"}),
    ("tramadol 50-100 mg qds prn", "tramadol", {"dose_mg": 100, "dose_mg_per_day": 400}),
    ("morphine 2.5 mg - 5 mg sc prn max 20mg/24h", "morphine", {"dose_mg": 5, "max_mg_per_day": 20}),
    ("gentamicin 5 mg/kg iv od", "gentamicin", {"dose_mg": None, "dose_mg_per_day": None}),
    ("Norepinephrine 0.05 mcg/kg/min IV", "Norepinephrine", {"dose_mg": None}),
    ("nicotine patch 21mg/24h", "nicotine", {"dose_mg_per_day": 21, "route": "transdermal"}),
    ("Fentanyl 25 micrograms/hour patch every 72 hours", "Fentanyl", {"dose_mg": None, "dose_mg_per_day": 0.6}),
    ("amiodarone 200 mg/day", "amiodarone", {"dose_mg": None, "dose_mg_per_day": 200}),
    ("methotrexate 15 mg per week", "methotrexate", {"dose_mg": None, "dose_mg_per_day": 15 / 7}),
    ("Hydrocortisone 1% cream apply bd", "Hydrocortisone", {"dose_mg": None, "strength_unit": "%"}),
    ("diclofenac gel 30 g tds", "diclofenac", {"dose_mg": None, "route": "topical"}),
    ("Fluticasone NASAL 16g NASAL SPRAY 2 SPRY", "Fluticasone", {"dose_mg": None, "route": "nasal"}),
    ("sertraline 50mg tabs, take ONE each morning, 28 tablets", "sertraline", {"dose_mg": 50, "units_per_dose": 1}),
    ("Eliquis 5mg BID #60 refills 3", "Eliquis", {"dose_mg": 5, "dose_mg_per_day": 10}),
    ("paracetamol 500 mg 8 tablets", "paracetamol", {"units_per_dose": None, "dose_mg": 500}),
    ("paracetamol 500 mg tablets", "paracetamol", {"strength_mg": 500, "dose_mg": None}),
    ("ibuprofen 400 mg 1 tab tid max 3/day", "ibuprofen", {"dose_mg": 400, "dose_mg_per_day": 1200}),
    ("paracetamol 1 g q4h prn max 4 g/day", "paracetamol", {"dose_mg_per_day": 4000, "max_mg_per_day": 4000}),
    ("Lantus 10 units mane 12 units nocte", "Lantus", {"dose_value": 12, "frequency_per_day": 2}),
    ("clozapine 100 mg mane 200 mg nocte", "clozapine", {"dose_mg": 200, "dose_mg_per_day": 300}),
    ("rivaroxaban 15 mg bd for 21 days then 20 mg od", "rivaroxaban", {"dose_mg": None, "dose_mg_per_day": None}),
]

SCHEDULES: list[tuple[str, str, Expected]] = [
    ("aspirin 75 mg od", "aspirin", {"frequency_per_day": 1}),
    ("aspirin 75 mg q.d.", "aspirin", {"frequency_per_day": 1}),
    ("aspirin 75 mg mane", "aspirin", {"frequency_per_day": 1}),
    ("metformin 500 mg bd", "metformin", {"frequency_per_day": 2}),
    ("metformin 500 mg B.I.D.", "metformin", {"frequency_per_day": 2}),
    ("amoxicillin 500 mg tds", "amoxicillin", {"frequency_per_day": 3}),
    ("amoxicillin 500 mg t.i.d.", "amoxicillin", {"frequency_per_day": 3}),
    ("flucloxacillin 500 mg qds", "flucloxacillin", {"frequency_per_day": 4}),
    ("flucloxacillin 500 mg qid", "flucloxacillin", {"frequency_per_day": 4}),
    ("prednisone 10 mg qod", "prednisone", {"frequency_per_day": 0.5}),
    ("prednisone 10 mg every other day", "prednisone", {"frequency_per_day": 0.5, "dose_mg_per_day": 5}),
    ("thyroxine 50 mcg alt days", "thyroxine", {"frequency_per_day": 0.5}),
    ("zolpidem 10 mg qhs", "zolpidem", {"frequency_per_day": 1}),
    ("zolpidem 10 mg hs prn", "zolpidem", {"frequency_per_day": 1, "as_needed": True}),
    ("vancomycin 1 g iv q12h", "vancomycin", {"frequency_per_day": 2}),
    ("vancomycin 1 g iv q 8 h", "vancomycin", {"frequency_per_day": 3}),
    ("oxycodone 5 mg PO q4-6 hours PRN", "oxycodone", {"frequency_per_day": 6, "as_needed": True}),
    ("ibuprofen 400 mg every 8 hours", "ibuprofen", {"frequency_per_day": 3}),
    ("ibuprofen 400 mg every eight hours", "ibuprofen", {"frequency_per_day": 3}),
    ("ibuprofen 400 mg 8-hourly", "ibuprofen", {"frequency_per_day": 3}),
    ("ibuprofen 400 mg 6 hourly", "ibuprofen", {"frequency_per_day": 4}),
    ("Ibuprofène 400 mg 1 cp toutes les 8 heures si douleur", "Ibuprofène", {"frequency_per_day": 3, "as_needed": True}),
    ("cetirizine 10 mg 1x/day", "cetirizine", {"frequency_per_day": 1}),
    ("cetirizine 10mg 1 x daily", "cetirizine", {"frequency_per_day": 1}),
    ("sinemet 3 times daily", "sinemet", {"frequency_per_day": 3}),
    ("gabapentin 300 mg three times a day", "gabapentin", {"frequency_per_day": 3}),
    ("gabapentin 300 mg once or twice daily", "gabapentin", {"frequency_per_day": 2}),
    ("Sinemet 25/100 1 tab five times a day", "Sinemet", {"frequency_per_day": 5, "units_per_day": 5}),
    ("Doliprane 1000 mg 1 cp x 3/j", "Doliprane", {"frequency_per_day": 3, "dose_mg_per_day": 3000}),
    ("Kardégic 75 mg : 1 sachet par jour", "Kardégic", {"frequency_per_day": 1, "route": "oral"}),
    ("Amoxicilline 1 g matin midi et soir", "Amoxicilline", {"frequency_per_day": 3}),
    ("Augmentin 1 g 1 matin 1 soir", "Augmentin", {"frequency_per_day": 2, "dose_mg_per_day": 2000}),
    ("metformin 500 mg 1-0-1", "metformin", {"frequency_per_day": 2, "units_per_day": 2, "dose_mg_per_day": 1000}),
    ("metformin 500 mg 1–0–1", "metformin", {"frequency_per_day": 2}),
    ("levodopa 1/2-0-0-1 100 mg", "levodopa", {"frequency_per_day": 2, "units_per_day": 1.5, "dose_mg": 100}),
    ("Bisoprolol 2,5 mg 1-0-0-0", "Bisoprolol", {"frequency_per_day": 1, "dose_mg": 2.5}),
    ("NovoMix 10-0-12 units", "NovoMix", {"frequency_per_day": 2, "dose_value": 12, "dose_unit": "units"}),
    ("methotrexate 15 mg weekly", "methotrexate", {"frequency_per_day": WEEK, "dose_mg_per_day": 15 / 7}),
    ("methotrexate 2.5mg tablets - 6 tablets once a week on Mondays", "methotrexate", {"dose_mg": 15, "frequency_per_day": WEEK}),
    ("alendronic acid 70 mg once weekly", "alendronic acid", {"frequency_per_day": WEEK}),
    ("MTX 15 mg q week", "MTX", {"frequency_per_day": WEEK}),
    ("warfarin 3 mg mon wed fri", "warfarin", {"frequency_per_day": 3 / 7}),
    ("azithromycin 250 mg TIW", "azithromycin", {"frequency_per_day": 3 / 7}),
    ("estradiol patch 50 mcg/24h twice weekly", "estradiol", {"frequency_per_day": 2 / 7}),
    ("Humira 40mg/0.8ml pen sc every 2 weeks", "Humira", {"frequency_per_day": 1 / 14}),
    ("Prolia 60 mg sc every 6 months", "Prolia", {"frequency_per_day": 1 / 180}),
    ("zoledronic acid 5 mg iv once yearly", "zoledronic acid", {"frequency_per_day": 1 / 365}),
    ("aspirin 300 mg stat", "aspirin", {"single_dose": True, "frequency_per_day": None, "dose_mg_per_day": 300}),
    ("fluconazole 150 mg po x1", "fluconazole", {"single_dose": True}),
    ("fluconazole 150 mg once", "fluconazole", {"single_dose": True}),
    ("fluconazole 150 mg once daily", "fluconazole", {"single_dose": False, "frequency_per_day": 1}),
    ("ondansetron 4 mg sos", "ondansetron", {"as_needed": True}),
    ("paracetamol 1 g as required", "paracetamol", {"as_needed": True, "frequency_per_day": None}),
    ("amoxicillin 500 mg tds x 7 days", "amoxicillin", {"duration_days": 7}),
    ("amoxicillin 500 mg tds x7d", "amoxicillin", {"duration_days": 7}),
    ("amoxicillin 500 mg tds for 5/7", "amoxicillin", {"duration_days": 5}),
    ("amoxicillin 500 mg tds 5/7", "amoxicillin", {"duration_days": 5}),
    ("nitrofurantoin MR 100mg BD x 3/7", "nitrofurantoin MR", {"duration_days": 3}),
    ("doxycycline 100 mg od 2/52", "doxycycline", {"duration_days": 14}),
    ("isotretinoin 20 mg od for 3/12", "isotretinoin", {"duration_days": 90}),
    ("Augmentin 1 g 2 fois par jour pendant 7 jours", "Augmentin", {"duration_days": 7, "frequency_per_day": 2}),
    ("Augmentin 1 g bd pdt 6j", "Augmentin", {"duration_days": 6}),
    ("prednisolone 30 mg od for one week", "prednisolone", {"duration_days": 7}),
    ("amiodarone 200 mg tds 1/52 then bd 1/52 then od", "amiodarone", {"frequency_per_day": None}),
    ("Gaviscon 10 ml qds after meals and at bedtime", "Gaviscon", {"frequency_per_day": 4, "dose_value": 10}),
    ("insulin aspart 6 units tid ac", "insulin aspart", {"frequency_per_day": 3}),
    ("Lantus Solostar 24 units at 22:00", "Lantus", {"frequency_per_day": 1, "dose_value": 24}),
    ("levothyroxine 50 mcg 8am", "levothyroxine", {"frequency_per_day": 1}),
]

ROUTES: list[tuple[str, str, Expected]] = [
    ("furosemide 40 mg po", "furosemide", {"route": "oral", "route_source": "stated"}),
    ("furosemide 40 mg p.o.", "furosemide", {"route": "oral"}),
    ("furosemide 40 mg per os", "furosemide", {"route": "oral"}),
    ("furosemide 40 mg by mouth daily", "furosemide", {"route": "oral"}),
    ("Acetaminophen 500mg Tablet 500 mg 1 TAB PO/NG", "Acetaminophen", {"route": "oral"}),
    ("furosemide 40 mg i.v.", "furosemide", {"route": "iv"}),
    ("Midazolam 2mg/2mL Vial 0.5 mg IV DRIP", "Midazolam", {"route": "iv"}),
    ("ketorolac 30 mg im", "ketorolac", {"route": "im"}),
    ("enoxaparin 40 mg s/c od", "enoxaparin", {"route": "sc"}),
    ("enoxaparin 40 mg subcut daily", "enoxaparin", {"route": "sc"}),
    ("Lovenox 40 mg sous-cutané", "Lovenox", {"route": "sc"}),
    ("GTN 1 tab sl prn", "GTN", {"route": "buccal"}),
    ("GTN 400 micrograms/dose sublingual spray prn", "GTN", {"route": "buccal", "dose_mg": 0.4}),
    ("bisacodyl 10 mg PR", "bisacodyl", {"route": "rectal"}),
    ("diazepam 10 mg pr stat", "diazepam", {"route": "rectal"}),
    ("tramadol 100 mg PR tablets bd", "tramadol", {"route": "oral"}),
    ("tramadol PR 100 mg bd", "tramadol PR", {"route": None}),
    ("Acetaminophen 325mg Tablet 650 mg 2 TAB PR", "Acetaminophen", {"route": None, "dose_mg": 650}),
    ("clotrimazole 500 mg pessary stat", "clotrimazole", {"route": "vaginal", "route_source": "form"}),
    ("estradiol 10 mcg vaginal tablet twice weekly", "estradiol", {"route": "vaginal"}),
    ("glycerin suppository 1 daily", "glycerin", {"route": "rectal"}),
    ("salbutamol inhaler 2 puffs prn", "salbutamol", {"route": "inhaled", "units_per_dose": 2}),
    ("Xopenex 0.63 mg/3mL Neb 0.63 mg 1 NEB IH", "Xopenex", {"route": "inhaled", "dose_mg": 0.63}),
    ("Tiotropium 18mcg Capsule-Inhalation Device 1 CAP", "Tiotropium", {"route": "inhaled"}),
    ("Beconase nasal spray 2 sprays each nostril bd", "Beconase", {"route": "nasal"}),
    ("chloramphenicol 0.5% eye drops qid", "chloramphenicol", {"route": "ophthalmic", "route_source": "form"}),
    ("gutt chloramphenicol 0.5% qds OU x 5/7", "chloramphenicol", {"route": "ophthalmic", "duration_days": 5}),
    ("timolol 0.25% 1 drop OD bid", "timolol", {"route": "ophthalmic", "frequency_per_day": 2}),
    ("timolol 0.25% eye drops OD", "timolol", {"route": "ophthalmic", "frequency_per_day": None}),
    ("Timoptol 0.25% OS bid", "Timoptol", {"route": None, "frequency_per_day": 2}),
    ("Otomize ear spray 1 spray tds", "Otomize", {"route": "otic", "units_per_dose": 1}),
    ("ciprofloxacin ear drops 3 drops bd", "ciprofloxacin", {"route": "otic"}),
    ("Betnovate ointment bd", "Betnovate", {"route": "topical"}),
    ("tacrolimus 0.1% ointment bd", "tacrolimus", {"route": "topical"}),
    ("Fentanyl Patch 25mcg/hr Patch", "Fentanyl", {"route": "transdermal"}),
    ("methotrexate 12 mg intrathecal", "methotrexate", {"route": "intrathecal"}),
    ("amlodipine 5 mg tab daily", "amlodipine", {"route": "oral", "route_source": "form", "dose_mg": 5}),
    ("Omeprazole 20 mg gélule", "Omeprazole", {"route": "oral"}),
    ("cyclizine 50mg po/im/iv tds", "cyclizine", {"route": None}),
    ("morphine 10 mg vial", "morphine", {"route": None}),
    ("warfarin", "warfarin", {"route": None, "route_source": None, "dose_mg": None, "frequency_per_day": None}),
]


@pytest.mark.parametrize(("text", "name", "expected"), AMOUNTS)
def test_amounts(text: str, name: str, expected: Expected, terms: SigTerms) -> None:
    check(text, name, expected, terms)


@pytest.mark.parametrize(("text", "name", "expected"), SCHEDULES)
def test_schedules(text: str, name: str, expected: Expected, terms: SigTerms) -> None:
    check(text, name, expected, terms)


@pytest.mark.parametrize(("text", "name", "expected"), ROUTES)
def test_routes(text: str, name: str, expected: Expected, terms: SigTerms) -> None:
    check(text, name, expected, terms)


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("amlodipine besylate 5 mg", ("amlodipine besylate", "amlodipine")),
        ("potassium chloride 20 mmol", ("potassium chloride", "potassium")),
        ("calcium folinat 15 mg", ("calcium folinat",)),
        ("losarten potassium 50 mg", ("losarten potassium", "losarten")),
        ("metoprolol succinate ER 50 mg", ("metoprolol succinate ER", "metoprolol succinate", "metoprolol")),
        ("Zocor (simvastatin) 20 mg", ("Zocor", "simvastatin")),
        ("Warfarin 5 mg (Marevan) od", ("Warfarin", "Marevan")),
        ("Humulin 70/30 20 units bd", ("Humulin 70/30", "Humulin")),
        ("Co-codamol 30/500 2 tabs qds", ("Co-codamol 30/500", "Co-codamol")),
        ("Creon 10", ("Creon 10", "Creon")),
        ("5-FU 500 mg IV", ("5-FU",)),
        ("3TC 150 mg bid", ("3TC",)),
        ("6-mercaptopurine 50 mg od", ("6-mercaptopurine",)),
        ("Vitamin B-12 1000 mcg im", ("Vitamin B-12", "Vitamin")),
        ("INH 300 mg daily", ("INH",)),
        ("Mg 400 mg daily", ("Mg",)),
        ("oral rehydration salts 1 sachet", ("rehydration salts", "rehydration")),
        ("Pen V 500 mg", ("Pen V",)),
        ("Pen G 5 million units iv q4h", ("Pen G",)),
        ("Milk of Magnesia 30 ml prn", ("Milk of Magnesia",)),
        ("Valproate de sodium LP 500 mg", ("Valproate de sodium LP", "Valproate de sodium")),
        ("d'amoxicilline 1 g", ("amoxicilline",)),
        ("St John's wort 300 mg tds", ("St John's wort", "St John's")),
        ("HTN: lisinopril 10 mg od", ("lisinopril",)),
        ("20 mg of simvastatin daily", ("simvastatin",)),
        ("*NF* Rasburicase 6 mg IV", ("Rasburicase",)),
    ],
)
def test_names_to_try_in_order(text: str, candidates: tuple[str, ...], terms: SigTerms) -> None:
    assert only_item(text, terms).name_candidates == candidates


@pytest.mark.parametrize(
    ("text", "candidate"),
    [
        ("oral rehydration salts 1 sachet", "oral rehydration salts"),
        ("nicotine patch 21 mg", "nicotine patch"),
        ("Coversyl Plus 5 mg", "Coversyl Plus"),
        ("Tylenol 3 tablets 1 qid", "Tylenol 3 tablets"),
        ("Fosamax Plus D once weekly", "Fosamax Plus D"),
        ("PEG 3350 17 g daily", "PEG 3350"),
        ("Paraffin, liquid 10 ml", "Paraffin, liquid"),
        ("one alpha 0.25 mcg od", "one alpha"),
    ],
)
def test_words_of_dosing_may_belong_to_a_name(text: str, candidate: str, terms: SigTerms) -> None:
    item = only_item(text, terms)
    assert candidate in item.exact_candidates
    assert candidate not in item.name_candidates


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("aspirin 75 od", "75 has no unit"),
        ("tramadol 50-100 mg", "higher figure"),
        ("tramadol PR 100 mg", "prolonged release"),
        ("timolol 1 drop eye drops OD", "right eye"),
        ("cyclizine 50 mg po/iv", "Several routes"),
        ("metformin 500 mg bd tds", "Several frequencies"),
        ("Stop warfarin", "treated as taken"),
        ("paracetamol 500 mg 100 tablets", "contents of a pack"),
        ("ramipril 5 mg x 2", "units or times"),
        ("gentamicin 5 mg/kg", "body size"),
    ],
)
def test_what_can_be_read_in_two_ways_is_said(text: str, note: str, terms: SigTerms) -> None:
    assert any(note in sentence for sentence in only_item(text, terms).notes)
