# Source of both colours: scripts/codegen.py emits this file twice.
"""What Anaplan has: the files of a model, and the chunks of a file."""

from __future__ import annotations

from anaplan_sdk._core.api import endpoints
from anaplan_sdk._core.api.endpoints import ModelPath
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk.errors import TransferError
from anaplan_sdk.models import Chunk, File

from ..engine.session import Session


async def list_files(session: Session, at: ModelPath, deadline: Deadline | None = None) -> list[File]:
    """The files of a model."""
    path = endpoints.objects(at, "files")
    return await session.listing(path, "files", File, deadline=deadline)


async def find_file(session: Session, at: ModelPath, file_id: int | str, deadline: Deadline) -> File | None:
    """The file of the model; None where it has none, and a setting lets Anaplan create it.

    An upload to an unknown id or name would create one and store the content there.
    """
    known = session.files.get(at.model_id)
    if known is not None and str(file_id) in known:
        return known[str(file_id)]
    files = {str(file.id): file for file in await list_files(session, at, deadline)}
    session.files.put(at.model_id, files)
    if str(file_id) in files:
        return files[str(file_id)]
    by_name = next((known for known, file in files.items() if file.name == file_id), None)
    if by_name is not None:
        raise TransferError(
            f"Model {at.model_id} has no file with the id {file_id!r}; nothing was uploaded. Its file of that name "
            f"has the id {by_name}."
        )
    if not session.settings.allow_file_creation:
        raise TransferError(
            f"Model {at.model_id} has no file {file_id}; nothing was uploaded. See list_files() for those it has. "
            "Set allow_file_creation=True to let Anaplan create files."
        )
    return None


async def stored_chunks(session: Session, path: str, deadline: Deadline | None = None) -> list[str]:
    """The ids of the chunks of a file or dump at *path*."""
    chunks = await session.listing(path, "chunks", Chunk, deadline=deadline)
    return [chunk.id for chunk in chunks]
