"""What trials and laboratories say of two medicines that is no interaction of theirs.

They tell of two as one treatment ("A plus B improved survival"), or of what each of them did ("both A and B reduced it"),
recommend one to those who were given the other before, and measure what the body makes itself ("plasma cortisol rose after A").
The student learned from texts that speak of interactions, and takes such sentences for some.

Measured on 468 such statements of reader 12 in sentences of trials and running text whose pairs a language model annotated
(training and development part of the corpus "interactions"): of those doubted here none of 34 was right, of all others 326 of
434; of 3,999 interactions of the DDI corpus' training and development parts a doubt here meets 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from engine.reading.model import Doubt, Entity

ADVICE, EFFECT, MECHANISM = "advise", "effect", "mechanism"
_BENEFIT, _INTERPLAY, _HARM, _JOINTLY = "benefit", "interplay", "harm", "jointly"
_ROLES = (_BENEFIT, _INTERPLAY, _HARM, _JOINTLY)
# All that stands between two that are one treatment; with "and" the words around must say so.
_PLUS = re.compile(r"\s*(?:plus|\+|[-–/]|combined with|in combination with|in conjunction with|added to)\s*", re.IGNORECASE)
_AND = re.compile(r"\s*(?:and|with)\s*", re.IGNORECASE)
_COMBINATION_OF = re.compile(
    r"\b(?:combinations?|combined (?:use|treatment|therapy)|mixtures?) (?:of|with)(?: [\w-]+){0,2} *\Z", re.IGNORECASE
)
_IN_COMBINATION = re.compile(r"[ -]*(?:in combination|combinations?|combined|mixtures?|regimens?|groups?|arms?)\b", re.IGNORECASE)
_OR = re.compile(r"\s*(?:and|or|as well as)\s*", re.IGNORECASE)
_BEGINS = re.compile(
    r"(?:\A|[.;:,] ?|\b(?:both|either|neither|that|how|while|whereas|found|results|conclusions?) )(?:the )?\Z", re.IGNORECASE
)
_ACTS = re.compile(
    r" (?:(?:also|each|both|may|can|were|are|have|had|has|\w+ly) )*(?:\w+ed|induce|inhibit|reduce|increase|decrease|cause|improve"
    r"|produce|are|were|had|block|enhance|suppress|stimulate)\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:previously (?:treated|managed) with|previously received|(?:prior|previous) (?:treatment|therapy)(?: with)?"
    r"|(?:who|that|have|had|has) failed|failure (?:of|with|on)|intoleran(?:t|ce) (?:of|to)|not respond\w* to|unresponsive to"
    r"|(?:inadequate|insufficient|poor) response to|respond inadequately to)\b[^.;]{0,80}\Z",
    re.IGNORECASE,
)
_NAIVE = re.compile(r"[ -]{0,3}na[iï]ve\b", re.IGNORECASE)
_AMOUNT = r"(?:levels?|concentrations?|secretion|release|excretion|production|synthesis|turnover|output|disappearance|formation)"
_AMOUNT_OF = re.compile(
    rf"\b(?:{_AMOUNT} of(?: (?:plasma|serum|urinary|circulating|both|free|total|the))*|plasma|serum|urinary|circulating|salivary)"
    r"(?: \w+ and)? *\Z",
    re.IGNORECASE,
)
_ITS_AMOUNT = re.compile(rf"[ ,]*{_AMOUNT}\b", re.IGNORECASE)


class TrialWords:
    """Words on which these doubts rest. `rows`: of a treatment of two, each a word or its beginning ("improv*") and its role:
    the good it did, or what it did in an experiment; how the two act on each other; harm; that they were given jointly. `body`:
    what the body makes itself, in small letters.

    Raises:
        KeyError: a role is not known.
    """

    def __init__(self, rows: Iterable[tuple[str, ...]], body: Iterable[str]) -> None:
        self._words: dict[str, list[str]] = {role: [] for role in _ROLES}
        for word, role in rows:
            self._words[role].append(re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else ""))
        self._body = frozenset(body)

    @cached_property
    def _benefit(self) -> re.Pattern[str]:
        return self._any_of(_BENEFIT)

    @cached_property
    def _interaction(self) -> re.Pattern[str]:
        return self._any_of(_INTERPLAY, _HARM)

    @cached_property
    def _jointly(self) -> re.Pattern[str]:
        return self._any_of(_JOINTLY)

    def _any_of(self, *roles: str) -> re.Pattern[str]:
        words = "|".join(word for role in roles for word in self._words[role])
        return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)

    def doubt(self, label: str, text: str, left: Entity, right: Entity) -> Doubt | None:
        """The doubt about a relation of two medicines, `left` first in the sentence, or None."""
        before, between, behind = text[: left.start], text[left.end : right.start], text[right.end :]
        if label == EFFECT and self._one_treatment(text, before, between, behind):
            return "together"
        if label == EFFECT and self._each(text, before, between, behind):
            return "apart"
        if label == ADVICE and _EARLIER.search(between) is not None:
            return "earlier"
        if label != MECHANISM and any(_NAIVE.match(text, one.end) is not None for one in (left, right)):
            return "earlier"
        if label == MECHANISM and any(self._measured(text, one) for one in (left, right)):
            return "measured"
        return None

    def _one_treatment(self, text: str, before: str, between: str, behind: str) -> bool:
        joined = _PLUS.fullmatch(between) is not None
        if not joined and _AND.fullmatch(between) is not None:
            joined = _COMBINATION_OF.search(before) is not None or _IN_COMBINATION.match(behind) is not None
        return joined and self._interaction.search(text) is None and self._benefit.search(text) is not None

    def _each(self, text: str, before: str, between: str, behind: str) -> bool:
        """Whether the two stand side by side before what they did."""
        if _OR.fullmatch(between) is None or _BEGINS.search(before) is None or _ACTS.match(behind) is None:
            return False
        return self._interaction.search(text) is None and self._jointly.search(text) is None

    def _measured(self, text: str, name: Entity) -> bool:
        if name.text.casefold() not in self._body:
            return False
        return _AMOUNT_OF.search(text[: name.start]) is not None or _ITS_AMOUNT.match(text, name.end) is not None
