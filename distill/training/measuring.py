"""A reader's scores on examples: micro-F1 of relations with its interval, strict F1 of names, confidence as it is."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from distill.corpora.model import NO_RELATION, Mention
from distill.evaluation.calibration import expected_calibration_error, softmax
from distill.evaluation.counts import bootstrap, total
from distill.evaluation.names import strict_counts
from distill.evaluation.relations import Answer, by_document, class_counts, detection_counts, micro_counts
from distill.training.examples import IGNORED, Example
from distill.training.loop import stacked
from distill.training.reader_model import Reader
from distill.training.tasks import OUTSIDE, Task

_BATCH = 32
Figures = dict[str, float | list[float]]


def logits_of(
    reader: Reader, task: Task, examples: Sequence[Example], device: torch.device
) -> list[list[float] | list[list[float]]]:
    """Logits of each example in its order: one row of a relation, one row for each token of names."""
    found: list[list[float] | list[list[float]]] = [[] for _ in examples]
    ranked = sorted(range(len(examples)), key=lambda place: len(examples[place].ids))
    reader.eval()
    with torch.inference_mode():
        for start in range(0, len(ranked), _BATCH):
            places = ranked[start : start + _BATCH]
            taken = [examples[place] for place in places]
            inputs = stacked(taken, [one.ids for one in taken], task.kind == "relation", device)
            rows = reader(task.name, inputs.ids, inputs.attention, inputs.places).logits.float().tolist()
            for place, row in zip(places, rows, strict=True):
                found[place] = row[: len(examples[place].ids)] if task.kind == "names" else row
    return found


def measured_relations(reader: Reader, task: Task, examples: Sequence[Example], device: torch.device) -> Figures:
    """Micro-F1 over positive classes with a bootstrap interval over documents, per class, detection, and calibration."""
    answers, confidences = [], []
    for example, row in zip(examples, logits_of(reader, task, examples, device), strict=True):
        shares = softmax([float(value) for value in row if not isinstance(value, list)])
        said = max(range(len(shares)), key=shares.__getitem__)
        confidences.append(shares[said])
        answers.append(Answer(example.document, example.origin, task.labels[example.labels[0]], task.labels[said]))
    interval = bootstrap(by_document(answers), lambda counts: counts.f1, seed=0)
    figures: Figures = {
        "micro_f1": micro_counts(answers).f1,
        "micro_f1_interval": [interval.low, interval.high],
        "detection_f1": detection_counts(answers).f1,
        "ece": expected_calibration_error(confidences, [one.truth == one.said for one in answers]),
        "pairs": float(len(answers)),
    }
    figures |= {f"f1/{label}": class_counts(answers, label).f1 for label in task.labels if label != NO_RELATION}
    for origin in sorted({one.origin for one in answers}):
        figures[f"micro_f1/{origin}"] = micro_counts([one for one in answers if one.origin == origin]).f1
    return figures


def measured_names(reader: Reader, task: Task, examples: Sequence[Example], device: torch.device) -> Figures:
    """Strict F1 of names with an interval, by the tags of words (a mention that the tags cannot hold is not counted here)."""
    by_name: dict[str, list[tuple[tuple[Mention, ...], tuple[Mention, ...]]]] = {}
    for example, rows in zip(examples, logits_of(reader, task, examples, device), strict=True):
        said = [max(range(len(row)), key=row.__getitem__) if isinstance(row, list) else 0 for row in rows]
        truth = mentions_of(example, example.labels, task)
        by_name.setdefault(example.document, []).append((truth, mentions_of(example, said, task)))
    documents = [total(strict_counts(*pair) for pair in pairs) for pairs in by_name.values()]
    interval = bootstrap(documents, lambda counts: counts.f1, seed=0)
    whole = total(documents)
    return {"f1": whole.f1, "f1_interval": [interval.low, interval.high], "precision": whole.precision, "recall": whole.recall}


def mentions_of(example: Example, tags: Sequence[int], task: Task) -> tuple[Mention, ...]:
    """The stretches that tags make, in numbers of tokens; the tag of a word is that of its first token."""
    found: list[tuple[str, int, int]] = []
    before = OUTSIDE
    for place, tag in enumerate(tags):
        if example.labels[place] == IGNORED:
            continue
        label = task.labels[tag]
        kind = label[2:]
        if label != OUTSIDE:
            if label.startswith("I-") and before[2:] == kind and before != OUTSIDE:
                found[-1] = (kind, found[-1][1], place + 1)
            else:
                found.append((kind, place, place + 1))
        before = label
    return tuple(Mention("", kind, "", ((start, end),)) for kind, start, end in found)
