"""Prompts: templates that never change under their version, facts in words, hints that are told only when asked for."""

import hashlib
import json
from pathlib import Path

import pytest

from distill.teachers import prompts
from distill.teachers.prompts import DEFAULT, Asking, Form, Prompter, codes_of_store, fact_words, read_template, template_names
from distill.teachers.protocol import MECHANISMS, Hints
from engine.application import Application
from engine.errors import InputError
from engine.interactions.exposure import Exposure
from engine.prescriptions.patient import Patient
from engine.reasoning.language import NO_MECHANISM, PROCESSES, vocabulary
from engine.reasoning.pair_facts import drug_facts, facts_of
from tests.distill.teachers.pairs import CODES, item

# A changed prompt is another prompt: it gets a new file with a new number, and the old one stays as it is.
PUBLISHED = {
    "pair.v2": "02d8673c6a035792673de3044241ebe15b4371e8d9ca0c707c7f1058ba28254a",
    "sentences/pairs.v1": "d4e6f7daac3d12554aae6f9c3de92e21ba2e5188e393473ee5182af5034f90ae",
    "sentences/names.v1": "14dba1ea4bae61152d1db56212869eed7fd2e5d999b135d55c3e6d5b7091d074",
}


def test_published_templates_stay_as_they_are() -> None:
    folder = Path(prompts.__file__).parent / "templates"
    found = {
        path.relative_to(folder).with_suffix("").as_posix(): hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
        for path in folder.rglob("*.toml")
    }
    assert found == PUBLISHED
    assert template_names() == ("pair.v2",)


def test_a_prompt_says_what_is_known_and_nothing_else() -> None:
    prompt = Prompter(Asking(), CODES).prompt(item(3, Hints("B_increase", "B")))
    assert prompt.question == (
        "Medicine A: Onemycin 3\n"
        "Medicine B: Twostatin 3\n"
        "\n"
        "Facts:\n"
        "F1 A is taken by this route: oral.\n"
        "F2 A is a strong inhibitor of CYP3A4.\n"
        "F3 A contributes to QT prolongation.\n"
        "F4 B is a sensitive substrate of CYP3A4.\n"
        "F5 B contributes to QT prolongation.\n"
        "\n"
        "What happens when A and B are taken together, and why? Go from cause to effect."
    )
    assert prompt.schema is None
    assert all(mechanism in prompt.system for mechanism in MECHANISMS)
    assert "  monitor_ecg: monitor the ECG\n" in prompt.system
    assert "$" not in prompt.system + prompt.question


def test_the_system_part_is_the_same_for_all_pairs() -> None:
    prompter = Prompter(Asking(hints=True), CODES)
    assert prompter.prompt(item(1)).system == prompter.prompt(item(2, Hints("both"))).system


def test_hints_are_told_when_asked_for_and_marked() -> None:
    hinted = item(0, Hints("A_decrease", "A"))
    told, silent = Prompter(Asking(hints=True), CODES), Prompter(Asking(), CODES)
    question = told.prompt(hinted).question
    assert "the exposure or effect of A goes down. Your direction must be A_decrease." in question
    assert "The medicine affected is A." in question
    assert told.privileged(hinted)
    assert not told.privileged(item(0))
    assert not silent.privileged(hinted)
    assert silent.prompt(hinted).question == silent.prompt(item(0)).question
    assert told.version != silent.version


def test_names_can_be_left_out() -> None:
    prompt = Prompter(Asking(names=False), CODES).prompt(item(0))
    assert "Onemycin" not in prompt.question
    assert "Medicine A: medicine A\n" in prompt.question


def test_wordings_differ_and_are_told_apart() -> None:
    count = len(read_template(DEFAULT).wordings)
    assert count >= 3
    several = [Prompter(Asking(wording=number), CODES) for number in range(count)]
    assert len({one.prompt(item()).question for one in several}) == len({one.version for one in several}) == count
    for wrong in (-1, count):
        with pytest.raises(InputError, match="wordings, numbered from 0"):
            Prompter(Asking(wording=wrong), CODES)


def test_forms_differ() -> None:
    sections, form = (Prompter(Asking(form=form), CODES).prompt(item()).system for form in ("sections", "json"))
    assert "SEVERITY: the label" in sections
    assert "one JSON object" in form


@pytest.mark.parametrize("form", ["sections", "json"])
def test_every_process_in_the_gut_is_told_of(form: Form) -> None:
    system = Prompter(Asking(form=form), CODES).prompt(item()).system
    assert "enzyme, transporter, chelation, gastric_ph or binding" in system
    for process in PROCESSES:
        assert f"{process}: " in system


@pytest.mark.parametrize("name", ["nothing", "../templates/pair.v2", ""])
def test_templates_that_are_not_there(name: str) -> None:
    with pytest.raises(InputError, match=r"known are pair\.v2"):
        read_template(name)


@pytest.mark.parametrize("text", ["name = 'pair'", "not toml", "name = 'pair'\nversion = 0"])
def test_a_damaged_template_is_one_sentence(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pair.v9.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(prompts, "_FOLDER", tmp_path)
    with pytest.raises(InputError, match=r"The prompt template 'pair\.v9' cannot be used"):
        read_template("pair.v9")


def test_a_template_under_another_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Path(prompts.__file__).parent / "templates" / "pair.v2.toml"
    (tmp_path / "pair.v3.toml").write_bytes(own.read_bytes())
    monkeypatch.setattr(prompts, "_FOLDER", tmp_path)
    with pytest.raises(InputError, match="another name or version"):
        read_template("pair.v3")


def test_the_schema_leaves_only_what_the_pair_has() -> None:
    schema = Prompter(Asking(structured=True), CODES).prompt(item()).schema
    assert schema is not None
    text = json.dumps(schema)
    assert '"enum": ["F1", "F2", "F3", "F4", "F5"]' in text
    assert '"via": {"type": "string", "enum": ["CYP3A4"]}' in text
    assert '"via": {"type": "string", "enum": ["qt_prolongation"]}' in text
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert list(properties)[:3] == ["severity", "direction", "mechanism"]


def test_every_fact_of_the_knowledge_has_words(application: Application) -> None:
    store = application.store
    tags = codes_of_store(store).tags
    exposures = [Exposure(0, 0, substance.id, substance.name, "oral") for substance in store.all_substances()]
    every = [drug_facts(store, exposure) for exposure in exposures]
    patient = Patient(age_years=80, pregnant=True, egfr_ml_min=20)
    said = {fact_words(fact, tags) for one in every for fact in facts_of(one, every[0], patient).facts}
    assert "A is a strong inhibitor of CYP3A4." in said
    assert "A has a narrow therapeutic index." in said
    assert "The patient: severe renal impairment." in said
    assert not any("=" in words or "_" in words or "unstated" in words for words in said)


def test_codes_and_labels_are_those_of_the_knowledge(application: Application) -> None:
    store = application.store
    assert set(MECHANISMS) == {*store.mechanism_words, NO_MECHANISM}
    codes, known = codes_of_store(store), set(vocabulary(store))
    assert {f"<do:{code}>" for code in codes.managements} <= known
    assert {f"<effect:{code}>" for code in codes.effects} <= known
    assert {f"<{code}>" for code in codes.tags} <= known
    Prompter(Asking(), codes)
