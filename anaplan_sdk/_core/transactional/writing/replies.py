"""What Anaplan says about one request of rows, in any of the shapes that were seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from anaplan_sdk._core.json.convert import count_of, object_at
from anaplan_sdk._core.transactional.writing.batches import Batch
from anaplan_sdk.models import RowFailure, WriteResult

Verb: TypeAlias = Literal["changed", "added", "updated", "deleted"]

# Where the number of rows that were written stands.
_COUNTERS: dict[Verb, tuple[str, ...]] = {
    "changed": ("numberOfCellsChanged",),
    "added": ("added",),
    "updated": ("updated",),
    "deleted": ("deleted", "numberOfItemsDeleted"),
}
_NOTHING = WriteResult()


def read_reply(
    payload: Mapping[str, Any], batch: Batch, verb: Verb, line_item: Callable[[int], str] = lambda _: ""
) -> WriteResult:
    """The result of one request, with the caller's own row numbers.

    Where a count is missing, what was sent and did not fail counts as written. ``line_item`` names that of an entry.
    """
    said = {**payload, **object_at(payload, "result")}
    failures = tuple(_failures(said.get("failures"), batch, line_item))
    counts = (count_of(said, key) for key in _COUNTERS[verb])
    written = next((count for count in counts if count is not None), max(batch.entries - len(failures), 0))
    counted: dict[str, int] = {verb: written}
    return attrs.evolve(
        _NOTHING, total=len(batch), ignored=count_of(said, "ignored") or 0, failures=failures, **counted
    )


def _failures(listed: object, batch: Batch, line_item: Callable[[int], str]) -> Iterator[RowFailure]:
    for failure in listed if isinstance(listed, list) else ():
        if not isinstance(failure, dict):
            continue
        index = count_of(failure, "requestIndex")
        known = index is not None and index < batch.entries
        yield RowFailure(
            batch.rows[batch.place(index)] if known and index is not None else -1,
            str(failure.get("failureType") or ""),
            str(failure.get("failureMessageDetails") or ""),
            line_item(index) if known and index is not None else "",
        )


def without_missing(result: WriteResult) -> WriteResult:
    """The result of deleting once more: what is not found any more was deleted by the request that was lost."""
    gone = tuple(failure for failure in result.failures if _is_missing(failure))
    left = tuple(failure for failure in result.failures if not _is_missing(failure))
    ignored = max(result.ignored - len(gone), 0)
    return attrs.evolve(result, deleted=result.deleted + len(gone), ignored=ignored, failures=left)


def _is_missing(failure: RowFailure) -> bool:
    return "not found" in failure.kind.casefold().replace("_", " ") or "not found" in failure.message.casefold()
