"""Runs one job and prints its figures: ``python -m benchmarks.worker '{"does": …}'``."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from benchmarks.setting import Setting
from benchmarks.watch import Watch


def main() -> None:
    task = json.loads(sys.argv[1])
    module, _, function = task["does"].partition(":")
    job = getattr(importlib.import_module(f"benchmarks.jobs.{module}"), function)
    watch = Watch()
    job(Setting(task["url"], Path(task["content"]), task["chunk_bytes"]), watch, **task["options"])
    print(json.dumps(watch.figures))


if __name__ == "__main__":
    main()
