"""How clients talk to Anaplan: each setting once, with its default, its unit and its check."""

from __future__ import annotations

import inspect
import ssl
from collections.abc import Callable, Mapping
from typing import Any, TypedDict, TypeVar, cast

import attrs

from anaplan_sdk._core.api.hosts import Urls, given_urls, known_region, service_urls
from anaplan_sdk._core.http.messages import TransportOptions
from anaplan_sdk._core.http.pacing import Pacing
from anaplan_sdk._core.http.retry import RetryPolicy
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.listing.offsets import MAX_PAGE_SIZE
from anaplan_sdk._core.transfer.chunks import check_chunk_bytes
from anaplan_sdk._core.transfer.compression import Compression, check_compression
from anaplan_sdk.errors import ConfigurationError

CallT = TypeVar("CallT", bound=Callable[..., Any])

# Of knobs that all clients share which were made from one another.
_SHARED = {"shared": True}


def _of(*kinds: type) -> Callable[[Any, attrs.Attribute[Any], Any], None]:
    """The check that a value is of one of *kinds*, which is named without being shown: a proxy has a password."""
    *_, last = names = [kind.__name__ for kind in kinds if kind is not type(None)]
    wanted = "True or False" if last == "bool" else f"of {' or '.join(names)}"

    def check(_: Any, knob: attrs.Attribute[Any], value: Any) -> None:
        if not isinstance(value, kinds):
            raise ConfigurationError(f"{knob.name} must be {wanted}, not of {type(value).__name__}.")

    return check


