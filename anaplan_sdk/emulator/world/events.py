"""What happened, as Anaplan's audit log keeps it."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

# An emulator may run for weeks.
MOST_EVENTS = 100_000
# Live tenants are at numbers of ten digits.
_FIRST_ID = 2_598_676_438


@dataclass(slots=True)
class AuditEvent:
    """One event: who (``user_id``) did what (``code``) with what (``object_id``), and from where.

    ``date`` is when it happened, ``created_at`` when it came into the log, both in seconds since the epoch. Live
    tenants have events with ``attributes`` of None.
    """

    code: str
    message: str
    user_id: str
    object_id: str = ""
    success: bool = True
    attributes: Mapping[str, object] | str | None = field(default_factory=dict[str, object])
    ip_address: str = "127.0.0.1"
    user_agent: str = ""
    date: float = field(default_factory=time.time)
    created_at: float = 0.0
    id: int = 0

    def __post_init__(self) -> None:
        self.created_at = self.created_at or self.date


class AuditLog:
    """The last 100,000 events. Safe from many threads at once."""

    def __init__(self) -> None:
        self._events: deque[AuditEvent] = deque(maxlen=MOST_EVENTS)
        self._ids = itertools.count(_FIRST_ID)
        self._lock = threading.Lock()

    def add(self, event: AuditEvent) -> AuditEvent:
        """Note an event, which gets an id unless it has one."""
        with self._lock:
            event.id = event.id or next(self._ids)
            self._events.append(event)
        return event

    def clear(self) -> None:
        """Forget all events."""
        with self._lock:
            self._events.clear()

    def events(self) -> list[AuditEvent]:
        """All events in the order in which they were noted."""
        with self._lock:
            return list(self._events)
