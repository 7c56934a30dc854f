"""What a GGUF file writes about pairs, under the automaton of the application: for measuring the file that ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from distill.evaluation.reasoner_decoding import AnswerRow, WrittenAnswer
from distill.export.gguf_running import GgufRunner
from engine.reasoning.pair_facts import PairFacts


class GgufWriting:
    """A `Writing` by llama.cpp, on one thread. `ids`: of the vocabulary. `label_alone`: stop after the label."""

    def __init__(self, runner: GgufRunner, ids: Mapping[str, int], *, label_alone: bool = False) -> None:
        self._runner, self._ids, self._label_alone = runner, ids, label_alone

    def __call__(self, pairs: Sequence[PairFacts]) -> list[WrittenAnswer]:
        """What it writes about each."""
        return [self._written(pair) for pair in pairs]

    def _written(self, facts: PairFacts) -> WrittenAnswer:
        row = AnswerRow(facts, self._ids, alone=self._label_alone)
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
