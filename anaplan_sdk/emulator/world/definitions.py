"""What a model builder defines in a model: files, imports, exports, other actions and processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

# Marks of fields, for snapshots of structure: what is no structure, and what is left out of them while it is as usual.
DATA: Mapping[str, Any] = {"snapshot": "never"}
DETAIL: Mapping[str, Any] = {"snapshot": "unusual"}


@dataclass(slots=True)
class File:
    """A data source: how its content is read, and the content for users who uploaded none of their own."""

    id: str
    name: str
    header_names: list[str] = field(default_factory=list[str])
    """The columns that imports from this file know."""
    encoding: str = "UTF-8"
    separator: str = ","
    delimiter: str = '"'
    header_row: int = 1
    """Row of the column names, from 1; 0 or less: there is none."""
    first_data_row: int = 2
    default_chunks: list[bytes] = field(default_factory=list[bytes], repr=False, metadata=DATA)
    default_for: Literal["everyone", "admins"] = "everyone"
    code: str | None = None

    @property
    def python_encoding(self) -> str:
        return {"UTF-16LE": "utf-16-le"}.get(self.encoding.upper(), self.encoding)


@dataclass(slots=True)
class Import:
    """An import into a list or a module, from a file or from the list of another model.

    The key names the items of the list by their codes or names; where ``code_column`` is mapped too, by their names.
    """

    id: str
    name: str
    target_id: str
    key_column: str
    line_items: dict[str, str] = field(default_factory=dict[str, str])
    """Column of the source → id of the line item it fills. Columns named nowhere are known but not mapped."""
    file_id: str | None = None
    source_model_id: str | None = None
    source_list_id: str | None = None
    code: str | None = None
    dimensions: dict[str, str] = field(default_factory=dict[str, str], metadata=DETAIL)
    """Into a module: column → id of a further dimension, whose items it names."""
    code_column: str | None = field(default=None, metadata=DETAIL)
    parent_column: str | None = field(default=None, metadata=DETAIL)
    properties: dict[str, str] = field(default_factory=dict[str, str], metadata=DETAIL)
    """Into a list: column → id of a property."""

    @property
    def mapped_columns(self) -> list[str]:
        """All columns that must be in the source, the key first."""
        optional = [name for name in (self.code_column, self.parent_column) if name is not None]
        return [self.key_column, *optional, *self.dimensions, *self.properties, *self.line_items]


@dataclass(slots=True)
class Export:
    """An export of a module: one row for each item of its list, one column for each line item.

    Where the module has further dimensions, there is a row for each combination of items and a column for each
    dimension; totals are left out. ``layout`` may also be TABULAR_SINGLE_COLUMN, GRID_CURRENT_PAGE or GRID_ALL_PAGES.
    """

    id: str
    name: str
    module_id: str
    key_header: str
    encoding: str = "UTF-8"
    separator: str = ","
    delimiter: str = '"'
    export_format: str = "text/csv"
    layout: str = "TABULAR_MULTI_COLUMN"
    view_id: str | None = field(default=None, metadata=DETAIL)
    """A saved view of the module that is exported as it is, totals included."""


@dataclass(slots=True)
class Action:
    """An action that is neither import nor export; without a type it opens a dashboard and cannot be run."""

    id: str
    name: str
    action_type: str | None = None
    list_id: str | None = None
    """The list of which a deletion removes all items."""


@dataclass(slots=True)
class Process:
    """Steps that run one after the other; what ran stays, also where a later step fails."""

    id: str
    name: str
    step_ids: list[str] = field(default_factory=list[str])
    code: str | None = None


Definition: TypeAlias = Import | Export | Action | Process
Kind: TypeAlias = Literal["imports", "exports", "actions", "processes"]
KINDS: tuple[Kind, ...] = ("imports", "exports", "actions", "processes")
