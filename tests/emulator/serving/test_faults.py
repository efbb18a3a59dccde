"""Faults, and what is recorded of requests."""

from __future__ import annotations

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator, Fault, RateLimit
from stage.calls.caller import HISTORY_FILE, LIST_FILE, LIST_IMPORT, WM, Caller

ME = "/2/0/users/me"
LOST: tuple[type[Exception], ...] = (http.client.RemoteDisconnected, ConnectionError)


def test_a_status_replaces_the_answer_so_many_times(emulator: Emulator, admin: Caller) -> None:
    emulator.inject(Fault(status=503, times=2))
    answer = admin("GET", ME)
    assert answer.json["status"] == {"code": 503, "message": "Service Unavailable"}
    assert [admin("GET", ME).status for _ in range(2)] == [503, 200]


def test_faults_match_a_method_and_a_path(emulator: Emulator, admin: Caller) -> None:
    emulator.inject(Fault("POST", r"/imports/\d+/tasks$", status=500, times=None))
    assert admin("GET", f"{WM}/imports/{LIST_IMPORT}/tasks").status == 200
    assert admin("POST", f"{WM}/imports/{LIST_IMPORT}/tasks", {"localeName": "en_US"}).status == 500
    assert "tasks" not in admin("GET", f"{WM}/imports/{LIST_IMPORT}/tasks").json


def test_faults_let_requests_pass_first(emulator: Emulator, admin: Caller) -> None:
    emulator.inject(Fault(path="users", status=500, skip=2))
    assert [admin("GET", ME).status for _ in range(4)] == [200, 200, 500, 200]


def test_the_oldest_fault_strikes_first(emulator: Emulator, admin: Caller) -> None:
    emulator.inject(Fault(status=502))
    emulator.inject(Fault(status=504, times=None))
    assert [admin("GET", ME).status for _ in range(3)] == [502, 504, 504]
    emulator.clear_faults()
    assert admin("GET", ME).status == 200


def test_a_status_can_come_after_the_effect(emulator: Emulator, admin: Caller) -> None:
    emulator.inject(Fault("POST", "tasks", status=502, handle=True))
    tasks = f"{WM}/imports/{LIST_IMPORT}/tasks"
    assert admin("POST", tasks, {"localeName": "en_US"}).status == 502
    assert len(admin("GET", tasks).json["tasks"]) == 1


@pytest.mark.parametrize("retry_after", [2, 0.5, "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_refusal_can_say_when_to_come_back(emulator: Emulator, admin: Caller, retry_after: float | str) -> None:
    emulator.inject(Fault(status=429, retry_after=retry_after))
    answer = admin("GET", ME)
    assert answer.status == 429
    assert answer.headers["retry-after"] == str(retry_after)


def test_a_status_can_have_a_page_of_a_proxy_for_a_body(emulator: Emulator, admin: Caller) -> None:
    emulator.inject(Fault(status=502, content_type="text/html; charset=utf-8"))
    answer = admin("GET", ME)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.body.startswith(b"<html>")


@pytest.mark.parametrize("body", ["", '{"truncated": ', b"\xff\xfe"])
def test_a_status_can_have_any_body(emulator: Emulator, admin: Caller, body: str | bytes) -> None:
    emulator.inject(Fault(status=200, body=body))
    answer = admin("GET", ME)
    assert answer.status == 200
    assert answer.body == (body.encode() if isinstance(body, str) else body)


def test_a_failed_dependency_has_no_message(emulator: Emulator, admin: Caller) -> None:
    emulator.inject(Fault(status=424))
    assert admin("GET", ME).json["status"] == {"code": 424, "message": ""}


def test_a_delay_delays(emulator: Emulator, admin: Caller) -> None:
    emulator.inject(Fault(delay=0.1))
    started = time.monotonic()
    assert admin("GET", ME).status == 200
    assert time.monotonic() - started > 0.09


def test_a_connection_dropped_before_the_request_is_handled_has_no_effect(emulator: Emulator, admin: Caller) -> None:
    emulator.inject(Fault("POST", drop="before"))
    tasks = f"{WM}/imports/{LIST_IMPORT}/tasks"
    with pytest.raises(LOST):
        admin("POST", tasks, {"localeName": "en_US"})
    assert "tasks" not in admin("GET", tasks).json


def test_a_connection_dropped_after_the_request_was_handled_has_its_effect(emulator: Emulator, admin: Caller) -> None:
    emulator.inject(Fault("POST", drop="after"))
    tasks = f"{WM}/imports/{LIST_IMPORT}/tasks"
    with pytest.raises(LOST):
        admin("POST", tasks, {"localeName": "en_US"})
    assert len(admin("GET", tasks).json["tasks"]) == 1
    assert [request.status for request in emulator.requests if request.method == "POST"][-1] is None


def test_a_connection_dropped_during_an_upload_stores_nothing(emulator: Emulator, admin: Caller) -> None:
    path = f"{WM}/files/{LIST_FILE}"
    admin("POST", path, {"chunkCount": 1})
    emulator.inject(Fault("PUT", drop="before"))
    with pytest.raises(LOST):
        admin("PUT", f"{path}/chunks/0", bytes(5_000_000))
    assert admin("GET", path).status == 404


@pytest.mark.parametrize("path", [ME, f"{WM}/files/{HISTORY_FILE}"])
def test_a_connection_can_break_in_the_middle_of_an_answer(emulator: Emulator, admin: Caller, path: str) -> None:
    whole = admin("GET", path).body
    emulator.inject(Fault(path=path, drop="midway"))
    with pytest.raises(http.client.IncompleteRead) as broken:
        admin("GET", path)
    assert broken.value.partial == whole[: len(whole) // 2]


def test_a_fault_is_checked_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="drop must be"):
        Fault(drop="sideways")  # type: ignore[arg-type]


def test_requests_are_recorded_without_secrets(emulator: Emulator, admin: Caller) -> None:
    task = {"localeName": "en_GB"}
    admin("POST", f"{WM}/imports/{LIST_IMPORT}/tasks?a=b", task)
    login, received = emulator.requests
    assert (received.method, received.path) == ("POST", f"{WM}/imports/{LIST_IMPORT}/tasks")
    assert received.query == {"a": "b"}
    assert (received.status, received.user, received.json) == (200, "ada@example.com", task)
    assert received.headers["authorization"] == "AnaplanAuthToken"
    assert (login.path, login.user, login.json) == ("/token/authenticate", None, None)
    assert login.headers["authorization"] == "Basic"


def test_the_most_requests_at_once_are_counted(emulator: Emulator, admin: Caller) -> None:
    emulator.latency = 1.0
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: admin("GET", ME).status, range(4)))
    assert statuses == [200] * 4
    assert emulator.peak_in_flight == 4


