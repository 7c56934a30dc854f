"""Prompts for teachers that are large language models, from versioned templates (`templates/NAME.vN.toml`)."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.teachers.chat import Prompt
from distill.teachers.protocol import MECHANISMS, SEVERITIES, PairItem
from distill.teachers.schema import answer_schema
from engine.errors import InputError
from engine.knowledge.store import KnowledgeStore
from engine.reasoning.language import DIRECTIONS, GENERIC_EFFECTS, actions_of
from engine.reasoning.pair_facts import UNSTATED, PairFact

_FOLDER = Path(__file__).resolve().parent / "templates"
DEFAULT = "pair.v2"
Form = Literal["json", "sections"]
_FROZEN = ConfigDict(frozen=True, extra="forbid")
_PROPERTIES = {
    "narrow_therapeutic_index=yes": "has a narrow therapeutic index",
    "absorption_chelation=object": "is bound by polyvalent metal ions in the gut",
    "absorption_chelation=precipitant": "brings polyvalent metal ions that bind other medicines in the gut",
    "absorption_gastric_ph=object": "needs gastric acid to be absorbed",
    "absorption_gastric_ph=raises_ph": "raises the pH of the stomach",
    "absorption_binding=object": "is absorbed from the gut when it is swallowed",
    "absorption_binding=precipitant": "can bind other medicines in the gut",
}
_FIGURES = {"half_life_h": "half-life", "fe": "share excreted unchanged", "f_oral": "oral bioavailability"}


class _Wording(BaseModel):
    model_config = _FROZEN
    text: str = Field(min_length=1)


class _Question(BaseModel):
    model_config = _FROZEN
    pair: str
    hint_direction: str


class PromptTemplate(BaseModel):
    """A template as its file has it."""

    model_config = _FROZEN
    name: str
    version: int = Field(ge=1)
    system: str
    forms: dict[Form, str]
    question: _Question
    outcomes: dict[str, str]
    wordings: tuple[_Wording, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes that an answer may name, with their words. `tags`: effects to which both can contribute."""

    tags: Mapping[str, str] = field(default_factory=dict)
    effects: tuple[str, ...] = GENERIC_EFFECTS
    managements: Mapping[str, str] = field(default_factory=dict)


def codes_of_store(store: KnowledgeStore) -> Codes:
    """The codes of the compact language over this knowledge."""
    effects = (*GENERIC_EFFECTS, *sorted({tag.effect for tag in store.tags.values()}))
    tags = {code: store.tags[code].words for code in sorted(store.tags)}
    # Actions with a figure are left to the sources, as in the compact language.
    managements = {code: store.managements[code].words for code in actions_of(store)}
    return Codes(tags, effects, managements)


