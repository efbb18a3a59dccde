"""Lists and definitions of imports, exports, other actions and processes."""

from __future__ import annotations

from aiohttp import web

from ..runs.layouts import export_layout
from ..serving.call import Call, model_route
from ..serving.envelope import ApiError, not_found
from ..serving.listing import Row, flag, sorted_leniently
from ..world.definitions import Action, Export, File, Import
from ..world.model import Model


async def list_imports(call: Call) -> web.Response:
    model = await call.loaded_model()
    return _listing(call, model, "import", [_import_row(call, model, item) for item in model.imports.values()])


async def list_exports(call: Call) -> web.Response:
    model = await call.loaded_model()
    return _listing(call, model, "export", [_export_row(item) for item in model.exports.values()])


async def list_actions(call: Call) -> web.Response:
    model = await call.loaded_model()
    return _listing(call, model, "action", [_action_row(item) for item in model.actions.values()])


async def list_processes(call: Call) -> web.Response:
    model = await call.loaded_model()
    rows = [_with_code({"id": item.id, "name": item.name}, item.code) for item in model.processes.values()]
    return _listing(call, model, "process", rows)


def _listing(call: Call, model: Model, word: str, rows: list[Row]) -> web.Response:
    key = "processes" if word == "process" else f"{word}s"
    return call.listing(key, sorted_leniently(call.request, rows), f"models/{model.id}/objects/{word}")


async def one_import(call: Call) -> web.Response:
    model = await call.loaded_model()
    definition = model.imports.get(call.id("import"))
    if definition is None:
        # Not 404: live tenants answer like this to an id that they do not know.
        raise ApiError(500)
    metadata = {
        "name": definition.name,
        "type": "FILE" if definition.file_id else "MODEL",
        "source": _source(model.files.get(definition.file_id or ""), definition),
    }
    return call.success(f"models/{model.id}/objects/importMetadata", importMetadata=metadata)


def _source(file: File | None, definition: Import) -> Row:
    if file is None:
        return {"columnCount": 1, "headerNames": [definition.key_column]}
    return {
        "columnCount": len(file.header_names),
        "columnSeparator": file.separator,
        "decimalSeparator": ".",
        "firstDataRow": file.first_data_row,
        "headerNames": file.header_names,
        "headerRow": file.header_row,
        "textDelimiter": file.delimiter,
        "textEncoding": file.encoding,
    }


async def one_export(call: Call) -> web.Response:
    """Answer with the layout as it is now, which is not that of the last run."""
    model = await call.loaded_model()
    definition = model.exports.get(call.id("export"))
    module = model.modules.get(definition.module_id) if definition else None
    if definition is None or module is None:
        raise not_found()
    layout = export_layout(model, definition, module)
    metadata = {
        "columnCount": len(layout.columns),
        "dataTypes": [column.format for column in layout.columns],
        "delimiter": definition.delimiter,
        "encoding": definition.encoding,
        "exportFormat": definition.export_format,
        "headerNames": [column.name for column in layout.columns],
        "listNames": [column.list_name for column in layout.columns],
        "rowCount": layout.row_count,
        "separator": definition.separator,
        "layout": definition.layout,
    }
    return call.success(f"models/{model.id}/objects/exportMetadata", exportMetadata=metadata)


async def one_action(call: Call) -> web.Response:
    model = await call.loaded_model()
    action = model.actions.get(call.id("action"))
    if action is None:
        raise not_found()
    row = _action_row(action)
    if action.list_id is not None:
        row["listId"] = action.list_id
    return call.success(f"models/{model.id}/objects/action", action=row)


async def one_process(call: Call) -> web.Response:
    """Answer with the steps in the order of their execution; import sources only where they are asked for."""
    model = await call.loaded_model()
    process = model.processes.get(call.id("process"))
    if process is None:
        raise not_found()
    with_sources = flag(call.request, "showImportDataSource")
    steps = (model.step(step_id) for step_id in process.step_ids)
    actions = [_step_row(call, model, step, with_sources=with_sources) for step in steps if step]
    metadata = {"name": process.name, "actions": actions}
    return call.success(f"models/{model.id}/objects/processMetadata", processMetadata=metadata)


def _step_row(call: Call, model: Model, step: Import | Export | Action, *, with_sources: bool) -> Row:
    if isinstance(step, Import):
        row = _import_row(call, model, step) if with_sources else {"id": step.id, "name": step.name}
        return row | {"actionType": "IMPORT"}
    if isinstance(step, Export):
        row = {"exportType": step.layout, "exportFormat": step.export_format, "layout": step.layout}
        return {"id": step.id, "name": step.name, "actionType": "EXPORT", **row}
    return _action_row(step)


def _import_row(call: Call, model: Model, definition: Import) -> Row:
    row: Row = {
        "id": definition.id,
        "name": definition.name,
        "importDataSourceId": definition.file_id or "",
        "importType": "HIERARCHY_DATA" if definition.target_id in model.lists else "MODULE_DATA",
    }
    if definition.source_model_id is not None:
        row["importDataSource"] = _source_model(call, definition.id, definition.source_model_id)
    return _with_code(row, definition.code)


def _source_model(call: Call, import_id: str, model_id: str) -> Row:
    row = {"importDataSourceId": import_id, "type": "MODEL", "sourceModelId": model_id}
    source = call.tenant.models.get(model_id)
    if source is None:
        return row
    return row | {"sourceModelName": source.name, "sourceWorkspaceId": source.workspace_id}


def _export_row(export: Export) -> Row:
    return {
        "id": export.id,
        "name": export.name,
        "exportType": export.layout,
        "exportFormat": export.export_format,
        "encoding": export.encoding,
        "layout": export.layout,
    }


def _action_row(action: Action) -> Row:
    row = {"id": action.id, "name": action.name}
    return row if action.action_type is None else row | {"actionType": action.action_type}


def _with_code(row: Row, code: str | None) -> Row:
    return row if code is None else row | {"code": code}


def routes() -> list[web.RouteDef]:
    return [
        *model_route("GET", "/imports", list_imports),
        *model_route("GET", "/exports", list_exports),
        *model_route("GET", "/actions", list_actions),
        *model_route("GET", "/processes", list_processes),
        *model_route("GET", "/imports/{import}", one_import),
        *model_route("GET", "/exports/{export}", one_export),
        *model_route("GET", "/actions/{action}", one_action),
        *model_route("GET", "/processes/{process}", one_process),
    ]
