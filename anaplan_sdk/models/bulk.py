"""Users, workspaces, models, and what can be uploaded to, run on and downloaded from a model."""

from __future__ import annotations

from datetime import datetime

import attrs


@attrs.frozen
class User:
    """A user of the tenant."""

    id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    active: bool | None = None
    email_opt_in: bool | None = None
    last_login_date: datetime | None = None
    customer_id: str | None = None


@attrs.frozen
class WorkspaceUser:
    """An administrator or a visitor of a workspace. Anaplan gives them no id.

    ``other_workspaces`` are the names of the other workspaces that the user administers or visits.
    """

    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    active: bool | None = None
    other_workspaces: tuple[str, ...] = ()


@attrs.frozen
class Workspace:
    """A workspace.

    The sizes, in bytes, come only with tenant details; ``current_size`` is rarely present.
    """

    id: str
    name: str = ""
    active: bool | None = None
    size_allowance: int | None = None
    current_size: int | None = None


@attrs.frozen
class CategoryValue:
    """A category assigned to a model."""

    id: str | None = None
    attribute: str | None = None
    category_id: str | None = None
    category_name: str | None = None
    customer_id: str | None = None


@attrs.frozen
class Model:
    """A model.

    ``active_state`` is ``UNLOCKED``, ``LOCKED``, ``ARCHIVED``, ``MAINTENANCE``, ``PRODUCTION``,
    ``PRODUCTION_MAINTENANCE`` or another word. The fields after ``category_values`` come only with model details,
    ``model_transaction_running`` only if a single model is requested. ``memory_usage`` is in bytes.
    """

    id: str
    name: str = ""
    active_state: str | None = None
    current_workspace_id: str | None = None
    current_workspace_name: str | None = None
    model_url: str | None = None
    category_values: tuple[CategoryValue, ...] = ()
    creation_date: datetime | None = attrs.field(default=None, metadata={"json": "isoCreationDate"})
    last_modified: datetime | None = None
    last_modified_by_user_guid: str | None = None
    last_saved_serial_number: int | None = None
    memory_usage: int | None = None
    model_transaction_running: bool | None = None


@attrs.frozen
class ModelStatus:
    """The current status of a model.

    ``current_step`` is ``Open``, ``Closed``, ``Closing`` or, while the model is busy, a text for display. ``progress``
    is -1 when idle (open or closed), otherwise 0 to 1. While the model is busy, ``tooltip`` says with what and for
    whom, and ``task_id`` may have a suffix such as ``-11``. ``creation_time`` is the time of this response.
    ``peak_memory_usage_estimate`` is in bytes.
    """

    current_step: str
    progress: float = -1.0
    tooltip: str = ""
    task_id: str | None = None
    export_task_type: str | None = None
    creation_time: datetime | None = None
    peak_memory_usage_estimate: int | None = None
    peak_memory_usage_time: datetime | None = None


@attrs.frozen
class DeletionFailure:
    """A model that was not deleted, and why."""

    model_id: str
    message: str = ""


@attrs.frozen
class DeletionResult:
    """How many models were deleted, and which were not. Anaplan calls the request a success either way."""

    models_deleted: int = 0
    failures: tuple[DeletionFailure, ...] = attrs.field(default=(), metadata={"json": "bulkDeleteModelsFailures"})


@attrs.frozen
class File:
    """A file of a model: the target of uploads (113…), or the output of the export with the same id (116…).

    ``chunk_count`` is 0 if there is no content, and may be out of date after a deletion. Rows count from 1. Files of
    exports have no ``encoding``, ``separator``, ``delimiter`` or ``format``.
    """

    id: int
    name: str = ""
    chunk_count: int = 0
    encoding: str | None = None
    separator: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    first_data_row: int | None = None
    format: str | None = None
    code: str | None = None


@attrs.frozen
class Chunk:
    """One chunk of the content of a file or dump. Chunks end anywhere, even within a character."""

    id: str
    name: str | None = None


@attrs.frozen
class ImportDataSource:
    """What an import reads. ``type`` is ``FILE``, ``MODEL`` or another word; a file has no source model."""

    import_data_source_id: int | str | None = None
    type: str | None = None
    source_model_id: str | None = None
    source_model_name: str | None = None
    source_workspace_id: str | None = None


