"""Calendars of all types, versions and their switchover."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from anaplan_sdk.emulator import Calendar, LineItem, Model, Module, Version
from anaplan_sdk.emulator.world.planning.calendar import (
    MONTHS,
    WEEKS_13,
    WEEKS_445,
    WEEKS_GENERAL,
    OutOfTimescaleError,
    SwitchoverRefusedError,
    YearOutOfRangeError,
)

TYPES = [MONTHS, WEEKS_445, WEEKS_13, WEEKS_GENERAL]


def labels(calendar: Calendar, level: str) -> list[str]:
    return [each.label for each in calendar.periods if each.level == level]


def test_months_stand_before_their_totals() -> None:
    calendar = Calendar(half_year_totals=True, all_periods=True)
    first = [each.label for each in calendar.periods[:4]]
    assert first == ["Jan 26", "Feb 26", "Mar 26", "Q1 FY26"]
    assert [each.label for each in calendar.periods[-4:]] == ["Q4 FY26", "H2 FY26", "FY26", "All Periods"]
    january, half = calendar.labelled("jan 26"), calendar.labelled("H1 FY26")
    assert january is not None
    assert half is not None
    assert (january.start, january.end) == (date(2026, 1, 1), date(2026, 1, 31))
    quarter = calendar.period(january.parent_id or "")
    assert quarter is not None
    assert (quarter.label, quarter.parent_id) == ("Q1 FY26", half.id)


def test_a_fiscal_year_may_begin_in_any_month() -> None:
    calendar = Calendar(first_month=4, past_years=1)
    assert calendar.fiscal_row() == {"year": "FY26", "startDate": "2025-04-01", "endDate": "2026-03-31"}
    assert labels(calendar, "YEAR") == ["FY25", "FY26"]
    assert (labels(calendar, "MONTH")[0], labels(calendar, "MONTH")[-1]) == ("Apr 24", "Mar 26")


@pytest.mark.parametrize("calendar_type", TYPES)
def test_the_shortest_periods_have_every_day_once(calendar_type: str) -> None:
    calendar = Calendar(calendar_type, past_years=6, future_years=3, all_periods=True)
    shortest = [each for each in calendar.periods if each.level == calendar.base]
    assert shortest[0].start == calendar.start
    assert shortest[-1].end == calendar.end
    assert all(after.start == before.end + timedelta(1) for before, after in pairwise(shortest))


@pytest.mark.parametrize("calendar_type", TYPES)
def test_every_period_is_in_its_parent(calendar_type: str) -> None:
    calendar = Calendar(calendar_type, past_years=6, half_year_totals=True, all_periods=True)
    assert len({each.id for each in calendar.periods}) == len({each.label for each in calendar.periods})
    for each in calendar.periods:
        parent = calendar.period(each.parent_id or "")
        assert (parent is None) == (each.level == "ALL")
        assert parent is None or (parent.start <= each.start and each.end <= parent.end)


@pytest.mark.parametrize(
    ("grouping", "days"), [("4-4-5", [28, 28, 35]), ("4-5-4", [28, 35, 28]), ("5-4-4", [35, 28, 28])]
)
def test_months_of_weeks(grouping: str, days: list[int]) -> None:
    calendar = Calendar(WEEKS_445, week_grouping=grouping, fiscal_year="FY25")
    months = [each for each in calendar.periods if each.level == "MONTH"]
    assert [(each.end - each.start).days + 1 for each in months] == days * 4
    assert labels(calendar, "WEEK")[:2] == ["Week 1 FY25", "Week 2 FY25"]


def test_a_year_of_53_weeks_has_the_extra_week_where_it_is_wanted() -> None:
    calendar = Calendar(WEEKS_445, extra_week_month=3)
    months = [each for each in calendar.periods if each.level == "MONTH"]
    assert (len(labels(calendar, "WEEK")), (months[2].end - months[2].start).days + 1) == (53, 42)


def test_thirteen_periods_have_an_extra_one_in_a_quarter() -> None:
    calendar = Calendar(WEEKS_13, extra_month_quarter=2, fiscal_year="FY25")
    quarters = [(each.end - each.start).days + 1 for each in calendar.periods if each.level == "QUARTER"]
    assert quarters == [84, 112, 84, 84]
    assert labels(calendar, "MONTH")[0] == "P1 FY25"


def test_weeks_are_named_by_their_days() -> None:
    commencing = Calendar(WEEKS_GENERAL, week_format="Week Commencing", weeks_count=2)
    ending = Calendar(WEEKS_GENERAL, week_format="Week Ending", weeks_count=2, start_date="2026-02-02")
    assert labels(commencing, "WEEK") == ["5 Jan 26", "12 Jan 26"]
    assert labels(ending, "WEEK") == ["8 Feb 26", "15 Feb 26"]
    assert labels(Calendar(WEEKS_GENERAL, weeks_count=1), "WEEK") == ["Week 1"]


@pytest.mark.parametrize(
    ("calendar_type", "keys"),
    [
        (MONTHS, {"pastYearsCount", "fiscalYear", "totalsSelection"}),
        (
            WEEKS_445,
            {
                *("pastYearsCount", "fiscalYear", "totalsSelection", "futureYearsCount", "extraWeekMonth"),
                *("weekFormat", "weekGrouping"),
            },
        ),
        (
            WEEKS_13,
            {"pastYearsCount", "fiscalYear", "totalsSelection", "futureYearsCount", "extraWeekMonth", "weekFormat"},
        ),
        (WEEKS_GENERAL, {"startDate", "weeksCount"}),
    ],
)
def test_what_a_calendar_tells_depends_on_its_type(calendar_type: str, keys: set[str]) -> None:
    row = Calendar(calendar_type).row()
    assert row.keys() == {"calendarType", "currentPeriod", *keys}
    assert ("extraMonthQuarter" in row.get("totalsSelection", {})) == (calendar_type == WEEKS_13)


def test_the_current_period_is_set_by_any_of_its_days() -> None:
    calendar = Calendar()
    assert calendar.current_row() == {"periodText": "", "lastDay": "", "calendarType": MONTHS}
    calendar.set_current(date(2026, 5, 20))
    assert calendar.current_row() == {"periodText": "May 26", "lastDay": "2026-05-31", "calendarType": MONTHS}
    with pytest.raises(OutOfTimescaleError) as refusal:
        calendar.set_current(date(2027, 1, 1))
    assert (refusal.value.start, refusal.value.end) == (date(2026, 1, 1), date(2026, 12, 31))
    calendar.set_current(None)
    assert calendar.current_period is None


def test_another_fiscal_year_takes_the_cells_of_periods_that_go() -> None:
    model = Model("3" * 32, "Made", "A" * 32, calendar=Calendar(future_years=1, current=date(2026, 2, 1)))
    model.add(Module("102", "Plan", "", [LineItem("1", "Text")], time_scale="Month"))
    for label in ("Feb 26", "Feb 27"):
        period = model.calendar.labelled(label)
        assert period is not None
        model.writer(model.modules["102"]).write("1", {"20000000003": period.id}, label)
    model.set_fiscal_year("FY27")
    assert list(model.modules["102"].cells.values()) == [["Feb 27"]]
    assert model.calendar.current is None
    for wrong in ("2027", "FY2027", "FYxx", "FY40", ""):
        with pytest.raises(YearOutOfRangeError):
            model.set_fiscal_year(wrong)
    assert model.calendar.fiscal_year == "FY27"


def versions() -> Model:
    model = Model("3" * 32, "Made", "A" * 32)
    model.add(
        Version("107000000001", "Actual", is_actual=True),
        Version("107000000002", "Forecast", switchover=date(2026, 3, 1), formula="Actual * 1.02", notes="rolling"),
    )
    return model


def test_versions_are_told_without_what_is_unset() -> None:
    model = versions()
    actual, forecast = (model.version_row(each) for each in model.versions.values())
    assert actual == {
        "id": "107000000001",
        "name": "Actual",
        "isCurrent": False,
        "isActual": True,
        "editFrom": {"periodText": "Start of Timescale", "date": "1900-01-01"},
        "editTo": {"periodText": "End of Timescale", "date": "2399-12-31"},
    }
    assert forecast["switchover"] == {"periodText": "Mar 26", "date": "2026-03-01"}
    assert (forecast["formula"], forecast["notes"]) == ("Actual * 1.02", "rolling")


def test_a_switchover_goes_forward_or_away() -> None:
    model = versions()
    answer = model.set_switchover("107000000002", date(2026, 4, 1))
    assert answer == {"periodText": "Apr 26", "date": "2026-04-01", "calendarType": MONTHS}
    assert model.set_switchover("107000000002", None) == {"periodText": "", "date": "", "calendarType": MONTHS}
    assert model.versions["107000000002"].switchover is None


@pytest.mark.parametrize(
    ("version_id", "day"),
    [
        ("107000000001", date(2026, 4, 1)),
        ("107000000001", None),
        ("107000000002", date(2026, 3, 1)),
        ("107000000002", date(2026, 2, 1)),
        ("107000000002", date(2027, 1, 1)),
    ],
    ids=["actual", "clearing actual", "the present one", "earlier", "outside"],
)
def test_switchovers_that_cannot_be(version_id: str, day: date | None) -> None:
    model = versions()
    with pytest.raises(SwitchoverRefusedError):
        model.set_switchover(version_id, day)
    assert model.versions["107000000002"].switchover == date(2026, 3, 1)
