"""From when until when to read, whatever a caller says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._core.audit.windows import Window, at, milliseconds, window
from anaplan_sdk.errors import ConfigurationError

NOW = datetime(2026, 7, 31, 12, tzinfo=UTC)
# Anaplan tells its time in whole seconds.
AFTER_NOW = NOW + timedelta(seconds=1)
DAY_MS = 86_400_000


def of(since: Any = None, until: Any = None) -> tuple[datetime, datetime]:
    found = window(since, until, NOW.timestamp())
    return at(found.first_ms), at(found.last_ms)


def test_without_a_wish_it_is_the_last_30_days() -> None:
    assert of() == (AFTER_NOW - timedelta(days=30), AFTER_NOW)
    assert of(until=date(2026, 7, 31)) == (datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 31, tzinfo=UTC))


def test_times_dates_and_durations_are_taken() -> None:
    elsewhere = timezone(timedelta(hours=2))
    assert of(datetime(2026, 7, 30, 2, tzinfo=elsewhere))[0] == datetime(2026, 7, 30, tzinfo=UTC)
    assert of(date(2026, 7, 30))[0] == datetime(2026, 7, 30, tzinfo=UTC)
    assert of(timedelta(hours=3), timedelta(hours=1)) == (NOW - timedelta(hours=3), NOW - timedelta(hours=1))


@pytest.mark.parametrize("what", ["since", "until"])
def test_a_time_without_a_zone_is_refused(what: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^{what}: datetime.datetime\(2026, 7, 30, 0, 0\) has no time zone"):
        of(**{what: datetime(2026, 7, 30)})


@pytest.mark.parametrize("value", ["2026-07-30", 1_785_000_000, True])
@pytest.mark.parametrize("what", ["since", "until"])
def test_what_is_no_moment_is_refused(what: str, value: object) -> None:
    with pytest.raises(
        ConfigurationError, match=rf"^{what} must be a datetime with a time zone, .*not {type(value).__name__}"
    ):
        of(**{what: value})


def test_a_wrong_order_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"since \(2026-07-31T13:00:00\+00:00\) must not be after until"):
        of(timedelta(hours=-1))


def test_more_than_30_days_are_refused_with_the_pieces_to_ask_for() -> None:
    with pytest.raises(
        ConfigurationError,
        match=r"60.5 days apart.* at most 30 days.* 2026-06-01T00:00:00\+00:00 until 2026-07-01T00:00",
    ):
        of(date(2026, 6, 1))


def test_a_duration_out_of_range_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="days apart"):
        of(timedelta.max)


def test_30_days_before_a_moment_ago_are_30_days() -> None:
    assert of(NOW - timedelta(days=30, seconds=5)) == of(timedelta(days=30)) == of()
    with pytest.raises(ConfigurationError):  # until when was said, and it is longer
        of(NOW - timedelta(days=30, seconds=5), NOW)
    with pytest.raises(ConfigurationError):
        of(NOW - timedelta(days=30, minutes=2))


@given(first=st.integers(0, 4 * 10**12), length=st.integers(0, 400 * DAY_MS), days=st.integers(1, 30))
def test_pieces_cover_a_window_without_gaps(first: int, length: int, days: int) -> None:
    pieces = Window(first, first + length).pieces(days)
    assert (pieces[0].first_ms, pieces[-1].last_ms) == (first, first + length)
    assert [piece.last_ms for piece in pieces[:-1]] == [piece.first_ms for piece in pieces[1:]]
    assert all(piece.last_ms - piece.first_ms <= days * DAY_MS for piece in pieces)
    assert len(pieces) == max(1, -(-length // (days * DAY_MS)))


@given(st.integers(0, 4 * 10**12))
def test_milliseconds_stay_what_they_are(epoch_ms: int) -> None:
    assert milliseconds(at(epoch_ms)) == epoch_ms
