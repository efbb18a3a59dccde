# Source of both colours: scripts/codegen.py emits this file twice.
"""Schedules of integrations, and who is notified of their runs."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest

from anaplan_sdk import ApiError, AsyncClient, ConfigurationError, NotFoundError, TransportError
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.emulator.world.cloudworks.demo import EXPORT_ID, IMPORT_ID
from anaplan_sdk.models import NotificationDefinition, Schedule

ADA, GRACE = "8a1b2c3d4e5f60718293a4b5c6d70001", "8a1b2c3d4e5f60718293a4b5c6d70002"
DAILY = Schedule("nightly", "daily", date(2027, 3, 5), "Europe/Berlin", time="01:30")
SCHEDULES = [
    DAILY,
    attrs.evolve(DAILY, name="with an end", end_date=date(2028, 3, 5), days_of_week=(1, 2)),
    Schedule("weekly", "weekly", date(2027, 3, 5), "UTC", time="01:30", days_of_week=(0, 6)),
    Schedule(
        "hourly",
        "hourly",
        date(2027, 3, 5),
        "UTC",
        from_time="08:00",
        to_time="18:00",
        repeat_every=2,
        days_of_week=(1,),
    ),
    Schedule("on the 31st", "monthly_specific_day", date(2027, 3, 5), "UTC", time="00:00", day_of_month=31),
    Schedule(
        "second Sunday",
        "monthly_relative_weekday",
        date(2027, 3, 5),
        "UTC",
        time="23:59",
        day_of_week=0,
        repeat_every=2,
    ),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda each: each.name)
async def test_a_schedule_of_each_type_is_read_as_it_was_written(client: AsyncClient, schedule: Schedule) -> None:
    await client.cloudworks.create_schedule(IMPORT_ID, schedule)
    read = (await client.cloudworks.get_integration(IMPORT_ID)).schedule
    assert read is not None
    assert read == attrs.evolve(schedule, status="Active")
    await client.cloudworks.update_schedule(IMPORT_ID, attrs.evolve(read, name="later"))
    read = (await client.cloudworks.get_integration(IMPORT_ID)).schedule
    assert read == attrs.evolve(schedule, name="later", status="Active")


async def test_a_schedule_is_switched_off_and_deleted(client: AsyncClient) -> None:
    await client.cloudworks.create_schedule(IMPORT_ID, DAILY)
    for status, shown in (("disabled", "Inactive"), ("enabled", "Active")):
        await client.cloudworks.set_schedule_status(IMPORT_ID, status)  # type: ignore[arg-type]  # pyright: ignore
        schedule = (await client.cloudworks.get_integration(IMPORT_ID)).schedule
        assert schedule is not None
        assert schedule.status == shown
    await client.cloudworks.delete_schedule(IMPORT_ID)
    assert (await client.cloudworks.get_integration(IMPORT_ID)).schedule is None
    with pytest.raises(NotFoundError):
        await client.cloudworks.delete_schedule(IMPORT_ID)


async def test_a_second_schedule_is_refused(client: AsyncClient) -> None:
    await client.cloudworks.create_schedule(IMPORT_ID, DAILY)
    with pytest.raises(ApiError, match="Only a single schedule"):
        await client.cloudworks.create_schedule(IMPORT_ID, DAILY)


async def test_a_schedule_whose_answer_was_lost_is_there(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", "/schedule$", drop="after"))
    await client.cloudworks.create_schedule(IMPORT_ID, DAILY)
    assert len(emulator.received("POST", "/schedule$")) == 1
    emulator.inject(Fault("POST", "/schedule$", drop="before"))
    with pytest.raises(TransportError):
        await client.cloudworks.create_schedule(EXPORT_ID, DAILY)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "name: '' cannot be the name of a schedule"),
        ({"type": "yearly"}, "type must be one of daily, weekly"),
        ({"timezone": ""}, "timezone: a schedule needs an IANA name"),
        ({"start_date": None}, "start_date: a schedule needs one"),
        ({"start_date": "5 March"}, "start_date: '5 March' is not a date"),
        ({"end_date": date(2026, 1, 1)}, "end_date: 2026-01-01 is before 2027-03-05"),
        ({"time": "1:30"}, "time: a schedule of type daily needs a time such as '01:30'"),
        ({"time": None}, "needs a time"),
        ({"type": "weekly"}, "days_of_week: a schedule of type weekly needs days from 0"),
        ({"type": "weekly", "days_of_week": (7,)}, "days from 0"),
        ({"type": "monthly_specific_day", "day_of_month": 32}, "day_of_month: .* a number from 1 to 31"),
        ({"type": "monthly_relative_weekday", "day_of_week": 1}, "repeat_every"),
        ({"type": "hourly", "days_of_week": (1,)}, "from_time"),
    ],
)
async def test_a_schedule_that_cannot_be_is_refused_before_anything_is_sent(
    client: AsyncClient, emulator: Emulator, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        await client.cloudworks.create_schedule(IMPORT_ID, attrs.evolve(DAILY, **changes))
    with pytest.raises(ConfigurationError, match="schedule must be a Schedule"):
        await client.cloudworks.update_schedule(IMPORT_ID, {"name": "x"})  # type: ignore[arg-type]  # pyright: ignore
    with pytest.raises(ConfigurationError, match="'enabled' or 'disabled'"):
        await client.cloudworks.set_schedule_status(IMPORT_ID, "on")  # type: ignore[arg-type]  # pyright: ignore
    assert not emulator.requests


async def test_an_integration_is_born_with_a_notification(client: AsyncClient) -> None:
    notification_id = (await client.cloudworks.get_integration(IMPORT_ID)).notification_id
    assert notification_id
    wanted = NotificationDefinition(IMPORT_ID, success=[ADA], full_failure=[ADA, GRACE], channels=["email"])
    with pytest.raises(ApiError, match="Duplicate resource name"):
        await client.cloudworks.create_notification(wanted)
    await client.cloudworks.update_notification(notification_id, wanted)
    found = await client.cloudworks.get_notification(notification_id)
    assert (found.integration_ids, found.channels) == ((IMPORT_ID,), ("email",))
    assert [user.first_name for user in found.users("full_failure")] == ["Ada", "Grace"]
    assert found.users("partial_failure") == ()


async def test_a_notification_is_deleted_and_created(client: AsyncClient, emulator: Emulator) -> None:
    notification_id = (await client.cloudworks.get_integration(IMPORT_ID)).notification_id
    assert notification_id
    await client.cloudworks.delete_notification(notification_id)
    assert (await client.cloudworks.get_integration(IMPORT_ID)).notification_id is None
    emulator.inject(Fault("POST", "/notification$", drop="after"))
    made = await client.cloudworks.create_notification(NotificationDefinition(IMPORT_ID, full_failure=[ADA]))
    found = await client.cloudworks.get_notification(made)
    assert [user.id for user in found.users("full_failure")] == [ADA]
    assert len(emulator.received("POST", "/notification$")) == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (NotificationDefinition(IMPORT_ID), "users for at least one of"),
        (NotificationDefinition(IMPORT_ID, success=["a"] * 6), "success: at most 5 users"),
        (NotificationDefinition(IMPORT_ID, success="ada"), "success must be a list"),
        (NotificationDefinition(IMPORT_ID, success=["a"], channels=["sms"]), "channels must be 'email'"),
        ({}, "must be a NotificationDefinition"),
    ],
)
async def test_a_notification_that_cannot_be_is_refused(
    client: AsyncClient, emulator: Emulator, wrong: Any, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        await client.cloudworks.create_notification(wrong)
    assert not emulator.requests
