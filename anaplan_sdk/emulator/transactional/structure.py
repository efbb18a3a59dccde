"""Modules, line items, dimensions with their items and the look-up of these, and dashboards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from aiohttp import web

from ..serving.call import Call, model_route
from ..serving.envelope import ApiError
from ..serving.listing import Row, flag
from ..world.model import Model
from ..world.planning.dimensions import LINE_ITEMS_ID, TIME_ID, VERSIONS_ID, Dimension, Member
from ..world.planning.modules import LineItem, Module
from .access import asking, check_items, found, json_object, reading, shown_module, shown_modules
from .answering import bare_listing, filled, named

LINE_ITEM, DIMENSION = "objects/lineItem", "objects/dimension"
# Those whose items cannot be listed without a line item or a view.
UNLISTED = {TIME_ID, VERSIONS_ID, LINE_ITEMS_ID}


def list_modules(call: Call, model: Model) -> web.Response:
    rows = [named(module.id, module.name, module.code) for module in shown_modules(call, model)]
    return call.listing("modules", rows, "objects/module")


def list_line_items(call: Call, model: Model) -> web.Response:
    """List the line items of all modules, in the order in which a model builder sees them."""
    return _line_items(call, model, shown_modules(call, model))


def list_line_items_of_module(call: Call, model: Model) -> web.Response:
    return _line_items(call, model, [shown_module(call, model)])


def _line_items(call: Call, model: Model, modules: list[Module]) -> web.Response:
    if flag(call.request, "includeAll"):
        rows = [row for module in modules for row in model.line_item_rows(module)]
    else:
        rows = [_short_row(module, line_item) for module in modules for line_item in module.line_items]
    return bare_listing(call, "items", rows, LINE_ITEM)


def _short_row(module: Module, line_item: LineItem) -> Row:
    return {"moduleId": module.id, "moduleName": module.name, "id": line_item.id, "name": line_item.name}


def list_dimensions(call: Call, model: Model) -> web.Response:
    """List what a write to a cell of this line item must name."""
    module, line_item = _owned(call, model)
    dimension_ids = model.dimension_ids(module, line_item)
    rows = [named(dimension_id, model.dimension_name(dimension_id)) for dimension_id in dimension_ids]
    return bare_listing(call, "dimensions", rows, DIMENSION)


def list_dimension_items(call: Call, model: Model) -> web.Response:
    """List the items of a dimension as the line item has it: of Time, for one, the periods of its scale."""
    if not (call.id("line_item").isdecimal() and call.id("dimension").isdecimal()):
        raise ApiError(400, "The id of a line item or a dimension is a number.")
    module, line_item = _owned(call, model)
    dimension = found(model.line_item_dimension(module, line_item, call.id("dimension")))
    check_items(call, dimension.count)
    return member_listing(call, dimension.members())


def _owned(call: Call, model: Model) -> tuple[Module, LineItem]:
    module, line_item = found(model.owner(call.id("line_item")))
    return shown_module(call, model, module.id), line_item


def list_all_items(call: Call, model: Model) -> web.Response:
    dimension_id = call.id("dimension")
    if dimension_id in UNLISTED:
        raise ApiError(400, f"The items of the dimension {dimension_id} cannot be listed.")
    dimension = _whole_dimension(call, model)
    check_items(call, dimension.count)
    return member_listing(call, dimension.members())


def look_up(call: Call, model: Model, body: Any) -> web.Response:
    """Answer with the items that have one of the names or codes, in any case; misses are passed over in silence."""
    fields = json_object(body)
    names, codes = _texts(fields, "names"), _texts(fields, "codes")
    if not names and not codes:
        raise ApiError(400, "Names or codes are needed.")
    dimension = _whole_dimension(call, model)
    if codes and not dimension.has_codes:
        raise ApiError(400, f"The items of {dimension.name} have no codes.")
    matches = {member.id: member for member in _matches(dimension.named, names)}
    matches |= {member.id: member for member in _matches(dimension.coded, codes)}
    # No order is promised, and so it is none that a caller could rely on.
    return member_listing(call, sorted(matches.values(), key=lambda member: member.id[::-1]))


def _matches(find: Callable[[str], list[Member]], texts: list[str]) -> Iterator[Member]:
    return (member for text in texts for member in find(text))


def _texts(fields: dict[str, Any], key: str) -> list[str]:
    texts = fields.get(key) or []
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ApiError(400, f"'{key}' must be an array of strings.")
    return texts


def _whole_dimension(call: Call, model: Model) -> Dimension:
    return found(model.dimension(call.id("dimension"), call.tenant.users.values()))


def member_listing(call: Call, members: Iterable[Member]) -> web.Response:
    rows = [named(*member) for member in members]
    return call.success(DIMENSION, **filled(call.tenant.options, items=rows))


def list_dashboards(call: Call, model: Model) -> web.Response:
    """List the classic dashboards; pages of the newer user experience are not among them."""
    rows = [named(dashboard.id, dashboard.name, dashboard.code) for dashboard in model.dashboards.values()]
    return call.listing("dashboards", rows, f"models/{model.id}/objects/dashboard")


def routes() -> list[web.RouteDef]:
    of_line_item, items = "/lineItems/{line_item}/dimensions", "/dimensions/{dimension}/items"
    return [
        *model_route("GET", "/modules", reading(list_modules)),
        *model_route("GET", "/modules/{module}/lineItems", reading(list_line_items_of_module)),
        *model_route("GET", "/lineItems", reading(list_line_items)),
        *model_route("GET", of_line_item, reading(list_dimensions)),
        *model_route("GET", f"{of_line_item}/{{dimension}}/items", reading(list_dimension_items)),
        *model_route("GET", items, reading(list_all_items)),
        *model_route("POST", items, asking(look_up)),
        *model_route("GET", "/dashboards", reading(list_dashboards)),
    ]
