"""What a run leaves behind: its result, the counts of its rows, and where its rejected rows are."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ..content.chunks import Chunk
from ..world.times import epoch_milliseconds


class StepFailedError(Exception):
    """A step that could do nothing; the text becomes the message in its details."""


@dataclass(slots=True)
class RowCounts:
    """Rows of an import by what became of them."""

    accepted: Counter[tuple[bool, bool]] = field(default_factory=Counter[tuple[bool, bool]])
    """Accepted rows by whether they created something and whether there is a warning about them."""
    failed: int = 0
    ignored: int = 0
    """Blank lines."""

    def detail(self, name: str) -> dict[str, Any]:
        """The detail that reports these rows; its values alternate between key and value, all strings."""
        created, updated = self.accepted[True, False], self.accepted[False, False]
        warned_created, warned_updated = self.accepted[True, True], self.accepted[False, True]
        accepted = self.accepted.total()
        values: dict[str, object] = {
            "hierarchyName": name,
            "successRowCount": created + updated,
            "successCreateCount": created,
            "successUpdateCount": updated,
            "warningsRowCount": warned_created + warned_updated,
            "warningsCreateCount": warned_created,
            "warningsUpdateCount": warned_updated,
            "failedCount": self.failed,
            "ignoredCount": self.ignored,
            "totalRowCount": accepted + self.failed + self.ignored,
            "totalCreateCount": created + warned_created,
            "totalUpdateCount": updated + warned_updated,
            "invalidCount": 0,
            "updatedCount": updated + warned_updated,
            "renamedCount": 0,
            "createdCount": created + warned_created,
        }
        # The space at the end is the server's.
        text = f"{name}: {created + updated} ({created}/{updated}) rows successful, {self.ignored} ignored "
        flat = [str(part) for pair in values.items() for part in pair]
        return detail("hierarchyRowsProcessed", text, values=flat)


def detail(kind: str, text: str, *, occurrences: int = 0, values: list[str] | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"localMessageText": text, "occurrences": occurrences, "type": kind}
    if values is not None:
        body["values"] = values
    return body


@dataclass(slots=True)
class Result:
    """The result of a task, or of one step of a process."""

    object_id: str
    object_name: str
    successful: bool = True
    details: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    dump: list[Chunk] = field(default_factory=list[Chunk])
    nested: list[Result] = field(default_factory=list["Result"])
    started_at: float = field(default_factory=time.time)
    seconds: float = 0.0

    def fail(self, message: str) -> None:
        self.successful = False
        self.details.append(detail("actionFailed", message, occurrences=1))

    @property
    def failure_dump_available(self) -> bool:
        return bool(self.dump) or any(result.failure_dump_available for result in self.nested)

    def body(self, *, with_times: bool = False) -> dict[str, Any]:
        body: dict[str, Any] = {
            "objectId": self.object_id,
            "objectName": self.object_name,
            "successful": self.successful,
            "failureDumpAvailable": self.failure_dump_available,
        }
        if self.details:
            body["details"] = self.details
        if self.nested:
            body["nestedResults"] = [result.nested_body(with_times=with_times) for result in self.nested]
        return body

    def nested_body(self, *, with_times: bool) -> dict[str, Any]:
        body = self.body()
        if with_times:
            body |= {"startTime": epoch_milliseconds(self.started_at), "duration": round(self.seconds, 3)}
        return body
