"""Words for what is read in a text, the same on screen and in exports. Imports nothing heavy: the window reads them.

Each function takes `say`, which translates a fixed text; places in it ({0} …) are filled afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.reading.model import Direction, Entity, KnowledgeState, ReadSentence, Relation

Say = Callable[[str], str]
NONE_LABEL = "none"
# A share that rounds to one of these is no certainty.
_NEARLY_ALL = 0.995
_NEARLY_NONE = 0.005

# Short words of the classes that the sign alone does not tell; a class that is not here is shown by its own name.
_LABELS: dict[str, str] = {
    "mechanism": "mechanism",
    "effect": "effect",
    "advise": "advice",
    "int": "interaction",
    "adverse_effect": "adverse effect",
    NONE_LABEL: "no statement",
}
_MEANINGS: dict[str, str] = {
    "mechanism": "The sentence tells how the one changes what the body does to the other.",
    "effect": "The sentence tells an effect of taking both.",
    "advise": "The sentence gives advice on taking both.",
    "int": "The sentence says that the two interact, and no more.",
    "adverse_effect": "The sentence calls the one an adverse effect of the other.",
    NONE_LABEL: "The sentence states nothing about the two together.",
}
_TASKS: dict[str, str] = {
    "ddi": "two medicines",
    "ade": "a medicine and an adverse effect",
    "chemprot": "a substance and a protein",
}
# Sign and words, so that none is told by a colour.
KNOWLEDGE: dict[KnowledgeState, tuple[str, str]] = {
    "documented": ("✓", "documented in the knowledge here"),
    "contradicted": ("≠", "the knowledge here says otherwise"),
    "no_record": ("?", "no record in the knowledge here"),
    "not_checked": ("✗", "not checked: a name is not known"),
}
KINDS: dict[str, str] = {
    "drug": "medicine",
    "brand": "brand name",
    "group": "group of medicines",
    "drug_n": "substance, no medicine for people",
    "chemical": "chemical",
    "disease": "disease",
    "protein": "protein",
}
SOURCES: dict[str, str] = {
    "student": "read by the student",
    "dictionary": "found in the dictionary",
    "both": "read by the student and found in the dictionary",
}
SPANS: dict[str, str] = {"PAR": "people", "INT": "treatment", "OUT": "outcome"}
_MECHANISMS: dict[str, str] = {
    "pk.absorption": "absorption",
    "pk.distribution": "distribution",
    "pk.metabolism": "metabolism",
    "pk.transport": "transport",
    "pk.excretion": "excretion",
    "pd.additive": "additive effects",
    "pd.synergistic": "synergistic effects",
    "pd.antagonistic": "antagonistic effects",
}


def as_it_is(text: str) -> str:
    """The `say` of exports, which are in English."""
    return text


def percent(share: float) -> str:
    """A probability in per cent; what rounds to none or to all says that it is not quite that."""
    if share >= _NEARLY_ALL:
        return "> 99 %"
    if share < _NEARLY_NONE:
        return "< 1 %"
    return f"{share * 100:.0f} %"


def label_words(label: str, say: Say = as_it_is) -> str:
    """A class in a word or two."""
    known = _LABELS.get(label)
    return say(known) if known is not None else label.replace("_", " ").lower()


def label_meaning(label: str, say: Say = as_it_is) -> str:
    """What a sentence of this class does, as a sentence; empty for a class that is not known here."""
    meaning = _MEANINGS.get(label)
    return say(meaning) if meaning is not None else ""


def task_words(task: str, say: Say = as_it_is) -> str:
    """Between what the relations of a task stand."""
    known = _TASKS.get(task)
    return say(known) if known is not None else task


def kind_words(kind: str, say: Say = as_it_is) -> str:
    """What sort of thing a name means."""
    known = KINDS.get(kind)
    return say(known) if known is not None else kind


def knowledge_words(state: KnowledgeState, say: Say = as_it_is) -> str:
    """Sign and words for what knowledge says."""
    sign, words = KNOWLEDGE[state]
    return f"{sign} {say(words)}"


def sure_words(relation: Relation, say: Say = as_it_is) -> str:
    """The probability, and that it is too low to be relied on where it is."""
    share = percent(relation.probability)
    return say("{0}, unsure: not to be relied on").format(share) if relation.abstained else share


def pair_of(sentence: ReadSentence, relation: Relation) -> tuple[Entity, Entity]:
    """The two names of a relation."""
    return sentence.entities[relation.first], sentence.entities[relation.second]


def shown_name(entity: Entity) -> str:
    """The name as written, with what it resolves to where that is another word."""
    if entity.name is None or entity.name.casefold() == entity.text.casefold():
        return entity.text
    return f"{entity.text} ({entity.name})"


def direction_words(sentence: ReadSentence, relation: Relation, say: Say = as_it_is) -> str:
    """Whose exposure or effect changes and how, where the sentence states it; else empty."""
    if relation.direction is None:
        return ""
    ways: dict[Direction, str] = {
        "increase": "exposure or effect of {0} goes up",
        "decrease": "exposure or effect of {0} goes down",
    }
    # Without an object the direction alone stands: no name is guessed.
    whose = sentence.entities[relation.object].text if relation.object is not None else say("one of the two")
    return say(ways[relation.direction]).format(whose)


def mechanism_words(relation: Relation, say: Say = as_it_is) -> str:
    """The kinds of mechanism that the words name; empty where they name none."""
    return ", ".join(say(_MECHANISMS.get(kind, kind)) for kind in relation.mechanisms)


def plural(count: int, one: str, more: str) -> str:
    """A count with its noun."""
    return f"{count} {one if count == 1 else more}"
