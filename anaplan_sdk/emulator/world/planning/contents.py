"""What is planned in a model, and how its parts belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from .calendar import TIME_SCALES, Calendar, Version
from .dimensions import (
    LINE_ITEMS_ID,
    TIME_ID,
    USERS_ID,
    VERSIONS_ID,
    Dimension,
    FixedDimension,
    ListDimension,
    Member,
    member_at,
)
from .formats import ValueRefusedError, boolean_text, written_text
from .lists import GeneralList
from .modules import KEY_SEPARATOR, Dashboard, LineItem, LineItemSubset, Module, View

Planned: TypeAlias = GeneralList | Module | LineItemSubset | View | Version | Dashboard


class Formatted(Protocol):
    """A line item or a property of a list."""

    @property
    def format(self) -> str: ...
    @property
    def entity_id(self) -> str | None: ...
    @property
    def period_type(self) -> str: ...


class Person(Protocol):
    """A user of the tenant."""

    @property
    def id(self) -> str: ...
    @property
    def email(self) -> str: ...


@dataclass(slots=True, kw_only=True)
class Planning:
    """The planned part of a model."""

    lists: dict[str, GeneralList] = field(default_factory=dict[str, GeneralList])
    modules: dict[str, Module] = field(default_factory=dict[str, Module])
    line_item_subsets: dict[str, LineItemSubset] = field(default_factory=dict[str, LineItemSubset])
    views: dict[str, View] = field(default_factory=dict[str, View])
    """Saved views; default and subsidiary views follow from modules and line items."""
    versions: dict[str, Version] = field(default_factory=dict[str, Version])
    calendar: Calendar = field(default_factory=Calendar)
    dashboards: dict[str, Dashboard] = field(default_factory=dict[str, Dashboard])

    def add_planned(self, *parts: Planned) -> None:
        """Add lists, modules, versions and the like, each by its id."""
        for part in parts:
            match part:
                case GeneralList():
                    self.add_list(part)
                case Module():
                    self.modules[part.id] = part
                case LineItemSubset():
                    self.line_item_subsets[part.id] = part
                case View():
                    self.views[part.id] = part
                case Version():
                    self.versions[part.id] = part
                case Dashboard():
                    self.dashboards[part.id] = part

    def add_list(self, part: GeneralList) -> None:
        """Add a list and set the ids of its items apart from those of the others."""
        used = {each.number for each in self.lists.values() if each is not part}
        if not part.number or part.number in used:
            part.number = 1 + max(used, default=0)
        self.lists[part.id] = part

    # --- line items and their dimensions ---

    def owner(self, line_item_id: str) -> tuple[Module, LineItem] | None:
        """A line item and its module."""
        for module in self.modules.values():
            if (line_item := module.line_item(line_item_id)) is not None:
                return module, line_item
        return None

    def dimension_ids(self, module: Module, line_item: LineItem) -> list[str]:
        """Lists and subsets, then time and versions where the line item has them."""
        ids = list(module.lists_of(line_item))
        if module.time_scale_of(line_item) in TIME_SCALES:
            ids.append(TIME_ID)
        return [*ids, VERSIONS_ID] if module.has_versions(line_item) else ids

    def storage(self, module: Module, line_item: LineItem) -> tuple[ListDimension | None, list[str]]:
        """The dimension by whose positions cells are kept, and the ids of the further ones."""
        ids = self.dimension_ids(module, line_item)
        first = next((each for each in ids if self.source_list(each) is not None), None)
        if first is None:
            return None, ids
        dimension = self.list_dimension(first)
        return dimension, [each for each in ids if each != first]

    def source_list(self, dimension_id: str) -> GeneralList | None:
        """The list that a list or a subset takes its items from."""
        if dimension_id in self.lists:
            return self.lists[dimension_id]
        parts = self.lists.values()
        return next((part for part in parts if any(each.id == dimension_id for each in part.subsets)), None)

    def above(self, part: GeneralList) -> list[GeneralList]:
        """The lists above a list, the nearest first."""
        found: list[GeneralList] = []
        while part.parent_list_id in self.lists and self.lists[part.parent_list_id] not in [part, *found]:
            part = self.lists[part.parent_list_id]
            found.append(part)
        return found

    def below(self, part: GeneralList) -> list[GeneralList]:
        """The lists whose parents are in a list, and those below them."""
        children = [each for each in self.lists.values() if each.parent_list_id == part.id and each is not part]
        return [*children, *(each for child in children for each in self.below(child))]

    def list_dimension(self, dimension_id: str) -> ListDimension | None:
        """A list with all that is above it, or a subset."""
        part = self.source_list(dimension_id)
        if part is None:
            return None
        if part.id == dimension_id:
            return ListDimension(part.id, part.name, part, above=self.above(part))
        name = next(each.name for each in part.subsets if each.id == dimension_id)
        return ListDimension(dimension_id, name, part, subset_id=dimension_id, with_top=False)

    def line_item_dimension(self, module: Module, line_item: LineItem, dimension_id: str) -> Dimension | None:
        """The items of a dimension as the line item has them, with parents and totals; None if it lacks it."""
        if dimension_id not in self.dimension_ids(module, line_item):
            return None
        if dimension_id == TIME_ID:
            return self.time_dimension(module.time_scale_of(line_item))
        return self.list_dimension(dimension_id) or self.dimension(dimension_id)

    def time_dimension(self, time_scale: str | None = None) -> FixedDimension:
        """The periods of a time scale with their totals; all periods without one."""
        periods = self.calendar.periods if time_scale is None else self.calendar.at(time_scale)
        level = None if time_scale is None else TIME_SCALES.get(time_scale)
        members = [Member(each.id, each.label) for each in periods]
        return FixedDimension(TIME_ID, "Time", members, [each.id for each in periods if level and each.level != level])

    def dimension(self, dimension_id: str, users: Iterable[Person] = ()) -> Dimension | None:
        """A dimension of the model by itself: a list without what is above it, all periods, all line items."""
        if (part := self.lists.get(dimension_id)) is not None:
            return ListDimension(part.id, part.name, part)
        if (subset := self.line_item_subsets.get(dimension_id)) is not None:
            return self._line_items(subset.id, subset.name, subset.line_item_ids)
        if dimension_id == TIME_ID:
            return self.time_dimension()
        if dimension_id == VERSIONS_ID:
            versions = [Member(each.id, each.name) for each in self.versions.values()]
            return FixedDimension(VERSIONS_ID, "Versions", versions)
        if dimension_id == LINE_ITEMS_ID:
            return self._line_items(LINE_ITEMS_ID, "Line Items")
        if dimension_id == USERS_ID:
            people = [Member(each.id, each.email, each.email) for each in users]
            return FixedDimension(USERS_ID, "Users", people, has_codes=True)
        return self.list_dimension(dimension_id)

    def _line_items(self, id: str, name: str, ids: Iterable[str] | None = None) -> FixedDimension:
        all_of_them = {each.id: each for module in self.modules.values() for each in module.line_items}
        wanted = all_of_them if ids is None else [each for each in ids if each in all_of_them]
        members = [Member(each, all_of_them[each].name, all_of_them[each].code) for each in wanted]
        return FixedDimension(id, name, members, has_codes=True)

    def dimension_name(self, dimension_id: str) -> str:
        """The name; blank for a dimension that there is not."""
        dimension = self.dimension(dimension_id)
        return dimension.name if dimension else ""

    def cell_count(self, module: Module, line_item: LineItem) -> int | None:
        """How many cells a line item has, totals included; None if it holds no values."""
        if line_item.format == "NONE":
            return None
        count = 1
        for dimension_id in self.dimension_ids(module, line_item):
            dimension = self.line_item_dimension(module, line_item, dimension_id)
            count *= dimension.count if dimension else 0
        return count

    # --- items ---

    def parent_item(self, list_id: str, position: int) -> tuple[GeneralList, Member] | None:
        """The list and the item above an item; its own list where the parent is the top level item."""
        own = self.lists[list_id]
        parent_id = own.parent_at(position)
        if parent_id is None:
            return None
        if parent_id == own.top_level_id:
            return own, Member(parent_id, own.top_level_item or "")
        above = self.lists.get(own.parent_list_id or "")
        if above is None:
            return None
        if parent_id == above.top_level_id:
            return above, Member(parent_id, above.top_level_item or "")
        found = above.position_of(parent_id)
        return None if found is None else (above, member_at(above, found))

    def find_parent(self, list_id: str, name_or_code: str) -> str | None:
        """The id of the item that a list's items can be below, by its name, else by its code."""
        own = self.lists[list_id]
        if own.top_level_item is not None and name_or_code == own.top_level_item:
            return own.top_level_id
        above = self.lists.get(own.parent_list_id or "")
        if above is None:
            return None
        if above.top_level_item is not None and name_or_code == above.top_level_item:
            return above.top_level_id
        position = above.by_name(name_or_code)
        position = above.by_code(name_or_code) if position is None else position
        return None if position is None else above.item_id(position)

    def hierarchy_is_empty(self, list_id: str) -> bool:
        """Whether neither the list nor one above or below it has items, apart from top level items."""
        part = self.lists[list_id]
        return not any(each.count for each in [part, *self.above(part), *self.below(part)])

    def delete_item(self, list_id: str, position: int) -> None:
        """Delete an item; its children lose their parent, and nobody sees its cells again."""
        self.lists[list_id].delete(position)

    def clear_list(self, list_id: str) -> int:
        """Delete all items of a list, with the cells that they dimension; return how many there were."""
        part = self.lists[list_id]
        count = part.count
        for module, line_item in self._dimensioned_by(part):
            module.clear_cells(line_item.id)
        part.clear()
        return count

    def _dimensioned_by(self, part: GeneralList) -> Iterator[tuple[Module, LineItem]]:
        ids = {part.id, *(each.id for each in part.subsets)}
        for module in self.modules.values():
            yield from ((module, each) for each in module.line_items if not ids.isdisjoint(module.lists_of(each)))

    # --- time ---

    def set_fiscal_year(self, label: str) -> None:
        """Make another fiscal year the current one; cells of periods that are gone are gone too.

        Raises:
            YearOutOfRangeError: There is no such year.
        """
        self.calendar.fiscal(label)
        before = {each.id for each in self.calendar.periods}
        self.calendar.fiscal_year = label
        gone = before - {each.id for each in self.calendar.periods}
        for module in self.modules.values():
            for key in [key for key in module.cells if not gone.isdisjoint(key.split(KEY_SEPARATOR))]:
                del module.cells[key]
        if self.calendar.current_period is None:
            self.calendar.current = None

    # --- values ---

    def stored(self, holder: Formatted, value: object) -> str:
        """Check a value that was written and give the text that is kept: for a LIST the id of the item.

        Raises:
            ValueRefusedError: The format does not take it.
        """
        text = written_text(holder.format, value)
        if not text or holder.format not in ("LIST", "TIME PERIOD"):
            return text
        kept = self.item_named(holder, text) if holder.format == "LIST" else self._period_named(holder, text)
        if kept is None:
            raise ValueRefusedError(f"wrong value for {holder.format.lower()}")
        return kept

    def item_named(self, holder: Formatted, text: str) -> str | None:
        """The id of the item that a text names in the list of a format: by name, code or id."""
        part = self.source_list(holder.entity_id or "")
        if part is None:
            return None
        position = part.by_name(text)
        position = part.by_code(text) if position is None else position
        position = part.position_of(text) if position is None else position
        return None if position is None else part.item_id(position)

    def _period_named(self, holder: Formatted, text: str) -> str | None:
        period = self.calendar.labelled(text)
        return period.label if period and period.level == holder.period_type else None

    def display(self, holder: Formatted, stored: str) -> str:
        """The text that is shown for one that is kept; blank for an item that is gone."""
        if holder.format == "LIST" and stored:
            part = self.source_list(holder.entity_id or "")
            position = part.position_of(stored) if part else None
            return "" if part is None or position is None else part.name_at(position)
        return boolean_text(stored) if holder.format == "BOOLEAN" else stored
