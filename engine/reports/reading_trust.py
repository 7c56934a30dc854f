"""The wording of explanations: what one is and is not, and what each figure of trust says. The same on screen and in exports.

Imports nothing heavy: the window reads it. Each function takes `say`, which translates a fixed text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.reports.reading_words import percent

if TYPE_CHECKING:
    from engine.explain.model import Explanation, Method, Mode

Say = Callable[[str], str]


def as_it_is(text: str) -> str:
    """The `say` of exports, which are in English."""
    return text


# What no explanation may be read without.
CAUTION = (
    "This shows which words moved the student's answer. It does not show why the medicines interact, "
    "nor that the sentence or the answer is right."
)
UNSTABLE = "unstable"
METHODS: dict[Method, str] = {"lime": "LIME", "shapley": "Shapley values", "attention": "Attention", "occlusion": "Occlusion"}
ABOUT: dict[Method, str] = {
    "lime": "Words are left out at random, and a simple sum over the words is fitted to the answers.",
    "shapley": "The share of each word in the answer, over random orders of putting the words in.",
    "attention": "Where the student looked, over all its layers. Looking is not the same as being moved: "
    "these weights have no sign, and are the same for each class.",
    "occlusion": "Each word is left out once by itself; its weight is how far the probability falls.",
}
MODES: dict[Mode, str] = {"quick": "quick", "full": "full"}


@dataclass(frozen=True, slots=True)
class TrustLine:
    """A figure of trust: its name, its value, and what that says in plain words."""

    name: str
    figure: str
    sentence: str


def method_words(method: Method, say: Say = as_it_is) -> str:
    """A method by name."""
    return say(METHODS[method])


def about_method(method: Method, say: Say = as_it_is) -> str:
    """How a method finds its weights, and what its weights do not mean."""
    return say(ABOUT[method])


def mode_words(mode: Mode, say: Say = as_it_is) -> str:
    """A mode in a word."""
    return say(MODES[mode])


def what_was_asked(explanation: Explanation, class_words: str, seconds: float | None = None, say: Say = as_it_is) -> str:
    """Class and probability, samples, seed, and the seconds it took where they are known."""
    parts = [
        say("Class “{0}”: {1}").format(class_words, percent(explanation.probability)),
        say("from {0} variants of the sentence").format(explanation.samples),
        say("seed {0}").format(explanation.seed),
    ]
    if seconds is not None:
        parts.append(say("{0} s").format(f"{seconds:.1f}"))
    return " · ".join(parts)


def unstable_words(explanation: Explanation, say: Say = as_it_is) -> str:
    """Why the words are withheld."""
    said = say("Unstable: the words are not shown, because they cannot be trusted here.")
    # The remark begins with the word that the method uses itself.
    begins = explanation.remark.casefold().startswith(UNSTABLE)
    why = explanation.remark[len(UNSTABLE) if begins else 0 :].lstrip(" :;,.").strip()
    return f"{said} {_sentence(why)}" if why else said


def trust_lines(explanation: Explanation, say: Say = as_it_is) -> tuple[TrustLine, ...]:
    """Each figure of trust with its sentence; none where there was no word to measure."""
    trust = explanation.trust
    if all(explanation.fixed):
        return ()
    lines = []
    if trust.local_fit is not None:
        told = say("A simple sum over the words gives back {0} of how the answer varies when words are left out.")
        share = percent(trust.local_fit) if trust.local_fit >= 0 else say("nothing")
        lines.append(TrustLine(say("Local fit"), f"{trust.local_fit:.2f}", told.format(share)))
    removed, at_random = trust.comprehensiveness, trust.random_comprehensiveness
    more = say("That is more than chance.") if removed > at_random else say("That is no more than chance.")
    told = say(
        "Without the fifth of the words that speak most for the class, the probability {0}; without random ones it {1}. {2}"
    )
    lines.append(
        TrustLine(
            say("Comprehensiveness"),
            say("{0}, random {1}").format(signed(removed), signed(at_random)),
            told.format(_moved(removed, say), _moved(at_random, say), more),
        )
    )
    kept, at_random = trust.sufficiency, trust.random_sufficiency
    more = say("That is better than chance.") if kept < at_random else say("That is no better than chance.")
    told = say("With that fifth alone (and the two names), the probability {0}; with as many random words it {1}. {2}")
    lines.append(
        TrustLine(
            say("Sufficiency"),
            say("{0}, random {1}").format(signed(kept), signed(at_random)),
            told.format(_moved(kept, say), _moved(at_random, say), more),
        )
    )
    lines.append(_overlap(trust.top_overlap, explanation.mode, say))
    return tuple(lines)


def _overlap(overlap: float | None, mode: Mode, say: Say) -> TrustLine:
    name = say("Same words again")
    if overlap is None:
        return TrustLine(name, "–", say("No chance takes part in this method: it gives the same words each time."))
    told = say("Over runs with 5 seeds, on average {0} of the top five words are the same.")
    if mode == "quick":
        told = say("With another seed, about {0} of the top five words would be the same: an estimate from one run.")
    return TrustLine(name, f"{overlap:.2f}", told.format(f"{overlap * 100:.0f} %"))


def signed(figure: float, digits: int = 2) -> str:
    """A figure with its sign, and a minus that is one."""
    return f"{figure:+.{digits}f}".replace("-", "−")


def _moved(fall: float, say: Say) -> str:
    """A fall of the probability in words."""
    points = round(abs(fall) * 100)
    if not points:
        return say("stays as it is")
    told = say("falls by {0} points of 100") if fall > 0 else say("rises by {0} points of 100")
    return told.format(points)


def _sentence(text: str) -> str:
    ended = text if text.endswith((".", "!", "?")) else f"{text}."
    return ended[:1].upper() + ended[1:]
