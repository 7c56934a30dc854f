"""A long list of common medicines: the student is asked about every pair, and what is said of "all" is true."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from engine.application import Application
from engine.reasoning.language import Answer, Label
from tests.desktop.reasoning.bench import Bench
from tests.engine.reasoning.scripted import Prompt, Script, with_reasoner

MEDICINES = (
    "warfarin;simvastatin;clarithromycin;aspirin;amiodarone;digoxin;furosemide;spironolactone;ramipril;ibuprofen;sertraline;"
    "tramadol;fluconazole;carbamazepine;phenytoin;citalopram;haloperidol;quetiapine;lithium;ciprofloxacin"
)
# A busy machine may take a tenth of a second for each pair.
PATIENCE_MS = 120_000


class SaysNothing(Script):
    """Of every pair, that nothing happens: the shortest answer, which the facts of any pair allow."""

    def answer(self, prompt: Prompt) -> Answer:
        """A label of none, and no step."""
        return Answer(Label("none", "none", "none"), ())


def test_no_pair_of_a_long_list_is_left_out(qtbot: QtBot, application: Application) -> None:
    script = SaysNothing()
    bench = Bench(qtbot, with_reasoner(application, script))
    bench.check(MEDICINES.replace(";", "\n"))
    pairs = len({frozenset(one.rows) for one in bench.report.interactions})
    assert pairs > 100
    assert bench.panel.explain_all.text() == f"Explain all ({pairs})"
    bench.panel.explain_all.click()
    qtbot.waitUntil(lambda: not bench.panel.reasoning.busy and bench.panel.fresh, timeout=PATIENCE_MS)
    assert len(script.asked) == pairs
    assert f"All {pairs} findings are done." in bench.text
    # The last of all has its answer as well.
    least = bench.report.interactions[-1]
    bench.choose(*least.drugs)
    assert f"Written about {' + '.join(least.drugs)}:" in bench.text
    assert len(script.asked) == pairs
    bench.close()
