"""Views: which there are, what is on their axes, the items that they show, and their cells in one answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from aiohttp import web

from ..serving.call import Call, model_route
from ..serving.envelope import ApiError
from ..serving.listing import Row, number
from ..world.model import Model
from ..world.planning.cells.reading import BadPageError, Page, ViewReading
from ..world.planning.modules import View
from .access import found, reading, shown_module, shown_modules
from .answering import accepts, csv_answer, csv_bytes, filled, media_ranges, named
from .structure import member_listing

SCHEMA = "objects/view"
CURRENT_PAGE, ALL_PAGES = "GRID_CURRENT_PAGE", "GRID_ALL_PAGES"
TABULAR = ("TABULAR_SINGLE_COLUMN", "TABULAR_SINGLE_ITEMS", "TABULAR_MULTI_COLUMN")
EXPORT_TYPES = (CURRENT_PAGE, ALL_PAGES, *TABULAR)
CSV_RANGES = {"text/csv", "text/*", "*/*", "application/json"}

T = TypeVar("T")


def list_views(call: Call, model: Model) -> web.Response:
    """List the views of all modules; a saved one has its module before its name."""
    module_ids = {module.id for module in shown_modules(call, model)}
    views = model.all_views(subsidiary=_with_subsidiary_views(call))
    rows = [_row(view, model.view_name(view)) for view in views if view.module_id in module_ids]
    return call.listing("views", rows, SCHEMA)


def list_views_of_module(call: Call, model: Model) -> web.Response:
    """List the views of a module; here the default view has a name of its own."""
    module = shown_module(call, model)
    views = model.all_views(module.id, subsidiary=_with_subsidiary_views(call))
    rows = [_row(view, "default" if view.id == module.id else view.name) for view in views]
    return call.listing("views", rows, SCHEMA)


def _with_subsidiary_views(call: Call) -> bool:
    # Unlike other flags it knows this very word only.
    return call.request.query.get("includesubsidiaryviews") == "true"


def _row(view: View, name: str) -> Row:
    return {"code": view.code, "id": view.id, "name": name, "moduleId": view.module_id}


def one_view(call: Call, model: Model) -> web.Response:
    """Answer with the dimensions on the axes, outermost first, without a key around all of it."""
    view = the_view(call, model)
    axes = {"rows": view.rows, "columns": view.columns, "pages": view.pages}
    dimensions = {axis: _dimensions(model, ids) for axis, ids in axes.items()}
    return call.success(
        SCHEMA, viewName=model.view_name(view), viewId=view.id, **filled(call.tenant.options, **dimensions)
    )


def _dimensions(model: Model, ids: Iterable[str]) -> Sequence[Row]:
    return [named(dimension_id, model.dimension_name(dimension_id)) for dimension_id in ids]


def list_dimension_items(call: Call, model: Model) -> web.Response:
    """List what the view shows of a dimension."""
    view = model.read_view(the_view(call, model))
    dimension = found(view.dimension(call.id("dimension")))
    check_cells(call, view.cell_count)
    return member_listing(call, dimension.members())


def the_view(call: Call, model: Model) -> View:
    """The view of the path, which may be named by its module or its line item too."""
    view = found(model.view(call.id("view")))
    shown_module(call, model, view.module_id)
    return view


def check_cells(call: Call, count: int) -> None:
    """Refuse to answer with more cells than one answer holds; there is no partial answer."""
    limit = call.tenant.options.view_cell_limit
    if count > limit:
        raise ApiError(400, f"The view has {count} cells, more than the limit of {limit}.")


def read_data(call: Call, model: Model) -> web.Response:
    """Answer with the cells of a page or of all pages; JSON needs two switches, and is bare."""
    view = the_view(call, model)
    contents = model.read_view(view)
    if contents.is_empty and view.is_default:
        # Not an empty table: live tenants answer like this to a default view without anything in it.
        raise ApiError(500)
    page = _selected(call, contents)
    if call.request.query.get("format") == "v1" and accepts(call, "application/json"):
        check_cells(call, contents.page_cell_count)
        return web.json_response(_json(call, contents, page))
    return _csv(call, view, contents, page)


def _selected(call: Call, contents: ViewReading) -> Page:
    """The page that the selectors name: ``dimension:item``, as several parameters or with commas between them."""
    texts = ",".join(call.request.query.getall("pages", [])).split(",")
    parts = (text.strip().partition(":") for text in texts if text.strip())
    try:
        return contents.select({dimension_id: item_id for dimension_id, _, item_id in parts})
    except BadPageError as bad:
        raise ApiError(400, f"Invalid page selector [{bad.dimension_id}]") from bad


def _json(call: Call, contents: ViewReading, page: Page) -> Row:
    rows = [
        {"rowCoordinates": [member.name for member in members], "cells": cells}
        for members, cells in _at_most(call, contents.page_rows(page))
    ]
    columns = [[member.name for member in members] for members in contents.column_coordinates()]
    pages = filled(call.tenant.options, pages=[member.name for member in page])
    return {**pages, "columnCoordinates": columns, "rows": rows}


def _csv(call: Call, view: View, contents: ViewReading, page: Page) -> web.Response:
    export_type = _export_type(call, view)
    escaped = _is_escaped(call)
    restricted = export_type == CURRENT_PAGE or (export_type in TABULAR and "pages" in call.request.query)
    check_cells(call, contents.page_cell_count if restricted else contents.cell_count)
    lines = contents.csv_rows(export_type, page if restricted else None)
    header = list(islice(lines, header_lines(contents, export_type)))
    rows = [*header, *_at_most(call, lines)]
    return csv_answer(call, csv_bytes(call.tenant.options, rows, escaped=escaped))


def header_lines(contents: ViewReading, export_type: str) -> int:
    """How many lines stand before the first row of cells."""
    if export_type in TABULAR:
        return 1
    return bool(contents.pages) + len(contents.columns)


def _export_type(call: Call, view: View) -> str:
    query = call.request.query
    export_type = query.get("exportType")
    if export_type is None:
        return CURRENT_PAGE
    if export_type not in EXPORT_TYPES:
        raise ApiError(400, f"Unknown export type '{export_type}'.")
    if query.get("moduleId") != view.module_id:
        raise ApiError(400, "An export type needs the id of the view's module (moduleId) beside it.")
    return export_type


def _is_escaped(call: Call) -> bool:
    ranges = [(kind, parameters) for kind, parameters in media_ranges(call) if kind in CSV_RANGES]
    if not ranges:
        raise ApiError(406)
    escaped = ("text/csv", "escaped=true") in ranges
    if not escaped and not call.tenant.options.plain_csv:
        raise ApiError(406, "Plain text/csv is not allowed here; accept text/csv;escaped=true instead.")
    return escaped


def _at_most(call: Call, rows: Iterable[T]) -> Iterator[T]:
    """The first rows, as many as the caller wants."""
    most = number(call.request, "maxRows")
    return iter(rows) if most is None else islice(rows, most)


def routes() -> list[web.RouteDef]:
    return [
        *model_route("GET", "/views", reading(list_views)),
        *model_route("GET", "/modules/{module}/views", reading(list_views_of_module)),
        *model_route("GET", "/views/{view}", reading(one_view)),
        *model_route("GET", "/views/{view}/data", reading(read_data)),
        *model_route("GET", "/views/{view}/dimensions/{dimension}/items", reading(list_dimension_items)),
    ]
