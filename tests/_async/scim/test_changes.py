# Source of both colours: scripts/codegen.py emits this file twice.
"""Users are changed: what is sent, what is repeated, and what comes of a write that was done in part."""

from __future__ import annotations

import json
from typing import Any

import pytest

from anaplan_sdk import ApiError, ConfigurationError, ModelBusyError, NotFoundError, PartialWriteError
from anaplan_sdk.models import ScimUser
from anaplan_sdk.scim import Add, Remove, Replace, add_workspaces, rename, set_active, set_workspaces
from stage.wire.server import Received

from ..answering import Answer, anaplan, path_of

ADA = {"id": "8a", "userName": "ada@example.com", "active": False}
ONE = "/scim/1/0/v2/Users/8a"
PATCH = f"PATCH {ONE}"


def with_workspaces(*ids: str) -> dict[str, Any]:
    return {**ADA, "entitlements": [{"value": each, "type": "WORKSPACE"} for each in ids]}


async def test_operations_go_as_one_request_and_the_user_comes_back() -> None:
    with anaplan(lambda _: (200, ADA)) as (server, client):
        async with client:
            operations = [set_active(False), *rename(given_name="Ada"), Remove("externalId")]
            assert await client.scim.update_user("8a", operations) == ScimUser("8a", "ada@example.com", active=False)
    (sent,) = server.requests
    assert path_of(sent) == PATCH
    assert sent.headers["content-type"] == "application/json"
    assert json.loads(sent.body)["Operations"] == [
        {"op": "replace", "path": "active", "value": False},
        {"op": "replace", "path": "name.givenName", "value": "Ada"},
        {"op": "remove", "path": "externalId"},
    ]


async def test_users_are_deactivated_and_activated() -> None:
    with anaplan(lambda _: (200, ADA)) as (server, client):
        async with client:
            await client.scim.deactivate_user("8a")
            await client.scim.activate_user("8a")
    assert [json.loads(sent.body)["Operations"][0]["value"] for sent in server.requests] == [False, True]


async def test_what_comes_to_the_same_is_repeated_after_a_failure() -> None:
    answers: list[Answer | None] = [None, (502, {}), (200, with_workspaces("a1"))]
    with anaplan(lambda _: answers.pop(0)) as (server, client):
        async with client:
            user = await client.scim.update_user("8a", [Replace("active", True), add_workspaces(["a1"])])
    assert user.workspace_ids == ("a1",)
    assert [path_of(sent) for sent in server.requests] == [PATCH] * 3


async def test_an_addition_of_anything_else_is_sent_once() -> None:
    with anaplan(lambda _: (502, {})) as (server, client):
        async with client:
            with pytest.raises(ApiError) as caught:
                await client.scim.update_user("8a", [Add("emails", [{"value": "ada@example.com"}])])
    assert caught.value.maybe_received
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [202, 204, 207])
async def test_an_answer_that_tells_of_parts_has_the_user_read_again(status: int) -> None:
    def answer(received: Received) -> Answer:
        return (200, with_workspaces("a1")) if received.method == "GET" else (status, b"" if status == 204 else {})

    with anaplan(answer) as (server, client):
        async with client:
            assert (await client.scim.update_user("8a", [add_workspaces(["A1"])])).workspace_ids == ("a1",)
            with pytest.raises(PartialWriteError, match=r"8a\) in part: it lacks the workspaces a2 and") as caught:
                await client.scim.update_user("8a", [set_workspaces(["a2"])])
    assert (caught.value.missing, caught.value.surplus) == (("a2",), ("a1",))
    assert caught.value.user.workspace_ids == ("a1",)
    assert [path_of(sent) for sent in server.requests] == [PATCH, f"GET {ONE}"] * 2


async def test_a_replacement_has_everything() -> None:
    with anaplan(lambda _: (200, with_workspaces("a1"))) as (server, client):
        async with client:
            fields: dict[str, Any] = {"given_name": "Ada", "family_name": "Li", "active": True}
            await client.scim.replace_user("8a", "ada@example.com", workspace_ids=["a1"], external_id="17", **fields)
            await client.scim.replace_user("8a", "ada@example.com", workspace_ids=[], **fields)
    every = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "8a",
        "userName": "ada@example.com",
        "name": {"givenName": "Ada", "familyName": "Li"},
        "active": True,
    }
    more = {"externalId": "17", "entitlements": [{"value": "a1", "type": "WORKSPACE"}]}
    assert [json.loads(sent.body) for sent in server.requests] == [{**every, **more}, every]
    assert {path_of(sent) for sent in server.requests} == {f"PUT {ONE}"}


async def test_a_replacement_that_was_done_in_part_is_told() -> None:
    with anaplan(lambda sent: (207, {}) if sent.method == "PUT" else (200, with_workspaces("a1"))) as (_, client):
        async with client:
            with pytest.raises(PartialWriteError, match="it still has the workspaces a1"):
                await client.scim.replace_user(
                    "8a", "ada@example.com", given_name="Ada", family_name="Li", active=True, workspace_ids=[]
                )


@pytest.mark.parametrize("status", [409, 501])
async def test_conflicts_and_what_is_not_offered_are_refused_at_once(status: int) -> None:
    with anaplan(lambda _: (status, {"detail": "No"})) as (server, client):
        async with client:
            with pytest.raises(ApiError, match=rf"{status} \(No\)") as caught:
                await client.scim.update_user("8a", [set_active(True)])
    assert not isinstance(caught.value, ModelBusyError)
    assert not caught.value.maybe_received
    assert len(server.requests) == 1


async def test_an_unknown_user_is_not_found() -> None:
    with anaplan(lambda _: (404, {"detail": "Resource 8a not found"})) as (_, client):
        async with client:
            with pytest.raises(NotFoundError, match="There is no such internal user"):
                await client.scim.deactivate_user("8a")


async def test_a_deletion_is_refused_with_what_to_do_instead() -> None:
    with anaplan(lambda _: (501, {})) as (server, client):
        async with client:
            with pytest.raises(ConfigurationError, match=r"Use scim\.deactivate_user\('8a'\)"):
                await client.scim.delete_user("8a")
            mistakes: list[Any] = [[], set_active(True), "active"]
            for operations in mistakes:
                with pytest.raises(ConfigurationError, match="operations"):
                    await client.scim.update_user("8a", operations)
            with pytest.raises(ConfigurationError, match="user_id"):
                await client.scim.update_user("8a/9", [set_active(True)])
    assert not server.requests
