"""Exports that go on: nothing is missed and nothing comes twice, however late it appears within the overlap."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anaplan_sdk._core.audit.news import News, Wish
from anaplan_sdk._core.audit.windows import Window, at, milliseconds
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import AuditCheckpoint

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
BEGIN_MS = 1_785_000_000_000


@attrs.frozen
class Event:
    id: int
    happened_ms: int
    appeared_ms: int


@attrs.frozen
class Log:
    """A log in which events appear late, and of which nobody knows whether a window has its bounds."""

    events: list[Event]
    has_first: bool = True
    has_last: bool = True

    def read(self, window: Window, now_ms: int) -> list[Event]:
        first = window.first_ms + (not self.has_first)
        last = window.last_ms - (not self.has_last)
        return [event for event in self.events if first <= event.happened_ms <= last and event.appeared_ms <= now_ms]


def export(log: Log, wish: Wish, now_ms: int, clock_ms: int = 0) -> tuple[list[int], AuditCheckpoint]:
    """One night at *now_ms*; the client believes that it is *clock_ms* later until the first answer."""
    news = wish.news((now_ms + clock_ms) / 1000)
    ids: list[int] = []
    for window in news.window.pieces():
        assert window.first_ms <= window.last_ms
        found = log.read(window, now_ms)
        news.read_at(now_ms // 1000)
        ids += [event.id for event in found if news.is_new(event.id, event.happened_ms)]
    return ids, AuditCheckpoint.from_dict(json.loads(json.dumps(news.checkpoint().to_dict())))


nights = st.lists(st.integers(0, 50 * DAY_MS) | st.integers(0, 3 * HOUR_MS), min_size=1, max_size=6)


@st.composite
def stories(draw: st.DrawFn) -> tuple[Log, list[int], int]:
    """A log, the times at which it is read, and the overlap, within which events appear."""
    overlap = draw(st.sampled_from([0, 1, 1_000, HOUR_MS, 40 * DAY_MS]))
    reads: list[int] = [BEGIN_MS]
    for pause in draw(nights):
        reads.append(reads[-1] + pause)
    near = st.sampled_from(reads).flatmap(lambda read: st.integers(read - 3_000, read + 3_000))
    happened = st.integers(BEGIN_MS, reads[-1]) | near.map(lambda ms: max(ms, BEGIN_MS))
    found = draw(st.lists(st.tuples(happened, st.integers(0, overlap)), max_size=30))
    events = [Event(number, at_ms, at_ms + late) for number, (at_ms, late) in enumerate(found)]
    return Log(events, draw(st.booleans()), draw(st.booleans())), reads, overlap


@settings(max_examples=500)
@given(story=stories(), clock_ms=st.sampled_from([0, -DAY_MS, DAY_MS]))
def test_no_event_is_missed_and_none_comes_twice(story: tuple[Log, list[int], int], clock_ms: int) -> None:
    log, reads, overlap = story
    since: Any = at(BEGIN_MS - 1)
    came: list[int] = []
    after = reads[-1] + overlap + 10_000
    # Only the first night may have a wrong clock: from its first answer on, Anaplan's is known.
    for night, now_ms in enumerate([*reads, after]):
        ahead = clock_ms if night == 0 and clock_ms > 0 else 0
        ids, since = export(log, Wish(since, None, "all", timedelta(milliseconds=overlap)), now_ms, ahead)
        came += ids
    assert sorted(came) == [event.id for event in log.events]


def test_an_event_that_appears_later_than_the_overlap_is_missed() -> None:
    """Or the test before this one would prove nothing."""
    log = Log([Event(1, BEGIN_MS, BEGIN_MS + 2 * HOUR_MS + 10_000)])
    since: Any = at(BEGIN_MS - HOUR_MS)
    for now_ms in (BEGIN_MS + HOUR_MS + 5_000, BEGIN_MS + 3 * HOUR_MS):
        ids, since = export(log, Wish(since, None, "all", timedelta(hours=1)), now_ms)
        assert ids == []


def test_a_checkpoint_that_is_old_is_read_from_in_pieces() -> None:
    checkpoint = AuditCheckpoint(at(BEGIN_MS), at(BEGIN_MS - HOUR_MS))
    news = Wish(checkpoint, None, "all").news((BEGIN_MS + 70 * DAY_MS) / 1000)
    pieces = news.window.pieces()
    assert [(piece.last_ms - piece.first_ms) / DAY_MS for piece in pieces] == [30, 30, pytest.approx(10, abs=0.1)]
    assert pieces[0].first_ms == BEGIN_MS - HOUR_MS


def test_a_longer_overlap_does_not_bring_back_what_is_not_known_any_more() -> None:
    log = Log([Event(1, BEGIN_MS - 2 * HOUR_MS, BEGIN_MS - 2 * HOUR_MS)])
    first, since = export(log, Wish(at(BEGIN_MS - DAY_MS), None, "all", timedelta(seconds=1)), BEGIN_MS)
    second, since = export(log, Wish(since, None, "all", timedelta(days=1)), BEGIN_MS + 1_000)
    third, _ = export(log, Wish(since, None, "all", timedelta(days=1)), BEGIN_MS + 2_000)
    assert (first, second, third) == ([1], [], [])


def test_an_event_that_vanishes_for_a_while_does_not_come_twice() -> None:
    event, overlap = Event(1, BEGIN_MS, BEGIN_MS), timedelta(hours=1)
    came, since = export(Log([event]), Wish(timedelta(days=1), None, "all", overlap), BEGIN_MS + 1_000)
    for log in (Log([]), Log([event])):
        again, since = export(log, Wish(since, None, "all", overlap), BEGIN_MS + 2_000)
        assert again == []
    assert came == [1]


def test_what_has_no_date_or_no_id_is_new_once_where_that_can_be_told() -> None:
    news = News(Window(0, DAY_MS), HOUR_MS)
    news.read_at(10 * DAY_MS)
    assert [news.is_new(1, None), news.is_new(1, None), news.is_new(None, 5), news.is_new(None, 5)] == [1, 0, 1, 1]
    assert news.count == 3
    assert news.checkpoint().seen == {1: DAY_MS}


def test_the_first_request_counts_however_long_the_others_take() -> None:
    news = News(Window(0, 10 * DAY_MS))
    news.read_at(DAY_MS / 1000)
    news.read_at(2 * DAY_MS / 1000)
    assert milliseconds(news.checkpoint().read_until) == DAY_MS - 2_000


@pytest.mark.parametrize("has_bounds", [True, False])
def test_what_happens_at_a_bound_comes_once_whatever_the_server_makes_of_bounds(has_bounds: bool) -> None:
    end_ms = BEGIN_MS + HOUR_MS
    log = Log([Event(at_ms - end_ms, at_ms, 0) for at_ms in range(end_ms - 5, end_ms + 5)], has_bounds, has_bounds)
    first, since = export(log, Wish(at(BEGIN_MS), at(end_ms), "all"), end_ms + DAY_MS)
    second, _ = export(log, Wish(since, None, "all"), end_ms + DAY_MS)
    assert sorted(first + second) == list(range(-5, 5))


def test_a_checkpoint_knows_little() -> None:
    log = Log([Event(number, BEGIN_MS + number * 60_000, 0) for number in range(1_000)])
    ids, checkpoint = export(log, Wish(at(BEGIN_MS), None, "all", timedelta(hours=1)), BEGIN_MS + 1_000 * 60_000)
    assert len(ids) == 1_000
    assert 60 <= len(checkpoint.seen) <= 61
    assert repr(checkpoint).count(":") < 10
    _, later = export(log, Wish(checkpoint, None, "all", timedelta(hours=1)), BEGIN_MS + 1_030 * 60_000)
    assert 30 <= len(later.seen) <= 31


def test_a_clock_that_went_back_leaves_the_checkpoint_where_it_is() -> None:
    checkpoint = AuditCheckpoint(at(BEGIN_MS), at(BEGIN_MS - HOUR_MS), {1: BEGIN_MS})
    ids, after = export(Log([]), Wish(checkpoint, None, "all", timedelta(hours=1)), BEGIN_MS - DAY_MS)
    assert (ids, after.reread_from, after.seen) == ([], checkpoint.reread_from, {1: BEGIN_MS})


@pytest.mark.parametrize("overlap", [3600, None, timedelta(seconds=-1)])
def test_an_overlap_that_is_none_is_refused(overlap: Any) -> None:
    with pytest.raises(ConfigurationError, match="overlap must be a timedelta of zero or more"):
        Wish(None, None, "all", overlap).news(0)


def test_a_checkpoint_of_another_category_is_refused() -> None:
    checkpoint = AuditCheckpoint(at(BEGIN_MS), at(BEGIN_MS), category="int")
    with pytest.raises(ConfigurationError, match="of the category 'int', and not 'all'"):
        Wish(checkpoint, None, "all").news(BEGIN_MS / 1000)


NOT_SEEN: list[Any] = [[], None, {"a": 1}]
NO_CHECKPOINTS: list[Any] = [
    {},
    [],
    {"read_until": 1},
    {"read_until": "x", "reread_from": 1, "seen": {}, "category": "all"},
    {"read_until": 10**30, "reread_from": 1, "seen": {}, "category": "all"},
    *({"read_until": 1, "reread_from": 1, "seen": seen, "category": "all"} for seen in NOT_SEEN),
]


@pytest.mark.parametrize("saved", NO_CHECKPOINTS)
def test_what_is_no_checkpoint_is_refused(saved: Any) -> None:
    with pytest.raises(ConfigurationError, match="This is no checkpoint of the audit log"):
        AuditCheckpoint.from_dict(saved)


def test_a_checkpoint_of_a_later_version_may_say_more() -> None:
    checkpoint = AuditCheckpoint(at(BEGIN_MS), at(BEGIN_MS - 1), {1: BEGIN_MS}, "int")
    assert AuditCheckpoint.from_dict({**checkpoint.to_dict(), "tenant": "T"}) == checkpoint
    assert milliseconds(checkpoint.read_until) == BEGIN_MS
    assert checkpoint.read_until == datetime.fromtimestamp(BEGIN_MS / 1000, UTC)
