"""CloudWorks: connections, integrations, flows, schedules, notifications and runs, as they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import attrs

from anaplan_sdk.models.tasks import Task, TaskDetail

# The code of a run in which some rows were rejected (seen on live tenants).
_PARTIAL = 38
_COUNTS_ROWS = re.compile(r"\d+\D*\brows?\b")


def _is_partial(success: bool | None, code: int | None, message: str) -> bool:
    return code == _PARTIAL or (success is True and _COUNTS_ROWS.search(message) is not None)


@attrs.frozen
class Connection:
    """A connection to a cloud store.

    ``connection_type`` is ``AmazonS3``, ``AzureBlob``, ``GoogleBigQuery`` or another word. ``body`` has what Anaplan
    tells of the store, other keys for each type and never a secret. ``status`` is 1 if the connection is valid;
    ``integration_error_code`` says nothing about that.
    """

    id: str = attrs.field(metadata={"json": "connectionId"})
    connection_type: str = ""
    body: Mapping[str, Any] = attrs.field(factory=dict[str, Any], hash=False, repr=False)
    status: int | None = None
    integration_error_code: int | None = attrs.field(default=None, metadata={"display": True})
    auth_method: str | None = None
    workspace_id: str | None = None
    created_by: str | None = None
    creation_date: datetime | None = None
    modified_by: str | None = None
    modification_date: datetime | None = None

    @property
    def name(self) -> str:
        """The name, which is unique in the tenant."""
        return str(self.body.get("name") or "")

    @property
    def valid(self) -> bool:
        """Whether Anaplan could use it when it last tried."""
        return self.status == 1


@attrs.frozen
class JobSide:
    """The source or the target of a job: an action of the model, or a file or table of a store.

    ``bucket_name`` is the bucket of S3 or the container of Azure.
    """

    type: str = ""
    action_id: int | None = None
    file_id: int | None = None
    connection_id: str | None = None
    connection_name: str | None = None
    is_connection_deleted: bool = attrs.field(default=False, metadata={"display": True})
    bucket_name: str | None = None
    file: str | None = None
    table: str | None = None
    overwrite: bool | None = None


@attrs.frozen
class ColumnMapping:
    """Which column of a table a column of an export goes to."""

    source_name: str = ""
    target_name: str = ""


@attrs.frozen
class IntegrationJob:
    """What an integration does: ``type`` is ``AmazonS3ToAnaplan``, ``AnaplanToGoogleBigQuery`` or the like."""

    type: str = ""
    sources: tuple[JobSide, ...] = ()
    targets: tuple[JobSide, ...] = ()
    mapping: tuple[ColumnMapping, ...] = attrs.field(default=(), metadata={"display": True})


@attrs.frozen
class LatestRun:
    """The latest run as listings tell of it: without its id, for integrations.

    ``trigger_source`` is ``manual``, ``scheduled``, ``manual_inf`` or ``scheduled_inf`` (by a flow),
    ``nux_dashboard``, or another word. ``success`` means nothing before ``end_date`` is set.
    """

    id: str | None = None
    triggered_by: str | None = None
    start_date: datetime | None = None
    end_date: datetime | None = None
    success: bool | None = None
    message: str = ""
    execution_error_code: int | None = attrs.field(default=None, metadata={"display": True})
    trigger_source: str | None = None

    @property
    def partially_successful(self) -> bool:
        """Whether it has ended and loaded some rows but not all."""
        return self.end_date is not None and _is_partial(self.success, self.execution_error_code, self.message)


@attrs.frozen
class Schedule:
    """When an integration runs by itself. It is read from an integration, and written as it is read.

    ``type`` is ``daily``, ``weekly``, ``hourly``, ``monthly_specific_day`` or ``monthly_relative_weekday``. Times are
    ``HH:MM`` in ``timezone``, an IANA name; days of the week go from 0 (Sunday) to 6. CloudWorks keeps the time in UTC,
    so that it shifts with daylight saving, and starts within 15 minutes after it. ``status`` is ``Active`` or
    ``Inactive``, and only read.
    """

    name: str = ""
    type: str = ""
    start_date: date | None = None
    timezone: str = ""
    time: str | None = None
    end_date: date | None = None
    days_of_week: tuple[int, ...] = attrs.field(default=(), metadata={"display": True})
    from_time: str | None = None
    to_time: str | None = None
    repeat_every: int | None = attrs.field(default=None, metadata={"display": True})
    day_of_month: int | None = attrs.field(default=None, metadata={"display": True})
    day_of_week: int | None = attrs.field(default=None, metadata={"display": True})
    status: str | None = None


@attrs.frozen
class Integration:
    """An integration: an import, an export, or a process with the files that its steps read and write.

    Listings have no ``jobs``, and a single one has no ``integration_type``. ``latest_run`` is None if it never ran.
    ``nux_visible`` says whether it is shown on action cards of the UX.
    """

    id: str = attrs.field(metadata={"json": "integrationId"})
    name: str = ""
    integration_type: str | None = None
    workspace_id: str | None = None
    model_id: str | None = None
    process_id: int | None = None
    jobs: tuple[IntegrationJob, ...] = ()
    schedule: Schedule | None = attrs.field(default=None, metadata={"display": True})
    latest_run: LatestRun | None = attrs.field(default=None, metadata={"display": True})
    notification_id: str | None = None
    nux_visible: bool = False
    version: str | None = None
    created_by: str | None = None
    creation_date: datetime | None = None
    modified_by: str | None = None
    modification_date: datetime | None = None


@attrs.frozen
class RunError:
    """What went wrong in one action of a run. ``failure_dump_generated`` says that rejected rows can be fetched."""

    action_id: int | None = None
    action_name: str = ""
    failure_dump_generated: bool = attrs.field(default=False, metadata={"display": True})
    details: tuple[TaskDetail, ...] = attrs.field(default=(), metadata={"json": "errorMessage", "display": True})

    @property
    def messages(self) -> tuple[str, ...]:
        """Anaplan's messages, in order."""
        return tuple(text for detail in self.details if (text := detail.message.strip()))


