# Source of both colours: scripts/codegen.py emits this file twice.
"""Items of lists, written."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping
from typing import Any, Literal, TypeAlias

from anaplan_sdk._core.api import transactional
from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.flow import Compute
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.progress import Meter, OnProgress, check_on_progress
from anaplan_sdk._core.transactional.writing.batches import Drawing
from anaplan_sdk._core.transactional.writing.items import Items as Preparation
from anaplan_sdk._core.transactional.writing.items import ReadItems, ReadList, Rows
from anaplan_sdk._core.transactional.writing.ledger import Ledger, OnFailures, check_on_failures
from anaplan_sdk._core.transactional.writing.parcels import count_of_rows, not_iterable, refuse_mistakes
from anaplan_sdk._core.transactional.writing.sending import Known
from anaplan_sdk._io.aio import in_thread
from anaplan_sdk.models import ListDefinition, ListItem, WriteResult

from ..scope import Scope
from .writes import Writes, concluded

Item: TypeAlias = Mapping[str, Any] | ListItem
ItemRows: TypeAlias = Iterable[Item] | AsyncIterable[Item]

_ENDPOINTS = {
    "added": transactional.add_list_items,
    "updated": transactional.update_list_items,
    "deleted": transactional.delete_list_items,
}


class Items(Scope):
    """An item is a mapping with some of the keys ``id``, ``name``, ``code``, ``parent`` (the name of an item of the
    parent list), ``properties`` (name to value) and ``subsets`` (name to True or False), or a ``ListItem`` that was
    read. Anaplan writes what it can: a request is no transaction, and a call makes one for every 100,000 items.
    """

    async def add_list_items(
        self,
        list_id: int | str,
        items: ItemRows,
        *,
        on_failures: OnFailures = "raise",
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> WriteResult:
        """Add items to a list; those that exist already are failures.

        Items of a general list need a name, those of a numbered list have none, and should have a code. If the response
        to a request is lost, no item is added twice: the SDK counts and looks up what was added, and sends the rest.
        Items of numbered lists without a code cannot be looked up, and may remain in doubt.

        Args:
            list_id: The list.
            items: Any iterable of items; the asynchronous client also takes asynchronous ones.
            on_failures: What to do, after all requests, if Anaplan did not write some items: ``"raise"``
                (WriteFailedError), ``"warn"`` (WriteFailuresWarning) or ``"ignore"``. The result lists them in any
                case.
            timeout: Seconds for the whole call, None for no limit.
            on_progress: Called with a ``Progress`` after each request.

        Returns:
            Counts, and each item that was not written, with its position among those that were passed.

        Raises:
            RowError: An item cannot be sent: it lacks its name, has a key, property or subset that there is not, a
                value that does not fit, or stands there twice. Nothing of its request was sent.
            WriteFailedError: Anaplan did not write some items.
            WriteInterruptedError: A request failed that may have been carried out, or that was not the first.
            WriteTimeoutError: The same, because ``timeout`` passed.
            ApiError: 425 if the model is deployed and the list is not one of production data.
        """
        return await self._write_items("add", list_id, items, on_failures, timeout, on_progress)

    async def update_list_items(
        self,
        list_id: int | str,
        items: ItemRows,
        *,
        on_failures: OnFailures = "raise",
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> WriteResult:
        """Change items of a list. Keys, properties and subsets that are left out stay as they are.

        An item is identified by its id, else its code, else its name (not in numbered lists); what else is given is
        changed: a new name beside the code, a new code beside the id. Anaplan wants to be told the code that an item
        has: it is looked up where it is not given, for which all items of the list are read if only ids are given. A
        code cannot be removed. Empty text takes a parent or the value of a property away.

        Parameters, result and errors are those of ``add_list_items``. If the response to a request is lost, it is sent
        once more when the model is idle.
        """
        return await self._write_items("update", list_id, items, on_failures, timeout, on_progress)

    async def upsert_list_items(
        self,
        list_id: int | str,
        items: ItemRows,
        *,
        on_failures: OnFailures = "raise",
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> WriteResult:
        """Add the items that the list does not have, and change the others.

        Items are looked up by code, else by name; those with an id are changed. Anaplan has no such operation: of up to
        100,000 items, those that are new are added, then the others changed. It can be repeated: after a
        WriteInterruptedError, go on from ``next_row``.

        Parameters, result and errors are those of ``add_list_items``.
        """
        return await self._write_items("upsert", list_id, items, on_failures, timeout, on_progress)

    async def delete_list_items(
        self,
        list_id: int | str,
        items: Iterable[Item | int | str] | AsyncIterable[Item | int | str],
        *,
        on_failures: OnFailures = "raise",
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> WriteResult:
        """Delete items of a list, and the data that belongs to them, for good.

        Args:
            list_id: The list.
            items: Ids, or items, of which the id counts, else the code, else the name.
            on_failures: As in ``add_list_items``.
            timeout: Seconds for the whole call, None for no limit.
            on_progress: Called with a ``Progress`` after each request.

        Returns:
            Counts, and each item that was not deleted, with its position among those that were passed. If the response
            to a request is lost, it is sent once more, and items that are not found then count as deleted.

        Raises:
            RowError: An item has no id, code or name, or stands there twice. Nothing of its request was sent.
            WriteFailedError: Anaplan did not delete some items.
            WriteInterruptedError: A request failed that may have been carried out, or that was not the first.
            WriteTimeoutError: The same, because ``timeout`` passed.
        """
        return await self._write_items("delete", list_id, items, on_failures, timeout, on_progress)

    async def reset_list_index(self, list_id: int | str, *, timeout: float | None = None) -> None:
        """Let the index of a list begin anew, which ends at 999,999,999. Needs the role of Workspace Administrator.

        Raises:
            ApiError: 400 if the lists of the hierarchy still have items, other than a top level item, or if the model
                is deployed and the list is not one of production data.
        """
        await self._session.one(transactional.reset_list_index(self._model(), list_id), Deadline.after(timeout))

    async def _write_items(
        self,
        action: Literal["add", "update", "upsert", "delete"],
        list_id: int | str,
        items: Any,
        on_failures: OnFailures,
        timeout: float | None,
        on_progress: OnProgress | None,
    ) -> WriteResult:
        check_on_progress(on_progress)
        check_on_failures(on_failures)
        deadline, list_id = Deadline.after(timeout), segment(list_id, "list_id")
        refuse_mistakes(items, "items")
        if not isinstance(items, Iterable | AsyncIterable):
            raise not_iterable(items, "items")
        known, preparation = Known(), Preparation(action)
        writes = Writes(
            self._session,
            self._model(),
            lambda parcel, body: _ENDPOINTS[parcel.verb](self._model(), list_id, body),
            Ledger(f"items of list {list_id}"),
            Meter(on_progress, "write", f"list {list_id}", count_of_rows(items)),
            deadline,
            known,
            list_id,
        )

        async def ask(step: object) -> Any:
            return await self._ask_about_items(step, writes, deadline)

        result = await writes.run(items, Drawing(Rows()), preparation.prepare, preparation.finish, ask)
        return concluded(result, f"items of list {list_id}", on_failures)

    async def _ask_about_items(self, step: object, writes: Writes, deadline: Deadline) -> Any:
        at = self._model()
        match step:
            case Compute(work):
                return await in_thread(work)
            case ReadList():
                definition: ListDefinition = await self._session.one(
                    transactional.list_definition(at, writes.list_id), deadline
                )
                writes.known.items = definition.item_count
                return definition
            case ReadItems(wanted) if wanted:
                listing = transactional.look_up_items(at, writes.list_id, wanted)
            case ReadItems():
                listing = transactional.dimension_items(at, writes.list_id)
            case _:
                raise AssertionError(f"{step!r} is no step of preparing items")
        return await self._session.rows(listing, deadline)
