"""Settings of a stage: kept as they are, refused where they cannot be meant."""

from pathlib import Path

import pytest

from distill.export.data import data_of
from distill.training.recipes import read_recipe, recipe_names
from distill.training.settings import (
    PRETRAINING,
    PretrainingSettings,
    StageSettings,
    pretrained_on,
    read_pretraining_settings,
    read_settings,
)
from distill.training.tasks import SOURCES, TASKS, layout_of, task_of
from engine.errors import InputError


def test_settings_read_back_as_written(tmp_path: Path) -> None:
    settings = StageSettings(sources=("ddi",), teachers=("one",), soft_weight=0.5, epochs=2.5)
    (tmp_path / "settings.json").write_text(settings.model_dump_json())
    assert read_settings(tmp_path / "settings.json") == settings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be used"),
        ('{"sources": []}', "sources"),
        ('{"sources": ["ddi"], "epochs": 0}', "epochs"),
        ('{"sources": ["ddi"], "soft_weight": 1}', "none is named"),
        ('{"sources": ["ddi"], "batch_tokens": 20, "max_tokens": 40}', "at least max_tokens"),
        ('{"sources": ["ddi"], "colour": 1}', "colour"),
        ('{"sources": ["ddi", "text"]}', "has no labels"),
        ('{"sources": ["ddi"], "start_share": 0.5}', "none is named as start"),
        ('{"sources": ["ddi"], "adversarial": 1.0, "lora_rank": 8}', "adapters leave them"),
        ('{"sources": ["ddi"], "guess_share": 1}', "guess_share"),
        ('{"sources": ["ddi"], "guess_weight": 1}', "no source is such"),
        ('{"sources": ["ddi", "text", "label-text"], "guess_weight": 1}', "'label-text' has no labels"),
        ('{"sources": ["ddi"], "shares": {"did": 0.5}}', "'did', which is none of the sources"),
        ('{"sources": ["ddi"], "development_shares": {"ddi": 1.0}}', "the rest tunes"),
        ('{"sources": ["ddi"], "mean_of": ["one"]}', "two stages or more"),
        ('{"sources": ["ddi"], "mean_of": ["one", "other"], "start": "third"}', "'start' says nothing of it"),
        ('{"sources": ["ddi"], "mean_of": ["one", "one"]}', "each named once"),
        ('{"sources": ["ddi"], "only_heads": ["ade"], "start": "one"}', "'ade' is to learn alone, and no source asks that"),
        ('{"sources": ["ddi"], "only_heads": [""], "start": "one"}', "'' is to learn alone"),
        (
            '{"sources": ["ddi", "ddi-directions"], "only_heads": ["ddi"], "start": "one", "weight_decay": 0}',
            "'direction' has the same markers",
        ),
        ('{"sources": ["ddi"], "only_heads": ["ddi"], "weight_decay": 0}', "which start must name"),
        ('{"sources": ["ddi"], "only_heads": ["ddi"], "start": "one"}', "nothing decays"),
    ],
)
def test_wrong_settings_are_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "s.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_settings(tmp_path / "s.json")
    assert said in raised.value.sentence
    with pytest.raises(InputError, match="missing"):
        read_settings(tmp_path / "absent.json")


def test_tasks_have_their_own_names_and_labels() -> None:
    assert len({task.name for task in TASKS}) == len(TASKS)
    for task in TASKS:
        assert len(set(task.labels)) == len(task.labels)
        assert task_of(task.name) is task
    with pytest.raises(KeyError, match="known are"):
        task_of("nothing")


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_can_be_used_and_its_student_has_a_licence(name: str) -> None:
    recipe = read_recipe(name)
    student = recipe.stages[recipe.student]
    assert data_of(student.sources)
    # A teacher answers for every head of its student, so that the stage does not stop after hours.
    for settings in recipe.stages.values():
        heads = {task for teacher in settings.teachers for task in layout_tasks(recipe.stages[teacher])}
        assert not settings.teachers or layout_tasks(settings) <= heads
    # What a mean does not ask for is lost without a word.
    assert not any("direction" in layout_tasks(one) for one in recipe.stages.values()) or "direction" in layout_tasks(student)


def layout_tasks(settings: StageSettings) -> set[str]:
    layout = layout_of(settings.sources)
    return {task.name for task, _start in (*layout.names, *layout.relations)}


def test_text_without_its_labels_keeps_the_terms_of_its_corpus() -> None:
    for source in SOURCES:
        (origin,) = data_of((source.name,))
        labelled = [other for other in SOURCES if not other.unlabelled and set(source.corpora) <= set(other.corpora)]
        assert all(data_of((other.name,)) == (origin,) for other in labelled)
    assert not data_of(("ddi-text",))[0].open
    with pytest.raises(KeyError):
        data_of(("unheard-text",))


def test_only_the_open_recipe_has_no_terms() -> None:
    for name in recipe_names():
        recipe = read_recipe(name)
        closed = [one for settings in recipe.stages.values() for one in data_of(settings.sources) if not one.open]
        assert bool(closed) == (name != "open")


def test_a_recipe_out_of_order_is_refused(tmp_path: Path) -> None:
    stage = '{"sources": ["ddi"], "start": "later"}'
    path = tmp_path / "r.json"
    path.write_text(
        f'{{"purpose": "x", "student": "one", "stages": {{"one": {stage}, "later": {{"sources": ["ddi"]}}}}}}', encoding="utf-8"
    )
    with pytest.raises(InputError, match="does not come before it"):
        read_recipe(str(path))
    with pytest.raises(InputError, match="known are"):
        read_recipe("nothing")


def test_a_stage_is_not_tuned_on_what_its_teacher_was_trained_on(tmp_path: Path) -> None:
    first = '{"sources": ["ddi"], "development_shares": {"ddi": 0.5}}'
    path = tmp_path / "r.json"
    for share, refused in ((0.2, True), (0.5, False)):
        second = f'{{"sources": ["ddi"], "start": "one", "development_shares": {{"ddi": {share}}}}}'
        path.write_text(f'{{"purpose": "x", "student": "two", "stages": {{"one": {first}, "two": {second}}}}}', encoding="utf-8")
        if refused:
            with pytest.raises(InputError, match="development documents that one was trained on"):
                read_recipe(str(path))
        else:
            assert read_recipe(str(path)).ancestors("two") == ("two", "one")


def test_settings_of_pretraining(tmp_path: Path) -> None:
    settings = PretrainingSettings(sources=("text", "labels"), shares={"text": 0.5})
    (tmp_path / PRETRAINING).write_text(settings.model_dump_json())
    assert read_pretraining_settings(tmp_path / PRETRAINING) == settings
    assert pretrained_on(tmp_path) == ("text", "labels")
    for text, said in (
        ('{"sources": ["ddi"]}', "sources"),
        ('{"sources": ["text"], "shares": {"labels": 1}}', "none of the sources"),
        ('{"sources": ["text"], "batch_tokens": 20, "max_tokens": 40}', "at least max_tokens"),
    ):
        (tmp_path / "s.json").write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=said):
            read_pretraining_settings(tmp_path / "s.json")
