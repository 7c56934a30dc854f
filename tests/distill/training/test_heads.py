"""What a stage takes over from another: skipped where the training libraries are not installed (`make setup-distill`)."""

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

import torch

from distill.training.collating import inputs_of
from distill.training.heads import lacking, taken_over
from distill.training.reader_model import Reader, reader_from_base
from distill.training.tasks import layout_of
from engine.errors import InputError
from engine.students.rows import AskedPair, Row

NARROW, WIDE = ("ddi", "bc5cdr"), ("ddi", "bc5cdr", "ncbi", "labels", "ade")


def reader_of(base: Path, sources: tuple[str, ...], seed: int) -> Reader:
    torch.manual_seed(seed)
    reader = reader_from_base(base, layout_of(sources))
    with torch.no_grad():
        for weights in reader.parameters():
            weights.add_(torch.randn_like(weights) * 0.05)
    return reader.eval()


def answers_of(reader: Reader) -> dict[str, torch.Tensor]:
    """Logits by head for one row with a pair."""
    row = Row(
        ids=(2, 5, 6, 7, 3, 8, 9), positions=(0, 1, 2, 3, 4, 1, 3), groups=(0, 0, 0, 0, 0, 1, 1), pairs=(AskedPair(5, 6, 1, 3),)
    )
    with torch.inference_mode():
        found = reader(inputs_of([row]))
    names = {task.name: found.names[..., at : at + len(task.labels)] for task, at in reader.layout.names}
    return names | {task.name: found.relations[:, at : at + len(task.labels)] for task, at in reader.layout.relations}


@pytest.mark.parametrize(("before", "after"), [(NARROW, WIDE), (WIDE, NARROW)])
def test_heads_that_both_have_answer_as_before(base: Path, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    start, onto = reader_of(base, before, 1), reader_of(base, after, 2)
    own = {name: value.clone() for name, value in onto.state_dict().items()}
    onto.load_state_dict(taken_over(start, onto, "start"))
    wanted, found = answers_of(start), answers_of(onto)
    both = wanted.keys() & found.keys()
    assert both == {"drug-names", "chemicals", "diseases", "ddi"}
    for head in both:
        torch.testing.assert_close(found[head], wanted[head])
    new = {task.name: (at, len(task.labels)) for task, at in onto.layout.names if task.name not in wanted}
    for at, count in new.values():
        kept = onto.state_dict()["name_head.weight"][at : at + count]
        torch.testing.assert_close(kept, own["name_head.weight"][at : at + count])
    assert lacking(start, onto) == tuple(name for name in found if name not in wanted)


def test_a_start_without_any_of_the_heads_is_refused(base: Path) -> None:
    with pytest.raises(InputError, match="The stage 'start' has none of the heads"):
        taken_over(reader_of(base, ("labels",), 1), reader_of(base, NARROW, 2), "start")


def test_another_encoder_is_refused(base: Path) -> None:
    start, onto = reader_of(base, NARROW, 1), reader_of(base, NARROW, 2)
    embeddings = start.encoder.get_input_embeddings()
    embeddings.weight = torch.nn.Parameter(embeddings.weight[:-1])
    with pytest.raises(InputError, match="The stage 'start' has another encoder"):
        taken_over(start, onto, "start")
