# Source of both colours: scripts/codegen.py emits this file twice.
"""Users are created at most once, and get all of their workspaces."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from anaplan_sdk import AmbiguousRunError, ApiError, ConfigurationError, PartialWriteError
from stage.support import QUICK_POLL
from stage.wire.server import Received, Server

from ..answering import Answer, anaplan, path_of

USERS = "/scim/1/0/v2/Users"


@attrs.define
class Directory:
    """A tenant with room for one user: it stores what is posted and adds what is patched, as far as it is told to."""

    answers: Answer | str | None = "the user"  # to the creation
    stores: bool = True
    keeps: int = 50  # how many workspaces it stores at the creation
    grants: bool = True
    age: timedelta = timedelta()
    user: dict[str, Any] = attrs.field(factory=dict[str, Any])

    def __call__(self, received: Received) -> Answer | None:
        body = json.loads(received.body) if received.body else {}
        if received.method == "POST":
            return self.create(body)
        if received.method == "PATCH":
            if not self.grants:
                return 400, {"detail": "Workspace not found"}
            self.user["entitlements"] += body["Operations"][0]["value"]
        if received.target.partition("?")[0] == USERS:
            return 200, {"totalResults": len(self.user) and 1, "Resources": [self.user] if self.user else []}
        return 200, self.user

    def create(self, body: dict[str, Any]) -> Answer | None:
        if self.stores:
            created = (datetime.now(UTC) - self.age).isoformat()
            entitlements = body.get("entitlements", [])[: self.keeps]
            self.user = {**body, "id": "8a", "entitlements": entitlements, "meta": {"created": created}}
        return (201, self.user) if isinstance(self.answers, str) else self.answers


def asked(server: Server) -> list[str]:
    return [path_of(sent).replace(USERS, "") for sent in server.requests]


async def create(directory: Directory, *workspaces: str, **more: Any) -> tuple[Any, Server]:
    """The user, or the error, and what was asked for."""
    fields: dict[str, Any] = {"given_name": "Ada", "family_name": "Li", "workspace_ids": workspaces, **more}
    with anaplan(directory, poll=QUICK_POLL) as (server, client):
        async with client:
            try:
                return await client.scim.create_user("ada@example.com", **fields), server
            except (AmbiguousRunError, ApiError, ConfigurationError, PartialWriteError) as error:
                return error, server


async def test_a_user_is_created_with_everything_in_one_request() -> None:
    user, server = await create(Directory(), "a1", external_id="17", active=False, emails=["ada@example.com"])
    assert (user.id, user.active, user.workspace_ids) == ("8a", False, ("a1",))
    (sent,) = server.requests
    assert path_of(sent) == f"POST {USERS}"
    assert sent.headers["accept"] == "application/scim+json, application/json"
    assert json.loads(sent.body) == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "ada@example.com",
        "name": {"givenName": "Ada", "familyName": "Li"},
        "active": False,
        "externalId": "17",
        "emails": [{"value": "ada@example.com", "type": "work"}],
        "entitlements": [{"value": "a1", "type": "WORKSPACE"}],
    }


async def test_a_name_that_is_taken_is_told_at_once() -> None:
    error, server = await create(Directory((409, {"detail": "User already exists"}), stores=False))
    assert isinstance(error, ApiError)
    assert (error.status, error.maybe_received) == (409, False)
    assert "409 (User already exists). A user of this name exists: find it with scim.find_user" in str(error)
    assert asked(server) == ["POST "]


@pytest.mark.parametrize("answers", [None, (502, {}), (207, {}), (200, {"unexpected": True})])
async def test_a_user_whose_answer_was_lost_is_found_and_completed(answers: Answer | None) -> None:
    user, server = await create(Directory(answers, keeps=1), "a1", "a2")
    assert user.workspace_ids == ("a1", "a2")
    assert asked(server) == ["POST ", "GET ", "GET /8a", "PATCH /8a", "GET /8a"]


async def test_a_user_who_was_there_before_is_not_taken_for_the_new_one() -> None:
    error, server = await create(Directory(None, age=timedelta(hours=1)), "a1")
    assert isinstance(error, AmbiguousRunError)
    assert "is older" in str(error)
    assert [user.id for user in error.candidates] == ["8a"]
    assert asked(server) == ["POST ", "GET "]


async def test_a_user_who_does_not_show_up_is_in_doubt_and_not_created_again() -> None:
    error, server = await create(Directory(None, stores=False))
    assert isinstance(error, AmbiguousRunError)
    assert (error.candidates, error.resume) == ((), "scim.find_user('ada@example.com')")
    assert asked(server).count("POST ") == 1
    assert asked(server).count("GET ") > 1


async def test_more_than_fifty_workspaces_are_all_given() -> None:
    ids = [f"w{number}" for number in range(51)]
    user, server = await create(Directory(), *ids, "W0")
    assert user.workspace_ids == tuple(ids)
    assert asked(server) == ["POST ", "PATCH /8a", "GET /8a"]
    assert len(json.loads(server.requests[0].body)["entitlements"]) == 50


async def test_a_user_without_all_workspaces_is_told() -> None:
    error, _ = await create(Directory(keeps=0, grants=False), "a1")
    assert isinstance(error, PartialWriteError)
    assert (error.user.id, error.missing) == ("8a", ("a1",))
    assert isinstance(error.__cause__, ApiError)
    assert error.__cause__.message == "Workspace not found"


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("given_name", ""),
        ("family_name", None),
        ("active", "yes"),
        ("emails", "ada@example.com"),
        ("workspace_ids", "a1"),
        ("timeout", -1),
    ],
)
async def test_mistakes_are_refused_before_anything_is_sent(argument: str, value: Any) -> None:
    error, server = await create(Directory(), **{argument: value})
    assert isinstance(error, ConfigurationError)
    assert argument in str(error)
    assert not server.requests
