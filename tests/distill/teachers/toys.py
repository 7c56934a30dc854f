"""Teachers for tests of labelling: importable by worker processes, writing down what they were asked."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from distill.teachers.protocol import Judgement, PairItem, abstention, sure
from engine.errors import InputError
from engine.reasoning.language import Label


@dataclass(frozen=True)
class Toy:
    """Opener and teacher in one. `log`: a folder with a file for each process, a line for each item asked.

    `deaths`: how often the process dies over an item, as long as the folder of the log has fewer notes of its death.
    """

    log: Path
    name: str = "toy"
    version: str = "1"
    pause_s: float = 0.0
    deaths: dict[str, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    bugs: tuple[str, ...] = ()

    def __call__(self) -> "Toy":
        return self

    def judge(self, item: PairItem) -> Judgement:
        with (self.log / f"{os.getpid()}.txt").open("a", encoding="utf-8") as file:
            file.write(f"{self.name} {item.id}\n")
        time.sleep(self.pause_s)
        if len(list(self.log.glob(f"{item.id}.died.*"))) < self.deaths.get(item.id, 0):
            (self.log / f"{item.id}.died.{os.getpid()}").touch()
            os._exit(9)
        if item.id in self.faults:
            raise InputError("The teacher is on strike.")
        if item.id in self.bugs:
            raise KeyError("a bug")
        if item.id.endswith("7"):
            return abstention(item, self, "unreadable")
        return sure(item, self, Label("major", "B_increase", "pk.metabolism"))

    def asked(self) -> list[str]:
        """What was asked by all processes, sorted."""
        return sorted(line for path in self.log.glob("*.txt") for line in path.read_text(encoding="utf-8").splitlines())

    def processes(self) -> int:
        """How many processes asked."""
        return len(list(self.log.glob("*.txt")))
