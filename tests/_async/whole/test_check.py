# Source of both colours: scripts/codegen.py emits this file twice.
"""check(): each thing that can be wrong shows in its own step, and nothing is raised."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

import pytest

from anaplan_sdk import AsyncClient, CheckReport, CheckStep
from anaplan_sdk._core.login.basic import Flow, Step, Token
from anaplan_sdk.emulator import Emulator, Fault
from stage.logins import ada, certificate_options
from stage.observed import log_ins
from stage.support import options_for, ordinary_user

STEPS = (
    "API",
    "log-in service",
    "clock",
    "log-in",
    "user",
    "workspaces",
    "models",
    "model",
    "workspace",
    "model state",
)
NOWHERE = "http://127.0.0.1:9"  # "discard": nobody listens


async def report(emulator: Emulator, **changes: Any) -> CheckReport:
    async with AsyncClient(**options_for(emulator, **changes)) as client:
        return await client.check()


def step(of: CheckReport, name: str) -> CheckStep:
    return next(step for step in of.steps if step.name == name)


def verdicts(of: CheckReport) -> dict[str, str]:
    """The steps that are not simply ok."""
    return {step.name: step.verdict for step in of.steps if step.verdict != "ok"}


async def test_everything_works(emulator: Emulator) -> None:
    found = await report(emulator)
    assert found.ok
    assert found.system.startswith(f"anaplan-sdk {version('anaplan-sdk')}, Python 3.")
    assert verdicts(found) == {}
    assert tuple(step.name for step in found.steps) == STEPS
    assert step(found, "log-in").detail == "BasicLogin: a token for 35 minutes"
    assert step(found, "user").detail == "ada@example.com"
    assert step(found, "workspaces").detail == "1 visible"
    assert step(found, "models").detail == "2 visible"
    assert step(found, "model").detail == "Sales Planning Development, UNLOCKED"
    assert step(found, "workspace").detail == f"Sales Planning ({emulator.environment['ANAPLAN_WORKSPACE_ID']})"
    assert step(found, "model state").detail == "Open"
    assert all(step.seconds >= 0 for step in found.steps)


async def test_the_workspace_is_found_from_the_model(emulator: Emulator) -> None:
    found = await report(emulator, workspace_id=None)
    assert verdicts(found) == {}
    assert step(found, "workspace").detail == f"Sales Planning ({emulator.environment['ANAPLAN_WORKSPACE_ID']})"


async def test_a_token_that_is_there_is_used(emulator: Emulator, client: AsyncClient) -> None:
    await client.get_current_user()
    assert (await client.check()).ok
    assert log_ins(emulator) == 1


# --- hosts ------------------------------------------------------------------------------------------------------------


async def test_an_api_that_cannot_be_reached(emulator: Emulator) -> None:
    found = await report(emulator, api_url=NOWHERE)
    assert not found.ok
    assert verdicts(found) == {"API": "failed", **dict.fromkeys(STEPS[4:], "skipped")}
    assert "No connection to 127.0.0.1:9: connection refused" in step(found, "API").detail
    assert step(found, "user").detail == "not looked at without: API"


async def test_an_authentication_service_that_cannot_be_reached(emulator: Emulator) -> None:
    found = await report(emulator, auth_url=NOWHERE)
    assert verdicts(found) == {"log-in service": "failed", **dict.fromkeys(STEPS[3:], "skipped")}
    assert emulator.requests != []


async def test_a_proxy_that_cannot_be_reached_and_its_password(emulator: Emulator) -> None:
    found = await report(emulator, proxy="http://ada:proxy-secret@127.0.0.1:9")
    assert verdicts(found)["API"] == "failed"
    assert step(found, "clock").verdict == "skipped"
    assert "through the proxy 127.0.0.1:9" in str(found)
    assert "proxy-secret" not in str(found)


async def test_a_proxy_that_answers_in_anaplans_place(emulator: Emulator) -> None:
    emulator.inject(Fault(status=200, content_type="text/html", times=None))
    found = await report(emulator)
    assert verdicts(found) == {
        "API": "warning",
        "log-in service": "warning",
        "log-in": "failed",
        **dict.fromkeys(STEPS[4:], "skipped"),
    }
    assert "200 and text/html" in step(found, "API").detail


async def test_a_clock_that_is_off_is_a_warning(emulator: Emulator) -> None:
    date = {"Date": "Thu, 01 Jan 2015 00:00:00 GMT"}
    emulator.inject(Fault(path="/users/me", status=401, headers=date))
    found = await report(emulator)
    assert verdicts(found) == {"clock": "warning"}
    assert found.ok
    assert "ahead of Anaplan's" in step(found, "clock").detail


# --- log-in -----------------------------------------------------------------------------------------------------------


async def test_a_wrong_password(emulator: Emulator) -> None:
    found = await report(emulator, password="not-the-password")
    assert verdicts(found) == {"log-in": "failed", **dict.fromkeys(STEPS[4:], "skipped")}
    assert "refuses the e-mail and password of ada@example.com: 401" in step(found, "log-in").detail
    assert "not-the-password" not in str(found)
    assert log_ins(emulator) == 1


async def test_a_certificate_with_its_key_in_one_file(emulator: Emulator) -> None:
    pkcs12 = ada().pkcs12(b"open sesame", begins=datetime.now(UTC) - timedelta(days=1))
    given = certificate_options(certificate=pkcs12, private_key=None)
    found = await report(emulator, **given, private_key_password="open sesame")
    assert verdicts(found) == {}
    assert step(found, "log-in").detail == "CertificateLogin: a token for 35 minutes"
    found = await report(emulator, **given, private_key_password="sesame")
    assert "private_key_password does not open it" in step(found, "log-in").detail


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (lambda: {"certificate": "nowhere.pem"}, "certificate: no such file: nowhere.pem"),
        (lambda: {"private_key": ada().certificate()}, "private_key holds no private key but: CERTIFICATE"),
        (lambda: {"private_key": ada().private(b"open sesame")}, "Give its password as private_key_password"),
        (lambda: {"certificate": ada().certificate(begins=datetime(2020, 1, 1, tzinfo=UTC))}, "expired on 2020-12-31"),
    ],
)
async def test_mistakes_with_certificate_and_key(
    emulator: Emulator, changes: Callable[[], dict[str, Any]], problem: str
) -> None:
    found = await report(emulator, **certificate_options(**changes()))
    assert verdicts(found) == {"log-in": "failed", **dict.fromkeys(STEPS[4:], "skipped")}
    assert problem in step(found, "log-in").detail
    assert log_ins(emulator) == 0


async def test_a_token_that_is_refused_shows_where_it_is_used(emulator: Emulator) -> None:
    found = await report(emulator, user_email=None, password=None, token="a-stale-token")
    assert verdicts(found) == {"user": "failed", **dict.fromkeys(STEPS[5:], "skipped")}
    assert "a-stale-token" not in str(found)


class Broken:
    """Somebody's own way to log in, on a bad day."""

    def log_in(self) -> Flow:
        yield from ()
        raise LookupError("vault-secret")

    def renew(self, token: Token) -> Flow:
        return self.log_in()

    def log_out(self, token: Token) -> Generator[Step, Any, None]:
        yield from ()


