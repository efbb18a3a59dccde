# Source of both colours: scripts/codegen.py emits this file twice.
"""Users are listed and found, whatever Anaplan leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import ApiError, ConfigurationError, NotFoundError, PermissionDeniedError, UnexpectedResponseError
from anaplan_sdk.scim import field
from stage.wire.server import Received

from ..answering import Answer, anaplan, path_of, query_of

USERS = "GET /scim/1/0/v2/Users"


def error(status: int, detail: str) -> Answer:
    schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"]
    return status, {"schemas": schemas, "detail": detail, "status": "404", "scimType": "invalidValue"}


async def test_users_come_from_every_page_and_each_once() -> None:
    def answer(received: Received) -> Answer:
        first, count = (int(query_of(received)[name]) for name in ("startIndex", "count"))
        # Rows shift by one between the pages, as somebody was added.
        numbers = range(max(first - 1, 1) if first > 1 else 1, min(first + count, 251))
        rows = [{"id": f"{number:032x}", "userName": f"u{number}"} for number in numbers]
        return 200, {"totalResults": 250, "startIndex": first, "itemsPerPage": 10, "Resources": rows}

    with anaplan(answer) as (server, client):
        async with client:
            users = await client.scim.list_users()
    assert [user.user_name for user in users] == [f"u{number}" for number in range(1, 251)]
    assert {path_of(sent) for sent in server.requests} == {USERS}
    assert query_of(server.requests[0]) == {"startIndex": "1", "count": "100"}
    headers = server.requests[0].headers
    assert headers["authorization"] == "AnaplanAuthToken t0ken"
    assert headers["accept"] == "application/scim+json, application/json"


async def test_a_filter_is_sent_with_every_page_and_may_find_nobody() -> None:
    where = (field("active") == True) & (field("name.familyName") > 'O"')  # noqa: E712
    with anaplan(lambda _: (200, {"totalResults": 0, "startIndex": 1, "itemsPerPage": 0})) as (server, client):
        async with client:
            assert await client.scim.list_users(where) == []
            assert await client.scim.list_users(where.expression) == []
    expression = '(active eq true) and (name.familyName gt "O\\"")'
    assert [query_of(sent)["filter"] for sent in server.requests] == [expression] * 2


async def test_a_user_is_found_by_name_in_any_case() -> None:
    def answer(received: Received) -> Answer:
        users = [{"id": "1", "userName": "adam@example.com"}, {"id": "2", "userName": "ada@Example.com"}]
        return 200, {"totalResults": 2, "Resources": users}

    with anaplan(answer) as (server, client):
        async with client:
            found = await client.scim.find_user("Ada@example.com")
            assert found
            assert found.id == "2"
            assert await client.scim.find_user("eve@example.com") is None
    assert query_of(server.requests[0])["filter"] == (
        '(userName eq "Ada@example.com") or (userName eq "ada@example.com")'
    )


async def test_a_user_is_read_by_id() -> None:
    ada = {"id": "8a", "userName": "ada@example.com", "active": "True"}
    with anaplan(lambda sent: (200, ada) if sent.target.endswith("/8a") else error(404, "Resource 8b not found")) as (
        server,
        client,
    ):
        async with client:
            assert (await client.scim.get_user("8a")).active is True
            with pytest.raises(NotFoundError, match=r"404 \(Resource 8b not found\)\. .* Visiting users"):
                await client.scim.get_user("8b")
    assert path_of(server.requests[0]) == f"{USERS}/8a"


async def test_a_missing_role_is_named() -> None:
    with anaplan(lambda _: error(403, "Forbidden")) as (server, client):
        async with client:
            with pytest.raises(PermissionDeniedError, match=r"403 \(Forbidden\)\. .* role of User Administrator"):
                await client.scim.list_users()
    assert len(server.requests) == 1


async def test_a_filter_that_anaplan_does_not_understand_is_told() -> None:
    with anaplan(lambda _: error(400, "The specified filter syntax was invalid")) as (_, client):
        async with client:
            with pytest.raises(ApiError, match=r"400 \(The specified filter syntax was invalid\)"):
                await client.scim.list_users("displayName co ada")


async def test_nothing_in_place_of_json_is_not_anaplan_s() -> None:
    with anaplan(lambda _: (200, b"")) as (server, client):
        async with client:
            with pytest.raises(UnexpectedResponseError, match="empty body instead of JSON"):
                await client.scim.get_user("8a")
    assert len(server.requests) > 1


async def test_the_service_speaks_of_itself() -> None:
    def answer(received: Received) -> Answer:
        schema = {"id": "urn:u", "name": "User", "attributes": [{"name": "active", "type": "boolean"}]}
        replies: dict[str, Any] = {
            "ServiceProviderConfig": {"documentationUri": "https://help", "patch": {"supported": False}},
            "ResourceTypes": {
                "totalResults": 1,
                "itemsPerPage": 10,
                "Resources": [{"id": "User", "endpoint": "/Users"}],
            },
            "Schemas": {"totalResults": 1, "itemsPerPage": 10, "startIndex": 1, "Resources": [schema]},
        }
        return 200, replies[received.target.rpartition("/")[2]]

    with anaplan(answer) as (_, client):
        async with client:
            assert (await client.scim.get_service_provider_config()).documentation_uri == "https://help"
            assert [kind.endpoint for kind in await client.scim.get_resource_types()] == ["/Users"]
            assert [schema.attributes[0].type for schema in await client.scim.get_schemas()] == ["boolean"]


async def test_mistakes_are_refused_before_anything_is_sent() -> None:
    with anaplan(lambda _: (200, {})) as (server, client):
        async with client:
            for call in (
                lambda: client.scim.list_users(""),
                lambda: client.scim.list_users(field("active")),  # type: ignore[arg-type]  # pyright: ignore
                lambda: client.scim.find_user(""),
                lambda: client.scim.get_user("../users"),
                lambda: client.scim.list_users(timeout=-1),
            ):
                with pytest.raises(ConfigurationError):
                    await call()
    assert not server.requests