def _file_id(import_data_source_id: int | str | None) -> int | None:
    # Models, lists and views are sources too. A file is told by its id, twelve digits that begin with 113.
    if isinstance(import_data_source_id, int) and import_data_source_id // 1_000_000_000 == 113:
        return import_data_source_id
    return None


@attrs.frozen
class Import:
    """An import. Upload to its ``file_id`` before you run it.

    ``import_type`` is ``MODULE_DATA``, ``HIERARCHY_DATA``, ``LINE_ITEM_DEFINITION``, ``USERS``, ``VERSIONS`` or another
    word.
    """

    id: int
    name: str = ""
    import_type: str | None = None
    import_data_source_id: int | str | None = None
    import_data_source: ImportDataSource | None = None
    code: str | None = None

    @property
    def file_id(self) -> int | None:
        """The file that the import reads; None if it reads from a model, a list or a view."""
        return _file_id(self.import_data_source_id)


@attrs.frozen
class ImportSource:
    """How an import reads its file. Rows count from 1."""

    column_count: int | None = None
    column_separator: str | None = None
    decimal_separator: str | None = None
    text_delimiter: str | None = None
    text_encoding: str | None = None
    header_row: int | None = None
    first_data_row: int | None = None
    header_names: tuple[str, ...] = ()


@attrs.frozen
class ImportDefinition:
    """The definition of an import. ``type`` is ``FILE`` or ``MODEL``; only the former has a ``source``."""

    name: str = ""
    type: str | None = None
    source: ImportSource | None = None


@attrs.frozen
class Export:
    """An export. Its output is the file with the same id.

    ``export_type`` and ``layout`` are ``GRID_CURRENT_PAGE``, ``GRID_ALL_PAGES``, ``TABULAR_MULTI_COLUMN``,
    ``TABULAR_SINGLE_COLUMN``, ``TABULAR_ALL_LINE_ITEMS``, ``TABULAR_CURRENT_LINE_ITEM``, ``AUDIT_LOG`` or
    another word; ``export_format`` is a media type.
    """

    id: int
    name: str = ""
    export_type: str | None = None
    export_format: str | None = None
    encoding: str | None = None
    layout: str | None = None
    code: str | None = None


@attrs.frozen
class ExportDefinition:
    """The definition of an export. The counts describe its current layout, not its last run."""

    column_count: int | None = None
    row_count: int | None = None
    header_names: tuple[str, ...] = ()
    data_types: tuple[str, ...] = ()
    list_names: tuple[str, ...] = ()
    encoding: str | None = None
    separator: str | None = None
    delimiter: str | None = None
    export_format: str | None = None
    layout: str | None = None


@attrs.frozen
class Action:
    """An action that is neither an import nor an export nor a process.

    ``action_type`` is ``DELETE_BY_SELECTION``, ``BULK_DELETE_ENTITIES``, ``BULK_ENTITY_COPY``,
    ``COPY_TO_NUMBERED_LIST``, ``ORDER_HIERARCHY``, ``OPTIMIZER``, ``SIMPLE_CREATE``, ``SELECT_CHILDREN``,
    ``UPDATE_CURRENT_PERIOD`` or another word, and None for an action that opens a dashboard, which cannot be run here.
    """

    id: int
    name: str = ""
    action_type: str | None = None
    code: str | None = None


@attrs.frozen
class Process:
    """A process: imports, exports and other actions run one after the other, without a common rollback."""

    id: int
    name: str = ""
    code: str | None = None


@attrs.frozen
class ProcessStep:
    """A step of a process. ``action_type`` is ``IMPORT``, ``EXPORT`` or one of those of ``Action``."""

    id: int
    name: str = ""
    action_type: str | None = None
    import_type: str | None = None
    import_data_source_id: int | str | None = None
    import_data_source: ImportDataSource | None = None
    export_type: str | None = None
    export_format: str | None = None
    layout: str | None = None

    @property
    def file_id(self) -> int | None:
        """The file that the step reads; None if it reads none."""
        return _file_id(self.import_data_source_id)


@attrs.frozen
class ProcessDefinition:
    """The definition of a process: its ``steps`` in the order in which they run."""

    name: str = ""
    steps: tuple[ProcessStep, ...] = attrs.field(default=(), metadata={"json": "actions"})
