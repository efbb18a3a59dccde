# Source of both colours: scripts/codegen.py emits this file twice.
"""Users of the emulator, who join, move and leave."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import ApiError, AsyncClient, NotFoundError, PartialWriteError, PermissionDeniedError
from anaplan_sdk.emulator import Emulator, Fault, Workspace
from anaplan_sdk.scim import (
    DesiredUser,
    Remove,
    Replace,
    add_workspaces,
    field,
    plan_user,
    remove_all_workspaces,
    rename,
    set_workspaces,
)
from stage.support import options_for, ordinary_user

ALAN: dict[str, Any] = {"user_name": "alan@example.com", "given_name": "Alan", "family_name": "Bell"}


def posts(emulator: Emulator) -> int:
    return len(emulator.received("POST", r"/Users$"))


@pytest.fixture
def workspaces(emulator: Emulator) -> list[str]:
    """The workspace of the demo tenant, and sixty more."""
    for number in range(60):
        emulator.tenant.add_workspace(Workspace(f"{number:032x}", f"Workspace {number}"))
    return list(emulator.tenant.workspaces)


async def test_a_life(client: AsyncClient, workspaces: list[str]) -> None:
    one, two, three, *_ = workspaces
    alan = await client.scim.create_user(**ALAN, external_id="17", workspace_ids=[one])
    assert (alan.active, alan.external_id, alan.name.family_name, alan.workspace_ids) == (True, "17", "Bell", (one,))
    assert alan.meta
    assert alan.meta.created
    assert await client.scim.get_user(alan.id) == alan
    assert await client.scim.find_user("Alan@Example.com") == alan

    moved = await client.scim.update_user(alan.id, [add_workspaces([two]), *rename(family_name="Ray")])
    assert (set(moved.workspace_ids), moved.name.family_name) == ({one, two}, "Ray")
    set_anew = await client.scim.update_user(alan.id, [set_workspaces([three]), Replace("externalId", "18")])
    assert (set_anew.workspace_ids, set_anew.external_id) == ((three,), "18")
    gone = await client.scim.update_user(alan.id, [remove_all_workspaces(), Remove("externalId")])
    assert (gone.workspace_ids, gone.external_id) == ((), "")
    assert (await client.scim.deactivate_user(alan.id)).active is False
    assert (await client.scim.activate_user(alan.id)).active is True


async def test_a_plan_brings_a_user_to_what_is_wanted(client: AsyncClient, workspaces: list[str]) -> None:
    alan = await client.scim.create_user(**ALAN, workspace_ids=workspaces[:2])
    for wanted in (
        DesiredUser("Al", "Ray", "17", False, tuple(workspaces[:3])),
        DesiredUser(active=True, workspace_ids=tuple(workspaces[1:2])),
        DesiredUser(workspace_ids=()),
        DesiredUser(workspace_ids=tuple(workspaces)),
    ):
        alan = await client.scim.update_user(alan.id, plan_user(alan, wanted))
        assert plan_user(alan, wanted) == []


async def test_filters_find_what_they_say(client: AsyncClient) -> None:
    odd: dict[str, Any] = {**ALAN, "family_name": 'O"Bell\\'}
    alan = await client.scim.create_user(**odd, active=False, external_id="17")
    for where in (
        field("name.familyName") == 'O"Bell\\',
        ~field("active") | (field("userName") == "nobody"),
        (field("externalId") == "17") & (field("active") != True),  # noqa: E712
        field("name.givenName") == "Alan",
        field("id") == alan.id,
    ):
        assert [user.id for user in await client.scim.list_users(where)] == [alan.id]
    assert len(await client.scim.list_users(field("userName").is_present())) == len(await client.scim.list_users())


async def test_every_user_is_listed(emulator: Emulator, client: AsyncClient) -> None:
    for number in range(205):
        await client.scim.create_user(f"u{number}@example.com", given_name="U", family_name=str(number))
    names = [user.user_name for user in await client.scim.list_users()]
    assert len(names) == len(set(names)) == len(emulator.tenant.users)


async def test_a_name_is_taken_once(emulator: Emulator, client: AsyncClient) -> None:
    await client.scim.create_user(**ALAN)
    with pytest.raises(ApiError, match=r"409 \(User alan@example.com already exists\)\. A user of this name exists"):
        await client.scim.create_user(**ALAN)
    assert posts(emulator) == 2


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"drop": "midway"}, {"status": 502, "handle": True}])
async def test_a_user_whose_response_was_lost_is_created_once(
    emulator: Emulator, client: AsyncClient, workspaces: list[str], fault: dict[str, Any]
) -> None:
    emulator.inject(Fault(method="POST", path="/Users$", **fault))
    alan = await client.scim.create_user(**ALAN, workspace_ids=workspaces[:2])
    assert set(alan.workspace_ids) == set(workspaces[:2])
    assert posts(emulator) == 1


async def test_workspaces_that_were_not_stored_at_first_are_added(
    emulator: Emulator, client: AsyncClient, workspaces: list[str]
) -> None:
    emulator.tenant.options.scim_entitlements_fail = 1
    alan = await client.scim.create_user(**ALAN, workspace_ids=workspaces)
    assert set(alan.workspace_ids) == set(workspaces)
    emulator.tenant.options.scim_entitlements_fail = 1
    with pytest.raises(PartialWriteError, match="in part: it still has the workspaces") as caught:
        await client.scim.update_user(alan.id, [remove_all_workspaces()])
    assert set(caught.value.surplus) == set(workspaces)


async def test_a_workspace_that_does_not_exist(emulator: Emulator, client: AsyncClient) -> None:
    with pytest.raises(ApiError, match="400"):
        await client.scim.create_user(**ALAN, workspace_ids=["f" * 32])
    emulator.tenant.options.scim_unknown_workspace = "ignore"
    with pytest.raises(PartialWriteError, match=f"lacks the workspaces {'f' * 32}"):
        await client.scim.create_user(**ALAN, workspace_ids=["f" * 32])
    assert await client.scim.find_user("alan@example.com")


async def test_a_replacement_takes_away_what_it_does_not_have(client: AsyncClient, workspaces: list[str]) -> None:
    alan = await client.scim.create_user(**ALAN, external_id="17", workspace_ids=workspaces[:2])
    replaced = await client.scim.replace_user(alan.id, **ALAN, active=False, workspace_ids=workspaces[1:])
    assert (replaced.active, replaced.external_id) == (False, "")
    assert set(replaced.workspace_ids) == set(workspaces[1:])
    assert (await client.scim.replace_user(alan.id, **ALAN, active=True, workspace_ids=[])).workspace_ids == ()


async def test_only_a_user_administrator_may(emulator: Emulator, client: AsyncClient) -> None:
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as somebody:
        with pytest.raises(PermissionDeniedError, match="role of User Administrator"):
            await somebody.scim.list_users()
        assert (await somebody.scim.get_service_provider_config()).authentication_schemes
        assert [kind.name for kind in await somebody.scim.get_resource_types()] == ["User"]
        (schema,) = await somebody.scim.get_schemas()
        assert "userName" in [attribute.name for attribute in schema.attributes]
    with pytest.raises(NotFoundError, match="no such internal user"):
        await client.scim.get_user("f" * 32)


async def test_scim_needs_no_model(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, model_id=None, workspace_id=None)) as client:
        assert await client.scim.list_users()
