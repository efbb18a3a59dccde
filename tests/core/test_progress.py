"""Progress is told seldom, truly, and by one thread at a time."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from anaplan_sdk._core.progress import Meter, Progress, check_on_progress
from anaplan_sdk.errors import ConfigurationError
from stage.standing_clock import StandingClock


def test_events_come_a_few_times_a_second_at_most() -> None:
    events: list[Progress] = []
    clock = StandingClock()
    meter = Meter(events.append, "upload", "file 1", 1_000.0, clock=clock)
    for _ in range(1_000):
        clock.seconds += 0.01
        meter.advance(1)
    assert 35 <= len(events) <= 40  # ten seconds
    assert events[-1].done <= 1_000
    assert [event.done for event in events] == sorted(event.done for event in events)
    assert events[-1].rate == pytest.approx(100)


def test_the_end_is_always_told() -> None:
    events: list[Progress] = []
    meter = Meter(events.append, "download", "file 1", clock=StandingClock())
    meter.advance(5)
    meter.advance(6)
    meter.end()
    assert events == [Progress("download", "file 1", 11, None, "", 0.0, ended=True)]


def test_tasks_show_their_step() -> None:
    events: list[Progress] = []
    clock = StandingClock()
    meter = Meter(events.append, "run", "import 112000000000", 1.0, clock=clock)
    clock.seconds += 1
    meter.show(0.25, "Processing")
    assert events == [Progress("run", "import 112000000000", 0.25, 1.0, "Processing", 0.25)]


def test_without_a_callback_it_still_counts() -> None:
    meter = Meter(None, "upload", "file 1")
    meter.advance(2)
    meter.advance(3)
    meter.end()
    assert meter.done == 5


def test_what_the_callback_raises_fails_the_call() -> None:
    def fail(_: Progress) -> None:
        raise RuntimeError("stop")

    clock = StandingClock()
    meter = Meter(fail, "upload", "file 1", clock=clock)
    clock.seconds += 1
    with pytest.raises(RuntimeError, match="stop"):
        meter.advance(1)


def test_many_threads_advance_it_and_one_reports_at_a_time() -> None:
    inside: list[int] = []
    overlaps: list[int] = []

    def report(_: Progress) -> None:
        inside.append(1)
        if len(inside) > 1:
            overlaps.append(len(inside))
        inside.pop()

    ticks = iter(range(10_000_000))
    meter = Meter(report, "upload", "file 1", clock=lambda: float(next(ticks)))

    def advance() -> None:
        for _ in range(200):
            meter.advance(1)

    threads = [threading.Thread(target=advance) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not overlaps
    assert meter.done == 1_600


class Later:
    async def __call__(self, progress: Progress) -> None:
        """Would never be awaited."""


@pytest.mark.parametrize("report", [Later(), Later().__call__, partial(Later().__call__), "yes", 7])
def test_a_report_that_cannot_be_called_or_must_be_awaited_is_refused(report: object) -> None:
    with pytest.raises(ConfigurationError, match="on_progress must be"):
        check_on_progress(report)
    check_on_progress(None)
    check_on_progress(print)