@attrs.frozen
class RunErrors:
    """The errors of a run. ``task_id`` is the task of the model behind it, None if none was started."""

    id: str
    task_id: str | None = None
    errors: tuple[RunError, ...] = attrs.field(default=(), metadata={"json": "errorMessages"})


@attrs.frozen
class IntegrationRun(Task):
    """A run of an integration.

    CloudWorks has no state for runs: ``task_state`` is concluded from ``end_date`` and ``message``. ``success`` means
    nothing before the end. ``errors`` are there once a run has ended that was not wholly successful; other runs and
    those of a history have none. ``flow_group_id`` is the run of the flow that started it.
    """

    integration_id: str = ""
    start_date: datetime | None = None
    end_date: datetime | None = None
    success: bool | None = None
    message: str = ""
    execution_error_code: int | None = attrs.field(default=None, metadata={"display": True})
    trigger_source: str | None = None
    triggered_by: str | None = attrs.field(default=None, metadata={"or": "createdBy"})
    trace_id: str | None = None
    flow_group_id: str | None = None
    errors: tuple[RunError, ...] = ()

    @property
    def partially_successful(self) -> bool:
        """Whether it has ended and loaded some rows but not all."""
        return self.ended and _is_partial(self.success, self.execution_error_code, self.message)

    @property
    def messages(self) -> tuple[str, ...]:
        """What Anaplan says of the run, and of the actions in which something went wrong."""
        said = [text for error in self.errors for text in error.messages]
        return tuple(dict.fromkeys(filter(None, (self.message.strip(), *said))))


@attrs.frozen
class ExceptionBehavior:
    """What a flow does after a step that ended with ``type`` ``failure`` or ``partial_success``: stop or continue."""

    type: str = ""
    strategy: str = ""


@attrs.frozen
class FlowStep:
    """A step of a flow, which runs an integration. ``latest_run`` is that of the integration, whoever started it."""

    integration_id: str = attrs.field(metadata={"json": "referrer"})
    name: str = ""
    type: str = ""
    depends_on: tuple[str, ...] = attrs.field(default=(), metadata={"display": True})
    is_skipped: bool = False
    exception_behavior: tuple[ExceptionBehavior, ...] = attrs.field(default=(), metadata={"display": True})
    workspace_id: str | None = None
    model_id: str | None = None
    latest_run: LatestRun | None = attrs.field(default=None, metadata={"display": True})
    created_by: str | None = None
    created_date: datetime | None = None
    modified_by: str | None = None
    modified_date: datetime | None = None


@attrs.frozen
class IntegrationFlow:
    """A chain of integrations. Listings have ``steps_count`` and no ``steps``."""

    id: str
    name: str = ""
    steps_count: int | None = attrs.field(default=None, metadata={"display": True})
    steps: tuple[FlowStep, ...] = ()
    latest_run: LatestRun | None = attrs.field(default=None, metadata={"display": True})
    schedule: Schedule | None = attrs.field(default=None, metadata={"display": True})
    notification_id: str | None = None
    nux_visible: bool = False
    version: str | None = None
    created_by: str | None = None
    creation_date: datetime | None = None
    modified_by: str | None = None
    modification_date: datetime | None = None


@attrs.frozen
class FlowRun(Task):
    """A run of a flow, as far as CloudWorks tells of it: its latest run. ``steps`` have the runs that belong to it.

    ``id`` is that of the run where CloudWorks gives one, else its start.
    """

    flow_id: str = ""
    start_date: datetime | None = None
    end_date: datetime | None = None
    success: bool | None = None
    message: str = ""
    execution_error_code: int | None = attrs.field(default=None, metadata={"display": True})
    trigger_source: str | None = None
    triggered_by: str | None = None
    flow_steps: tuple[FlowStep, ...] = ()

    @property
    def partially_successful(self) -> bool:
        """Whether it has ended and loaded some rows but not all."""
        return self.ended and _is_partial(self.success, self.execution_error_code, self.message)

    @property
    def messages(self) -> tuple[str, ...]:
        """What Anaplan says of the run, and of the steps in which something went wrong."""
        failed = [step for step in self.flow_steps if step.latest_run and step.latest_run.success is False]
        said = [f"{step.name or step.integration_id}: {step.latest_run.message}" for step in failed if step.latest_run]
        return tuple(filter(None, (self.message.strip(), *said)))


@attrs.frozen
class NotifiedUser:
    """Somebody who is notified."""

    id: str = attrs.field(metadata={"json": "userGuid"})
    first_name: str = ""
    last_name: str = ""


@attrs.frozen
class NotificationRule:
    """Who is notified of runs that end as ``type`` says: ``success``, ``partial_failure`` or ``full_failure``."""

    type: str = ""
    users: tuple[NotifiedUser, ...] = ()


@attrs.frozen
class Notification:
    """Who is told how runs of an integration end, and where: ``channels`` are ``email`` and ``in_app``."""

    id: str = attrs.field(metadata={"json": "notificationId"})
    integration_ids: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    rules: tuple[NotificationRule, ...] = attrs.field(default=(), metadata={"json": "config"})

    def users(self, outcome: str) -> tuple[NotifiedUser, ...]:
        """Who is notified of one outcome, such as ``full_failure``."""
        return tuple(user for rule in self.rules if rule.type == outcome for user in rule.users)
