# Source of both colours: scripts/codegen.py emits this file twice.
"""Calendar, current period and versions of a model."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from anaplan_sdk import (
    ApiError,
    AsyncClient,
    ConfigurationError,
    ModelArchivedError,
    ModelBusyError,
    NotFoundError,
    PermissionDeniedError,
)
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.emulator.world.planning.calendar import MONTHS, WEEKS_13, WEEKS_445, WEEKS_GENERAL, Calendar
from anaplan_sdk.emulator.world.planning.demo import ACTUAL_ID, BUDGET_ID, FORECAST_ID
from stage.observed import VERSIONS, calls, model_of
from stage.support import options_for, ordinary_user


async def refused(call: Any, *arguments: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        await call(*arguments)
    return caught.value


# --- the current period -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2026, 5, 20), "2026-05-20"], ids=["date", "text"])
async def test_the_current_period(client: AsyncClient, day: date | str) -> None:
    changed = await client.transactional.set_current_period(day)
    assert (changed.period_text, changed.last_day, changed.calendar_type) == ("May 26", date(2026, 5, 31), MONTHS)
    assert await client.transactional.get_current_period() == changed


async def test_the_current_period_is_reset(client: AsyncClient) -> None:
    await client.transactional.set_current_period("2026-05-20")
    reset = await client.transactional.set_current_period(None)
    assert (reset.period_text, reset.last_day) == ("", None)
    assert await client.transactional.get_current_period() == reset


async def test_days_outside_the_time_scale(client: AsyncClient) -> None:
    error = await refused(client.transactional.set_current_period, "1999-01-01")
    assert (error.status, error.message) == (
        400,
        "Specified date '1999-01-01' is out of timescale range 2026-01-01 - 2026-12-31",
    )


@pytest.mark.parametrize("wrong", ["20.05.2026", "2026-13-01", "", 2026])
async def test_what_is_no_day_is_not_sent(emulator: Emulator, client: AsyncClient, wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="day"):
        await client.transactional.set_current_period(wrong)
    assert calls(emulator) == 0


async def test_a_lost_answer_of_a_new_period_is_asked_for_again(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault("PUT", "/currentPeriod$", status=502))
    assert (await client.transactional.set_current_period("2026-05-20")).period_text == "May 26"
    assert calls(emulator, "PUT", "/currentPeriod$") == 2


# --- the calendar -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["quarterTotals", "isQuarterTotals"])
async def test_the_calendar_in_both_spellings(emulator: Emulator, client: AsyncClient, spelling: Any) -> None:
    emulator.tenant.options.totals_selection = spelling
    calendar = await client.transactional.get_calendar()
    assert calendar.calendar_type == MONTHS
    assert calendar.fiscal_year is not None
    assert (calendar.fiscal_year.year, calendar.fiscal_year.start_date, calendar.fiscal_year.end_date) == (
        "FY26",
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    assert calendar.current_period is not None
    assert calendar.totals_selection is not None
    assert (calendar.totals_selection.quarter_totals, calendar.totals_selection.year_to_date_summary) == (True, False)


@pytest.mark.parametrize("calendar_type", [WEEKS_445, WEEKS_13, WEEKS_GENERAL])
async def test_calendars_of_weeks(emulator: Emulator, client: AsyncClient, calendar_type: str) -> None:
    model_of(emulator).calendar = Calendar(calendar_type, start_date="2026-01-05")
    found = await client.transactional.get_calendar()
    assert found.calendar_type == calendar_type
    if calendar_type == WEEKS_GENERAL:
        assert (found.start_date, found.weeks_count) == (date(2026, 1, 5), 52)
    else:
        assert (found.week_format, found.extra_week_month) == ("Numbered", 12)
        assert found.week_grouping == ("4-4-5" if calendar_type == WEEKS_445 else None)
        assert found.fiscal_year is not None
        assert found.fiscal_year.year == "FY26"


async def test_the_fiscal_year(client: AsyncClient) -> None:
    changed = await client.transactional.set_fiscal_year("FY27")
    assert (changed.year, changed.start_date, changed.end_date) == ("FY27", date(2027, 1, 1), date(2027, 12, 31))
    calendar = await client.transactional.get_calendar()
    assert calendar.fiscal_year == changed


async def test_a_fiscal_year_out_of_range(emulator: Emulator, client: AsyncClient) -> None:
    error = await refused(client.transactional.set_fiscal_year, "2940")
    assert (error.status, error.message) == (400, "Specified year is out of range: 2940")
    with pytest.raises(ConfigurationError, match="FY26"):
        await client.transactional.set_fiscal_year(" ")


# --- versions ---------------------------------------------------------------------------------------------------------


async def test_versions(client: AsyncClient) -> None:
    versions = {version.id: version for version in await client.transactional.list_versions()}
    assert set(versions) == {ACTUAL_ID, FORECAST_ID, BUDGET_ID}
    actual = versions[ACTUAL_ID]
    assert (actual.name, actual.is_actual, actual.switchover) == ("Actual", True, None)
    assert actual.edit_from is not None
    assert actual.edit_to is not None
    assert [version.id for version in versions.values() if version.is_actual] == [ACTUAL_ID]


async def test_a_switchover_is_set_moved_and_removed(client: AsyncClient) -> None:
    model = client.transactional
    for day, period in (("2026-04-01", "Apr 26"), (date(2026, 6, 1), "Jun 26")):
        changed = await model.set_version_switchover(int(BUDGET_ID), day)
        assert (changed.period_text, str(changed.date), changed.calendar_type) == (period, str(day), MONTHS)
        budget = next(version for version in await model.list_versions() if version.id == BUDGET_ID)
        assert budget.switchover is not None
        assert budget.switchover.period_text == period
    removed = await model.set_version_switchover(BUDGET_ID, None)
    assert (removed.period_text, removed.date) == ("", None)
    budget = next(version for version in await model.list_versions() if version.id == BUDGET_ID)
    assert budget.switchover is None


async def test_a_switchover_that_is_refused(client: AsyncClient) -> None:
    model = client.transactional
    await model.set_version_switchover(BUDGET_ID, "2026-06-01")
    for day in ("2026-04-01", "2031-04-01"):  # not later, and outside of the fiscal range
        assert (await refused(model.set_version_switchover, BUDGET_ID, day)).status == 400


async def test_the_actual_version_has_no_switchover(emulator: Emulator, client: AsyncClient) -> None:
    model = client.transactional
    with pytest.raises(ConfigurationError, match="is the actual version"):
        await model.set_version_switchover(ACTUAL_ID, "2026-04-01")
    with pytest.raises(ConfigurationError, match="no version 107999999999"):
        await model.set_version_switchover(107999999999, "2026-04-01")
    with pytest.raises(ConfigurationError, match="day"):
        await model.set_version_switchover(BUDGET_ID, "April")
    assert calls(emulator, "PUT") == 0


@pytest.mark.parametrize("executed", [True, False], ids=["made", "not made"])
async def test_a_switchover_whose_answer_is_lost(emulator: Emulator, client: AsyncClient, executed: bool) -> None:
    emulator.inject(Fault("PUT", "/switchover$", status=504, handle=executed))
    if executed:
        changed = await client.transactional.set_version_switchover(BUDGET_ID, "2026-04-01")
        assert (changed.period_text, changed.date) == ("Apr 26", date(2026, 4, 1))
    else:
        assert (await refused(client.transactional.set_version_switchover, BUDGET_ID, "2026-04-01")).status == 504
    assert calls(emulator, "PUT", "/switchover$") == 1


# --- who may do it ----------------------------------------------------------------------------------------------------


async def test_all_of_it_needs_an_administrator_of_the_workspace(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as client:
        model = client.transactional
        for call, arguments in (
            (model.get_current_period, ()),
            (model.set_current_period, ("2026-05-20",)),
            (model.get_calendar, ()),
            (model.set_fiscal_year, ("FY27",)),
            (model.list_versions, ()),
            (model.set_version_switchover, (BUDGET_ID, "2026-04-01")),
        ):
            error = await refused(call, *arguments)
            assert type(error) is NotFoundError
            assert "role of Workspace Administrator" in str(error)
        versions = await model.look_up_items(VERSIONS, names=["Budget"])
        assert [item.id for item in versions.items] == [BUDGET_ID]


async def test_models_in_a_state_that_allows_nothing(emulator: Emulator, client: AsyncClient) -> None:
    model = client.transactional
    for state, kind, status in (
        ("ARCHIVED", ModelArchivedError, 422),
        ("LOCKED", ModelBusyError, 423),
        ("MAINTENANCE", PermissionDeniedError, 424),
    ):
        model_of(emulator).active_state = state
        error = await refused(model.set_current_period, "2026-05-20")
        assert (type(error), error.status) == (kind, status)
    model_of(emulator).active_state = "UNLOCKED"
    assert (await model.get_current_period()).period_text == "May 26"
