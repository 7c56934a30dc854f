"""What the page says of a relation: its class, how sure that is, and what knowledge says to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.widgets.severity import LOOKS, word_of
from engine.reports.reading_words import DOUBTS, KNOWLEDGE, doubt_words, label_meaning, label_words, short_knowledge

if TYPE_CHECKING:
    from engine.reading.batch_model import RelationRow
    from engine.reading.model import Entity, KnowledgeState, ReadSentence, Relation
    from engine.report import Severity


def _tr(text: str) -> str:
    return QCoreApplication.translate("Relations", text)


def class_words(task: str, label: str) -> str:
    """What a sentence states of two names, in a few words; exports say the same."""
    return _tr(label_words(task, label))


def class_meaning(task: str, label: str) -> str:
    """What a class means, in one sentence."""
    meaning = label_meaning(task, label)
    return _tr(meaning) if meaning else _tr("A kind of relation that the student has learned and this page has no words for.")


def percent_words(probability: float) -> str:
    """A probability in per cent; never 100 or 0, since none of them is certain."""
    if probability > 0.99:
        return _tr("over 99 %")
    if probability < 0.01:
        return _tr("under 1 %")
    return _tr("{0} %").format(round(100 * probability))


def doubt_sentence(relation: Relation | RelationRow) -> str:
    """What the words of the sentence hold against the relation; empty where nothing does."""
    return _tr(doubt_words(relation.doubt)) if relation.doubt is not None else ""


def probability_words(relation: Relation | RelationRow) -> str:
    """How sure the student is; a relation that is too unsure to be said is called so."""
    if relation.doubt is not None:
        return _tr("unsure: {0}").format(_tr(DOUBTS[relation.doubt][0]))
    words = percent_words(relation.probability)
    return _tr("unsure, {0}").format(words) if relation.abstained else words


def knowledge_sign(state: KnowledgeState) -> str:
    """One sign of what knowledge says; exports draw the same."""
    return KNOWLEDGE[state][0]


def knowledge_words(state: KnowledgeState) -> str:
    """What knowledge says, in a word or two."""
    return _tr(short_knowledge(state))


def knowledge_sentence(relation: Relation, names: tuple[str, str]) -> str:
    """What knowledge says to a relation, in a sentence that claims no more than it knows."""
    protein = relation.task == "chemprot"
    if relation.knowledge == "not_compared":
        if relation.task == "ade":
            return _tr("Not compared: knowledge here holds no list of adverse effects.")
        return _tr("Not compared: knowledge here holds no relations of this kind.")
    if relation.knowledge == "documented" and protein:
        return _tr("A source at hand documents this role of the medicine: {0} and {1}.").format(*names)
    if relation.knowledge == "documented":
        return _tr("A source at hand documents an interaction of {0} and {1}.").format(*names)
    if relation.knowledge == "other_object" and relation.object is None:
        return _tr(
            "A source at hand documents an interaction of {0} and {1}, but perhaps as a change of the other medicine than the"
            " words of the sentence: read both before you act."
        ).format(*names)
    if relation.knowledge == "other_object":
        changed, other = names if relation.object == relation.first else (names[1], names[0])
        return _tr(
            "A source at hand documents an interaction of {0} and {1}, but as a change of {1}, not of {0}, or the sentence was"
            " misread: read both before you act."
        ).format(changed, other)
    if relation.knowledge == "other_direction" and protein:
        return _tr(
            "A source at hand documents the opposite role of {0} and {1}, or the sentence, which is shown as unsure, was misread:"
            " read both before you act."
        ).format(*names)
    if relation.knowledge == "other_direction":
        return _tr(
            "A source at hand documents an interaction of {0} and {1} with the other direction. Both may be right, since the"
            " level and the effect of a medicine may part, or the sentence was misread: read both before you act."
        ).format(*names)
    if relation.knowledge == "contradicted":
        return _tr("A source at hand says otherwise of {0} and {1}: read both before you act.").format(*names)
    if relation.knowledge == "no_record":
        absent = _tr("Neither documented nor denied by the sources at hand. Absence there is no proof.")
        more = "" if protein else _tr(" Mechanisms are not compared here: check the pair to see what they say.")
        return absent + more
    if protein:
        return _tr("Not checked against knowledge: it does not hold this medicine, or this enzyme or transporter.")
    return _tr(
        "Not checked against knowledge: a name is a group of which it does not speak as a whole, or no medicine of which it holds"
        " interactions."
    )


def severity_word(severity: Severity | None) -> str:
    """The word of a severity; empty without one."""
    return word_of(LOOKS[severity]) if severity is not None else ""


def names_of(sentence: ReadSentence, relation: Relation) -> tuple[str, str]:
    """The two names as they stand in the text."""
    return sentence.entities[relation.first].text, sentence.entities[relation.second].text


def title_of(sentence: ReadSentence, relation: Relation) -> str:
    """The two names in one line."""
    return _tr("{0} and {1}").format(*names_of(sentence, relation))


def known_name(entity: Entity) -> str:
    """The preferred name of what a name in the text means; the name itself where it is not known."""
    return entity.name or entity.text


def direction_words(sentence: ReadSentence, relation: Relation) -> str:
    """Which of the two changes, and how, where the sentence states it, and whether only the student reads it so; empty where it
    does not."""
    if relation.direction is None:
        return ""
    words = {"increase": _tr("goes up"), "decrease": _tr("goes down")}[relation.direction]
    if relation.object is None:
        return _tr("Exposure or effect {0}; the sentence does not say of which.").format(words)
    said = _tr("Exposure or effect of {0} {1}.").format(sentence.entities[relation.object].text, words)
    sure = relation.direction_probability
    if sure is None:
        return said
    return _tr("As the student reads it ({0} sure): {1}").format(percent_words(sure), said)
