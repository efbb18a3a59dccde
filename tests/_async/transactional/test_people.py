# Source of both colours: scripts/codegen.py emits this file twice.
"""Users of the tenant, and who administers and visits a workspace."""

from __future__ import annotations

import pytest

from anaplan_sdk import ApiError, AsyncClient, ConfigurationError, NotFoundError, PermissionDeniedError
from anaplan_sdk.emulator import Emulator, User
from stage.observed import calls
from stage.support import options_for, ordinary_user


def add_users(emulator: Emulator, count: int) -> list[User]:
    """More users of the tenant, who are members of no workspace."""
    return [
        emulator.tenant.add_user(User(f"user{number:02}@example.com", f"First{number:02}", "Last"))
        for number in range(count)
    ]


async def test_users(client: AsyncClient) -> None:
    users = await client.list_users()
    assert [user.email for user in users] == ["ada@example.com", "grace@example.com"]
    assert all(user.id and user.first_name and user.last_name and user.active for user in users)


async def test_users_are_searched_and_sorted(emulator: Emulator, client: AsyncClient) -> None:
    add_users(emulator, 12)
    found = await client.list_users(search="first0", sort=["-email"])
    assert [user.first_name for user in found] == [f"First{number:02}" for number in range(9, -1, -1)]
    with pytest.raises(ApiError, match="400"):
        await client.list_users(sort="shoe_size")
    with pytest.raises(ConfigurationError, match="sort"):
        await client.list_users(sort="email desc")


async def test_many_users_come_page_by_page(emulator: Emulator) -> None:
    add_users(emulator, 12)
    async with AsyncClient(**options_for(emulator, page_size=5)) as client:
        assert len(await client.list_users()) == 14
    assert calls(emulator, "GET", "/users$") == 3


async def test_one_user(client: AsyncClient) -> None:
    current = await client.get_current_user()
    assert (await client.get_user(current.id)).email == current.email
    with pytest.raises(NotFoundError):
        await client.get_user("8a1b2c3d4e5f60718293a4b5c6d7ffff")
    with pytest.raises(ConfigurationError, match="user_id"):
        await client.get_user("../me")


async def test_administrators_of_a_workspace(emulator: Emulator, client: AsyncClient) -> None:
    workspace = next(iter(emulator.tenant.workspaces.values()))
    workspace.administrators |= {user.id for user in add_users(emulator, 50)}
    found = await client.list_workspace_admins()
    assert found == await client.list_workspace_admins(workspace.id)
    assert len(found) == 51
    ada = next(person for person in found if person.first_name == "Ada")
    assert (ada.email, ada.active, ada.other_workspaces) == ("ada@example.com", True, ())


async def test_the_server_cuts_pages_of_people_at_what_it_likes(emulator: Emulator) -> None:
    workspace = next(iter(emulator.tenant.workspaces.values()))
    workspace.administrators |= {user.id for user in add_users(emulator, 50)}
    async with AsyncClient(**options_for(emulator, page_size=20)) as client:
        assert len({person.email for person in await client.list_workspace_admins()}) == 51
    assert calls(emulator, "GET", "/admins$") == 3


async def test_visitors_of_a_workspace(emulator: Emulator, client: AsyncClient) -> None:
    assert await client.list_workspace_visitors() == []
    workspace = next(iter(emulator.tenant.workspaces.values()))
    workspace.visitors |= {user.id for user in add_users(emulator, 2)}
    assert [person.first_name for person in await client.list_workspace_visitors()] == ["First00", "First01"]


async def test_people_are_shown_to_user_administrators_only(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as client:
        for listing in (client.list_workspace_admins, client.list_workspace_visitors):
            with pytest.raises(PermissionDeniedError, match="role of User Administrator") as caught:
                await listing()
            assert caught.value.status == 500
    assert calls(emulator, "GET", "/workspaces/") == 2  # nothing is repeated


async def test_a_workspace_is_needed(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, workspace_id=None)) as client:
        with pytest.raises(ConfigurationError, match="workspace"):
            await client.list_workspace_admins()
    assert calls(emulator) == 0
