# Source of both colours: scripts/codegen.py emits this file twice.
"""Lists, read: as items and as CSV."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

from anaplan_sdk._core.api import transactional
from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.api.service import Endpoint
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.progress import Meter, OnProgress, check_on_progress
from anaplan_sdk._core.records import Records
from anaplan_sdk._core.transactional.reading.listed import Listed
from anaplan_sdk._core.transactional.reading.plan import list_needs_read_request
from anaplan_sdk._core.transactional.reading.requests import list_read
from anaplan_sdk._io.aio import closing
from anaplan_sdk.models import ListDefinition, ListItem

from ..scope import Scope
from .bodies import body, pages, parsed, save
from .reads import Reading


class Lists(Scope):
    """Lists show the items that the user may see. One request returns up to 1,000,000 items; larger lists are read by a
    read request, which is deleted at the end, and in which items have no ids.
    """

    async def get_list_items(
        self,
        list_id: int | str,
        *,
        details: bool = True,
        large: bool | None = None,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> list[ListItem]:
        """The items of a list.

        Args:
            list_id: The list.
            details: Also return subsets, properties and, in lists with selective access, the users who may read and
                write. Properties without a value may be empty or missing.
            large: True to use a read request, False for one request. By default, the number of items decides.
            timeout: Seconds for the whole call, None for no limit.
            on_progress: Called with a ``Progress``, at most a few times per second, while a read request is read.

        Raises:
            TaskFailedError: Anaplan could not carry out the read request.
        """
        check_on_progress(on_progress)
        deadline = Deadline.after(timeout)
        definition = None if large is False else await self._list_definition(list_id, deadline)
        if not list_needs_read_request(definition, large=large):
            return await self._session.rows(transactional.list_items(self._model(), list_id, details=details), deadline)
        items = self._listed(list_id, details, True, deadline, on_progress, definition)
        async with closing(items) as found:
            return [item async for item in found]

    def get_list_items_stream(
        self,
        list_id: int | str,
        *,
        details: bool = True,
        large: bool | None = None,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> AsyncIterator[ListItem]:
        """The items of ``get_list_items`` as they come; without ``read`` and ``write`` unless a read request is used.

        The response to one request is held in memory as CSV; of a read request, a few pages are. A read request is
        lost if no item is taken for 30 minutes.
        """
        self._check_list(list_id, on_progress)
        return self._listed(list_id, details, large, Deadline.after(timeout), on_progress)

    async def get_list_csv(
        self,
        list_id: int | str,
        *,
        details: bool = True,
        large: bool | None = None,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> bytes:
        """A list as CSV in UTF-8, all in memory.

        The columns are ``id``, ``name``, ``code``, ``parent``, ``parentId``, ``listId`` and ``listName``, then subsets
        and properties; of a read request: the name, in a column without a title, ``Parent``, ``Write``, ``Read`` and
        ``Code``, then subsets and properties, whatever ``details`` says. Arguments and errors are those of
        ``get_list_items``.
        """
        content = self.get_list_csv_stream(
            list_id, details=details, large=large, timeout=timeout, on_progress=on_progress
        )
        async with closing(content) as parts:
            return b"".join([part async for part in parts])

    def get_list_csv_stream(
        self,
        list_id: int | str,
        *,
        details: bool = True,
        large: bool | None = None,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> AsyncIterator[bytes]:
        """The CSV of ``get_list_csv`` in parts, which end anywhere, even within a row or a character."""
        self._check_list(list_id, on_progress)
        return self._list_csv(list_id, details, large, Deadline.after(timeout), on_progress)

    async def download_list(
        self,
        list_id: int | str,
        path: str | os.PathLike[str],
        *,
        details: bool = True,
        large: bool | None = None,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> Path:
        """Write the CSV of ``get_list_csv`` to ``path`` and return that path; the file is complete or left as it was.

        ``path`` is treated as in ``download_file``. Arguments and errors are those of ``get_list_items``.
        """
        content = self.get_list_csv_stream(
            list_id, details=details, large=large, timeout=timeout, on_progress=on_progress
        )
        return await save(content, path, Deadline.after(timeout))

    def _check_list(self, list_id: int | str, on_progress: OnProgress | None) -> None:
        """Refuse mistakes at the call: what follows runs when the first item is wanted."""
        check_on_progress(on_progress)
        segment(list_id, "list_id")
        self._model()

    async def _list_definition(self, list_id: int | str, deadline: Deadline) -> ListDefinition:
        return await self._session.one(transactional.list_definition(self._model(), list_id), deadline)

    async def _listed(
        self,
        list_id: int | str,
        details: bool,
        large: bool | None,
        deadline: Deadline,
        on_progress: OnProgress | None,
        definition: ListDefinition | None = None,
    ) -> AsyncIterator[ListItem]:
        definition = definition or await self._list_definition(list_id, deadline)
        large = list_needs_read_request(definition, large=large)
        listed, records = Listed(definition, details), Records(f"The CSV of list {list_id}")
        content = self._list_csv(list_id, details, large, deadline, on_progress)
        async with closing(parsed(content, records, listed.items)) as batches:
            async for batch in batches:
                for item in batch:
                    yield item

    async def _list_csv(
        self,
        list_id: int | str,
        details: bool,
        large: bool | None,
        deadline: Deadline,
        on_progress: OnProgress | None,
    ) -> AsyncIterator[bytes]:
        at, meter = self._model(), Meter(on_progress, "download", f"list {list_id}")
        definition = None if large is not None else await self._list_definition(list_id, deadline)
        if list_needs_read_request(definition, large=large):
            job, reads = list_read(at, list_id)
            content = pages(Reading(self._session, job, reads, deadline), meter)
        else:

            def csv(escaped: bool) -> Endpoint[bytes]:
                return transactional.list_csv(at, list_id, details=details, escaped=escaped)

            content = body(self._session, at, csv, deadline, meter)
        async with closing(content) as parts:
            async for part in parts:
                yield part
        meter.end()
