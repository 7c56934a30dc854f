"""Materials that tests of exports are made from: real lists over the real knowledge, at a fixed time."""

import re
from datetime import UTC, datetime

from lxml import html as lxml_html
from lxml.etree import _Element

from engine.application import Application
from engine.checking import CheckOptions
from engine.installation import find_installation
from engine.prescriptions.patient import Patient
from engine.reports.material import Material, Wordbook
from engine.settings import Units

MADE_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SAMPLE = (find_installation().resources / "samples" / "sample.txt").read_text(encoding="utf-8")
# Conditions that are not known, two sources, a name that nobody knows, one near a name, a pair that is only inferred.
RICH = f"""{SAMPLE}acetylsalicylic acid
xyzolumab 5 mg
ciprofloxacine 500 mg bd
sotalol 80 mg bd
citalopram 20 mg od
haloperidol 5 mg
qwertzol 1 mg"""
HOSTILE = "<script>alert(1)</script> & \"quoted\" 'x' simvastatin 40 mg\n<img src=http://evil.example/x.png>\n=cmd|' /C calc'!A0"
OLD_WOMAN = Patient(age_years=81.0, sex="female", weight_kg=50.0, creatinine_umol_l=150.0, potassium_mmol_l=5.6)


def material_of(
    application: Application,
    text: str,
    patient: Patient | None = None,
    *,
    title: str = "",
    remark: str = "",
    units: Units = "si",
    confirmed_names: frozenset[str] = frozenset(),
) -> Material:
    """The list checked as the window's export does."""
    options = CheckOptions(provisional=False, confirmed_names=confirmed_names, with_alternatives=True)
    report = application.check(text, patient, options)
    return Material(report, patient, text, MADE_AT, Wordbook.of(application.store), title, remark, units)


def text_of(element: _Element) -> str:
    """All text below an element, in one line, without the signs that give a name a direction of its own."""
    whole = " ".join(str(part) for part in element.itertext())
    return " ".join(re.sub("[\u2066-\u2069]", "", whole).split())


def words(html: str) -> str:
    """What a reader of a document or of a part of one sees, in one line; its head is left out."""
    return text_of(lxml_html.fromstring(f"<div>{html.partition('<body>')[2] or html}</div>"))
