"""What trials and laboratories say of two medicines that is no interaction of theirs.

They tell of two as one treatment ("A plus B improved survival"), or of what each of them did ("both A and B reduced it"),
recommend one to those who were given the other before, and measure what the body makes itself ("plasma cortisol rose after A")
or makes of a medicine ("the exposure of ganciclovir after valganciclovir"). The student learned from texts that speak of
interactions, and takes such sentences for some.

Measured with reader 12 on sentences of trials and running text whose pairs a language model annotated (training and development
part of the corpus "interactions", by which the rules were found): of 46 statements doubted here none was right, of the other 422
326. On the judging part, never looked at: 2 of 31 wrong ones doubted, and none of 42 right ones; none of 1,353 told of the DDI
corpus' test and development parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from engine.reading.model import Doubt, Entity

ADVICE, EFFECT, MECHANISM = "advise", "effect", "mechanism"
_BENEFIT, _INTERPLAY, _HARM, _JOINTLY = "benefit", "interplay", "harm", "jointly"
_GIVEN = {"yes": True, "no": False}
_SPACED = re.compile(r"\s*-\s*")
# A name within another is a word of it, or longer than what stands before it by more than a syllable.
_LEAST_NAME, _LEAST_MORE = 6, 3
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
    what the body makes itself, in small letters, and whether it is given as a medicine too ("yes", "no").

    Raises:
        KeyError: a role is not known.
    """

    def __init__(self, rows: Iterable[tuple[str, ...]], body: Iterable[tuple[str, ...]]) -> None:
        self._words: dict[str, list[str]] = {role: [] for role in _ROLES}
        for word, role in rows:
            self._words[role].append(re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else ""))
        self._given = {name: _GIVEN[given] for name, given in body}

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
        if label == MECHANISM and _one_substance(*map(_written, (left, right))):
            return "same"
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
        given = self._given.get(_written(name))
        if given is None or not given:
            return given is not None
        return _AMOUNT_OF.search(text[: name.start]) is not None or _ITS_AMOUNT.match(text, name.end) is not None


def _written(name: Entity) -> str:
    return _SPACED.sub("-", name.text.casefold())


def _one_substance(one: str, other: str) -> bool:
    """Whether one name is the other with more words or syllables: a form, a metabolite or a precursor of it. Of 293 pairs of such
    names in the DDI corpus' training and development parts none has a mechanism."""
    short, long = sorted((one, other), key=len)
    more = long.removesuffix(short)
    if len(short) < _LEAST_NAME or short == long:
        return False
    return long.startswith(short) or (more != long and (len(more) >= _LEAST_MORE or more[-1] in "- "))
