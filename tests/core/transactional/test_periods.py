"""What is checked before time and versions are changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from anaplan_sdk._core.transactional.periods import (
    day_or_none,
    fiscal_year,
    is_at,
    switchover_of,
    version_to_switch,
)
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import Version, VersionPeriod, VersionSwitchover

ACTUAL = Version("107000000001", "Actual", is_actual=True)
FORECAST = Version("107000000002", "Forecast", switchover=VersionPeriod("Mar 26", date(2026, 3, 1)))


def test_days() -> None:
    for given in (date(2026, 4, 1), datetime(2026, 4, 1, 9), "2026-04-01"):
        assert day_or_none(given, "day") == "2026-04-01"
    assert day_or_none(None, "day") == ""


@pytest.mark.parametrize("wrong", ["", "01.04.2026", "2026-02-30", 20260401, "April"])
def test_what_is_no_day(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="day: .* is not a date such as"):
        day_or_none(wrong, "day")


@pytest.mark.parametrize("wrong", ["", " ", 2026, None])
def test_what_is_no_fiscal_year(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="such as 'FY26'"):
        fiscal_year(wrong)
    assert fiscal_year(" FY26 ") == "FY26"


def test_the_version_must_be_there_and_not_the_actual_one() -> None:
    assert version_to_switch([ACTUAL, FORECAST], 107000000002) is FORECAST
    with pytest.raises(ConfigurationError, match="Actual is the actual version"):
        version_to_switch([ACTUAL, FORECAST], "107000000001")
    with pytest.raises(ConfigurationError, match=r"no version 7. It has Actual \(107000000001\), Forecast"):
        version_to_switch([ACTUAL, FORECAST], 7)
    with pytest.raises(ConfigurationError, match="It has none"):
        version_to_switch([], 7)


def test_whether_a_switchover_is_where_it_is_wanted() -> None:
    present = switchover_of(FORECAST)
    assert present == VersionSwitchover("Mar 26", date(2026, 3, 1))
    assert is_at(present, "2026-03-01")
    assert not is_at(present, "")
    assert is_at(switchover_of(ACTUAL), "")
    assert not is_at(switchover_of(ACTUAL), "2026-03-01")
