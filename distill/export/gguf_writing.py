"""What a GGUF file writes about pairs, under the automaton of the application: for measuring the file that ships."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from distill.evaluation.answer_rows import AnswerRow, WrittenAnswer
from distill.export.gguf_running import GgufRunner
from engine.reasoning.language import Label
from engine.reasoning.pair_facts import PairFacts


class GgufWriting:
    """A `Writing` by llama.cpp, on one thread. `ids`: of the vocabulary. `label_alone`: stop after the label. `label_first`: as
    the reasoner was trained. `given`: whose label is explained, as the application asks; None: its own."""

    def __init__(
        self,
        runner: GgufRunner,
        ids: Mapping[str, int],
        *,
        label_first: bool = True,
        label_alone: bool = False,
        given: Callable[[PairFacts], Label] | None = None,
    ) -> None:
        self._runner, self._ids, self._given = runner, ids, given
        self._label_first, self._label_alone = label_first, label_alone

    def __call__(self, pairs: Sequence[PairFacts]) -> list[WrittenAnswer]:
        """What it writes about each."""
        return [self._written(pair) for pair in pairs]

    def _written(self, facts: PairFacts) -> WrittenAnswer:
        label = None if self._given is None else self._given(facts)
        row = AnswerRow(facts, self._ids, label_first=self._label_first, alone=self._label_alone, label=label)
        self._runner.forget()
        waiting, before = list(row.prompt), 0
        while not row.over:
            if row.forced:
                waiting.append(row.choose(None))
                continue
            logits = self._runner.more(waiting, before)[-1]
            before += len(waiting)
            waiting = [row.choose(logits)]
        return row.answer()
