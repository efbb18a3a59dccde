"""What check() makes of answers that no emulator gives."""

from __future__ import annotations

import pytest

from anaplan_sdk._core import check
from anaplan_sdk._core.check import CheckReport, CheckStep, StepVerdict
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.login.basic import BasicLogin, StaticToken, Token
from anaplan_sdk._core.login.oauth.device import DeviceGrant
from anaplan_sdk._core.login.stored import StoredLogin
from anaplan_sdk._io.stores.files import MemoryStore
from anaplan_sdk.errors import NotFoundError
from anaplan_sdk.models import Model, ModelStatus, User, Workspace

URL = "https://api.example.com/2/0/users/me"
BASIC = BasicLogin("ada@example.com", "secret", "https://auth.example.com")
DEVICE = DeviceGrant(client_id="abc", oauth_url="https://app.example.com")


def step(name: str, verdict: StepVerdict, detail: str = "") -> CheckStep:
    return CheckStep(name, verdict, detail, 0.25)


@pytest.mark.parametrize("status", [200, 302, 403, 404, 502])
def test_an_api_that_wants_no_token_is_suspicious(status: int) -> None:
    verdict, detail = check.api_answer(URL, Response(status, {"content-type": "text/html; charset=utf-8"}, b""))
    assert verdict == "warning"
    assert detail.startswith(f"api.example.com answers a request without a token with {status} and text/html, which")
    assert "Check api_url" in detail


@pytest.mark.parametrize("status", [400, 401])
def test_the_authentication_service_has_two_ways_to_want_a_token(status: int) -> None:
    url = check.log_in_probe(BASIC)
    assert url == "https://auth.example.com/token/validate"
    assert check.log_in_answer(BASIC, url, Response(status, {}, b"")) == ("ok", "auth.example.com answers")
    assert check.log_in_answer(BASIC, url, Response(200, {}, b"")).verdict == "warning"


def test_the_service_of_oauth_is_that_of_its_own_host() -> None:
    url = check.log_in_probe(DEVICE)
    assert url == "https://app.example.com/auth/authorize"
    assert check.log_in_answer(DEVICE, url, Response(302, {}, b"")) == ("ok", "app.example.com answers")
    assert "Check oauth_url" in check.log_in_answer(DEVICE, url, Response(503, {}, b"")).detail


def test_a_token_made_elsewhere_needs_no_service() -> None:
    login = StaticToken("elsewhere")
    assert check.log_in_probe(login) is None
    assert check.not_needed(login) == ("ok", "not needed by StaticToken")


def test_a_token_store_does_not_hide_the_way_to_log_in() -> None:
    assert check.way_to_log_in(StoredLogin(BASIC, MemoryStore())) is BASIC
    assert check.way_to_log_in(DEVICE) is DEVICE


@pytest.mark.parametrize(
    ("server_ahead", "verdict", "detail"),
    [
        (60, "ok", "within 60 s of Anaplan's"),
        (-60, "ok", "within 60 s of Anaplan's"),
        (61, "warning", "the local clock is 61 s behind Anaplan's"),
        (-7_200, "warning", "the local clock is 7,200 s ahead of Anaplan's"),
        (None, "skipped", "no answer with a Date"),
    ],
)
def test_a_clock_may_be_a_minute_off(server_ahead: float | None, verdict: str, detail: str) -> None:
    finding = check.clock(server_ahead)
    assert finding.verdict == verdict
    assert finding.detail.startswith(detail)


def test_errors_of_the_sdk_are_told_on_one_line() -> None:
    error = NotFoundError("404\n(gone).", status=404, message="gone", path="/")
    assert check.failure(error) == ("failed", "404\\n(gone).")


def test_errors_of_others_are_named_and_not_quoted() -> None:
    verdict, detail = check.failure(KeyError("a-secret"))
    assert verdict == "failed"
    assert detail.startswith("KeyError, which is no error of the SDK")
    assert "a-secret" not in detail


def test_a_token_tells_how_long_it_lasts() -> None:
    token = Token("t", expires_at=None)
    assert check.logged_in(BASIC, token).detail == "BasicLogin: a token whose end is not known"


def test_who_is_not_active_is_warned() -> None:
    assert check.user(User("1", "ada@example.com", active=False)).verdict == "warning"
    assert check.user(User("1")) == ("ok", "1")


@pytest.mark.parametrize("what", ["workspace", "model"])
def test_who_sees_nothing_is_warned(what: str) -> None:
    verdict, detail = check.visible(what, [])
    assert verdict == "warning"
    assert detail.startswith(f"no {what} visible")
    assert check.visible(what, [Workspace("1", "Planning")] * 5_001).detail == "5,001 visible"


def test_a_model_that_does_not_tell_its_workspace_is_no_mistake() -> None:
    model = Model("M", "Sales")
    assert check.workspace("W", [Workspace("W", "Planning")], model) == ("ok", "Planning (W)")
    assert check.workspace(None, [], model).verdict == "skipped"


def test_a_busy_model_tells_with_what() -> None:
    status = ModelStatus("Processing", 0.5, "Ada Li: Import")
    assert check.model_state(status) == ("ok", "Processing (Ada Li: Import)")


def test_a_step_waits_for_those_that_it_needs() -> None:
    works, warned = step("API", "ok"), step("clock", "warning")
    assert check.waiting_for([]) is None
    assert check.waiting_for([works, warned]) is None
    found = check.waiting_for([works, step("log-in", "failed"), step("user", "skipped")])
    assert found == ("skipped", "not looked at without: log-in, user")


def test_a_report_is_text_with_a_line_for_each_step() -> None:
    report = CheckReport("anaplan-sdk 1.0", (step("API", "ok", "there"), step("clock", "warning", "slow")))
    assert str(report).splitlines() == [
        "anaplan-sdk 1.0",
        "ok       API      0.25 s  there",
        "warning  clock    0.25 s  slow",
    ]
    assert report.ok
    assert not CheckReport("", (*report.steps, step("log-in", "failed"))).ok


@pytest.mark.parametrize(("verdict", "ok"), [("ok", True), ("warning", True), ("failed", False), ("skipped", None)])
def test_only_what_failed_is_not_ok(verdict: StepVerdict, ok: bool | None) -> None:
    assert step("API", verdict).ok is ok
