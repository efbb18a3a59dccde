# Source of both colours: scripts/codegen.py emits this file twice.
"""The one token of a session: logged in lazily, renewed early, by one flight at a time."""

from __future__ import annotations

import copy
import math
from collections.abc import Generator
from functools import partial
from typing import Any, TypeVar

import attrs

from anaplan_sdk._core.flow import FileMode
from anaplan_sdk._core.frames import EmptiedFrames
from anaplan_sdk._core.http.deadline import NEVER, Deadline, now
from anaplan_sdk._core.http.messages import Request
from anaplan_sdk._core.login.basic import Compute, Credentials, Once, Pause, ReadFile, Step, Token
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._io.aio import Lock, in_thread, sleep, uninterrupted
from anaplan_sdk._io.files import file_mode, read_file
from anaplan_sdk.errors import AnaplanError, AuthenticationError, ConfigurationError, WaitTimeoutError

from .exchange import Exchange
from .flows import perform

logger = logger_of("auth")

R = TypeVar("R")

# Seconds between a failed early renewal and the next: the token is still good, and trying a password that was
# changed before every request would lock the user out.
_REST = 60.0


class Tokens:
    """Hands out the token that all clients of a session share. No lock spans an ordinary request."""

    def __init__(self, credentials: Credentials, exchange: Exchange) -> None:
        self._credentials = credentials
        self._exchange = exchange
        self._token: Token | None = None
        self._flight = Lock()
        self._flights = 0
        self._failure: AnaplanError | None = None
        self._failed_for_all = False
        self._failed_value: str | None = None  # of the token that a refused renewal was to replace
        self._next_renewal = 0.0  # on the monotonic clock; never while one is under way

    async def current(self, deadline: Deadline = NEVER) -> Token:
        """A token to sign with; the first caller logs in, and the first to see it grow old renews it."""
        token = self._token
        if token is None or token.expired():
            token = await self.replace(token, deadline=deadline)
            deadline.check("logging in")  # what it was wanted for would take its own time on top
            return token
        if token.due() and now() >= self._next_renewal:
            return await self._renew_early(token, deadline)
        return token

    async def replace(self, held: Token | None, *, refused: bool = False, deadline: Deadline = NEVER) -> Token:
        """A token other than *held*, which is old or was refused. Only the first of its holders gets a new one.

        Raises WaitTimeoutError if that was not to be had within *deadline*.
        """
        flights = self._flights
        if not await self._flight.acquire(deadline.remaining()):
            raise WaitTimeoutError("The time limit passed while another call logged in for all.")
        try:
            self._share_failure(held, refused, queued=self._flights > flights, out_of_time=deadline.passed())
            if self._token is None or not _differs(self._token, held, refused and self._flights == flights):
                old = attrs.evolve(held, expires_at=0.0) if held and refused else held
                await self._fly(old, deadline)
            assert self._token is not None
            return self._token
        finally:
            self._flight.release()

    def _share_failure(self, held: Token | None, refused: bool, *, queued: bool, out_of_time: bool) -> None:
        """Raise the failure of a log-in that was made for this caller, too. One each would only lock the user out."""
        if self._failure is None:
            return
        if queued and (self._failed_for_all or out_of_time):
            raise copy.copy(self._failure)
        # Answers to requests under the same refused token come one after the other, as chunks end.
        if refused and held is not None and held.value == self._failed_value:
            raise copy.copy(self._failure)

    async def log_out(self) -> None:
        """Revoke the token, if there is one."""
        async with self._flight:  # or a renewal under way would leave another one
            token, self._token = self._token, None
            if token is not None:
                await self._perform(self._credentials.log_out(token))

    async def _renew_early(self, token: Token, deadline: Deadline) -> Token:
        # Others go on with the old token meanwhile, which is still good for minutes.
        self._next_renewal = math.inf
        rest = _REST
        try:
            token = await self.replace(token, deadline=deadline)
            rest = 0.0
        except Exception as error:  # of a store or of credentials of the caller's own, too: the token is still good
            logger.warning("The token could not be renewed early and is still used: %s", error)
        finally:
            self._next_renewal = now() + rest
        return token

    async def _fly(self, held: Token | None, deadline: Deadline) -> None:
        """Get a token for all."""
        self._failure, self._failed_value = None, None
        try:
            flow = self._credentials.log_in() if held is None else self._credentials.renew(held)
            token, abort = await self._perform(flow, deadline)
            self._token = _checked(token)
        except AnaplanError as error:
            self._failure = copy.copy(error)  # whose frames would keep what the caller wanted to upload
            # Others may have the time for more attempts, but not with credentials that are refused.
            is_refusal = isinstance(error, AuthenticationError)
            self._failed_for_all = deadline == NEVER or is_refusal
            self._failed_value = held.value if held is not None and is_refusal else None
            raise
        finally:
            self._flights += 1
        logger.info("Logged in." if held is None else "Renewed the token.")
        if abort is not None:
            raise abort

    async def _perform(
        self, flow: Generator[Step, Any, R], deadline: Deadline = NEVER
    ) -> tuple[R, BaseException | None]:
        """What *flow* returns, and the cancellation of the caller that was put off until it had.

        From the moment when something is sent that can be used once, a flow goes on to its end, or what came back for
        it would be lost to everybody. Only its pauses, in which a person is waited for, still end with the caller.
        """
        if not isinstance(flow, Generator):
            raise ConfigurationError("auth: its methods must be generators, with `yield from ()` if they need nothing.")
        aborts: list[BaseException] = []
        exchanged = False

        async def do(step: Step) -> Any:
            nonlocal exchanged
            if isinstance(step, Pause) and aborts:
                raise aborts.pop()
            exchanged = exchanged or isinstance(step, Once)
            if not exchanged or isinstance(step, Pause):
                return await self._do(step, deadline)
            result, abort = await uninterrupted(partial(self._do, step, deadline))
            aborts.extend(filter(None, [abort]))
            return result

        with EmptiedFrames():
            result = await perform(flow, do)
        return result, aborts[-1] if aborts else None

    async def _do(self, step: Step, deadline: Deadline) -> Any:
        match step:
            case Request():
                deadline.check("logging in")
                return await self._exchange.send(attrs.evolve(step, deadline=deadline, idempotent=True))
            case Once(request, again):
                deadline.check("logging in")
                once = attrs.evolve(request, deadline=deadline, idempotent=False)
                return await self._exchange.send(once, again=again)
            case ReadFile(path):
                return await in_thread(read_file, path)
            case FileMode(path):
                return await in_thread(file_mode, path)
            case Compute(work):
                return await in_thread(work)
            case Pause(seconds):
                deadline.check("waiting to log in")
                return await sleep(min(seconds, deadline.remaining()))
            case _:
                raise ConfigurationError(f"auth: a log-in yielded a {type(step).__name__}, which is not a step.")


def _checked(token: object) -> Token:
    if not isinstance(token, Token):
        raise ConfigurationError(f"auth: a log-in must return a Token, and this one returned a {type(token).__name__}.")
    return token


def _differs(token: Token, held: Token | None, refused: bool) -> bool:
    """Whether *token* is of any use to the holder of *held*: a refresh may have kept a value that was *refused*."""
    return token is not held and not (refused and held is not None and token.value == held.value)
