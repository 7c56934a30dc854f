"""Words of exports for what is read in a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.reading.model import Direction, Doubt, Entity, KnowledgeState, ReadSentence, Relation

NONE_LABEL = "none"
_NEARLY_ALL, _NEARLY_NONE = 0.99, 0.01
# A class less likely than this is not named beside the first.
_LEAST_NAMED = 0.05

# As the window calls them; a class that is not here is shown by its own name.
_LABELS: dict[tuple[str, str], str] = {
    ("ddi", "mechanism"): "PK mechanism",
    ("ddi", "effect"): "Effect or PD mechanism",
    ("ddi", "advise"): "Advice",
    ("ddi", "int"): "Interaction, no detail",
    ("ade", "adverse_effect"): "Adverse effect",
    ("chemprot", "INHIBITOR"): "Inhibits a protein",
    ("chemprot", "SUBSTRATE"): "Substrate of a protein",
    ("chemprot", "PRODUCT-OF"): "Made by a protein",
    ("chemprot", "SUBSTRATE_PRODUCT-OF"): "Used and made by a protein",
    ("chemprot", "ACTIVATOR"): "Activates a protein",
    ("chemprot", "AGONIST"): "Agonist at a protein",
    ("chemprot", "ANTAGONIST"): "Antagonist at a protein",
    ("chemprot", "AGONIST-ACTIVATOR"): "Agonist that activates",
    ("chemprot", "AGONIST-INHIBITOR"): "Agonist that inhibits",
    ("chemprot", "UPREGULATOR"): "Raises a protein",
    ("chemprot", "DOWNREGULATOR"): "Lowers a protein",
    ("chemprot", "INDIRECT-UPREGULATOR"): "Raises a protein indirectly",
    ("chemprot", "INDIRECT-DOWNREGULATOR"): "Lowers a protein indirectly",
}
_CHEMPROT = "The sentence says what a medicine or chemical does to a protein, or the protein to it. It names no second medicine."
_MEANINGS: dict[tuple[str, str], str] = {
    ("ddi", "mechanism"): "The sentence says how one medicine changes what the body does with the other.",
    ("ddi", "effect"): "The sentence names an effect of taking both, or that one makes the other act more or less.",
    ("ddi", "advise"): "The sentence recommends or warns about taking both.",
    ("ddi", "int"): "The sentence states an interaction, and says nothing more of it.",
    ("ade", "adverse_effect"): "The sentence says that the medicine caused the disease or complaint.",
}
_NO_STATEMENT = "No statement"
# Sign and words, so that none is told by a colour.
# Sign, a word or two, and the same for a text of its own. The desktop shows these too, so that every place says the same.
KNOWLEDGE: dict[KnowledgeState, tuple[str, str, str]] = {
    "documented": ("✓", "documented", "documented in the knowledge here"),
    "other_object": ("⇄", "other way round", "documented here as a change of the other medicine, or misread"),
    "other_direction": (
        "≠",
        "other direction",
        "documented here with the other direction, of effect or level, or misread",
    ),
    "contradicted": ("✗", "contradicted", "the knowledge here says otherwise"),
    "no_record": ("○", "no record", "no source here names the two together; mechanisms are not compared"),
    "not_checked": ("?", "not checked", "not checked: too little is known here of a name, or of a group as a whole"),
    "not_compared": ("–", "not compared", "not compared: the knowledge here holds nothing of this kind"),
}
# A word or two for a cell of a table, and the same in full.
DOUBTS: dict[Doubt, tuple[str, str]] = {
    "denied": ("denied?", "the sentence seems to deny it"),
    "asked": ("only asked?", "the sentence seems to ask this, not to state it"),
    "apart": ("names apart?", "the two names stand in different parts of the sentence"),
    "listed": ("only listed?", "the two names stand side by side in a list"),
    "treated": ("treatment?", "the medicine seems to be given against the disease"),
    "together": ("one treatment?", "the two seem to be told of as one treatment, not as changing each other"),
    "earlier": ("given earlier?", "one of the two seems to have been an earlier treatment"),
    "measured": ("only measured?", "one of the two seems to be a substance of the body that was measured"),
    "same": ("one substance?", "the two seem to be one substance, or one made of the other"),
    "name": ("a name?", "one of the two is perhaps no such name"),
    "language": ("language?", "the text may not be English, which alone the student reads"),
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
    "student": "student",
    "dictionary": "dictionary",
    "both": "student and dictionary",
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


def worth_naming(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    """Of a student's shares of a label those that are told: the first, and others that are not slight."""
    return [one for place, one in enumerate(shares.items()) if place == 0 or one[1] >= _LEAST_NAMED]


