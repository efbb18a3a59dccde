# Source of both colours: scripts/codegen.py emits this file twice.
"""One request to its answer: pace, send, and retry what may be repeated."""

from __future__ import annotations

import copy
from typing import Protocol

import attrs

from anaplan_sdk._core.http.attempts import Attempts, without_frames
from anaplan_sdk._core.http.clock import ServerClock
from anaplan_sdk._core.http.deadline import Deadline, now
from anaplan_sdk._core.http.echo import without_echo
from anaplan_sdk._core.http.messages import Request, Response, is_page
from anaplan_sdk._core.http.pacing import Gate
from anaplan_sdk._core.http.retry import retry_after
from anaplan_sdk._core.http.verdict import Verdict
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._io.aio import Lock, Transport, sleep
from anaplan_sdk._settings import Settings
from anaplan_sdk.errors import TransportError

logger = logger_of("http")


class Sink(Protocol):
    """Takes the body of an answer. Whether it needs a thread to write is its own business."""

    async def restart(self) -> None: ...

    async def write(self, content: bytes) -> None: ...

    async def finish(self) -> None: ...


class Exchange:
    """The connections, the retry policy and the pacing that all clients of a session share."""

    def __init__(self, settings: Settings) -> None:
        self.transport = Transport(settings.transport)
        self._retry = settings.retry
        self._gate = Gate(settings.pacing)
        self._turnstile = Lock()
        self.clock = ServerClock()

    def with_settings(self, settings: Settings) -> Exchange:
        """An exchange with other settings over the same connections, at the same pace unless they say another."""
        exchange = copy.copy(self)
        exchange._retry = settings.retry
        if settings.pacing != self._gate.pacing:
            exchange._gate, exchange._turnstile = Gate(settings.pacing), Lock()
        return exchange

    async def send(self, request: Request, into: Sink | None = None, *, again: bool = True) -> Response:
        """The answer to *request*, of any status, once no further attempt is worth it; without *again* there is one.

        The body of a success goes *into* a sink where one is given. Raises TransportError without an answer.
        """
        attempts = Attempts(request, self._retry if again else attrs.evolve(self._retry, attempts=1))
        while True:
            await self.pace(request.deadline)
            started = now()
            outcome = await self._attempt(request, into)
            _log(request, outcome, now() - started, len(attempts.earlier) + 1)
            if isinstance(outcome, Response):
                self.clock.note(outcome)
                outcome = without_echo(request, outcome, self.transport.secrets(request))
            delay = attempts.next_delay(outcome)
            if isinstance(outcome, Response) and request.verdict(outcome) is Verdict.LIMITED:
                self._gate.hold(now(), self._retry.obeyed(retry_after(outcome)) if delay is None else delay)
            if delay is None:
                return attempts.conclude(outcome)
            logger.warning(
                "%s %s: trying again in %.1f s: %s", request.method, request.path, delay, attempts.earlier[-1]
            )
            await sleep(delay)

    async def pace(self, deadline: Deadline) -> None:
        """Wait for this request's turn: for its slot, and for the end of a pause that a 429 asked for.

        At the deadline the request goes all the same: its answer says more than that time has passed.
        """
        if self._gate.pacing is not None:
            async with self._turnstile:  # only to take a number, not to wait with it
                wait = self._gate.reserve(now())
            await sleep(min(wait, deadline.remaining()))
        while (wait := min(self._gate.held(now()), deadline.remaining())) > 0:
            await sleep(wait)

    async def _attempt(self, request: Request, into: Sink | None) -> Response | TransportError:
        try:
            if into is None:
                return await self.transport.send(request)
            async with self.transport.stream(request) as answer:
                if not 200 <= answer.status < 300 or is_page(answer.headers):
                    return Response(answer.status, answer.headers, b"".join([block async for block in answer.blocks]))
                await into.restart()
                async for block in answer.blocks:
                    await into.write(block)
                await into.finish()
                return Response(answer.status, answer.headers, b"")
        except TransportError as error:
            return without_frames(error)


def _log(request: Request, outcome: Response | TransportError, seconds: float, attempt: int) -> None:
    result = outcome.status if isinstance(outcome, Response) else "failed"
    logger.debug("%s %s: %s in %.3f s (attempt %d)", request.method, request.path, result, seconds, attempt)
