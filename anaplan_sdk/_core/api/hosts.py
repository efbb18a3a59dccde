"""Where the services of Anaplan are: the table of regions, and URLs that are given instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import urlsplit

from anaplan_sdk._core.api.service import API
from anaplan_sdk._core.http.messages import in_clear
from anaplan_sdk.errors import ConfigurationError

# The base URL of each service, by its name.
Urls: TypeAlias = Mapping[str, str]


def _at(api: str, auth: str, oauth: str, **others: str) -> Urls:
    hosts = {
        **{"api": api, "auth": auth, "oauth": oauth, "audit": api, "scim": api, "admin": api},
        **{"cloudworks": f"{api}/cloudworks", **others},
    }
    return {service: f"https://{host}" for service, host in hosts.items()}


def _own(prefix: str) -> Urls:
    return _at(f"{prefix}.api.anaplan.com", f"{prefix}.auth.anaplan.com", f"{prefix}.app.anaplan.com")


_SHARED = _at("api.anaplan.com", "auth.anaplan.com", "us1a.app.anaplan.com", audit="audit.anaplan.com")

# From Anaplan's list of URLs to allow (2026-06). Only the shared hosts were confirmed on a live tenant. There,
# CloudWorks answers at api.cloudworks.anaplan.com as well; this way, a firewall has one host less to allow.
REGIONS: Mapping[str, Urls] = {
    **dict.fromkeys(("us1", "us2", "us5", "us7", "eu1", "eu2", "eu4", "ap1"), _SHARED),
    **{region: _own(region) for region in ("us9", "eu3", "eu5", "gb1", "sg1", "ae1", "in1", "id1", "me1")},
    "ca1": _own("ca1a"),
    "au1": _at(
        "api.au1a.app2.anaplan.com",
        "au1a.app2.anaplan.com",
        "au1a.app2.anaplan.com",
        cloudworks="api.cloudworks.au1a.app2.anaplan.com",
    ),
}


def known_region(region: str) -> str:
    """The name of a region, in lower case."""
    name = str(region).lower()
    if name not in REGIONS:
        raise ConfigurationError(
            f"region: {name!r} is not known. Known are {', '.join(sorted(REGIONS))}; or give the URLs."
        )
    return name


def service_urls(
    given: Mapping[str, str], *, region: str | None, urls: Mapping[str, str | None], plain_http: bool = False
) -> Urls:
    """Where each service is: as *urls* says, else the environment (*given*), else the region.

    A service that the region has on the host of the API follows to wherever that is.
    """
    defaults = REGIONS[known_region(region or given.get("region") or "us1")]
    if unknown := sorted(map(repr, set(urls).difference(defaults))):
        raise ConfigurationError(f"urls: {', '.join(unknown)} is no service. Services are {', '.join(defaults)}.")
    # A region given as argument is not bent by URLs in the environment.
    variables = {} if region else given
    found: dict[str, str] = {}
    for service, default in defaults.items():
        url = urls.get(service) or variables.get(f"{service}_url") or _beside(found, default, defaults["api"])
        found[service] = _url(f"{service}_url", url)
    for service, url in found.items():
        if in_clear(url) and not plain_http:
            raise ConfigurationError(
                f"{service}_url: http:// would send passwords and tokens in clear text to {urlsplit(url).hostname}. "
                "Use https://. http:// is for this computer itself; allow_plain_http=True "
                "(ANAPLAN_ALLOW_PLAIN_HTTP=1) allows it for networks that nobody else can listen to."
            )
    return found


def _beside(found: Urls, default: str, api: str) -> str:
    """*default*, or the same beside the API that was found, where it is beside that of the region."""
    beside = "api" in found and (default == api or default.startswith(f"{api}/"))
    return found["api"] + default.removeprefix(api) if beside else default


def given_urls(urls: Mapping[str, str] | None, **named: str | None) -> dict[str, str | None]:
    """The URLs that were given as arguments, those with an argument of their own among them."""
    if urls is not None and not isinstance(urls, Mapping):
        raise ConfigurationError(f'urls must be a mapping such as {{"api": "https://…"}}, not {type(urls).__name__}.')
    for name, url in named.items():
        if url and urls and name in urls:
            raise ConfigurationError(f"{name}_url and urls[{name!r}] were both given: leave one out.")
    return {**named, **(urls or {})}


def _url(name: str, value: str) -> str:
    if not isinstance(value, str) or not _is_base_url(value):
        raise ConfigurationError(
            f"{name} must be a URL such as https://api.anaplan.com, without user, query or {API.root} at its end."
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
    return plain and address and not parts.path.rstrip("/").endswith(API.root)
