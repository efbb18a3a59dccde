"""CloudWorks: connections, integrations, flows and notifications, as they are written. No repr shows a secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, get_args

import attrs

from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models.cloudworks import FlowStep, Integration, IntegrationFlow, IntegrationJob, JobSide

Store: TypeAlias = Literal["AmazonS3", "AzureBlob", "GoogleBigQuery"]
Strategy: TypeAlias = Literal["stop", "continue"]


@attrs.frozen
class ConnectionDefinition:
    """A connection to be created, of one of the kinds below, or what a connection is to become."""

    name: str
    workspace_id: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class AmazonS3Connection(ConnectionDefinition):
    """A connection to a bucket of Amazon S3.

    Args:
        name: Unique in the tenant, at most 60 characters.
        bucket_name: The bucket.
        access_key_id: The id of an access key.
        secret_access_key: Its secret.
        role_arn: A role to assume.
        workspace_id: The workspace that may use it; required of restricted integration users.
    """

    bucket_name: str
    access_key_id: str = attrs.field(repr=False)
    secret_access_key: str = attrs.field(repr=False)
    role_arn: str | None = None


@attrs.frozen
class AzureBlobConnection(ConnectionDefinition):
    """A connection to a container of Azure Blob Storage, with a SAS token of the account or the container.

    Args:
        name: Unique in the tenant, at most 60 characters.
        storage_account_name: The storage account.
        container_name: The container.
        sas_token: The SAS token; it needs permission to read, write and list.
        auth_method: ``SAS-based``. Anaplan requires it for updates.
        workspace_id: The workspace that may use it; required of restricted integration users.
    """

    storage_account_name: str
    container_name: str
    sas_token: str = attrs.field(repr=False)
    auth_method: str = "SAS-based"


@attrs.frozen
class GoogleBigQueryConnection(ConnectionDefinition):
    """A connection to a dataset of Google BigQuery.

    Args:
        name: Unique in the tenant, at most 60 characters.
        dataset: The dataset.
        service_account_key: The service account's key file as an object, in Google's spelling (``private_key``) or in
            Anaplan's (``privateKey``).
        workspace_id: The workspace that may use it; required of restricted integration users.
    """

    dataset: str
    service_account_key: Mapping[str, str] = attrs.field(repr=False, hash=False)


@attrs.frozen
class ImportJob:
    """A job that imports from a store.

    Args:
        store: The type of the connection.
        connection_id: The connection.
        action_id: The import of the model.
        file_id: The data source of that import (``data_source.import_data_source_id`` of ``get_import``).
        file: The object to read: ``"in/sales.csv"``. For S3 and Azure.
        table: The table to read. For BigQuery.
    """

    store: Store
    connection_id: str
    action_id: int | str
    file_id: int | str
    file: str | None = None
    table: str | None = None


@attrs.frozen
class ExportJob:
    """A job that exports to a store.

    Args:
        store: The type of the connection.
        connection_id: The connection.
        action_id: The export of the model.
        folder: The folder to write to: ``"out/"``. The file is named after the export. For S3 and Azure.
        table: The table to write. For BigQuery.
        overwrite: Whether to replace what is there.
        mapping: The column of the table for each column of the export. For BigQuery, where it is required.
    """

    store: Store
    connection_id: str
    action_id: int | str
    folder: str | None = None
    table: str | None = None
    overwrite: bool = False
    mapping: Mapping[str, str] = attrs.field(factory=dict[str, str], hash=False)


# Anything else that CloudWorks takes, in its own spelling.
RawJob: TypeAlias = Mapping[str, Any]


@attrs.frozen
class IntegrationDefinition:
    """An integration to be created, or what an integration is to become.

    An import or export has exactly one job. A process has ``process_id``, and a job for each import or export of it
    that reads or writes a store, if there are any.

    Args:
        name: Unique in the tenant.
        workspace_id: The workspace of the model.
        model_id: The model.
        jobs: What it does; objects in Anaplan's spelling are sent as they are.
        process_id: The process of the model.
        nux_visible: Whether it is shown on action cards of the UX.
    """

    name: str
    workspace_id: str
    model_id: str
    jobs: Sequence[ImportJob | ExportJob | RawJob] = attrs.field(default=(), hash=False)
    process_id: int | str | None = None
    nux_visible: bool = False

    @classmethod
    def of(cls, integration: Integration) -> IntegrationDefinition:
        """The definition of an integration that ``get_integration`` returned, to be changed with ``attrs.evolve``.

        Raises:
            ConfigurationError: A job is of a type that the SDK does not know, so that some of it might be lost.
        """
        return cls(
            integration.name,
            integration.workspace_id or "",
            integration.model_id or "",
            tuple(_raw_job(job) for job in integration.jobs),
            integration.process_id,
            integration.nux_visible,
        )


# Types of jobs of which every key is known.
_KNOWN_JOBS = frozenset(name for store in get_args(Store) for name in (f"{store}ToAnaplan", f"AnaplanTo{store}"))


def _raw_job(job: IntegrationJob) -> RawJob:
    if job.type not in _KNOWN_JOBS:  # what it has beyond the usual would be lost
        raise ConfigurationError(f"jobs: {job.type!r} is not known: pass the job as an object in Anaplan's spelling.")
    raw: dict[str, Any] = {
        "type": job.type,
        "sources": [_raw_side(side) for side in job.sources],
        "targets": [_raw_side(side) for side in job.targets],
    }
    if job.mapping:
        raw["mapping"] = [{"sourceName": each.source_name, "targetName": each.target_name} for each in job.mapping]
    return raw


def _raw_side(side: JobSide) -> dict[str, Any]:
    given = {
        "type": side.type,
        "connectionId": side.connection_id,
        "actionId": None if side.action_id is None else str(side.action_id),
        "fileId": None if side.file_id is None else str(side.file_id),
        "file": side.file,
        "table": side.table,
        "overwrite": side.overwrite,
    }
    return {key: value for key, value in given.items() if value is not None}


@attrs.frozen
class NotificationDefinition:
    """Whom to notify of the runs of an integration: ids of 1 to 5 users for each outcome that somebody is told of.

    Args:
        integration_id: The integration.
        success: Users who are told of runs that succeed.
        partial_failure: Users who are told of rejected rows.
        full_failure: Users who are told of runs that fail.
        channels: Where: ``"email"``, ``"in_app"`` or both.
    """

    integration_id: str
    success: Sequence[str] = attrs.field(default=(), hash=False)
    partial_failure: Sequence[str] = attrs.field(default=(), hash=False)
    full_failure: Sequence[str] = attrs.field(default=(), hash=False)
    channels: Sequence[str] = attrs.field(default=("email", "in_app"), hash=False)


@attrs.frozen
class FlowStepDefinition:
    """A step of a flow to be created.

    Args:
        integration_id: The integration to run.
        skip: Whether to leave it out.
        on_failure: What the flow does if it fails.
        on_partial_success: What the flow does if it rejects rows.
        depends_on: The integrations of earlier steps that must have run; that of the step before by default.
    """

    integration_id: str
    skip: bool = False
    on_failure: Strategy = "stop"
    on_partial_success: Strategy = "continue"
    depends_on: Sequence[str] | None = attrs.field(default=None, hash=False)


@attrs.frozen
class FlowDefinition:
    """A flow to be created, or what a flow is to become: at least two steps that are not skipped.

    Args:
        name: Unique in the tenant.
        steps: The steps in their order; an integration's id alone is a step with the defaults.
    """

    name: str
    steps: Sequence[FlowStepDefinition | str] = attrs.field(hash=False)

    @classmethod
    def of(cls, flow: IntegrationFlow) -> FlowDefinition:
        """The definition of a flow that ``get_flow`` returned, to be changed with ``attrs.evolve``."""
        return cls(flow.name, tuple(_step_of(step) for step in flow.steps))


def _step_of(step: FlowStep) -> FlowStepDefinition:
    strategies = {each.type: each.strategy for each in step.exception_behavior}
    return FlowStepDefinition(
        step.integration_id,
        step.is_skipped,
        "continue" if strategies.get("failure") == "continue" else "stop",
        "stop" if strategies.get("partial_success") == "stop" else "continue",
        tuple(step.depends_on),
    )
