# Source of both colours: scripts/codegen.py emits this file twice.
"""What a request is answered with, under the token that all share, or the error that it ends with."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from anaplan_sdk._core.api.service import Endpoint, Listing
from anaplan_sdk._core.frames import EmptiedFrames
from anaplan_sdk._core.http.deadline import NEVER, Deadline
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.http.refusals import not_of_anaplan, refusal
from anaplan_sdk._core.http.verdict import Verdict
from anaplan_sdk._core.jobs.starts import Starts
from anaplan_sdk._core.listing.memory import Remembered
from anaplan_sdk._core.login.basic import Credentials, Token
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.transfer.throughput import Wire
from anaplan_sdk._io.aio import Lock
from anaplan_sdk._settings import Settings
from anaplan_sdk.errors import AnaplanError, NotFoundError, TransferTimeoutError, WaitTimeoutError
from anaplan_sdk.models import File

from .exchange import Exchange, Sink
from .listing import Reading
from .tokens import Tokens

logger = logger_of("http")

T = TypeVar("T")

# How long closing a client may take for deletions, in seconds.
_CLOSING_SECONDS = 10.0


class Session:
    """What clients made from one another share: connections, token, pacing and settings."""

    def __init__(self, settings: Settings, credentials: Credentials) -> None:
        self.settings = settings
        self.credentials = credentials
        self._exchange = Exchange(settings)
        self.wire = Wire()  # what one upload finds out about the network, the next knows
        self._tokens = Tokens(credentials, self._exchange)
        # Looked up once for all clients: the workspace of a model, the module of a view, and the files of a model.
        self.workspaces = Remembered[str]()
        self.modules = Remembered[str]()
        self.files = Remembered[Mapping[str, File]]()
        self.only_escaped = Remembered[bool]()  # models of which plain CSV is refused
        self.starts = Starts()
        # What takes space in Anaplan, by its path: deleted by whoever made it, else when the client is closed.
        self.leftovers: dict[str, Endpoint[None]] = {}
        self._in_use: dict[tuple[str, str], Lock] = {}

    def with_settings(self, settings: Settings) -> Session:
        """A session with other settings that shares everything else."""
        session = copy.copy(self)
        session.settings = settings
        session._exchange = self._exchange.with_settings(settings)
        return session

    @asynccontextmanager
    async def using_file(self, model_id: str, file_id: int | str, deadline: Deadline) -> AsyncIterator[None]:
        """Keep others away from a file while it is written to and read from: Anaplan would mix their content.

        Of all clients that share the session, one has the file at a time, and others wait for it within *deadline*.
        """
        lock = self._in_use.setdefault((model_id, str(file_id)), Lock())
        if not await lock.acquire(deadline.remaining()):
            raise TransferTimeoutError(
                f"The time limit passed while another upload or load of this client used file {file_id}. Nothing was "
                "uploaded."
            )
        try:
            yield
        finally:
            lock.release()

    @asynccontextmanager
    async def writing_to(self, model_id: str, deadline: Deadline) -> AsyncIterator[None]:
        """Keep other writes of all clients that share the session away from a model: it would let them wait anyway."""
        lock = self._in_use.setdefault(("writes", model_id), Lock())
        if not await lock.acquire(deadline.remaining()):
            raise WaitTimeoutError(
                f"The time limit passed while another call of this client wrote to model {model_id}."
            )
        try:
            yield
        finally:
            lock.release()

    async def one(self, endpoint: Endpoint[T], deadline: Deadline) -> T:
        """What *endpoint* answers; anything that is not a success is raised."""
        return endpoint.read(await self.answer(endpoint, deadline))

    async def rows(self, listing: Listing[T], deadline: Deadline) -> list[T]:
        """All rows of *listing*, each once, in the server's order."""
        await self.token(deadline)  # here and not in a page's thread: an interrupt can end a log-in that waits
        return await Reading(self, listing, deadline).rows()

    async def content(self, endpoint: Endpoint[bytes], deadline: Deadline) -> bytes:
        """The content that *endpoint* answers, as it is."""
        return (await self.answer(endpoint, deadline)).body

    async def save(self, endpoint: Endpoint[bytes], into: Sink, deadline: Deadline) -> None:
        """Stream the content of *endpoint* into a sink, from the start again where that fails."""
        await self.answer(endpoint, deadline, into)

    async def answer(self, endpoint: Endpoint[Any], deadline: Deadline, into: Sink | None = None) -> Response:
        """The successful answer itself, its body *into* a sink where one is given; anything else is raised."""
        service = endpoint.service
        request = endpoint.request(self.settings.urls[service.name], deadline, self.settings.read_timeout)
        with EmptiedFrames():
            token = await self._tokens.current(deadline)
            response = await self._exchange.send(request.signed(token.header_as(service.scheme)), into)
            if request.verdict(response) is Verdict.EXPIRED:  # or revoked before its time
                token = await self._tokens.replace(token, refused=True, deadline=deadline)
                deadline.check("logging in again")
                response = await self._exchange.send(request.signed(token.header_as(service.scheme)), into)
            if (error := refusal(request, response) or not_of_anaplan(request, response)) is not None:
                raise error
            return response

    async def token(self, deadline: Deadline = NEVER) -> Token:
        """The token of all clients; the first caller logs in."""
        return await self._tokens.current(deadline)

    def server_time(self) -> float:
        """Anaplan's clock in epoch seconds; the local one before the first answer."""
        return self._exchange.clock.epoch()

    async def probe(self, url: str, deadline: Deadline) -> Response:
        """Whatever answers at *url*, unsigned and at the first try."""
        with EmptiedFrames():
            request = Request("GET", url, read_timeout=self.settings.read_timeout, deadline=deadline)
            return await self._exchange.send(request, again=False)

    async def close(self) -> None:
        """Delete what is left over, log out if that is wanted, and give every connection back.

        What fails of it is no error, which would hide the one that ends a ``with`` block: the token expires soon.
        """
        try:
            await self._delete_leftovers()
            if self.settings.log_out_on_close:
                await self._tokens.log_out()
        except AnaplanError as error:
            logger.warning("Closed without deleting a read request or logging out: %s", error)
        finally:
            await self._exchange.transport.close()

    async def _delete_leftovers(self) -> None:
        limit = Deadline.after(_CLOSING_SECONDS)
        while self.leftovers:
            _, delete = self.leftovers.popitem()
            with suppress(NotFoundError):
                await self.one(delete, limit)
