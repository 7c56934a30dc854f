"""Gradient boosting and logistic regression as rows of the report; fitted once, since that takes minutes. Needs scikit-learn."""

from __future__ import annotations

from dataclasses import astuple

from distill.evaluation.boosting import METHODS, Baseline, BaselineMethod, BaselineSettings
from distill.evaluation.pair_report_kept import Keeping
from distill.evaluation.pair_report_pairs import ReportPairs
from distill.evaluation.pair_report_rows import Row, Speed, row_of, timed
from engine.cancellation import Progress


def baseline_rows(pairs: ReportPairs, keeping: Keeping, settings: BaselineSettings | None = None) -> list[Row]:
    """Both methods, learned from all training pairs.

    Raises:
        InputError: a file of figures is damaged, or the folder cannot be written.
    """
    fixed = settings or BaselineSettings()
    rows = []
    for method in METHODS:

        def fit(method: BaselineMethod = method) -> Row:
            return _fitted(method, pairs, fixed)

        rows.append(keeping.kept((method, repr(astuple(fixed))), Row, fit))
    return rows


def _fitted(method: BaselineMethod, pairs: ReportPairs, settings: BaselineSettings) -> Row:
    def show(at: Progress) -> None:
        pairs.note(f"{method}: {at.done} of {at.total} classifiers")

    baseline = Baseline(method, pairs.inputs, pairs.corpus.splits["train"], settings, show)
    _every, batched = timed(lambda: baseline.answers(pairs.every()))
    answers = {split: baseline.answers(records) for split, records in pairs.records.items()}
    return row_of(method, "baseline", answers, Speed(batched=batched))
