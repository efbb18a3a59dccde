"""Faults: what can happen to a request instead of an ordinary response."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

from .envelope import ApiError
from .patterns import SEARCHED_CHARACTERS

HTML_PAGE = "<html><head><title>{status}</title></head><body><h1>The proxy could not do that</h1></body></html>"


@dataclass(slots=True)
class Fault:
    """What happens to the requests that match a method and a path.

    Args:
        method: An HTTP method, or ``*`` for any.
        path: A regular expression that is searched in the path, without the query (its first 256 characters).
        times: How many matching requests it strikes; None for all.
        skip: How many matching requests pass first.
        status: Respond with this status instead of handling the request; with ``handle=True`` the request is handled
            first, and its response replaced.
        retry_after: The ``Retry-After`` header of that response: seconds, or an HTTP date.
        body: Its body. Without one it is the error envelope, or a small page if the content type is HTML.
        content_type: Its content type.
        headers: Its other headers.
        delay: Handle the request this many seconds later.
        drop: Close the connection ``"before"`` the request is handled, ``"after"`` it was handled, or ``"midway"``:
            after the headers and half the body of the response have been sent.
        handle: Handle the request before ``status`` replaces its response.
    """

    method: str = "*"
    path: str = ""
    times: int | None = 1
    skip: int = 0
    status: int | None = None
    retry_after: float | str | None = None
    body: str | bytes | None = None
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    delay: float = 0.0
    drop: Literal["before", "after", "midway"] | None = None
    handle: bool = False

    def __post_init__(self) -> None:
        self.method = self.method.upper()
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path must be a regular expression, which {self.path!r} is not: {error}.") from error
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be at least 1 or None, not {self.times}.")
        if self.drop not in (None, "before", "after", "midway"):
            raise ValueError(f"drop must be 'before', 'after', 'midway' or None, not {self.drop!r}.")

    def matches(self, method: str, path: str) -> bool:
        """Whether it is for a request with this method and path."""
        return self.method in ("*", method) and re.search(self.path, path[:SEARCHED_CHARACTERS]) is not None

    def answer(self, status: int, path: str) -> web.Response:
        """The response that replaces the real one."""
        headers = dict(self.headers)
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        body = self.body
        if body is None and "html" in (self.content_type or ""):
            body = HTML_PAGE.format(status=status)
        if body is None:
            return ApiError(status, headers=headers).response(path)
        data = body.encode() if isinstance(body, str) else body
        headers["Content-Type"] = self.content_type or "application/json"
        return web.Response(status=status, body=data, headers=headers)


class Faults:
    """The faults that are waiting for requests, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def waiting(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, which counts as a strike."""
        with self._lock:
            for fault in [fault for fault in self._faults if fault.matches(method, path)]:
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                return fault
            return None
