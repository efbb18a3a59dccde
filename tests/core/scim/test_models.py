"""Users and what the service says about itself, in every form that is documented or was seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from anaplan_sdk._core.json.convert import structure
from anaplan_sdk.models import Entitlement, ScimEmail, ScimName, ScimSchema, ScimUser, ServiceProviderConfig

PATH = "/scim/1/0/v2/Users"


def user(**said: Any) -> ScimUser:
    return structure({"id": "8a", **said}, ScimUser, path=PATH)


def test_a_user_as_anaplan_writes_it() -> None:
    ada = user(
        schemas=["urn:ietf:params:scim:schemas:core:2.0:User"],
        externalId="17",
        userName="ada@example.com",
        active=True,
        displayName="Ada Li",
        name={"familyName": "Li", "givenName": "Ada", "formatted": "Ada Li"},
        emails=[{"value": "ada@example.com", "type": "work", "primary": True}],
        entitlements=[{"value": "a1", "display": "Planning", "type": "WORKSPACE", "primary": True}],
        meta={"created": "2025-01-02T03:04:05.000+00:00", "lastModified": "2026-01-02T03:04:05Z"},
    )
    assert (ada.user_name, ada.external_id, ada.active, ada.display_name) == ("ada@example.com", "17", True, "Ada Li")
    assert ada.name == ScimName("Ada", "Li", "Ada Li")
    assert ada.emails == (ScimEmail("ada@example.com", "work", True),)
    assert ada.entitlements == (Entitlement("a1", "Planning", "WORKSPACE", True),)
    assert ada.meta
    assert ada.meta.created == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert ada.meta.last_modified == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_user_of_whom_nothing_is_said() -> None:
    assert user() == user(name=None, meta=None, emails=None, entitlements=None) == ScimUser("8a")


@pytest.mark.parametrize(
    ("said", "active"), [(False, False), ("True", True), ("false", False), ("yes", None), (1, None), ({}, None)]
)
def test_active_may_be_a_text_and_is_never_guessed(said: Any, active: bool | None) -> None:
    assert user(active=said).active is active


def test_a_name_may_be_a_text_and_what_is_for_display_may_be_anything() -> None:
    odd = user(name="Ada Li", meta="none", displayName=["Ada"])
    assert (odd.name.formatted, odd.meta, odd.display_name) == ("Ada Li", None, "")


@pytest.mark.parametrize("suffix", ["Uri", "Url"])
def test_the_configuration_has_two_spellings(suffix: str) -> None:
    said = {
        f"documentation{suffix}": "https://help",
        "patch": {"supported": False},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": 100},
        "authenticationSchemes": [{"name": "Basic", f"spec{suffix}": "https://spec"}],
    }
    config = structure(said, ServiceProviderConfig, path=PATH)
    assert (config.documentation_uri, config.authentication_schemes[0].spec_uri) == ("https://help", "https://spec")
    assert (config.patch.supported, config.bulk.max_operations, config.filter.max_results) == (False, 0, 100)
    assert config.etag.supported is None


def test_attributes_of_a_schema_have_attributes() -> None:
    said = {"id": "urn:u", "attributes": [{"name": "name", "subAttributes": [{"name": "givenName", "required": True}]}]}
    (name,) = structure(said, ScimSchema, path=PATH).attributes
    assert (name.sub_attributes[0].name, name.sub_attributes[0].required) == ("givenName", True)
