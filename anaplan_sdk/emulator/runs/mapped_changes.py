"""What an import changes in lists with codes, parents and properties, and in modules over several dimensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from ..world.definitions import Import
from ..world.model import Model
from ..world.planning.cells.writing import CellChange, CellRefusedError
from ..world.planning.dimensions import Dimension, ListDimension
from ..world.planning.formats import ValueRefusedError
from ..world.planning.items import ItemError, ListProperty
from ..world.planning.lists import MOST_NAME_CHARACTERS, GeneralList
from ..world.planning.modules import LineItem, Module
from .changes import CONTROL, ListChanges, ModuleChanges, key_errors
from .results import StepFailedError


class Item(NamedTuple):
    """An item as a row of a source has it."""

    name: str | None
    code: str | None
    parent_id: str | None
    values: Mapping[str, str]


class ItemChanges:
    """Items of a list to be added, renamed, moved and given properties."""

    def __init__(self, model: Model, target: GeneralList, definition: Import, header: list[str]) -> None:
        self.key_of = itemgetter(header.index(definition.code_column or definition.key_column))
        self._model, self._list = model, target
        self._name_index = header.index(definition.key_column)
        self._code_index = header.index(definition.code_column) if definition.code_column else None
        self._parent_index = header.index(definition.parent_column) if definition.parent_column else None
        by_id = {each.id: each for each in target.properties}
        self._properties: list[tuple[int, ListProperty]] = [
            (header.index(name), by_id[id_]) for name, id_ in definition.properties.items() if id_ in by_id
        ]
        self._known = target.by_key()
        self._names: dict[str, str] = {}
        self._wanted: dict[str, Item] = {}

    def errors(self, row: Sequence[str]) -> list[str]:
        """Why a row cannot be accepted; nothing where it can."""
        key = self.key_of(row)
        errors = key_errors(key)
        if not errors and max(len(key), len(row[self._name_index])) > MOST_NAME_CHARACTERS:
            errors = [f"A name has at most {MOST_NAME_CHARACTERS} characters"]
        if not errors and not row[self._name_index]:
            errors = ["The name of the item is blank"]
        if not errors and self._is_taken(row):
            errors = [f"'{row[self._name_index]}' is the name of another item"]
        if self._parent_index is not None and row[self._parent_index] and self._parent_id(row) is None:
            errors.append(f"'{row[self._parent_index]}' is not an item that {self._list.name} can have as a parent")
        for index, each in self._properties:
            if self._value(each, row[index]) is None:
                errors.append(f"'{row[index]}' is not a valid {each.format} for {each.name}")
        return errors

    def _is_taken(self, row: Sequence[str]) -> bool:
        """Whether the name is that of an item with another code, in the list or in an earlier row."""
        if self._code_index is None or self._list.numbered:
            return False
        name, key = row[self._name_index], self.key_of(row)
        holder = self._list.by_name(name)
        code = key if holder is None else self._list.code_at(holder) or key
        return bool(code != key) or self._names.get(name, key) != key

    def _position(self, row: Sequence[str]) -> int | None:
        """The item that the list has already."""
        if self._code_index is None and not self._list.numbered:
            return self._known.get(row[self._name_index])
        position = self._list.by_code(self.key_of(row))
        return self._list.by_name(row[self._name_index]) if position is None else position

    def _parent_id(self, row: Sequence[str]) -> str | None:
        return None if self._parent_index is None else self._model.find_parent(self._list.id, row[self._parent_index])

    def _value(self, part: ListProperty, text: str) -> str | None:
        try:
            return self._model.stored(part, text)
        except ValueRefusedError:
            return None

    def accept(self, row: list[str]) -> bool:
        """Take a row without errors; tell whether it creates something."""
        key = self.key_of(row)
        created = self._position(row) is None and key not in self._wanted
        code = None if self._code_index is None else row[self._code_index]
        name = None if self._list.numbered else row[self._name_index]
        code = key if self._list.numbered or self._code_index is None else code
        values = {each.id: self._value(each, row[index]) or "" for index, each in self._properties}
        self._names[row[self._name_index]] = key
        self._wanted[key] = Item(name, code, self._parent_id(row), values)
        return created

    def apply(self) -> None:
        """Make the changes."""
        for item in self._wanted.values():
            try:
                self._apply(item)
            except ItemError:  # somebody else has changed the list meanwhile
                continue

    def _apply(self, item: Item) -> None:
        part = self._list
        position = part.by_code(item.code) if item.code else None
        position = part.by_name(item.name) if position is None and item.name else position
        if position is None:
            position = part.add_item(item.name, item.code)
        elif item.name and self._code_index is not None:
            part.rename(position, item.name)
            part.set_code(position, item.code or "")
        if self._parent_index is not None:
            part.move(position, item.parent_id)
        for property_id, text in item.values.items():
            part.set_property(position, property_id, text)


class CellChanges:
    """Cells to be set in a module over several dimensions."""

    def __init__(self, model: Model, module: Module, definition: Import, header: list[str]) -> None:
        by_id = {line_item.id: line_item for line_item in module.line_items}
        mapped = {**({definition.key_column: module.list_id} if module.list_id else {}), **definition.dimensions}
        self._columns = [(header.index(name), by_id[id_]) for name, id_ in definition.line_items.items()]
        if calculated := [each.name for _, each in self._columns if each.formula is not None]:
            raise StepFailedError(f"{', '.join(calculated)} of {module.name} cannot be imported: calculated.")
        self._places = [_Place(header.index(name), id_, model.dimension_name(id_)) for name, id_ in mapped.items()]
        indexes = [each.column for each in self._places]
        self.key_of: Callable[[Sequence[str]], str | tuple[str, ...]] = itemgetter(*indexes)
        self._writer = model.writer(module)
        self._needed = [_needed(model, module, each) for _, each in self._columns]
        found = {dimension.id: dimension for dimensions in self._needed for dimension in dimensions}
        self._resolvers = {each: _resolver(dimension) for each, dimension in found.items()}
        if unused := [each.name for each in self._places if each.dimension_id not in found]:
            raise StepFailedError(f"No line item that {definition.name} fills has the dimension {_quoted(unused)}.")
        self._ready: list[CellChange] = []
        self._changes: list[CellChange] = []

    def errors(self, row: Sequence[str]) -> list[str]:
        """Why a row cannot be accepted; nothing where it can."""
        self._ready, errors, items = [], [], dict[str, str]()
        for place in self._places:
            item = self._resolvers[place.dimension_id](row[place.column])
            if item is None:
                errors.append(f"'{row[place.column]}' is not an item of the list {place.name}")
            items[place.dimension_id] = item or ""
        if errors:
            return errors
        for (index, line_item), needed in zip(self._columns, self._needed, strict=True):
            coordinates = {each.id: items.get(each.id, "") for each in needed}
            try:
                self._ready.append(self._checked(line_item, coordinates, row[index]))
            except CellRefusedError as error:
                errors.append(_refusal(error, line_item, row[index]))
        return errors

    def _checked(self, line_item: LineItem, coordinates: Mapping[str, str], text: str) -> CellChange:
        if CONTROL.search(text):
            raise CellRefusedError("control", "")
        return self._writer.checked(line_item.id, coordinates, text)

    def accept(self, row: list[str]) -> bool:
        """Take the row whose errors were asked for last; it updates cells and creates nothing."""
        self._changes += self._ready
        return False

    def apply(self) -> None:
        """Make the changes."""
        for change in self._changes:
            self._writer.apply(change)


class _Place(NamedTuple):
    """Where a row names the item of a dimension."""

    column: int
    dimension_id: str
    name: str


def _needed(model: Model, module: Module, line_item: LineItem) -> list[Dimension]:
    ids = model.dimension_ids(module, line_item)
    return [each for id_ in ids if (each := model.line_item_dimension(module, line_item, id_)) is not None]


def _resolver(dimension: Dimension) -> Callable[[str], str | None]:
    """From the code, else the name, of an item to its id."""
    if isinstance(dimension, ListDimension):
        own, known = dimension.own, dimension.own.by_key()

        def item_id(text: str) -> str | None:
            position = known.get(text)
            return None if position is None else own.item_id(position)

        return item_id
    return {member.name: member.id for member in dimension.members()}.get


def _refusal(error: CellRefusedError, line_item: LineItem, text: str) -> str:
    if error.kind == "control":
        return f"The value for {line_item.name} has control characters"
    if error.kind == "INCORRECT_FORMAT":
        return f"'{text}' is not a valid {line_item.format} for {line_item.name}"
    return f"The cell of {line_item.name} cannot be set: {error}"


Changes: TypeAlias = ListChanges | ModuleChanges | ItemChanges | CellChanges


def planned_changes(model: Model, definition: Import, header: list[str]) -> Changes:
    """Match the columns of a source with an import; a column that either side does not know fails the run."""
    file = model.files.get(definition.file_id or "")
    mapped = definition.mapped_columns
    known = file.header_names if file else mapped
    if unknown := [name for name in header if name not in known]:
        raise StepFailedError(f"{definition.name} does not know the columns {_quoted(unknown)}.")
    if missing := [name for name in mapped if name not in header]:
        raise StepFailedError(f"The source of {definition.name} lacks the columns {_quoted(missing)}.")
    key_index = header.index(definition.key_column)
    if (target := model.lists.get(definition.target_id)) is not None:
        if target.numbered or len(mapped) > 1:
            return ItemChanges(model, target, definition, header)
        return ListChanges(target, key_index)
    module = model.modules[definition.target_id]
    by_id = {line_item.id: line_item for line_item in module.line_items}
    columns = [(header.index(name), by_id[id_]) for name, id_ in definition.line_items.items()]
    if definition.dimensions or not all(_is_plain(model, module, line_item) for _, line_item in columns):
        return CellChanges(model, module, definition, header)
    return ModuleChanges(module, model.lists[module.list_id], key_index, columns)


def _is_plain(model: Model, module: Module, line_item: LineItem) -> bool:
    """Whether the cells of a line item are one column of texts as they come."""
    plain = line_item.formula is None and line_item.format in ("TEXT", "NUMBER", "BOOLEAN", "DATE")
    return plain and model.dimension_ids(module, line_item) == [module.list_id] and module.list_id in model.lists


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
