"""Lists: which there are, how they are defined, a preview, and the reset of the index."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from aiohttp import web

from ..serving.call import Call, model_route
from ..serving.envelope import ApiError
from ..serving.listing import Row
from ..world.model import Model
from ..world.planning.items import ListProperty
from ..world.planning.lists import GeneralList
from .access import DEPLOYED, found, reading, writing
from .answering import csv_answer, csv_bytes, filled, named

PERMITTED_ITEMS = 999_999_999
PREVIEW_ROWS = 1_000
NOT_EMPTY = (
    "We can't reset the list item index of a list that contains data. Select an empty list that doesn't contain any "
    "list items."
)
NOT_PRODUCTION_DATA = "We cannot reset a list if the list is not production data and the model is in deployed mode."


def list_lists(call: Call, model: Model) -> web.Response:
    """List the lists; subsets are listed with theirs, and users nowhere."""
    rows = [named(one.id, one.name, one.code) for one in model.lists.values()]
    return call.listing("lists", rows, f"models/{model.id}/objects/list")


def one_list(call: Call, model: Model) -> web.Response:
    metadata = _metadata(call, model, the_list(call, model))
    return call.success(f"models/{model.id}/objects/list", metadata=metadata)


def _metadata(call: Call, model: Model, one: GeneralList) -> Row:
    options = call.tenant.options
    return {
        "id": one.id,
        "name": one.name,
        **filled(
            options,
            properties=[_property_row(item) for item in one.properties],
            subsets=[named(subset.id, subset.name) for subset in one.subsets],
        ),
        "hasSelectiveAccess": one.selective_access,
        "managedBy": one.managed_by,
        "numberedList": one.numbered,
        "useTopLevelAsPageDefault": one.top_level_is_page_default,
        "itemCount": one.item_count,
        options.next_index_key: one.next_index,
        "permittedItems": PERMITTED_ITEMS,
        "workflowEnabled": one.workflow,
        "productionData": one.production_data,
        **_where_set(call, model, one),
    }


def _where_set(call: Call, model: Model, one: GeneralList) -> Row:
    """What is left out where a list does not have it."""
    row: Row = {}
    if one.category:
        row["category"] = one.category
    if parent := model.lists.get(one.parent_list_id or ""):
        row["parent"] = named(parent.id, parent.name)
    if shown := next((item for item in one.properties if item.id == one.display_name_property), None):
        row["displayNameProperty"] = shown.name
    if one.top_level_item is not None and one.top_level_id is not None:
        is_object = call.tenant.options.top_level_item == "object"
        row["topLevelItem"] = named(one.top_level_id, one.top_level_item) if is_object else one.top_level_item
    return row


def _property_row(item: ListProperty) -> Row:
    row: Row = {
        "id": item.id,
        "name": item.name,
        "format": item.format,
        "formatMetadata": item.format_metadata,
        "notes": item.notes,
        # A text here, where line items have an array.
        "referencedBy": item.referenced_by,
    }
    return row if item.formula is None else row | {"formula": item.formula}


def preview(call: Call, model: Model) -> web.Response:
    """Answer with the first items as CSV."""
    rows = islice(_preview_rows(model, the_list(call, model)), PREVIEW_ROWS + 1)
    return csv_answer(call, csv_bytes(call.tenant.options, rows))


def _preview_rows(model: Model, one: GeneralList) -> Iterator[list[str]]:
    yield ["", "Parent", "Code"]
    for position in one.positions():
        parent = model.parent_item(one.id, position)
        yield [one.name_at(position), parent[1].name if parent else "", one.code_at(position) or ""]


def reset_index(call: Call, model: Model, _: Any) -> web.Response:
    """Let indexes begin at 1 again; nothing may be left in the whole hierarchy but top level items."""
    one = the_list(call, model)
    if model.active_state == DEPLOYED and not one.production_data:
        raise ApiError(400, NOT_PRODUCTION_DATA)
    if not model.hierarchy_is_empty(one.id):
        raise ApiError(400, NOT_EMPTY)
    one.reset_index()
    model.touch(call.user.id)
    return web.Response()


def the_list(call: Call, model: Model) -> GeneralList:
    """The list of the path."""
    return found(model.lists.get(call.id("list")))


def routes() -> list[web.RouteDef]:
    return [
        *model_route("GET", "/lists", reading(list_lists)),
        *model_route("GET", "/lists/{list}", reading(one_list)),
        *model_route("GET", "/lists/{list}/preview", reading(preview)),
        *model_route("POST", "/lists/{list}/resetIndex", writing(reset_index, administrator=True)),
    ]
