"""The demo tenant's CloudWorks: a container with a file, an import of it, and an export into it."""

from __future__ import annotations

from typing import Any

from .state import CloudFlow, CloudIntegration, CloudWorks, Store, StoreConnection

CONTAINER = "planning"
CONNECTION_ID = "c" * 31 + "1"
IMPORT_ID, EXPORT_ID, PROCESS_ID = "1" * 31 + "a", "1" * 31 + "b", "1" * 31 + "c"
FLOW_ID = "f" * 31 + "1"
SOURCE, FOLDER = "in/transactions.csv", "out/"


def demo_cloudworks(
    workspace_id: str,
    model_id: str,
    *,
    user: str,
    user_id: str,
    content: bytes,
    import_id: str,
    file_id: str,
    export_id: str,
    process_id: str,
) -> CloudWorks:
    """One connection and three integrations of a model, two of which form a flow."""
    cloud = CloudWorks(stores={CONTAINER: Store({SOURCE: content})})
    by: dict[str, Any] = {"created_by": user, "created_by_id": user_id}
    at: dict[str, Any] = {"workspace_id": workspace_id, "model_id": model_id, **by}
    body = {"name": "Landing zone", "storageAccountName": "planningdata", "containerName": CONTAINER}
    body["authMethod"] = "SAS-based"
    cloud.add_connection(
        StoreConnection(id=CONNECTION_ID, kind="AzureBlob", body=body, secrets={"sasToken": "sv=2024"}, **by)
    )
    store = {"type": "AzureBlob", "connectionId": CONNECTION_ID}
    action = {"type": "Anaplan", "actionId": import_id, "fileId": file_id}
    load = {"type": "AzureBlobToAnaplan", "sources": [{**store, "file": SOURCE}], "targets": [action]}
    target = {**store, "file": FOLDER, "overwrite": True}
    write: dict[str, Any] = {"type": "AnaplanToAzureBlob", "targets": [target]}
    write["sources"] = [{"type": "Anaplan", "actionId": export_id}]
    cloud.add_integration(CloudIntegration(id=IMPORT_ID, name="Load transactions", jobs=[load], **at))
    cloud.add_integration(CloudIntegration(id=EXPORT_ID, name="Write sales", jobs=[write], **at))
    cloud.add_integration(CloudIntegration(id=PROCESS_ID, name="Nightly process", process_id=process_id, **at))
    cloud.flows[FLOW_ID] = _flow(by)
    return cloud


def _flow(by: dict[str, Any]) -> CloudFlow:
    stop = [{"type": "failure", "strategy": "stop"}, {"type": "partial_success", "strategy": "continue"}]
    first: dict[str, Any] = {
        "type": "Integration",
        "referrer": IMPORT_ID,
        "isSkipped": False,
        "exceptionBehavior": stop,
    }
    second = {**first, "referrer": EXPORT_ID, "dependsOn": [IMPORT_ID]}
    return CloudFlow(id=FLOW_ID, name="Load and write", steps=[first, second], **by)
