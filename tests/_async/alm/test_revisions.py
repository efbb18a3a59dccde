# Source of both colours: scripts/codegen.py emits this file twice.
"""Revisions of a model, and its online status."""

from __future__ import annotations

from datetime import date

import pytest

from anaplan_sdk import (
    AmbiguousRunError,
    ApiError,
    AsyncClient,
    ConfigurationError,
    ModelArchivedError,
    NotFoundError,
    PermissionDeniedError,
    TransportError,
)
from anaplan_sdk.emulator import Emulator, Fault
from stage.support import options_for, ordinary_user

DEVELOPMENT, PRODUCTION = "11111111111111111111111111111111", "22222222222222222222222222222222"
REVISIONS = r"/alm/revisions$"


async def test_the_namespace_needs_a_model(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, model_id=None)) as client:
        with pytest.raises(ValueError, match="model_id"):
            _ = client.alm


async def test_the_model_goes_offline_and_online(client: AsyncClient, emulator: Emulator) -> None:
    await client.alm.change_model_status("offline")
    assert emulator.tenant.models[DEVELOPMENT].online is False
    await client.alm.change_model_status("online")
    assert emulator.tenant.models[DEVELOPMENT].online is True


async def test_a_status_that_does_not_exist_is_refused_before_anything_is_sent(
    client: AsyncClient, emulator: Emulator
) -> None:
    with pytest.raises(ConfigurationError, match="'online' or 'offline'"):
        await client.alm.change_model_status("Online")  # type: ignore[arg-type]  # pyright: ignore
    assert not emulator.requests


async def test_revisions_are_sorted_and_filtered_by_the_server(client: AsyncClient) -> None:
    names = [revision.name for revision in await client.alm.get_revisions(sort="name")]
    assert names == ["Headcount Planning", "Initial Model"]
    newest_first = await client.alm.get_revisions(sort="-created_on")
    assert [revision.name for revision in newest_first] == names
    assert newest_first[0].created_on
    assert newest_first[0].applied_on
    middle = newest_first[0].applied_on.date()
    assert [r.name for r in await client.alm.get_revisions(applied_before=middle)] == ["Initial Model"]
    assert [r.name for r in await client.alm.get_revisions(applied_after=str(date(2000, 1, 1)))]
    assert await client.alm.get_revisions(applied_before="2000-01-01") == []


async def test_dates_are_checked_before_anything_is_sent(client: AsyncClient, emulator: Emulator) -> None:
    with pytest.raises(ConfigurationError, match="applied_after: '9 March' is not a date"):
        await client.alm.get_revisions(applied_after="9 March")
    with pytest.raises(ConfigurationError, match="earlier date"):
        await client.alm.get_revisions(applied_after="2026-02-01", applied_before="2026-01-01")
    assert not emulator.requests


async def test_revisions_come_in_pages(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, page_size=1)) as client:
        assert len(await client.alm.get_revisions()) == 2


async def test_the_latest_revision_and_none(client: AsyncClient, emulator: Emulator) -> None:
    latest = await client.alm.get_latest_revision()
    assert latest is not None
    assert latest.name == "Headcount Planning"
    emulator.tenant.history.applications.clear()
    assert await client.alm.get_latest_revision() is None
    assert await client.alm.get_revisions() == []


async def test_syncable_revisions_are_those_that_the_source_has_in_advance(client: AsyncClient) -> None:
    production = AsyncClient.from_existing(client, model_id=PRODUCTION)
    syncable = await production.alm.get_syncable_revisions(DEVELOPMENT)
    assert [revision.name for revision in syncable] == ["Headcount Planning"]
    assert await client.alm.get_syncable_revisions(PRODUCTION) == []


