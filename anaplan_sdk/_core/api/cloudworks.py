"""Every URL of CloudWorks but those of runs: connections, integrations, schedules, notifications, flows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.api.service import Endpoint, Listing, Service
from anaplan_sdk._core.frames import with_emptied_frames
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.http.refusals import server_message
from anaplan_sdk._core.http.verdict import Verdict, usual
from anaplan_sdk._core.json import convert
from anaplan_sdk._core.listing.offsets import Offsets
from anaplan_sdk.models.cloudworks import Connection, Integration, IntegrationFlow, Notification

T = TypeVar("T")
RowT = TypeVar("RowT")

Raw = dict[str, Any]

# Anaplan cuts larger pages to this without a word.
MAX_PAGE_SIZE = 250
# A page of a large tenant takes many seconds, and more on a bad day.
_PATIENCE = 120.0
# Refusals of what the caller sent, which have the status of a failure.
_REFUSED = re.compile(
    r"model not found|count too high|invalid workspace or model|cannot be deleted|duplicate resource", re.IGNORECASE
)


def _verdict(response: Response) -> Verdict:
    message = server_message(response.body)
    if response.status == 409 or (response.status in (500, 503) and _REFUSED.search(message)):
        return Verdict.REFUSED
    if response.status == 403 and message == "Not Authorized":  # how an expired token may look
        return Verdict.EXPIRED
    return usual(response)


def _pages(page_size: int) -> Offsets[Any]:
    return Offsets(min(page_size, MAX_PAGE_SIZE))


CLOUDWORKS = Service("cloudworks", "/2/0", _pages, _verdict, "AnaplanAuthToken", _PATIENCE)

NEEDS_ROLE = {
    403: "This needs the role of Restricted Integration User and a workspace, or that of Integration Administrator.",
    452: "The user lacks the role of Restricted Integration User or Integration Administrator, or the tenant has no "
    "CloudWorks.",
}


@attrs.frozen
class One(Endpoint[T]):
    """An endpoint whose answer is put in order before it is read."""

    mend: Callable[[Raw], Raw] = attrs.field(kw_only=True)

    def read(self, response: Response) -> T:
        return self.of(self.payload(response))

    def of(self, payload: Raw) -> T:
        """What a payload holds."""
        key = self.key or ""
        if isinstance(payload.get(key), dict):
            payload[key] = self.mend(payload[key])
        return convert.one(payload, key, self.kind, path=self.address)


@attrs.frozen
class Rows(Listing[RowT]):
    """A listing whose rows are put in order before they are read."""

    mend: Callable[[Raw], Raw] = attrs.field(kw_only=True)

    def read(self, payload: Raw) -> list[RowT]:
        rows = payload.get(self.key)
        if isinstance(rows, list):
            payload[self.key] = [self.mend(row) if isinstance(row, dict) else row for row in rows]
        return super().read(payload)


@attrs.frozen
class Made(Endpoint[str]):
    """The creation of something; its id stands under ``key``, in an object, or on top in some documentation."""

    id_key: str = attrs.field(kw_only=True)

    def read(self, response: Response) -> str:
        payload = self.payload(response)
        found = convert.object_at(payload, self.key or "").get(self.id_key) or payload.get(self.id_key)
        if not isinstance(found, str) or not found:
            raise convert.unexpected(self.address, f"$.{self.key}.{self.id_key}", "is missing or no id")
        return found


def _list(path: str, key: str, kind: type[RowT], mend: Callable[[Raw], Raw], **query: object) -> Listing[RowT]:
    first = Endpoint(CLOUDWORKS, "GET", path, None, dict[str, Any], query, hints=NEEDS_ROLE)
    return Rows(first, key, kind, mend=mend)


def _get(path: str, key: str, kind: type[T], mend: Callable[[Raw], Raw]) -> One[T]:
    return One(CLOUDWORKS, "GET", path, key, kind, hints=NEEDS_ROLE, mend=mend)


def _order(method: str, path: str, body: Mapping[str, Any] | None = None, **options: Any) -> Endpoint[None]:
    """Something to be done. All of them set a state, so that a repetition changes nothing."""
    return CLOUDWORKS.order(method, path, body, idempotent=True, hints=NEEDS_ROLE, **options)


def _make(path: str, key: str, id_key: str, body: Mapping[str, Any]) -> Endpoint[str]:
    return Made(CLOUDWORKS, "POST", path, key, str, body=body, hints=NEEDS_ROLE, id_key=id_key)


def without_empty(raw: Raw) -> Raw:
    """*raw* without its empty objects: something that never ran has ``{}`` for its latest run."""
    return {key: value for key, value in raw.items() if value != {}}


# --- connections ------------------------------------------------------------------------------------------------------


def connections() -> Listing[Connection]:
    return _list("/integrations/connections", "connections", Connection, without_empty)


def create_connection(kind: str, body: Mapping[str, Any]) -> Endpoint[str]:
    wrapped = {"type": kind, "body": body}
    return _make("/integrations/connections", "connections", "connectionId", wrapped)


@with_emptied_frames
def replace_connection(connection_id: str, body: Mapping[str, Any]) -> Endpoint[None]:
    """All of it, without the wrapper that a creation has."""
    return _order("PUT", _connection(connection_id), body)


@with_emptied_frames
def change_connection(connection_id: str, changes: Mapping[str, Any]) -> Endpoint[None]:
    return _order("PATCH", _connection(connection_id), changes)


def delete_connection(connection_id: str) -> Endpoint[None]:
    return _order("DELETE", _connection(connection_id))


def _connection(connection_id: str) -> str:
    return f"/integrations/connections/{segment(connection_id, 'connection_id')}"


# --- integrations -----------------------------------------------------------------------------------------------------


def integrations(*, mine: bool, sort: str | None = None) -> Listing[Integration]:
    query = {"myIntegrations": 1 if mine else 0, "sortBy": sort}
    return _list("/integrations", "integrations", Integration, without_empty, **query)


def integration(integration_id: str) -> Endpoint[Integration]:
    return _get(integration_path(integration_id), "integration", Integration, without_empty)


def create_integration(body: Mapping[str, Any]) -> Endpoint[str]:
    return _make("/integrations", "integration", "integrationId", body)


def replace_integration(integration_id: str, body: Mapping[str, Any]) -> Endpoint[None]:
    return _order("PUT", integration_path(integration_id), body)


def delete_integration(integration_id: str) -> Endpoint[None]:
    return _order("DELETE", integration_path(integration_id))


def integration_path(integration_id: str) -> str:
    return f"/integrations/{segment(integration_id, 'integration_id')}"


# --- schedules --------------------------------------------------------------------------------------------------------


def create_schedule(integration_id: str, schedule: Mapping[str, Any]) -> Endpoint[None]:
    """An integration has one schedule at most: a second is refused."""
    path, body = f"{integration_path(integration_id)}/schedule", _scheduled(integration_id, schedule)
    return CLOUDWORKS.order("POST", path, body, hints=NEEDS_ROLE)


def replace_schedule(integration_id: str, schedule: Mapping[str, Any]) -> Endpoint[None]:
    return _order("PUT", f"{integration_path(integration_id)}/schedule", _scheduled(integration_id, schedule))


def schedule_status(integration_id: str, status: str) -> Endpoint[None]:
    return _order("POST", f"{integration_path(integration_id)}/schedule/status/{status}")


def delete_schedule(integration_id: str) -> Endpoint[None]:
    return _order("DELETE", f"{integration_path(integration_id)}/schedule")


def _scheduled(integration_id: str, schedule: Mapping[str, Any]) -> Raw:
    """The body, which must name the integration although the path does."""
    return {"integrationId": segment(integration_id, "integration_id"), "schedule": dict(schedule)}


# --- notifications ----------------------------------------------------------------------------------------------------


def notification(notification_id: str) -> Endpoint[Notification]:
    return _get(_notification(notification_id), "notifications", Notification, _flattened)


def create_notification(body: Mapping[str, Any]) -> Endpoint[str]:
    return _make("/integrations/notification", "notification", "notificationId", body)


def replace_notification(notification_id: str, body: Mapping[str, Any]) -> Endpoint[None]:
    return _order("PUT", _notification(notification_id), body)


def delete_notification(notification_id: str) -> Endpoint[None]:
    return _order("DELETE", _notification(notification_id))


def _notification(notification_id: str) -> str:
    return f"/integrations/notification/{segment(notification_id, 'notification_id')}"


def _flattened(raw: Raw) -> Raw:
    """A notification with its rules on top: they stand in an object that has the name of the whole."""
    return {"config": convert.object_at(raw, "notifications").get("config"), **raw}


# --- flows ------------------------------------------------------------------------------------------------------------


def flows(*, mine: bool) -> Listing[IntegrationFlow]:
    query = {"myIntegrations": 1 if mine else 0}
    return _list("/integrationflows", "integrationFlows", IntegrationFlow, _flow_in_order, **query)


def flow(flow_id: str) -> One[IntegrationFlow]:
    return _get(flow_path(flow_id), "integrationFlow", IntegrationFlow, _flow_in_order)


def create_flow(body: Mapping[str, Any]) -> Endpoint[str]:
    return _make("/integrationflows", "integrationFlow", "integrationFlowId", body)


def replace_flow(flow_id: str, body: Mapping[str, Any]) -> Endpoint[None]:
    return _order("PUT", flow_path(flow_id), body)


def delete_flow(flow_id: str) -> Endpoint[None]:
    return _order("DELETE", flow_path(flow_id))


def flow_path(flow_id: str) -> str:
    return f"/integrationflows/{segment(flow_id, 'flow_id')}"


def _flow_in_order(raw: Raw) -> Raw:
    """A flow with its id under one name, and nothing in place of runs that never were."""
    steps = raw.get("steps")
    mended = without_empty({"id": raw.get("integrationFlowId"), **raw})
    if isinstance(steps, list):
        mended["steps"] = [without_empty(step) if isinstance(step, dict) else step for step in steps]
    return mended
