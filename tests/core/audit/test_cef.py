"""The Common Event Format, as Anaplan writes it today and wrote it before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._core.audit.texts import Lines, json_lines, mark_of, text_lines
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import AuditEvent

LINE = (
    "2026-07-01T07:35:27.000Z  CEF:0|Anaplan, Inc.||null|USR-8|User login success|id=2598676438 userId=8a1b "
    "tenantId=8a1c eventTimeZone=UTC createdDate=1785000001000 createdTimeZone=UTC success=true objectId=8a1d "
    'additionalAttributes={"clientName":"Loader id=7 success=false"} ipAddress=203.0.113.9 '
    "userAgent=Mozilla/5.0 (X11; Linux x86_64) a=b"
)


def test_a_line_is_an_event() -> None:
    assert AuditEvent.from_cef(LINE) == AuditEvent(
        id=2598676438,
        event_type_id="USR-8",
        message="User login success",
        success=True,
        user_id="8a1b",
        tenant_id="8a1c",
        object_id="8a1d",
        additional_attributes={"clientName": "Loader id=7 success=false"},
        event_date=datetime(2026, 7, 1, 7, 35, 27, tzinfo=UTC),
        event_time_zone="UTC",
        created_date=datetime(2026, 7, 25, 17, 20, 1, tzinfo=UTC),
        created_time_zone="UTC",
        ip_address="203.0.113.9",
        user_agent="Mozilla/5.0 (X11; Linux x86_64) a=b",
    )


def test_an_older_line_has_its_host_before_the_header_and_a_checksum() -> None:
    event = AuditEvent.from_cef(
        "2019-07-01T07:35:27Z audit-7 CEF:0|Anaplan, Inc.||1.4|USR-08|Login|id=1 checksum=ab12\n"
    )
    assert (event.host_name, event.checksum, event.service_version) == ("audit-7", "ab12", "1.4")
    assert (event.event_type_id, event.code) == ("USR-08", "USR-8")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ('{"a": {"b": "} id=3"}}', {"a": {"b": "} id=3"}}),
        ("{}", {}),
        ("null", None),
        ("", None),
        ("a bare text", "a bare text"),
        ("{not=JSON, at all}", "{not=JSON, at all}"),
        ('"text"', "text"),
        ("[1]", "[1]"),
    ],
)
def test_attributes_are_an_object_a_text_or_nothing(said: str, meant: object) -> None:
    event = AuditEvent.from_cef(
        f"2026-07-01T07:35:27Z  CEF:0|A||null|F-1|M|id=1 additionalAttributes={said} hostName=h"
    )
    assert event.additional_attributes == meant
    assert event.host_name == "h"


def test_a_key_that_was_there_before_is_part_of_a_value() -> None:
    event = AuditEvent.from_cef("2026-07-01T07:35:27Z  CEF:0|A||null|F-1|M|id=1 userAgent=curl id=2 success=true")
    assert (event.id, event.user_agent, event.success) == (1, "curl id=2", True)


def test_a_message_may_hold_bars_and_the_id_of_another() -> None:
    line = "2026-07-01T07:35:27Z  CEF:0|A||null|F-1|left | right id=5 |id=1 success=maybe"
    event = AuditEvent.from_cef(line)
    assert (event.message, event.id, event.success) == ("left | right id=5 ", 1, None)
    assert mark_of(line) == (1, 1_782_891_327_000)


@pytest.mark.parametrize(
    "line",
    ["", "{}", "2026-07-01T07:35:27Z  CEF:0|A|B", LINE.replace("id=2598676438", "id=x"), LINE.replace("USR-8", "")],
)
def test_what_is_no_event_is_refused(line: str) -> None:
    with pytest.raises(ConfigurationError, match="^line: "):
        AuditEvent.from_cef(line)


@pytest.mark.parametrize(
    ("code", "spelling"),
    [
        ("USR-04", "USR-4"),
        ("USR-40", "USR-40"),
        ("INT-007", "INT-7"),
        ("USR-0", "USR-0"),
        ("DSM-DAO0267I", "DSM-DAO0267I"),
    ],
)
def test_a_code_has_one_spelling(code: str, spelling: str) -> None:
    assert AuditEvent(1, code).code == spelling


LINES = st.tuples(
    st.sampled_from(["", "2026-07-01T07:35:27Z  ", "9" * 5_000 + "  "]),
    st.sampled_from(["", "CEF:0|A||null|F-1|M|", "host CEF:0|A|h|1|F-1|"]),
    st.lists(
        st.sampled_from(
            ["id=", "id=1", "|id=", "9" * 5_000, "additionalAttributes={", "[" * 3_000, " ", "createdDate="]
        )
        | st.text(max_size=5),
        max_size=6,
    ).map("".join),
).map("".join)


@given(LINES)
def test_any_line_is_an_event_or_refused(line: str) -> None:
    try:
        event = AuditEvent.from_cef(line)
    except ConfigurationError:
        mark_of(line)
    else:
        assert mark_of(line)[0] in (event.id, None)


def test_marks_are_the_id_and_the_time() -> None:
    assert mark_of(LINE) == (2598676438, 1_782_891_327_000)
    assert mark_of("2026-07-01T07:35:27  CEF:0|A||null|F-1|M|success=true id=12") == (12, 1_782_891_327_000)
    assert mark_of("something else") == (None, None)


@given(
    content=st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"])), max_size=8),
    data=st.data(),
)
def test_lines_are_the_same_wherever_the_content_is_cut(content: list[str], data: st.DataObject) -> None:
    body = "\r\n".join(content).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=5)))
    lines = Lines()
    parts = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    found = [line for part in parts for line in lines.feed(part)] + lines.finish()
    assert found == [line for line in content if line.strip()]


def test_events_are_written_a_line_each() -> None:
    row = {"id": 1, "message": "é\n\u2028\ud800", "unknown": None}
    assert json_lines([row, {}]) == b'{"id": 1, "message": "\\u00e9\\n\\u2028\\ud800", "unknown": null}\n{}\n'
    assert text_lines(["a", "é"]) == "a\né\n".encode()
