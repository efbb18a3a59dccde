# Source of both colours: scripts/codegen.py emits this file twice.
"""One signed request to its answer or error, and the pages of a listing."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from anaplan_sdk._core.api.integration import API
from anaplan_sdk._core.api.service import Endpoint, Listing
from anaplan_sdk._core.frames import EmptiedFrames
from anaplan_sdk._core.http.deadline import NEVER, Deadline
from anaplan_sdk._core.http.messages import Body, Request, Response
from anaplan_sdk._core.http.refusals import not_of_anaplan, refusal
from anaplan_sdk._core.http.verdict import Verdict
from anaplan_sdk._core.jobs.starts import Starts
from anaplan_sdk._core.json import convert
from anaplan_sdk._core.listing.memory import Remembered
from anaplan_sdk._core.login.basic import Credentials, Token
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.transfer.throughput import Wire
from anaplan_sdk._io.aio import Lock, each
from anaplan_sdk._settings import Settings
from anaplan_sdk.errors import AnaplanError, TransferTimeoutError
from anaplan_sdk.models import File

from .exchange import Exchange, Sink
from .listing import Reading
from .tokens import Tokens

logger = logger_of("http")

T = TypeVar("T")

__all__ = ["Session", "each"]

JSON = {"Accept": "application/json"}
JSON_BODY = {"Accept": "application/json", "Content-Type": "application/json"}
# For anything that is not JSON: some endpoints answer 406 to a narrower wish.
ANYTHING = {"Accept": "*/*"}


class Session:
    """What clients made from one another share: connections, token, pacing and settings."""

    def __init__(self, settings: Settings, credentials: Credentials) -> None:
        self.settings = settings
        self.credentials = credentials
        self._exchange = Exchange(settings)
        self.wire = Wire()  # what one upload finds out about the network, the next knows
        self._tokens = Tokens(credentials, self._exchange)
        # Looked up once for all clients: the workspace of a model, and the files that a model has.
        self.workspaces = Remembered[str]()
        self.files = Remembered[Mapping[str, File]]()
        self.starts = Starts()
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

    async def one(self, endpoint: Endpoint[T], deadline: Deadline) -> T:
        """What *endpoint* answers; anything that is not a success is raised."""
        return endpoint.read(await self.answer(endpoint, deadline))

    async def rows(self, listing: Listing[T], deadline: Deadline) -> list[T]:
        """All rows of *listing*, each once, in the server's order."""
        await self.token(deadline)  # here, and not in a page's thread: an interrupt can end a log-in that waits
        return await Reading(self, listing, deadline).rows()

    async def answer(self, endpoint: Endpoint[Any], deadline: Deadline, into: Sink | None = None) -> Response:
        """The successful answer itself, its body *into* a sink where one is given."""
        service = endpoint.service
        request = endpoint.request(self.settings.urls[service.name], deadline, self.settings.read_timeout)
        return await self._signed(request, service.scheme, into)

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: Body | None = None,
        headers: Mapping[str, str] = JSON,
        safe: bool | None = None,
        deadline: Deadline | None = None,
        timeout: float | None = None,
    ) -> Response:
        """Old: the successful answer; anything else is raised."""
        repeatable = method != "POST" if safe is None else safe
        url = self.settings.urls["api"] + path
        silence = self.settings.read_timeout if timeout is None else timeout
        return await self._signed(Request(method, url, headers, body, silence, deadline or NEVER, repeatable))

    async def save(self, at: Endpoint[bytes] | str, into: Sink, deadline: Deadline | None = None) -> None:
        """Stream what *at* answers into a sink, from the start again where that fails."""
        if isinstance(at, str):
            url = self.settings.urls["api"] + at
            request = Request("GET", url, ANYTHING, None, self.settings.read_timeout, deadline or NEVER)
            await self._signed(request, into=into)
        else:
            await self.answer(at, deadline or NEVER, into)

    async def _signed(self, request: Request, scheme: str | None = None, into: Sink | None = None) -> Response:
        """The successful answer to *request* under the session's token; anything else is raised."""
        with EmptiedFrames():
            token = await self._tokens.current(request.deadline)
            response = await self._exchange.send(request.with_header("Authorization", token.header_as(scheme)), into)
            if request.verdict(response) is Verdict.EXPIRED:  # or revoked before its time
                token = await self._tokens.replace(token, refused=True, deadline=request.deadline)
                request.deadline.check("logging in again")
                response = await self._exchange.send(
                    request.with_header("Authorization", token.header_as(scheme)), into
                )
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

    async def get(self, path: str, *, deadline: Deadline | None = None) -> dict[str, Any]:
        """The JSON object at *path*."""
        response = await self.send("GET", path, deadline=deadline)
        # Some regions answer 204 instead of 404 where there is no dump.
        return {} if response.status == 204 else convert.load_json(response.body, path=path)

    async def post(
        self, path: str, payload: Mapping[str, Any], *, safe: bool = False, **options: Any
    ) -> dict[str, Any]:
        """The JSON object that comes back for *payload*."""
        body = json.dumps(payload).encode()
        response = await self.send("POST", path, body=body, headers=JSON_BODY, safe=safe, **options)
        return convert.load_json(response.body, path=path)

    async def content(self, at: Endpoint[bytes] | str, deadline: Deadline | None = None) -> bytes:
        """The content that *at* answers."""
        if isinstance(at, str):
            return (await self.send("GET", at, headers=ANYTHING, deadline=deadline)).body
        return (await self.answer(at, deadline or NEVER)).body

    async def listing(
        self, path: str, key: str, kind: type[T], *, deadline: Deadline | None = None, **parameters: Any
    ) -> list[T]:
        """Old: all rows of a listing."""
        return await self.rows(API.rows(path.removeprefix(API.root), key, kind, **parameters), deadline or NEVER)

    async def close(self) -> None:
        """Log out if that is wanted, and give every connection back.

        A log-out that fails is no error, which would hide the one that ends a ``with`` block: the token expires soon.
        """
        try:
            if self.settings.log_out_on_close:
                await self._tokens.log_out()
        except AnaplanError as error:
            logger.warning("Closed without logging out: %s", error)
        finally:
            await self._exchange.transport.close()
