"""Where a request goes: its origin, and the proxy on the way."""

from __future__ import annotations

import base64
import functools
import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

import attrs

from anaplan_sdk._core.http.messages import is_this_computer
from anaplan_sdk._io.environment import needs_no_proxy, proxies
from anaplan_sdk.errors import ConfigurationError

_PORTS = {"http": 80, "https": 443}
_ORIGIN = re.compile(r"[^/?#]*//[^/?#]*")


@attrs.frozen(cache_hash=True)
class Origin:
    """Scheme, host and port. ``host`` has no brackets, ``port`` is never left to the scheme."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@attrs.frozen
class Proxy:
    """A proxy, its credentials kept apart from its address."""

    origin: Origin
    authorization: str | None = attrs.field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The address without credentials."""
        return f"{self.origin.scheme}://{self.origin}"

    @property
    def headers(self) -> dict[str, str]:
        """What the proxy must be told."""
        return {"Proxy-Authorization": self.authorization} if self.authorization else {}

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown of them."""
        if not self.authorization:
            return ()
        encoded = self.authorization.partition(" ")[2]
        return self.authorization, encoded, base64.b64decode(encoded).decode().partition(":")[2]


class Proxies:
    """Finds the proxy for an origin: the given one for all, otherwise as the environment says at its first request."""

    def __init__(self, given: str | None) -> None:
        self._given = parse_proxy(given, "proxy=") if given else None
        self._found: dict[Origin, Proxy | None] = {}

    def find(self, origin: Origin) -> Proxy | None:
        """The proxy to use, None for a direct connection."""
        if self._given:
            return self._given
        if origin not in self._found:
            self._found[origin] = proxy_from_environment(origin)
        return self._found[origin]

    def secrets(self, origin: Origin) -> tuple[str, ...]:
        """What must not be shown of the way to *origin*."""
        proxy = self.find(origin)
        return proxy.secrets if proxy else ()


def parse_origin(url: str) -> Origin:
    """The origin of a request's URL. ConfigurationError if it is no plain http or https URL."""
    if not (url.isascii() and url.isprintable()) or " " in url:
        raise ConfigurationError(
            "The URL has a blank, a control character or an unquoted letter. Check the URLs given."
        )
    start = _ORIGIN.match(url)
    return _known_origin(start[0] if start else url)


@functools.lru_cache(maxsize=64)
def _known_origin(start: str) -> Origin:
    split = _split(start, "The URL")
    if split.username is not None:
        raise ConfigurationError("The URL holds credentials. Pass them as arguments instead.")
    return _origin(split, "The URL")


def parse_proxy(url: str, source: str) -> Proxy:
    """A proxy from ``http://user:password@host:port``. ``source`` is named in errors; credentials never are."""
    # curl and others read "proxy.example:3128" as an http proxy.
    what = f"The proxy URL of {source}"
    if url.lower().startswith("socks"):
        raise ConfigurationError(
            f"{what} names a SOCKS proxy, which is not supported. Name an HTTP proxy there or with proxy=, or list "
            "Anaplan's hosts in NO_PROXY if there is a direct way to them."
        )
    split = _split(url if "://" in url else f"http://{url}", what)
    if "@" in split.path + split.query + split.fragment:
        raise ConfigurationError(
            f"{what} has user or password with letters that must be quoted: write %23 for #, %2F for /, %3F for ?."
        )
    origin = _origin(split, what)
    if split.username is None:
        return Proxy(origin)
    pair = f"{unquote(split.username)}:{unquote(split.password or '')}"
    return Proxy(origin, "Basic " + base64.b64encode(pair.encode()).decode())


def proxy_from_environment(origin: Origin) -> Proxy | None:
    """The proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY name, unless NO_PROXY exempts the host.

    None for this computer itself, whatever they say: a proxy would look for it elsewhere.
    """
    if is_this_computer(origin.host):
        return None
    address = _address(origin.host)
    named = proxies()
    for kind in (origin.scheme, "all"):
        if url := named.get(kind):
            if needs_no_proxy(str(origin)) or (address and _is_listed(address, named.get("no", ""))):
                return None
            return parse_proxy(url, f"{kind.upper()}_PROXY")
    return None


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_listed(address: IPv4Address | IPv6Address, no_proxy: str) -> bool:
    """Whether NO_PROXY has the address or a network that it is in, which urllib knows neither for IPv6 nor at all."""
    for entry in no_proxy.split(","):
        try:
            if address in ip_network(entry.strip().strip("[]"), strict=False):
                return True
        except ValueError:  # a name
            continue
    return False


def _split(url: str, what: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # Its words quote user and password.
        raise ConfigurationError(
            f"{what} is malformed. Check its brackets, and quote unusual letters, such as %40 for @."
        ) from None


def _origin(split: SplitResult, what: str) -> Origin:
    try:
        port = split.port
    except ValueError:
        raise ConfigurationError(f"{what} has a port that is not a number up to 65535.") from None
    host = split.hostname or ""
    if split.scheme not in _PORTS or not _is_host(host):
        raise ConfigurationError(f"{what} must look like https://host or https://host:port (http is possible).")
    return Origin(split.scheme, host, port or _PORTS[split.scheme])


def _is_host(name: str) -> bool:
    try:
        return bool(name.encode("idna"))
    except UnicodeError:  # A part that is empty or too long: name look-up would raise this, too.
        return False
