# Source of both colours: scripts/codegen.py emits this file twice.
"""Users of the tenant, exported and imported."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import (
    ApiError,
    AsyncClient,
    AuthenticationError,
    ConfigurationError,
    PermissionDeniedError,
    UnexpectedResponseError,
    UserImportInterruptedError,
    WaitTimeoutError,
)
from anaplan_sdk.emulator import Emulator, Fault, User
from anaplan_sdk.models import TenantUser, UserRowError
from stage.support import options_for, ordinary_user
from stage.wire.server import Received

from ..answering import anaplan, query_of

EXPORT, IMPORT = "/users/export$", "/users/import$"
HEADER = b"username,first_name,last_name,licenses\n"
EVE = TenantUser("eve@example.com", "Eve", "Ng", ("Professional",))
BOB = TenantUser("bob@example.com", "Bob", 'O"Neil, jr', ("Professional", "Enterprise"))


def people(count: int) -> list[TenantUser]:
    return [TenantUser(f"u{number}@example.com", "U", str(number), ("Professional",)) for number in range(count)]


@pytest.mark.parametrize("default", ["all", "ten"])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("count", [0, 998, 1_500])
async def test_every_user_is_exported(
    client: AsyncClient, emulator: Emulator, default: Any, header: bool, count: int
) -> None:
    emulator.tenant.options.admin_export_default, emulator.tenant.options.admin_export_header = default, header
    for number in range(count):
        emulator.tenant.add_user(User(f"u{number}@example.com", "U", str(number), licenses=["Professional"]))
    users = await client.admin.export_users()
    assert [user.username for user in users[:2]] == ["ada@example.com", "grace@example.com"]
    assert len(users) == count + 2
    assert all(request.query["Limit"] for request in emulator.received("GET", EXPORT))
    content = await client.admin.export_users_csv()
    assert content.startswith(HEADER)
    assert content.count(b"\n") == count + 3


async def test_what_is_imported_is_exported_again(client: AsyncClient, emulator: Emulator) -> None:
    result = await client.admin.import_users([EVE, BOB])
    assert (result.accepted, result.created, result.updated, result.errors) == (2, 2, 0, ())
    assert (await client.admin.export_users())[2:] == [EVE, BOB]
    assert {user.email for user in await client.list_users()} >= {"eve@example.com", "bob@example.com"}
    changed = {
        "username": "EVE@example.com",
        "first_name": "Eva",
        "last_name": "Ng",
        "licenses": "Professional, Enterprise",
    }
    result = await client.admin.import_users([changed])
    assert (result.created, result.updated) == (0, 1)
    eve = emulator.tenant.user_with_email("eve@example.com")
    assert eve is not None
    assert (eve.first_name, eve.licenses) == ("Eva", ["Professional", "Enterprise"])


async def test_a_csv_is_imported_whatever_the_order_of_its_columns(client: AsyncClient) -> None:
    content = (
        b'\xef\xbb\xbflast_name,first_name,licenses,username\r\nNg,Eve,"Professional,Enterprise",eve@example.com\r\n'
    )
    assert (await client.admin.import_users_csv(content)).created == 1
    eve = (await client.admin.export_users())[-1]
    assert eve == TenantUser("eve@example.com", "Eve", "Ng", ("Professional", "Enterprise"))


@pytest.mark.parametrize("form", ["object", "list", "absent"])
@pytest.mark.parametrize("first_line", [0, 1, 2])
async def test_rows_that_anaplan_rejects_are_told(
    client: AsyncClient, emulator: Emulator, form: Any, first_line: Any
) -> None:
    emulator.tenant.options.admin_errors, emulator.tenant.options.admin_first_line = form, first_line
    wrong = TenantUser("x@example.com", "X", "Y", ("Platinum",))
    result = await client.admin.import_users([wrong, EVE, TenantUser("y@example.com", "Y", "Z", ("Gold",))])
    assert (result.accepted, result.created) == (3, 1)
    assert result.errors == (
        UserRowError(first_line, "License not found", 0),
        UserRowError(first_line + 2, "License not found", 2),
    )


async def test_a_row_that_cannot_be_told_is_not_guessed(client: AsyncClient) -> None:
    wrong = TenantUser("x@example.com", "X", "Y", ("Platinum",))
    (error,) = (await client.admin.import_users([EVE, wrong, BOB])).errors
    assert (error.line, error.row, error.message) == (2, None, "License not found")


async def test_many_users_go_in_requests_of_500(client: AsyncClient, emulator: Emulator) -> None:
    rows = people(1_201)
    rows[1_200] = TenantUser("x@example.com", "X", "Y", ("Platinum",))
    result = await client.admin.import_users(iter(rows))
    assert (result.accepted, result.created) == (1_201, 1_200)
    (error,) = result.errors
    assert (error.request, error.line, error.row) == (2, 201, None)
    assert len(emulator.received("PUT", IMPORT)) == 3


async def test_a_lost_answer_changes_nothing_but_the_counts(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("PUT", IMPORT, drop="after"))
    result = await client.admin.import_users([EVE])
    assert (result.created, result.updated) == (0, 1)
    assert len(emulator.tenant.users) == 3


async def test_a_later_request_that_fails_tells_what_was_imported(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("PUT", IMPORT, skip=1, status=400, body='{"errorCode":"INVALID_PAYLOAD"}'))
    with pytest.raises(UserImportInterruptedError, match="failed after 500 of 501 rows: PUT .* 400") as caught:
        await client.admin.import_users(people(501))
    assert caught.value.next_row == 500
    assert caught.value.result.created == 500
    assert isinstance(caught.value.__cause__, ApiError)


async def test_the_first_request_fails_with_its_own_error(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("PUT", IMPORT, status=400))
    with pytest.raises(ApiError, match="400"):
        await client.admin.import_users([EVE])


async def test_a_time_limit(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("PUT", IMPORT, delay=2))
    with pytest.raises(WaitTimeoutError):
        await client.admin.import_users([EVE], timeout=0.2)


WITHOUT = {"username": "eve@example.com", "first_name": "Eve", "last_name": "Ng"}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "there are no users"),
        ("eve@example.com", "rows must be users"),
        (WITHOUT, "rows must be users"),
        ([7], "row 0 must be a TenantUser or a mapping, not int"),
        ([EVE, WITHOUT], "row 1 must have username, first_name, last_name, licenses; these differ: .'licenses'."),
        ([{**WITHOUT, "licenses": "P", "role": "x"}], "these differ: .'role'."),
        ([{**WITHOUT, "licenses": ""}], "row 0: licenses must be text that is not empty"),
        ([{**WITHOUT, "licenses": 7}], "row 0: licenses must be a list of names"),
        ([TenantUser("a@b", " ", "x", ("P",))], "row 0: first_name must be text"),
        ([TenantUser("a@b", "A", "x", ("P", ""))], r"licenses\[1\] must be text"),
        ([EVE, BOB, TenantUser("EVE@example.com", "E", "N", ("P",))], "row 2 has the same username as row 0"),
    ],
)
async def test_rows_that_cannot_be_are_refused_before_anything_is_sent(
    client: AsyncClient, emulator: Emulator, rows: Any, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        await client.admin.import_users(rows)
    assert not emulator.requests


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "must have the columns username,first_name,last_name,licenses, not "),
        (b"username,first_name\na,b\n", "not username,first_name"),
        (HEADER, "there are no users"),
        (b"\xff\xfe", "no CSV in UTF-8"),
        ("username", "must be the bytes of a CSV, not str"),
        (HEADER + b"a@b,A,,P\n", "row 0: last_name"),
    ],
)
async def test_a_csv_that_cannot_be_is_refused(
    client: AsyncClient, emulator: Emulator, content: Any, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        await client.admin.import_users_csv(content)
    assert not emulator.requests


@pytest.mark.parametrize("status", [500, 401, 403])
async def test_a_missing_role_is_said_at_once_whatever_the_status(emulator: Emulator, status: Any) -> None:
    emulator.tenant.options.admin_denial = status
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as client:
        with pytest.raises(PermissionDeniedError, match="role of Tenant Administrator"):
            await client.admin.export_users()
        with pytest.raises(PermissionDeniedError, match="role of Tenant Administrator"):
            await client.admin.import_users([EVE])
    assert len(emulator.received(path="/admin/")) == 2
    assert len(emulator.received(path="/token/authenticate")) == 1


async def test_a_real_failure_is_repeated(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("GET", EXPORT, status=500))
    assert len(await client.admin.export_users()) == 2


async def test_a_401_without_words_is_an_expired_token() -> None:
    with anaplan(lambda _: (401, b"")) as (_, client):
        async with client:
            with pytest.raises(AuthenticationError):
                await client.admin.export_users()


async def test_a_server_that_ignores_the_offset_ends() -> None:
    asked: list[dict[str, str]] = []

    def answer(received: Received) -> tuple[int, bytes]:
        asked.append(query_of(received))
        return 200, b"licenses,username,extra,first_name,last_name\nP,a@b,x,A,B\nP,c@d,y,C,D\n"

    with anaplan(answer) as (_, client):
        async with client:
            users = await client.admin.export_users()
            content = await client.admin.export_users_csv()
    assert users == [TenantUser("a@b", "A", "B", ("P",)), TenantUser("c@d", "C", "D", ("P",))]
    assert b"extra" in content
    assert [query["Offset"] for query in asked] == ["0", "2", "0", "2"]


@pytest.mark.parametrize("content", [b"", HEADER])
async def test_a_tenant_without_users(content: bytes) -> None:
    with anaplan(lambda _: (200, content)) as (_, client):
        async with client:
            assert await client.admin.export_users() == []
            assert await client.admin.export_users_csv() == HEADER


@pytest.mark.parametrize("errors", [{"first": "x"}, "none", 7])
async def test_errors_that_are_not_as_documented(errors: Any) -> None:
    with anaplan(lambda _: (207, {"accepted": 1, "errors": errors})) as (_, client):
        async with client:
            with pytest.raises(UnexpectedResponseError, match=r"\$\.errors"):
                await client.admin.import_users([EVE])


async def test_an_answer_without_counts() -> None:
    with anaplan(lambda _: (207, {"errors": []})) as (server, client):
        async with client:
            result = await client.admin.import_users([BOB])
    assert (result.accepted, result.errors) == (0, ())
    body = server.requests[0].body.decode()
    assert 'Content-Disposition: form-data; name="file"; filename="users.csv"' in body
    assert 'bob@example.com,Bob,"O""Neil, jr","Professional,Enterprise"' in body
