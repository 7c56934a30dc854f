"""How a large model is asked as a teacher: once where that is enough, again where it may help, never without facts."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from distill.teachers.cache import ReplyCache
from distill.teachers.chat import Prompt, PromptTooLongError, Reply, Sampling
from distill.teachers.language_model import LanguageModelTeacher
from distill.teachers.prompts import Asking, Prompter
from distill.teachers.protocol import Hints
from tests.distill.teachers.pairs import CODES, SECTIONS, answered, item


@dataclass
class Scripted:
    """A model that says what it was told to say."""

    replies: list[str]
    identity: str = "scripted"
    asked: list[tuple[Prompt, Sampling]] = field(default_factory=list)
    closed: bool = False

    def reply(self, prompt: Prompt, sampling: Sampling) -> Reply:
        self.asked.append((prompt, sampling))
        if not self.replies:
            raise PromptTooLongError
        return Reply(self.replies.pop(0), 10, 5, whole=True)

    def close(self) -> None:
        self.closed = True


def teacher_of(
    model: Scripted, folder: Path, asking: Asking | None = None, sampling: Sampling | None = None
) -> LanguageModelTeacher:
    prompter = Prompter(asking or Asking(), CODES)
    return LanguageModelTeacher("scripted", model, prompter, sampling or Sampling(), ReplyCache(folder / "replies"), attempts=3)


@pytest.mark.parametrize("text", [answered(), SECTIONS])
def test_an_answer_becomes_a_judgement(text: str, tmp_path: Path) -> None:
    model = Scripted([text])
    teacher = teacher_of(model, tmp_path, Asking(wording=2))
    judged = teacher.judge(item(4))
    assert (judged.item, judged.teacher, judged.version) == ("pair-4", "scripted", teacher.version)
    assert (judged.wording, judged.privileged, judged.abstains, judged.rejected) == (2, False, False, "")
    assert judged.severity["major"] == pytest.approx(0.8)
    assert [step.kind for step in judged.steps] == ["pk.metabolism", "pd.additive", "net_effect"]
    assert judged.management == ("monitor_ecg",)
    # Asked of a new teacher, it comes from the file.
    assert teacher_of(Scripted([]), tmp_path, Asking(wording=2)).judge(item(4)) == judged


def test_without_facts_nothing_is_asked(tmp_path: Path) -> None:
    model, one = Scripted([answered()]), item()
    bare = replace(one, facts=replace(one.facts, facts=one.facts.facts[:1]))
    judged = teacher_of(model, tmp_path).judge(bare)
    assert (judged.abstains, judged.rejected, model.asked) == (True, "", [])


def test_what_cannot_be_taken_is_asked_again_with_other_seeds(tmp_path: Path) -> None:
    model = Scripted(["no", answered(severity="grave"), answered()])
    assert not teacher_of(model, tmp_path).judge(item()).abstains
    assert [sampling.seed for _prompt, sampling in model.asked] == [0, 1, 2]
    hopeless = Scripted(["no", "never", answered(direction="B")])
    judged = teacher_of(hopeless, tmp_path).judge(item(1))
    assert (judged.abstains, judged.rejected) == (True, "unknown_label")


def test_greedy_answers_are_asked_for_once(tmp_path: Path) -> None:
    model = Scripted(["no", answered()])
    assert teacher_of(model, tmp_path, sampling=Sampling(temperature=0.0)).judge(item()).rejected == "unreadable"
    assert len(model.asked) == 1


def test_hints_are_kept_to_and_marked(tmp_path: Path) -> None:
    hinted = item(0, Hints("B_decrease", "B"))
    model = Scripted([answered(), answered(direction="B_decrease")])
    judged = teacher_of(model, tmp_path, Asking(hints=True)).judge(hinted)
    assert judged.privileged
    assert judged.direction["B_decrease"] == pytest.approx(0.8)
    assert len(model.asked) == 2
    assert "B_decrease" in model.asked[0][0].question
    blind = teacher_of(Scripted([answered()]), tmp_path).judge(hinted)
    assert not blind.privileged
    assert blind.direction["B_increase"] == pytest.approx(0.8)


def test_a_prompt_that_does_not_fit_is_not_asked_again(tmp_path: Path) -> None:
    model = Scripted([])
    assert teacher_of(model, tmp_path).judge(item()).rejected == "prompt_too_long"
    assert len(model.asked) == 1


def test_closing_closes_the_model(tmp_path: Path) -> None:
    model = Scripted([])
    teacher_of(model, tmp_path).close()
    assert model.closed
