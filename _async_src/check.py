# Source of both colours: scripts/codegen.py emits this file twice.
"""check(): what works between here and the model, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from anaplan_sdk._core import check as checkup
from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.check import Finding
from anaplan_sdk._core.http.deadline import Deadline, epoch, now
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.login.token_service import server_ahead
from anaplan_sdk.errors import NotFoundError
from anaplan_sdk.models import Model, Workspace
from anaplan_sdk.models.checkup import CheckReport, CheckStep

from .bulk.models import Models
from .bulk.tenant import Tenant
from .scope import Scope


class Check(Scope):
    """The client's own diagnosis."""

    async def check(self, *, timeout: float | None = None) -> CheckReport:
        """Look, step by step, at what works: hosts, clock, log-in, user, workspaces, models and the client's model.

        Never raises for what does not work: the report says what went wrong and what to do about it, and skips what
        cannot work then. ``print(report)`` gives text for a ticket, without secrets. Steps that do not fit into
        ``timeout`` are failures.
        """
        steps = _Steps(_Calls(self._session, self._workspace_id, self._model_id), Deadline.after(timeout))
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
        return CheckReport(checkup.system(), tuple(steps.taken.values()))


class _Look(Protocol):
    """One step. What it raises is its finding too."""

    async def __call__(self) -> Finding: ...


class _Calls(Tenant, Models):
    """The calls that the steps make."""


class _Steps:
    """The steps of one check, and what later ones need of earlier ones."""

    def __init__(self, client: _Calls, deadline: Deadline) -> None:
        self.taken: dict[str, CheckStep] = {}
        self._client = client
        self._deadline = deadline
        self._session = client._session
        self._login = checkup.way_to_log_in(client._session.credentials)
        self._server_ahead: float | None = None
        self._workspaces: Sequence[Workspace] = ()
        self._model: Model | None = None

    async def take(self, name: str, look: _Look, *needs: str) -> None:
        """Take a step, unless one of those that it needs did not succeed."""
        started = now()
        finding = checkup.waiting_for([self.taken[need] for need in needs]) or await _found(look)
        self.taken[name] = CheckStep(name, finding.verdict, finding.detail, now() - started)

    async def api(self) -> Finding:
        url = bulk.current_user().request(self._session.settings.urls["api"]).url
        return checkup.api_answer(url, await self._probe(url))

    async def log_in_service(self) -> Finding:
        url = checkup.log_in_probe(self._login)
        if url is None:
            return checkup.not_needed(self._login)
        return checkup.log_in_answer(self._login, url, await self._probe(url))

    async def _probe(self, url: str) -> Response:
        answer = await self._session.probe(url, self._deadline)
        if self._server_ahead is None:  # at once: the next host may take its time
            self._server_ahead = server_ahead(answer, epoch())
        return answer

    async def clock(self) -> Finding:
        return checkup.clock(self._server_ahead)

    async def log_in(self) -> Finding:
        return checkup.logged_in(self._login, await self._session.token(self._deadline))

    async def user(self) -> Finding:
        return checkup.user(await self._client.get_current_user(timeout=self._deadline.left()))

    async def workspaces(self) -> Finding:
        self._workspaces = await self._client.list_workspaces(timeout=self._deadline.left())
        return checkup.visible("workspace", self._workspaces)

    async def models(self) -> Finding:
        return checkup.visible("model", await self._client.list_models(timeout=self._deadline.left()))

    async def model(self) -> Finding:
        model_id = self._client.model_id
        if model_id is None:
            return Finding("skipped", "the client has no model_id")
        try:
            self._model = await self._client.get_model(model_id, timeout=self._deadline.left())
        except NotFoundError:
            return checkup.no_such_model(model_id)
        return checkup.model(self._model)

    async def workspace(self) -> Finding:
        return checkup.workspace(self._client.workspace_id, self._workspaces, self._model)

    async def model_state(self) -> Finding:
        try:
            return checkup.model_state(await self._client.get_model_status(timeout=self._deadline.left()))
        except NotFoundError:
            return checkup.hidden()


async def _found(look: _Look) -> Finding:
    try:
        return await look()
    except Exception as error:
        return checkup.failure(error)
