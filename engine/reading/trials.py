"""What trials and laboratories say of two medicines that is no interaction of theirs.

They tell of two as one treatment that did good ("A plus B improved survival"), recommend one to those who were given the other
before, and measure what the body makes itself ("plasma cortisol rose after A") or makes of a medicine ("the exposure of
ganciclovir after valganciclovir"). The student learned from texts that speak of interactions, and takes such sentences for some.

A true danger must not be lost here: whatever speaks of harm, of less effect or of warning leaves no such doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from engine.reading.model import Doubt, Entity

ADVICE, EFFECT, MECHANISM = "advise", "effect", "mechanism"
_BENEFIT, _INTERPLAY, _HARM, _WARNING = "benefit", "interplay", "harm", "warning"
_GIVEN = {"yes": True, "no": False}
_SPACED = re.compile(r" ?- ?")
_LEAST_NAME = 6
# What stands before or behind a name in that of its precursor, form or metabolite. Of those in the second line many are medicines
# of their own ("hydroxychloroquine", "noradrenaline"), so that they count only where the knowledge does not have both.
_BEFORE = re.compile(r"val|fos|des|(?:n-)?des?methyl|[ldsr]-")
_PERHAPS_BEFORE = re.compile(r"nor|(?:[\w,']+-)?hydroxy|oxo")
_BEHIND = re.compile(r"at|[ -](?:[\w,'-]+ ?)?(?:glucuronide|n-oxide|carboxylate|acid|sul(?:f|ph)ate|epoxide|metabolites?)")
_ROLES = (_BENEFIT, _INTERPLAY, _HARM, _WARNING)
# All that stands between two that are one treatment; with "and" the words around must say so.
_PLUS = re.compile(r"\s*(?:plus|\+|[-–]|combined with|in combination with|in conjunction with|added to)\s*", re.IGNORECASE)
_AND = re.compile(r"\s*(?:and|with)\s*", re.IGNORECASE)
_COMBINATION_OF = re.compile(
    r"\b(?:combinations?|combined (?:use|treatment|therapy)|mixtures?) (?:of|with)(?: [\w-]+){0,2} *\Z", re.IGNORECASE
)
_IN_COMBINATION = re.compile(r"[ -]*(?:in combination|combinations?|combined|mixtures?|regimens?|groups?|arms?)\b", re.IGNORECASE)
_RECOMMENDED = re.compile(
    r"\b(?:recommend\w*|indicated|approved|preferred|options? (?:for|in)|(?:first|second)-line)\b", re.IGNORECASE
)
# "Heart failure on" is no failed treatment, and who takes the other now did not only take it before.
_EARLIER = re.compile(
    r"\b(?:previously (?:treated|managed) with|previously received|(?:prior|previous) (?:treatment|therapy)(?: with)?"
    r"|(?:who|that|have|had|has) failed|after failure (?:of|with|on)|intoleran(?:t|ce) (?:of|to)|not respond\w* to"
    r"|unresponsive to|(?:inadequate|insufficient|poor) response to|respond inadequately to)\b"
    r"(?:(?!\b(?:who|taking|takes?|receiving|on)\b)[^.;]){0,80}\Z",
    re.IGNORECASE,
)
_NAIVE = re.compile(r"[ -]{0,3}na[iï]ve\b", re.IGNORECASE)
_AMOUNT = r"(?:levels?|concentrations?|secretion|release|excretion|production|synthesis|turnover|output|disappearance|formation)"
_AMOUNT_OF = re.compile(
    rf"\b(?:{_AMOUNT} of(?: (?:plasma|serum|urinary|circulating|both|free|total|the))*|plasma|serum|urinary|circulating|salivary)"
    r"(?: \w+ and)? *\Z",
    re.IGNORECASE,
)
# A hormone that is given is a medicine like others.
_GIVEN_NOW = re.compile(r"\b(?:infus\w*|replacement|bioavailab\w*|AUC|clearance|inject\w*)\b", re.IGNORECASE)
_ITS_AMOUNT = re.compile(rf"[ ,]*{_AMOUNT}\b", re.IGNORECASE)


class TrialWords:
    """Words on which these doubts rest. `rows`: of a treatment of two, each a word or its beginning ("improv*") and its role:
    the good it did; how the two act on each other, and less of an effect; harm; a warning. `body`: what the body makes itself, in
    small letters, and whether it is given as a medicine too ("yes", "no").

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
    def _warning(self) -> re.Pattern[str]:
        return self._any_of(_WARNING)

    def _any_of(self, *roles: str) -> re.Pattern[str]:
        words = "|".join(word for role in roles for word in self._words[role])
        return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)

    def doubt(self, label: str, text: str, left: Entity, right: Entity) -> Doubt | None:
        """The doubt about a relation of two medicines, `left` first in the sentence, or None."""
        before, between, behind = text[: left.start], text[left.end : right.start], text[right.end :]
        if label == EFFECT and self._one_treatment(text, before, between, behind):
            return "together"
        if label == ADVICE and self._recommended_after(text, between):
            return "earlier"
        if label == EFFECT and any(_NAIVE.match(text, one.end) is not None for one in (left, right)):
            return "earlier"
        if label == MECHANISM and any(self._measured(text, one) for one in (left, right)):
            return "measured"
        if label == MECHANISM and _one_substance(left, right):
            return "same"
        return None

    def _one_treatment(self, text: str, before: str, between: str, behind: str) -> bool:
        joined = _PLUS.fullmatch(between) is not None
        if not joined and _AND.fullmatch(between) is not None:
            joined = _COMBINATION_OF.search(before) is not None or _IN_COMBINATION.match(behind) is not None
        return joined and self._interaction.search(text) is None and self._benefit.search(text) is not None

    def _recommended_after(self, text: str, between: str) -> bool:
        if _EARLIER.search(between) is None or _RECOMMENDED.search(text) is None:
            return False
        return self._warning.search(text) is None

    def _measured(self, text: str, name: Entity) -> bool:
        given = self._given.get(_written(name))
        if given is None:
            return False
        if not given:
            return True
        if _GIVEN_NOW.search(text) is not None:
            return False
        return _AMOUNT_OF.search(text[: name.start]) is not None or _ITS_AMOUNT.match(text, name.end) is not None


def _written(name: Entity) -> str:
    return _SPACED.sub("-", name.text.casefold())


def _one_substance(one: Entity, other: Entity) -> bool:
    """Whether one name is made of the other: that of a precursor, form or metabolite. Of 293 pairs of names in the DDI corpus'
    training and development parts of which one begins or ends with the other none has a mechanism."""
    short, long = sorted((_written(one), _written(other)), key=len)
    if len(short) < _LEAST_NAME or short == long:
        return False
    if long.startswith(short):
        return _BEHIND.fullmatch(long.removeprefix(short)) is not None
    if not long.endswith(short):
        return False
    before = long.removesuffix(short)
    known = bool(one.substance_ids and other.substance_ids)
    return _BEFORE.fullmatch(before) is not None or (not known and _PERHAPS_BEFORE.fullmatch(before) is not None)
