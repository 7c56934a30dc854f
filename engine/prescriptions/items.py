"""One line, once cut from its text, to one :class:`ParsedItem` with its possible parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from engine.prescriptions.model import ParsedItem, PartsKind, Sig
from engine.prescriptions.names import candidates, compound_names, exact_candidates, qualifies
from engine.prescriptions.negation import negated_runs
from engine.prescriptions.reading import STOPPED, read_sig
from engine.prescriptions.runs import Gap, Line, Run, gap_between
from engine.prescriptions.scan import Element, Scan
from engine.prescriptions.sig import is_dosing
from engine.prescriptions.terms import SigTerms
from engine.prescriptions.tokens import spread, tokenise

MAX_SEARCH_WORDS = 4
MAX_SEARCH_PARTS = 1_000
_SENTENCE_WORDS = 8
_SENTENCE_DENIALS = frozenset({"no", "not"})
# "K" or "Fe" among other words is too little to be taken for a medicine.
_SHORTEST_WORD = 3
_AMOUNT_KINDS = frozenset({"amount", "count", "pattern"})
_NO_SIG = Sig()
_NO_GAP = Gap("", "", 0)
_Segment = tuple[int, int, list[Run], Gap]
_AMOUNT_FIELDS = (
    *("strength_mg", "strengths_mg", "strength_value", "strength_unit", "strength_volume_ml"),
    *("dose_mg", "dose_value", "dose_unit", "dose_mg_per_day", "max_mg_per_day"),
)
_NO_AMOUNTS = {name: getattr(_NO_SIG, name) for name in _AMOUNT_FIELDS}
_SIG_FIELDS = tuple(field.name for field in fields(Sig))


def read_line(body: str, terms: SigTerms) -> Line:
    """Take a line in its matching form apart."""
    text = spread(body)
    return Line(Scan(text, tokenise(text, terms.begins), terms))


def parse_line(line: Line, line_number: int, written: str, remark: str = "") -> ParsedItem:
    """The item of a line that has at least one run; `written` is its text as the item shows it, `remark` what was cut off."""
    return replace(_Builder(line, line_number).item(), line=written, remark=remark)


def denial(name: str) -> str:
    """The sentence on a medicine of which the line says that it is not taken."""
    return f"“{name}”: the line says that it is not taken."


class _Builder:
    """Builds the items of one line."""

    def __init__(self, line: Line, line_number: int) -> None:
        self.line, self.scan, self.line_number = line, line.scan, line_number
        self.negated = negated_runs(line)

    def item(self) -> ParsedItem:
        main = [run for run in self.line.runs if run.place == "main"]
        if not main:
            main = [replace(run, place="main") for run in self.line.runs[:1]]
        if self._is_sentence(main):
            return self._search()
        return self._range(main, 0, len(self.scan.tokens))

    def _is_sentence(self, main: Sequence[Run]) -> bool:
        outside = [element for element in self.line.elements if not self.line.inside[element.start]]
        prose = sum(1 for element in outside if self._is_prose(element))
        words = sum(run.end - run.start for run in main)
        return prose >= 2 or (prose == 1 and len(main) > 1) or words > _SENTENCE_WORDS

    def _is_prose(self, element: Element) -> bool:
        alone = element.kind == "negation" and element.end - element.start == 1
        return element.kind == "prose" or (alone and self.scan.word(element.start) in _SENTENCE_DENIALS)

    def _range(self, main: Sequence[Run], start: int, end: int) -> ParsedItem:
        """The item of the tokens start to end, which hold these runs."""
        segments = self._segments(main, start, end)
        if len(segments) > 1:
            return self._groups(segments, start, end)
        elements = self.line.within(start, end)
        chosen = self._main_run(main, end)
        item = self._single(chosen, start, end, elements)
        others = [run for run in main if run != chosen]
        if item.parts_kind is None and others:
            return replace(item, parts=self._ngrams(others, with_sig=False), parts_kind="also")
        return item

    def _segments(self, main: Sequence[Run], start: int, end: int) -> list[_Segment]:
        """Cut where a sign of listing stands, or where a second name with its own amount begins."""
        cuts: list[tuple[int, Gap]] = []
        begin = start
        for before, after, beyond in zip(main, main[1:], [*main[2:], None], strict=False):
            gap = gap_between(self.line, before, after)
            limit = beyond.start if beyond is not None else end
            if gap.kind or (self._has_amount(begin, after.start) and self._starts_another(after, limit)):
                cuts.append((gap.cut, gap))
                begin = gap.cut
        bounds = [start, *(cut for cut, _ in cuts), end]
        gaps = [*(gap for _, gap in cuts), Gap("", "", end)]
        return [
            (low, high, [run for run in main if low <= run.start < high], gap)
            for low, high, gap in zip(bounds[:-1], bounds[1:], gaps, strict=True)
        ]

    def _has_amount(self, start: int, end: int) -> bool:
        return any(element.kind in _AMOUNT_KINDS for element in self.line.within(start, end))

    def _starts_another(self, run: Run, limit: int) -> bool:
        long_enough = max(len(self.scan.tokens[n].text) for n in range(run.start, run.end)) >= 4
        return long_enough and self._has_amount(run.end, limit)

    def _main_run(self, main: Sequence[Run], end: int) -> Run:
        """The first run that an amount follows before the next run; else the first ("HTN: lisinopril 10 mg")."""
        for run, following in zip(main, [*main[1:], None], strict=True):
            limit = following.start if following is not None else end
            if any(is_dosing(element) for element in self.line.within(run.end, limit)):
                return run
        return main[0]

    def _single(self, run: Run, start: int, end: int, elements: Sequence[Element]) -> ParsedItem:
        scan = self.scan
        beside = [
            other
            for other in self.line.runs
            if other.place == "bracket" and start <= other.start < end and other.start != run.start
        ]
        remarks = [other for other in beside if not self.line.is_plain_bracket(other)]
        brackets = tuple(self.line.text(r.start, r.end) for r in beside if r not in remarks)
        tail = next((e for e in elements if e.start == run.end and e.kind == "figures"), None)
        name = self.line.text(run.start, run.end)
        pieces = compound_names(name)
        used = [element for element in elements if element is not tail]
        item = self._made(
            read_sig(used, max(len(pieces), 1)),
            name_text=name,
            exact_candidates=exact_candidates(self.line, run, run, start, end),
            name_candidates=candidates(self.line, run, brackets if len(brackets) == 1 else (), tail),
            bracketed=brackets,
            words=(run.start, run.end),
            line=self.line.text(start, end).strip(" ,.-"),
            negated=run.start in self.negated,
        )
        item = replace(item, beside=self._beside(run))
        if tail is not None and not tail.joined:
            item = replace(item, notes=(*item.notes, f"{tail.values[0]:g} has no unit and was not used as a dose."))
        if any(scan.tokens[n].text == "PR" for n in range(run.start, run.end)):
            note = "“PR” can mean rectal or prolonged release; no route was read from it."
            item = replace(item, notes=(*item.notes, note))
        if pieces:
            return replace(item, parts=self._components(item, pieces), parts_kind="compound")
        if len(brackets) > 1:
            return replace(item, parts=self._components(item, brackets), parts_kind="list")
        if remarks:
            return replace(item, parts=self._ngrams(remarks, with_sig=False), parts_kind="also")
        return item

    def _beside(self, run: Run) -> tuple[ParsedItem, ...]:
        """Shorter stretches of a name of several words. Salt and release are no medicines where they stand beside a name."""
        if any(qualifies(self.scan, n, "link") for n in range(run.start, run.end)):
            return ()
        return tuple(
            part
            for part in self._ngrams([run], with_sig=False)
            if part.words != (run.start, run.end)
            and not all(qualifies(self.scan, n, "salt", "release") for n in range(*part.words))
        )

    def _components(self, item: ParsedItem, names: Sequence[str]) -> tuple[ParsedItem, ...]:
        """One part per component of a product; each has its own strength if as many are written."""
        return tuple(_component(self._named(item, name), n, len(names)) for n, name in enumerate(names))

    def _named(self, item: ParsedItem, name: str) -> ParsedItem:
        words = name.split()
        shorter = [" ".join(words[:length]) for length in range(len(words), 0, -1)]
        return replace(
            item,
            name_text=name,
            name_candidates=tuple(shorter),
            bracketed=(),
            beside=(),
            parts=(),
            parts_kind=None,
            notes=(),
        )

    def _groups(self, segments: Sequence[_Segment], start: int, end: int) -> ParsedItem:
        """ "Aspirin/dipyridamole 25/200 mg, warfarin": names joined as one product stay together within a longer list."""
        groups: list[list[_Segment]] = [[]]
        for segment in segments:
            groups[-1].append(segment)
            if segment[3].kind != "product":
                groups.append([])
        groups = [group for group in groups if group]
        if len(groups) in (1, len(segments)):
            return self._list(segments, start, end)
        parts = [
            self._list([*group[:-1], (*group[-1][:3], _NO_GAP)], group[0][0], group[-1][1])
            if len(group) > 1
            else self._range(group[0][2], group[0][0], group[0][1])
            for group in groups
        ]
        written = "".join(part.name_text + group[-1][3].text for part, group in zip(parts, groups, strict=True)).strip()
        item = self._made(
            Sig(),
            name_text=written,
            name_candidates=(),
            words=(segments[0][2][0].start, segments[-1][2][-1].end),
            line=self.line.text(start, end),
            parts=tuple(parts),
            parts_kind="list",
        )
        return replace(item, negated=all(part.negated for part in parts))

    def _list(self, segments: Sequence[_Segment], start: int, end: int) -> ParsedItem:
        """Several names: the whole, for a combination product, and the parts."""
        undosed = not any(is_dosing(element) for low, high, _, _ in segments[:-1] for element in self.line.within(low, high))
        elements = self.line.within(start, end)
        whole_sig = read_sig(elements, len(segments)) if undosed else Sig()
        one_product = undosed and (
            all(gap.kind == "product" for _, _, _, gap in segments[:-1]) or len(whole_sig.strengths_mg) == len(segments)
        )
        parts = [self._range(runs, low, high) for low, high, runs, _ in segments]
        if not undosed:
            parts = self._shared(parts, segments)
        if one_product:
            parts = [_component(with_sig(part, whole_sig), n, len(segments)) for n, part in enumerate(parts)]
        pairs = [(part.name_text, gap.text) for part, (_, _, _, gap) in zip(parts, segments, strict=True)]
        written = "".join(name + text for name, text in pairs).strip()
        plain = " / ".join(name for name, _ in pairs)
        if any(part.negated for part in parts):
            whole_sig = replace(whole_sig, notes=tuple(note for note in whole_sig.notes if note != STOPPED))
        item = self._made(
            whole_sig,
            name_text=written,
            exact_candidates=exact_candidates(self.line, segments[0][2][0], segments[-1][2][-1], start, end) if undosed else (),
            name_candidates=tuple(dict.fromkeys((written, plain))) if undosed else (),
            words=(segments[0][2][0].start, segments[-1][2][-1].end),
            line=self.line.text(start, end),
            parts=tuple(parts),
            # A comma or "and" stands for two medicines, even where a product of both is known.
            parts_kind="separate" if undosed and not one_product else "list",
        )
        # The sentence on it stands with each part.
        return replace(item, negated=all(part.negated for part in parts))

    def _shared(self, parts: list[ParsedItem], segments: Sequence[_Segment]) -> list[ParsedItem]:
        """ "Dorzolamide 2%/timolol 0.5% 1 drop bd": strengths of their own, and one route and schedule behind the last."""
        earlier = [e for low, high, _, _ in segments[:-1] for e in self.line.within(low, high)]
        if any(gap.text != "/" for _, _, _, gap in segments[:-1]) or any(e.kind != "amount" for e in earlier):
            return parts
        last = [e for e in self.line.within(segments[-1][0], segments[-1][1]) if e.kind != "amount"]
        return [
            with_sig(part, read_sig([*self.line.within(low, high), *last]))
            for part, (low, high, _, _) in zip(parts[:-1], segments[:-1], strict=True)
        ] + parts[-1:]

    def _search(self) -> ParsedItem:
        """A sentence: every run of its words, as far as nothing else explains them, may be a name."""
        runs = self.line.runs
        parts = self._ngrams(runs, with_sig=True)
        notes: tuple[str, ...] = ()
        if len(parts) >= MAX_SEARCH_PARTS:
            notes = ("The line is too long to search for every name in it.",)
        written = " ".join(self.line.text(run.start, run.end) for run in runs)
        return self._made(
            Sig(notes=notes),
            name_text=written,
            name_candidates=(written,),
            words=(0, len(self.scan.tokens)),
            line=self.scan.text,
            parts=parts,
            parts_kind="search",
        )

    def _ngrams(self, runs: Sequence[Run], with_sig: bool) -> tuple[ParsedItem, ...]:
        """Runs of one to four words, longest first; the dosing behind a run goes to those that end with it."""
        sigs = self._sigs(runs) if with_sig else {}
        spans = [
            (low, low + length, run)
            for length in range(MAX_SEARCH_WORDS, 0, -1)
            for run in runs
            for low in range(run.start, run.end - length + 1)
            if length > 1 or len(self.scan.tokens[low].text) >= _SHORTEST_WORD
        ]
        if len(spans) > MAX_SEARCH_PARTS:
            spans = spans[-MAX_SEARCH_PARTS:]
        return tuple(
            self._made(
                sigs.get(run.end, _NO_SIG) if high == run.end else _NO_SIG,
                name_text=self.line.text(low, high),
                name_candidates=(self.line.text(low, high),),
                words=(low, high),
                line=self.line.text(low, high),
                negated=run.start in self.negated,
            )
            for low, high, run in spans
        )

    def _sigs(self, runs: Sequence[Run]) -> dict[int, Sig]:
        found = {}
        for run, following in zip(runs, [*runs[1:], None], strict=True):
            limit = len(self.scan.tokens)
            if following is not None:
                limit = gap_between(self.line, run, following).cut
            elements = self.line.within(run.end, limit)
            if any(is_dosing(element) or element.kind in ("route", "form") for element in elements):
                found[run.end] = read_sig(elements)
        return found

    def _made(
        self,
        sig: Sig,
        *,
        name_text: str,
        name_candidates: tuple[str, ...],
        words: tuple[int, int],
        line: str,
        exact_candidates: tuple[str, ...] = (),
        bracketed: tuple[str, ...] = (),
        parts: tuple[ParsedItem, ...] = (),
        parts_kind: PartsKind | None = None,
        negated: bool = False,
    ) -> ParsedItem:
        bare = ParsedItem(
            line_number=self.line_number,
            line=line,
            name_text=name_text,
            exact_candidates=exact_candidates,
            name_candidates=name_candidates,
            bracketed=bracketed,
            words=words,
            parts=parts,
            parts_kind=parts_kind,
            negated=negated,
        )
        item = bare if sig is _NO_SIG else with_sig(bare, sig)
        if not negated and STOPPED not in item.notes:
            return item
        said = denial(name_text) if negated else f"“{name_text}”: {STOPPED}"
        return replace(item, notes=tuple(dict.fromkeys(said if note == STOPPED else note for note in (*item.notes, STOPPED))))


def with_sig(item: ParsedItem, sig: Sig) -> ParsedItem:
    """The item with another dose, route and schedule."""
    return replace(item, **{name: getattr(sig, name) for name in _SIG_FIELDS})


def _component(item: ParsedItem, index: int, count: int) -> ParsedItem:
    """The share of one component of `count`: its own strength and dose where the product's are written one by one."""
    strengths = item.strengths_mg
    if len(strengths) != count or strengths[0] <= 0:
        return replace(item, **_NO_AMOUNTS)
    share = strengths[index] / strengths[0]
    dose, daily = (None if figure is None else float(f"{figure * share:.12g}") for figure in (item.dose_mg, item.dose_mg_per_day))
    return replace(
        item,
        strength_mg=strengths[index],
        strengths_mg=(strengths[index],),
        strength_value=strengths[index],
        dose_mg=dose,
        dose_value=dose,
        dose_mg_per_day=daily,
        max_mg_per_day=None,
    )
