"""Settings of a stage: kept as they are, refused where they cannot be meant."""

from pathlib import Path

import pytest

from distill.training.settings import StageSettings, read_settings
from distill.training.tasks import TASKS, task_of
from engine.errors import InputError


def test_settings_read_back_as_written(tmp_path: Path) -> None:
    settings = StageSettings(base="base", tasks=("ddi",), teachers=("one",), soft_weight=0.5, epochs=2.5)
    settings.write(tmp_path / "settings.json")
    assert read_settings(tmp_path / "settings.json") == settings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be used"),
        ('{"base": "b", "tasks": []}', "tasks"),
        ('{"base": "b", "tasks": ["ddi"], "epochs": 0}', "epochs"),
        ('{"base": "b", "tasks": ["ddi"], "soft_weight": 1}', "none is named"),
        ('{"base": "b", "tasks": ["ddi"], "batch_tokens": 20, "max_tokens": 40}', "at least max_tokens"),
        ('{"base": "b", "tasks": ["ddi"], "colour": 1}', "colour"),
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
