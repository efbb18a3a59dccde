"""Items of lists, as JSON and as CSV: with ids where they are read at once, without where they are read in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from aiohttp import web

from ..serving.call import Call, model_route
from ..serving.listing import Row, flag
from ..world.model import Model
from ..world.planning.items import ListProperty
from ..world.planning.lists import GeneralList
from .access import check_items, reading
from .answering import accepts, bare_listing, csv_answer, csv_bytes, named
from .lists import the_list

SCHEMA = "objects/list"
COLUMNS = ("id", "name", "code", "parent", "parentId", "listId", "listName")
PAGED_COLUMNS = ("", "Parent", "Write", "Read", "Code")

Number: TypeAlias = Callable[[str], str]


def list_items(call: Call, model: Model) -> web.Response:
    """Answer with all items, or with none where there are too many."""
    one, everything = the_list(call, model), flag(call.request, "includeAll")
    check_items(call, one.item_count)
    if accepts(call, "text/csv"):
        return csv_answer(call, csv_bytes(call.tenant.options, _csv_rows(model, one, everything=everything)))
    rows = [_row(model, one, position) for position in one.positions()]
    if everything:
        for row, position in zip(rows, one.positions(), strict=True):
            row |= _further(call, model, one, position)
    return bare_listing(call, "listItems", rows, SCHEMA)


def _row(model: Model, one: GeneralList, position: int) -> Row:
    row = named(one.item_id(position), one.name_at(position), one.code_at(position))
    parent = model.parent_item(one.id, position)
    if parent is None:
        return row
    parent_list, item = parent
    row |= {"parent": item.name, "parentId": item.id}
    # It is the list of the parent, and there is none where that is the top level item of this list.
    return row if parent_list.id == one.id else row | {"listId": parent_list.id, "listName": parent_list.name}


def _further(call: Call, model: Model, one: GeneralList, position: int) -> Row:
    """Subsets and properties, and who may read and write the item where the list has selective access."""
    texts = ((item.name, _text(model, one, position, item, _with_decimals)) for item in one.properties)
    further: Row = {
        "subsets": {subset.name: one.in_subset(position, subset.id) for subset in one.subsets},
        "properties": {name: text for name, text in texts if text or call.tenant.options.send_empty_keys},
    }
    if one.selective_access:
        further |= {"read": one.readers_at(position), "write": one.writers_at(position)}
    return {key: value for key, value in further.items() if value or call.tenant.options.send_empty_keys}


def _csv_rows(model: Model, one: GeneralList, *, everything: bool) -> Iterator[Sequence[str]]:
    yield [*COLUMNS, *(_names(one) if everything else ())]
    for position in one.positions():
        row = _row(model, one, position)
        yield [
            *(row.get(column, "") for column in COLUMNS),
            *(_texts(model, one, position, _with_decimals) if everything else ()),
        ]


def paged_rows(model: Model, one: GeneralList) -> Iterator[Sequence[str]]:
    """What a large read has: no ids, no title above the names, and numbers without decimals that say nothing."""
    yield [*PAGED_COLUMNS, *_names(one)]
    for position in one.positions():
        parent = model.parent_item(one.id, position)
        yield [
            one.name_at(position),
            parent[1].name if parent else "",
            ",".join(one.writers_at(position)),
            ",".join(one.readers_at(position)),
            one.code_at(position) or "",
            *_texts(model, one, position, _without_decimals),
        ]


def _names(one: GeneralList) -> list[str]:
    return [*(subset.name for subset in one.subsets), *(item.name for item in one.properties)]


def _texts(model: Model, one: GeneralList, position: int, number: Number) -> Iterator[str]:
    for subset in one.subsets:
        yield "true" if one.in_subset(position, subset.id) else "false"
    for item in one.properties:
        yield _text(model, one, position, item, number)


def _text(model: Model, one: GeneralList, position: int, item: ListProperty, number: Number) -> str:
    stored = one.property_at(position, item.id)
    return number(stored) if stored and item.format == "NUMBER" else model.display(item, stored)


def _with_decimals(text: str) -> str:
    """A number as the items of a list show it: ``1`` is ``1.0``."""
    return text if set(text) & set(".eE") else f"{text}.0"


def _without_decimals(text: str) -> str:
    return text[:-2] if text.endswith(".0") else text


def routes() -> list[web.RouteDef]:
    return model_route("GET", "/lists/{list}/items", reading(list_items))
