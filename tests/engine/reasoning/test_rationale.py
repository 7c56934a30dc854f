"""Rationales over the real knowledge: every step of every finding is supported by the facts that it lists."""

import random

import pytest

from engine.application import Application
from engine.checking import CheckOptions
from engine.report import Interaction

LISTS = 100
MEDICINES_IN_A_LIST = 12
NO_ALTERNATIVES = CheckOptions(with_alternatives=False)


@pytest.fixture(scope="module")
def findings(application: Application) -> list[Interaction]:
    """Findings of lists drawn by a fixed seed from everything that is known."""
    generator = random.Random(20261121)
    names = sorted(row.name for row in application.store.all_substances() if row.kind == "medicine")
    found: list[Interaction] = []
    for _ in range(LISTS):
        text = "\n".join(generator.sample(names, MEDICINES_IN_A_LIST))
        found.extend(application.check(text, options=NO_ALTERNATIVES).interactions)
    return found


def test_every_step_is_supported(findings: list[Interaction]) -> None:
    assert len(findings) > 200
    unsupported = [(one.drugs, step) for one in findings for step in one.rationale if step.status != "supported"]
    assert not unsupported


def test_steps_and_levels_cite_facts_that_are_listed(findings: list[Interaction]) -> None:
    for finding in findings:
        listed = {fact.id for fact in finding.facts}
        cited = {fact for step in finding.rationale for fact in step.facts} | {row.fact for row in finding.source_level}
        assert cited
        assert cited <= listed
        assert len({fact.key for fact in finding.facts}) == len(finding.facts)


def test_order_of_steps(findings: list[Interaction]) -> None:
    rank = {"pk": 0, "pd": 1, "unknown": 1, "incompatibility": 1, "net_effect": 2, "severity": 3, "management": 4}
    for finding in findings:
        order = [rank[step.step.split(".")[0]] for step in finding.rationale]
        assert order == sorted(order), finding.drugs


def test_ceilings_of_inferred_findings(findings: list[Interaction]) -> None:
    inferred = [one for one in findings if not one.documented]
    assert inferred
    assert all(one.severity != "contraindicated" for one in inferred)
    assert all(one.evidence == "mechanism" for one in inferred)
    assert not any(one.source_level for one in inferred)


def test_object_precipitant_and_direction_belong_together(findings: list[Interaction]) -> None:
    for finding in findings:
        assert (finding.object is None) == (finding.precipitant is None)
        if finding.object is None:
            continue
        assert {finding.object, finding.precipitant} == set(finding.drugs)
        assert finding.direction is not None


def test_words_hold_no_code(findings: list[Interaction]) -> None:
    for finding in findings:
        for text in (finding.effect, finding.management, *(step.text for step in finding.rationale)):
            assert "_" not in text
            assert "{" not in text
            assert "  " not in text
