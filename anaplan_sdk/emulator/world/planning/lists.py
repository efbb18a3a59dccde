"""Lists: their items by position, light enough for a million of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field

from ..definitions import DATA, DETAIL
from .items import AnyCase, ItemDetails, ItemError, ListProperty, Subset

# Of items, line items and whatever else is named.
MOST_NAME_CHARACTERS = 60
FIRST_ITEM_ID = 2_070_000_000_000
# What one list can give to items, in all; the last is the id of its top level item.
IDS_OF_A_LIST = 10_000_000


@dataclass(slots=True)
class GeneralList:
    """A list; ``items`` leads from the name of an item to its position, in the order of their arrival.

    What else is known of an item is kept by its position, so that a million items are hardly more than their names.
    Positions are given again only after all items were deleted, ids never. An item that came by its name alone has it
    as its code too; in a numbered list it came by its code, and its name is ``#1`` or the like.
    """

    id: str
    name: str
    items: dict[str, int] = field(default_factory=dict[str, int], repr=False, metadata=DATA)
    _: KW_ONLY
    code: str | None = field(default=None, metadata=DETAIL)
    parent_list_id: str | None = field(default=None, metadata=DETAIL)
    properties: list[ListProperty] = field(default_factory=list[ListProperty], metadata=DETAIL)
    subsets: list[Subset] = field(default_factory=list[Subset], metadata=DETAIL)
    numbered: bool = field(default=False, metadata=DETAIL)
    display_name_property: str | None = field(default=None, metadata=DETAIL)
    """The id of the property with the names that people read, in a numbered list."""
    top_level_item: str | None = field(default=None, metadata=DETAIL)
    selective_access: bool = field(default=False, metadata=DETAIL)
    production_data: bool = field(default=True, metadata=DETAIL)
    """Whether the items are data; otherwise they are structure, which revisions keep."""
    top_level_is_page_default: bool = field(default=False, metadata=DETAIL)
    workflow: bool = field(default=False, metadata=DETAIL)
    category: str | None = field(default=None, metadata=DETAIL)
    managed_by: str = field(default="", metadata=DETAIL)
    notes: str = field(default="", metadata=DETAIL)
    number: int = field(default=0, metadata=DATA)
    """Sets the ids of the items of this list apart from those of others; given by the model."""
    details: ItemDetails = field(default_factory=ItemDetails, repr=False, metadata=DATA)
    _names: list[str | None] = field(default_factory=list["str | None"], init=False, repr=False, metadata=DATA)
    _by_code: dict[str, int] = field(default_factory=dict[str, int], init=False, repr=False, metadata=DATA)
    _used_ids: int = field(default=0, init=False, repr=False, metadata=DATA)
    _used_indexes: int = field(default=0, init=False, repr=False, metadata=DATA)
    _names_in_any_case: AnyCase = field(init=False, repr=False, compare=False, metadata=DATA)
    _codes_in_any_case: AnyCase = field(init=False, repr=False, compare=False, metadata=DATA)

    def __post_init__(self) -> None:
        self._names_in_any_case, self._codes_in_any_case = AnyCase(self.items), AnyCase(self._by_code)

    # --- what there is ---

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def item_count(self) -> int:
        """As the API counts, with the top level item."""
        return len(self.items) + (self.top_level_item is not None)

    @property
    def next_index(self) -> int:
        return self._used_indexes + len(self._names) + 1

    @property
    def length(self) -> int:
        """How long a column of cells is: one for each position, be there an item or none any more."""
        return len(self._names)

    def positions(self) -> Iterable[int]:
        """Those of all items, in order."""
        if len(self.items) == len(self._names):
            return range(len(self._names))
        return [position for position, name in enumerate(self._names) if name is not None]

    def names(self) -> Iterable[str]:
        """The names of all items by position, in order; ``items`` loses the order where items were renamed."""
        return (name for name in self._names if name is not None)

    @property
    def first_id(self) -> int:
        return FIRST_ITEM_ID + self.number * IDS_OF_A_LIST

    @property
    def top_level_id(self) -> str | None:
        return None if self.top_level_item is None else str(self.first_id + IDS_OF_A_LIST - 1)

    def item_id(self, position: int) -> str:
        return str(self.first_id + self._used_ids + position)

    def position_of(self, item_id: str) -> int | None:
        position = int(item_id) - self.first_id - self._used_ids if item_id.isdecimal() else -1
        return position if 0 <= position < len(self._names) and self._names[position] is not None else None

    def name_at(self, position: int) -> str:
        return self._names[position] or ""

    def code_at(self, position: int) -> str | None:
        return self.details.codes[position] if position in self.details.codes else self._names[position]

    def parent_at(self, position: int) -> str | None:
        """The id of the parent: of an item of the parent list, which may be gone, or of the top level item."""
        return self.details.parents.get(position)

    def property_at(self, position: int, property_id: str) -> str:
        """The text that is kept."""
        return self.details.values.get(property_id, {}).get(position, "")

    def in_subset(self, position: int, subset_id: str) -> bool:
        return position in self.details.members.get(subset_id, ())

    def members(self, subset_id: str) -> list[int]:
        """The positions of a subset's items, in order."""
        return sorted(self.details.members.get(subset_id, ()))

    def readers_at(self, position: int) -> list[str]:
        return self.details.readers.get(position, [])

    def writers_at(self, position: int) -> list[str]:
        return self.details.writers.get(position, [])

    def property_named(self, name: str) -> ListProperty | None:
        return next((each for each in self.properties if each.name == name), None)

    def subset_named(self, name: str) -> Subset | None:
        return next((each for each in self.subsets if each.name == name), None)

    def labels(self) -> Iterable[str]:
        """What names the items in a file, by position, in order: the code, else the name."""
        if not self.details.codes:
            return self.names()
        return (self.code_at(position) or self.name_at(position) for position in self.positions())

    # --- look-up ---

    def by_name(self, name: str) -> int | None:
        return self.items.get(name)

    def by_code(self, code: str) -> int | None:
        position = self._by_code.get(code)
        if position is None:
            position = self.items.get(code)
            position = None if position in self.details.codes else position
        return position

    def by_key(self) -> Mapping[str, int]:
        """Where the items are by what names them in a file: the code, else the name."""
        if not self.details.codes:
            return self.items
        return self.items | self._by_code

    def named_in_any_case(self, name: str) -> list[int]:
        return self._names_in_any_case.find(name)

    def coded_in_any_case(self, code: str) -> list[int]:
        names = [position for position in self.named_in_any_case(code) if position not in self.details.codes]
        return names + self._codes_in_any_case.find(code)

    # --- changes ---

    def add(self, keys: Iterable[str]) -> None:
        """Append items; those that the list has already keep their position."""
        self._names_in_any_case.changed()
        if self.numbered:
            for key in keys:
                if self.by_code(key) is None:
                    self.add_item(code=key)
            return
        items, names = self.items, self._names
        known = self.by_key() if self.details.codes else items
        for key in keys:
            if key not in items and key not in known:
                items[key] = len(names)
                names.append(key)

    def add_item(
        self,
        name: str | None = None,
        code: str | None = None,
        *,
        parent_id: str | None = None,
        properties: Mapping[str, str] | None = None,
        subsets: Iterable[str] = (),
    ) -> int:
        """Append one item; properties and subsets are named by their ids, values are texts as they are kept."""
        code = code or None
        name = self._new_name(name)
        self._check_code(code)
        position = len(self._names)
        self.items[name] = position
        self._names.append(name)
        self._names_in_any_case.added(name, position)
        self._keep_code(position, code)
        self.move(position, parent_id)
        for property_id, text in (properties or {}).items():
            self.set_property(position, property_id, text)
        for subset_id in subsets:
            self.set_subset(position, subset_id, True)
        return position

    def _new_name(self, name: str | None) -> str:
        if self.numbered:
            if name:
                raise ItemError("INCORRECT_FORMAT", "Items of a numbered list have no names of their own")
            return f"#{self.next_index}"
        if not name or name.isspace():
            raise ItemError("INCOMPLETE_DATA", "The item has no name")
        self._check_name(name)
        return name

    def _check_name(self, name: str) -> None:
        if name in self.items or name == self.top_level_item:
            raise ItemError("Duplicate", f"Name '{name}' already exists")
        if len(name) > MOST_NAME_CHARACTERS:
            raise ItemError("INCORRECT_FORMAT", f"A name has at most {MOST_NAME_CHARACTERS} characters")

    def _check_code(self, code: str | None) -> None:
        if code is not None and self.by_code(code) is not None:
            raise ItemError("Duplicate", f"Code '{code}' already exists")
        if code is not None and len(code) > MOST_NAME_CHARACTERS:
            raise ItemError("INCORRECT_FORMAT", f"A code has at most {MOST_NAME_CHARACTERS} characters")

    def _keep_code(self, position: int, code: str | None) -> None:
        if code == self._names[position]:
            self.details.codes.pop(position, None)
            return
        self.details.codes[position] = code
        if code is not None:
            self._by_code[code] = position
            self._codes_in_any_case.added(code, position)

    def _forget_cases(self) -> None:
        self._names_in_any_case.changed()
        self._codes_in_any_case.changed()

    def rename(self, position: int, name: str) -> None:
        """Give an item another name; its code stays."""
        if name == self._names[position]:
            return
        if self.numbered or not name or name.isspace():
            raise ItemError("INCORRECT_FORMAT", f"'{name}' cannot be the name of the item")
        self._check_name(name)
        code = self.code_at(position)
        del self.items[self.name_at(position)]
        self.items[name] = position
        self._names[position] = name
        self._forget_cases()
        if code is not None:
            self._by_code.pop(code, None)
        self._keep_code(position, code)

    def set_code(self, position: int, code: str) -> None:
        """Give an item a code, or another one; none can be taken away."""
        old = self.code_at(position)
        if code == old:
            return
        if not code:
            raise ItemError("INCOMPLETE_DATA", "A code cannot be removed")
        self._check_code(code)
        if old is not None:
            self._by_code.pop(old, None)
            self._codes_in_any_case.changed()
        self._keep_code(position, code)

    def move(self, position: int, parent_id: str | None) -> None:
        """Put an item below another parent, or below none; whether the parent exists is for the model to say."""
        if parent_id:
            self.details.parents[position] = parent_id
        else:
            self.details.parents.pop(position, None)

    def set_property(self, position: int, property_id: str, text: str) -> None:
        """Set a property to a text that was checked; a blank one clears it."""
        values = self.details.values.setdefault(property_id, {})
        if text:
            values[position] = text
        else:
            values.pop(position, None)

    def set_subset(self, position: int, subset_id: str, belongs: bool) -> None:
        members = self.details.members.setdefault(subset_id, set())
        if belongs:
            members.add(position)
        else:
            members.discard(position)

    def set_access(self, position: int, read: list[str], write: list[str]) -> None:
        """Say by e-mail who may read and who may write an item, where the list has selective access."""
        self.details.readers[position], self.details.writers[position] = read, write

    def delete(self, position: int) -> None:
        """Delete one item. Its cells stay unseen at its position, which no other item gets."""
        code = self.details.codes.get(position)
        if code is not None:
            del self._by_code[code]
        del self.items[self.name_at(position)]
        self._names[position] = None
        self.details.forget(position)
        self._forget_cases()

    def clear(self) -> None:
        """Delete all items; positions begin again, ids and indexes go on."""
        self._used_ids += len(self._names)
        self._used_indexes += len(self._names)
        self._names.clear()
        self.items.clear()
        self._by_code.clear()
        self.details = ItemDetails()
        self._forget_cases()

    def reset_index(self) -> None:
        """Begin to count indexes again; ItemError where the list has items."""
        if self.items:
            raise ItemError("Not empty", "The list contains data")
        self._used_indexes = -len(self._names)