@pytest.mark.parametrize("retry_after", [None, 3])
def test_a_rate_limit_refuses_when_the_bucket_is_empty(
    emulator: Emulator, admin: Caller, retry_after: float | None
) -> None:
    emulator.tenant.options.rate_limit = RateLimit(capacity=3, refill_per_second=0, retry_after=retry_after)
    answers = [admin("GET", ME) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json["status"] == {"code": 429, "message": "Too Many Requests"}
    assert answers[3].headers.get("retry-after") == (None if retry_after is None else str(retry_after))
    emulator.tenant.options.rate_limit.refill_per_second = 1_000_000
    assert admin("GET", ME).status == 200


def test_the_method_of_a_fault_may_be_in_lower_case(emulator: Emulator, admin: Caller) -> None:
    emulator.inject(Fault("get", ME, status=503))
    assert admin("GET", ME).status == 503


@pytest.mark.parametrize("wrong", [{"path": "("}, {"times": 0}, {"drop": "sideways"}])
def test_faults_that_could_never_strike_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Fault(status=503, **wrong)


def control(emulator: Emulator, method: str, path: str, body: object = None) -> Any:
    answer = Caller(emulator.url)(method, f"/emulator/{path}", body)
    assert answer.status < 300, answer
    return json.loads(answer.body) if answer.body else None


def test_faults_can_be_arranged_over_http(emulator: Emulator, admin: Caller) -> None:
    control(emulator, "POST", "faults", {"method": "GET", "path": "users", "status": 503, "times": 2})
    assert admin("GET", ME).status == 503
    (fault,) = control(emulator, "GET", "faults")["faults"]
    assert (fault["status"], fault["times"]) == (503, 1)
    control(emulator, "DELETE", "faults")
    assert admin("GET", ME).status == 200


def test_tasks_can_be_scripted_over_http(emulator: Emulator, admin: Caller) -> None:
    control(emulator, "POST", "tasks/script", {"object_id": LIST_IMPORT, "fail": "No."})
    assert admin.run("imports", LIST_IMPORT)["result"]["successful"] is False
    control(emulator, "POST", "tasks/script", {"object_id": LIST_IMPORT, "hang": True})
    task = admin.start("imports", LIST_IMPORT)
    admin.when(task, lambda state: state == "IN_PROGRESS")
    control(emulator, "POST", "tasks/release")
    assert admin.finished(task)["taskState"] == "COMPLETE"


def test_tokens_expire_over_http(emulator: Emulator, admin: Caller) -> None:
    control(emulator, "POST", "tokens/expire")
    assert admin("GET", ME).status == 401


def test_requests_can_be_read_over_http(emulator: Emulator, admin: Caller) -> None:
    admin("GET", ME)
    body = control(emulator, "GET", "requests")
    assert [request["path"] for request in body["requests"]] == ["/token/authenticate", ME]
    assert body["peak_in_flight"] == 1


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("faults", {"statsu": 500}, "Fault has no statsu"),
        ("faults", {"drop": "sideways"}, "drop must be"),
        ("faults", {"path": "("}, "path must be a regular expression"),
        ("faults", {"status": 503, "times": 0}, "times must be at least 1 or None"),
        ("faults", {"status": "503"}, "Of the wrong type for Fault: status"),
        ("faults", {"status": 503, "times": True}, "Of the wrong type for Fault: times"),
        ("faults", {"status": 503, "headers": ["Via"]}, "Of the wrong type for Fault: headers"),
        ("faults", b"{", "The request body is not valid JSON"),
        ("tasks/script", {"fail": "x"}, "object_id is missing"),
        (f"models/{'1' * 32}/structure", {"name": 5}, "Not a string: name"),
        ("tasks/script", {"object_id": LIST_IMPORT, "seconds": "1"}, "Of the wrong type for TaskScript: seconds"),
    ],
)
def test_the_control_surface_explains_what_it_does_not_take(
    emulator: Emulator, path: str, body: object, message: str
) -> None:
    answer = Caller(emulator.url)("POST", f"/emulator/{path}", body)
    assert answer.status == 400
    assert message in answer.json["status"]["message"]
