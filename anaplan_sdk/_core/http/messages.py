"""Requests and responses as values."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address
from typing import Generic, TypeAlias, TypeVar
from urllib.parse import urlsplit

import attrs

from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.http.verdict import Verdict, usual
from anaplan_sdk.errors import AnaplanError

Body: TypeAlias = bytes | bytearray | memoryview
BlocksT = TypeVar("BlocksT")


@attrs.frozen
class Request:
    """One HTTP request. ``body`` can be sent any number of times. Its repr shows no header, query or body."""

    method: str
    url: str = attrs.field(
        repr=lambda url: urlsplit(url)._replace(query="", netloc=urlsplit(url).hostname or "").geturl()
    )
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    body: Body | None = attrs.field(default=None, repr=False)
    # Longest silence in seconds, in either direction, instead of the transport's own: some endpoints think for minutes.
    read_timeout: float | None = None
    # The caller's limit for all of it.
    deadline: Deadline = attrs.field(factory=Deadline, repr=False)
    # Whether a repetition cannot make anything happen twice. What must not be repeated goes out on a new connection:
    # one that was used before may be closed by the server at the same moment, and nobody could tell whether the request
    # was received (RFC 9112, 9.3.1).
    idempotent: bool = attrs.field(default=True, repr=False)
    # What an answer to it means.
    verdict: Callable[[Response], Verdict] = attrs.field(default=usual, repr=False)
    # What a status of the answer tells, where that is more than usual.
    hints: Mapping[int, str] = attrs.field(factory=dict[int, str], repr=False)

    @property
    def path(self) -> str:
        """The path without host and query, for messages and logs."""
        return urlsplit(self.url).path

    def signed(self, authorization: str) -> Request:
        """The same request with the value of its Authorization header."""
        return self.with_header("Authorization", authorization)

    def with_header(self, name: str, value: str) -> Request:
        """The same request with one more header."""
        return attrs.evolve(self, headers={**self.headers, name: value})


@attrs.frozen
class Response:
    """A complete response. Header names are in lower case; ``body`` is decoded from any Content-Encoding."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    # The failed attempts before this answer, for the error that it may become.
    earlier: tuple[AnaplanError, ...] = ()


@functools.lru_cache(maxsize=64)
def is_this_computer(host: str) -> bool:
    """Whether a host is the loopback, by name or by address: what is sent there leaves no wire."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    address = mapped or address
    return address.is_loopback or address.is_unspecified


def in_clear(url: str) -> bool:
    """Whether what is sent to *url* can be read by others."""
    return urlsplit(url).scheme == "http" and not is_this_computer(urlsplit(url).hostname or "")


def is_page(headers: Mapping[str, str]) -> bool:
    """Whether a body is HTML."""
    return "html" in headers.get("content-type", "").lower()


@attrs.frozen
class Streamed(Generic[BlocksT]):
    """The head of a response and the blocks of its body, to be read once."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    blocks: BlocksT = attrs.field(repr=False)


@attrs.frozen
class TransportOptions:
    """How to connect. ``read_timeout`` is the longest silence, ``connections`` the most to be open at once."""

    read_timeout: float = 120.0
    connect_timeout: float = 30.0
    connections: int = 32
    proxy: str | None = attrs.field(default=None, repr=False)
    ssl_context: ssl.SSLContext | None = attrs.field(default=None, repr=False)
    # Whether passwords and tokens may travel without TLS to other computers.
    plain_http: bool = False
