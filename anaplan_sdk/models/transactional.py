"""The structure of a model: modules, line items, views, dimensions and lists."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

# Fields that nothing depends on: whatever stands there, the rest can be read.
_SHOWN = {"display": True}


@attrs.frozen
class NamedObject:
    """Another object, by its name and, in most places, its id."""

    id: str | None = None
    name: str = attrs.field(default="", metadata={"alone": True})  # where it stands there without an object


@attrs.frozen
class Module:
    """A module. Its default view has the same id."""

    id: str
    name: str = ""


# --- line items -------------------------------------------------------------------------------------------------------


@attrs.frozen
class PeriodType:
    """The periods of a format. ``entity_id`` is ``YEAR``, ``HALF_YEAR``, ``QUARTER``, ``MONTH``, ``WEEK``, ``DAY``."""

    entity_id: str | None = None
    entity_label: str | None = None
    entity_index: int | None = None


@attrs.frozen
class EntityFormatFilter:
    """A dependent drop-down: which items of a list can be chosen. The fields are ids, as Anaplan gives them."""

    source_line_item_or_property: str | None = None
    mapping_hierarchy: str | None = None
    key_property: str | None = None
    value_property: str | None = None


@attrs.frozen
class LineItemFormat:
    """How the values of a line item or a property are formatted. Which fields there are depends on ``data_type``.

    ``data_type`` is ``NUMBER``, ``BOOLEAN``, ``TEXT``, ``DATE``, ``ENTITY`` (an item of the list
    ``hierarchy_entity_long_id``), ``TIME_ENTITY`` (a period of ``period_type``), ``NONE`` or another word.
    ``decimal_places`` is -1 for as many as needed.
    """

    data_type: str | None = None
    minimum_significant_digits: int | None = None
    decimal_places: int | None = None
    negative_number_notation: str | None = None
    units_type: str | None = None
    units_display_type: str | None = None
    custom_units: str | None = None
    zero_format: str | None = None
    comparison_increase: str | None = None
    grouping_separator: str | None = None
    decimal_separator: str | None = None
    hierarchy_entity_long_id: str | None = None
    # Both spellings were seen.
    selective_access_applied: bool | None = attrs.field(default=None, metadata={"or": "selectivedAccessApplied"})
    show_all: bool | None = None
    entity_format_filter: EntityFormatFilter | None = None
    period_type: PeriodType | None = None
    text_type: str | None = None


@attrs.frozen
class LineItem:
    """A line item of a module.

    What follows ``name`` comes only with details. ``format`` is ``NUMBER``, ``BOOLEAN``, ``TEXT``, ``DATE``, ``LIST``,
    ``TIME PERIOD``, ``NONE`` or another word. ``applies_to`` are its lists and subsets, without time and versions:
    for all of its dimensions, see ``list_line_item_dimensions``. ``summary``, ``time_scale``, ``time_range``,
    ``formula_scope`` and ``style`` are texts for display.
    """

    id: str
    name: str = ""
    module_id: str | None = None
    module_name: str | None = None
    is_summary: bool | None = None
    start_of_section: bool | None = None
    brought_forward: bool | None = None
    use_switchover: bool | None = None
    breakback: bool | None = None
    cell_count: int | None = None
    version: NamedObject | None = attrs.field(default=None, metadata=_SHOWN)
    applies_to: tuple[NamedObject, ...] = ()
    data_tags: tuple[NamedObject, ...] = attrs.field(default=(), metadata=_SHOWN)
    referenced_by: tuple[NamedObject, ...] = attrs.field(default=(), metadata=_SHOWN)
    parent: NamedObject | None = attrs.field(default=None, metadata=_SHOWN)
    read_access_driver: NamedObject | None = attrs.field(default=None, metadata=_SHOWN)
    write_access_driver: NamedObject | None = attrs.field(default=None, metadata=_SHOWN)
    formula: str | None = None
    format: str | None = None
    format_metadata: LineItemFormat | None = None
    summary: str | None = None
    time_scale: str | None = None
    time_range: str | None = None
    formula_scope: str | None = None
    style: str | None = None
    code: str | None = None
    notes: str | None = None


# --- views and dimensions ---------------------------------------------------------------------------------------------


@attrs.frozen
class View:
    """A view: the default view of a module (``id`` is that of the module), a saved one, or one of a line item."""

    id: str
    name: str = ""
    module_id: str | None = None
    code: str | None = None


@attrs.frozen
class Dimension:
    """A dimension: a list, a list subset, a line item subset, ``Line Items``, ``Time``, ``Versions`` or ``Users``."""

    id: str
    name: str = ""


@attrs.frozen
class ViewDefinition:
    """The dimensions of a view by axis, outermost first."""

    id: str = attrs.field(metadata={"json": "viewId"})
    name: str = attrs.field(default="", metadata={"json": "viewName"})
    rows: tuple[Dimension, ...] = ()
    columns: tuple[Dimension, ...] = ()
    pages: tuple[Dimension, ...] = ()


@attrs.frozen
class DimensionItem:
    """An item of a dimension. The names of a numbered list's items are ``#1``, ``#2`` and so on."""

    id: str
    name: str = ""
    code: str | None = None


