"""What each step of ``check()`` makes of what it got, and the report of them all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import urlsplit

import attrs

from anaplan_sdk._core.api import auth
from anaplan_sdk._core.flow import Credentials
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.login.oauth.grant import OAuthLogin
from anaplan_sdk._core.login.service import ServiceLogin
from anaplan_sdk._core.login.stored import StoredLogin
from anaplan_sdk._core.login.token import Token
from anaplan_sdk.errors import AnaplanError, printable
from anaplan_sdk.models import Model, ModelStatus, User, Workspace

# Seconds. Beyond this, not even a slow network explains the difference.
_CLOCK_TOLERANCE = 60.0

StepVerdict: TypeAlias = Literal["ok", "warning", "failed", "skipped"]


@attrs.frozen
class CheckStep:
    """One thing that was checked. ``detail`` says what was found and, if it is bad, what to do about it."""

    name: str
    verdict: StepVerdict
    detail: str
    seconds: float

    @property
    def ok(self) -> bool | None:
        """Whether it works, with or without a warning; None if it was skipped."""
        return None if self.verdict == "skipped" else self.verdict != "failed"


@attrs.frozen
class CheckReport:
    """All steps in order. Its text can be pasted into a ticket: it contains no token, password or key."""

    system: str
    steps: tuple[CheckStep, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(step.verdict != "failed" for step in self.steps)

    def __str__(self) -> str:
        width = max((len(step.name) for step in self.steps), default=0)
        lines = [
            f"{step.verdict:7}  {step.name:{width}}  {step.seconds:6.2f} s  {printable(step.detail)}"
            for step in self.steps
        ]
        return "\n".join([self.system, *lines])


class Finding(NamedTuple):
    """What a step found."""

    verdict: StepVerdict
    detail: str


def failure(error: Exception) -> Finding:
    """The finding of a step that raised. Errors of others are not quoted: they may hold secrets."""
    if isinstance(error, AnaplanError):
        return Finding("failed", str(error))
    return Finding(
        "failed",
        f"{type(error).__name__}, which is no error of the SDK: look at auth= if it is your own, or report this.",
    )


def waiting_for(steps: Sequence[CheckStep]) -> Finding | None:
    """Why a step cannot be taken, None if all that it builds on works."""
    missing = [step.name for step in steps if not step.ok]
    return Finding("skipped", f"not looked at without: {', '.join(missing)}") if missing else None


# --- hosts ------------------------------------------------------------------------------------------------------------


def api_answer(url: str, response: Response) -> Finding:
    """Whether it is Anaplan that answers a request without a token."""
    return _answer(url, response, {401}, "api_url")


def way_to_log_in(credentials: Credentials) -> Credentials:
    """*credentials*, without the store for their tokens."""
    return credentials.credentials if isinstance(credentials, StoredLogin) else credentials


def log_in_probe(login: Credentials) -> str | None:
    """The URL that tells whether the service that *login* uses can be reached; None where none is known."""
    if isinstance(login, ServiceLogin):
        return auth.validate(login.auth_url)
    if isinstance(login, OAuthLogin) and login.oauth_url:
        return auth.authorize(login.oauth_url)
    return None


def log_in_answer(login: Credentials, url: str, response: Response) -> Finding:
    """Whether it is Anaplan that answers at the service that *login* uses."""
    if isinstance(login, ServiceLogin):
        return _answer(url, response, {400, 401}, "auth_url")
    return _answer(url, response, range(200, 500), "oauth_url")


def not_needed(login: Credentials) -> Finding:
    """The finding for a log-in that asks none of Anaplan's services."""
    return Finding("ok", f"not needed by {type(login).__name__}")


def _answer(url: str, response: Response, expected: Collection[int], argument: str) -> Finding:
    host = urlsplit(url).netloc.rpartition("@")[2]
    if response.status in expected:
        return Finding("ok", f"{host} answers")
    content_type = response.headers.get("content-type", "").partition(";")[0] or "nothing"
    return Finding(
        "warning",
        f"{host} answers a request without a token with {response.status} and {content_type}, which Anaplan does not. "
        f"Check {argument}, and whether a proxy answers in its place.",
    )


def clock(server_ahead: float | None) -> Finding:
    """How far the local clock is off, by the Date of an answer."""
    if server_ahead is None:
        return Finding("skipped", "no answer with a Date to compare with")
    if abs(server_ahead) <= _CLOCK_TOLERANCE:
        return Finding("ok", f"within {_CLOCK_TOLERANCE:.0f} s of Anaplan's")
    direction = "behind" if server_ahead > 0 else "ahead of"
    return Finding(
        "warning",
        f"the local clock is {abs(server_ahead):,.0f} s {direction} Anaplan's: synchronise it, for certificates and "
        "tokens depend on it",
    )


# --- the user ---------------------------------------------------------------------------------------------------------


def logged_in(login: Credentials, token: Token) -> Finding:
    """What the token is good for."""
    lasts = "whose end is not known" if token.expires_at is None else f"for {token.remaining() / 60:.0f} minutes"
    return Finding("ok", f"{type(login).__name__}: a token {lasts}")


def user(current: User) -> Finding:
    """Who is logged in."""
    name = current.email or current.id
    if current.active is False:
        return Finding("warning", f"{name} is not active: ask an administrator")
    return Finding("ok", name)


def visible(what: str, rows: Sequence[Workspace | Model]) -> Finding:
    """How many *what* the user sees."""
    if rows:
        return Finding("ok", f"{len(rows):,} visible")
    return Finding("warning", f"no {what} visible: ask for access, in the default tenant, which is all the API shows")


# --- the model --------------------------------------------------------------------------------------------------------


def model(found: Model) -> Finding:
    """Whether the model can be worked with at all."""
    shown = f"{found.name}, {found.active_state or 'in an unknown state'}"
    if found.active_state == "ARCHIVED":
        return Finding("failed", f"{shown}: restore it in Anaplan first")
    return Finding("ok", shown)


def no_such_model(model_id: str) -> Finding:
    """The finding for a model that Anaplan does not find."""
    return Finding(
        "failed",
        f"{model_id} is no model that the user sees: check model_id, the region, and that it is in the default tenant",
    )


def workspace(given: str | None, listed: Sequence[Workspace], found: Model | None) -> Finding:
    """Whether the workspace is that of the model or, without a model, one that the user sees."""
    if found is not None and found.current_workspace_id is not None:
        named = f"{found.current_workspace_name or 'without a name'} ({found.current_workspace_id})"
        if given in (None, found.current_workspace_id):
            return Finding("ok", named)
        return Finding("failed", f"the model is in {named}, not in {given}: leave workspace_id out, or correct it")
    if given is None:
        return Finding("skipped", "the client has no workspace_id")
    for candidate in listed:
        if candidate.id == given:
            return Finding("ok", f"{candidate.name} ({given})")
    return Finding("failed", f"{given} is no workspace that the user sees: check workspace_id")


def model_state(status: ModelStatus) -> Finding:
    """Whether the model is open."""
    if status.current_step == "Closed":
        return Finding("ok", "Closed: the first call opens it, and takes longer")
    busy = f" ({status.tooltip})" if status.tooltip else ""
    return Finding("ok", f"{status.current_step}{busy}")


def hidden() -> Finding:
    """The finding for a model that is shown while all that is in it is not: so Anaplan treats the role NO ACCESS."""
    return Finding("failed", "the user has no access to what is in the model: ask for a role in it")
