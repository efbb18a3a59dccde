"""The demo tenant: one workspace, a development and a production model, two users."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from .cloudworks.demo import demo_cloudworks
from .cloudworks.state import CloudWorks
from .cutting import awkward_cuts
from .definitions import Action, Export, File, Import, Process
from .lifecycle_demo import add_planning, begin_lifecycle, fill_planning
from .model import Model
from .planning.demo import add_products
from .planning.lists import GeneralList
from .planning.modules import LineItem, Module
from .tenant import ALL_ROLES, OAuthClient, Tenant, User, Workspace

WORKSPACE_ID = "A" * 32
DEVELOPMENT_ID = "1" * 32
PRODUCTION_ID = "2" * 32
PASSWORD = "emulator-password"

CODE_CLIENT_ID, CODE_CLIENT_SECRET = "c" * 32, "emulator-client-secret"
DEVICE_CLIENT_ID = "d" * 32
REDIRECT_URI = "https://planning.example.com/callback"

LIST_FILE_ID, MODULE_FILE_ID, HISTORY_FILE_ID = "113000000000", "113000000001", "113000000040"
LIST_ID, MODULE_ID = "101000000000", "102000000000"
LIST_IMPORT_ID, MODULE_IMPORT_ID, MODEL_IMPORT_ID = "112000000000", "112000000001", "112000000008"
EXPORT_ID = "116000000000"
DELETE_ID, OPTIMIZER_ID, DASHBOARD_ID = "117000000000", "117000000001", "117000000002"
PROCESS_ID = "118000000000"

COLUMNS = {
    "Code": "TEXT",
    "Product": "TEXT",
    "Region": "TEXT",
    "Period": "TEXT",
    "Units": "NUMBER",
    "Revenue": "NUMBER",
}
HISTORY_CHUNK_BYTES = 700


def demo_tenant(columns: Sequence[str] | None = None) -> Tenant:
    """A tenant in which the guides' snippets run.

    Both models take a file with a header and rows into a list (by the first column) and a module (the other
    columns), and export the module with the same header. Without ``columns`` the header is that of ``COLUMNS``,
    with numbers in two of them; with ``columns`` every line item is text, so that any delimited file comes out
    as it went in. Development is one revision ahead of production, and has changed again since then.
    Beside that both have the same lists, versions and module to plan with, whose ids are in ``world/planning/demo.py``.
    """
    formats = COLUMNS if columns is None else dict.fromkeys(columns, "TEXT")
    tenant = _tenant()
    development = tenant.add_model(_model(DEVELOPMENT_ID, "Sales Planning Development", "UNLOCKED", formats))
    production = tenant.add_model(_model(PRODUCTION_ID, "Sales Planning Production", "PRODUCTION", formats))
    fill_planning(production)
    tenant.cloudworks = _cloudworks(tenant.administrator, list(formats))
    begin_lifecycle(tenant, tenant.administrator, development, production)
    return tenant


def guide_tenant() -> Tenant:
    """A tenant in which any one snippet of the guide to ALM runs, with the ids that the guide uses.

    The client's model 1111… is the target and has the revision ``rev_456``; 2222… is the source, one revision ahead
    with ``rev_123``. Both have changed since, so that a revision can be created in either. Anaplan would call such a
    target incompatible; here a sync overwrites its change (``Options.sync_overwrites_changes``).
    """
    tenant = _tenant()
    target = tenant.add_model(_model("1" * 32, "Sales Planning Test", "UNLOCKED", COLUMNS))
    source = tenant.add_model(_model("2" * 32, "Sales Planning Development", "UNLOCKED", COLUMNS))
    fill_planning(target)
    begin_lifecycle(
        tenant, tenant.administrator, source, target, source_revision_id="rev_123", target_revision_id="rev_456"
    )
    target.change_structure("Local Adjustment")
    tenant.options.sync_overwrites_changes = True
    return tenant


def _tenant() -> Tenant:
    tenant = Tenant()
    ada = tenant.add_user(
        User("ada@example.com", "Ada", "Li", PASSWORD, set(ALL_ROLES), id="8a1b2c3d4e5f60718293a4b5c6d70001")
    )
    grace = tenant.add_user(
        User("grace@example.com", "Grace", "Okoro", PASSWORD, id="8a1b2c3d4e5f60718293a4b5c6d70002")
    )
    tenant.add_workspace(Workspace(WORKSPACE_ID, "Sales Planning", administrators={ada.id}, members={ada.id, grace.id}))
    tenant.add_oauth_client(OAuthClient(CODE_CLIENT_ID, "authorization_code", CODE_CLIENT_SECRET, [REDIRECT_URI]))
    tenant.add_oauth_client(OAuthClient(DEVICE_CLIENT_ID, "device"))
    return tenant


def _model(model_id: str, name: str, active_state: str, formats: dict[str, str]) -> Model:
    model = Model(model_id, name, WORKSPACE_ID, active_state=active_state)
    key, *others = formats
    line_items = [
        LineItem(str(206_000_000_001 + number), column, formats[column]) for number, column in enumerate(others)
    ]
    model.add(GeneralList(LIST_ID, "Transactions"), Module(MODULE_ID, "Sales", LIST_ID, line_items))
    add_products(model)
    add_planning(model)
    _add_files(model, list(formats))
    mapping = {line_item.name: line_item.id for line_item in line_items}
    model.add(
        Import(LIST_IMPORT_ID, "Transactions from Transactions.csv", LIST_ID, key, file_id=LIST_FILE_ID),
        Import(MODULE_IMPORT_ID, "Sales from Sales.csv", MODULE_ID, key, mapping, file_id=MODULE_FILE_ID),
        Import(
            MODEL_IMPORT_ID,
            "Transactions from Sales Planning Production",
            LIST_ID,
            key,
            source_model_id=PRODUCTION_ID,
            source_list_id=LIST_ID,
        ),
    )
    model.add(
        Export(EXPORT_ID, "Sales Export.csv", MODULE_ID, key),
        Action(DELETE_ID, "Delete Transactions", "DELETE_BY_SELECTION", list_id=LIST_ID),
        Action(OPTIMIZER_ID, "Optimize Allocation", "OPTIMIZER"),
        Action(DASHBOARD_ID, "Open Sales Overview"),
        Process(PROCESS_ID, "Load Sales", [LIST_IMPORT_ID, MODULE_IMPORT_ID]),
    )
    return model


def _add_files(model: Model, header: list[str]) -> None:
    """Add the files, all with default content for everyone.

    The two that are imported hold a header only: an import that nobody uploaded anything for changes nothing,
    so that an export gives back exactly what was brought in.
    """
    empty = _csv([header])
    history = _csv([header, *([*_history_row(number), *[""] * len(header)][: len(header)] for number in range(60))])
    cuts = awkward_cuts(io.BytesIO(history), len(history), HISTORY_CHUNK_BYTES)
    chunks = [history[offset : offset + size] for offset, size in cuts]
    model.add(
        File(LIST_FILE_ID, "Transactions.csv", header, default_chunks=[empty]),
        File(MODULE_FILE_ID, "Sales.csv", header, default_chunks=[empty]),
        File(HISTORY_FILE_ID, "Sales History.csv", header, default_chunks=chunks),
    )


def _history_row(number: int) -> list[str]:
    products = ("Café crème", "Earl Grey", "Yerba maté", "Rooibos")
    regions = ("Île-de-France", "Zürich", "Kraków", "London")
    units = 40 + number * 7 % 23
    period = f"2026-{number // 5 + 1:02}"
    return [
        f"T{number:05}",
        products[number % 4],
        regions[number // 4 % 4],
        period,
        str(units),
        f"{units * 2.75:.2f}",
    ]


def _cloudworks(user: User, header: list[str]) -> CloudWorks:
    rows = [[f"C{number:05}", *_history_row(number)[1:]] for number in range(3)]
    return demo_cloudworks(
        WORKSPACE_ID,
        DEVELOPMENT_ID,
        user=user.shown_name,
        user_id=user.id,
        content=_csv([header, *([*row, *[""] * len(header)][: len(header)] for row in rows)]),
        import_id=LIST_IMPORT_ID,
        file_id=LIST_FILE_ID,
        export_id=EXPORT_ID,
        process_id=PROCESS_ID,
    )


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
