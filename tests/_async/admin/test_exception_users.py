# Source of both colours: scripts/codegen.py emits this file twice.
"""Who may log in with a password where single sign-on is required."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import (
    ApiError,
    AsyncClient,
    AuthenticationError,
    ConfigurationError,
    NotFoundError,
    PermissionDeniedError,
)
from anaplan_sdk.emulator import Emulator, Fault
from stage.support import options_for, ordinary_user
from stage.wire.server import Received

from ..answering import anaplan

WORKSPACE, ADA, GRACE = "A" * 32, "8a1b2c3d4e5f60718293a4b5c6d70001", "8a1b2c3d4e5f60718293a4b5c6d70002"
USERS = "/exception-users/users/"


@pytest.fixture(autouse=True)
def required(emulator: Emulator) -> None:
    """Single sign-on, with one exception: who tests."""
    workspace = emulator.tenant.workspaces[WORKSPACE]
    workspace.single_sign_on = True
    workspace.exception_users.add(ADA)


async def test_an_exception_user_may_log_in_with_a_password(client: AsyncClient, emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as grace:
        with pytest.raises(AuthenticationError):
            await grace.get_current_user()
    await client.admin.assign_exception_user(GRACE, WORKSPACE)
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as grace:
        assert (await grace.get_current_user()).id == GRACE
        (seen,) = await grace.admin.find_exception_users(user_id=GRACE)
    assert (seen.id, seen.name) == (WORKSPACE, "Sales Planning")
    await client.admin.revoke_exception_user(GRACE, WORKSPACE)
    assert [event.code for event in emulator.tenant.audit.events()][-3:] == ["USR-57", "USR-8", "USR-58"]


async def test_exception_users_are_found_by_workspace_and_by_user(client: AsyncClient) -> None:
    await client.admin.assign_exception_user(GRACE, WORKSPACE)
    (workspace,) = await client.admin.find_exception_users(workspace_id=WORKSPACE)
    assert [user.email for user in workspace.users] == ["ada@example.com", "grace@example.com"]
    (workspace,) = await client.admin.find_exception_users(user_id=GRACE)
    assert [user.id for user in workspace.users] == [GRACE]
    await client.admin.revoke_exception_user(GRACE, WORKSPACE)
    assert await client.admin.find_exception_users(user_id=GRACE) == []


async def test_what_is_unknown_is_not_found(client: AsyncClient) -> None:
    with pytest.raises(NotFoundError):
        await client.admin.find_exception_users(workspace_id="B" * 32)
    with pytest.raises(NotFoundError):
        await client.admin.find_exception_users(user_id="0" * 32)
    with pytest.raises(NotFoundError):
        await client.admin.assign_exception_user("0" * 32, WORKSPACE)


async def test_nobody_changes_it_for_themselves(client: AsyncClient) -> None:
    with pytest.raises(PermissionDeniedError, match="same user as the one requesting it"):
        await client.admin.revoke_exception_user(ADA, WORKSPACE)


async def test_it_needs_single_sign_on_and_a_user_of_the_workspace(client: AsyncClient, emulator: Emulator) -> None:
    workspace = emulator.tenant.workspaces[WORKSPACE]
    workspace.members.discard(GRACE)
    with pytest.raises(ApiError, match="Requested user not found in workspace"):
        await client.admin.assign_exception_user(GRACE, WORKSPACE)
    workspace.single_sign_on = False
    with pytest.raises(ApiError, match="not SSO enabled"):
        await client.admin.assign_exception_user(GRACE, WORKSPACE)


async def test_it_needs_a_role(emulator: Emulator) -> None:
    emulator.tenant.workspaces[WORKSPACE].single_sign_on = False
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as grace:
        with pytest.raises(PermissionDeniedError, match="role of Tenant Security Administrator"):
            await grace.admin.assign_exception_user(ADA, WORKSPACE)
    assert len(emulator.received("PATCH")) == 1


async def test_a_lost_answer_is_repeated(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("PATCH", USERS, drop="after"))
    await client.admin.assign_exception_user(GRACE, WORKSPACE)
    assert GRACE in emulator.tenant.workspaces[WORKSPACE].exception_users


@pytest.mark.parametrize(("assigned", "done"), [(True, True), (False, False)])
async def test_a_repetition_that_is_refused_is_looked_up(assigned: bool, done: bool) -> None:
    patches: list[int] = []

    def answer(received: Received) -> tuple[int, Any] | None:
        if received.method == "PATCH":
            patches.append(1)
            return None if len(patches) == 1 else (400, {"status": "FAILURE_BAD_REQUEST", "statusMessage": "Assigned"})
        users = [{"userGuid": GRACE, "email": "g"}] if assigned else []
        return 200, {"response": [{"workspaceGuid": WORKSPACE, "workspaceName": "W", "users": users}]}

    with anaplan(answer) as (_, client):
        async with client:
            if done:
                await client.admin.assign_exception_user(GRACE, WORKSPACE)
            else:
                with pytest.raises(ApiError, match="Assigned"):
                    await client.admin.assign_exception_user(GRACE, WORKSPACE)
    assert len(patches) == 2


async def test_exactly_one_criterion(client: AsyncClient, emulator: Emulator) -> None:
    for search in ({}, {"workspace_id": WORKSPACE, "user_id": GRACE}):
        with pytest.raises(ConfigurationError, match="either workspace_id or user_id"):
            await client.admin.find_exception_users(**search)  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="user_id: 'a/b' is not an id"):
        await client.admin.assign_exception_user("a/b", WORKSPACE)
    assert not emulator.requests
