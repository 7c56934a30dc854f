"""The patient's sheet: what must stand on it whatever is chosen, and nothing that tells a patient to stop a medicine."""

import re
from dataclasses import replace

import pytest

from engine.application import Application
from engine.knowledge.records import PlainWords
from engine.knowledge.store import KnowledgeStore
from engine.prescriptions.patient import Patient
from engine.report import severity_rank
from engine.reports.material import versions
from engine.reports.plain import TITLE, patient_part, plain_html
from engine.reports.plain_items import SheetItem, sheet_items
from tests.engine.reports.making import HOSTILE, OLD_WOMAN, RICH, SAMPLE, material_of, words

NAMES = {"target": "the one", "other": "the other", "drug": "this medicine"}


def missing_codes(store: KnowledgeStore, plain: dict[tuple[str, str], PlainWords]) -> set[tuple[str, str]]:
    """Codes that a finding or statement may carry and that have no plain words."""
    wanted = {("effect", code) for code in store.effects}
    wanted |= {("management", code) for code in store.managements}
    wanted |= {("statement", code) for code in store.statements}
    return wanted - set(plain)


def test_every_code_has_plain_words(application: Application) -> None:
    assert missing_codes(application.store, application.store.plain_words) == set()


def test_every_tag_leads_to_plain_words(application: Application) -> None:
    store = application.store
    assert {tag.code for tag in store.tags.values() if ("effect", tag.effect) not in store.plain_words} == set()


@pytest.mark.parametrize("kind", ["effect", "management", "statement"])
def test_a_code_without_plain_words_is_noticed(application: Application, kind: str) -> None:
    store = application.store
    gone = next(key for key in sorted(store.plain_words) if key[0] == kind)
    rest = {key: row for key, row in store.plain_words.items() if key != gone}
    assert missing_codes(store, rest) == {gone}


def test_a_finding_without_plain_words_is_never_left_out_in_silence(application: Application) -> None:
    made = material_of(application, SAMPLE)
    bare = replace(made, words=replace(made.words, plain={}))
    with pytest.raises(KeyError):
        plain_html(bare)


def test_plain_words_fill_in_whole(application: Application) -> None:
    for (kind, code), row in application.store.plain_words.items():
        filled = row.words.format(**NAMES)
        assert not set("{}_") & set(filled), (kind, code)
        assert filled.rstrip()[-1] in ".?!", (kind, code)
        assert "drug" not in re.findall(r"{(\w+)}", row.words) or kind == "statement", (kind, code)


def test_no_plain_words_tell_to_stop_or_change_a_medicine(application: Application) -> None:
    verbs = "stop|start|skip|halve|double|reduce|increase|take (?:less|more|half)|do not take"
    order = re.compile(rf"(?:^|[.;] )(?:{verbs})\b", re.IGNORECASE)
    for (kind, code), row in application.store.plain_words.items():
        assert not order.search(row.words), (kind, code, row.words)


@pytest.mark.parametrize("chosen", [None, frozenset[str]()])
def test_what_stands_on_every_sheet(application: Application, chosen: frozenset[str] | None) -> None:
    made = material_of(application, RICH, OLD_WOMAN, remark="Come back on Friday")
    said = words(plain_html(made, chosen))
    assert TITLE in said
    assert "2026-11-21" in said
    assert "Come back on Friday" in said
    assert "Do not stop or change a medicine by yourself." in said
    assert "What was not checked" in said
    assert "We could not check this. Show it to your doctor or pharmacist:" in said
    for row in made.report.not_checked:
        assert f"Not checked: {row.line}: {row.reason}." in said
    for sentence in made.report.assumed:
        assert f"Assumed: {sentence.removesuffix('.')}." in said
    assert ".." not in said
    assert versions(made) in said
    assert made.report.notice in said
    assert "made on 2026-11-21 09:30 UTC" in said
    assert "Signs and plain words are general knowledge, not traced to a source" in said
    for drug in made.report.drugs:
        assert drug.name in said


def test_the_usual_points_are_moderate_or_worse(application: Application) -> None:
    made = material_of(application, RICH, OLD_WOMAN)
    said = words(patient_part(made))
    items = sheet_items(made)
    assert {severity_rank(item.severity) for item in items if item.severity is not None} > {severity_rank("minor")}
    for item in items:
        usual = item.severity is None or severity_rank(item.severity) <= severity_rank("moderate")
        assert item.usual is usual
        if item.severity is not None:
            assert (f": {item.title} " in said) is usual, item.title
    titles = [said.index(item.title) for item in items if item.usual]
    assert titles == sorted(titles)


