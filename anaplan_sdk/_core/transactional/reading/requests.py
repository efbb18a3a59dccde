"""Read requests: the jobs that they are, and what keeps them alive."""

from __future__ import annotations

from functools import partial

import attrs

from anaplan_sdk._core.api import transactional
from anaplan_sdk._core.api.service import ModelPath
from anaplan_sdk._core.api.transactional import Reads
from anaplan_sdk._core.http.deadline import now
from anaplan_sdk._core.jobs.job import Job
from anaplan_sdk.errors import JobId, TaskCancelledError, TaskError, TaskFailedError
from anaplan_sdk.models import ReadRequest

# Anaplan drops a read request half an hour after the last fetch of a page whose number this divides.
_TELLING_PAGES = 100
_IDLE_SECONDS = 600.0


def view_read(at: ModelPath, view_id: int | str, export_type: str) -> tuple[Job[ReadRequest], Reads]:
    """The read request of a view."""
    reads = transactional.view_reads(at, view_id)
    return _job(reads, view_id, "view", {"exportType": export_type}), reads


def list_read(at: ModelPath, list_id: int | str) -> tuple[Job[ReadRequest], Reads]:
    """The read request of a list."""
    reads = transactional.list_reads(at, list_id)
    return _job(reads, list_id, "list", None), reads


def _job(reads: Reads, object_id: int | str, what: str, fields: dict[str, str] | None) -> Job[ReadRequest]:
    return Job(
        id=JobId(f"read request of {what}", "transactional", object_id),
        what="download",
        start=transactional.start_read(reads, ReadRequest, fields),
        task=partial(transactional.read_request, reads, ReadRequest),
        resume=lambda _: "the same method again",
        harmless=True,
    )


def check_success(job: Job[ReadRequest], request: ReadRequest) -> None:
    """Raise if *request* ended without success; one that still runs may yet succeed."""
    if request.task_state in ("CANCELLING", "CANCELLED"):
        raise TaskCancelledError(f"The {job.id} was cancelled. Read it again.", task=request, job=job.id)
    if request.ended and not request.successful:
        raise TaskFailedError(f"The {job.id} failed; Anaplan gives no reason. Read it again.", task=request, job=job.id)


def expired(job: Job[ReadRequest], request: ReadRequest) -> TaskError:
    """The error of a request that is gone although it is still being read."""
    return TaskError(
        f"The {job.id} is gone before all of it was fetched: Anaplan drops it after 30 minutes in which no page was "
        "taken, or somebody has deleted it. Read it again.",
        task=request,
        job=job.id,
    )


@attrs.define
class KeepAlive:
    """Knows when a read request would be dropped although its pages are being fetched."""

    _since: float = attrs.field(factory=now, init=False)

    def needs_touch(self, page: int | None = None) -> bool:
        """Whether the first page has to be fetched once more: before *page* is, or while no other is there."""
        return (page is None or page % _TELLING_PAGES != 0) and now() - self._since > _IDLE_SECONDS

    def fetched(self, page: int) -> None:
        """Note that a page has come."""
        if page % _TELLING_PAGES == 0:
            self._since = now()
