"""Whether to try again, and when."""

from __future__ import annotations

import math
import pickle
import time
from email.utils import formatdate
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._core.http.attempts import Attempts, without_frames
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.http.retry import RetryPolicy, http_date, retry_after, worth_another_try
from anaplan_sdk._core.http.verdict import Verdict
from anaplan_sdk.errors import ApiError, ConfigurationError, RateLimitedError, TransportError

REQUEST = Request("GET", "https://api.example/2/0/models?s=secret")
ONCE = attrs.evolve(REQUEST, idempotent=False)
NEVER_SENT, PERHAPS_SENT = TransportError("lost", maybe_received=False), TransportError("lost", maybe_received=True)


def answer(status: int, **headers: str) -> Response:
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


# --- the policy -------------------------------------------------------------------------------------------------------


def test_waits_grow_up_to_a_cap() -> None:
    policy = RetryPolicy(first_delay=0.5, factor=2, max_delay=3, jitter=False)
    assert [policy.delay(failures) for failures in (1, 2, 3, 4, 5, 10_000)] == [0.5, 1, 2, 3, 3, 3]


@given(failures=st.integers(1, 10_000), asked=st.none() | st.floats(0, 1e9), draw=st.floats(0, 1))
def test_waits_are_jittered_and_no_shorter_than_was_asked_for_and_capped(
    failures: int, asked: float | None, draw: float
) -> None:
    policy = RetryPolicy(max_delay=60)
    delay = policy.delay(failures, asked, draw=lambda: draw)
    whole = RetryPolicy(max_delay=60, jitter=False).delay(failures)
    assert delay == max(whole * draw, min(asked or 0, 60))
    assert delay <= 60


@pytest.mark.parametrize(
    "wrong",
    [{"attempts": 0}, {"first_delay": -1}, {"factor": 0.5}, {"max_delay": -1}]
    + [{name: math.nan} for name in ("attempts", "first_delay", "factor", "max_delay")],
)
def test_policies_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="attempts and factor must be at least 1"):
        RetryPolicy(**wrong)


@pytest.mark.parametrize("request_", [REQUEST, ONCE])
def test_what_anaplan_surely_did_not_act_on_is_worth_another_try(request_: Request) -> None:
    assert worth_another_try(request_, NEVER_SENT)
    for status in (429, 409, 423):
        assert worth_another_try(request_, answer(status))


def test_what_anaplan_may_have_acted_on_is_worth_another_try_if_the_request_is_idempotent() -> None:
    outcomes: list[Response | TransportError] = [answer(status) for status in (408, 425, 500, 502, 503, 504, 599)]
    for outcome in [*outcomes, PERHAPS_SENT]:
        assert worth_another_try(REQUEST, outcome)
        assert not worth_another_try(ONCE, outcome)


def test_nothing_else_is_worth_another_try() -> None:
    for status in sorted({*range(200, 500)} - {408, 409, 423, 425, 429}):
        assert not worth_another_try(REQUEST, answer(status))


def denied(_: Response) -> Verdict:
    return Verdict.DENIED


def failed(_: Response) -> Verdict:
    return Verdict.FAILED


def busy(_: Response) -> Verdict:
    return Verdict.BUSY


def test_what_a_status_means_is_what_the_service_says() -> None:
    asked = [attrs.evolve(REQUEST, verdict=verdict) for verdict in (denied, failed, busy)]
    for status in (200, 401, 404, 409, 429, 500, 503):
        assert [worth_another_try(request, answer(status)) for request in asked] == [False, True, True]
        assert not worth_another_try(attrs.evolve(ONCE, verdict=failed), answer(status))


# --- Retry-After ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3", 3.0), (" 0.5 ", 0.5), ("-3", 0.0), ("", None), ("soon", None), ("nan", 0.0), ("inf", math.inf)],
)
def test_retry_after_in_seconds(text: str, seconds: float | None) -> None:
    assert retry_after(answer(429, retry_after=text)) == seconds


