"""Writes to cells: each for itself, so that some fail where others do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web

from ..serving.call import Call, model_route
from ..serving.envelope import ApiError, no_body
from ..world.model import Model
from ..world.options import Options
from ..world.planning.cells.writing import CellRefusedError
from ..world.planning.dimensions import Dimension
from ..world.planning.modules import Module
from .access import found, shown_module, writing
from .answering import Outcome, RefusedError

SCHEMA = "objects/writeCellDataResponse"
INVALID = "cellIsInvalid", "the cell could not be found or resolved"
ITEM_KEYS = ("itemId", "itemName", "itemCode")

Key: TypeAlias = tuple[str, str]
"""A key of the body and what stands there, such as ``itemName`` and ``North``."""


def write_cells(call: Call, model: Model, body: Any) -> web.Response:
    """Set cells, the later one where two are the same; the body is an array and not an object."""
    module, cells = shown_module(call, model), _cells(call, body)
    places, writer, outcome = Places(model, module), model.writer(module), Outcome(len(cells))
    for index, cell in enumerate(cells):
        try:
            line_item_id, items = places.place(cell)
            writer.write(line_item_id, items, cell["value"])
        except (CellRefusedError, RefusedError) as refusal:
            outcome.fail(index, refusal.kind, str(refusal))
    if outcome.done:
        model.touch(call.user.id)
    return call.success(SCHEMA, numberOfCellsChanged=outcome.done, **outcome.row(call.tenant.options))


def _cells(call: Call, body: Any) -> list[dict[str, Any]]:
    options = call.tenant.options
    if body is None:
        raise no_body()
    if not isinstance(body, list):
        raise ApiError(400, "The request body must be a JSON array.")
    if len(body) > options.written_cells_limit:
        raise ApiError(options.beyond_write_limit, f"A request has at most {options.written_cells_limit} cells.")
    for cell in body:
        if not isinstance(cell, dict) or not isinstance(cell.get("value"), str | int | float):
            raise ApiError(400, "Every cell must be an object with a 'value': a string, a number or a boolean.")
    return body


@dataclass(slots=True)
class LineItemPlaces:
    """How the cells of one line item are named, and what was understood so far."""

    id: str
    dimensions: Mapping[Key, Dimension]
    dimension_count: int
    known: dict[tuple[Any, ...], tuple[str, str]] = field(default_factory=dict[tuple[Any, ...], tuple[str, str]])
    """What was given for a dimension and one of its items, word for word → their ids."""

    def coordinate(self, given: Any) -> tuple[str, str]:
        """The ids of a dimension and its item."""
        try:
            words = tuple(given.items())
            if words not in self.known:
                keys = _key(given, "dimensionId", "dimensionName"), _key(given, *ITEM_KEYS)
                self.known[words] = self._resolved(*keys)
            return self.known[words]
        except (AttributeError, TypeError):
            # It is no object, or has one in it.
            raise RefusedError(*INVALID) from None

    def _resolved(self, dimension_key: Key, item_key: Key) -> tuple[str, str]:
        dimension = self.dimensions.get(dimension_key)
        if dimension is None:
            raise RefusedError(*INVALID)
        kind, text = item_key
        if kind == "itemId":
            member = dimension.find(text)
            members = [] if member is None else [member]
        else:
            members = dimension.named(text) if kind == "itemName" else dimension.coded(text)
        if len(members) != 1:
            # Names may be those of several items, and then they name none.
            raise RefusedError(*INVALID)
        return dimension.id, members[0].id


def _key(given: Mapping[str, Any], *names: str) -> Key:
    """The one of these keys that is given."""
    keys = [(name, value) for name in names if isinstance(value := given.get(name), str)]
    if len(keys) != 1:
        raise RefusedError(*INVALID)
    return keys[0]


class Places:
    """Understands which cells of a module are meant, each thing that is named once."""

    def __init__(self, model: Model, module: Module) -> None:
        self._model = model
        self._module = module
        self._ids = {("lineItemName", one.name): one.id for one in module.line_items}
        self._ids |= {("lineItemId", one.id): one.id for one in module.line_items}
        self._line_items: dict[str, LineItemPlaces] = {}

    def place(self, cell: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        """The line item and, by dimension, the items of a cell; every dimension must be there."""
        line_item = self._line_item(_key(cell, "lineItemId", "lineItemName"))
        given = cell.get("dimensions") or []
        if not isinstance(given, list):
            raise RefusedError(*INVALID)
        items = dict(map(line_item.coordinate, given))
        if len(items) != len(given) or len(items) != line_item.dimension_count:
            raise RefusedError(*INVALID)
        return line_item.id, items

    def _line_item(self, key: Key) -> LineItemPlaces:
        line_item_id = self._ids.get(key)
        if line_item_id is None:
            raise RefusedError(*INVALID)
        if line_item_id not in self._line_items:
            self._line_items[line_item_id] = self._places(line_item_id)
        return self._line_items[line_item_id]

    def _places(self, line_item_id: str) -> LineItemPlaces:
        model, module = self._model, self._module
        line_item = module.line_item(line_item_id)
        assert line_item is not None
        ids = model.dimension_ids(module, line_item)
        dimensions = [found(model.line_item_dimension(module, line_item, dimension_id)) for dimension_id in ids]
        by_key = {("dimensionId", one.id): one for one in dimensions}
        by_key |= {("dimensionName", one.name): one for one in dimensions}
        return LineItemPlaces(line_item_id, by_key, len(dimensions))


def _most_bytes(options: Options) -> int:
    return options.written_cells_bytes


def routes() -> list[web.RouteDef]:
    return model_route("POST", "/modules/{module}/data", writing(write_cells, limit=_most_bytes))
