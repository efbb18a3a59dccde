"""Where Anaplan is and how to talk to it: arguments first, then the environment, then the region's defaults."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import urlsplit

import attrs

from anaplan_sdk._core.api.endpoints import API
from anaplan_sdk._core.http.messages import TransportOptions, in_clear
from anaplan_sdk._core.http.pacing import Pacing
from anaplan_sdk._core.http.retry import RetryPolicy
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.listing.offsets import MAX_PAGE_SIZE
from anaplan_sdk._core.transfer.chunks import check_chunk_bytes
from anaplan_sdk._core.transfer.compression import Compression, check_compression
from anaplan_sdk.errors import ConfigurationError

# The base URL of each service, by its name.
Urls: TypeAlias = Mapping[str, str]


def _at(api: str, auth: str, oauth: str) -> Urls:
    return {"api": f"https://{api}", "auth": f"https://{auth}", "oauth": f"https://{oauth}"}


def _own(prefix: str) -> Urls:
    return _at(f"{prefix}.api.anaplan.com", f"{prefix}.auth.anaplan.com", f"{prefix}.app.anaplan.com")


_SHARED = _at("api.anaplan.com", "auth.anaplan.com", "us1a.app.anaplan.com")

# From Anaplan's list of URLs to allow (2026-05). The hosts of au1 could not be confirmed on a live tenant.
REGIONS: Mapping[str, Urls] = {
    **dict.fromkeys(("us1", "us2", "us5", "us7", "eu1", "eu2", "eu4", "ap1"), _SHARED),
    **{region: _own(region) for region in ("us9", "eu3", "eu5", "gb1", "sg1", "ae1", "in1", "id1", "me1")},
    "ca1": _own("ca1a"),
    "au1": _at("api.au1a.app2.anaplan.com", "au1a.app2.anaplan.com", "au1a.app2.anaplan.com"),
}


@attrs.frozen
class Settings:
    """Everything a session is made of, but the credentials."""

    urls: Urls
    transport: TransportOptions
    retry: RetryPolicy
    poll: PollSchedule
    pacing: Pacing | None
    page_size: int
    upload_chunk_bytes: int
    concurrency: int
    compression: Compression
    allow_file_creation: bool
    log_out_on_close: bool


def environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The ``ANAPLAN_*`` variables that are set and not blank, as ``api_url``, ``user_email`` and so on."""
    variables = os.environ if environ is None else environ
    prefix = "ANAPLAN_"
    return {
        # A blank may belong to a password, and to nothing else.
        name.removeprefix(prefix).lower(): value if name.endswith("PASSWORD") else value.strip()
        for name, value in variables.items()
        if name.startswith(prefix) and value.strip()
    }


def service_urls(
    given: Mapping[str, str], *, region: str | None, urls: Mapping[str, str | None], plain_http: bool = False
) -> Urls:
    """Where each service is: as *urls* says, else the environment (*given*), else the region."""
    name = str(region or given.get("region") or "us1").lower()
    if name not in REGIONS:
        raise ConfigurationError(
            f"region: {name!r} is not known. Known are {', '.join(sorted(REGIONS))}; or give the URLs."
        )
    defaults = REGIONS[name]
    if unknown := sorted(map(repr, set(urls).difference(defaults))):
        raise ConfigurationError(f"urls: {', '.join(unknown)} is no service. Services are {', '.join(defaults)}.")
    # A region given as argument is not bent by URLs in the environment.
    variables = {} if region else given
    found = {
        service: _url(f"{service}_url", urls.get(service) or variables.get(f"{service}_url") or default)
        for service, default in defaults.items()
    }
    for service, url in found.items():
        if in_clear(url) and not plain_http:
            raise ConfigurationError(
                f"{service}_url: http:// would send passwords and tokens in clear to {urlsplit(url).hostname}. Use "
                "https://. http:// is for this computer itself; allow_plain_http=True (ANAPLAN_ALLOW_PLAIN_HTTP=1) "
                "allows it for networks that nobody else can listen to."
            )
    return found