async def test_models_of_a_revision_include_deleted_ones(client: AsyncClient, emulator: Emulator) -> None:
    first = (await client.alm.get_revisions(sort="created_on"))[0]
    assert {model.model_id for model in await client.alm.get_models_for_revision(first.id)} == {DEVELOPMENT, PRODUCTION}
    del emulator.tenant.models[PRODUCTION]
    deleted = [model for model in await client.alm.get_models_for_revision(first.id) if model.model_deleted]
    assert [(model.model_id, model.model_name, model.workspace_id) for model in deleted] == [(PRODUCTION, "", None)]


async def test_models_of_a_revision_that_does_not_exist(client: AsyncClient) -> None:
    with pytest.raises(NotFoundError):
        await client.alm.get_models_for_revision("rev_123")


async def test_a_revision_is_created_from_a_change(client: AsyncClient) -> None:
    revision = await client.alm.create_revision("R2", "second cut")
    assert (revision.name, revision.description) == ("R2", "second cut")
    assert (await client.alm.get_latest_revision()) == revision


async def test_without_a_change_there_is_no_revision(client: AsyncClient) -> None:
    await client.alm.create_revision("R2")
    with pytest.raises(ApiError) as refused:
        await client.alm.create_revision("R3")
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("name", "description", "message"),
    [("", None, "1 to 60"), ("x" * 61, None, "has 61"), (" ", None, "1 to 60"), ("R2", "x" * 251, "at most 250")],
)
async def test_lengths_are_checked_before_anything_is_sent(
    client: AsyncClient, emulator: Emulator, name: str, description: str | None, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        await client.alm.create_revision(name, description)
    assert not emulator.requests


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="POST", path=REVISIONS, drop="after"),
        Fault(method="POST", path=REVISIONS, status=502, body="<html>", content_type="text/html", handle=True),
        Fault(method="POST", path=REVISIONS, status=200, body="<html>", content_type="text/html", handle=True),
        Fault(method="POST", path=REVISIONS, drop="midway"),
    ],
    ids=["dropped", "502", "proxy page", "cut"],
)
async def test_a_revision_whose_answer_is_lost_is_found(client: AsyncClient, emulator: Emulator, fault: Fault) -> None:
    emulator.inject(fault)
    revision = await client.alm.create_revision("R2", "second cut")
    assert revision.name == "R2"
    assert [r.name for r in await client.alm.get_revisions()].count("R2") == 1
    assert len([r for r in emulator.requests if r.method == "POST" and r.path.endswith("/alm/revisions")]) == 1


async def test_a_revision_that_may_not_exist_is_raised_and_not_repeated(
    client: AsyncClient, emulator: Emulator
) -> None:
    emulator.inject(Fault(method="POST", path=REVISIONS, status=503))
    with pytest.raises(AmbiguousRunError) as lost:
        await client.alm.create_revision("R2")
    assert lost.value.candidates == ()
    assert len([r for r in emulator.requests if r.method == "POST" and r.path.endswith("/alm/revisions")]) == 1


async def test_who_is_no_administrator_is_told(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as client:
        with pytest.raises(PermissionDeniedError) as denied:
            await client.alm.get_revisions()
    assert denied.value.status == 403


async def test_an_archived_model_says_so(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.models[DEVELOPMENT].active_state = "ARCHIVED"
    with pytest.raises(ModelArchivedError):
        await client.alm.get_revisions()


@pytest.mark.parametrize(
    "look",
    [
        Fault(method="GET", path=REVISIONS, drop="before", times=None, skip=1),
        Fault(method="GET", path="/users/me", status=403, times=None),
    ],
    ids=["no network", "refused"],
)
async def test_a_lost_revision_that_cannot_be_looked_for_is_in_doubt(
    client: AsyncClient, emulator: Emulator, look: Fault
) -> None:
    emulator.inject(Fault(method="POST", path=REVISIONS, drop="after"))
    emulator.inject(look)
    with pytest.raises(AmbiguousRunError, match="was lost") as caught:
        await client.alm.create_revision("R2")
    assert isinstance(caught.value.__cause__, TransportError)
