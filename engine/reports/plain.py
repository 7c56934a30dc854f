"""The sheet for the conversation with the patient: short words, second person, nothing to do without asking first.

The part for the patient keeps to grade 8 of a readability scale (a test measures it). What only a professional can use
(exact words of assumptions, versions, notice) stands apart in a part of its own at the end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.report import Severity
from engine.reports.looks import LOOKS
from engine.reports.markup import boxed, heading, listed, own_direction, page, text
from engine.reports.material import Material, lines_left_out, some, versions
from engine.reports.plain_items import Harm, SheetItem, name_on_list, sheet_items

TITLE = "Your medicines: what to ask about"
_CSS = """
body { font-family: sans-serif; font-size: 11.5pt; color: #111111; background-color: #ffffff; }
p, ul { margin-top: 2px; margin-bottom: 2px; }
table { border-collapse: collapse; border-style: solid; border-color: #b5b5b5; }
.h1 { font-size: 19pt; font-weight: bold; margin-top: 0px; margin-bottom: 4px; }
.h2 { font-size: 14pt; font-weight: bold; color: #17375e; margin-top: 14px; margin-bottom: 4px; }
.h3 { font-size: 12pt; font-weight: bold; margin-top: 11px; margin-bottom: 2px; }
.small { font-size: 8pt; color: #333333; }
"""
_HELP = (
    "Call an ambulance at once if you pass out, have chest pain, cannot breathe well, have a fit, bleed a lot, "
    "have a weak arm or face, or if your face or tongue swells. Others should call one if you are hard to wake."
)
_SIGN_WORDS: dict[Severity, str] = {
    "contraindicated": "Ask today",
    "major": "Ask soon",
    "moderate": "Ask",
    "minor": "Good to know",
    "none": "Good to know",
}
_DO_NOT_STOP = "Do not stop or change a medicine by yourself. That can harm you. Ask first."
_GROUND_CALM = "#f2f2f2"
_GROUND_WARNING = "#fff4d6"
_PROFESSIONAL = "For your doctor or pharmacist"


def default_choice(material: Material) -> frozenset[str]:
    """Keys of what stands on the sheet unless somebody decides otherwise: moderate or worse."""
    return frozenset(item.key for item in sheet_items(material) if item.usual)


def plain_html(material: Material, chosen: Collection[str] | None = None) -> str:
    """The sheet as one self-contained HTML file. `chosen` are keys of `sheet_items`; None takes what is usual."""
    return page(material.title or TITLE, _CSS, patient_part(material, chosen) + _professional_part(material))


def patient_part(material: Material, chosen: Collection[str] | None = None) -> str:
    """HTML of what the patient reads."""
    keys = default_choice(material) if chosen is None else chosen
    items = [item for item in sheet_items(material) if item.key in keys]
    return "".join(_patient_parts(material, items))


def _patient_parts(material: Material, items: list[SheetItem]) -> Iterator[str]:
    yield heading(1, own_direction(material.title) if material.title else TITLE)
    yield f"<p>{material.made_at:%Y-%m-%d}</p>\n"
    if material.remark:
        yield f"<p>{own_direction(material.remark)}</p>\n"
    yield "<p>This sheet is for a talk with your doctor or pharmacist. It shows how your medicines may act on each other.</p>\n"
    yield boxed(f"<p><b>{_DO_NOT_STOP}</b></p>\n<p>{_HELP}</p>\n", _GROUND_WARNING)
    yield heading(2, "Your list")
    names = dict.fromkeys(name_on_list(drug) for drug in material.report.drugs)
    yield listed((own_direction(name) for name in names), cut=True) or "<p>We found no medicine on the list.</p>\n"
    yield _not_checked(material)
    yield heading(2, "What to talk about")
    if not items:
        yield "<p>There is no point on this sheet. That does not mean that there is no risk.</p>\n"
    told: dict[Harm, int] = {}
    for number, item in enumerate(items, start=1):
        yield _item(number, item, told)
    yield heading(2, "Good to know")
    yield listed(
        (
            "This sheet does not show all that can happen. It shows what was picked for this talk.",
            "A pair that is not on it may still not go well.",
            "Tell your doctor or pharmacist all that you take: herbs, drinks, and what you buy by yourself.",
            "Call your doctor or pharmacist the same day if you feel worse or see one of the signs.",
            "Show this sheet to all who treat you, and before any operation.",
        )
    )


def _not_checked(material: Material) -> str:
    report = material.report
    parts = []
    left_out = lines_left_out(report)
    if report.not_checked:
        parts.append("<p><b>We could not check this. Show it to your doctor or pharmacist:</b></p>\n")
        parts.append(listed(own_direction(line) for line in dict.fromkeys(row.line for row in report.not_checked)))
    elif not left_out:
        parts.append("<p><b>We could read each line on your list.</b></p>\n")
    if left_out:
        lines = some(left_out, "line", "lines")
        parts.append(f"<p><b>We took {lines} on your list for no medicine. See the small print at the end.</b></p>\n")
    if report.assumed:
        parts.append("<p>Some points on the list were not clear, and we had to guess. See the small print at the end.</p>\n")
    if report.missing:
        parts.append(
            "<p>We do not know all about you, such as your last blood tests. They may change what this sheet says.</p>\n"
        )
    return heading(2, "What was not checked") + boxed(
        "".join(parts), _GROUND_WARNING if report.not_checked or left_out else _GROUND_CALM
    )


def _sign(severity: Severity) -> str:
    """Shape and words of a severity for a patient."""
    return f"{LOOKS[severity].shape} {_SIGN_WORDS[severity]}"


def _item(number: int, item: SheetItem, told: dict[Harm, int]) -> str:
    """A point with its number. What an earlier point told in full (`told`: where) is told in short, with that number."""
    severity: Severity | None = "contraindicated" if item.urgent else item.severity
    # No full stop behind the number, which would make it a sentence.
    parts = [heading(3, f"{number}) " + (f"{_sign(severity)}: " if severity is not None else "") + own_direction(item.title))]
    if item.lead:
        parts.append(f"<p>{text(' '.join(item.lead))}</p>\n")
    if item.can_happen:
        said = " ".join(_harm(harm, told) for harm in item.can_happen)
        parts.append(f"<p><b>What can happen:</b> {text(said)}</p>\n")
    signs = dict.fromkeys(sign for harm in item.can_happen if harm not in told for sign in harm.signs)
    if signs:
        parts.append(f"<p><b>Look out for:</b> {text(', '.join(signs))}.</p>\n")
    told.update({harm: number for harm in item.can_happen if harm not in told})
    parts.append(listed(text(question) for question in item.questions))
    return "".join(parts)


def _harm(harm: Harm, told: dict[Harm, int]) -> str:
    """The words in full, or their first sentence and where the rest stands."""
    if harm not in told:
        return harm.words
    return f"{harm.words.partition('. ')[0].removesuffix('.')}. See point {told[harm]} for the signs and what to do."


def _professional_part(material: Material) -> str:
    report = material.report
    parts = [f"<p class='small'><b>{_PROFESSIONAL}</b></p>\n"]
    rows = [f"Not checked: {own_direction(row.line)}: {text(row.reason)}" for row in report.not_checked]
    rows += [f"Assumed: {own_direction(sentence.removesuffix('.'))}" for sentence in report.assumed]
    if report.missing:
        rows.append(f"Not known and would change statements: {text(', '.join(one.datum for one in report.missing))}")
    rows.append(f"{some(report.pairs_checked, 'pair', 'pairs')} checked, {report.pairs_not_checked} not checked")
    rows.append("Signs and plain words are general knowledge, not traced to a source; the record for the file has the sources")
    rows.append(f"{text(versions(material))}; made on {text(material.date)}")
    rows.append(text(report.notice))
    parts += [f"<p class='small'>{row.removesuffix('.')}.</p>\n" for row in rows]
    return "<hr>\n" + "".join(parts)
