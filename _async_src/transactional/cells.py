# Source of both colours: scripts/codegen.py emits this file twice.
"""Cells of modules, written."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from anaplan_sdk._core.api import transactional
from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.api.service import Listing
from anaplan_sdk._core.flow import Compute
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.progress import Meter, OnProgress, check_on_progress
from anaplan_sdk._core.transactional.writing.batches import Batch, Drawing
from anaplan_sdk._core.transactional.writing.cells import Cells as Preparation
from anaplan_sdk._core.transactional.writing.cells import ReadDimensions, ReadLineItems, Rows, Run
from anaplan_sdk._core.transactional.writing.dimensions import By, Question, check_by
from anaplan_sdk._core.transactional.writing.ledger import Ledger, OnFailures, check_on_failures
from anaplan_sdk._core.transactional.writing.parcels import (
    Parcel,
    cell_parcel,
    count_of_rows,
    not_iterable,
    refuse_mistakes,
)
from anaplan_sdk._io.aio import in_thread
from anaplan_sdk.models import WriteResult

from ..scope import Scope
from .writes import Writes, concluded


class Cells(Scope):
    """Anaplan writes what it can: a request is no transaction, and a call makes as many requests as it needs."""

    async def write_cells(
        self,
        module_id: int | str,
        rows: Iterable[Mapping[Any, Any]] | AsyncIterable[Mapping[Any, Any]],
        *,
        by: By | Mapping[Any, By] = "name",
        check_items: bool = True,
        on_failures: OnFailures = "raise",
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> WriteResult:
        """Write cells of a module, in requests of up to 100,000 cells and 15 MB, one after the other.

        A row is a mapping in one of two forms. Its keys are names or ids:

        - wide, with values of one or several line items that have the same dimensions: ``{"Products": "North", "Time":
          "Jan 26", "Price": 12.5, "Comment": "checked"}``
        - long, with one: ``{"Line Items": "Price", "Products": "North", "Time": "Jan 26", "Value": 12.5}``

        Values are numbers or text such as ``"12.5"`` (NUMBER), True and False (BOOLEAN), text (TEXT), dates or
        ``"YYYY-MM-DD"`` (DATE), names of items (LIST) and labels of periods (TIME PERIOD). Empty text clears a cell
        that holds no number. Above some hundred thousand cells, an import takes less time.

        Rows are drawn and checked while the request before them is under way. If the response to a request is lost, it
        is sent once more when the model is idle: another value that somebody wrote meanwhile is written over.

        Args:
            module_id: The module.
            rows: Any iterable; the asynchronous client also takes asynchronous ones, and draws from others in a worker
                thread. Every dimension of a line item has to be named, also Time and Versions.
            by: What names the items: ``"name"``, ``"code"`` or ``"id"``, for all dimensions or as a mapping from
                dimensions (``"name"`` for those that it leaves out). Periods and versions have no codes: with
                ``"code"`` they are named by name.
            check_items: Look up the items that are given by name or code, once each, so that one which does not exist
                is found before anything of its request is sent. False sends names and codes as they are.
            on_failures: What to do, after all requests, if Anaplan did not write some cells: ``"raise"``
                (WriteFailedError), ``"warn"`` (WriteFailuresWarning) or ``"ignore"``. The result lists them in any
                case.
            timeout: Seconds for the whole call, None for no limit.
            on_progress: Called with a ``Progress`` after each request.

        Returns:
            Counts, and each cell that was not written, with the position of its row.

        Raises:
            RowError: A row cannot be sent: a dimension is missing or unknown, an item does not exist, a line item is
                calculated, a value does not fit, or a cell stands there twice. Nothing of its request was sent.
            WriteFailedError: Anaplan did not write some cells.
            WriteInterruptedError: A request failed that may have been carried out, or that was not the first.
            WriteTimeoutError: The same, because ``timeout`` passed.
        """
        check_on_progress(on_progress)
        check_on_failures(on_failures)
        check_by(by)
        deadline, module = Deadline.after(timeout), segment(module_id, "module_id")
        refuse_mistakes(rows, "rows")
        if not isinstance(rows, Iterable | AsyncIterable):
            raise not_iterable(rows, "rows")
        preparation = Preparation(by, check_items)
        writes = Writes(
            self._session,
            self._model(),
            lambda _, body: transactional.write_cells(self._model(), module, body),
            Ledger(f"cells of module {module}"),
            Meter(on_progress, "write", f"module {module}", count_of_rows(rows)),
            deadline,
        )

        async def ask(step: object) -> Any:
            return await self._ask_about_cells(step, module, deadline)

        def prepare(runs: Sequence[Run]) -> Any:
            return _parcels(preparation, runs)

        def finish() -> Iterator[Parcel]:
            return _wrapped(preparation.finish(), preparation)

        result = await writes.run(rows, Drawing(Rows()), prepare, finish, ask)
        return concluded(result, f"cells of module {module}", on_failures)

    async def _ask_about_cells(self, step: object, module_id: str, deadline: Deadline) -> Any:
        at = self._model()
        listing: Listing[Any]
        match step:
            case Compute(work):
                return await in_thread(work)
            case ReadLineItems():
                listing = transactional.line_items(at, module_id, details=True)
            case ReadDimensions(line_item_id):
                listing = transactional.line_item_dimensions(at, line_item_id)
            case Question(dimension_id, wanted, line_item_id):
                if wanted:
                    listing = transactional.look_up_items(at, dimension_id, wanted)
                else:
                    listing = transactional.line_item_dimension_items(at, line_item_id, dimension_id)
            case _:
                raise AssertionError(f"{step!r} is no step of preparing cells")
        return await self._session.rows(listing, deadline)


def _parcels(preparation: Preparation, runs: Sequence[Run]) -> Any:
    return _wrapped((yield from preparation.prepare(runs)), preparation)


def _wrapped(batches: Iterator[Batch], preparation: Preparation) -> Iterator[Parcel]:
    return (cell_parcel(batch, preparation.name_of) for batch in batches)
