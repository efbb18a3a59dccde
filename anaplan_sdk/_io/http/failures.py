"""What went wrong, in words: failures of the HTTP libraries become TransportError."""

from __future__ import annotations

import os
import socket
import ssl
from typing import NoReturn, Self

import attrs

from anaplan_sdk._core.http.deadline import Deadline, now
from anaplan_sdk._core.http.echo import hide
from anaplan_sdk._core.http.gunzip import UndecodableError
from anaplan_sdk._core.http.messages import Request, TransportOptions, is_this_computer
from anaplan_sdk._io.http.origins import Origin, Proxy, parse_origin
from anaplan_sdk.errors import ClientClosedError, ConfigurationError, RequestTimeoutError, TransportError, printable

# Seconds that a request may take past its deadline: a last look at a task is taken at that moment.
_GRACE_SECONDS = 1.0


class NotConnectedError(Exception):
    """Raised inside a transport where no connection came about. Its cause says why."""


@attrs.define
class UnderWay:
    """A request on its way, with what a message about its failure needs.

    It must be on its way by ``start_by``, the caller's deadline, and answered by ``ends``, a second later: what is
    under way when the limit passes is most likely about to be answered. What must not be repeated is given the time of
    any other request, as its answer matters more.
    """

    request: Request
    options: TransportOptions
    proxy: Proxy | None
    start_by: Deadline
    ends: Deadline

    @classmethod
    def of(cls, request: Request, options: TransportOptions, proxy: Proxy | None) -> Self:
        """The request that gets under way now. ConfigurationError where others could read along."""
        if request.url.startswith("http:") and not options.plain_http:
            _check_way(parse_origin(request.url), proxy)
        if request.deadline == _NEVER:
            return cls(request, options, proxy, _NEVER, _NEVER)
        silence = options.read_timeout if request.read_timeout is None else request.read_timeout
        grace = min(silence, _GRACE_SECONDS)
        start_by = Deadline(max(request.deadline.at, now() + grace))
        ends = Deadline(max(start_by.at, request.deadline.at + grace, 0.0 if request.idempotent else now() + silence))
        return cls(request, options, proxy, start_by, ends)

    @property
    def silence(self) -> float:
        """The longest silence allowed, in seconds."""
        return self.options.read_timeout if self.request.read_timeout is None else self.request.read_timeout

    def fail(self, error: Exception) -> NoReturn:
        """Raise TransportError for what went wrong.

        It is chained to an error of the operating system alone: those of the libraries hold URLs and headers.
        """
        root = _root(error)
        connected = not isinstance(error, NotConnectedError)
        if isinstance(root, TimeoutError) and (self.ends if connected else self.start_by).passed():
            self.out_of_time(sent=connected)
        describe = _not_connected if isinstance(error, NotConnectedError) else _interrupted
        cause = _harmless(root)
        if type(cause) is OSError and not cause.errno:  # the words of a proxy
            root = cause = OSError(printable(hide(str(root), self.proxy.secrets if self.proxy else ())))
        raise describe(self, root) from cause

    def out_of_time(self, *, sent: bool) -> NoReturn:
        """Raise RequestTimeoutError: the caller's limit passed."""
        request = self.request
        what = "may have been received" if sent else "was not sent"
        raise RequestTimeoutError(
            f"The time limit passed before {parse_origin(request.url)} responded to {request.method} "
            f"{request.path or '/'}, which {what}. Allow more with timeout=.",
            maybe_received=sent,
        ) from None


def _check_way(origin: Origin, proxy: Proxy | None) -> None:
    way = [origin, *([proxy.origin] if proxy else [])]
    elsewhere = [str(hop) for hop in way if not is_this_computer(hop.host)]
    if elsewhere:
        raise ConfigurationError(
            f"http:// would send passwords and tokens in clear text to {' and '.join(elsewhere)}. Nothing was sent. "
            "Use https://, or allow_plain_http=True in a network that nobody else can listen to."
        )


def closed() -> ClientClosedError:
    """The error of a transport that is used after ``close``."""
    return ClientClosedError("This client is closed. Make a new one.")


_NEVER = Deadline()


def _not_connected(under_way: UnderWay, root: BaseException) -> TransportError:
    request, proxy = under_way.request, under_way.proxy
    through = f" through the proxy {proxy.origin}" if proxy else ""
    advice = "Check proxy= or the proxy variables of the environment." if proxy else "Check the host and the network."
    match root:
        case ssl.SSLCertVerificationError():
            reason = f"the certificate is not trusted ({root.verify_message})"
            advice = "If a private CA or a company's proxy signs it, pass a context that trusts it as ssl_context=."
        case ssl.SSLError():
            reason = f"TLS failed ({root.reason or 'the other side hung up'})"
        case socket.gaierror():
            reason = "the host name is not known"
        case TimeoutError():
            reason = f"none was established within {under_way.options.connect_timeout:g} s"
        case OSError() if _harmless(root):
            reason = os.strerror(root.errno).lower() if root.errno else str(root) or "the other side hung up"
        case _:
            reason = "the other side hung up"
    return TransportError(
        f"No connection to {parse_origin(request.url)}{through}: {reason}. "
        f"{request.method} {request.path or '/'} was not sent. {advice}",
        maybe_received=False,
    )


def _interrupted(under_way: UnderWay, root: BaseException) -> TransportError:
    request = under_way.request
    advice = "Check the network, and try again."
    match root:
        case UndecodableError():
            reason = f"the response {root}"
            advice = "Check for a proxy in between that changes responses."
        case TimeoutError():
            reason = f"no data was sent or received for {under_way.silence:g} s"
            advice = "Check the network, or allow more with read_timeout=."
        case _:
            reason = "the connection broke, or the response was cut short or was not HTTP"
    return TransportError(
        f"No complete response from {parse_origin(request.url)} to {request.method} {request.path or '/'}: {reason}. "
        f"The request may have been received. {advice}",
        maybe_received=True,
    )


def _root(error: BaseException) -> BaseException:
    """The deepest reason for ``error`` that has a name of its own."""
    root, link = error, _below(error)
    while link is not None:
        if isinstance(link, OSError | UndecodableError):
            root = link
        link = _below(link)
    return root


def _below(error: BaseException) -> BaseException | None:
    # urllib3 does not chain all of its exceptions to their reason, but has it among their arguments.
    return error.__cause__ or next((arg for arg in error.args if isinstance(arg, BaseException)), None)


def _harmless(root: BaseException) -> OSError | None:
    return root if isinstance(root, OSError) and type(root).__module__ in ("builtins", "socket", "ssl") else None
