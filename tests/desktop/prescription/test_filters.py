"""Filters hide only what they say, count it, and never hide a contraindicated pair."""

from hypothesis import given
from hypothesis import strategies as st

from desktop.prescription.filters import (
    RANKS,
    Facets,
    Filter,
    filter_of,
    medicines_of,
    sift,
    without_medicine_that_left,
)
from desktop.widgets.severity import LOOKS
from engine.application import Application
from engine.checking import CheckOptions
from engine.report import SEVERITY_ORDER
from engine.settings import Settings

KINDS = ("pk.metabolism", "pk.transport", "pd.additive", "unknown")
MEDICINES = ("a", "b", "c", "d")
severities = st.sampled_from(SEVERITY_ORDER)
facets = st.builds(
    Facets,
    pair=st.tuples(st.integers(0, 3), st.integers(4, 6)),
    severity=severities,
    documented=st.booleans(),
    mechanisms=st.frozensets(st.sampled_from(KINDS)),
    medicines=st.frozensets(st.sampled_from(MEDICINES), min_size=1, max_size=2),
)
filters = st.builds(
    Filter,
    least_severity=severities,
    medicine=st.none() | st.sampled_from((*MEDICINES, "gone")),
    mechanism=st.none() | st.sampled_from((*KINDS, "pk", "pd")),
    documented=st.booleans(),
    inferred=st.booleans(),
)


def test_severities_are_ranked_as_everywhere() -> None:
    assert tuple(RANKS) == tuple(LOOKS) == SEVERITY_ORDER
    assert list(RANKS.values()) == sorted(RANKS.values())


@given(st.lists(facets, max_size=30), filters)
def test_shown_and_hidden_are_all_pairs_once(findings: list[Facets], wanted: Filter) -> None:
    sifted = sift(findings, wanted)
    shown = [findings[pair.head].pair for pair in sifted.shown]
    hidden = [findings[place].pair for place in sifted.hidden]
    assert sorted(shown + hidden) == sorted({finding.pair for finding in findings})
    places = [place for pair in sifted.shown for place in (pair.head, *pair.more, *pair.beyond)]
    places += [place for place, finding in enumerate(findings) if finding.pair in hidden]
    assert sorted(places) == list(range(len(findings)))


@given(st.lists(facets, max_size=30), filters)
def test_what_is_hidden_is_unwanted_and_not_contraindicated(findings: list[Facets], wanted: Filter) -> None:
    sifted = sift(findings, wanted)
    for place in sifted.hidden:
        same = [finding for finding in findings if finding.pair == findings[place].pair]
        assert not any(wanted.passes(finding) or finding.severity == "contraindicated" for finding in same)
    for pair in sifted.shown:
        head = findings[pair.head]
        assert pair.outside is not wanted.passes(head)
        assert not pair.outside or head.severity == "contraindicated"
        assert all(not wanted.passes(findings[place]) for place in pair.beyond)


@given(st.lists(facets, max_size=30), filters)
def test_the_worst_stands_first(findings: list[Facets], wanted: Filter) -> None:
    shown = sift(findings, wanted).shown
    ranks = [RANKS[findings[pair.head].severity] for pair in shown]
    assert ranks == sorted(ranks)
    for pair in shown:
        assert all(RANKS[findings[pair.head].severity] <= RANKS[findings[place].severity] for place in pair.more)


@given(st.lists(facets, max_size=30))
def test_no_filter_hides_nothing(findings: list[Facets]) -> None:
    sifted = sift(findings, Filter())
    assert not Filter().active
    assert not sifted.hidden
    assert not any(pair.beyond or pair.outside for pair in sifted.shown)


def test_a_first_part_of_a_mechanism_stands_for_all_its_kinds() -> None:
    finding = Facets((0, 1), "major", True, frozenset({"pk.metabolism"}), frozenset({"a", "b"}))
    assert Filter(mechanism="pk").passes(finding)
    assert Filter(mechanism="pk.metabolism").passes(finding)
    assert not Filter(mechanism="pk.meta").passes(finding)
    assert not Filter(mechanism="pd").passes(finding)


def test_the_settings_say_where_to_begin() -> None:
    assert filter_of(Settings()) == Filter()
    chosen = Settings(least_severity="major", show_inferred=False)
    assert filter_of(chosen) == Filter("major", documented=True, inferred=False)


def test_a_medicine_that_left_takes_its_filter_with_it(application: Application) -> None:
    report = application.check("warfarin 5 mg\namiodarone 200 mg", options=CheckOptions(with_alternatives=False))
    names = medicines_of(report)
    assert list(names.values()) == ["amiodarone", "warfarin"]
    for substance in names:
        assert without_medicine_that_left(Filter("major", substance), report) == Filter("major", substance)
    assert without_medicine_that_left(Filter("major", "gone"), report) == Filter("major")
    assert without_medicine_that_left(Filter("major"), report) == Filter("major")
