"""Text of others cannot begin a line of a log, move a cursor or turn letters around."""

from __future__ import annotations

import logging
import pickle

import pytest

from anaplan_sdk import CheckReport, CheckStep
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk.auth import DeviceAuthorization
from anaplan_sdk.errors import ApiError, TaskTimeoutError, WaitTimeoutError, printable

FORGED = "no\r\n2026-01-01 ERROR all is lost\x1b[2J\x9b1A\u202egpj.exe\u2028\x00"


def is_harmless(text: str) -> bool:
    return not any(char in text for char in "\r\n\x1b\x9b\u202e\u2028\x00")


def test_control_characters_are_written_out() -> None:
    assert printable("a\x1b[2J\r\nb\x7f\u202e") == "a\\x1b[2J\\r\\nb\\x7f\\u202e"


def test_letters_of_all_languages_stay() -> None:
    text = "Thé 茶 naïve Zürich किताब 👩\u200d👩\u200d👧 a\xa0b"
    assert printable(text) is text or printable(text) == text


def test_lines_may_stay() -> None:
    assert printable("<p>\n\tno\r\n\x1b", lines=True) == "<p>\n\tno\\r\n\\x1b"


def test_errors_are_one_line() -> None:
    error = ApiError(f"409 ({FORGED})", status=409, message="", path="/")
    assert is_harmless(str(error))
    assert is_harmless(f"{error!r}")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_errors_that_are_time_outs_are_as_well() -> None:
    assert issubclass(TaskTimeoutError, OSError)
    assert str(WaitTimeoutError("over\x1b")) == "over\\x1b"


@pytest.mark.parametrize("arguments", [("%s said %s", "it", FORGED), (FORGED,)])
def test_a_line_of_the_log_is_one(caplog: pytest.LogCaptureFixture, arguments: tuple[str, ...]) -> None:
    logger_of("http").warning(*arguments)
    (record,) = caplog.records
    assert is_harmless(record.getMessage())
    assert record.name == "anaplan_sdk.http"
    assert len(logging.getLogger("anaplan_sdk.http").filters) == 1


def test_a_line_of_the_log_without_them_keeps_its_arguments(caplog: pytest.LogCaptureFixture) -> None:
    logger_of("http").warning("%s said %d", "it", 1)
    assert caplog.records[0].args == ("it", 1)


def test_a_report_has_a_line_for_each_step() -> None:
    report = CheckReport("SDK", (CheckStep("model", "ok", FORGED, 0.1), CheckStep("user", "ok", "ada", 0.1)))
    assert len(str(report).splitlines()) == 3


def test_what_a_person_is_told_to_do() -> None:
    shown = DeviceAuthorization("CODE\x1b[8m", "https://app.example/\u202eactivate")
    assert is_harmless(str(shown))
