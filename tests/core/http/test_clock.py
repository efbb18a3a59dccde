"""The server's clock."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from anaplan_sdk._core.http.clock import ServerClock
from anaplan_sdk._core.http.deadline import epoch
from anaplan_sdk._core.http.messages import Response


def dated(date: str) -> Response:
    return Response(200, {"date": date}, b"")


@pytest.mark.parametrize("ahead", [-86_400.0, 0.0, 600.0])
def test_it_is_set_by_the_date_of_an_answer(ahead: float) -> None:
    clock = ServerClock()
    clock.note(dated(formatdate(epoch() + ahead, usegmt=True)))
    assert clock.ahead == pytest.approx(ahead, abs=2)
    assert clock.epoch() == pytest.approx(epoch() + ahead, abs=2)


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_an_answer_without_a_date_leaves_it(date: str) -> None:
    clock = ServerClock(ahead=5.0)
    clock.note(dated(date))
    assert clock.ahead == 5.0


def test_it_is_not_set_at_every_answer() -> None:
    clock = ServerClock()
    clock.note(dated(formatdate(epoch(), usegmt=True)))
    clock.note(dated(formatdate(epoch() + 600, usegmt=True)))
    assert clock.ahead == pytest.approx(0, abs=2)
