"""The periods of a model's calendar: days in months or weeks, quarters, halves, years and all of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["WEEK", "MONTH", "QUARTER", "HALF_YEAR", "YEAR", "ALL"]

LEVELS: dict[Level, int] = {"WEEK": 545, "MONTH": 544, "QUARTER": 543, "HALF_YEAR": 542, "YEAR": 541, "ALL": 540}
"""From the shortest to the longest, with the beginning of the ids."""
IDS_OF_A_LEVEL = 10_000_000
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Period:
    """One period; ``end`` is its last day, ``parent_id`` the next longer period around it."""

    id: str
    label: str
    level: Level
    start: date
    end: date
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Which periods there are above the shortest and below the year, and whether there is one for all."""

    quarters: bool
    halves: bool
    all_periods: bool


def period(level: Level, ordinal: int, label: str, start: date, end: date) -> Period:
    return Period(str(LEVELS[level] * IDS_OF_A_LEVEL + ordinal), label, level, start, end)


def arranged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """In order of time, totals after their parts, each with its parent."""
    ranks = list(LEVELS)
    ordered = sorted(periods, key=lambda each: (each.end, ranks.index(each.level)))
    by_level = {level: [each for each in ordered if each.level == level] for level in LEVELS}
    levels = [each for each in by_level.values() if each]
    return tuple(replace(each, parent_id=_parent_id(each, levels)) for each in ordered)


def _parent_id(child: Period, levels: Sequence[list[Period]]) -> str | None:
    above = next((index + 1 for index, level in enumerate(levels) if level[0].level == child.level), 0)
    if above >= len(levels):
        return None
    starts = [each.start for each in levels[above]]
    return levels[above][bisect_right(starts, child.start) - 1].id


def above_quarters(year: int, quarters: Sequence[Period], totals: Totals) -> list[Period]:
    """The quarters, halves and the year that four quarters make, as far as they are wanted."""
    label = f"FY{year % 100:02}"
    found = list(quarters) if totals.quarters else []
    if totals.halves:
        for half in range(2):
            first, last = quarters[2 * half], quarters[2 * half + 1]
            found.append(period("HALF_YEAR", year * 2 + half, f"H{half + 1} {label}", first.start, last.end))
    return [*found, period("YEAR", year, label, quarters[0].start, quarters[-1].end)]


def quarters_of(year: int, parts: Sequence[Period], sizes: Sequence[int]) -> list[Period]:
    """Four quarters of so many parts each."""
    quarters: list[Period] = []
    first = 0
    for index, size in enumerate(sizes):
        start, end = parts[first].start, parts[first + size - 1].end
        label = f"Q{index + 1} FY{year % 100:02}"
        quarters.append(period("QUARTER", year * 4 + index, label, start, end))
        first += size
    return quarters


def all_of(periods: Sequence[Period], totals: Totals) -> list[Period]:
    if not totals.all_periods or not periods:
        return []
    start, end = min(each.start for each in periods), max(each.end for each in periods)
    return [period("ALL", 0, "All Periods", start, end)]


# --- months ---


def month_start(year: int, first_month: int, index: int) -> date:
    """The first day of a month of the fiscal year, which is named after the calendar year in which it ends."""
    months = (year if first_month == 1 else year - 1) * 12 + first_month - 1 + index
    return date(months // 12, months % 12 + 1, 1)


def calendar_months(year: int, first_month: int, totals: Totals) -> list[Period]:
    """The months of a fiscal year with their totals."""
    starts = [month_start(year, first_month, index) for index in range(13)]
    months = [
        period("MONTH", start.year * 12 + start.month, _month_label(start), start, after - DAY)
        for start, after in pairwise(starts)
    ]
    return [*months, *above_quarters(year, quarters_of(year, months, [3, 3, 3, 3]), totals)]


def _month_label(start: date) -> str:
    return f"{MONTH_NAMES[start.month - 1]} {start.year % 100:02}"


# --- weeks ---


def week_year_start(year: int, first_month: int) -> date:
    """The Monday that is nearest to the first day of the fiscal year."""
    first = month_start(year, first_month, 0)
    return first - timedelta(days=first.weekday()) if first.weekday() <= 3 else first + timedelta(7 - first.weekday())


def weeks_of(first: date, count: int, week_format: str, year: int | None) -> list[Period]:
    weeks: list[Period] = []
    for index in range(count):
        start = first + index * WEEK
        label = _week_label(index + 1, start, week_format, year)
        weeks.append(period("WEEK", start.toordinal() // 7, label, start, start + WEEK - DAY))
    return weeks


def _week_label(number: int, start: date, week_format: str, year: int | None) -> str:
    match week_format:
        case "Numbered" if year is not None:
            return f"Week {number} FY{year % 100:02}"
        case "Numbered":
            return f"Week {number}"
        case "Week Ending":
            start += WEEK - DAY
        case _:
            pass
    return f"{start.day} {MONTH_NAMES[start.month - 1]} {start.year % 100:02}"


def weeks_in_months(
    year: int, first_month: int, week_format: str, sizes: Sequence[int], quarters: Sequence[int], totals: Totals
) -> list[Period]:
    """The weeks of a fiscal year, in months of so many weeks and quarters of so many months.

    ``sizes`` are those of a year of 53 weeks; where it has 52, the month that has the extra week is shorter by one:
    the longest one is given as a negative number.
    """
    start, after = week_year_start(year, first_month), week_year_start(year + 1, first_month)
    count = (after - start).days // 7
    weeks = weeks_of(start, count, week_format, year)
    months: list[Period] = []
    first = 0
    for index, size in enumerate(sizes):
        number = size if size > 0 else -size - (53 - count)
        label = _month_label(month_start(year, first_month, index)) if len(sizes) == 12 else f"P{index + 1}"
        label = label if len(sizes) == 12 else f"{label} FY{year % 100:02}"
        ordinal = year * 13 + index
        months.append(period("MONTH", ordinal, label, weeks[first].start, weeks[first + number - 1].end))
        first += number
    return [*weeks, *months, *above_quarters(year, quarters_of(year, months, quarters), totals)]
