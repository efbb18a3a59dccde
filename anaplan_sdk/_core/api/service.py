"""Requests as values: what a service is, what one of its endpoints answers, and what it lists."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any, Generic, TypeAlias, TypeVar, cast
from urllib.parse import quote, urlencode

import attrs

from anaplan_sdk._core.api.ids import is_segment, segment
from anaplan_sdk._core.http.deadline import NEVER, Deadline
from anaplan_sdk._core.http.messages import Body, Request, Response
from anaplan_sdk._core.http.verdict import Verdict, usual
from anaplan_sdk._core.json import convert
from anaplan_sdk._core.listing.offsets import Offsets
from anaplan_sdk._core.listing.paging import Page, Paging
from anaplan_sdk.errors import ConfigurationError, UnexpectedResponseError

T = TypeVar("T")

# What is sent: bytes as they are, anything else as JSON.
Content: TypeAlias = Body | Mapping[str, Any] | Sequence[Any] | None

JSON = "application/json"
# For content: some endpoints answer 406 to a narrower wish.
ANYTHING = "*/*"
# By the definition of HTTP (RFC 9110, 9.2.2). What a service promises beyond that, an endpoint says.
_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})


@attrs.frozen
class Service:
    """A family of endpoints with one host, one way to page, and one meaning of each status.

    ``name`` is that of its host in the settings. ``scheme`` is that of the Authorization header, where only one is
    taken. ``patience`` is how many seconds its endpoints may think at least.
    """

    name: str
    root: str = ""
    paging: Callable[[int], Paging[Any]] = Offsets
    verdict: Callable[[Response], Verdict] = usual
    scheme: str | None = None
    patience: float = 0.0

    def get(self, path: str, key: str | None, kind: type[T], **query: object) -> Endpoint[T]:
        """What stands under *key* of the answer, or the whole of it for None."""
        return Endpoint(self, "GET", path, key, kind, query)

    def content(self, path: str, **query: object) -> Endpoint[bytes]:
        """Content as it is."""
        return Endpoint(self, "GET", path, None, bytes, query, headers={"Accept": ANYTHING})

    def order(self, method: str, path: str, body: Content = None, **options: Any) -> Endpoint[None]:
        """Something to be done, whose answer says no more than that it is."""
        return Endpoint(self, method, path, None, NoneType, body=body, **options)

    def rows(self, path: str, key: str, kind: type[T], **query: object) -> Listing[T]:
        """What is listed under *key*, all of it."""
        return Listing(Endpoint(self, "GET", path, None, dict[str, Any], query), key, kind)


@attrs.frozen
class Endpoint(Generic[T]):
    """One request of a service, and what comes back: what stands under ``key``, as a ``kind``.

    ``path`` is below the root of the service; of ``query``, what is not None is sent. ``idempotent`` says that a
    repetition cannot make anything happen twice. ``patience`` is how many seconds Anaplan may think before it answers,
    where that is longer than usual. ``hints`` is what a status tells the user beyond the usual.
    """

    service: Service
    method: str
    path: str
    key: str | None
    kind: type[T]
    query: Mapping[str, object] = attrs.field(factory=dict[str, object], repr=False)
    body: Content = attrs.field(default=None, repr=False)
    idempotent: bool = attrs.field(
        default=attrs.Factory(lambda self: self.method in _IDEMPOTENT, takes_self=True), kw_only=True
    )
    patience: float = attrs.field(default=0.0, kw_only=True)
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False, kw_only=True)
    hints: Mapping[int, str] = attrs.field(factory=dict[int, str], repr=False, kw_only=True)

    @property
    def address(self) -> str:
        """The path with the root of the service."""
        return self.service.root + self.path

    @property
    def target(self) -> str:
        """The same with the query."""
        return with_query(self.address, **self.query)

    def request(self, base_url: str, deadline: Deadline = NEVER, silence: float = 0.0) -> Request:
        """The request at *base_url*; *silence* is how long an answer may usually take."""
        headers, body = {"Accept": JSON, **self.headers}, self.body
        if body is not None and not isinstance(body, Body):
            headers, body = {"Content-Type": JSON, **headers}, json.dumps(body).encode()
        return Request(
            self.method,
            base_url + self.target,
            headers,
            body,
            max(silence, min(max(self.patience, self.service.patience), deadline.remaining())) or None,
            deadline,
            self.idempotent,
            self.service.verdict,
            self.hints,
        )

    def read(self, response: Response) -> T:
        """What a successful answer holds."""
        if self.kind is NoneType:
            return cast(T, None)
        payload = self.payload(response)
        if self.key is None:
            return convert.structure(payload, self.kind, path=self.address)
        return convert.one(payload, self.key, self.kind, path=self.address)

    def payload(self, response: Response) -> dict[str, Any]:
        """The JSON object of a successful answer."""
        # Some regions answer 204 instead of 404 where there is no dump.
        if response.status == 204 and self.method == "GET":
            return {}
        return convert.load_json(response.body, path=self.target)


@attrs.frozen
class Start(Endpoint[T]):
    """A request that starts a task."""

    def read(self, response: Response) -> T:
        """The task, with what the answer says of it: under ``task``, bare in some documentation."""
        payload = self.payload(response)
        task = convert.object_at(payload, "task") or payload
        task_id = task.get("taskId")
        if not (isinstance(task_id, str) and is_segment(task_id)):
            raise convert.unexpected(self.address, "$.task.taskId", "is missing or no id")
        try:
            return convert.structure(task, self.kind, path=self.address, at="$.task")
        except UnexpectedResponseError:  # what is started is started, whatever else the answer says
            return convert.structure({"taskId": task_id}, self.kind, path=self.address, at="$.task")


@attrs.frozen
class Listing(Generic[T]):
    """Rows of one ``kind`` under one ``key``, page by page.

    ``endpoint`` is that of the first page; with a body, such as that of a search, every page sends it. ``paging`` is
    how to page, where that differs from the rest of the service.
    """

    endpoint: Endpoint[dict[str, Any]]
    key: str
    kind: type[T]
    paging: Callable[[int], Paging[Any]] | None = None

    def pages(self, page_size: int) -> Paging[T]:
        """A new reading of the listing from its start."""
        return (self.paging or self.endpoint.service.paging)(page_size)

    def page(self, page: Page) -> Endpoint[dict[str, Any]]:
        """The request for one page."""
        return attrs.evolve(self.endpoint, query={**self.endpoint.query, **page.query}) if page.query else self.endpoint

    def read(self, payload: dict[str, Any]) -> list[T]:
        """The rows of one page."""
        return convert.structure_list(payload, self.key, self.kind, path=self.endpoint.address)


def with_query(path: str, **parameters: object) -> str:
    """*path* with the parameters that are not None; a ``+`` is sent as %2B, or it would arrive as a blank."""
    given = {name: _text(value) for name, value in parameters.items() if value is not None}
    try:
        return f"{path}?{urlencode(given, quote_via=quote)}" if given else path
    except UnicodeEncodeError:
        raise ConfigurationError(
            f"A text to search or sort by has a lone surrogate, which cannot be sent: {given!r}."
        ) from None


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# --- the Integration API, which Bulk, ALM and the Transactional API belong to -----------------------------------------


API = Service("api", "/2/0")


@attrs.frozen
class ModelPath:
    """A model, addressed with its workspace (``full``) or alone (``short``).

    Most of what lives under a model answers under both; uploads, tasks and dumps are documented under the
    full path only, opening, closing and ALM exist under the short one only (facts of the Integration and ALM APIs).
    """

    model_id: str
    workspace_id: str | None = None
    short: str = attrs.field(
        default=attrs.Factory(lambda self: model_path(self.model_id), takes_self=True),
        init=False,
        eq=False,
        repr=False,
    )
    _workspace: str | None = attrs.field(
        default=attrs.Factory(
            lambda self: None if self.workspace_id is None else workspace_path(self.workspace_id), takes_self=True
        ),
        init=False,
        eq=False,
        repr=False,
    )

    @property
    def full(self) -> str:
        assert self._workspace is not None
        return self._workspace + self.short


def workspace_path(workspace_id: str) -> str:
    return f"/workspaces/{segment(workspace_id, 'workspace_id')}"


def model_path(model_id: str) -> str:
    return f"/models/{segment(model_id, 'model_id')}"
