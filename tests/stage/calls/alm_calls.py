"""Calls of Application Lifecycle Management that several tests make."""

from __future__ import annotations

from typing import Any

from anaplan_sdk.emulator import Emulator
from stage.calls.caller import Answer, Caller

DEVELOPMENT_ID, PRODUCTION_ID = "1" * 32, "2" * 32
DEVELOPMENT, PRODUCTION = f"/2/0/models/{DEVELOPMENT_ID}", f"/2/0/models/{PRODUCTION_ID}"
# The revision that both models have, and the one that development is ahead.
FIRST, SECOND = "5A1E5000000000000000000000000001", "5A1E5000000000000000000000000002"
PAIR = {"sourceRevisionId": SECOND, "sourceModelId": DEVELOPMENT_ID, "targetRevisionId": FIRST}
KINDS = ("syncTasks", "comparisonReportTasks", "summaryReportTasks")


def message(answer: Answer) -> str:
    text: str = answer.json["status"]["message"]
    return text


def start(caller: Caller, kind: str, **changes: str) -> str:
    """Start a task in production and return the path of its status."""
    answer = caller("POST", f"{PRODUCTION}/alm/{kind}", PAIR | changes)
    assert answer.status == 201, answer
    return f"{PRODUCTION}/alm/{kind}/{answer.json['task']['taskId']}"


def finish(caller: Caller, kind: str, **changes: str) -> Any:
    """Run a task in production to its end and return it."""
    return caller.finished(start(caller, kind, **changes))


def create(caller: Caller, name: str = "R", model: str = DEVELOPMENT) -> str:
    """Create a revision and return its id."""
    answer = caller("POST", f"{model}/alm/revisions", {"name": name})
    assert answer.status == 201, answer
    revision_id: str = answer.json["revision"]["id"]
    return revision_id


def revision_ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer
    return [revision["id"] for revision in answer.json.get("revisions", [])]


def mask(emulator: Emulator, model_id: str, email: str = "ada@example.com") -> None:
    """Give a user the role NO ACCESS."""
    user = emulator.tenant.user_with_email(email)
    assert user is not None
    emulator.tenant.models[model_id].no_access.add(user.id)
