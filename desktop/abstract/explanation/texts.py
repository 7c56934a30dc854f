"""What stands below the sentence: the words in order with their numbers, and the figures of trust, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.abstract.relations_words import class_words
from engine.reports.reading_trust import (
    METHODS,
    MODES,
    about_method,
    method_words,
    mode_words,
    signed,
    trust_lines,
    unstable_words,
)
from engine.reports.reading_weights import TOP_WORDS, ranked, shared_top

if TYPE_CHECKING:
    from engine.explain.model import Explanation
    from engine.reading.model import Relation

_MOST_WORDS = 12
_BLOCKS = 6


def say(text: str) -> str:
    """A text of the engine in the language of the window."""
    return QCoreApplication.translate("Explanation", text)


def choice_words(task: str, label: str) -> str:
    """A class that an explanation can be asked for."""
    if label == "none":
        return QCoreApplication.translate("Explanation", "No statement")
    return class_words(task, label)


def class_choices(relation: Relation) -> dict[object, str]:
    """Every class of a relation's head, the relation's own first."""
    labels = [relation.label, *(label for label, _share in relation.probabilities if label != relation.label)]
    return {label: choice_words(relation.task, label) for label in labels}


def mode_choices() -> dict[object, str]:
    """How thorough an explanation can be."""
    said = QCoreApplication.translate("Explanation", "Mode: {0}")
    return {mode: said.format(mode_words(mode, say)) for mode in MODES}


def method_choices() -> dict[object, str]:
    """The methods by name."""
    said = QCoreApplication.translate("Explanation", "Method: {0}")
    return {method: said.format(method_words(method, say)) for method in METHODS}


def below_html(explanation: Explanation) -> str:
    """Words by weight (withheld where the explanation is unstable) and the figures of trust."""
    return f"<p>{escape(about_method(explanation.method, say))}</p>{_words(explanation)}{_trust(explanation)}"


def unstable_sentence(explanation: Explanation) -> str:
    """Why no words are shown."""
    return f"✗ {unstable_words(explanation, say)}"


def _words(explanation: Explanation) -> str:
    if not explanation.stable:
        return ""
    translate = QCoreApplication.translate
    words = ranked(explanation)
    if not words:
        return f"<p>{escape(translate('Explanation', 'No word has a weight.'))}</p>"
    rows = []
    for number, word in enumerate(words[:_MOST_WORDS], start=1):
        sign = "▲" if word.weight > 0 else "▽"
        blocks = ("■" if word.weight > 0 else "□") * max(1, round(abs(word.share) * _BLOCKS))
        cells = (f"{number}.", f"<b>{escape(word.word)}</b>", signed(word.weight, 3), f"{sign}&nbsp;{blocks}")
        rows.append("<tr>" + "".join(f"<td>{cell}&nbsp;</td>" for cell in cells) + "</tr>")
    key = translate("Explanation", "▲ speaks for the class, ▽ against it.")
    more = len(words) - _MOST_WORDS
    if more > 0:
        key += " " + translate("Explanation", "Words with a smaller weight: {0}.").format(more)
    title = escape(translate("Explanation", "Words by weight"))
    return f'<h4>{title}</h4><table cellspacing="0" cellpadding="1">{"".join(rows)}</table><p>{escape(key)}</p>'


def _trust(explanation: Explanation) -> str:
    lines = trust_lines(explanation, say)
    if not lines:
        return ""
    rows = (f"<li><b>{escape(line.name)}: {escape(line.figure)}.</b> {escape(line.sentence)}</li>" for line in lines)
    title = escape(QCoreApplication.translate("Explanation", "How far to trust it"))
    return f"<h4>{title}</h4><ul>{''.join(rows)}</ul>"


def shared_words(explanations: Sequence[Explanation]) -> str:
    """What two explanations have in common, in a sentence; empty where there are not two."""
    if len(explanations) != 2:
        return ""
    translate = QCoreApplication.translate
    one, other = explanations
    if not (one.stable and other.stable):
        return translate("Explanation", "Not compared: an unstable explanation names no words.")
    found = shared_top(one, other)
    most = min(TOP_WORDS, max(len(ranked(one)), len(ranked(other))))
    if not found:
        return translate("Explanation", "Of the top {0} words, the two have none in common.").format(most)
    said = translate("Explanation", "Of the top {0} words, both have {1}: {2}.")
    caution = translate("Explanation", "Weights of different methods are on different scales: compare the order.")
    return f"{said.format(most, len(found), ', '.join(found))} {caution}"
