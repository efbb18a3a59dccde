"""Keeps web pages out: whatever a browser has open may send requests to the computer that it runs on.

A page of another site is known by the origin that its browser names. A page that has its own name point to this
computer (DNS rebinding) is of the same origin for the browser, and is known by that name: programs use addresses or
``localhost``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from .envelope import ApiError

CONTROL_PREFIX = "/emulator/"
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
_HOST = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(:\d+)?")
_log = logging.getLogger("anaplan_sdk.emulator")


def guard(names: Iterable[str]) -> Middleware:
    """The middleware that lets in who calls the emulator by an address, as localhost or by one of the names."""
    known = {"localhost", *(name.casefold() for name in names)}

    @web.middleware
    async def keep_pages_out(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            _check_host(request, known)
            _check_origin(request)
            if request.path.startswith(CONTROL_PREFIX):
                _check_control(request)
        except ApiError as problem:
            _log.warning("refused %s %r: %s", request.method, request.path, problem.message)
            return problem.response(request.path)
        return await handler(request)

    return keep_pages_out


def _check_host(request: web.Request, known: set[str]) -> None:
    hosts = request.headers.getall("Host", [])
    if len(hosts) != 1:
        raise ApiError(400, "A request has one Host header.")
    # An address in the request line, as proxies get it, counts more than the header.
    for host in (hosts[0], request.host):
        if not _is_known(host, known):
            message = (
                f"The emulator does not answer to the name {host[:100]!r}, which any web page could point to it. Use "
                "its address or localhost, or start it with host_names=[...] (--host-name)."
            )
            raise ApiError(421, message)


def _is_known(host: str, known: set[str]) -> bool:
    parts = _HOST.fullmatch(host)
    if parts is None:
        return False
    name = parts[1].strip("[]").rstrip(".").casefold()
    if name in known or name.endswith(".localhost"):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _check_origin(request: web.Request) -> None:
    """Refuse pages of other sites. They may lead a browser here, as an application does for a log-in, and no more."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.casefold() != request.headers["Host"].casefold():
        raise ApiError(403, f"Pages of another site ({origin[:100]!r}) may not use the emulator.")
    site = request.headers.get("Sec-Fetch-Site", "none")
    leads_here = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    if site not in ("none", "same-origin") and not leads_here:
        raise ApiError(403, f"Pages of another site ({site[:100]!r}) may not use the emulator.")


def _check_control(request: web.Request) -> None:
    """Take JSON only: other types can be sent by any page, and browsers ask nobody before they do."""
    if request.method not in CHANGING or not (request.can_read_body or "Content-Type" in request.headers):
        return
    if request.content_type != "application/json":
        raise ApiError(415, "The control surface takes JSON only: send the header Content-Type: application/json.")
