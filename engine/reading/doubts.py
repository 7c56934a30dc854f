"""Doubts from a sentence's own words: it denies what the student read, only asks it, or speaks of the two names apart.

The student was trained on sentences that state something, so it tends to overlook a "not". A statement against which the words
speak is never shown as a stated one. The words become one sign each (a table says which), and rules look where the signs stand
between and around the two names. A doubt too many costs a statement its certainty, a doubt too few is a wrong statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from engine.reading.asking import ADE, CHEMPROT, DDI
from engine.reading.cues import PhraseTable, words_of
from engine.reading.model import Doubt, Entity
from engine.reading.name_index import GROUP
from engine.reading.naming import DISEASE
from engine.reading.trials import ADVICE, TrialWords

_ALLOWED = "allowed"
_SIGNS = {
    # Denies what follows as far as the clause goes ("does not"), or only the words that stand right behind ("without").
    "not": "n",
    "no": "o",
    # Looks like a "not", and denies nothing: "not only", "should not be given".
    "passed": ".",
    # Only a question: "whether"; not known, of what stands before it; what a study is about: "to assess"; and what was found.
    "open": "?",
    "untested": "x",
    "studied": "s",
    "found": "f",
    # Sets two parts against each other ("whereas"), or turns within one ("but").
    "contrast": "!",
    "turn": "k",
    # Takes up a name of the part before: "; it may cause".
    "pronoun": "@",
    "joining": "&",
    "link": "w",
    "acts": "c",
    "inhibits": "i",
    "induces": "u",
    "lessens": "l",
    "eases": "t",
    "eased by": "T",
    "received": "r",
    "sufferers": "p",
    # Asked of advice alone: that no care is needed.
    _ALLOWED: "y",
}
_NAME, _OTHER = "E", "."
_PUNCTUATION = {",": ",", ";": ";", ":": ":", "(": "(", ")": ")", "[": "(", "]": ")"}
_BRACKETS = re.compile(r"\([^()]*\)")
# Between neighbours in a list: of the pairs that stand so in the DDI corpus, 7 of 1,887 are said to interact.
_LIST = frozenset({",", "or", ", or", ", and", "/"})
_ENDS = "[;!:,&Ek]"
_PARTS = "[;!k]"
_ACT = "[ciul]"
# "does not change X and increases Y": what follows is said for itself.
_NEW_ACT = re.compile(rf"[,&:][^no?]{{0,2}}{_ACT}")
# "without" reaches so many words far, and over no verb behind them.
_NARROW = 3
_DENIED_BEFORE, _DENIED_BEHIND = 8, 6
# "used for", "prevented X-induced", "reduced the": so few words before the disease.
_EASES = re.compile(r"t[.&,E]{0,5}(?:E\.u)?\Z|l\.{0,2}\Z")
_EASED = re.compile(r"[.&,E]{0,3}T[.&,E]{0,5}\Z")
# "pain relief": of 40 such pairs (with "pain-free") in sentences that train or tune, none is a harm.
_RELIEVED = re.compile(r"[ -]relief\b", re.IGNORECASE)
# "… which was attributed to renal failure": the disease is the cause. ("due to" stands as often before what made someone stop.)
_CAUSED_BY = re.compile(r"\b(?:attributed|attributable|secondary) to(?: \w+){0,2} ?\Z", re.IGNORECASE)
_UNLIKE = re.compile(r"!\.{0,2}\Z")
# "… received X", "… and taking X", or at once "on X".
_GIVEN = re.compile(r"(?:w|[.&,E]{0,4}r[^cEwkiul]{0,6})\Z")
# "X is metabolised by CYP3A4, and Y is an inhibitor of it": the second name begins something new, and is what acts there.
_BEGUN = re.compile(r"[,;][.&]{0,2}\Z")
_ACTING = re.compile(r"\.{0,4}[iu]")
# "Does X cause Y in children?" A title that asks behind a colon has often stated something before it.
_QUESTION = re.compile(
    r"\W*(?:do|does|did|is|are|was|were|can|could|may|might|should|will|would|has|have|had)\b.*\?\W*\Z", re.IGNORECASE | re.DOTALL
)
_LESS = frozenset({"INHIBITOR", "DOWNREGULATOR", "INDIRECT-DOWNREGULATOR", "ANTAGONIST"})
_MORE = frozenset({"UPREGULATOR", "INDIRECT-UPREGULATOR", "ACTIVATOR", "AGONIST"})
_LONGEST_VERB = 5
_PERHAPS_GENES = frozenset({"drug", "drug_n"})
# "PRAS40", "Bcl10": of 17 statements on such names in sentences that train or tune none was right. Not "PGE2", "OKT3" or "CCl4".
_GENE = re.compile(r"(?!PG|LT|TX|CPT|OKT|CoQ|Vit|Omega|PCV|PPSV|IFN|FOLF|NPH|HCTZ)[A-Z][A-Za-z]{2,}\d{1,2}[a-z]?")
_ELEMENTS = (
    "H|Li|B|C|N|O|F|Na|Mg|Al|Si|P|S|Cl|K|Ca|Ti|V|Cr|Mn|Fe|Co|Ni|Cu|Zn|As|Se|Br|Sr|Mo|Ag|Cd|Sn|Sb|I|Ba|La|Gd|W|Pt|Au|Hg|Tl|Pb|Bi"
)
_FORMULA = re.compile(rf"(?=.*[a-z]|[HK].*O\d)(?:(?:{_ELEMENTS})\d{{0,2}})+")
_EVEN = 0.5
# In 2,312 sentences of trials, running text and case reports 75 of 213 such names below it were none, above it 45 of 482.
_BY_BOTH = 0.7


class DoubtWords:
    """The words on which doubts rest. `rows`: phrase in small letters, and its role; `trials`: those of two treatments."""

    def __init__(self, rows: Iterable[tuple[str, ...]], trials: TrialWords) -> None:
        known = tuple(rows)
        self.trials = trials
        self.table = PhraseTable((phrase, _SIGNS[role]) for phrase, role in known if role != _ALLOWED)
        # Of a phrase with two roles ("is not contraindicated") advice takes this one: the last counts.
        ordered = sorted(known, key=lambda row: row[1] == _ALLOWED)
        self.advice = PhraseTable((phrase, _SIGNS[role]) for phrase, role in ordered)


class SentenceDoubts:
    """What the words of one sentence hold against a relation. `names`: its entities, in order."""

    def __init__(self, words: DoubtWords, text: str, names: Sequence[Entity]) -> None:
        self._text, self._names, self._words = text, names, words
        self._line, self._places = self._laid_out(words.table)

    def _laid_out(self, table: PhraseTable[str]) -> tuple[str, list[int]]:
        """The signs of the sentence, and the place of each name among them."""
        signs: list[str] = []
        places: list[int] = []
        at = 0
        for name in self._names:
            signs += _signs(table, self._text[at : name.start])
            places.append(len(signs))
            signs.append(_NAME)
            at = name.end
        # A bracket holds no clause of its own: "[TVP1012; …]".
        line = "".join([*signs, *_signs(table, self._text[at:])])
        return _BRACKETS.sub(lambda match: match.group().replace(";", ","), line), places

    def of(self, task: str, label: str, first: int, second: int) -> Doubt | None:
        """The doubt about a relation of two names (their places among the names), or None."""
        left, right = sorted((first, second))
        if task == DDI and self._between(left, right).strip() in _LIST:
            return "listed"
        if _QUESTION.match(self._text) is not None:
            return "asked"
        if label == ADVICE:
            # "should not be given with" denies nothing; "may be used together without dose adjustment" does.
            return "denied" if self._allowed(left, right) else self._of_the_two(task, label, left, right)
        low, high = self._places[left], self._places[right]
        if self._denied(low, high) or (task == CHEMPROT and self._other_way(label, low, high)):
            return "denied"
        if self._asked(low, high, "?s" if task == DDI else "?"):
            return "asked"
        # "Unlike A, B increased C": nothing of it is said of A.
        if _UNLIKE.search(self._line[:low]) is not None and "," in self._line[low:high]:
            return "apart"
        if re.search(f"{'!' if task == DDI else '[;!]'}(?!.{{0,2}}@)", self._line[low:high]) is not None:
            return "apart"
        if label == "SUBSTRATE" and _BEGUN.search(self._line[low + 1 : high]) and _ACTING.match(self._line, high + 1):
            return "apart"
        if task == ADE and self._names[right].kind == DISEASE and _CAUSED_BY.search(self._between(left, right)) is not None:
            return "apart"
        if task == ADE and (self._relieved(left, right) or self._treated(low, high, self._names[left].kind == DISEASE)):
            return "treated"
        return self._of_the_two(task, label, left, right)

    def _of_the_two(self, task: str, label: str, left: int, right: int) -> Doubt | None:
        """Where the words speak against nothing: what the two are, or are to each other in a trial."""
        two = self._names[left], self._names[right]
        if any(map(_hardly_a_name, two)):
            return "name"
        return self._words.trials.doubt(label, self._text, *two) if task == DDI else None

    def _between(self, left: int, right: int) -> str:
        return self._text[self._names[left].end : self._names[right].start]

    @cached_property
    def _advice(self) -> tuple[str, list[int]]:
        """As :attr:`_line` and :attr:`_places`, with what says that no care is needed; most sentences hold no advice."""
        return self._laid_out(self._words.advice)

    def _allowed(self, left: int, right: int) -> bool:
        """Whether the part of the sentence in which both names stand says that no care is needed."""
        line, places = self._advice
        low, high = places[left], places[right]
        if re.search(_PARTS, line[low:high]) is not None:
            return False
        return "y" in re.split(_PARTS, line[:low])[-1] + line[low:high] + re.split(_PARTS, line[high:])[0]

    def _denied(self, low: int, high: int) -> bool:
        between = self._line[low + 1 : high]
        return self._denies(between) or self._denied_before(low, between) or self._denied_behind(low, high)

    @staticmethod
    def _denies(words: str) -> bool:
        """Whether a "not" among the words reaches to their end."""
        last = max(words.rfind("n"), words.rfind("o"))
        if last < 0:
            return False
        after = words[last + 1 :]
        if re.search(_PARTS, after) is not None:
            return False
        if words[last] == "o":
            return "," not in after and re.search(_ACT, after[_NARROW:]) is None
        return _NEW_ACT.search(after) is None

    def _denied_before(self, low: int, between: str) -> bool:
        """ "There was no evidence that A …" """
        before = re.split(_ENDS, self._line[max(0, low - _DENIED_BEFORE) : low])[-1]
        place = max(before.rfind("n"), before.rfind("o"))
        if place < 0 or re.search(_PARTS, between) is not None or _NEW_ACT.search(between) is not None:
            return False
        return before[place] == "n" or re.search(_ACT, before[place + _NARROW :] + between) is None

    def _denied_behind(self, low: int, high: int) -> bool:
        """ "The levels of A and of B were not changed": before anything is said of them."""
        behind = re.split(_ENDS, self._line[high + 1 : high + 1 + _DENIED_BEHIND])[0]
        found = re.search("[no]", behind)
        if found is None:
            return False
        said = re.split(_PARTS, self._line[low:high])[-1] + behind[: found.start()]
        return re.search(_ACT, said) is None

    def _asked(self, low: int, high: int, openings: str) -> bool:
        before = re.split("[;!:]", self._line[:high])[-1]
        place = max(before.rfind(sign) for sign in openings)
        if place >= 0 and "f" not in before[place:]:
            return True
        behind = re.split(_ENDS, self._line[high + 1 : high + 1 + _DENIED_BEHIND])[0]
        found = re.search(f"[x{openings}]", behind)
        return found is not None and re.search(_ACT, self._line[low:high] + behind[: found.start()]) is None

    def _other_way(self, label: str, low: int, high: int) -> bool:
        """Whether the only verb between says that a protein gets more where the student read less, or the reverse."""
        between = self._line[low + 1 : high]
        verbs = re.findall("[ciultT]", between)
        if len(verbs) != 1 or len(between) > _LONGEST_VERB or "E" in between:
            return False
        return (label in _LESS and verbs == ["u"]) or (label in _MORE and verbs == ["i"])

    def _relieved(self, left: int, right: int) -> bool:
        """Whether a complaint of the two is told of as gone."""
        diseases = [one for one in (self._names[left], self._names[right]) if one.kind == DISEASE]
        return any(_RELIEVED.match(self._text, one.end) is not None for one in diseases)

    def _treated(self, low: int, high: int, disease_first: bool) -> bool:
        between = self._line[low + 1 : high]
        if not disease_first:
            return _EASES.search(between) is not None
        sufferers = self._line[:low].rstrip(".")[-1:] == "p" and _GIVEN.match(between) is not None
        return sufferers or _EASED.match(between) is not None


def _hardly_a_name(name: Entity) -> bool:
    """Whether the student alone takes it for a name of its kind, and too likely it is none. That a group is not resolved says
    nothing: none is. What looks like a gene is hardly a medicine. The head of medicines learned from texts that speak of little
    else; in others it takes "empiric" for a brand, where the head of chemicals sees nothing."""
    if name.source != "student" or name.substance_ids or name.kind == GROUP or name.probability is None:
        return False
    if name.kind in _PERHAPS_GENES and _GENE.fullmatch(name.text) is not None and _FORMULA.fullmatch(name.text) is None:
        return True
    if name.chemical_probability is None:
        return name.probability < _EVEN
    return (name.probability + name.chemical_probability) / 2 < _BY_BOTH


def _signs(table: PhraseTable[str], text: str) -> list[str]:
    found: list[str] = []
    tokens = words_of(text)
    place = 0
    while place < len(tokens):
        length, sign = table.at(tokens, place)
        found.append(sign or _PUNCTUATION.get(tokens[place], _OTHER))
        place += length
    return found
