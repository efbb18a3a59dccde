"""The transport on urllib3."""

from __future__ import annotations

import http.client
import os
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import cast

import urllib3

from anaplan_sdk._core.http.gunzip import UndecodableError
from anaplan_sdk._core.http.messages import Request, Response, Streamed, TransportOptions
from anaplan_sdk._io.blocking.connection import CURRENT
from anaplan_sdk._io.blocking.pool import Pools, Route
from anaplan_sdk._io.http.failures import NotConnectedError, UnderWay, closed
from anaplan_sdk._io.http.messages import (
    PIECE_BYTES,
    Measure,
    body_pieces,
    gunzip_for,
    incoming_headers,
    outgoing_headers,
    room_bytes,
)
from anaplan_sdk._io.http.origins import Proxies, parse_origin
from anaplan_sdk._io.http.tls import check_context, check_verification
from anaplan_sdk._io.threads import acquired, check_stopped

_FAILURES = (NotConnectedError, UndecodableError, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError)
_NO_RETRY = urllib3.Retry(False)


class Transport:
    """Sends requests from any thread; each process has its own connections."""

    def __init__(self, options: TransportOptions) -> None:
        check_context(options.ssl_context)
        self._options = options
        self._proxies = Proxies(options.proxy)
        self._current = Pools(options, self._proxies)
        self._closed = False

    def send(self, request: Request) -> Response:
        """Send a request and collect the whole answer, whatever its status. Raises TransportError.

        Waits while ``connections`` requests are under way.
        """
        under_way, places = self._under_way(request), self._pools().places
        if not acquired(lambda patience: places.acquire(timeout=patience), under_way.start_by.remaining()):
            under_way.out_of_time(sent=False)
        try:
            with self._open(under_way, whole=True) as answer:
                return Response(answer.status, answer.headers, b"".join(answer.blocks))
        finally:
            places.release()

    def stream(self, request: Request) -> AbstractContextManager[Streamed[Iterator[bytes]]]:
        """Send a request and read the answer block by block, whatever its status. Raises TransportError.

        Never waits for others, so that a reader may send requests between blocks.
        """
        return self._open(self._under_way(request), whole=False)

    def secrets(self, request: Request) -> tuple[str, ...]:
        """What a request is sent with that its sender does not know: the password of a proxy."""
        return self._proxies.secrets(parse_origin(request.url))

    def _under_way(self, request: Request) -> UnderWay:
        if self._options.ssl_context:
            check_verification(self._options.ssl_context)  # It may have been changed since.
        return UnderWay.of(request, self._options, self._pools().route(parse_origin(request.url)).proxy)

    @contextmanager
    def _open(self, under_way: UnderWay, *, whole: bool) -> Iterator[Streamed[Iterator[bytes]]]:
        route = self._pools().route(parse_origin(under_way.request.url))
        raw = _start(route, under_way)
        try:
            headers = incoming_headers(raw.headers.items())
            # A single block is what a whole body is made of without a copy.
            block_bytes = (room_bytes(headers) if whole else 0) or PIECE_BYTES
            with closing(_blocks(under_way, raw, headers, block_bytes)) as blocks:
                yield Streamed(raw.status, headers, blocks)
        finally:
            raw.close()  # Leaves alone a connection whose answer was read to its end: the pool has it back.

    def close(self) -> None:
        """Close all connections. Idempotent; sending afterwards raises ClientClosedError."""
        self._closed = True
        self._current.close()

    def _pools(self) -> Pools:
        if self._closed:
            raise closed()
        if self._current.process_id != os.getpid():
            self._current = Pools(self._options, self._proxies)
        return self._current


def _start(route: Route, under_way: UnderWay) -> urllib3.BaseHTTPResponse:
    check_stopped()
    request, silence = under_way.request, under_way.silence
    headers = outgoing_headers(request.headers)
    if request.body:
        headers["Content-Length"] = str(memoryview(request.body).nbytes)
    token = CURRENT.set(under_way)
    try:
        return route.pool.urlopen(
            request.method,
            route.target(request.url),
            headers=headers,
            body=cast("Iterator[bytes]", body_pieces(request.body)) if request.body else None,
            timeout=urllib3.Timeout(connect=silence, read=silence),
            retries=_NO_RETRY,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
        )
    except _FAILURES as error:
        under_way.fail(error)
    finally:
        CURRENT.reset(token)


def _blocks(
    under_way: UnderWay, raw: urllib3.BaseHTTPResponse, headers: dict[str, str], block_bytes: int
) -> Generator[bytes, None, None]:
    try:
        gunzip, measure = gunzip_for(headers), Measure(under_way.request, raw.status, headers)
        for block in raw.stream(block_bytes):
            for decoded in gunzip.feed(block) if gunzip else (block,):
                yield measure.take(decoded)
                if measure.full:
                    return
        if gunzip:
            gunzip.finish()
    except _FAILURES as error:
        under_way.fail(error)
