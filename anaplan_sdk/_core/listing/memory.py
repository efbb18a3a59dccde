"""What was looked up once and need not be looked up again for a while."""

from __future__ import annotations

from typing import Generic, TypeVar

import attrs

from anaplan_sdk._core.http.deadline import now

V = TypeVar("V")

# Long enough for a job, short enough for a service that runs for weeks while models change.
_BELIEVED_SECONDS = 300.0


@attrs.define
class Remembered(Generic[V]):
    """Values by key, each believed for five minutes. Threads may share it."""

    _values: dict[str, tuple[float, V]] = attrs.field(factory=dict, init=False)

    def get(self, key: str) -> V | None:
        """The value, None where it is not known or too old."""
        noted, value = self._values.get(key, (0.0, None))
        return value if value is not None and now() - noted < _BELIEVED_SECONDS else None

    def put(self, key: str, value: V) -> None:
        """Remember a value from now on."""
        self._values[key] = now(), value

    def forget(self, key: str) -> None:
        """Look it up again next time."""
        self._values.pop(key, None)
