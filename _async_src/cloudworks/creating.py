# Source of both colours: scripts/codegen.py emits this file twice.
"""The driver of creations: it does what the conversation asks for."""

from __future__ import annotations

from typing import Any

from anaplan_sdk._core.api.service import Endpoint, Listing
from anaplan_sdk._core.cloudworks.creating import CreateOnce
from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.steps import Begin, Look
from anaplan_sdk._io.aio import sleep
from anaplan_sdk.errors import NotFoundError

from ..engine.flows import perform
from ..engine.session import Session


async def create(
    session: Session, what: str, name: str, creation: Endpoint[str], there: Listing[Any], deadline: Deadline
) -> str:
    """The id of what *creation* makes, at most once; *there* lists all that there are."""

    async def do(step: object) -> Any:
        match step:
            case Begin():
                return await session.one(creation, deadline)
            case Look(limit):
                return await session.rows(there, limit)
            case Pause(seconds):
                return await sleep(seconds)
            case _:
                raise AssertionError(f"{step!r} is no step of a creation")

    return await perform(CreateOnce(what, name, session.settings.poll, deadline, session.server_time).run(), do)


async def delete(session: Session, deletion: Endpoint[None], deadline: Deadline) -> None:
    """Delete something. What an attempt before deleted, whose answer was lost, is not found any more."""
    try:
        await session.one(deletion, deadline)
    except NotFoundError as error:
        if not error.earlier:
            raise
