# Source of both colours: scripts/codegen.py emits this file twice.
"""Views, read: as a grid, as CSV, and as rows."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import attrs

from anaplan_sdk._core.api import transactional
from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.progress import Meter, OnProgress, check_on_progress
from anaplan_sdk._core.records import Records
from anaplan_sdk._core.transactional.reading.layouts import (
    Layout,
    check_layout,
    check_max_rows,
    check_pages_of,
    header_lines,
)
from anaplan_sdk._core.transactional.reading.plan import (
    MOST_CELLS,
    MOST_STREAMED_CELLS,
    Way,
    ways_to_page,
    ways_to_pages,
    ways_to_rows,
)
from anaplan_sdk._core.transactional.reading.requests import view_read
from anaplan_sdk._core.transactional.reading.selection import Pages, check_labels, check_one_each
from anaplan_sdk._core.transactional.reading.tables import Table
from anaplan_sdk._core.transactional.reading.values import Numbers, check_numbers
from anaplan_sdk._io.aio import closing
from anaplan_sdk.errors import ApiError
from anaplan_sdk.models import ViewData, ViewRow

from ..scope import Scope
from .bodies import body, pages, parsed, save
from .reads import Reading
from .seen import Seen, Sight

_TABULAR: Layout = "TABULAR_MULTI_COLUMN"


@attrs.frozen
class _Reading:
    """What a caller wants of a view."""

    view_id: int | str
    pages: Pages | None
    large: bool | None
    deadline: Deadline
    on_progress: OnProgress | None


@attrs.frozen
class _Rows(_Reading):
    """The same for rows."""

    numbers: Numbers
    ids: bool
    kept: bool
    most_cells: int


class Views(Scope):
    """Views show what the user may see. Calls take the id of a view, of a module for its default view, or of a line
    item for its own view.
    """

    async def get_view_data(
        self,
        view_id: int | str,
        *,
        pages: Pages | None = None,
        max_rows: int | None = None,
        timeout: float | None = None,
    ) -> ViewData:
        """One page of a view as Anaplan shows it, of up to 1,000,000 cells, by one request.

        Args:
            view_id: The view.
            pages: The item of each dimension on pages, both by name or id; those that are left out stay at the page
                that the view begins with.
            max_rows: The most rows to return, None for all.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: The view has no such dimension on pages, or shows no such item.
            ApiError: 400 for more than 1,000,000 cells; 500 for the default view of a module that has no line items, or
                a dimension without items.
        """
        deadline = Deadline.after(timeout)
        check_max_rows(max_rows)
        selectors = await self._selectors(view_id, pages, deadline)
        data = transactional.view_data(self._model(), view_id, pages=selectors, max_rows=max_rows)
        return await self._session.one(data, deadline)

    async def get_view_csv(
        self,
        view_id: int | str,
        *,
        layout: Layout = "GRID_CURRENT_PAGE",
        pages: Pages | None = None,
        large: bool | None = None,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> bytes:
        """A view as CSV in UTF-8, all in memory.

        Args:
            view_id: The view.
            layout: ``"GRID_CURRENT_PAGE"`` (as shown: a line with the items of the page, a line for each dimension on
                columns, the rows), ``"GRID_ALL_PAGES"``, ``"TABULAR_MULTI_COLUMN"`` (a column for each dimension on
                pages and rows, then those of the cells), ``"TABULAR_SINGLE_COLUMN"`` (a column for each dimension, and
                one for the cell).
            pages: The page of ``"GRID_CURRENT_PAGE"``, as in ``get_view_data``.
            large: True to use a read request, False for one request. By default, the number of cells decides: one
                request returns up to 1,000,000.
            timeout: Seconds for the whole call, None for no limit.
            on_progress: Called with a ``Progress``, at most a few times per second; its ``total`` is not known.

        Raises:
            ConfigurationError: ``pages`` is not that of the view, or given with another layout or with ``large=True``.
            TaskFailedError: Anaplan could not carry out the read request.
        """
        content = self.get_view_csv_stream(
            view_id, layout=layout, pages=pages, large=large, timeout=timeout, on_progress=on_progress
        )
        async with closing(content) as parts:
            return b"".join([part async for part in parts])

    def get_view_csv_stream(
        self,
        view_id: int | str,
        *,
        layout: Layout = "GRID_CURRENT_PAGE",
        pages: Pages | None = None,
        large: bool | None = None,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> AsyncIterator[bytes]:
        """The CSV of ``get_view_csv`` in parts, which end anywhere, even within a row or a character.

        A response to one request is held until it is complete; of a read request, a few pages are.
        """
        check_on_progress(on_progress)
        check_layout(layout)
        check_pages_of(layout, pages, large=large)
        segment(view_id, "view_id")
        self._model()  # here, at the call: what follows runs when the first part is wanted
        return self._view_csv(_Reading(view_id, pages, large, Deadline.after(timeout), on_progress), layout)

    async def download_view(
        self,
        view_id: int | str,
        path: str | os.PathLike[str],
        *,
        layout: Layout = "GRID_CURRENT_PAGE",
        pages: Pages | None = None,
        large: bool | None = None,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> Path:
        """Write the CSV of ``get_view_csv`` to ``path`` and return that path; the file is complete or left as it was.

        ``path`` is treated as in ``download_file``. Arguments and errors are those of ``get_view_csv``.
        """
        content = self.get_view_csv_stream(
            view_id, layout=layout, pages=pages, large=large, timeout=timeout, on_progress=on_progress
        )
        return await save(content, path, Deadline.after(timeout))

    async def get_view_rows(
        self,
        view_id: int | str,
        *,
        pages: Pages | None = None,
        numbers: Numbers = "text",
        ids: bool = False,
        large: bool | None = None,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> list[ViewRow]:
        """The rows of a view, of all its pages or of those that are selected.

        A row has the labels of the dimensions on pages and rows, and a cell for each column.

        Args:
            view_id: The view.
            pages: Which pages: for any dimension on pages, an item or several, all by name or id. Dimensions that are
                left out are read with all their items.
            numbers: ``"text"`` leaves all cells as Anaplan writes them. ``"float"`` and ``"decimal"`` convert them by
                the format of their line item: numbers to that type, BOOLEAN to True or False, DATE to a date, and blank
                cells to None. A ``float`` has about 15 digits.
            ids: Also find out the ids of the items.
            large: True to use a read request, False for one request. By default, the number of cells decides: one
                request returns up to 1,000,000.
            timeout: Seconds for the whole call, None for no limit.
            on_progress: Called with a ``Progress``, at most a few times per second; its ``total`` is not known.

        Raises:
            ConfigurationError: The view has no such dimension on pages, or shows no such item.
            TaskFailedError: Anaplan could not carry out the read request.
        """
        check_on_progress(on_progress)
        check_numbers(numbers)
        deadline = Deadline.after(timeout)
        reading = _Rows(view_id, pages, large, deadline, on_progress, numbers, ids, True, MOST_CELLS)
        rows: list[ViewRow] = []
        async with closing(self._view_batches(reading)) as batches:
            async for batch in batches:
                rows += batch
        return rows

    def get_view_rows_stream(
        self,
        view_id: int | str,
        *,
        pages: Pages | None = None,
        numbers: Numbers = "text",
        ids: bool = False,
        large: bool | None = None,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> AsyncIterator[ViewRow]:
        """The rows of ``get_view_rows`` as they come; of a large view, only a few pages are in memory at a time.

        One request is used for up to 200,000 cells, or for one page. A read request is deleted when the iterator ends
        or is closed, at the latest when the client is; it is lost if no row is taken for 30 minutes.
        """
        check_on_progress(on_progress)
        check_numbers(numbers)
        segment(view_id, "view_id")
        self._model()  # here, at the call: what follows runs when the first row is wanted
        deadline = Deadline.after(timeout)
        return self._view_rows(
            _Rows(view_id, pages, large, deadline, on_progress, numbers, ids, False, MOST_STREAMED_CELLS)
        )

    async def _view_rows(self, reading: _Rows) -> AsyncIterator[ViewRow]:
        async with closing(self._view_batches(reading)) as batches:
            async for batch in batches:
                for row in batch:
                    yield row

    async def _view_batches(self, reading: _Rows) -> AsyncIterator[list[ViewRow]]:
        """The rows, as many at a time as are parsed at once."""
        count = reading.large is None or reading.ids
        seen = (await self._sight(reading.deadline).of(reading.view_id, reading.pages, count=count)).with_lone_items
        ways = ways_to_rows(seen.view, seen.counts, seen.single, most_cells=reading.most_cells, large=reading.large)
        for way in ways:
            if way is not Way.PAGE:
                check_labels(seen.selection, seen.known)
            table = await self._view_table(seen, way, reading)
            content = self._view_content(reading, seen, way, None if way is Way.PAGE else _TABULAR)
            records = Records(f"The CSV of view {reading.view_id}")
            async with closing(parsed(content, records, table.rows)) as batches:
                try:
                    async for batch in batches:
                        yield batch
                        del batch
                    return
                except ApiError as error:
                    if error.status != 400 or way is ways[-1]:
                        raise

    async def _view_table(self, seen: Seen, way: Way, reading: _Rows) -> Table:
        sight = self._sight(reading.deadline)
        formats = None if reading.numbers == "text" else await sight.formats(seen.view, reading.numbers)
        page = seen.page if way is Way.PAGE else None
        ids = await sight.ids(seen) if reading.ids else {}
        return Table(seen.view, seen.labels, ids, formats, page, reading.kept)

    async def _view_csv(self, reading: _Reading, layout: Layout) -> AsyncIterator[bytes]:
        one_page = layout == "GRID_CURRENT_PAGE"
        count = reading.large is None and not (one_page and reading.pages)
        seen = await self._sight(reading.deadline).of(reading.view_id, reading.pages, count=count)
        check_one_each(seen.selection)
        if one_page:
            ways = ways_to_page(seen.view, seen.counts, selected=bool(reading.pages), large=reading.large)
        else:
            ways = ways_to_pages(seen.view, seen.counts, large=reading.large)
        for way in ways:
            async with closing(self._view_content(reading, seen, way, layout)) as parts:
                try:
                    async for part in parts:
                        yield part
                        del part
                    return
                except ApiError as error:
                    if error.status != 400 or way is ways[-1]:
                        raise

    async def _view_content(
        self, reading: _Reading, seen: Seen, way: Way, layout: Layout | None
    ) -> AsyncIterator[bytes]:
        """The CSV of a view by one request or by a read request."""
        view_id, deadline = reading.view_id, reading.deadline
        at, meter = self._model(), Meter(reading.on_progress, "download", f"view {view_id}")
        if way is Way.REQUEST:
            layout = layout or _TABULAR
            job, reads = view_read(at, view_id, layout)
            content = pages(
                Reading(self._session, job, reads, deadline), meter, header_lines=header_lines(layout, seen.view)
            )
        else:
            whole = way is Way.WHOLE
            csv = partial(
                transactional.view_csv,
                at,
                view_id,
                pages=None if whole else seen.selectors,
                export_type=layout if whole else None,
                module_id=await self._sight(deadline).module_id(seen.view) if whole else None,
            )
            content = body(self._session, at, lambda escaped: csv(escaped=escaped), deadline, meter)
        async with closing(content) as parts:
            async for part in parts:
                yield part
                del part
        meter.end()

    async def _selectors(self, view_id: int | str, wanted: Pages | None, deadline: Deadline) -> dict[str, str] | None:
        if not wanted:
            return None
        seen = await self._sight(deadline).of(view_id, wanted, count=False)
        check_one_each(seen.selection)
        return seen.selectors

    def _sight(self, deadline: Deadline) -> Sight:
        return Sight(self._session, self._model(), deadline)
