"""The wording of explanations over facts: that of explanations over words, with facts in the place of words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from desktop.abstract.explanation.texts import say
from desktop.reasoning.words import direction_words, kind_words, severity_words_of
from engine.reports.reading_trust import signed, trust_lines, unstable_words, what_was_asked
from engine.reports.reading_weights import ranked

if TYPE_CHECKING:
    from engine.explain.model import Explanation, Method
    from engine.reasoning.language import Axis

translate = QCoreApplication.translate
CAUTION = (
    "This shows which facts moved the student's label. It does not show why the medicines interact, "
    "nor that the label or a fact is right."
)
# Texts of `engine.reports.reading_trust` that speak of words, as they are said of facts.
OF_FACTS: Mapping[str, str] = {
    "from {0} variants of the sentence": "from {0} choices of facts",
    "Unstable: the words are not shown, because they cannot be trusted here.": (
        "Unstable: the facts are not marked, because what moved the label cannot be trusted here."
    ),
    "A simple sum over the words gives back {0} of how the answer varies when words are left out.": (
        "A simple sum over the facts gives back {0} of how the label varies when facts are left out."
    ),
    "Without the fifth of the words that speak most for the class, the probability {0}; without random ones it {1}. {2}": (
        "Without the fifth of the facts that speak most for the class, the probability {0}; without random ones it {1}. {2}"
    ),
    "With that fifth alone (and the two names), the probability {0}; with as many random words it {1}. {2}": (
        "With that fifth alone, the probability {0}; with as many random facts it {1}. {2}"
    ),
    "Same words again": "Same facts again",
    "No chance takes part in this method: it gives the same words each time.": (
        "No chance takes part in this method: it gives the same facts each time."
    ),
    "Over runs with 5 seeds, on average {0} of the top five words are the same.": (
        "Over runs with 5 seeds, on average {0} of the top five facts are the same."
    ),
    "With another seed, about {0} of the top five words would be the same: an estimate from one run.": (
        "With another seed, about {0} of the top five facts would be the same: an estimate from one run."
    ),
}
ABOUT: dict[Method, str] = {
    "lime": "Facts are left out at random, and a simple sum over the facts is fitted to the labels.",
    "shapley": "The share of each fact in the label, over random orders of telling the facts.",
    "occlusion": "Each fact is left out once by itself; its weight is how far the probability falls.",
}
_MOST_FACTS = 10
_BLOCKS = 6


def say_of_facts(text: str) -> str:
    """A text on words of a sentence, said of facts, in the language of the window."""
    return say(OF_FACTS.get(text, text))


def part_words(part: Axis) -> str:
    """A part of the label."""
    known: dict[Axis, str] = {
        "severity": translate("Reasoning", "Severity"),
        "direction": translate("Reasoning", "Direction"),
        "mechanism": translate("Reasoning", "Mechanism"),
    }
    return known[part]


def class_words(part: Axis, label: str, names: tuple[str, str]) -> str:
    """A class of a part; the placeholders of the two medicines get their names."""
    if part == "severity":
        return severity_words_of(label)
    if part == "mechanism":
        return kind_words(label)
    side, _, change = label.partition("_")
    return direction_words(f"{names['AB'.index(side)]} {change}" if side in ("A", "B") else label)


def asked_words(explanation: Explanation, classed: str, seconds: float) -> str:
    """Class and probability, and how the explanation was made."""
    return what_was_asked(explanation, classed, seconds, say_of_facts)


def unstable_sentence(explanation: Explanation) -> str:
    """Why no facts are marked."""
    said = unstable_words(explanation, say_of_facts)
    # What the method itself remarks speaks of words, too.
    return f"✗ {said.replace('other words', 'other facts').replace('top words', 'top facts').replace('no word', 'no fact')}"


def below_html(explanation: Explanation) -> str:
    """Facts by weight (withheld where the explanation is unstable) and the figures of trust."""
    about = say(ABOUT[explanation.method]) if explanation.method in ABOUT else ""
    return f"<p>{escape(say(CAUTION))}</p><p>{escape(about)}</p>{_facts(explanation)}{_trust(explanation)}"


def _facts(explanation: Explanation) -> str:
    if not explanation.stable:
        return ""
    rows = []
    for fact in ranked(explanation)[:_MOST_FACTS]:
        sign = "▲" if fact.weight > 0 else "▽"
        blocks = ("■" if fact.weight > 0 else "□") * max(1, round(abs(fact.share) * _BLOCKS))
        rows.append(f"<li>{sign} {signed(fact.weight, 3)} {blocks} {escape(fact.word)}</li>")
    if not rows:
        return f"<p>{escape(translate('Reasoning', 'No fact has a weight.'))}</p>"
    key = translate("Reasoning", "▲ speaks for the class, ▽ against it.")
    title = translate("Reasoning", "Facts by weight")
    return f"<h4>{escape(title)}</h4><ol>{''.join(rows)}</ol><p>{escape(key)}</p>"


def _trust(explanation: Explanation) -> str:
    rows = [
        f"<li><b>{escape(line.name)}: {escape(line.figure)}.</b> {escape(line.sentence)}</li>"
        for line in trust_lines(explanation, say_of_facts)
    ]
    title = translate("Reasoning", "How far to trust it")
    return f"<h4>{escape(title)}</h4><ul>{''.join(rows)}</ul>" if rows else ""
