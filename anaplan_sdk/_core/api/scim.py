"""Every URL of SCIM, with what comes back and what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.api.service import JSON, Endpoint, Listing, Service
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.http.verdict import Verdict, usual
from anaplan_sdk._core.listing.paging import Unpaged
from anaplan_sdk._core.listing.start_index import StartIndex
from anaplan_sdk.models import ResourceType, ScimSchema, ScimUser, ServiceProviderConfig

RowT = TypeVar("RowT")

USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
# The type of RFC 7644 first; requests are taken as plain JSON.
_ACCEPT = {"Accept": f"application/scim+json, {JSON}"}
_ROLE = {403: "The user lacks the role of User Administrator."}
_OF_A_USER = {**_ROLE, 404: "There is no such internal user. Visiting users are not in SCIM: get_user has them all."}
_EXISTS = "A user of this name exists: find it with scim.find_user, and change it with scim.update_user."


def verdict(response: Response) -> Verdict:
    """What an answer means: a user who exists already (409) and what is not offered (501) will not pass by waiting."""
    return Verdict.REFUSED if response.status in (409, 501) else usual(response)


SCIM = Service("scim", "/scim/1/0/v2", StartIndex, verdict, "AnaplanAuthToken")


# --- users ------------------------------------------------------------------------------------------------------------


def users(expression: str | None = None) -> Listing[ScimUser]:
    """All internal users, or those that the expression of a filter finds."""
    return _listing("/Users", ScimUser, filter=expression, hints=_ROLE)


def user(user_id: str) -> Endpoint[ScimUser]:
    return Endpoint(SCIM, "GET", _at(user_id), None, ScimUser, headers=_ACCEPT, hints=_OF_A_USER)


def create_user(body: Mapping[str, Any]) -> Endpoint[ScimUser]:
    hints = {**_ROLE, 409: _EXISTS}
    return Endpoint(SCIM, "POST", "/Users", None, ScimUser, body=body, headers=_ACCEPT, hints=hints)


def replace_user(user_id: str, body: Mapping[str, Any]) -> Endpoint[ScimUser]:
    whole = {**body, "id": segment(user_id, "user_id")}
    return Endpoint(SCIM, "PUT", _at(user_id), None, ScimUser, body=whole, headers=_ACCEPT, hints=_OF_A_USER)


def update_user(user_id: str, body: Mapping[str, Any], *, again: bool) -> Endpoint[ScimUser]:
    """*again* says that it may be repeated."""
    return Endpoint(
        SCIM,
        "PATCH",
        _at(user_id),
        None,
        ScimUser,
        body=body,
        idempotent=again,
        headers=_ACCEPT,
        hints=_OF_A_USER,
    )


def _at(user_id: str) -> str:
    return f"/Users/{segment(user_id, 'user_id')}"


# --- the service ------------------------------------------------------------------------------------------------------


def service_provider_config() -> Endpoint[ServiceProviderConfig]:
    return Endpoint(SCIM, "GET", "/ServiceProviderConfig", None, ServiceProviderConfig, headers=_ACCEPT)


def resource_types() -> Listing[ResourceType]:
    return attrs.evolve(_listing("/ResourceTypes", ResourceType), paging=Unpaged[ResourceType])


def schemas() -> Listing[ScimSchema]:
    return attrs.evolve(_listing("/Schemas", ScimSchema), paging=Unpaged[ScimSchema])


def _listing(
    path: str, kind: type[RowT], *, hints: Mapping[int, str] | None = None, **query: str | None
) -> Listing[RowT]:
    endpoint = Endpoint(SCIM, "GET", path, None, dict[str, Any], query, headers=_ACCEPT, hints=hints or {})
    return Listing(endpoint, "Resources", kind)
