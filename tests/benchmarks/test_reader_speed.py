"""Speed of the reader as ratios measured in one run: int8 against PyTorch, a whole reading against its bare passes."""

from __future__ import annotations

import importlib.util
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from distill.training.recipes import read_recipe
from engine.application import Application
from engine.reading.reader import read
from engine.students.batching import batches
from engine.students.library import Students
from engine.students.onnx_model import OnnxModel
from engine.students.opening import MODEL_FILE
from engine.students.session import OUTPUTS
from tests.engine.students.real import INSTALLATION, STUDENT, needs_student

pytestmark = [pytest.mark.benchmark, needs_student]

# The finished stage that the int8 file was made of (`reproduce reader --recipe cpu --out out/cpu`, or `unpack --out out/cpu`).
WEIGHTS = Path(__file__).resolve().parent.parent.parent / "out" / "cpu" / "stages" / read_recipe("cpu").student
ASKED_RATIO = 2.5
MOST_OVERHEAD = 1.5
# As far as eight bits may move a logit on average; more, and the two are not one student.
MOST_DIFFERENCE = 0.3
REPEATS = 9

# 250 words of ours, as dense as abstracts on interactions are.
ABSTRACT = """Background: Simvastatin is metabolised by CYP3A4, and strong inhibitors of this enzyme raise its plasma
concentration. We studied whether clarithromycin, itraconazole and diltiazem change the exposure to simvastatin in
patients who also take warfarin. Methods: In an open, randomised crossover study, 24 patients with
hypercholesterolaemia received simvastatin 40 mg once daily alone, or with clarithromycin 500 mg twice daily,
itraconazole 200 mg once daily, or diltiazem 120 mg twice daily for seven days. Blood samples were taken for 24
hours after the last dose, and the international normalised ratio was measured each morning. Results:
Clarithromycin increased the area under the curve of simvastatin acid tenfold, and itraconazole increased it
nineteenfold. Diltiazem raised the peak concentration of simvastatin by a factor of 3.6, without a change of its
half-life. Two patients reported muscle pain during treatment with itraconazole, and creatine kinase was higher in
both of them. The anticoagulant effect of warfarin was enhanced by clarithromycin, and one patient had minor
bleeding from the gums. Omeprazole and digoxin, which were taken by six patients, had no effect on the
pharmacokinetics of simvastatin. Grapefruit juice was not allowed, and rifampicin, which lowers the concentration
of many statins, was a reason for exclusion. Conclusions: Simvastatin should not be given together with
clarithromycin or itraconazole, because the risk of rhabdomyolysis is considerable. With diltiazem, the dose of
simvastatin should not exceed 20 mg daily. The international normalised ratio should be checked closely when
clarithromycin is added to warfarin. Pravastatin and rosuvastatin, which are not metabolised by CYP3A4, are
reasonable alternatives for patients who need these inhibitors for longer.
"""

Feeds = Mapping[str, NDArray[np.int64]]
Run = tuple[tuple[str, ...], Feeds]


@pytest.fixture(scope="module")
def reading(application: Application) -> Application:
    """The application with the reader of this checkout, warm."""
    whole = replace(application, students=Students(INSTALLATION))
    assert len(ABSTRACT.split()) == pytest.approx(250, abs=15)
    assert read(whole, ABSTRACT).sentences
    return whole


@pytest.fixture(scope="module")
def runs(reading: Application) -> list[Run]:
    """The forward passes that reading the abstract takes."""
    found: list[Run] = []
    really = OnnxModel.run

    def recorded(model: OnnxModel, outputs: Sequence[str], feeds: Feeds) -> Sequence[NDArray[np.float32]]:
        found.append((tuple(outputs), dict(feeds)))
        return really(model, outputs, feeds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OnnxModel, "run", recorded)
        read(reading, ABSTRACT)
    assert found
    return found


@pytest.fixture(scope="module")
def model() -> OnnxModel:
    return OnnxModel((STUDENT / MODEL_FILE).read_bytes())


