"""The audit log as it answers."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from anaplan_sdk.emulator import AuditEvent, Emulator
from stage.calls.caller import Answer, Caller

EVENTS, SEARCH = "/audit/api/1/events", "/audit/api/1/events/search"
DAY_MS = 86_400_000
# Every event has these, by the description of the API.
TYPES: dict[str, type | tuple[type, ...]] = {
    **{"id": int, "eventTypeId": str, "userId": str, "tenantId": str, "objectId": str, "message": str},
    **{"success": bool, "ipAddress": str, "userAgent": str, "hostName": str, "eventDate": int, "eventTimeZone": str},
    **{"createdDate": int, "createdTimeZone": str, "checksum": str},
    "additionalAttributes": (dict, str, type(None)),
}


def now() -> int:
    return int(time.time() * 1_000)


def add(emulator: Emulator, count: int, code: str = "INT-06", **fields: Any) -> list[int]:
    log = emulator.tenant.audit
    return [log.add(AuditEvent(code, "Noted", "8a1b", **fields)).id for _ in range(count)]


def ids(answer: Answer) -> list[int]:
    assert answer.status == 200
    return [event["id"] for event in answer.json["response"]]


def test_an_event_has_every_key(admin: Caller, emulator: Emulator) -> None:
    add(emulator, 1, attributes=None)
    for event in admin("GET", EVENTS).json["response"]:
        assert event.keys() == TYPES.keys()
        assert {key: type(event[key]) for key in TYPES if not isinstance(event[key], TYPES[key])} == {}
    assert admin("GET", f"{EVENTS}?type=int").json["response"][0]["additionalAttributes"] is None


def test_pages_lead_to_one_another_within_a_time_that_stays(admin: Caller, emulator: Emulator) -> None:
    expected = add(emulator, 5)[::-1]
    found: list[int] = []
    path = f"{EVENTS}?type=int&limit=2"
    for offset in (0, 2, 4):
        answer = admin("GET", path)
        paging = answer.json["meta"]["paging"]
        assert (paging["offSet"], paging["totalSize"]) == (offset, 5)
        assert ("previousUrl" in paging) == (offset > 0)
        found += ids(answer)
        if offset < 4:
            link = urlsplit(paging["nextUrl"])
            query = parse_qs(link.query)
            assert paging["nextOffset"] == offset + 2
            assert int(query["dateTo"][0]) - int(query["dateFrom"][0]) == 30 * DAY_MS
            path = f"{link.path}?{link.query}"
    assert "nextUrl" not in paging
    assert found == expected


def test_twenty_events_come_where_nothing_is_asked_for(admin: Caller, emulator: Emulator) -> None:
    add(emulator, 30)
    assert len(ids(admin("GET", EVENTS))) == 20
    assert len(ids(admin("GET", f"{EVENTS}?limit=15000"))) == 31


def test_a_time_is_kept_to(admin: Caller, emulator: Emulator) -> None:
    old, new = add(emulator, 1, date=time.time() - 7_200), add(emulator, 1)
    since = now() - 3_600_000
    assert ids(admin("GET", f"{EVENTS}?type=int&dateFrom={since}")) == new
    assert ids(admin("GET", f"{EVENTS}?type=int&dateTo={since}")) == old
    assert ids(admin("GET", f"{EVENTS}?type=int&intervalInHours=1")) == new
    assert ids(admin("POST", f"{SEARCH}?type=int", {"from": since})) == new
    assert ids(admin("POST", f"{SEARCH}?type=int", {"to": since})) == old
    assert ids(admin("POST", f"{SEARCH}?type=int", {"interval": 1})) == new


def test_links_of_a_search_carry_no_time(admin: Caller, emulator: Emulator) -> None:
    add(emulator, 3)
    answer = admin("POST", f"{SEARCH}?type=int&limit=2", {"from": now() - DAY_MS, "to": now() + 1_000})
    link = urlsplit(answer.json["meta"]["paging"]["nextUrl"])
    assert link.path == SEARCH
    assert parse_qs(link.query).keys() == {"type", "limit", "offset"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{EVENTS}?dateFrom=0", None),
        ("GET", f"{EVENTS}?intervalInHours=721", None),
        ("POST", SEARCH, {"interval": 744}),
        ("POST", SEARCH, {"from": 0}),
    ],
)
def test_more_than_thirty_days_are_refused(admin: Caller, method: str, path: str, body: Any) -> None:
    answer = admin(method, path, body)
    assert answer.status == 400
    assert answer.json == {"status": "FAILURE_BAD_REQUEST", "statusMessage": "Date range cannot exceed 30 days"}


def test_categories_and_words_that_are_none(admin: Caller, emulator: Emulator) -> None:
    codes = ["INT-06", "AUTHZ-1", "CONN-1", "COMMENT-01", "DSM-DAO0267I", "PIQ-1", "FRCST-1", "WF-100"]
    for code in codes:
        add(emulator, 1, code)
    words = ("user_activity", "int", "access_control", "conn_mgmt", "comment", "byok", "plan_iq", "forecaster")
    assert [len(ids(admin("GET", f"{EVENTS}?type={word}"))) for word in words] == [1] * 8
    assert len(ids(admin("GET", f"{EVENTS}?type=nonsense"))) == len(ids(admin("GET", EVENTS))) == 9


def test_events_as_text_are_not_paged(admin: Caller, emulator: Emulator) -> None:
    add(emulator, 25, attributes={"clientName": "x"})
    answer = admin("GET", f"{EVENTS}?type=int&limit=2&offset=7", headers={"Accept": "text/plain"})
    lines = answer.body.decode().splitlines()
    assert len(lines) == 25
    assert answer.headers["content-type"].startswith("text/plain")
    pattern = (
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z  CEF:0\|Anaplan, Inc\.\|\|null\|INT-06\|Noted\|id=\d+ userId=8a1b .*"
    )
    assert re.fullmatch(pattern, lines[0])
    assert 'additionalAttributes={"clientName":"x"} ipAddress=127.0.0.1 userAgent=' in lines[0]
    assert len(admin("POST", SEARCH, {}, headers={"Accept": "text/plain"}).body.splitlines()) == 26


def test_events_appear_late(admin: Caller, emulator: Emulator) -> None:
    emulator.tenant.options.audit_delay_seconds = 3_600
    early, late = add(emulator, 1, date=time.time() - 7_200), add(emulator, 1)
    assert ids(admin("GET", f"{EVENTS}?type=int")) == early
    emulator.tenant.options.audit_delay_seconds = 0
    assert ids(admin("GET", f"{EVENTS}?type=int")) == [*late, *early]


def test_what_differs_between_tenants(admin: Caller, emulator: Emulator) -> None:
    options = emulator.tenant.options
    options.audit_empty_lacks = ("meta", "response")
    assert admin("GET", f"{EVENTS}?type=comment").json == {}
    options.audit_order, options.audit_link_host = "oldest", "https://audit.anaplan.com"
    expected = add(emulator, 2)
    answer = admin("GET", f"{EVENTS}?type=int&limit=1")
    assert ids(answer) == expected[:1]
    assert answer.json["meta"]["paging"]["nextUrl"].startswith("https://audit.anaplan.com/audit/api/1/events?")


def test_only_auditors_with_the_one_scheme_are_let_in(
    emulator: Emulator, admin: Caller, user: Caller, nobody: Caller
) -> None:
    denied = user("GET", EVENTS)
    assert (denied.status, denied.json["status"]) == (401, "FAILURE_UNAUTHORIZED_USER_ACTION")
    for headers in ({}, {"Authorization": "Bearer x"}):
        refused = nobody("GET", EVENTS, headers=headers)
        assert refused.status == 401
        assert refused.json["statusMessage"] == "No valid token header found for the request"
    emulator.expire_tokens()
    assert admin("GET", EVENTS).json["status"] == "FAILURE_INVALID_TOKEN"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", f"{EVENTS}?limit=x", None, 400),
        ("POST", SEARCH, {"from": "yesterday"}, 400),
        ("POST", SEARCH, None, 400),
        ("GET", "/audit/api/1/nothing", None, 404),
    ],
)
def test_refusals_are_in_the_words_of_the_service(
    admin: Caller, method: str, path: str, body: Any, status: int
) -> None:
    answer = admin(method, path, body)
    assert answer.status == status
    assert answer.json.keys() == {"status", "statusMessage"}
    assert answer.json["status"].startswith("FAILURE_")


def test_what_happens_is_in_the_log(emulator: Emulator, admin: Caller) -> None:
    model = f"/2/0/models/{'1' * 32}"
    admin("POST", f"{model}/files/113000000000", {"chunkCount": 1})
    admin("POST", f"{model}/imports/112000000000/tasks", {"localeName": "en_US"})
    codes = [event["eventTypeId"] for event in admin("GET", EVENTS).json["response"]]
    assert codes == ["USR-20", "USR-37", "USR-8"]