def _whole(low: int, high: int) -> Callable[[Any, attrs.Attribute[Any], Any], None]:
    def check(_: Any, knob: attrs.Attribute[Any], value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ConfigurationError(f"{knob.name} must be {low} to {high:,}, not {value!r}.")

    return check


def _seconds(_: Any, knob: attrs.Attribute[Any], value: Any) -> None:
    # A day; sockets take no infinity.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 86_400:
        raise ConfigurationError(f"{knob.name} must be above 0 and up to 86,400 seconds, not {value!r}.")


def _known(_: Any, __: attrs.Attribute[Any], region: Any) -> None:
    if region is not None:
        known_region(region)


def _retry(given: RetryPolicy | None) -> RetryPolicy:
    return RetryPolicy() if given is None else given


def _poll(given: PollSchedule | None) -> PollSchedule:
    return PollSchedule() if given is None else given


def _urls(given: Urls | None) -> Urls:
    return {} if given is None else given


@attrs.frozen(kw_only=True)
class Settings:
    """How clients talk to Anaplan. Every field is also a keyword argument of the clients.

    Args:
        read_timeout: Fail a request after this many seconds without data in either direction. For a limit on the total
            duration of a call, pass ``timeout`` to the call.
        connect_timeout: Fail a request if no connection is established within this many seconds.
        retry: How often a request is repeated, and how long to wait in between.
        poll: How often running tasks are polled.
        pacing: A limit on requests per second, shared by all clients that share connections. None by default.
        page_size: Rows per page of a listing, 1 to 5,000.
        upload_chunk_size: Uncompressed bytes per chunk, 1 to 50,000,000. Larger chunks are used if the content would
            need more than 1,000.
        concurrency: How many chunks or pages of one transfer or listing are sent or fetched at the same time, 1 to 64.
        compression: How uploads are compressed: ``"auto"``, ``"off"``, or a gzip level from 1 to 9.
        allow_file_creation: Let Anaplan create the file if an upload is for a file that does not exist.
        log_out_on_close: Revoke the token when the client is closed, also for others who use it.
        region: The region of the tenant, such as ``eu3``. The default, ``us1``, serves every region without its own
            hosts.
        urls: Base URLs by service, instead of the region's: ``{"api": "https://api.example"}``. The services are
            ``api`` (Integration, ALM and Transactional), ``auth`` (authentication), ``oauth``, ``audit``, ``scim``,
            ``admin`` (administration) and ``cloudworks``. What the region has on the host of the API follows ``api``
            where it is given alone.
        proxy: The URL of a proxy for all requests, with user and password if it requires them. By default the usual
            environment variables (``HTTPS_PROXY``, ``NO_PROXY`` …) apply.
        ssl_context: For a private certificate authority. Certificates are always verified; a context that allows TLS
            below 1.2 or ciphers without protection is refused. Its ``hostname_checks_common_name`` is turned off.
        allow_plain_http: Accept ``http://`` URLs of other computers, which send passwords and tokens in clear text: for
            an emulator in a network that nobody else can listen to.

    Raises:
        ConfigurationError: A value is out of range or of the wrong type.
    """

    read_timeout: float = attrs.field(default=120.0, validator=_seconds)
    connect_timeout: float = attrs.field(default=30.0, validator=_seconds, metadata=_SHARED)
    retry: RetryPolicy = attrs.field(factory=RetryPolicy, converter=_retry, validator=_of(RetryPolicy))
    poll: PollSchedule = attrs.field(factory=PollSchedule, converter=_poll, validator=_of(PollSchedule))
    pacing: Pacing | None = attrs.field(default=None, validator=_of(Pacing, type(None)))
    page_size: int = attrs.field(default=5_000, validator=_whole(1, MAX_PAGE_SIZE))
    upload_chunk_size: int = attrs.field(default=25_000_000, validator=lambda _, __, size: check_chunk_bytes(size))
    concurrency: int = attrs.field(default=4, validator=_whole(1, 64))
    compression: Compression = attrs.field(default="auto", validator=lambda _, __, chosen: check_compression(chosen))
    allow_file_creation: bool = attrs.field(default=False, validator=_of(bool))
    log_out_on_close: bool = attrs.field(default=False, validator=_of(bool), metadata=_SHARED)
    region: str | None = attrs.field(default=None, validator=_known, metadata=_SHARED)
    urls: Urls = attrs.field(
        factory=dict[str, str],
        converter=_urls,
        validator=_of(Mapping),
        metadata=_SHARED,
        hash=False,
    )
    proxy: str | None = attrs.field(default=None, repr=False, validator=_of(str, type(None)), metadata=_SHARED)
    ssl_context: ssl.SSLContext | None = attrs.field(
        default=None, repr=False, validator=_of(ssl.SSLContext, type(None)), metadata=_SHARED
    )
    allow_plain_http: bool = attrs.field(default=False, validator=_of(bool), metadata=_SHARED)

    @property
    def transport(self) -> TransportOptions:
        """What concerns connections."""
        return TransportOptions(
            self.read_timeout,
            self.connect_timeout,
            # Small calls side by side should not queue behind a transfer: more connections than its concurrency.
            max(100, 2 * self.concurrency),
            self.proxy,
            self.ssl_context,
            self.allow_plain_http,
        )


class Variable(TypedDict, total=False):
    """The knobs that may differ between clients that share connections, for type checkers."""

    read_timeout: float
    retry: RetryPolicy | None
    poll: PollSchedule | None
    pacing: Pacing | None
    page_size: int
    upload_chunk_size: int
    concurrency: int
    compression: Compression
    allow_file_creation: bool


class Knobs(Variable, total=False):
    """All of them."""

    connect_timeout: float
    log_out_on_close: bool
    region: str | None
    urls: Mapping[str, str] | None
    proxy: str | None
    ssl_context: ssl.SSLContext | None
    allow_plain_http: bool


def chosen(settings: Settings | None, knobs: Knobs, given: Mapping[str, str], **named: str | None) -> Settings:
    """The settings of a new client: *knobs* go before *settings*, and both before the environment (*given*).

    *named* are the URLs that have an argument of their own. The result says where each service is.
    """
    if settings is not None and not isinstance(settings, Settings):
        raise ConfigurationError(f"settings must be of Settings, not of {type(settings).__name__}.")
    urls = given_urls(knobs.get("urls"), **named)
    settings = _changed(settings or Settings(), knobs)
    # A region given as argument is not bent by URLs that stand elsewhere.
    base = {} if knobs.get("region") else settings.urls
    plain = settings.allow_plain_http or given.get("allow_plain_http", "").lower() in ("1", "true", "yes")
    found = service_urls(
        given,
        region=settings.region,
        urls={**base, **{name: url for name, url in urls.items() if url}},
        plain_http=plain,
    )
    return attrs.evolve(settings, urls=found, allow_plain_http=plain)


def varied(settings: Settings, knobs: Variable) -> Settings:
    """*settings* with others among the knobs that clients need not share."""
    if shared := [name for name in knobs if name in FIELDS and FIELDS[name].metadata.get("shared")]:
        raise ConfigurationError(
            f"with_options shares connections and log-in, and {', '.join(shared)} would change them: make a new client."
        )
    return _changed(settings, knobs)


def _changed(settings: Settings, knobs: Variable) -> Settings:
    if unknown := [name for name in knobs if name not in FIELDS]:
        raise TypeError(f"A client got an unexpected keyword argument {unknown[0]!r}.")
    return attrs.evolve(settings, **knobs)


def with_knobs(kind: type[Variable]) -> Callable[[CallT], CallT]:
    """Show every knob of *kind* in a signature, in place of its ``**knobs``: for ``help()`` and for completion.

    Where a knob that is not given stays as it is, its default is shown as ``Ellipsis``.
    """
    defaults = Settings() if kind is Knobs else None

    def showing(call: CallT) -> CallT:
        signature = inspect.signature(call)
        *parameters, _ = signature.parameters.values()
        parameters += (
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=getattr(defaults, name, ...))
            for name in kind.__annotations__
        )
        cast("Any", call).__signature__ = signature.replace(parameters=parameters)
        return call

    return showing


FIELDS = attrs.fields_dict(Settings)
