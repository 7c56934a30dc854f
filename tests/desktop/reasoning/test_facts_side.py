"""Which facts moved the label: marked and weighed as words are, with the figures of trust, by the labeller or the reasoner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.abstract.explanation.explainer import Step
from desktop.reasoning.fact_words import OF_FACTS, say_of_facts
from engine.application import Application
from engine.reports import reading_trust
from tests.desktop.reasoning.bench import LIST, Bench
from tests.engine.reasoning.scripted import Script, with_reasoner

PAIR = ("simvastatin", "clarithromycin")
# The codes that carry the label, and small ones that differ, so that the order is sure.
ADDS = {"strong": 3.0, "sensitive": 2.0, "route": 0.5, "narrow_therapeutic_index=yes": 0.3, "high": -0.5, "low": -0.2}


@pytest.fixture
def make_bench(qtbot: QtBot, application: Application) -> Iterator[Callable[[Script | None, bool], Bench]]:
    made: list[Bench] = []

    def make(script: Script | None, labeller: bool) -> Bench:
        bench = Bench(qtbot, with_reasoner(application, script, ADDS if labeller else None))
        made.append(bench)
        bench.check(LIST)
        bench.choose(*PAIR)
        return bench

    yield make
    for bench in made:
        bench.close()


def explained(bench: Bench) -> str:
    """Ask, wait for the explanation, and read all."""
    bench.panel.facts.wanted.setChecked(True)
    bench.qtbot.waitUntil(lambda: bench.panel.facts.explainer.step is Step.DONE, timeout=60_000)
    bench.rest()
    return bench.text


def test_the_labellers_facts_are_marked_and_weighed(make_bench: Callable[[Script | None, bool], Bench]) -> None:
    bench = make_bench(Script(), True)
    text = explained(bench)
    side = bench.panel.facts
    assert side.explanation is not None
    assert side.explanation.stable, side.explanation.remark
    assert any("strong inhibitor of CYP3A4" in fact for fact in side.picture.coloured)
    assert "Class “■ Contraindicated”:" in text
    for wanted in (
        "This shows which facts moved the student's label.",
        "Facts are left out at random",
        "Facts by weight",
        "How far to trust it",
        "Local fit:",
        "Comprehensiveness:",
        "Sufficiency:",
        "Same facts again:",
        "choices of facts",
    ):
        assert wanted in text, wanted
    assert "word" not in text.lower()
    # Heaviest first, numbered as beside the finding; three facts say "strong" or "sensitive", and any of these may lead.
    leading = [line for line in text.splitlines() if "▲ +" in line][:3]
    assert any("Clarithromycin is a strong inhibitor of" in line for line in leading)


def test_every_text_on_words_is_said_of_facts() -> None:
    source = Path(reading_trust.__file__).read_text(encoding="utf-8").replace('"\n        "', "")
    for words, facts in OF_FACTS.items():
        assert words in source, words
        assert say_of_facts(words) == facts
        assert "word" not in facts


def test_the_reasoner_explains_on_demand_by_its_own_label(make_bench: Callable[[Script | None, bool], Bench]) -> None:
    script = Script()
    bench = make_bench(script, False)
    bench.panel.facts.method.setCurrentIndex(bench.panel.facts.method.findData("occlusion"))
    bench.panel.facts.part.setCurrentIndex(bench.panel.facts.part.findData("direction"))
    text = explained(bench)
    assert "exposure or effect of simvastatin goes up”: 89 %" in text
    assert bench.panel.facts.source.currentText() == "By the reasoner (slow)"
    assert len(script.asked) > 10


def test_without_a_reasoner_the_labeller_still_explains(make_bench: Callable[[Script | None, bool], Bench]) -> None:
    bench = make_bench(None, True)
    assert "No student that explains findings is installed" in bench.text
    assert "Facts by weight" in explained(bench)


def test_another_finding_is_explained_anew_and_nothing_is_left_of_the_first(
    make_bench: Callable[[Script | None, bool], Bench],
) -> None:
    bench = make_bench(Script(), True)
    explained(bench)
    bench.choose("warfarin", "acetylsalicylic acid")
    assert "strong inhibitor of CYP3A4" not in bench.text
    bench.qtbot.waitUntil(lambda: bench.panel.facts.explainer.step is Step.DONE, timeout=60_000)
    bench.rest()
    assert "Warfarin" in "\n".join(bench.panel.facts.picture.text.split("\u2028"))


def test_stop_shows_nothing_and_again_explains(make_bench: Callable[[Script | None, bool], Bench]) -> None:
    script = Script(hold=lambda: len(script.asked) > 3)
    bench = make_bench(script, False)
    side = bench.panel.facts
    side.wanted.setChecked(True)
    bench.qtbot.waitUntil(lambda: len(script.asked) > 3, timeout=20_000)
    bench.qtbot.waitUntil(side.line.stop_button.isVisible, timeout=5_000)
    side.line.stop_button.click()
    assert "Stopped. Nothing of it is shown." in bench.text
    bench.qtbot.waitUntil(lambda: "closed" in script.ended, timeout=5_000)
    script.hold = lambda: False
    side.method.setCurrentIndex(side.method.findData("occlusion"))
    assert "Facts by weight" in explained(bench) or "Unstable" in bench.text
