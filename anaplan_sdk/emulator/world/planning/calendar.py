"""The calendar of a model, of four types, and its versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..definitions import DATA, DETAIL
from . import periods as making
from .periods import LEVELS, Level, Period, Totals

MONTHS = "Calendar Months/Quarters/Years"
WEEKS_445 = "Weeks: 4-4-5, 4-5-4 or 5-4-4"
WEEKS_13 = "Weeks: 13 4-week Periods"
WEEKS_GENERAL = "Weeks: General"

TIME_SCALES: Mapping[str, Level] = {
    "Week": "WEEK",
    "Month": "MONTH",
    "Quarter": "QUARTER",
    "Half-Year": "HALF_YEAR",
    "Year": "YEAR",
}
_RANKS = {level: rank for rank, level in enumerate(LEVELS)}
_EARLIEST, _LATEST = ("Start of Timescale", date(1900, 1, 1)), ("End of Timescale", date(2399, 12, 31))


# Which years a calendar can have is not known; Anaplan refuses this one after the last.
LAST_FISCAL_YEAR = 2039


class OutOfTimescaleError(ValueError):
    """A date that no period of the calendar has."""

    def __init__(self, start: date, end: date) -> None:
        super().__init__(f"out of timescale range {start} - {end}")
        self.start, self.end = start, end


class YearOutOfRangeError(ValueError):
    """Not a fiscal year that a calendar can have."""

    def __init__(self, year: str) -> None:
        super().__init__(f"Specified year is out of range: {year}")
        self.year = year


class SwitchoverRefusedError(ValueError):
    """A switchover that the version cannot have."""


@dataclass(slots=True)
class Calendar:
    """A calendar; which of its attributes count depends on its type.

    ``first_month`` is that in which fiscal years begin, 1 to 12; the year is named after the calendar year in which it
    ends. ``current`` is a day of the current period.
    """

    calendar_type: str = field(default=MONTHS, metadata=DETAIL)
    fiscal_year: str = field(default="FY26", metadata=DATA)
    first_month: int = field(default=1, metadata=DETAIL)
    past_years: int = field(default=0, metadata=DETAIL)
    future_years: int = field(default=0, metadata=DETAIL)
    quarter_totals: bool = field(default=True, metadata=DETAIL)
    half_year_totals: bool = field(default=False, metadata=DETAIL)
    year_to_date: bool = field(default=False, metadata=DETAIL)
    year_to_go: bool = field(default=False, metadata=DETAIL)
    all_periods: bool = field(default=False, metadata=DETAIL)
    extra_week_month: int = field(default=12, metadata=DETAIL)
    week_format: str = field(default="Numbered", metadata=DETAIL)
    week_grouping: str = field(default="4-4-5", metadata=DETAIL)
    extra_month_quarter: int = field(default=4, metadata=DETAIL)
    start_date: str = field(default="2026-01-05", metadata=DETAIL)
    """Of weeks without months only."""
    weeks_count: int = field(default=52, metadata=DETAIL)
    current: date | None = field(default=None, metadata=DATA)
    _made: tuple[tuple[Any, ...], tuple[Period, ...], dict[str, Period]] | None = field(
        default=None, init=False, repr=False, compare=False, metadata=DATA
    )

    @property
    def periods(self) -> tuple[Period, ...]:
        """All periods in order of time, totals after their parts."""
        return self._all()[0]

    def _all(self) -> tuple[tuple[Period, ...], dict[str, Period]]:
        settings = self.settings
        if self._made is None or self._made[0] != settings:
            made = making.arranged(self._periods())
            self._made = (settings, made, {each.id: each for each in made})
        return self._made[1:]

    @property
    def settings(self) -> tuple[Any, ...]:
        """What the periods follow from."""
        return (
            *(self.calendar_type, self.fiscal_year, self.first_month, self.past_years, self.future_years),
            *(self.quarter_totals, self.half_year_totals, self.all_periods, self.extra_week_month, self.week_format),
            *(self.week_grouping, self.extra_month_quarter, self.start_date, self.weeks_count),
        )

    def _periods(self) -> list[Period]:
        totals = Totals(self.quarter_totals, self.half_year_totals, self.all_periods)
        if self.calendar_type == WEEKS_GENERAL:
            weeks = making.weeks_of(date.fromisoformat(self.start_date), self.weeks_count, self.week_format, None)
            return [*weeks, *making.all_of(weeks, totals)]
        current = _year(self.fiscal_year)
        years = range(current - self.past_years, current + self.future_years + 1)
        found = [each for year in years for each in self._periods_of(year, totals)]
        return [*found, *making.all_of(found, totals)]

    def _periods_of(self, year: int, totals: Totals) -> list[Period]:
        if self.calendar_type == WEEKS_445:
            sizes = [int(size) for size in self.week_grouping.split("-")] * 4
            extra, quarters = self.extra_week_month - 1, [3, 3, 3, 3]
        elif self.calendar_type == WEEKS_13:
            sizes, extra = [4] * 13, 12
            quarters = [4 if quarter == self.extra_month_quarter else 3 for quarter in range(1, 5)]
        else:
            return making.calendar_months(year, self.first_month, totals)
        sizes[extra] = -(sizes[extra] + 1)
        return making.weeks_in_months(year, self.first_month, self.week_format, sizes, quarters, totals)

    @property
    def base(self) -> Level:
        """The level of the shortest periods."""
        return "MONTH" if self.calendar_type == MONTHS else "WEEK"

    @property
    def start(self) -> date:
        return min(each.start for each in self.periods)

    @property
    def end(self) -> date:
        return max(each.end for each in self.periods)

    def at(self, time_scale: str) -> list[Period]:
        """The periods of a time scale and of the totals above it; none for an unknown one."""
        if time_scale not in TIME_SCALES:
            return []
        lowest = _RANKS[TIME_SCALES[time_scale]]
        return [each for each in self.periods if _RANKS[each.level] >= lowest]

    def period(self, period_id: str) -> Period | None:
        return self._all()[1].get(period_id)

    def labelled(self, label: str) -> Period | None:
        """The period of this label, in any case."""
        wanted = label.casefold()
        return next((each for each in self.periods if each.label.casefold() == wanted), None)

    def period_of(self, day: date, level: Level | None = None) -> Period | None:
        """The period of a level that a day is in; of the shortest level where none is named."""
        wanted = level or self.base
        return next((each for each in self.periods if each.level == wanted and each.start <= day <= each.end), None)

    @property
    def current_period(self) -> Period | None:
        return None if self.current is None else self.period_of(self.current)

    def set_current(self, day: date | None) -> None:
        """Make the period of a day the current one; None: there is none."""
        if day is not None and self.period_of(day) is None:
            raise OutOfTimescaleError(self.start, self.end)
        self.current = day

    def fiscal(self, label: str | None = None) -> tuple[str, date, date]:
        """Label, first and last day of a fiscal year; of the current one where none is named."""
        year = _year(self.fiscal_year if label is None else label)
        if self.calendar_type in (WEEKS_445, WEEKS_13):
            start, after = (making.week_year_start(each, self.first_month) for each in (year, year + 1))
        else:
            start, after = (making.month_start(each, self.first_month, 0) for each in (year, year + 1))
        return f"FY{year % 100:02}", start, after - making.DAY

    def current_row(self) -> dict[str, str]:
        """The body of the current period."""
        return self._current() | {"calendarType": self.calendar_type}

    def _current(self) -> dict[str, str]:
        current = self.current_period
        if current is None:
            return {"periodText": "", "lastDay": ""}
        return {"periodText": current.label, "lastDay": str(current.end)}

    def fiscal_row(self, label: str | None = None) -> dict[str, str]:
        year, start, end = self.fiscal(label)
        return {"year": year, "startDate": str(start), "endDate": str(end)}

    def row(self) -> dict[str, Any]:
        """The body of the model calendar."""
        row: dict[str, Any] = {"calendarType": self.calendar_type, "currentPeriod": self._current()}
        totals: dict[str, Any] = {
            "quarterTotals": self.quarter_totals,
            "halfYearTotals": self.half_year_totals,
            "yearToDateSummary": self.year_to_date,
            "yearToGoSummary": self.year_to_go,
            "totalOfAllPeriods": self.all_periods,
        }
        if self.calendar_type == WEEKS_GENERAL:
            return row | {"startDate": self.start_date, "weeksCount": self.weeks_count}
        row |= {"pastYearsCount": self.past_years, "fiscalYear": self.fiscal_row()}
        if self.calendar_type != MONTHS:
            row |= {"futureYearsCount": self.future_years, "extraWeekMonth": self.extra_week_month}
            row["weekFormat"] = self.week_format
        if self.calendar_type == WEEKS_445:
            row["weekGrouping"] = self.week_grouping
        if self.calendar_type == WEEKS_13:
            totals["extraMonthQuarter"] = self.extra_month_quarter
        return row | {"totalsSelection": totals}


def _year(label: str) -> int:
    digits = label.removeprefix("FY")
    if digits == label or len(digits) != 2 or not digits.isdecimal():
        raise YearOutOfRangeError(label)
    year = 2000 + int(digits)
    if year > LAST_FISCAL_YEAR:
        raise YearOutOfRangeError(str(year))
    return year


@dataclass(slots=True)
class Version:
    """A version of the numbers; ``edit_from`` and ``edit_to`` are days, None where nothing bounds it."""

    id: str
    name: str
    is_actual: bool = field(default=False, metadata=DETAIL)
    is_current: bool = field(default=False, metadata=DATA)
    switchover: date | None = field(default=None, metadata=DATA)
    """The first day of the version's own numbers; those of line items that use it are actual ones before."""
    formula: str | None = field(default=None, metadata=DETAIL)
    edit_from: date | None = field(default=None, metadata=DATA)
    edit_to: date | None = field(default=None, metadata=DATA)
    notes: str = field(default="", metadata=DETAIL)
    code: str | None = field(default=None, metadata=DETAIL)

    def edits(self, period: Period) -> bool:
        """Whether cells of the period may be written in this version."""
        return (self.edit_from is None or period.start >= self.edit_from) and (
            self.edit_to is None or period.end <= self.edit_to
        )

    def switched(self, period: Period) -> bool:
        """Whether the numbers of the period are actual ones."""
        return not self.is_actual and self.switchover is not None and period.end < self.switchover

    def row(self, calendar: Calendar) -> dict[str, Any]:
        """The version as the API lists it; what is unset is left out."""
        row: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "isCurrent": self.is_current,
            "isActual": self.is_actual,
            "editFrom": _bound(calendar, self.edit_from, _EARLIEST),
            "editTo": _bound(calendar, self.edit_to, _LATEST),
        }
        if self.switchover is not None:
            row["switchover"] = _point(calendar, self.switchover)
        optional = {"formula": self.formula, "notes": self.notes or None, "code": self.code}
        return row | {key: value for key, value in optional.items() if value is not None}


def _bound(calendar: Calendar, day: date | None, without: tuple[str, date]) -> dict[str, str]:
    return _point(calendar, day) if day is not None else {"periodText": without[0], "date": str(without[1])}


def _point(calendar: Calendar, day: date) -> dict[str, str]:
    period = calendar.period_of(day)
    return {"periodText": period.label if period else "", "date": str(day)}


def switch_over(version: Version, calendar: Calendar, day: date | None) -> dict[str, str]:
    """Give a version another switchover, None for none; the body that tells it.

    Raises:
        SwitchoverRefusedError: The actual version has none; a day not after the present one, or outside the calendar.
    """
    if version.is_actual:
        raise SwitchoverRefusedError("The switchover of the actual version cannot be set")
    if day is not None:
        if calendar.period_of(day) is None:
            raise SwitchoverRefusedError(f"Date {day} is out of timescale range {calendar.start} - {calendar.end}")
        if version.switchover is not None and day <= version.switchover:
            raise SwitchoverRefusedError(f"Date {day} is not after the present switchover {version.switchover}")
    version.switchover = day
    point = {"periodText": "", "date": ""} if day is None else _point(calendar, day)
    return point | {"calendarType": calendar.calendar_type}