async def test_a_way_to_log_in_of_the_users_own_that_fails(emulator: Emulator) -> None:
    found = await report(emulator, user_email=None, password=None, auth=Broken())
    assert step(found, "log-in service").detail == "not needed by Broken"
    assert step(found, "log-in").detail.startswith("LookupError, which is no error of the SDK")
    assert "vault-secret" not in str(found)


# --- the model --------------------------------------------------------------------------------------------------------


async def test_an_archived_model(emulator: Emulator) -> None:
    next(iter(emulator.tenant.models.values())).active_state = "ARCHIVED"
    found = await report(emulator)
    assert verdicts(found) == {"model": "failed", "model state": "skipped"}
    assert step(found, "model").detail == "Sales Planning Development, ARCHIVED: restore it in Anaplan first"


async def test_a_closed_model_is_no_trouble(emulator: Emulator, client: AsyncClient) -> None:
    await client.close_model(timeout=5)
    found = await client.check()
    assert found.ok
    assert step(found, "model state").detail.startswith("Closed: the first call opens it")


async def test_a_model_that_does_not_exist(emulator: Emulator) -> None:
    found = await report(emulator, model_id="9" * 32)
    assert verdicts(found) == {"model": "failed", "model state": "skipped"}
    assert step(found, "model").detail.startswith(f"{'9' * 32} is no model that the user sees")


async def test_a_model_in_which_the_user_has_no_role(emulator: Emulator) -> None:
    model = next(iter(emulator.tenant.models.values()))
    who = ordinary_user(emulator)
    user = emulator.tenant.user_with_email(who["user_email"])
    assert user is not None
    model.no_access.add(user.id)
    found = await report(emulator, **who)
    assert verdicts(found) == {"model state": "failed"}
    assert "ask for a role in it" in step(found, "model state").detail


async def test_no_model_is_no_mistake(emulator: Emulator) -> None:
    found = await report(emulator, model_id=None)
    assert verdicts(found) == {"model": "skipped", "model state": "skipped"}
    assert found.ok


async def test_neither_model_nor_workspace(emulator: Emulator) -> None:
    found = await report(emulator, model_id=None, workspace_id=None)
    assert verdicts(found) == dict.fromkeys(("model", "workspace", "model state"), "skipped")


async def test_the_workspace_of_another_model(emulator: Emulator) -> None:
    found = await report(emulator, workspace_id="B" * 32)
    assert verdicts(found) == {"workspace": "failed"}
    own = emulator.environment["ANAPLAN_WORKSPACE_ID"]
    assert f"the model is in Sales Planning ({own}), not in {'B' * 32}" in step(found, "workspace").detail


async def test_a_workspace_that_does_not_exist(emulator: Emulator) -> None:
    found = await report(emulator, model_id=None, workspace_id="B" * 32)
    assert verdicts(found)["workspace"] == "failed"


async def test_an_api_that_fails_in_the_middle(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/workspaces$", status=503, times=None))
    found = await report(emulator)
    assert verdicts(found) == {"workspaces": "failed", "workspace": "skipped"}
    assert "503" in step(found, "workspaces").detail
