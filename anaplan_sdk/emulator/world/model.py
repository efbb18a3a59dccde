"""A model: lists, modules over them, and the definitions that move data in and out."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Literal, TypeAlias

from .definitions import Action, Definition, Export, File, Import, Kind, Process
from .planning.calendar import Version, switch_over
from .planning.cells.calculating import Cells
from .planning.cells.reading import ViewReading
from .planning.cells.writing import CellWriter
from .planning.contents import Planned, Planning
from .planning.descriptions import all_views, default_view, find_view, line_item_rows, view_name
from .planning.lists import MOST_NAME_CHARACTERS
from .planning.modules import LineItem, Module, View

FIRST_LINE_ITEM = 206_000_000_000


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


Part: TypeAlias = Planned | File | Definition


@dataclass(slots=True)
class Model(Planning):
    """A model with its structure, its data and its state."""

    id: str
    name: str
    workspace_id: str
    active_state: str = "UNLOCKED"
    no_access: set[str] = field(default_factory=set[str])
    """Users whose role in this model is NO ACCESS."""
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
        """Add lists, modules, versions, views and definitions, each by its id."""
        for part in parts:
            match part:
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
                case _:
                    self.add_planned(part)

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

    def rows(self, module_id: str, *, batch_rows: int = 20_000) -> Iterator[list[tuple[str, ...]]]:
        """Yield the rows of a module in the order of its list, in batches: the code, then every line item."""
        module = self.modules[module_id]
        part = self.lists[module.list_id]
        columns = [module.column(line_item.id, part.length) for line_item in module.line_items]
        positions = part.positions()
        if not isinstance(positions, range):
            columns = [[column[position] for position in positions] for column in columns]
        rows = zip(part.labels(), *columns, strict=True)
        while batch := list(islice(rows, batch_rows)):
            yield batch

    # --- cells and views ---

    def view(self, view_id: str) -> View | None:
        """A saved view, the default view of a module, or the view that a line item stands in."""
        return find_view(self, view_id)

    def default_view(self, module: Module) -> View:
        """The view of a module that nobody saved, without line items that have dimensions of their own."""
        return default_view(self, module)

    def all_views(self, module_id: str | None = None, *, subsidiary: bool = False) -> list[View]:
        """The default view of each module (or of one), its saved views, and its subsidiary views if wanted."""
        return all_views(self, module_id, subsidiary=subsidiary)

    def view_name(self, view: View) -> str:
        """The name as the listing of the whole model prints it."""
        return view_name(self, view)

    def line_item_rows(self, module: Module) -> list[dict[str, Any]]:
        """The line items of a module with all their attributes."""
        return line_item_rows(self, module)

    def read_view(self, view: View) -> ViewReading:
        """A view as it is at the moment. LookupError: its module is gone."""
        return ViewReading(self, self.modules[view.module_id], view)

    def cell(self, line_item_id: str, coordinates: Mapping[str, str]) -> str:
        """One cell as it is displayed, by the ids of its dimensions' items. LookupError: there is none."""
        found = self.owner(line_item_id)
        if found is None:
            raise LookupError(line_item_id)
        cells = Cells(self, found[0])
        layout = cells.layout(line_item_id)
        if layout is None or set(coordinates) != layout.ids:
            raise LookupError(coordinates)
        return cells.text(layout, coordinates)

    def writer(self, module: Module) -> CellWriter:
        """Writes cells of a module, one after the other."""
        return CellWriter(self, module)

    def version_row(self, version: Version) -> dict[str, Any]:
        """A version as the API lists it."""
        return version.row(self.calendar)

    def set_switchover(self, version_id: str, day: date | None) -> dict[str, str]:
        """Give a version another switchover, None for none; the body that tells it.

        Raises:
            SwitchoverRefusedError: The version or the calendar does not allow it.
        """
        return switch_over(self.versions[version_id], self.calendar, day)
