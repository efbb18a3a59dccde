# Source of both colours: scripts/codegen.py emits this file twice.
"""One request to its answer: pace, send, and retry what may be repeated."""

from __future__ import annotations

from typing import ClassVar, Protocol

import attrs

from anaplan_sdk._core.http.attempts import Attempts, without_frames
from anaplan_sdk._core.http.clock import ServerClock
from anaplan_sdk._core.http.deadline import Deadline, now
from anaplan_sdk._core.http.echo import without_echo
from anaplan_sdk._core.http.messages import Request, Response, is_page
from anaplan_sdk._core.http.pacing import Gate
from anaplan_sdk._core.http.retry import retry_after
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._io.aio import Lock, Transport, in_thread, sleep
from anaplan_sdk.errors import TransportError
from anaplan_sdk.settings import Settings

logger = logger_of("http")


class Attempt(Protocol):
    """One try of a request."""

    async def __call__(self, request: Request) -> Response | TransportError: ...


class Sink(Protocol):
    """Takes the body of a response; its methods are called in worker threads, unless it is all ``in_memory``."""

    in_memory: ClassVar[bool]

    def restart(self) -> None: ...

    def write(self, content: bytes) -> None: ...

    def finish(self) -> None: ...


class Exchange:
    """The connections, the retry policy and the pacing that all clients of a session share."""

    def __init__(self, settings: Settings) -> None:
        self.transport = Transport(settings.transport)
        self._retry = settings.retry
        self._gate = Gate(settings.pacing)
        self._turnstile = Lock()
        self.clock = ServerClock()

    async def send(
        self, request: Request, *, safe: bool, deadline: Deadline | None = None, again: bool = True
    ) -> Response:
        """The answer to *request*, of any status, once no further attempt is worth it.

        ``safe`` says that a repetition cannot make anything happen twice; without ``again`` there is none at all.
        Raises TransportError without an answer.
        """
        policy = self._retry if again else attrs.evolve(self._retry, attempts=1)
        deadline = deadline or Deadline()
        request = attrs.evolve(request, deadline=deadline, once=not safe)
        return await self._repeat(self._send, Attempts(request, policy, safe, deadline))

    async def save(self, request: Request, sink: Sink, *, deadline: Deadline | None = None) -> Response:
        """The answer to a GET without its body, which goes to *sink* if it is a success."""

        async def attempt(request: Request) -> Response | TransportError:
            return await self._save(request, sink)

        deadline = deadline or Deadline()
        request = attrs.evolve(request, deadline=deadline)
        return await self._repeat(attempt, Attempts(request, self._retry, True, deadline))

    async def _repeat(self, attempt: Attempt, attempts: Attempts) -> Response:
        request = attempts.request
        while True:
            await self.pace(attempts.deadline)
            started = now()
            outcome = await attempt(request)
            _log(request, outcome, now() - started, len(attempts.earlier) + 1)
            if isinstance(outcome, Response):
                self.clock.note(outcome)
                outcome = without_echo(request, outcome, self.transport.secrets(request))
            delay = attempts.next_delay(outcome)
            if isinstance(outcome, Response) and outcome.status == 429:
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

    async def _send(self, request: Request) -> Response | TransportError:
        try:
            return await self.transport.send(request)
        except TransportError as error:
            return without_frames(error)

    async def _save(self, request: Request, sink: Sink) -> Response | TransportError:
        try:
            async with self.transport.stream(request) as answer:
                if not 200 <= answer.status < 300 or is_page(answer.headers):
                    return Response(answer.status, answer.headers, b"".join([block async for block in answer.blocks]))
                await in_thread(sink.restart)
                async for block in answer.blocks:
                    if sink.in_memory:
                        sink.write(block)
                    else:
                        await in_thread(sink.write, block)
                await in_thread(sink.finish)
                return Response(answer.status, answer.headers, b"")
        except TransportError as error:
            return without_frames(error)


def _log(request: Request, outcome: Response | TransportError, seconds: float, attempt: int) -> None:
    result = outcome.status if isinstance(outcome, Response) else "failed"
    logger.debug("%s %s: %s in %.3f s (attempt %d)", request.method, request.path, result, seconds, attempt)
