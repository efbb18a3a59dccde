"""Time, versions and people in every shape that Anaplan is known to answer with."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

import pytest

from anaplan_sdk._core.json.convert import structure
from anaplan_sdk.models import (
    CurrentPeriod,
    FiscalYear,
    ModelCalendar,
    TotalsSelection,
    Version,
    VersionPeriod,
    WorkspaceUser,
)

T = TypeVar("T")


def read(kind: type[T], payload: object) -> T:
    return structure(payload, kind, path="/2/0/any")


def test_current_period_that_is_not_set() -> None:
    payload = {"periodText": "", "lastDay": "", "calendarType": "Calendar Months/Quarters/Years"}
    assert read(CurrentPeriod, payload) == CurrentPeriod("", None, "Calendar Months/Quarters/Years")
    assert read(CurrentPeriod, {"periodText": "May 26", "lastDay": "2026-05-31"}) == CurrentPeriod(
        "May 26", date(2026, 5, 31)
    )


@pytest.mark.parametrize("odd", ["31.05.2026", 7, ["2026-05-31"], {}, True])
def test_a_date_that_cannot_be_read_is_no_reason_to_fail(odd: object) -> None:
    assert read(CurrentPeriod, {"lastDay": odd}).last_day is None


@pytest.mark.parametrize("prefix", ["", "is"])
def test_totals_in_both_spellings(prefix: str) -> None:
    names = ("quarterTotals", "halfYearTotals", "yearToDateSummary", "yearToGoSummary", "totalOfAllPeriods")
    keys = [prefix + name[:1].upper() + name[1:] if prefix else name for name in names]
    given = dict(zip(keys, (True, False, True, False, True), strict=True))
    assert read(TotalsSelection, {**given, "extraMonthQuarter": 4}) == TotalsSelection(
        True, False, True, False, True, 4
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {
                "calendarType": "Calendar Months/Quarters/Years",
                "currentPeriod": {"periodText": "", "lastDay": ""},
                "pastYearsCount": 1,
                "fiscalYear": {"year": "FY26", "startDate": "2026-01-01", "endDate": "2026-12-31"},
            },
            ModelCalendar(
                "Calendar Months/Quarters/Years",
                CurrentPeriod(),
                FiscalYear("FY26", date(2026, 1, 1), date(2026, 12, 31)),
                1,
            ),
        ),
        (
            {
                "calendarType": "Weeks: 4-4-5, 4-5-4 or 5-4-4",
                "futureYearsCount": 2,
                "extraWeekMonth": 12,
                "weekFormat": "Numbered",
                "weekGrouping": "4-4-5",
            },
            ModelCalendar(
                "Weeks: 4-4-5, 4-5-4 or 5-4-4",
                future_years_count=2,
                extra_week_month=12,
                week_format="Numbered",
                week_grouping="4-4-5",
            ),
        ),
        (
            {"calendarType": "Weeks: General", "startDate": "2026-01-05", "weeksCount": 52, "fiscalYear": {}},
            ModelCalendar("Weeks: General", fiscal_year=FiscalYear(), start_date=date(2026, 1, 5), weeks_count=52),
        ),
        (
            {"calendarType": "Moons", "tides": 2, "fiscalYear": {"year": "FY26"}},
            ModelCalendar("Moons", fiscal_year=FiscalYear("FY26")),
        ),
    ],
)
def test_calendars_of_every_type(given: dict[str, Any], expected: ModelCalendar) -> None:
    assert read(ModelCalendar, given) == expected


def test_versions() -> None:
    version = {
        "id": 107000000001,
        "name": "Actual",
        "isCurrent": False,
        "isActual": True,
        "editFrom": {"periodText": "Start of Timescale", "date": "1900-01-01"},
        "editTo": {"periodText": "End of Timescale", "date": "2399-12-31"},
        "notes": "closed monthly",
    }
    assert read(Version, version) == Version(
        "107000000001",
        "Actual",
        is_current=False,
        is_actual=True,
        edit_from=VersionPeriod("Start of Timescale", date(1900, 1, 1)),
        edit_to=VersionPeriod("End of Timescale", date(2399, 12, 31)),
        notes="closed monthly",
    )
    assert read(Version, {"id": "1", "switchover": {"periodText": "", "date": ""}}).switchover == VersionPeriod()


def test_users_of_a_workspace() -> None:
    payload = {"firstName": "Ada", "lastName": "Li", "email": "a@b.c", "active": True, "otherWorkspaces": ["Plan"]}
    assert read(WorkspaceUser, payload) == WorkspaceUser("a@b.c", "Ada", "Li", True, ("Plan",))
    assert read(WorkspaceUser, {"firstName": "Ada"}) == WorkspaceUser(first_name="Ada")
