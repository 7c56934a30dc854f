"""A teaching run over an endpoint, killed and resumed: every pair is judged once, and no answer that came is asked for again.

Skipped where openai is not installed.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("openai")

from distill.teachers.run_file import judgements_of
from tests.distill.teachers.pairs import answered, item
from tests.distill.teachers.serving import Request, Said, serving

ROOT = Path(__file__).resolve().parents[3]
COUNT, WORKERS = 24, 2
SCRIPT = f"""
import sys
from pathlib import Path
from distill.teachers.endpoint import EndpointSettings
from distill.teachers.labelling import label
from distill.teachers.opening import LanguageTeacher
from tests.distill.teachers.pairs import CODES, item

if __name__ == "__main__":
    folder, source = Path(sys.argv[1]), EndpointSettings(sys.argv[2], "tiny")
    opener = LanguageTeacher("tiny", source, CODES, folder / "replies")
    for at in label([item(n) for n in range({COUNT})], [opener], folder / "run", {WORKERS}):
        print(at.done, flush=True)
"""


def slowly(_request: Request) -> Said:
    time.sleep(0.05)
    return answered(), 100, 50, "stop"


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_killed_and_resumed(tmp_path: Path) -> None:
    script = tmp_path / "teach.py"
    script.write_text(SCRIPT, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    items = [item(number) for number in range(COUNT)]
    with serving(slowly) as server:
        command = [sys.executable, str(script), str(tmp_path), server.url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if int(line) >= 8:
                    process.send_signal(signal.SIGKILL)
                    break
            process.wait(30)
        kept = {name for name, found in judgements_of(tmp_path / "run", items).items() if found}
        assert 8 <= len(kept) < COUNT
        before = Counter(server.questions())
        subprocess.run(command, env=environment, check=True, timeout=300, stdout=subprocess.DEVNULL)
        after = Counter(server.questions())
    found = judgements_of(tmp_path / "run", items)
    assert [[one.item for one in found[each.id]] for each in items] == [[each.id] for each in items]
    assert len(after) == COUNT
    # Asked twice was at most what each worker waited for as the program was killed.
    assert sum(after.values()) <= COUNT + WORKERS
    assert sum(count > 1 for count in after.values()) <= WORKERS
    assert len(before) < COUNT
