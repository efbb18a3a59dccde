# Source of both colours: scripts/codegen.py emits this file twice.
"""Read requests: made, fetched page by page while they run, and always deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from itertools import islice

import attrs

from anaplan_sdk._core.api import transactional
from anaplan_sdk._core.api.service import Endpoint
from anaplan_sdk._core.api.transactional import Reads
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.job import Job
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.transactional.reading.requests import KeepAlive, check_success, expired
from anaplan_sdk._io.aio import closing, prefetch, shielded, sleep
from anaplan_sdk.errors import AnaplanError, NotFoundError, TaskError
from anaplan_sdk.models import ReadRequest

from ..engine.session import Session
from ..jobs.jobs import Jobs

logger = logger_of("transfer")

# Pages that are under way or wait to be taken; how large they are, Anaplan decides.
_AHEAD = 3
# Looks at a request that was just made which may not find it yet.
_EARLY_LOOKS = 3
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
        delete = transactional.drop_read(self.reads, request.id)
        self.session.leftovers[delete.path] = delete
        try:
            async with closing(self._pages(request)) as pages:
                async for page in pages:
                    yield page
                    del page  # maybe megabytes, and the caller is done with them
        finally:
            await shielded(partial(self._delete, delete), seconds=_DELETION_SECONDS)

    async def _pages(self, request: ReadRequest) -> AsyncIterator[bytes]:
        come, delays = 0, self.session.settings.poll.delays()
        request = await self._first_look(request)
        while True:
            check_success(self.job, request)
            fetch, numbers = partial(self._page, request), range(come, request.available_pages)
            async with closing(prefetch(fetch, numbers, limit=_AHEAD)) as pages:
                async for page in pages:
                    yield page
                    del page
            if request.ended:
                return
            if numbers:
                come, delays = request.available_pages, self.session.settings.poll.delays()
            elif come:
                await self._touch(request)
            await sleep(min(next(delays), self.deadline.remaining()))
            request = await self._look(request)

    async def _first_look(self, request: ReadRequest) -> ReadRequest:
        """A request that was just made may not be found yet."""
        for delay in islice(self.session.settings.poll.delays(), _EARLY_LOOKS):
            with suppress(TaskError):
                return await self._look(request)
            await sleep(delay)
        return await self._look(request)

    async def _look(self, request: ReadRequest) -> ReadRequest:
        self.deadline.check(f"waiting for the {self.job.name}")
        try:
            return await self.session.one(self.job.task(request.id), self.deadline)
        except NotFoundError as error:
            raise expired(self.job, request) from error

    async def _page(self, request: ReadRequest, number: int) -> bytes:
        await self._touch(request, number)
        self.deadline.check(f"fetching the pages of the {self.job.name}")
        page = transactional.read_page(self.reads, request.id, number)
        try:
            content = await self.session.content(page, self.deadline)
        except NotFoundError as error:
            raise expired(self.job, request) from error
        self._alive.fetched(number)
        return content

    async def _touch(self, request: ReadRequest, number: int | None = None) -> None:
        """Fetch the first page once more, where that is due before another is fetched, or while none is there."""
        if self._alive.needs_touch(number):
            await self._page(request, 0)

    async def _delete(self, delete: Endpoint[None]) -> None:
        """Give the space back; what cannot be deleted, Anaplan drops half an hour later."""
        if self.session.leftovers.pop(delete.path, None) is None:  # the client was closed before the stream was
            return
        try:
            await self.session.one(delete, Deadline.after(_DELETION_SECONDS))
        except NotFoundError:
            pass
        except AnaplanError as error:
            logger.warning("The %s could not be deleted: %s", self.job.name, error)
