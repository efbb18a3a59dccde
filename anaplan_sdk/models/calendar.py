"""Time and versions of a model: its calendar, its current period, and what its versions cover."""

from __future__ import annotations

import datetime

import attrs


@attrs.frozen
class CurrentPeriod:
    """The current period of a model; ``period_text`` is empty and ``last_day`` None if there is none."""

    period_text: str = ""
    last_day: datetime.date | None = None
    calendar_type: str | None = None


@attrs.frozen
class FiscalYear:
    """A fiscal year, labelled as the model does, such as ``FY26``."""

    year: str | None = None
    start_date: datetime.date | None = None
    end_date: datetime.date | None = None


@attrs.frozen
class TotalsSelection:
    """Which totals a calendar has."""

    quarter_totals: bool | None = attrs.field(default=None, metadata={"or": "isQuarterTotals"})
    half_year_totals: bool | None = attrs.field(default=None, metadata={"or": "isHalfYearTotals"})
    year_to_date_summary: bool | None = attrs.field(default=None, metadata={"or": "isYearToDateSummary"})
    year_to_go_summary: bool | None = attrs.field(default=None, metadata={"or": "isYearToGoSummary"})
    total_of_all_periods: bool | None = attrs.field(default=None, metadata={"or": "isTotalOfAllPeriods"})
    extra_month_quarter: int | None = None


@attrs.frozen
class ModelCalendar:
    """The calendar of a model. Which fields there are depends on ``calendar_type``.

    ``calendar_type`` is ``Calendar Months/Quarters/Years``, ``Weeks: 4-4-5, 4-5-4 or 5-4-4``, ``Weeks: 13 4-week
    Periods``, ``Weeks: General`` (which alone has ``start_date`` and ``weeks_count``) or another text.
    """

    calendar_type: str | None = None
    current_period: CurrentPeriod | None = None
    fiscal_year: FiscalYear | None = None
    past_years_count: int | None = None
    future_years_count: int | None = None
    totals_selection: TotalsSelection | None = None
    extra_week_month: int | None = None
    week_format: str | None = None
    week_grouping: str | None = None
    start_date: datetime.date | None = None
    weeks_count: int | None = None


@attrs.frozen
class VersionPeriod:
    """A period of a version. 1900-01-01 and 2399-12-31 stand for the start and the end of the time scale."""

    period_text: str = ""
    date: datetime.date | None = None


@attrs.frozen
class Version:
    """A version. ``switchover`` is None if it has none, ``formula`` if it has none."""

    id: str
    name: str = ""
    is_current: bool | None = None
    is_actual: bool | None = None
    switchover: VersionPeriod | None = None
    edit_from: VersionPeriod | None = None
    edit_to: VersionPeriod | None = None
    formula: str | None = None
    code: str | None = None
    notes: str | None = None


@attrs.frozen
class VersionSwitchover:
    """Where a version switches from actual data to its own; ``period_text`` is empty if it does not."""

    period_text: str = ""
    date: datetime.date | None = None
    calendar_type: str | None = None