@dataclass(frozen=True, slots=True)
class Asking:
    """How pairs are put to a model.

    `template`: name of a file of `templates`, without its ending. `wording`: which wording, from 0. `hints`: whether an item's
    privileged information is told. `names`: whether the medicines' names are told, or A and B alone. `structured`: whether a
    server that can is held to the form of the answer.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    template: str = DEFAULT
    form: Form = "json"
    wording: int = 0
    hints: bool = False
    names: bool = True
    structured: bool = False


class Prompter:
    """Makes prompts of one template."""

    def __init__(self, asking: Asking, codes: Codes) -> None:
        """Read the template.

        Raises:
            InputError: there is no such template or wording, or a file in their place that cannot be used.
        """
        self.asking, self.codes = asking, codes
        self._template = read_template(asking.template)
        if not 0 <= asking.wording < len(self._template.wordings):
            raise InputError(f"The template '{asking.template}' has {len(self._template.wordings)} wordings, numbered from 0.")
        self._system = self._constant()

    @property
    def version(self) -> str:
        """Template and wording, and a digest over all that is the same in every prompt."""
        told = "hints" if self.asking.hints else "no hints"
        digest = hashlib.sha256(f"{self._system}\0{self.asking}".encode()).hexdigest()
        return f"{self.asking.template}/{self.asking.form}/w{self.asking.wording}/{told}/{digest[:12]}"

    def prompt(self, item: PairItem) -> Prompt:
        """The prompt of one pair."""
        question = Template(self._template.question.pair).substitute(
            first=self._named("A", item.facts.first.name),
            second=self._named("B", item.facts.second.name),
            facts="\n".join(f"{fact.id} {fact_words(fact, self.codes.tags)}" for fact in item.facts.facts),
            hint=self._hint(item),
            wording=self._template.wordings[self.asking.wording].text,
        )
        schema = answer_schema(item, self.codes.effects, tuple(self.codes.managements)) if self.asking.structured else None
        return Prompt(self._system, question.strip(), schema)

    def privileged(self, item: PairItem) -> bool:
        """Whether the prompt of this pair tells what students never see."""
        return self.asking.hints and item.hints is not None

    def _constant(self) -> str:
        managements = "\n".join(f"  {code}: {words}" for code, words in self.codes.managements.items()) or "  (none)"
        rules = Template(self._template.system).substitute(
            severities=", ".join(SEVERITIES),
            directions=", ".join(DIRECTIONS),
            mechanisms=", ".join(MECHANISMS),
            effects=", ".join(self.codes.effects),
            managements=managements.replace("{target}", "the affected medicine").replace("{other}", "the other medicine"),
        )
        return f"{rules.strip()}\n\n{self._template.forms[self.asking.form].strip()}"

    def _named(self, side: str, name: str) -> str:
        return name if self.asking.names else f"medicine {side}"

    def _hint(self, item: PairItem) -> str:
        if not self.asking.hints or item.hints is None:
            return ""
        direction = item.hints.direction
        words = Template(self._template.question.hint_direction)
        told = words.substitute(outcome=self._template.outcomes[direction], direction=direction).strip()
        affected = item.hints.affected
        return f"\n{told}" + (f" The medicine affected is {affected}.\n" if affected else "\n")


def template_names() -> tuple[str, ...]:
    """Names of the templates that come with the pipeline."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def read_template(name: str) -> PromptTemplate:
    """A template by its name.

    Raises:
        InputError: there is none, or its file cannot be used.
    """
    if name not in template_names():
        raise InputError(f"There is no prompt template '{name}'; known are {', '.join(template_names())}.")
    try:
        read = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        template = PromptTemplate.model_validate(read)
    except (OSError, ValueError, ValidationError) as error:
        raise InputError(f"The prompt template '{name}' cannot be used.") from error
    if f"{template.name}.v{template.version}" != name:
        raise InputError(f"The prompt template '{name}' gives itself another name or version.")
    return template


def fact_words(fact: PairFact, tags: Mapping[str, str]) -> str:
    """A fact in words, with A and B for the medicines."""
    subject = "The patient" if fact.side == "patient" else fact.side
    match fact.codes:
        case ("inhibitor" | "inducer" | "substrate") as role, target, strength:
            kind = role if strength == UNSTATED else f"{strength} {role}"
            return f"{subject} is {_article(kind)} of {target}."
        case "tag", tag, grade:
            how = "" if grade == UNSTATED else f" ({grade})"
            return f"{subject} contributes to {tags.get(tag, tag.replace('_', ' '))}{how}."
        case "figure", name, height:
            return f"{subject} has a {height} {_FIGURES.get(name, name)}."
        case "prodrug", target:
            return f"{subject} is a prodrug" + ("." if target == UNSTATED else f" activated by {target}.")
        case "property", value:
            return f"{subject} {_PROPERTIES.get(value, value.replace('_', ' '))}."
        case "route", route:
            return f"{subject} is taken by this route: {route}."
        case "patient", code:
            return f"{subject}: {code.replace('_', ' ')}."
        case _:
            raise ValueError(f"no words for {fact.codes}")


def _article(words: str) -> str:
    return f"an {words}" if words[:1] in "aeiou" else f"a {words}"
