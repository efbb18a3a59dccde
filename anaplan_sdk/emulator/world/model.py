"""A model: lists, modules over them, and the definitions that move data in and out."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, TypeAlias

from .definitions import Action, Definition, Export, File, Import, Kind, Process

FIRST_LINE_ITEM = 206_000_000_000
# Of items, line items and whatever else is named.
MOST_NAME_CHARACTERS = 60


@dataclass(slots=True)
class GeneralList:
    """A list; ``items`` leads from the code of an item to its position, in the order of their arrival."""

    id: str
    name: str
    items: dict[str, int] = field(default_factory=dict[str, int], repr=False)

    def add(self, codes: Iterable[str]) -> None:
        """Append items; codes that the list has already keep their position."""
        for code in codes:
            self.items.setdefault(code, len(self.items))


@dataclass(slots=True)
class LineItem:
    """A line item; ``format`` is TEXT, NUMBER, BOOLEAN or DATE."""

    id: str
    name: str
    format: str = "TEXT"


@dataclass(slots=True)
class Module:
    """A module dimensioned by one list.

    ``cells`` holds a column for each line item, by position of the list's item. Numbers are kept as they were
    written, so that an export gives back unchanged what an import brought in.
    """

    id: str
    name: str
    list_id: str
    line_items: list[LineItem] = field(default_factory=list[LineItem])
    cells: dict[str, list[str]] = field(default_factory=dict[str, list[str]], repr=False)

    def column(self, line_item_id: str, length: int) -> list[str]:
        """The cells of a line item, blank where the list has grown since."""
        column = self.cells.setdefault(line_item_id, [])
        column.extend([""] * (length - len(column)))
        return column


@dataclass(slots=True)
class Loading:
    """Whether a model is in memory; opening and closing take a while."""

    target: Literal["Open", "Closed"] = "Open"
    done_at: float = 0.0

    def move(self, target: Literal["Open", "Closed"], seconds: float) -> None:
        if target != self.target:
            self.target, self.done_at = target, time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.done_at - time.monotonic())

    @property
    def current_step(self) -> str:
        """The words of the model status: a model that is opening is still called Closed."""
        if not self.seconds_left:
            return self.target
        return "Closing" if self.target == "Closed" else "Closed"


Part: TypeAlias = GeneralList | Module | File | Definition


@dataclass(slots=True)
class Model:
    """A model with its structure, its data and its state."""

    id: str
    name: str
    workspace_id: str
    active_state: str = "UNLOCKED"
    no_access: set[str] = field(default_factory=set[str])
    """Users whose role in this model is NO ACCESS."""
    lists: dict[str, GeneralList] = field(default_factory=dict[str, GeneralList])
    modules: dict[str, Module] = field(default_factory=dict[str, Module])
    files: dict[str, File] = field(default_factory=dict[str, File])
    imports: dict[str, Import] = field(default_factory=dict[str, Import])
    exports: dict[str, Export] = field(default_factory=dict[str, Export])
    actions: dict[str, Action] = field(default_factory=dict[str, Action])
    processes: dict[str, Process] = field(default_factory=dict[str, Process])
    solution_logs: dict[tuple[str, str], bytes] = field(default_factory=dict[tuple[str, str], bytes], repr=False)
    """Logs of optimizer runs by the action's id and the id of the task that ran it."""
    created: float = field(default_factory=time.time)
    last_modified: float = field(default_factory=time.time)
    last_modified_by: str | None = None
    last_saved_serial_number: int = 1
    loading: Loading = field(default_factory=Loading)
    online: bool = True

    def add(self, *parts: Part) -> None:
        """Add lists, modules and definitions, each by its id."""
        for part in parts:
            match part:
                case GeneralList():
                    self.lists[part.id] = part
                case Module():
                    self.modules[part.id] = part
                case File():
                    self.files[part.id] = part
                case Import():
                    self.imports[part.id] = part
                case Export():
                    self.exports[part.id] = part
                case Action():
                    self.actions[part.id] = part
                case Process():
                    self.processes[part.id] = part

    def definition(self, kind: Kind, object_id: str) -> Definition | None:
        definitions: Mapping[Kind, Mapping[str, Definition]] = {
            "imports": self.imports,
            "exports": self.exports,
            "actions": self.actions,
            "processes": self.processes,
        }
        return definitions[kind].get(object_id)

    def step(self, object_id: str) -> Import | Export | Action | None:
        """What a process runs under this id."""
        return self.imports.get(object_id) or self.exports.get(object_id) or self.actions.get(object_id)

    def refuses(self, definition: Definition) -> bool:
        """Whether something cannot be run because it changes data, or a step of it does, and the model is locked.

        A locked model is read-only.
        """
        if self.active_state != "LOCKED":
            return False
        if isinstance(definition, Process):
            steps = [self.step(step_id) for step_id in definition.step_ids]
            return any(step is not None and self.refuses(step) for step in steps)
        return not isinstance(definition, Export)

    def change_structure(
        self, name: str | None = None, *, module_id: str | None = None, format: str = "NUMBER"
    ) -> LineItem:
        """Add a line item, as a model builder would: a structural change that a new revision can keep.

        Without a module it goes into the last one that no export reads, so that exports keep their columns;
        LookupError where there is no such module, ValueError where the name has more than 60 characters.
        """
        exported = {export.module_id for export in self.exports.values()}
        free = [module.id for module in self.modules.values() if module.id not in exported]
        module = self.modules[module_id or free[-1]]
        used = [line_item.id for module in self.modules.values() for line_item in module.line_items]
        number = 1 + max(map(int, filter(str.isdecimal, used)), default=FIRST_LINE_ITEM)
        if name and len(name) > MOST_NAME_CHARACTERS:
            raise ValueError(f"A name has at most {MOST_NAME_CHARACTERS} characters, not {len(name)}.")
        line_item = LineItem(str(number), name or f"Line Item {len(module.line_items) + 1}", format)
        module.line_items.append(line_item)
        self.touch(self.last_modified_by)
        return line_item

    def touch(self, user_id: str | None) -> None:
        """Note a change of data or structure."""
        self.last_saved_serial_number += 1
        self.last_modified = time.time()
        self.last_modified_by = user_id

    @property
    def memory_bytes(self) -> int:
        """An estimate: eight bytes for every cell and every item."""
        # A copy, because an import may be adding columns in its thread.
        cells = sum(len(column) for module in self.modules.values() for column in list(module.cells.values()))
        return 8 * (cells + sum(len(part.items) for part in self.lists.values()))

    def forget_tasks(self, task_ids: Collection[str]) -> None:
        """Drop the logs of optimizer runs that nobody can look up any more."""
        for place in [place for place in self.solution_logs if place[1] in task_ids]:
            del self.solution_logs[place]

    def clear_list(self, list_id: str) -> int:
        """Delete all items of a list, with the cells that they dimension; return how many there were."""
        items = self.lists[list_id].items
        count = len(items)
        items.clear()
        for module in self.modules.values():
            if module.list_id == list_id:
                module.cells.clear()
        return count

    def rows(self, module_id: str, *, batch_rows: int = 20_000) -> Iterator[list[tuple[str, ...]]]:
        """Yield the rows of a module in the order of its list, in batches: the code, then every line item."""
        module = self.modules[module_id]
        items = self.lists[module.list_id].items
        columns = [module.column(line_item.id, len(items)) for line_item in module.line_items]
        rows = zip(items, *columns, strict=True)
        while batch := list(islice(rows, batch_rows)):
            yield batch
