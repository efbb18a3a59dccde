"""What CloudWorks keeps of a tenant, and the cloud stores that its connections lead to."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

StoreKind: TypeAlias = Literal["AmazonS3", "AzureBlob", "GoogleBigQuery"]

# Runs that a tenant remembers.
MOST_RUNS = 20_000


def cloud_id() -> str:
    """An id as everything in CloudWorks has it."""
    return uuid.uuid4().hex


@dataclass(slots=True)
class Store:
    """A bucket, a container or a dataset: content by its path; of a dataset, each table as CSV.

    ``credentials`` are what connections to it must bring, by Anaplan's keys, such as ``{"sasToken": "…"}``; without
    them it takes any.
    """

    objects: dict[str, bytes] = field(default_factory=dict[str, bytes], repr=False)
    credentials: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


@dataclass(slots=True, kw_only=True)
class Dated:
    """Who made something, who changed it last, and when; users by name, times in seconds since the epoch."""

    id: str = field(default_factory=cloud_id)
    created_by: str = ""
    created_by_id: str = ""
    created_at: float = field(default_factory=time.time)
    modified_by: str | None = None
    modified_at: float | None = None

    def touch(self, name: str) -> None:
        """Note a change."""
        self.modified_by, self.modified_at = name, time.time()


@dataclass(slots=True, kw_only=True)
class StoreConnection(Dated):
    """A connection to a store. ``body`` is what may be shown of it, ``secrets`` what may not."""

    kind: StoreKind
    body: dict[str, Any]
    secrets: dict[str, Any] = field(repr=False)
    status: int = 1
    error_code: int | None = None

    @property
    def name(self) -> str:
        return str(self.body.get("name", ""))

    @property
    def store_name(self) -> str:
        """The name of the bucket, the container or the dataset."""
        key = {"AmazonS3": "bucketName", "AzureBlob": "containerName", "GoogleBigQuery": "dataset"}[self.kind]
        return str(self.body.get(key, ""))


@dataclass(slots=True, kw_only=True)
class CloudRun:
    """A run of an integration, or of a flow. It has ended when it has an end, and runs when it has a message."""

    id: str = field(default_factory=cloud_id)
    trace_id: str = field(default_factory=cloud_id)
    triggered_by: str
    trigger_source: str = "manual"
    flow_group_id: str | None = None
    started_at: float = field(default_factory=time.time)
    ended_at: float | None = None
    success: bool = False
    message: str = ""
    error_code: int | None = None
    task_id: str | None = None
    errors: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def end(self, message: str, *, success: bool, error_code: int | None = None) -> None:
        """Note the end."""
        self.message, self.success, self.error_code, self.ended_at = message, success, error_code, time.time()


@dataclass(slots=True, kw_only=True)
class Runnable(Dated):
    """What runs: its runs in the order in which they were started."""

    name: str
    nux_visible: bool = False
    notification_id: str | None = None
    runs: list[CloudRun] = field(default_factory=list[CloudRun])

    @property
    def under_way(self) -> CloudRun | None:
        """The run that has not ended."""
        return next((run for run in reversed(self.runs) if run.ended_at is None), None)


@dataclass(slots=True, kw_only=True)
class CloudIntegration(Runnable):
    """An integration: what it does as it was sent, its schedule, and its runs."""

    workspace_id: str
    model_id: str
    jobs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    process_id: str | None = None
    schedule: dict[str, Any] | None = None
    schedule_active: bool = True

    @property
    def kind(self) -> str:
        """What Anaplan calls such integrations."""
        if self.process_id is not None:
            return "Process"
        return "Import" if self.jobs[0]["type"].endswith("ToAnaplan") else "Export"

    def connection_ids(self) -> Iterator[str]:
        """The connections that it reads or writes."""
        for job in self.jobs:
            for side in (*job["sources"], *job["targets"]):
                if "connectionId" in side:
                    yield side["connectionId"]


@dataclass(slots=True, kw_only=True)
class CloudNotification:
    """Whom the runs of an integration or a flow are told to: outcomes with ids of users."""

    id: str = field(default_factory=cloud_id)
    integration_ids: list[str]
    channels: list[str] = field(default_factory=lambda: ["email", "in_app"])
    rules: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


@dataclass(slots=True, kw_only=True)
class CloudFlow(Runnable):
    """A flow: its steps as they were sent, and its runs."""

    steps: list[dict[str, Any]]


@dataclass(slots=True)
class CloudWorks:
    """All that CloudWorks keeps of a tenant, by id; stores by their names."""

    stores: dict[str, Store] = field(default_factory=dict[str, Store])
    connections: dict[str, StoreConnection] = field(default_factory=dict[str, StoreConnection])
    integrations: dict[str, CloudIntegration] = field(default_factory=dict[str, CloudIntegration])
    notifications: dict[str, CloudNotification] = field(default_factory=dict[str, CloudNotification])
    flows: dict[str, CloudFlow] = field(default_factory=dict[str, CloudFlow])
    most_integrations: int = 500

    def add_connection(self, connection: StoreConnection) -> StoreConnection:
        self.connections[connection.id] = connection
        return connection

    def add_integration(self, integration: CloudIntegration) -> CloudIntegration:
        """Add an integration, with a notification as every integration is born with."""
        self.integrations[integration.id] = integration
        if integration.notification_id is None:
            integration.notification_id = self.add_notification([integration.id]).id
        return integration

    def add_notification(self, integration_ids: list[str]) -> CloudNotification:
        notification = CloudNotification(integration_ids=integration_ids)
        self.notifications[notification.id] = notification
        return notification

    def store_of(self, connection_id: str) -> Store | None:
        """The store that a connection leads to."""
        connection = self.connections.get(connection_id)
        return self.stores.get(connection.store_name) if connection else None

    def run(self, run_id: str) -> tuple[CloudIntegration, CloudRun] | None:
        """A run of an integration."""
        for integration in self.integrations.values():
            for run in integration.runs:
                if run.id == run_id:
                    return integration, run
        return None

    def begin(self, owner: Runnable, run: CloudRun) -> CloudRun:
        """Add a run, and forget the oldest where there are too many."""
        owner.runs.append(run)
        del owner.runs[: max(0, len(owner.runs) - MOST_RUNS)]
        return run
