"""Direction and mechanism, only where the words of a sentence state them.

The words of a sentence become one sign each (a table says which), its medicines another, and patterns over the signs find
statements: "cimetidine increases the plasma levels of phenytoin", "the clearance of these was reduced by fluvoxamine". A
direction is the outcome: less metabolism is more exposure. A statement that is negated, reversed ("discontinuation of"), or
whose cause is not plain, states nothing here; two statements that differ cancel each other. A wrong one is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.reading.model import Direction

Value = TypeVar("Value")
_TOKEN = re.compile(r"[^\W\d_][\w'/\-]*(?:\.[^\W\d_](?=\W|\Z))*|\d[\d.,]*|[^\w\s]")
_LONGEST_PHRASE = 7
# A sign for each role of the table.
_SIGNS = {
    "up": "U",
    "down": "D",
    "prolong": "L",
    "inhibit": "N",
    "induce": "G",
    "potentiate": "P",
    "antagonise": "T",
    "exposure": "X",
    "clearance": "C",
    "effect": "F",
    "absorption": "A",
    "of": "o",
    "in": "i",
    "by": "b",
    "with": "w",
    "cause": "h",
    "not": "n",
    "reverse": "q",
    "other": "z",
    "break": "k",
    "that": "r",
    "list": "l",
    "and": "&",
    "be": "v",
    "plain": "a",
    "-": ".",
}
_NAME, _COMMA, _BREAK, _OTHER, _PLAIN = "E", ",", ";", ".", "a"
_PUNCTUATION = {",": _COMMA, ";": _BREAK, ":": ":", "(": "(", ")": ")", "/": "&", "%": _PLAIN, "[": "(", "]": ")", "~": _PLAIN}
_NOUNS = "[XCFA]a*(?:[,&]+a*[XCFA]a*)*"
_OBJECT = rf"(?:{_NOUNS}oa*E|a*Ea*{_NOUNS})"
# The change stands before what changes: "increases the levels of", "an increase in", "increased levels of".
_BEFORE = re.compile(rf"(?P<change>[UDLNGPT])[av]*(?:ia*)?(?P<object>{_OBJECT})")
# … or behind it: "the clearance of … was reduced", "levels fell".
_BEHIND = re.compile(rf"(?P<object>{_OBJECT})(?P<between>[av,.&()XCFAri]{{0,12}}?)(?P<change>[UDLN])")
# "may potentiate phenytoin": the medicine itself is what changes.
_BARE = re.compile(r"(?P<change>[PT])a*(?P<object>E)(?!a*[XCFA])")
# "attenuated the increase in": what comes of a change of a change is not told by either word.
_CHANGED = re.compile(r"[UDLNGPT]a*\Z")
# … nor by "the increase … was counteracted".
_UNDONE = re.compile(r"[a.]{0,3}v[av.]{0,3}[NT]")
# Two names at a comma are two clauses as often as a list ("unlike A, B increased", "of A, and B reduces it"), but in brackets.
_NO_LIST = re.compile(r"E,+&*a*E")
# "enhanced as well as diminished effects"
_BOTH_WAYS = re.compile(r"[ULGP][a,]*&a*[DNT]|[DNT][a,]*&a*[ULGP]")
_ALONE = re.compile(r"(?:b?a+)?[bw]")
_LISTED = re.compile(r"[a.,]{0,6}l[a:;,(]*(?P<cause>E)")
_MARKED = re.compile(r"[bw][^E:;kUDLNGPThlrXC]{0,10}E")
_RELATIVE = re.compile(r"(?P<name>E[a,.()]{0,4})?r[av,.]{0,5}\Z")
_DIRECTIONS: dict[str, Direction] = {"U": "increase", "D": "decrease", "L": "increase", "P": "increase", "T": "decrease"}
_OPPOSITE: dict[Direction, Direction] = {"increase": "decrease", "decrease": "increase"}
_VERBS_ALONE = frozenset({"rose", "rises", "fell", "falls", "declined", "dropped", "higher", "lower", "greater"})
# "higher when it was given 4 hours before cholestyramine than when both were given together": of two ways to take both.
_COMPARATIVES = frozenset({"higher", "lower", "greater", "larger", "smaller"})
_OFFSETS = frozenset({"before", "prior", "earlier", "later", "apart", "hour", "hours", "h", "minutes", "min"})
_COMPARED_WITH = frozenset({"than", "compared", "versus", "vs"})
# So many words before a mechanism, at most, deny it.
_DENIAL = 6
_STOPS = frozenset(";:k")
_ARTICLES = frozenset({"a", "an"})
# "the potentiating action of hydroxyzine" is not an action that is potentiated.
_ATTRIBUTES = ("ing", "ment", "tion", "ism")


@dataclass(frozen=True, slots=True)
class Stated:
    """What a sentence states of a pair: which of the two changes (its place among the names) and how; nothing by default.

    `exposure`: whether its levels are spoken of, rather than its effect alone. `probability`: where only the student reads it so;
    None where the words say it. `withheld`: something is said of the pair, but denied, reversed or in two ways.
    """

    object: int | None = None
    direction: Direction | None = None
    exposure: bool = False
    probability: float | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class _Statement:
    causes: frozenset[str]
    objects: frozenset[str]
    direction: Direction
    exposure: bool


def words_of(text: str) -> list[str]:
    """The words, numbers and signs of a text, in small letters."""
    return [token.lower() for token in _TOKEN.findall(text)]


class PhraseTable(Generic[Value]):
    """Phrases of several words with what each stands for; the longest one that stands at a place counts."""

    def __init__(self, rows: Iterable[tuple[str, Value]]) -> None:
        self._phrases: dict[str, Value] = {}
        self._beginnings: dict[str, int] = {}
        for phrase, value in rows:
            words = _TOKEN.findall(phrase)
            self._phrases[" ".join(words)] = value
            self._beginnings[words[0]] = max(self._beginnings.get(words[0], 0), len(words))

    def at(self, words: Sequence[str], place: int) -> tuple[int, Value | None]:
        """(words taken, what they stand for) at a place."""
        for length in range(min(self._beginnings.get(words[place], 0), _LONGEST_PHRASE), 0, -1):
            found = self._phrases.get(" ".join(words[place : place + length]))
            if found is not None:
                return length, found
        return 1, None


class CueWords:
    """The table of cue words: phrase in small letters, its role, and the mechanism that it names ("-" for none)."""

    def __init__(self, rows: Iterable[tuple[str, ...]]) -> None:
        self._table = PhraseTable((phrase, (_SIGNS[role], mechanism)) for phrase, role, mechanism in rows)

    def at(self, words: Sequence[str], place: int) -> tuple[int, str, str]:
        """(words taken, sign, mechanism) of the longest phrase at a place."""
        length, found = self._table.at(words, place)
        sign, mechanism = found or (_OTHER, "-")
        return length, sign, mechanism


class SentenceCues:
    """What one sentence states. `names`: half-open offsets of the medicines, in order, and a key that is the same for two
    mentions of one medicine."""

    def __init__(self, words: CueWords, text: str, names: Sequence[tuple[int, int, str]]) -> None:
        self._keys = [key for _start, _end, key in names]
        self._signs: list[str] = []
        self._held: list[tuple[str, ...]] = []
        self._words: list[str] = []
        self._mechanisms: list[tuple[int, str]] = []
        self._places: list[int] = []
        self._lay_out(words, text, names)
        self._join_lists()
        self._line = "".join(self._signs)
        # What a denied or reversed statement speaks of.
        self._silenced: set[str] = set()
        self._statements = tuple(self._found())

    def stated(self, first: int, second: int) -> Stated:
        """Object and direction of a pair of names."""
        keys = self._keys[first], self._keys[second]
        found = [
            (place, one)
            for place, obj, cause in ((first, *keys), (second, *keys[::-1]))
            for one in self._statements
            if obj in one.objects and cause in one.causes and obj not in one.causes
        ]
        if len({(place, one.direction) for place, one in found}) != 1:
            return Stated(withheld=bool(found) or not self._silenced.isdisjoint(keys))
        place, one = found[0]
        return Stated(place, one.direction, any(statement.exposure for _place, statement in found))

    def mechanisms(self, first: int, second: int, label: str) -> tuple[str, ...]:
        """Kinds of mechanism that the words name around both names, kinetic ones for "mechanism", others for "effect"."""
        wanted = {"mechanism": "pk.", "effect": "pd."}.get(label, "p")
        low, high = sorted((self._places[first], self._places[second]))
        found = [kind for place, kind in self._mechanisms if self._same_part(low, high, place) and kind.startswith(wanted)]
        return tuple(dict.fromkeys(found))

    def _same_part(self, low: int, high: int, place: int) -> bool:
        """Whether a word stands in the same part of the sentence as both names, and is not denied."""
        part = self._plain_line[min(low, place) : max(high, place)]
        before = re.split("[,;:k]", self._plain_line[max(0, place - _DENIAL) : place])[-1]
        return _BREAK not in part and "n" not in before

    def _lay_out(self, words: CueWords, text: str, names: Sequence[tuple[int, int, str]]) -> None:
        """One sign a word; a name is one word."""
        tokens: list[tuple[str, tuple[str, ...]]] = []
        at = 0
        for start, end, key in names:
            tokens += [(word, ()) for word in words_of(text[at:start])]
            tokens.append((_NAME, (key,)))
            at = end
        tokens += [(word, ()) for word in words_of(text[at:])]
        plain = [word for word, _held in tokens]
        place = 0
        while place < len(tokens):
            word, held = tokens[place]
            length, sign, mechanism = 1, _NAME, "-"
            if held:
                self._places.append(len(self._signs))
            else:
                length, sign, mechanism = words.at(plain, place)
                if sign == _OTHER:
                    sign = _PUNCTUATION.get(word, _PLAIN if word[0].isdigit() else _OTHER)
            if mechanism != "-":
                self._mechanisms.append((len(self._signs), mechanism))
            self._signs.append(sign)
            self._words.append(word)
            self._held.append(held)
            place += length
        self._plain_line = "".join(self._signs)

    def _join_lists(self) -> None:
        """ "A, B, and C", "A (B)", "A, such as B": one sign that holds all of them."""
        listed = r"E(?:[,&]+a*E)+"
        for pattern in (listed, r"E,?\(?l,?a*E\)?", r"E\(E\)", listed):
            line = "".join(self._signs)
            for match in reversed(list(re.finditer(pattern, line))):
                start, end = match.span()
                # "…, and an iodine deficiency" begins something new.
                if not _ARTICLES.isdisjoint(self._words[start:end]):
                    continue
                bracketed = line[start - 1 : start] in ("(", "l") or line[end : end + 1] == ")"
                if pattern is listed and not bracketed and _NO_LIST.fullmatch(match.group()) is not None:
                    continue
                held = tuple(key for part in self._held[start:end] for key in part)
                self._signs[start:end], self._held[start:end], self._words[start:end] = [_NAME], [held], [_NAME]

    def _found(self) -> Iterable[_Statement]:
        for pattern, behind in ((_BEFORE, False), (_BEHIND, True), (_BARE, False)):
            for match in pattern.finditer(self._line):
                direction = self._direction(match)
                if direction is None or (behind and not self._is_passive(match)):
                    continue
                objects = frozenset(self._keys_in(*match.span("object")))
                if self._is_denied(match):
                    self._silenced |= objects
                    continue
                causes = self._causes(match, objects, behind)
                if causes:
                    exposure = not {"X", "C", "A"}.isdisjoint(match.group("object"))
                    yield _Statement(causes, objects, direction, exposure)

    def _direction(self, match: re.Match[str]) -> Direction | None:
        """The outcome for the object, or None where the two words do not go together."""
        change, nouns = match.group("change"), set(match.group("object")) & set("XCFA")
        if "C" in nouns and len(nouns) > 1:
            return None
        place = match.start("change")
        if _CHANGED.search(self._line, 0, place) is not None:
            return None
        if self._line[place + 1 : place + 2] == "F" and self._words[place].endswith(_ATTRIBUTES):
            return None
        if _BOTH_WAYS.search(self._line, max(0, place - 6), place + 7):
            return None
        if change in "NG":
            if nouns == {"C"}:
                return "increase" if change == "N" else "decrease"
            return "decrease" if change == "N" and nouns <= {"F", "A"} else None
        if change == "L":
            # What takes longer to be cleared stays longer.
            return None if "A" in nouns else "increase"
        direction = _DIRECTIONS[change]
        return _OPPOSITE[direction] if nouns == {"C"} else direction

    def _is_passive(self, match: re.Match[str]) -> bool:
        word = self._words[match.start("change")]
        if word in _VERBS_ALONE or ("v" in match.group("between") and word.endswith("ed")):
            return True
        # Levels that "increased by 40 % with erythromycin".
        return _ALONE.match(self._line, match.end()) is not None

    def _keys_in(self, start: int, end: int) -> list[str]:
        return [key for part in self._held[start:end] for key in part]

    def _clause(self, start: int, end: int) -> tuple[int, int]:
        left, right = start, end
        while left > 0 and self._line[left - 1] not in _STOPS:
            left -= 1
        while right < len(self._line) and self._line[right] not in _STOPS:
            right += 1
        return left, right

    def _is_denied(self, match: re.Match[str]) -> bool:
        """Whether its part of the sentence denies or reverses a statement, says that something was done about the change, or
        compares two times at which the other medicine was taken."""
        left, right = self._clause(*match.span())
        clause = self._line[left:right]
        denied = "n" in clause or "q" in clause or _UNDONE.match(self._line, match.end()) is not None
        return denied or self._compares_times(match.start("change"), right)

    def _compares_times(self, change: int, end: int) -> bool:
        """Whether more or less of a medicine is what one time brings, against another."""
        if self._words[change] not in _COMPARATIVES:
            return False
        words = self._words[change:end]
        compared = next((place for place, word in enumerate(words) if word in _COMPARED_WITH), 0)
        return not _OFFSETS.isdisjoint(words[:compared])

    def _causes(self, match: re.Match[str], objects: frozenset[str], behind: bool) -> frozenset[str]:
        """The medicines that bring the change about; none where that is not plain."""
        left, right = self._clause(*match.span())
        if match.re is _BEFORE and (related := _RELATIVE.search(self._line, left, match.start())) is not None:
            listed = _LISTED.match(self._line, match.end())
            if listed is not None:
                return frozenset(self._keys_in(*listed.span("cause"))) - objects
            # "drugs that increase …" without their names; "cimetidine, which increases …" has one.
            if related.group("name") is None:
                return frozenset()
        marked = _MARKED.search(self._line, match.end(), right)
        said = self._lists(marked.start(), right, objects) if marked is not None else set()
        before = self._line[left : match.start()]
        if not behind or (not said and re.search("[wb]", before)):
            said |= self._lists(left, match.start(), objects)
        return next(iter(said)) if len(said) == 1 else frozenset()

    def _lists(self, start: int, end: int, objects: frozenset[str]) -> set[frozenset[str]]:
        """The lists of names in a stretch, without the object; more than one leave the cause open."""
        lists = (frozenset(self._held[place]) - objects for place in range(start, end))
        return {one for one in lists if one}
