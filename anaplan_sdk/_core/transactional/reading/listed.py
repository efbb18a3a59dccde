"""Items of a list, made of the records of its CSV, of which there are two kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import attrs

from anaplan_sdk.models import ListDefinition, ListItem

# What stands before subsets and properties: in the CSV of items, and in that of a read request.
_ITEMS = ("id", "name", "code", "parent", "parentId", "listId", "listName")
_READ = ("", "Parent", "Write", "Read", "Code")


@attrs.define
class Listed:
    """The items of a list. ``details`` says whether their subsets, properties and users are wanted."""

    definition: ListDefinition
    details: bool
    _make: Callable[[Sequence[str]], ListItem] | None = attrs.field(default=None, init=False)
    _subsets: list[tuple[int, str]] = attrs.field(factory=list[tuple[int, str]], init=False)
    _properties: list[tuple[int, str]] = attrs.field(factory=list[tuple[int, str]], init=False)

    def items(self, records: Sequence[Sequence[str]]) -> list[ListItem]:
        """The items of some more records, the first of which is the header."""
        if self._make is None and records:
            self._make = self._begin(records[0])
            records = records[1:]
        return [] if self._make is None else list(map(self._make, records))

    def _begin(self, header: Sequence[str]) -> Callable[[Sequence[str]], ListItem]:
        with_ids = tuple(header[: len(_ITEMS)]) == _ITEMS
        first = len(_ITEMS if with_ids else _READ)
        if self.details:
            subsets = [subset.name for subset in self.definition.subsets]
            for place, name in enumerate(header[first:], first):
                # Subsets come first, and a property may have the name of one.
                is_subset = place - first < len(subsets) and name in subsets
                (self._subsets if is_subset else self._properties).append((place, name))
        return self._with_id if with_ids else self._without_id

    def _with_id(self, record: Sequence[str]) -> ListItem:
        item_id, name, code, parent, parent_id, list_id, list_name = _filled(record, len(_ITEMS))
        return ListItem(
            item_id,
            name or "",
            code,
            parent,
            parent_id,
            list_id,
            list_name,
            subsets=self._subsets_of(record),
            properties=self._properties_of(record),
        )

    def _without_id(self, record: Sequence[str]) -> ListItem:
        name, parent, write, read, code = _filled(record, len(_READ))
        return ListItem(
            None,
            name or "",
            code,
            parent,
            subsets=self._subsets_of(record),
            properties=self._properties_of(record),
            read=_users(read) if self.details else (),
            write=_users(write) if self.details else (),
        )

    def _subsets_of(self, record: Sequence[str]) -> dict[str, bool]:
        return {name: record[place].lower() == "true" for place, name in self._subsets if place < len(record)}

    def _properties_of(self, record: Sequence[str]) -> dict[str, str]:
        return {name: record[place] for place, name in self._properties if place < len(record) and record[place]}


def _filled(record: Sequence[str], count: int) -> Iterable[str | None]:
    """The first cells, None for blank ones and for those that are not there."""
    return [*(cell or None for cell in record[:count]), *[None] * (count - len(record))]


def _users(text: str | None) -> tuple[str, ...]:
    return tuple(user.strip() for user in (text or "").split(",") if user.strip())