def percent(share: float) -> str:
    """A probability in per cent; never 100 or 0, since none of them is certain."""
    if share > _NEARLY_ALL:
        return "over 99 %"
    if share < _NEARLY_NONE:
        return "under 1 %"
    return f"{share * 100:.0f} %"


def probability_cell(share: float | None) -> str:
    """A probability as tables hold it; empty for none."""
    return "" if share is None else f"{share:.4f}"


def label_words(task: str, label: str) -> str:
    """A class in a few words."""
    if label == NONE_LABEL:
        return _NO_STATEMENT
    # A newer student may know more classes than this program has words for.
    return _LABELS.get((task, label), label.replace("_", " ").replace("-", " "))


def label_meaning(task: str, label: str) -> str:
    """What a sentence of this class does, as a sentence; empty for a class that is not known here."""
    return _MEANINGS.get((task, label), _CHEMPROT if task == "chemprot" and label != NONE_LABEL else "")


def kind_words(kind: str) -> str:
    """What sort of thing a name means."""
    return KINDS.get(kind, kind)


def short_knowledge(state: KnowledgeState) -> str:
    """What knowledge says, in a word or two."""
    return KNOWLEDGE[state][1]


def knowledge_words(state: KnowledgeState) -> str:
    """Sign and words for what knowledge says."""
    sign, _short, words = KNOWLEDGE[state]
    return f"{sign} {words}"


def sure_words(relation: Relation) -> str:
    """The probability, and that it is too low to be relied on where it is."""
    share = percent(relation.probability)
    if relation.doubt is not None:
        # The figure is the student's, which overlooked the words: beside the doubt it would only mislead.
        return f"unsure: {doubt_words(relation.doubt)}"
    return f"{share}, unsure: not to be relied on" if relation.abstained else share


def doubt_words(doubt: Doubt) -> str:
    """What the words of a sentence hold against what the student read in it."""
    return DOUBTS[doubt][1]


def pair_of(sentence: ReadSentence, relation: Relation) -> tuple[Entity, Entity]:
    """The two names of a relation."""
    return sentence.entities[relation.first], sentence.entities[relation.second]


def shown_name(entity: Entity) -> str:
    """The name as written, with what it resolves to where that is another word."""
    if entity.name is None or entity.name.casefold() == entity.text.casefold():
        return entity.text
    return f"{entity.text} ({entity.name})"


def direction_words(sentence: ReadSentence, relation: Relation) -> str:
    """Whose exposure or effect changes and how, where the sentence states it, and how sure the student is where it alone reads it
    so; else empty."""
    if relation.direction is None:
        return ""
    ways: dict[Direction, str] = {
        "increase": "exposure or effect of {0} goes up",
        "decrease": "exposure or effect of {0} goes down",
    }
    # Without an object the direction alone stands: no name is guessed.
    whose = sentence.entities[relation.object].text if relation.object is not None else "one of the two"
    said = ways[relation.direction].format(whose)
    sure = relation.direction_probability
    return said if sure is None else f"as the student reads it ({percent(sure)} sure), {said}"


def no_direction_words(relation: Relation) -> str:
    """In the place of a direction: that none was read says nothing of the sentence, and some kinds of statements have none."""
    return "not read" if relation.task == "ddi" else "–"


def mechanism_words(relation: Relation) -> str:
    """The kinds of mechanism that the words name; empty where they name none."""
    return ", ".join(_MECHANISMS.get(kind, kind) for kind in relation.mechanisms)


def plural(count: int, one: str, more: str) -> str:
    """A count with its noun."""
    return f"{count} {one if count == 1 else more}"
