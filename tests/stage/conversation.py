"""A driver of log-ins without a network or a wait: it answers in order, and its clock moves only with pauses."""

from __future__ import annotations

import json
import stat
from collections.abc import Generator
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import attrs

from anaplan_sdk._core.flow import Compute, FileMode, Once, Pause, ReadFile, Step
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._sync.engine import flows
from anaplan_sdk.errors import TransportError

R = TypeVar("R")
NOW = 1_785_000_000.0
LOST = TransportError("connection reset", maybe_received=True)
UNREACHABLE = TransportError("no route to host", maybe_received=False)


def json_answer(status: int = 200, **parameters: Any) -> Response:
    return Response(status, {}, json.dumps(parameters).encode())


def token_answer(value: str = "access", **parameters: Any) -> Response:
    defaults: dict[str, Any] = {"expires_in": 2100, "token_type": "Bearer"}
    return json_answer(access_token=value, **(defaults | parameters))


def refusal(error: str, status: int = 403, description: str = "") -> Response:
    return json_answer(status, error=error, error_description=description)


@attrs.define
class Conversation:
    """Performs flows with these answers for Anaplan's, and keeps what was sent, and how."""

    answers: list[Response | TransportError] = attrs.field(factory=list[Response | TransportError])
    time: float = NOW
    sent: list[Request | Once] = attrs.field(factory=list[Request | Once])
    pauses: list[float] = attrs.field(factory=list[float])

    def clock(self) -> float:
        return self.time

    @property
    def forms(self) -> list[dict[str, str]]:
        """The bodies that were sent."""
        requests = (step.request if isinstance(step, Once) else step for step in self.sent)
        return [dict(parse_qsl(bytes(request.body or b"").decode(), strict_parsing=True)) for request in requests]

    def perform(self, flow: Generator[Step, Any, R]) -> R:
        return flows.perform(flow, self._do)

    def _do(self, step: Step) -> object:
        match step:
            case Request() | Once():
                self.sent.append(step)
                answer = self.answers.pop(0)
                if isinstance(answer, TransportError):
                    raise answer
                return answer
            case Compute(work):
                return work()
            case Pause(seconds):
                self.pauses.append(seconds)
                self.time += seconds
                return None
            case ReadFile(path):
                return path.read_bytes()
            case FileMode(path):
                return stat.S_IMODE(path.stat().st_mode)
