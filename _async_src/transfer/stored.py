# Source of both colours: scripts/codegen.py emits this file twice.
"""What Anaplan has: the files of a model, and the chunks of a file."""

from __future__ import annotations

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.api.service import Listing, ModelPath
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.transfer.target import target_file
from anaplan_sdk.models import Chunk, File

from ..engine.session import Session


async def list_files(session: Session, at: ModelPath, deadline: Deadline) -> list[File]:
    """The files of a model."""
    return await session.rows(bulk.files(at), deadline)


async def ensure_file(session: Session, at: ModelPath, file_id: int | str, deadline: Deadline) -> File | None:
    """The file of the model; None where it has none and the settings let Anaplan create it. Raises otherwise.

    Files that are known are believed for five minutes, and one that is not known is looked for.
    """
    known = session.files.get(at.model_id) or {}
    if str(file_id) not in known:
        known = {str(file.id): file for file in await list_files(session, at, deadline)}
        session.files.put(at.model_id, known)
    return target_file(known, file_id, at.model_id, may_create=session.settings.allow_file_creation)


async def stored_chunks(session: Session, chunks: Listing[Chunk], deadline: Deadline) -> list[str]:
    """The ids of the chunks of a file or dump."""
    return [chunk.id for chunk in await session.rows(chunks, deadline)]
