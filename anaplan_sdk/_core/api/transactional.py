"""Every URL of the Transactional API, with what comes back.

All but dashboards and previews answer under the short path of the model, so that no workspace is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import attrs

from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.api.service import ANYTHING, API, JSON, Content, Endpoint, Listing, ModelPath
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.http.verdict import Verdict, usual
from anaplan_sdk._core.listing.offsets import Offsets
from anaplan_sdk._core.listing.paging import Unpaged
from anaplan_sdk.models import (
    CurrentPeriod,
    Dashboard,
    Dimension,
    DimensionItem,
    LineItem,
    ListDefinition,
    ListItem,
    ListSummary,
    ModelCalendar,
    Module,
    Version,
    VersionSwitchover,
    View,
    ViewData,
    ViewDefinition,
)

T = TypeVar("T")

# While a model is busy, its calls wait until it is free, and writes are answered when all that depends on them is
# calculated; in seconds.
_PATIENCE = 600.0

# The dimensions that are no lists.
LINE_ITEMS = "20000000012"
TIME = "20000000003"
VERSIONS = "20000000020"
USERS = "101999999999"

_NEEDS_ADMINISTRATOR = {
    404: "This needs the role of Workspace Administrator: Anaplan responds this way to users who lack it. Otherwise it "
    "does not exist: check the ids."
}
_EXPIRED = {
    404: "Anaplan drops a read request after 30 minutes in which no page was fetched: read again, and take the rows "
    "faster, or save them with download_view or download_list."
}
_TOO_LARGE = "Anaplan also responds this way to more than 1,000,000 cells or items at once"
_TOO_LARGE_BODY = {413: "A proxy or gateway does not accept a body of this size: pass fewer rows at a time."}
_LARGE_VIEW = {400: f"Check the ids. {_TOO_LARGE}: get_view_rows reads views of any size."}
_LARGE_OR_EMPTY_VIEW = _LARGE_VIEW | {
    500: "The view may be empty: Anaplan responds this way to the default view of a module without line items, or with "
    "a dimension without items."
}
_LARGE_LIST = {400: f"Check the id. {_TOO_LARGE}: get_list_items_stream reads lists of any size."}


def _verdict(response: Response) -> Verdict:
    """A model that is being moved will be back; a deployed one stays deployed."""
    if response.status == 410:
        return Verdict.BUSY
    return Verdict.REFUSED if response.status == 425 else usual(response)


TRANSACTIONAL = attrs.evolve(API, verdict=_verdict, patience=_PATIENCE)


# --- modules and line items -------------------------------------------------------------------------------------------


def modules(at: ModelPath) -> Listing[Module]:
    return TRANSACTIONAL.rows(f"{at.short}/modules", "modules", Module)


def line_items(at: ModelPath, module_id: int | str | None, *, details: bool) -> Listing[LineItem]:
    path = at.short if module_id is None else _module(at, module_id)
    return _whole(TRANSACTIONAL.rows(f"{path}/lineItems", "items", LineItem, includeAll=True if details else None))


def line_item_dimensions(at: ModelPath, line_item_id: int | str) -> Listing[Dimension]:
    return _whole(TRANSACTIONAL.rows(f"{_line_item(at, line_item_id)}/dimensions", "dimensions", Dimension))


def line_item_dimension_items(
    at: ModelPath, line_item_id: int | str, dimension_id: int | str
) -> Listing[DimensionItem]:
    return _items(f"{_line_item(at, line_item_id)}{_dimension(dimension_id)}/items")


# --- views ------------------------------------------------------------------------------------------------------------


def views(at: ModelPath, module_id: int | str | None, *, subsidiary: bool) -> Listing[View]:
    path = at.short if module_id is None else _module(at, module_id)
    wanted = True if subsidiary else None  # in lower case: any other word counts as false
    return TRANSACTIONAL.rows(f"{path}/views", "views", View, includesubsidiaryviews=wanted)


def view(at: ModelPath, view_id: int | str) -> Endpoint[ViewDefinition]:
    return TRANSACTIONAL.get(_view(at, view_id), None, ViewDefinition)


def view_dimension_items(at: ModelPath, view_id: int | str, dimension_id: int | str) -> Listing[DimensionItem]:
    return _items(f"{_view(at, view_id)}{_dimension(dimension_id)}/items", hints=_LARGE_VIEW)


def view_data(
    at: ModelPath, view_id: int | str, *, pages: Mapping[str, str] | None = None, max_rows: int | None = None
) -> Endpoint[ViewData]:
    """The cells in JSON, which comes only if the query and the header ask for it."""
    query = {"pages": _selected(pages), "format": "v1", "maxRows": max_rows}
    path = f"{_view(at, view_id)}/data"
    return Endpoint(TRANSACTIONAL, "GET", path, None, ViewData, query, hints=_LARGE_OR_EMPTY_VIEW)


def view_csv(
    at: ModelPath,
    view_id: int | str,
    *,
    pages: Mapping[str, str] | None = None,
    export_type: str | None = None,
    module_id: str | None = None,
    max_rows: int | None = None,
    escaped: bool = False,
) -> Endpoint[bytes]:
    """The same as CSV. *export_type* needs the *module_id* of the view beside it."""
    query = {"pages": _selected(pages), "exportType": export_type, "moduleId": module_id, "maxRows": max_rows}
    path = f"{_view(at, view_id)}/data"
    return Endpoint(TRANSACTIONAL, "GET", path, None, bytes, query, headers=_csv(escaped), hints=_LARGE_OR_EMPTY_VIEW)


def _selected(pages: Mapping[str, str] | None) -> str | None:
    return ",".join(f"{dimension}:{item}" for dimension, item in pages.items()) if pages else None


def write_cells(at: ModelPath, module_id: int | str, cells: Content) -> Endpoint[dict[str, Any]]:
    """*cells* as JSON, or as bytes of it. That a second time changes nothing holds only while nobody else writes."""
    return _write("POST", f"{_module(at, module_id)}/data", cells)


# --- read requests ----------------------------------------------------------------------------------------------------


@attrs.frozen
class Reads:
    """The read requests of a view or a list: their path, and the key under which one stands."""

    path: str
    key: str


def view_reads(at: ModelPath, view_id: int | str) -> Reads:
    return Reads(f"{_view(at, view_id)}/readRequests", "viewReadRequest")


def list_reads(at: ModelPath, list_id: int | str) -> Reads:
    return Reads(f"{_list(at, list_id)}/readRequests", "listReadRequest")


def start_read(reads: Reads, kind: type[T], fields: Mapping[str, str] | None = None) -> Endpoint[T]:
    """A read request whose answer is lost drops itself after half an hour: making another does no harm."""
    return Endpoint(TRANSACTIONAL, "POST", reads.path, reads.key, kind, body=fields, idempotent=True)


def read_request(reads: Reads, kind: type[T], request_id: str) -> Endpoint[T]:
    return TRANSACTIONAL.get(_read(reads, request_id), reads.key, kind)


def read_page(reads: Reads, request_id: str, page: int) -> Endpoint[bytes]:
    path = f"{_read(reads, request_id)}/pages/{page}"
    return Endpoint(TRANSACTIONAL, "GET", path, None, bytes, headers={"Accept": "text/csv"}, hints=_EXPIRED)


def drop_read(reads: Reads, request_id: str) -> Endpoint[None]:
    return TRANSACTIONAL.order("DELETE", _read(reads, request_id))


def _read(reads: Reads, request_id: str) -> str:
    return f"{reads.path}/{segment(request_id, 'request_id')}"


# --- dimensions -------------------------------------------------------------------------------------------------------


def dimension_items(at: ModelPath, dimension_id: int | str) -> Listing[DimensionItem]:
    return _items(f"{at.short}{_dimension(dimension_id)}/items", hints=_LARGE_LIST)


def look_up_items(
    at: ModelPath, dimension_id: int | str, wanted: Mapping[str, Sequence[str]]
) -> Listing[DimensionItem]:
    """The items that are among the ``names`` or ``codes`` that are *wanted*; neither may be empty."""
    return _items(f"{at.short}{_dimension(dimension_id)}/items", method="POST", body=wanted, idempotent=True)


# --- lists ------------------------------------------------------------------------------------------------------------


def lists(at: ModelPath) -> Listing[ListSummary]:
    return TRANSACTIONAL.rows(f"{at.short}/lists", "lists", ListSummary)


def list_definition(at: ModelPath, list_id: int | str) -> Endpoint[ListDefinition]:
    return TRANSACTIONAL.get(_list(at, list_id), "metadata", ListDefinition)


def list_preview(at: ModelPath, list_id: int | str) -> Endpoint[bytes]:
    return TRANSACTIONAL.content(f"{at.full}{_list_part(list_id)}/preview")


def list_items(at: ModelPath, list_id: int | str, *, details: bool) -> Listing[ListItem]:
    items = f"{_list(at, list_id)}/items"
    return _whole(TRANSACTIONAL.rows(items, "listItems", ListItem, includeAll=True if details else None))


def list_csv(at: ModelPath, list_id: int | str, *, details: bool, escaped: bool = False) -> Endpoint[bytes]:
    """The same as CSV, with ids."""
    items, query = f"{_list(at, list_id)}/items", {"includeAll": True if details else None}
    return Endpoint(TRANSACTIONAL, "GET", items, None, bytes, query, headers=_csv(escaped), hints=_LARGE_LIST)


def add_list_items(at: ModelPath, list_id: int | str, items: Content) -> Endpoint[dict[str, Any]]:
    """As bytes of JSON, or what they are made of: ``{"items": […]}``, as the following."""
    return _write("POST", f"{_list(at, list_id)}/items", items, action="add")


def update_list_items(at: ModelPath, list_id: int | str, items: Content) -> Endpoint[dict[str, Any]]:
    return _write("PUT", f"{_list(at, list_id)}/items", items, action="update")


def delete_list_items(at: ModelPath, list_id: int | str, items: Content) -> Endpoint[dict[str, Any]]:
    return _write("POST", f"{_list(at, list_id)}/items", items, action="delete")


def reset_list_index(at: ModelPath, list_id: int | str) -> Endpoint[None]:
    path = f"{_list(at, list_id)}/resetIndex"
    headers = {"Accept": ANYTHING}  # a success has no body
    return TRANSACTIONAL.order("POST", path, idempotent=True, headers=headers, hints=_NEEDS_ADMINISTRATOR)


def dashboards(at: ModelPath) -> Listing[Dashboard]:
    return TRANSACTIONAL.rows(f"{at.full}/dashboards", "dashboards", Dashboard)


# --- time and versions ------------------------------------------------------------------------------------------------


def current_period(at: ModelPath) -> Endpoint[CurrentPeriod]:
    return _administered("GET", f"{at.short}/currentPeriod", "currentPeriod", CurrentPeriod)


def set_current_period(at: ModelPath, day: str) -> Endpoint[CurrentPeriod]:
    """*day* is any day of the period, empty for none."""
    return _administered("PUT", f"{at.short}/currentPeriod", "currentPeriod", CurrentPeriod, {"date": day})


def calendar(at: ModelPath) -> Endpoint[ModelCalendar]:
    return _administered("GET", f"{at.short}/modelCalendar", "modelCalendar", ModelCalendar)


def set_fiscal_year(at: ModelPath, year: str) -> Endpoint[ModelCalendar]:
    path = f"{at.short}/modelCalendar/fiscalYear"
    return _administered("PUT", path, "modelCalendar", ModelCalendar, {"year": year})


def versions(at: ModelPath) -> Listing[Version]:
    first = Endpoint(TRANSACTIONAL, "GET", f"{at.short}/versions", None, dict[str, Any], hints=_NEEDS_ADMINISTRATOR)
    return _whole(Listing(first, "versionMetadata", Version))


def set_switchover(at: ModelPath, version_id: int | str, day: str) -> Endpoint[VersionSwitchover]:
    """*day* is the first of a period, empty for none. A second time, Anaplan refuses a day that is no later."""
    path = f"{at.short}/versions/{segment(version_id, 'version_id')}/switchover"
    switchover = _administered("PUT", path, "versionSwitchover", VersionSwitchover, {"date": day})
    return attrs.evolve(switchover, idempotent=False)


# --- what they share --------------------------------------------------------------------------------------------------


def _module(at: ModelPath, module_id: int | str) -> str:
    return f"{at.short}/modules/{segment(module_id, 'module_id')}"


def _line_item(at: ModelPath, line_item_id: int | str) -> str:
    return f"{at.short}/lineItems/{segment(line_item_id, 'line_item_id')}"


def _view(at: ModelPath, view_id: int | str) -> str:
    return f"{at.short}/views/{segment(view_id, 'view_id')}"


def _dimension(dimension_id: int | str) -> str:
    return f"/dimensions/{segment(dimension_id, 'dimension_id')}"


def _list(at: ModelPath, list_id: int | str) -> str:
    return at.short + _list_part(list_id)


def _list_part(list_id: int | str) -> str:
    return f"/lists/{segment(list_id, 'list_id')}"


def _csv(escaped: bool) -> dict[str, str]:
    """Plain CSV, or the form that some tenants allow alone, in which sensitive cells stand in quotes."""
    return {"Accept": "text/csv;escaped=true" if escaped else "text/csv"}


def _whole(listing: Listing[T]) -> Listing[T]:
    """A listing that comes whole, as far as is known, unless the answer says otherwise."""
    return attrs.evolve(listing, paging=partial(Offsets[Any], bare=True))


def _items(path: str, *, method: str = "GET", **options: Any) -> Listing[DimensionItem]:
    endpoint = Endpoint(TRANSACTIONAL, method, path, None, dict[str, Any], **options)
    return Listing(endpoint, "items", DimensionItem, Unpaged[DimensionItem])


def _administered(
    method: str, path: str, key: str, kind: type[T], body: Mapping[str, str] | None = None
) -> Endpoint[T]:
    return Endpoint(TRANSACTIONAL, method, path, key, kind, body=body, hints=_NEEDS_ADMINISTRATOR)


def _write(method: str, path: str, body: Content, **query: str) -> Endpoint[dict[str, Any]]:
    """Rows that are written; which of them were, the answer says."""
    options: dict[str, Any] = {"idempotent": False, "headers": {"Content-Type": JSON}, "hints": _TOO_LARGE_BODY}
    return Endpoint(TRANSACTIONAL, method, path, None, dict[str, Any], query, body, **options)