@attrs.frozen
class ItemLookup:
    """What was found for names and codes.

    ``by_name`` and ``by_code`` have every name and code that was asked for and found, as it was written there, with its
    items: a name may have several. ``missing_names`` and ``missing_codes`` are the others. Upper and lower case do not
    matter.
    """

    by_name: Mapping[str, tuple[DimensionItem, ...]] = attrs.field(factory=dict, hash=False)
    by_code: Mapping[str, tuple[DimensionItem, ...]] = attrs.field(factory=dict, hash=False)
    missing_names: tuple[str, ...] = ()
    missing_codes: tuple[str, ...] = ()
    items: tuple[DimensionItem, ...] = ()


# --- lists ------------------------------------------------------------------------------------------------------------


@attrs.frozen
class ListSummary:
    """A list, as it stands in the lists of a model."""

    id: str
    name: str = ""
    code: str | None = None


@attrs.frozen
class ListProperty:
    """A property of a list. ``format`` and ``format_metadata`` are as those of a line item."""

    name: str = ""
    id: str | None = None
    format: str | None = None
    format_metadata: LineItemFormat | None = None
    formula: str | None = None
    notes: str | None = None
    referenced_by: str | None = None
    data_tags: tuple[NamedObject, ...] = attrs.field(default=(), metadata=_SHOWN)


@attrs.frozen
class ListDefinition:
    """A list with its properties and subsets.

    ``item_count`` includes the top level item. In a numbered list, items have generated names and are told apart by
    their codes. ``production_data`` says that items may be added in a deployed model. ``managed_by`` is empty if nobody
    manages the list.
    """

    id: str
    name: str = ""
    item_count: int | None = None
    numbered_list: bool = False
    parent: NamedObject | None = None
    properties: tuple[ListProperty, ...] = ()
    subsets: tuple[NamedObject, ...] = ()
    top_level_item: NamedObject | None = None
    has_selective_access: bool | None = None
    workflow_enabled: bool | None = None
    production_data: bool | None = None
    use_top_level_as_page_default: bool | None = None
    next_item_index: int | None = attrs.field(default=None, metadata={"or": "nextitemIndex"})
    permitted_items: int | None = None
    managed_by: str | None = None
    category: str | None = None
    data_tags: tuple[NamedObject, ...] = attrs.field(default=(), metadata=_SHOWN)
    display_name_property: str | None = None
    used_in_applies_to: str | None = None
    used_as_format: str | None = None
    used_in_formula: str | None = None


@attrs.frozen
class ListItem:
    """An item of a list.

    ``parent`` is the name of its parent, ``list_id`` and ``list_name`` are the list of that parent. ``subsets``,
    ``properties``, ``read`` and ``write`` (users with selective access) come only with details. Values of properties
    are text, as Anaplan prints them. ``id`` is None where Anaplan does not give it, as in reads of very large lists.
    """

    id: str | None = None
    name: str = ""
    code: str | None = None
    parent: str | None = None
    parent_id: str | None = None
    list_id: str | None = None
    list_name: str | None = None
    subsets: Mapping[str, bool] = attrs.field(factory=dict[str, bool], hash=False)
    properties: Mapping[str, str] = attrs.field(factory=dict[str, str], hash=False)
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()


@attrs.frozen
class Dashboard:
    """A classic dashboard. Pages of the new user experience are not listed by Anaplan."""

    id: str
    name: str = ""
    code: str | None = None
