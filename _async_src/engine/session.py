# Source of both colours: scripts/codegen.py emits this file twice.
"""One signed request to its answer or error, and the pages of a listing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar

from anaplan_sdk._core.api.endpoints import query
from anaplan_sdk._core.frames import EmptiedFrames
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.http.messages import Body, Request, Response
from anaplan_sdk._core.http.refusals import not_of_anaplan, refusal
from anaplan_sdk._core.jobs.starts import Starts
from anaplan_sdk._core.json import convert
from anaplan_sdk._core.listing.memory import Remembered
from anaplan_sdk._core.listing.offsets import Pages, Row, Window, incomplete
from anaplan_sdk._core.login.basic import Credentials, Token
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.transfer.throughput import Wire
from anaplan_sdk._io.aio import Lock, map_bounded
from anaplan_sdk.errors import AnaplanError, TransferTimeoutError
from anaplan_sdk.models import File
from anaplan_sdk.settings import Settings

from .exchange import Exchange, Sink
from .tokens import Tokens

logger = logger_of("http")

T = TypeVar("T")
RowT = TypeVar("RowT", bound=Row)

JSON = {"Accept": "application/json"}
JSON_BODY = {"Accept": "application/json", "Content-Type": "application/json"}
# For anything that is not JSON: some endpoints answer 406 to a narrower wish.
ANYTHING = {"Accept": "*/*"}


class SignedExchange(Protocol):
    """One signed request to its answer, of any status."""

    async def __call__(self, signed: Request) -> Response: ...


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
        """The successful answer; anything else is raised. ``safe`` defaults to what the method promises."""
        request = Request(method, self.settings.urls["api"] + path, headers, body, timeout)
        repeatable = method != "POST" if safe is None else safe

        async def exchange(signed: Request) -> Response:
            return await self._exchange.send(signed, safe=repeatable, deadline=deadline)

        return await self._signed(request, exchange, deadline or Deadline())

    async def save(self, path: str, sink: Sink, *, deadline: Deadline | None = None) -> None:
        """Stream the bytes at *path* into *sink*, from the start again where that fails."""

        async def exchange(signed: Request) -> Response:
            return await self._exchange.save(signed, sink, deadline=deadline)

        request = Request("GET", self.settings.urls["api"] + path, ANYTHING)
        await self._signed(request, exchange, deadline or Deadline())

    async def _signed(self, request: Request, exchange: SignedExchange, deadline: Deadline) -> Response:
        """The successful answer to *request* under the session's token; anything else is raised."""
        with EmptiedFrames():
            token = await self._tokens.current(deadline)
            response = await exchange(request.with_header("Authorization", token.header))
            if response.status == 401:  # expired or revoked before its time
                token = await self._tokens.replace(token, refused=True, deadline=deadline)
                deadline.check("logging in again")
                response = await exchange(request.with_header("Authorization", token.header))
            if (error := refusal(request, response) or not_of_anaplan(request, response)) is not None:
                raise error
            return response

    async def token(self, deadline: Deadline | None = None) -> Token:
        """The token of all clients; the first caller logs in."""
        return await self._tokens.current(deadline or Deadline())

    def server_time(self) -> float:
        """Anaplan's clock in epoch seconds; the local one before the first answer."""
        return self._exchange.clock.epoch()

    async def probe(self, url: str, deadline: Deadline) -> Response:
        """Whatever answers at *url*, unsigned and at the first try."""
        with EmptiedFrames():
            return await self._exchange.send(Request("GET", url), safe=True, again=False, deadline=deadline)

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

    async def content(self, path: str, *, deadline: Deadline | None = None) -> bytes:
        """The bytes at *path*."""
        return (await self.send("GET", path, headers=ANYTHING, deadline=deadline)).body

    async def listing(
        self,
        path: str,
        key: str,
        kind: type[RowT],
        *,
        deadline: Deadline | None = None,
        **parameters: Any,
    ) -> list[RowT]:
        """All rows of a listing, each once, in the server's order; pages after the first travel side by side."""
        deadline = deadline or Deadline()

        async def fetch(window: Window) -> tuple[Window, list[RowT], int | None]:
            if window.offset:
                deadline.check(f"listing {path}")
            where = query(path, **parameters, limit=window.limit, offset=window.offset)
            payload = await self.get(where, deadline=deadline)
            rows = convert.structure_list(payload, key, kind, path=path)
            return window, rows, convert.paging(payload).total

        # Here and not in a page's thread: an interrupt can end a log-in that waits for a person.
        await self.token(deadline)

        at_once = self.settings.concurrency

        async def read() -> Pages[RowT]:
            pages = Pages[RowT](self.settings.page_size)
            while windows := pages.wanted():
                # One alone, such as the first, needs no threads.
                found = (
                    [await fetch(windows[0])]
                    if len(windows) == 1
                    else await map_bounded(fetch, each(windows), limit=at_once)
                )
                for window, rows, total in found:
                    pages.add(window, rows, total)
            return pages

        pages = await read()
        if not pages.complete():  # rows may shift while they are read
            deadline.check(f"listing {path}")
            pages = await read()
        if pages.complete():
            return pages.rows()
        raise incomplete(pages, key, path)

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


async def each(items: Iterable[T]) -> AsyncIterator[T]:
    for item in items:
        yield item
