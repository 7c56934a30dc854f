"""The 129 admissions of the MIMIC-III demo, one by one and as a batch: what is recognised, and that no order is lost.

`tools/mimic_report.py` prints the figures. No row of the demo is in this repository; the names below are of medicines alone.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from engine.application import Application
from engine.checking import CheckOptions
from engine.cli.lists import read_lists
from engine.cli.main import main
from engine.report import Report

DEMO = Path("/work/shared/data/mimic3-demo")
ORDERS = DEMO / "PRESCRIPTIONS.csv.gz"
ROOT = Path(__file__).resolve().parents[2]
# Each drug that may stay unrecognised, with the reason; a new one is first looked into.
EXPLAINED = ROOT / "tests" / "data" / "mimic_unrecognised.tsv"

pytestmark = pytest.mark.skipif(not ORDERS.exists(), reason="the MIMIC-III demo is not here")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """`tools/mimic_report.py`, which belongs to no package."""
    specification = importlib.util.spec_from_file_location("mimic_report", ROOT / "tools" / "mimic_report.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    # Where data classes look for the names of their annotations.
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


def test_shares_and_names(tool: ModuleType, application: Application) -> None:
    figures = tool.measure(ORDERS, application, findings=False)
    stays = {order["hadm_id"] for order in tool.orders_of(DEMO / "ADMISSIONS.csv.gz")}
    # Seven admissions have no order at all.
    assert (len(stays), len(figures.seconds)) == (129, 122)
    assert (figures.orders, dict(figures.lost)) == (10_398, {})
    assert figures.recognised / (figures.orders - figures.containers.total()) >= 0.999
    assert figures.lines_recognised / figures.lines >= 0.998
    with EXPLAINED.open(encoding="utf-8", newline="") as file:
        explained = {row["drug"] for row in csv.DictReader(file, delimiter="\t")}
    assert set(figures.unrecognised) == explained
    # An order of these alone holds nothing to check.
    assert set(figures.containers) <= {
        *("AMP", "Bag", "Epidural Bag", "Soln", "Soln.", "Solution", "Syringe", "Syringe (Chemo)", "Syringe (IV Room)", "Vial")
    }


@pytest.mark.soak
def test_a_batch_is_each_list_by_itself(
    capsys: pytest.CaptureFixture[str], resources: Path, application: Application, tmp_path: Path, tool: ModuleType
) -> None:
    out = tmp_path / "out.jsonl"
    assert main(["check", "--batch", str(ORDERS), "--out", str(out), "--resources", str(resources)]) == 0
    one_by_one = tool.measure(ORDERS, application, findings=True)
    assert one_by_one.summary.failures == []
    assert one_by_one.summary.table(1) == capsys.readouterr().out.strip()
    assert len(out.read_text(encoding="utf-8").splitlines()) == one_by_one.summary.lists


def test_a_batch_of_some_admissions_is_each_by_itself(resources: Path, application: Application, tmp_path: Path) -> None:
    """Shorter ones, of which each report is compared as a whole."""
    some, out = tmp_path / "some.csv", tmp_path / "out.jsonl"
    with gzip.open(ORDERS, "rt", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    stay = header.index("hadm_id")
    orders = Counter(row[stay] for row in rows)
    with some.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *(row for row in rows if orders[row[stay]] <= 40)])
    assert main(["check", "--batch", str(some), "--out", str(out), "--resources", str(resources)]) == 0
    lists = read_lists(some)
    assert len(lists) > 30
    options = CheckOptions(with_alternatives=False)
    with out.open(encoding="utf-8") as file:
        for one, line in zip(lists, file, strict=True):
            written = json.loads(line)
            assert written["list"] == one.title
            assert Report.model_validate(written["report"]) == application.check(one.text, None, options)


def test_wrong_names_that_were_once_taken(application: Application) -> None:
    """Names of the demo that were read as another medicine."""
    text = "Epidural Bag 250 mL Bag 1 BAG ED\nsodium bic 50mEq Vial 150 mEq 3 VIAL IV\nD5W HEPARIN BASE 250 mL 250 mL IV"
    report = application.check(text, None, CheckOptions(with_alternatives=False))
    assert {drug.name for drug in report.drugs} == {"sodium bicarbonate", "glucose"}
