"""What is sent about a user, checked before it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from anaplan_sdk._core.api.scim import USER_SCHEMA
from anaplan_sdk._core.scim.checks import optional_text, some_text
from anaplan_sdk._core.scim.operations import entitlements_of
from anaplan_sdk.errors import ConfigurationError


def user_body(
    user_name: str,
    given_name: str,
    family_name: str,
    active: bool,
    *,
    display_name: str | None = None,
    external_id: str | None = None,
    emails: Iterable[str] | None = None,
    workspace_ids: Iterable[str] = (),
) -> dict[str, Any]:
    """A user as it is sent; what is None is left out."""
    names = {"user_name": user_name, "given_name": given_name, "family_name": family_name}
    texts = {argument: some_text(text, argument) for argument, text in names.items()}
    if not isinstance(active, bool):
        raise ConfigurationError(f"active must be True or False, not {active!r}.")
    optional = {
        "externalId": optional_text(external_id, "external_id"),
        "displayName": optional_text(display_name, "display_name"),
        "emails": None if emails is None else _emails(emails),
        "entitlements": entitlements_of(workspace_ids) or None,
    }
    return {
        "schemas": [USER_SCHEMA],
        "userName": texts["user_name"],
        "name": {"familyName": texts["family_name"], "givenName": texts["given_name"]},
        "active": active,
        **{key: value for key, value in optional.items() if value is not None},
    }


def _emails(emails: Iterable[str]) -> list[dict[str, Any]]:
    if isinstance(emails, str) or not isinstance(emails, Iterable):
        raise ConfigurationError(f"emails must be a list of addresses, not {emails!r}.")
    return [{"value": some_text(each, "emails"), "type": "work"} for each in emails]
