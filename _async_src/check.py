# Source of both colours: scripts/codegen.py emits this file twice.
"""check(): what works between here and the model, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from anaplan_sdk._core import check
from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.check import CheckReport, CheckStep, Finding
from anaplan_sdk._core.http.deadline import Deadline, epoch, now
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.login.token_service import server_ahead
from anaplan_sdk._io.environment import system
from anaplan_sdk.errors import NotFoundError
from anaplan_sdk.models import Model, Workspace

from .engine.session import Session
from .scope import Scope


class Check(Scope):
    """The client's own diagnosis."""

    async def check(self, *, timeout: float | None = None) -> CheckReport:
        """Check step by step what works: hosts, clock, log-in, user, workspaces, models and the client's model.

        Never raises for what does not work: the report says what is wrong and what to do about it, and skips what
        depends on it. ``print(report)`` gives a text for a ticket, without secrets.

        Args:
            timeout: Seconds for the whole check, None for no limit. Steps that do not fit into it are reported as
                failed.
        """
        steps = _Steps(self._session, self._workspace_id, self._model_id, Deadline.after(timeout))
        await steps.take("API", steps.api)
        await steps.take("log-in service", steps.log_in_service)
        await steps.take("clock", steps.clock)
        await steps.take("log-in", steps.log_in, "log-in service")
        await steps.take("user", steps.user, "API", "log-in")
        await steps.take("workspaces", steps.workspaces, "user")
        await steps.take("models", steps.models, "user")
        await steps.take("model", steps.model, "user")
        await steps.take("workspace", steps.workspace, "workspaces")
        await steps.take("model state", steps.model_state, "model")
        return CheckReport(system(), tuple(steps.taken.values()))


class _Look(Protocol):
    """One step. What it raises is its finding too."""

    async def __call__(self) -> Finding: ...


class _Steps:
    """The steps of one check, and what later ones need of earlier ones."""

    def __init__(self, session: Session, workspace_id: str | None, model_id: str | None, deadline: Deadline) -> None:
        self.taken: dict[str, CheckStep] = {}
        self._session = session
        self._workspace_id = workspace_id
        self._model_id = model_id
        self._deadline = deadline
        self._login = check.way_to_log_in(session.credentials)
        self._server_ahead: float | None = None
        self._workspaces: Sequence[Workspace] = ()
        self._model: Model | None = None

    async def take(self, name: str, look: _Look, *needs: str) -> None:
        """Take a step, unless one of those that it needs did not succeed."""
        started = now()
        finding = check.waiting_for([self.taken[need] for need in needs]) or await _found(look)
        self.taken[name] = CheckStep(name, finding.verdict, finding.detail, now() - started)

    async def api(self) -> Finding:
        url = bulk.current_user().request(self._session.settings.urls["api"]).url
        return check.api_answer(url, await self._probe(url))

    async def log_in_service(self) -> Finding:
        url = check.log_in_probe(self._login)
        if url is None:
            return check.not_needed(self._login)
        return check.log_in_answer(self._login, url, await self._probe(url))

    async def _probe(self, url: str) -> Response:
        answer = await self._session.probe(url, self._deadline)
        if self._server_ahead is None:  # at once: the next host may take its time
            self._server_ahead = server_ahead(answer, epoch())
        return answer

    async def clock(self) -> Finding:
        return check.clock(self._server_ahead)

    async def log_in(self) -> Finding:
        return check.logged_in(self._login, await self._session.token(self._deadline))

    async def user(self) -> Finding:
        return check.user(await self._session.one(bulk.current_user(), self._deadline))

    async def workspaces(self) -> Finding:
        listing = bulk.workspaces(search=None, sort=None, details=False)
        self._workspaces = await self._session.rows(listing, self._deadline)
        return check.visible("workspace", self._workspaces)

    async def models(self) -> Finding:
        listing = bulk.models(None, search=None, sort=None, details=False)
        found = await self._session.rows(listing, self._deadline)
        return check.visible("model", found)

    async def model(self) -> Finding:
        if self._model_id is None:
            return Finding("skipped", "the client has no model_id")
        try:
            self._model = await self._session.one(bulk.model(self._model_id, details=True), self._deadline)
        except NotFoundError:
            return check.no_such_model(self._model_id)
        return check.model(self._model)

    async def workspace(self) -> Finding:
        return check.workspace(self._workspace_id, self._workspaces, self._model)

    async def model_state(self) -> Finding:
        assert self._model_id is not None  # the step of the model was taken
        try:
            return check.model_state(await self._session.one(bulk.model_status(self._model_id), self._deadline))
        except NotFoundError:
            return check.hidden()


async def _found(look: _Look) -> Finding:
    try:
        return await look()
    except Exception as error:
        return check.failure(error)