def given_urls(urls: Mapping[str, str] | None, **named: str | None) -> dict[str, str | None]:
    """The URLs that were given as arguments, those with an argument of their own among them."""
    if urls is not None and not isinstance(urls, Mapping):
        raise ConfigurationError(f'urls must be a mapping such as {{"api": "https://…"}}, not {type(urls).__name__}.')
    for name, url in named.items():
        if url and urls and name in urls:
            raise ConfigurationError(f"{name}_url and urls[{name!r}] were both given: leave one out.")
    return {**named, **(urls or {})}


def plain_http(given: Mapping[str, str], argument: bool) -> bool:
    """Whether http:// to other computers is allowed."""
    if not isinstance(argument, bool):
        raise ConfigurationError(f"allow_plain_http must be True or False, not {argument!r}.")
    return argument or given.get("allow_plain_http", "").lower() in ("1", "true", "yes")


def _url(name: str, value: str) -> str:
    if not isinstance(value, str) or not _is_base_url(value):
        raise ConfigurationError(
            f"{name} must be a URL such as https://api.anaplan.com, without user, query or {API} at its end."
        )
    return value.rstrip("/")


def _is_base_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:  # brackets without an IPv6 address, a port that is no number
        return False
    plain = value.isascii() and value.isprintable() and not set(value) & set(" ?#@\\")
    address = parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0
    return plain and address and not parts.path.rstrip("/").endswith(API)


def settings(
    urls: Urls,
    *,
    timeout: float,
    connect_timeout: float,
    retry: RetryPolicy,
    poll: PollSchedule,
    pacing: Pacing | None,
    page_size: int,
    upload_chunk_size: int,
    concurrency: int,
    compression: Compression,
    allow_file_creation: bool,
    log_out_on_close: bool,
    proxy: str | None,
    ssl_context: ssl.SSLContext | None,
    plain_http: bool,
) -> Settings:
    """Checked settings; a value out of range is refused here, before anything is sent."""
    _in_range("page_size", page_size, 1, MAX_PAGE_SIZE)
    _in_range("concurrency", concurrency, 1, 64)
    for name, value, kind in (("retry", retry, RetryPolicy), ("poll", poll, PollSchedule), ("pacing", pacing, Pacing)):
        if value is not None and not isinstance(value, kind):
            raise ConfigurationError(f"{name} must be a {kind.__name__}, not {value!r}.")
    if proxy is not None and not isinstance(proxy, str):
        raise ConfigurationError(f"proxy must be the URL of a proxy, as text, not {type(proxy).__name__}.")
    if ssl_context is not None and not isinstance(ssl_context, ssl.SSLContext):
        raise ConfigurationError(f"ssl_context must be an ssl.SSLContext, not {type(ssl_context).__name__}.")
    _seconds("timeout", timeout)
    _seconds("connect_timeout", connect_timeout)
    return Settings(
        urls=urls,
        # Small calls side by side should not queue behind a transfer: more connections than its concurrency.
        transport=TransportOptions(timeout, connect_timeout, max(100, 2 * concurrency), proxy, ssl_context, plain_http),
        retry=retry,
        poll=poll,
        pacing=pacing,
        page_size=page_size,
        upload_chunk_bytes=check_chunk_bytes(upload_chunk_size),
        concurrency=concurrency,
        compression=check_compression(compression),
        allow_file_creation=allow_file_creation,
        log_out_on_close=log_out_on_close,
    )


def _in_range(name: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigurationError(f"{name} must be {low} to {high:,}, not {value!r}.")


def _seconds(name: str, value: float) -> None:
    # A day; sockets take no infinity.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 86_400:
        raise ConfigurationError(f"{name} must be above 0 and up to 86,400 seconds, not {value!r}.")
