"""Long fuzzing of parser, names and the whole check."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st

from engine.application import Application
from engine.checking import CheckOptions
from engine.errors import InputError
from engine.knowledge.resolve import Resolution, normal_form
from engine.prescriptions.cleaning import fragments, without_controls
from engine.prescriptions.parser import MAX_CHARACTERS, MAX_ITEMS, parse_prescription
from engine.prescriptions.recognise import NOT_RECOGNISED
from engine.report import Report, severity_rank, shortened_line
from tests.soak.material import Dealer, substance_names, written_names

pytestmark = pytest.mark.soak

Note = Callable[[str], None]
QUICK = CheckOptions(with_alternatives=False)
EXAMPLES = 1_500
CHECK_SECONDS = 60
RESOLVE_SECONDS = 20
# Twice the text in at most this many times the time: linear with room for a busy machine; a square would be 4.
MOST_GROWTH = 3.0
FLOOR_S = 0.05
SHAPES = {
    "one word": "a",
    "one line of doses": "warfarin 5 mg od, ",
    "headings": "Allergies: " + "penicillin 5 mg/kg/day 1-0-1 (rash) " * 10 + "\n",
    "long lines": "warfarin " + "5 mg/kg q4-6h 1/2-0-0-1 for 5/7 [" * 55 + "\n",
    "unknown long lines": "zzyzx " + "qwertz (asdf/yxcv) + " * 80 + "\n",
    "blank lines": " \t\n",
    "semicolons": ";",
    "controls": "\x00\x1b\u202e\u200b",
    "figures": "1 000 ",
    "fractions": "½ ¼ ",
    "brackets": "([{",
    "accents": "e\u0301",
    "ligatures": "ﷺ",
    "slashes": "1/2/",
    "dashes": "1-",
}


def whole(text: str) -> Counter[str]:
    """Lines of a text that are not blank, as the parser must account for them."""
    return Counter(fragment.text for fragment in fragments(without_controls(text)[0]))


def assert_nothing_lost(application: Application, text: str) -> None:
    parsed = parse_prescription(text, application.checker.sig_terms)
    kept = Counter(parsed.ignored)
    for item in parsed.items:
        kept.update(fragment.text for fragment in fragments(item.line))
    assert kept == whole(text)


def test_parser_accounts_for_every_line(application: Application, seed: int, note: Note) -> None:
    refused = 0

    @hypothesis_seed(seed)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(st.text(max_size=400), st.randoms(use_true_random=False).map(lambda chance: Dealer(chance).text(20))))
    def holds(text: str) -> None:
        nonlocal refused
        try:
            assert_nothing_lost(application, text)
        except InputError:
            refused += 1

    holds()
    note(f"{EXAMPLES} examples, {refused} refused")


@pytest.mark.parametrize("shape", SHAPES)
def test_parsing_takes_linear_time(application: Application, shape: str, note: Note) -> None:
    terms = application.checker.sig_terms

    def parse_s(size: int) -> float:
        text = (SHAPES[shape] * (size // len(SHAPES[shape]) + 1))[:size]
        started = time.process_time()
        with suppress(InputError):
            parse_prescription(text, terms)
        return time.process_time() - started

    times = [parse_s(MAX_CHARACTERS >> shift) for shift in (3, 2, 1, 0)]
    note(f"{times[-1]:.2f} s for 2 MB")
    for half, full in pairwise(times):
        assert full <= max(half * MOST_GROWTH, FLOOR_S), times
    with pytest.raises(InputError, match="longer"):
        parse_prescription("x" * (MAX_CHARACTERS + 1), terms)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_full_list_of_the_longest_lines_is_checked_in_seconds(application: Application, shape: str, note: Note) -> None:
    line = ("warfarin " + SHAPES[shape].strip("\n;\t ") * 2_000)[:1_999]
    started = time.process_time()
    report = application.check("\n\n".join([line] * 30), options=QUICK)
    seconds = time.process_time() - started
    note(f"{seconds:.2f} s for 30 lines of 2,000 signs")
    assert seconds < 20
    assert report.drugs or report.not_checked


def test_resolver_never_guesses(application: Application, dealer: Dealer, chance: random.Random, note: Note) -> None:
    resolver = application.checker.resolver
    ends, tried, guessed = time.monotonic() + RESOLVE_SECONDS, 0, 0
    while time.monotonic() < ends:
        name = dealer.name() if chance.random() < 0.7 else dealer.noise()
        found = resolver.resolve([name])
        tried += 1
        if not isinstance(found, Resolution):
            assert len(found.suggestions) <= 5
            continue
        if found.match == "spelling":
            guessed += 1
            assert not found.confirmed
            assert resolver.exact(name) is None
        else:
            assert normal_form(name) == normal_form(found.matched_name)
            assert found.confirmed == (found.match != "abbreviation")
    note(f"{tried} names, {guessed} by spelling")


def assert_report_holds(report: Report, text: str, application: Application) -> None:
    names = {drug.name for drug in report.drugs}
    lines = {drug.line for drug in report.drugs} | {row.line for row in report.not_checked}
    for item in parse_prescription(text, application.checker.sig_terms).items:
        assert shortened_line(item.line) in lines, item.line
    for finding in report.interactions:
        assert set(finding.drugs) <= names
        facts = {fact.id for fact in finding.facts}
        assert all(set(step.facts) <= facts for step in finding.rationale)
        assert finding.documented or severity_rank(finding.severity) >= severity_rank("major")
    for drug in report.drugs:
        assert drug.confirmed or drug.match in ("spelling", "abbreviation")
        assert drug.dose_mg is None or 0 <= drug.dose_mg < float("inf")
    unknown = [row for row in report.not_checked if row.reason == NOT_RECOGNISED]
    assert report.pairs_checked >= 0
    assert report.pairs_not_checked >= len(unknown) * len(report.drugs)
    assert report.notice
    written = report.model_dump_json()
    written.encode("utf-8")
    assert Report.model_validate_json(written) == report
    assert json.loads(written)["format"] == 1


def test_whole_check_on_random_lists(application: Application, dealer: Dealer, note: Note) -> None:
    ends, checked, refused, drugs, findings = time.monotonic() + CHECK_SECONDS, 0, 0, 0, 0
    while time.monotonic() < ends:
        text = dealer.text()
        try:
            report = application.check(text, options=QUICK if checked % 4 else None)
            assert_report_holds(report, text, application)
        except InputError:
            refused += 1
            continue
        except BaseException:
            print(f"text {text!r}")
            raise
        checked, drugs, findings = checked + 1, drugs + len(report.drugs), findings + len(report.interactions)
    assert checked > 100
    note(f"{checked} lists, {drugs} medicines, {findings} findings, {refused} refused")


def found_in(report: Report) -> set[tuple[frozenset[str], str, bool]]:
    return {(frozenset(one.drugs), one.severity, one.documented) for one in report.interactions}


def test_order_and_company_change_no_finding(application: Application, dealer: Dealer, chance: random.Random, note: Note) -> None:
    ends, tried = time.monotonic() + CHECK_SECONDS / 2, 0
    while time.monotonic() < ends:
        lines = [dealer.plain_medicine() for _ in range(chance.randint(2, 12))]
        alone = application.check("\n".join(lines), options=QUICK)
        assert application.check("\n".join(lines), options=QUICK) == alone
        shuffled = application.check("\n".join(chance.sample(lines, len(lines))), options=QUICK)
        assert found_in(shuffled) == found_in(alone), lines
        # A blank line ends what is written above, so that noise is not read as directions of the last medicine.
        noise = [dealer.noise() for _ in range(3)]
        joined = application.check("\n\n".join(["\n".join(lines), *noise]), options=QUICK)
        assert found_in(joined) >= found_in(alone), (lines, noise)
        tried += 1
    note(f"{tried} lists, each in three forms")


def test_five_hundred_medicines_are_the_most(application: Application, chance: random.Random) -> None:
    names = chance.sample(substance_names(), MAX_ITEMS + 1)
    with pytest.raises(InputError, match="500"):
        application.check("\n".join(f"{name} 5 mg" for name in names))
    with pytest.raises(InputError, match="500"):
        application.check(", ".join(f"{name} 5 mg" for name in names[:60]) + "\n" + "\n".join(f"{n} 5 mg" for n in names))
    assert len(written_names()) > MAX_ITEMS
