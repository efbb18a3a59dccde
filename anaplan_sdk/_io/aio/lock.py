"""A lock for tasks, on one event loop or several."""

from __future__ import annotations

import asyncio
import math
import threading
from collections import deque
from contextlib import suppress

from anaplan_sdk._io.threads import reset_after_fork
from anaplan_sdk.errors import ConfigurationError


def running_loop() -> asyncio.AbstractEventLoop:
    """The event loop of the caller. ConfigurationError where there is none, or one of another library."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigurationError(
            "AsyncClient needs a running asyncio event loop, and here is none: await it within asyncio.run(), or use "
            "Client. Under trio, trio-asyncio runs asyncio code."
        ) from None


class Lock:
    """Held by one task at a time, whatever event loop or thread it runs in.

    Use it with ``async with``, or ``acquire`` and ``release``.

    ``asyncio.Lock`` cannot do that: it belongs to the first loop that had to wait for it. Nor is this one handed on: it
    comes free, and those who wait are woken and try. A loop that rests in between keeps nobody waiting.
    """

    def __init__(self) -> None:
        self._reset()
        reset_after_fork(self)  # held by a task of the parent process, it would never be free in a child

    def _reset(self) -> None:
        self._guard = threading.Lock()
        self._holder: asyncio.AbstractEventLoop | None = None
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *_: object) -> None:
        self.release()

    async def acquire(self, seconds: float = math.inf) -> bool:
        """Whether it is held now, after a wait of so many seconds at most."""
        loop = running_loop()
        ends = loop.time() + seconds
        while (turn := self._try(loop)) is not None:
            try:
                await asyncio.wait([turn], timeout=None if seconds == math.inf else max(0.0, ends - loop.time()))
            finally:
                with self._guard:
                    if turn in self._waiting:
                        self._waiting.remove(turn)
            if not turn.done():
                return False
        return True

    def _try(self, loop: asyncio.AbstractEventLoop) -> asyncio.Future[None] | None:
        """Take it, or else what is told when it is free."""
        with self._guard:
            # A loop that was closed in the middle of a task never gives the lock back.
            if self._holder is None or self._holder.is_closed():
                self._holder = loop
                return None
            turn = loop.create_future()
            self._waiting.append(turn)
            return turn

    def release(self) -> None:
        """Let those who wait try for it, in the order in which they came."""
        with self._guard:
            self._holder = None
            waiting, self._waiting = self._waiting, deque()
        for turn in waiting:
            with suppress(RuntimeError):  # its loop is closed
                turn.get_loop().call_soon_threadsafe(_tell, turn)


def _tell(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)
