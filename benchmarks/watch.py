"""What a measured process finds out about itself."""

from __future__ import annotations

import asyncio
import gc
import re
import resource
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")


class Watch:
    """Time, processor time and growth of memory of a ``with`` block; ``figures`` has them, in seconds and bytes."""

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}

    def __enter__(self) -> Self:
        gc.collect()
        self._before_bytes = _forget_peak()
        self._started, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.figures["seconds"] = time.perf_counter() - self._started
        self.figures["cpu_seconds"] = time.process_time() - self._cpu
        self.figures["peak_bytes"] = max(0, _peak_bytes() - self._before_bytes)

    @asynccontextmanager
    async def stalls(self) -> AsyncIterator[None]:
        """Note the longest time for which the event loop did nothing for other tasks."""
        ticking = asyncio.create_task(self._tick())
        await asyncio.sleep(0.02)
        self.figures["stall_seconds"] = 0.0
        try:
            yield
        finally:
            await asyncio.sleep(0)
            ticking.cancel()

    async def _tick(self, pause: float = 0.001) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(pause)
            late = time.perf_counter() - before - pause
            self.figures["stall_seconds"] = max(late, self.figures.get("stall_seconds", 0.0))


def _forget_peak() -> int:
    """Bytes that are in use now. The peak counts from here where the system can be told so, which is Linux."""
    if not _CLEAR_REFS.exists():
        return _peak_bytes()
    _CLEAR_REFS.write_text("5")
    return _status_bytes("VmRSS")


def _peak_bytes() -> int:
    if _STATUS.exists():
        return _status_bytes("VmHWM")
    unit_bytes = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit_bytes


def _status_bytes(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB$", _STATUS.read_text(), re.MULTILINE)
    assert found, f"{_STATUS} has no {name}"
    return int(found[1]) * 1024
