"""What the keys of a row of cells are: dimensions, line items, values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from anaplan_sdk._core.api.ids import plain
from anaplan_sdk._core.transactional.writing.dimensions import Index
from anaplan_sdk._core.transactional.writing.formats import Encode, UnfitError, compact, encoder
from anaplan_sdk.models import Dimension, LineItem

LINE_ITEMS = ("line items", "20000000012")
VALUE = "value"
# Scopes of a formula that leave no cell to write; others may leave some versions.
_WHOLE_SCOPES = ("", "all versions")


@attrs.frozen
class Measure:
    """A line item that is written: the JSON of a cell is head, coordinates, tail, value and a brace.

    ``place`` is where its values stand in a wide row.
    """

    id: str
    name: str
    encode: Encode
    head: str
    tail: str
    place: int = -1

    @classmethod
    def of(cls, line_item: LineItem, dimensions: Index[Dimension], place: int = -1) -> Measure:
        """Raises UnfitError where it cannot be written."""
        kind = line_item.format_metadata.data_type if line_item.format_metadata else None
        kind = kind or line_item.format
        if kind == "NONE":
            raise UnfitError(f"{line_item.name} holds no values: its format is None.")
        if line_item.formula and (line_item.formula_scope or "").casefold() in _WHOLE_SCOPES:
            raise UnfitError(f"{line_item.name} is calculated by a formula, and takes no values.")
        head = compact({"lineItemId": line_item.id})[:-1]
        if dimensions.objects:
            return cls(line_item.id, line_item.name, encoder(kind), f'{head},"dimensions":[', '],"value":', place)
        return cls(line_item.id, line_item.name, encoder(kind), head, ',"value":', place)


@attrs.frozen
class Layout:
    """The places of dimensions, in the order of their ids, and of line items.

    The ``measures`` of long rows are those that were met so far, by what names them; of wide rows, by name.
    ``line_item_id`` has all the dimensions.
    """

    coordinates: tuple[tuple[int, Dimension], ...]
    measures: Mapping[str, Measure]
    line_item_id: str
    line_item_place: int | None = None
    value_place: int = -1


def place_of_line_item(keys: Sequence[object]) -> int | None:
    """Where a long row names its line item, None for a wide one."""
    return next((at for at, key in enumerate(keys) if str(plain(key)).casefold() in LINE_ITEMS), None)


def layout_of(
    keys: Sequence[object],
    place: int | None,
    given: Iterable[object],
    line_items: Index[LineItem],
    dimensions: Mapping[str, Index[Dimension]],
    known: Layout | None = None,
) -> Layout:
    """The layout of rows with these keys, and of these line items where they are long."""
    if place is None:
        return _wide(keys, line_items, dimensions)
    return _long(keys, place, given, line_items, dimensions, known)


def _wide(keys: Sequence[object], line_items: Index[LineItem], dimensions: Mapping[str, Index[Dimension]]) -> Layout:
    found = {at: item for at, key in enumerate(keys) if (item := line_items.find(key)) is not None}
    if not found:
        raise UnfitError(f"none of its keys is a line item of the module, which has {line_items.names()}.")
    # A line item may be called like a dimension, which is what the key means then, unless it is all there is.
    places = [at for at, item in found.items() if not _is_dimension(keys[at], item, found.values(), dimensions)]
    places = places or list(found)
    measures = [(found[at], Measure.of(found[at], dimensions[found[at].id], at)) for at in places]
    others = [at for at in range(len(keys)) if at not in places]
    coordinates = [_coordinates(keys, others, item, dimensions[item.id], line_items) for item, _ in measures]
    by_id = {measure.id: measure for _, measure in measures}
    if len(by_id) < len(measures):
        raise UnfitError("it names a line item twice.")
    return Layout(coordinates[0], by_id, measures[0][0].id)


def _is_dimension(
    key: object, line_item: LineItem, found: Iterable[LineItem], dimensions: Mapping[str, Index[Dimension]]
) -> bool:
    return any(dimensions[other.id].find(key) for other in found if other.id != line_item.id)


def _long(
    keys: Sequence[object],
    place: int,
    given: Iterable[object],
    line_items: Index[LineItem],
    dimensions: Mapping[str, Index[Dimension]],
    known: Layout | None,
) -> Layout:
    values = [at for at, key in enumerate(keys) if str(plain(key)).casefold() == VALUE]
    if len(values) != 1:
        raise UnfitError("it names a line item under 'Line Items', and so needs its value under 'Value'.")
    others = [at for at in range(len(keys)) if at not in (place, *values)]
    measures = dict(known.measures) if known else {}
    coordinates = known.coordinates if known else ()
    for key in given:
        text = str(plain(key))
        if text in measures:
            continue
        item = line_items.find(key)
        if item is None:
            raise _about(key, UnfitError(f"{key!r} is no line item of the module, which has {line_items.names()}."))
        try:
            measures[text] = Measure.of(item, dimensions[item.id])
            coordinates = _coordinates(keys, others, item, dimensions[item.id], line_items)
        except UnfitError as unfit:
            raise _about(key, unfit) from None
    return Layout(coordinates, measures, next(iter(measures.values())).id, place, values[0])


def _about(key: object, unfit: UnfitError) -> UnfitError:
    """The error with the line item that it is about."""
    unfit.key = key
    return unfit


def _coordinates(
    keys: Sequence[object],
    places: Iterable[int],
    line_item: LineItem,
    dimensions: Index[Dimension],
    line_items: Index[LineItem],
) -> tuple[tuple[int, Dimension], ...]:
    """Where each dimension of a line item stands."""
    found: dict[str, tuple[int, Dimension]] = {}
    for at in places:
        dimension = dimensions.find(keys[at])
        if dimension is None:
            has = dimensions.names() or "none"
            raise UnfitError(
                f"{keys[at]!r} is no dimension of {line_item.name}, which has {has}, and no line item of the module. "
                "Line items with other dimensions are written in rows of their own."
            )
        if dimension.id in found:
            raise UnfitError(f"it names {dimension.name} twice.")
        found[dimension.id] = at, dimension
    left = [each.name for each in dimensions.objects if each.id not in found]
    if left:
        raise UnfitError(f"it names no item of {', '.join(left)}, which {line_item.name} has as well.")
    return tuple(found[key] for key in sorted(found))
