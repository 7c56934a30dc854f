"""Ten thousand abstracts from a thousand real ones, read in a process of its own that can be killed.

`python -m tests.soak.many_abstracts RUN COUNT DATA [fake|slow]` reads COUNT abstracts of DATA (PubMedQA's file) into RUN and says
a line of figures now and then: seconds, seconds of the processor, abstracts, and memory in use (MB). `fake` needs no student;
`slow` is that and pauses at each line, so that no machine reads all of them before it can be killed twice.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from engine.abstracts.model import Abstract
from engine.application import open_application
from engine.reading.batch import BatchReader, batch_reader, read_many

SAY_EVERY = 100
_PAUSE_S = 0.1


def repeated(data: Path, count: int) -> Iterator[Abstract]:
    """`count` abstracts: the real ones again and again, each time with a number and a first sentence of its own."""
    papers = json.loads(data.read_text(encoding="utf-8"))
    real = [
        Abstract("\n".join(paper["CONTEXTS"]), paper["QUESTION"], pmid, int(paper["YEAR"]) if paper["YEAR"] else None)
        for pmid, paper in sorted(papers.items())
    ]
    for number in range(count):
        again, place = divmod(number, len(real))
        one = real[place]
        text = f"This is copy {again} of the abstract. {one.text}" if again else one.text
        yield replace(one, text=text, pmid=f"{int(one.pmid or 0) % 10**7 + again * 10**8}", source="pubmedqa", place=number + 1)


def resident_mb() -> float:
    """Memory of this process that is in use, in MB; Linux only."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not say")


def fake() -> BatchReader:
    """A reader that needs no student."""
    from tests.engine.reading.batching import reader

    return reader()


def main(arguments: list[str]) -> None:
    """Read, and say how it goes on standard output."""
    run, count, data = Path(arguments[0]), int(arguments[1]), Path(arguments[2])
    slow = arguments[3:] == ["slow"]
    reader = fake() if slow or arguments[3:] == ["fake"] else batch_reader(open_application())
    started = time.perf_counter()
    for progress in read_many(run, "pubmedqa", repeated(data, count), reader, check=lambda: None):
        if progress.done and not progress.done % SAY_EVERY:
            times = f"{time.perf_counter() - started:.1f} {time.process_time():.1f}"
            sys.stdout.write(f"{times} {progress.done} {resident_mb():.1f}\n")
            sys.stdout.flush()
            time.sleep(_PAUSE_S if slow else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