def medians_s(works: Sequence[Callable[[], object]], clock: Callable[[], float]) -> list[float]:
    """Medians of pieces of work done in turn, so that all meet the same load of the machine."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(REPEATS):
        for place, work in enumerate(works):
            started = clock()
            work()
            times[place].append(clock() - started)
    return [statistics.median(one) for one in times]


def in_batches(runs: Sequence[Run]) -> Iterator[Run]:
    """The same rows in batches of like length, as suits PyTorch best; pairs are left to the first runs."""
    rows = [feeds for _outputs, feeds in runs if feeds["input_ids"].shape[0] == 1]
    for places in batches([feeds["input_ids"].shape[1] for feeds in rows]):
        chosen = [rows[place] for place in places]
        longest = max(feeds["input_ids"].shape[1] for feeds in chosen)
        padded = {
            name: np.concatenate(
                [np.pad(feeds[name], ((0, 0), (0, longest - feeds[name].shape[1])), constant_values=value) for feeds in chosen]
            )
            for name, value in (("input_ids", 0), ("position_ids", 0), ("group_ids", -1))
        }
        pairs = [np.column_stack([np.full(len(one["pairs"]), row), one["pairs"][:, 1:]]) for row, one in enumerate(chosen)]
        yield OUTPUTS[:2], {**padded, "pairs": np.concatenate(pairs)}


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed (make setup-distill)")
@pytest.mark.skipif(not WEIGHTS.is_dir(), reason=f"no trained weights in {WEIGHTS}")
def test_int8_against_pytorch(model: OnnxModel, runs: list[Run]) -> None:
    import torch

    from distill.training.reader_model import Answers, Inputs
    from distill.training.stage import finished_reader

    reader = finished_reader(WEIGHTS)
    torch.set_num_threads(1)  # as the int8 model runs

    def pytorch(given: Sequence[Run]) -> Callable[[], list[Answers]]:
        names = ("input_ids", "position_ids", "group_ids", "pairs")
        inputs = [Inputs(*(torch.tensor(feeds[name]) for name in names)) for _outputs, feeds in given]

        def run() -> list[Answers]:
            with torch.inference_mode():
                return [reader(one) for one in inputs]

        return run

    def int8(given: Sequence[Run]) -> Callable[[], list[Sequence[NDArray[np.float32]]]]:
        return lambda: [model.run(outputs, feeds) for outputs, feeds in given]

    apart = [
        float(np.abs(ours[0] - theirs.names.numpy()).mean()) for ours, theirs in zip(int8(runs)(), pytorch(runs)(), strict=True)
    ]
    assert statistics.mean(apart) <= MOST_DIFFERENCE, "the weights and the int8 file are not one student"
    batched = list(in_batches(runs))
    # Both keep to this thread; its own clock leaves out what else the machine does.
    torch_s, ours_s, torch_batched_s, ours_batched_s = medians_s(
        [pytorch(runs), int8(runs), pytorch(batched), int8(batched)], time.thread_time
    )
    tokens = sum(feeds["input_ids"].size for _outputs, feeds in runs)
    print(f"\nabstract of {len(ABSTRACT.split())} words, {len(runs)} rows, {tokens} tokens, one thread")
    for how, theirs, ours in (
        ("a row at a time", torch_s, ours_s),
        ("in batches", torch_batched_s, ours_batched_s),
        ("PyTorch in batches, int8 a row at a time", torch_batched_s, ours_s),
    ):
        print(f"  {how}: PyTorch {theirs * 1000:.0f} ms, int8 {ours * 1000:.0f} ms: {theirs / ours:.2f} times")
    assert torch_s / ours_s >= ASKED_RATIO


def test_a_reading_against_its_bare_forward_passes(model: OnnxModel, reading: Application, runs: list[Run]) -> None:
    with ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1))) as pool:
        whole_s, bare_s = medians_s(
            [lambda: read(reading, ABSTRACT), lambda: list(pool.map(lambda run: model.run(*run), runs))], time.perf_counter
        )
    print(
        f"\nreading {len(ABSTRACT.split())} words {whole_s * 1000:.0f} ms, its {len(runs)} bare passes {bare_s * 1000:.0f} ms: ",
        end="",
    )
    print(f"{whole_s / bare_s:.2f} times (asked: below 1.5)")
    assert whole_s / bare_s < MOST_OVERHEAD
