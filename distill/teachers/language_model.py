"""A teacher that is a large language model: asks, keeps what comes back, reads it, asks again where it cannot be taken."""

from __future__ import annotations

from dataclasses import replace

from distill.teachers.answer_text import RejectedError
from distill.teachers.answers import ModelAnswer, read_reply
from distill.teachers.cache import ReplyCache, asked_once
from distill.teachers.chat import ChatModel, PromptTooLongError, Sampling
from distill.teachers.prompts import Prompter
from distill.teachers.protocol import Judgement, PairItem, abstention


class LanguageModelTeacher:
    """One wording of one template, put to one model. Several wordings of a pair are several of these, of the same name."""

    def __init__(
        self, name: str, model: ChatModel, prompter: Prompter, sampling: Sampling, cache: ReplyCache, attempts: int = 2
    ) -> None:
        """`name`: how votes and cards call it. `attempts`: how often a pair is asked before the teacher abstains, each time with
        another seed; where answers are not drawn at random, another time would bring the same.
        """
        self.name = name
        self._model, self._prompter, self._sampling = model, prompter, sampling
        self._cache, self._attempts = cache, attempts if sampling.temperature else 1

    @property
    def version(self) -> str:
        """The model, the prompt and how answers are drawn."""
        drawn = self._sampling
        how = f"t{drawn.temperature:g}/p{drawn.top_p:g}/n{drawn.max_tokens}/s{drawn.seed}/a{self._attempts}"
        return f"{self._model.identity}|{self._prompter.version}|{how}"

    def close(self) -> None:
        """Let go of the model."""
        self._model.close()

    def judge(self, item: PairItem) -> Judgement:
        """Label and explain one pair; abstains where there are no facts, or no answer can be taken.

        Raises:
            InputError: the model cannot be asked at all.
        """
        if not item.facts:
            return abstention(item, self)
        prompt, rejected = self._prompter.prompt(item), ""
        for attempt in range(self._attempts):
            try:
                reply = asked_once(self._model, prompt, self._sampling.again(attempt), self._cache)
                answer = read_reply(reply, item, self._prompter.codes, hinted=self._prompter.privileged(item))
            except RejectedError as error:
                rejected = error.reason
            except PromptTooLongError:
                rejected = "prompt_too_long"
                break
            else:
                return self._judgement(item, answer)
        wording = self._prompter.asking.wording
        return replace(abstention(item, self, rejected), wording=wording, privileged=self._prompter.privileged(item))

    def _judgement(self, item: PairItem, answer: ModelAnswer) -> Judgement:
        return Judgement(
            item.id,
            self.name,
            self.version,
            answer.severity,
            answer.direction,
            answer.mechanism,
            answer.steps,
            answer.managements,
            answer.prose,
            privileged=self._prompter.privileged(item),
            wording=self._prompter.asking.wording,
        )