def test_a_point_that_was_taken_off_is_gone_and_one_put_on_is_there(application: Application) -> None:
    made = material_of(application, SAMPLE)
    first, second, *_rest = sheet_items(made)
    said = words(patient_part(made, {second.key}))
    assert second.title in said
    assert first.title not in said
    assert "There is no point on this sheet. That does not mean that there is no risk." in words(patient_part(made, ()))


def test_every_pair_of_the_report_can_be_on_the_sheet(application: Application) -> None:
    made = material_of(application, RICH)
    offered = {frozenset(item.title.split(" and ")) for item in sheet_items(made) if item.severity is not None}
    for finding in made.report.interactions:
        assert any(all(any(name in one for one in pair) for name in finding.drugs) for pair in offered), finding.drugs


def test_the_brand_on_the_list_is_the_name_on_the_sheet(application: Application) -> None:
    assert "Coumadin (warfarin) and ibuprofen" in words(patient_part(material_of(application, SAMPLE)))


def test_hostile_text_is_text(application: Application) -> None:
    html = plain_html(material_of(application, HOSTILE, title="<script>t</script>", remark="{target} {0} %s"))
    assert "<script" not in html
    assert "<img" not in html
    assert "{target} {0} %s" in words(html)


def test_names_follow_the_settings(application: Application) -> None:
    text = "paracetamol 1 g\nwarfarin 5 mg"
    assert "acetaminophen" in words(plain_html(material_of(application.named("usan"), text)))
    assert "acetaminophen" not in words(plain_html(material_of(application.named("inn"), text)))


def added_up(items: tuple[SheetItem, ...]) -> list[str]:
    """Titles of the points on what adds up."""
    return [item.title for item in items if item.key.startswith("load:")]


def test_two_that_add_up_are_a_point_unless_they_are_that_pair(application: Application) -> None:
    made = material_of(application, "azathioprine 50 mg\nadalimumab 40 mg")
    assert not made.report.interactions
    assert len(added_up(sheet_items(made))) == 1
    assert "2 medicines that add up: your body may not fight germs well" in words(patient_part(made))
    pair = material_of(application, "warfarin 5 mg\nibuprofen 400 mg")
    assert [load.tag for load in pair.report.cumulative] == ["bleeding"]
    assert added_up(sheet_items(pair)) == []
    # The same two, found for another reason: what adds up stands nowhere else.
    other = tuple(one.model_copy(update={"effect_codes": ("hyperkalaemia",)}) for one in pair.report.interactions)
    changed = replace(pair, report=pair.report.model_copy(update={"interactions": other}))
    assert len(added_up(sheet_items(changed))) == 1


def test_what_is_contraindicated_for_the_patient_stands_above_lesser_pairs(application: Application) -> None:
    kidneys = Patient(age_years=60.0, egfr_ml_min=20.0)
    items = sheet_items(material_of(application, f"{SAMPLE}metformin 500 mg", kidneys))
    titles = [item.title for item in items]
    assert titles[:2] == ["simvastatin and clarithromycin", "You and metformin"]
    assert [item.urgent for item in items[:3]] == [False, True, False]
    said = words(patient_part(material_of(application, f"{SAMPLE}metformin 500 mg", kidneys)))
    assert "2) ■ Ask today: You and metformin" in said
    assert "Speak with your doctor or pharmacist about it today." in said


def test_each_effect_is_told_in_full_once(application: Application) -> None:
    said = words(patient_part(material_of(application, SAMPLE)))
    assert said.count("You may bleed more easily. Call an ambulance at once if a bleed does not stop") == 1
    assert said.count("bruises you cannot explain") == 1
    assert said.count("You may bleed more easily. See point 2 for the signs and what to do.") == 3
    assert "2) ▲ Ask soon: Coumadin (warfarin) and ibuprofen" in said


def test_where_the_first_point_is_taken_off_the_next_tells_in_full(application: Application) -> None:
    made = material_of(application, SAMPLE)
    chosen = {item.key for item in sheet_items(made) if item.title.startswith("clarithromycin and Coumadin")}
    assert len(chosen) == 1
    said = words(patient_part(made, chosen))
    assert "Call an ambulance at once if a bleed does not stop" in said
    assert "See point" not in said


def test_lines_left_out_are_not_said_to_be_read(application: Application) -> None:
    said = words(patient_part(material_of(application, "Medications:\nwarfarin 5 mg po od\n---")))
    assert "We could read each line" not in said
    assert "We took 2 lines on your list for no medicine." in said
    assert "We took 1 line on your list" in words(patient_part(material_of(application, "Medications:\nwarfarin 5 mg")))
    assert "We could read each line on your list." in words(patient_part(material_of(application, "warfarin 5 mg po od")))


def test_one_pair_is_singular(application: Application) -> None:
    assert "1 pair checked, 0 not checked" in words(plain_html(material_of(application, "warfarin 5 mg\nibuprofen 400 mg")))
