"""Which file of a model content goes to, and the errors of uploads and downloads that are not complete."""

from __future__ import annotations

from collections.abc import Mapping

from anaplan_sdk.errors import TransferError, TransferTimeoutError
from anaplan_sdk.models import File


def target_file(
    files: Mapping[str, File], file_id: int | str, model_id: str, *, may_create: bool = False
) -> File | None:
    """The one of a model's *files* that has the id; None where it has none and Anaplan may create it.

    Raises TransferError otherwise: Anaplan answers an upload to an unknown id or name by creating a file.
    """
    if str(file_id) in files:
        return files[str(file_id)]
    by_name = next((known for known, file in files.items() if file.name == file_id), None)
    if by_name is not None:
        raise TransferError(
            f"Model {model_id} has no file with the id {file_id!r}; nothing was uploaded. Its file of that name "
            f"has the id {by_name}."
        )
    if not may_create:
        raise TransferError(
            f"Model {model_id} has no file {file_id}; nothing was uploaded. See list_files() for those it has. "
            "Set allow_file_creation=True to let Anaplan create files."
        )
    return None


def created_another(model_id: str, file_id: int | str, created: int | str) -> TransferError:
    """The error of an upload whose file was gone when it began."""
    return TransferError(
        f"Model {model_id} has no file {file_id}: Anaplan created file {created} instead. "
        "Nothing was uploaded to it; delete it in Anaplan."
    )


def shorter_source(file_id: int | str) -> TransferError:
    """The error of a source that ends before its size."""
    return TransferError(f"The source for file {file_id} became shorter during the upload: upload it again.")


def upload_too_late(file_id: int | str) -> TransferTimeoutError:
    """The error of an upload whose time is over."""
    return TransferTimeoutError(f"The time limit passed while uploading to file {file_id}: the upload is not complete.")


def confirmation_too_late(file_id: int | str) -> TransferTimeoutError:
    """The error of an upload that is all sent, and whose time is over."""
    return TransferTimeoutError(
        f"The time limit passed after all of file {file_id} was sent, but before Anaplan confirmed it."
    )


def download_too_late(path: str) -> TransferTimeoutError:
    """The error of a download whose time is over."""
    return TransferTimeoutError(f"The time limit passed while downloading {path}.")


def empty_chunk(chunk: str, path: str) -> TransferError:
    """The error of a chunk without content."""
    return TransferError(f"Chunk {chunk} of {path} is empty: the content is not complete. Try again.")
