"""What an import costs, in interpreters that have imported nothing else."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from benchmarks.setting import Setting
from benchmarks.watch import Watch

_PROGRAM = """
import sys, time
before = time.perf_counter()
{statement}
seconds = time.perf_counter() - before
print([seconds, sum(name in sys.modules for name in {unwanted!r})])
"""


def imported(setting: Setting, watch: Watch, *, statement: str, unwanted: list[str], times: int = 5) -> None:
    """Note the median time that a statement takes, and how many of the unwanted modules it loads."""
    program = _PROGRAM.format(statement=statement, unwanted=unwanted)
    runs = [json.loads(subprocess.check_output([sys.executable, "-c", program])) for _ in range(times)]
    watch.figures["seconds"] = statistics.median(seconds for seconds, _ in runs)
    watch.figures |= {"cpu_seconds": 0.0, "peak_bytes": 0}
    watch.figures["unwanted_modules"] = runs[0][1]
