"""Files of chance, one after the other: each is read or refused, and what they cost in time and memory is bounded."""

import random
import resource
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MOST_GROWTH_MB = 400


def memory_mb() -> float:
    """The most that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclass(frozen=True)
class Fuzzing:
    """`opened` opens a file and gives (what came of it, seconds): "read", or the beginning of a sentence, of which more than
    `fewest_ends` must come. `seconds`: how long it goes on; `slowest_s`: of one file at most."""

    opened: Callable[[Path], tuple[str, float]]
    suffixes: tuple[str, ...]
    seconds: float
    slowest_s: float
    fewest_ends: int

    def run(self, note: Callable[[str], None], folder: Path, chance: random.Random, make: Callable[[], bytes]) -> None:
        """Open what `make` makes; a file that breaks it is kept in `folder`."""
        before_mb, slowest_s, ends = memory_mb(), 0.0, Counter[str]()
        until = time.monotonic() + self.seconds
        while time.monotonic() < until:
            content = make()
            path = folder / f"a{chance.choice(self.suffixes)}"
            path.write_bytes(content)
            try:
                end, seconds = self.opened(path)
            except BaseException:
                (folder / "culprit").write_bytes(content)
                print(f"the culprit is {folder / 'culprit'}, opened as {path.name}")
                raise
            ends[end] += 1
            slowest_s = max(slowest_s, seconds)
        grown_mb = memory_mb() - before_mb
        note(
            f"{ends.total()} files, {ends['read']} read, {len(ends) - 1} sentences, slowest {slowest_s:.2f} s, +{grown_mb:.0f} MB"
        )
        assert ends["read"]
        assert len(ends) > self.fewest_ends
        assert slowest_s < self.slowest_s
        assert grown_mb < MOST_GROWTH_MB
