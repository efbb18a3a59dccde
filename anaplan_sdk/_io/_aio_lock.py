"""A lock for tasks, on one event loop or several."""

from __future__ import annotations

import asyncio
import math
import os
import threading
from collections import deque

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

    ``asyncio.Lock`` cannot do that: it belongs to the first loop that had to wait for it.
    """

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._process_id = os.getpid()
        self._guard = threading.Lock()
        self._holder: asyncio.AbstractEventLoop | None = None
        self._turns: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *_: object) -> None:
        self.release()

    async def acquire(self, seconds: float = math.inf) -> bool:
        """Whether it is held now, after a wait of so many seconds at most."""
        if self._process_id != os.getpid():
            self._reset()  # Held by a task of the parent process, it would never be free here.
        loop = running_loop()
        with self._guard:
            # A loop that was closed in the middle of a task never gives the lock back.
            if self._holder is None or self._holder.is_closed():
                self._holder = loop
                return True
            turn = loop.create_future()
            self._turns.append(turn)
        try:
            await asyncio.wait([turn], timeout=None if seconds == math.inf else seconds)
        except asyncio.CancelledError:
            if not self._withdraw(turn):
                self.release()  # Cancelled just when its turn had come.
            raise
        return not self._withdraw(turn)

    def _withdraw(self, turn: asyncio.Future[None]) -> bool:
        """Stop waiting; False if the turn has come."""
        with self._guard:
            waiting = turn in self._turns
            if waiting:
                self._turns.remove(turn)
            return waiting

    def release(self) -> None:
        """Pass it on to whoever has waited longest."""
        with self._guard:
            self._holder = None
            while self._turns and self._holder is None:
                turn = self._turns.popleft()
                loop = turn.get_loop()
                try:
                    loop.call_soon_threadsafe(_grant, turn)
                except RuntimeError:  # Its loop is closed.
                    continue
                self._holder = loop


def _grant(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)