def test_retry_after_as_a_date_is_read_by_the_servers_own_clock() -> None:
    date, until = formatdate(1_000_000, usegmt=True), formatdate(1_000_030, usegmt=True)
    assert retry_after(answer(429, retry_after=until, date=date)) == 30
    assert retry_after(answer(429, retry_after=date, date=until)) == 0


def test_retry_after_as_a_date_without_a_date_of_the_server() -> None:
    asked = retry_after(answer(429, retry_after=formatdate(time.time() + 100, usegmt=True)))
    assert asked is not None
    assert 90 < asked <= 100


def test_without_a_header_nothing_is_asked_for() -> None:
    assert retry_after(answer(429)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37 -0000",
    ],
)
def test_dates_of_all_forms_that_http_allows(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert http_date(text) == 784_111_777
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.text() | st.from_regex(r"\w{3}, \d+ (Jan|Feb) \d+ \d+:\d+:\d+ (GMT|[+-]\d{4})", fullmatch=True))
def test_no_text_is_too_odd_for_a_header(text: str) -> None:
    asked = retry_after(answer(503, retry_after=text, date=text))
    assert asked is None or asked >= 0
    assert RetryPolicy(max_delay=5).delay(1, asked) <= 5


# --- attempts ---------------------------------------------------------------------------------------------------------


def attempts(*, idempotent: bool = True, seconds: float | None = None, **policy: Any) -> Attempts:
    request = attrs.evolve(REQUEST, idempotent=idempotent, deadline=Deadline.after(seconds))
    return Attempts(request, RetryPolicy(jitter=False, **policy))


def test_attempts_are_counted_and_kept() -> None:
    tried = attempts(attempts=3, first_delay=1)
    assert tried.next_delay(answer(500)) == 1
    assert tried.next_delay(PERHAPS_SENT) == 2
    assert tried.next_delay(answer(503)) is None
    assert [type(error) for error in tried.conclude(answer(503)).earlier] == [ApiError, TransportError]


def test_a_success_after_failures_knows_of_them() -> None:
    tried = attempts()
    tried.next_delay(answer(429, retry_after="7"))
    (earlier,) = tried.conclude(answer(200)).earlier
    assert isinstance(earlier, RateLimitedError)
    assert earlier.retry_after == 7
    assert attempts().conclude(answer(200)).earlier == ()


def test_a_failure_is_raised_with_the_earlier_ones() -> None:
    tried = attempts()
    tried.next_delay(answer(500))
    lost = TransportError("lost", maybe_received=True)
    with pytest.raises(TransportError) as caught:
        tried.conclude(lost)
    assert caught.value is lost
    assert len(pickle.loads(pickle.dumps(lost)).earlier) == 1


def test_no_attempt_is_waited_for_beyond_the_deadline() -> None:
    assert attempts(seconds=0.5, first_delay=1).next_delay(answer(500)) is None
    assert attempts(seconds=5, first_delay=1).next_delay(answer(500)) == 1
    assert attempts(seconds=5).next_delay(answer(429, retry_after="30")) is None


def test_one_who_may_not_repeat_does_not() -> None:
    assert attempts(idempotent=False).next_delay(answer(502)) is None
    assert attempts(idempotent=False).next_delay(PERHAPS_SENT) is None
    assert attempts(idempotent=False).next_delay(NEVER_SENT) is not None


def test_failures_lose_the_frames_that_they_came_through() -> None:
    try:
        try:
            raise KeyError("a header")
        except KeyError:
            raise TransportError("lost", maybe_received=True) from OSError("reset")
    except TransportError as error:
        bare = without_frames(error)
    assert bare.__traceback__ is None
    assert isinstance(bare.__cause__, OSError)
    assert bare.__context__ is bare.__cause__
    assert bare.__cause__.__traceback__ is None
