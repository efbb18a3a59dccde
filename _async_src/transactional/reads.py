# Source of both colours: scripts/codegen.py emits this file twice.
"""Read requests: made, fetched page by page while they run, and always deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import attrs

from anaplan_sdk._core.api import transactional
from anaplan_sdk._core.api.transactional import Reads
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.job import Job
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.transactional.reading.requests import KeepAlive, check_success
from anaplan_sdk._io.aio import closing, prefetch, shielded, sleep
from anaplan_sdk.errors import AnaplanError, NotFoundError
from anaplan_sdk.models import ReadRequest

from ..engine.session import Session
from ..jobs.jobs import Jobs

logger = logger_of("transfer")

# How long the deletion may take on the way out, in seconds.
_DELETION_SECONDS = 30.0


@attrs.frozen
class Reading:
    """The pages of one view or list, as one read request has them."""

    session: Session
    job: Job[ReadRequest]
    reads: Reads
    deadline: Deadline
    _alive: KeepAlive = attrs.field(factory=KeepAlive, init=False)

    async def pages(self) -> AsyncIterator[bytes]:
        """The pages in order, each as it comes; those that come next travel meanwhile."""
        request = await Jobs(self.session, self.job, self.deadline).start()
        try:
            async with closing(self._pages(request)) as pages:
                async for page in pages:
                    yield page
                    del page  # maybe megabytes, and the caller is done with them
        finally:
            await shielded(partial(self._delete, request.id), seconds=_DELETION_SECONDS)

    async def _pages(self, request: ReadRequest) -> AsyncIterator[bytes]:
        come = 0
        for delay in self.session.settings.poll.delays():
            self.deadline.check(f"waiting for the {self.job.name}")
            request = await self.session.one(self.job.task(request.id), self.deadline)
            check_success(self.job, request)
            fetch, numbers = partial(self._page, request.id), range(come, request.available_pages)
            async with closing(prefetch(fetch, numbers, limit=self.session.settings.concurrency)) as pages:
                async for page in pages:
                    yield page
                    del page
            come = max(come, request.available_pages)
            if request.ended:
                return
            if not numbers:
                await sleep(min(delay, self.deadline.remaining()))

    async def _page(self, request_id: str, number: int) -> bytes:
        if self._alive.needs_touch(number):
            await self._page(request_id, 0)
        page = transactional.read_page(self.reads, request_id, number)
        content = await self.session.content(page, self.deadline)
        self._alive.fetched(number)
        return content

    async def _delete(self, request_id: str) -> None:
        """Give the space back; what cannot be deleted, Anaplan drops half an hour later."""
        limit = Deadline.after(_DELETION_SECONDS)
        try:
            await self.session.one(transactional.drop_read(self.reads, request_id), limit)
        except NotFoundError:
            pass
        except AnaplanError as error:
            logger.warning("The %s could not be deleted: %s", self.job.name, error)
